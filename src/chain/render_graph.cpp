// The Mermaid and DOT forms of a graph.
#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/printable.h"
#include "base/text.h"
#include "chain/render.h"

namespace windlass::chain {

namespace {

/// Names every revision, and every parent without a file, by a short safe word.
class Names {
 public:
  explicit Names(const Chain& chain) {
    for (const Revision& revision : chain.revisions) add(revision.id, "r");
    for (const Revision& revision : chain.revisions)
      for (const std::string& parent : revision.parents)
        if (!names_.contains(parent)) missing_.push_back(add(parent, "m"));
  }
  const std::string& of(const std::string& id) const { return names_.at(id); }
  const std::vector<std::string>& missing() const { return missing_; }

 private:
  const std::string& add(const std::string& id, const char* prefix) {
    names_.try_emplace(id, fmt::format("{}{}", prefix, names_.size()));
    return names_.find(id)->first;
  }
  std::map<std::string, std::string> names_;
  std::vector<std::string> missing_;
};

std::vector<std::string> label_lines(const Revision& revision) {
  std::vector<std::string> lines = {base::printable(revision.id)};
  if (!revision.title.empty()) lines.push_back(base::printable(base::shorten(revision.title, 80)));
  if (!revision.labels.empty())
    lines.push_back(base::printable("label: " + base::join(revision.labels, ", ")));
  return lines;
}

/// Mermaid reads entities written #name; inside quoted text
/// (https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters).
std::string mermaid_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "#quot;";
        break;
      case '#':
        out += "#35;";
        break;
      case '<':
        out += "#lt;";
        break;
      case '>':
        out += "#gt;";
        break;
      case '&':
        out += "#amp;";
        break;
      case '`':
        out += "#96;";
        break;
      case '\\':
        out += "#92;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string dot_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

bool among(const std::vector<std::string>& ids, const std::string& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

std::string render_mermaid(const Chain& chain) {
  const Names names(chain);
  std::string out = "flowchart TD\n";
  for (const Revision& revision : chain.revisions) {
    std::vector<std::string> lines;
    for (const std::string& line : label_lines(revision)) lines.push_back(mermaid_text(line));
    out += fmt::format("  {}[\"{}\"]{}\n", names.of(revision.id), base::join(lines, "<br/>"),
                       among(chain.heads, revision.id) ? ":::head" : "");
  }
  for (const std::string& id : names.missing())
    out +=
        fmt::format("  {}[\"{}<br/>missing\"]:::missing\n", names.of(id), mermaid_text(base::printable(id)));
  for (const Revision& revision : chain.revisions) {
    for (const std::string& parent : revision.parents)
      out += fmt::format("  {} --> {}\n", names.of(parent), names.of(revision.id));
    for (const std::string& reference : revision.depends_on)
      for (const Revision* other : chain.resolve(reference))
        out += fmt::format("  {} -.->|depends_on| {}\n", names.of(other->id), names.of(revision.id));
  }
  out += "  classDef head stroke-width:3px\n";
  if (!names.missing().empty()) out += "  classDef missing stroke-dasharray:4\n";
  return out;
}

std::string render_dot(const Chain& chain) {
  const Names names(chain);
  std::string out = "digraph chain {\n  node [shape=box, fontname=\"sans-serif\"];\n";
  for (const Revision& revision : chain.revisions) {
    std::vector<std::string> lines;
    for (const std::string& line : label_lines(revision)) lines.push_back(dot_text(line));
    out += fmt::format("  {} [label=\"{}\"{}];\n", names.of(revision.id), base::join(lines, "\\n"),
                       among(chain.heads, revision.id) ? ", penwidth=2" : "");
  }
  for (const std::string& id : names.missing())
    out += fmt::format("  {} [label=\"{}\\nmissing\", style=dashed];\n", names.of(id),
                       dot_text(base::printable(id)));
  for (const Revision& revision : chain.revisions) {
    for (const std::string& parent : revision.parents)
      out += fmt::format("  {} -> {};\n", names.of(parent), names.of(revision.id));
    for (const std::string& reference : revision.depends_on)
      for (const Revision* other : chain.resolve(reference))
        out += fmt::format("  {} -> {} [style=dashed, label=\"depends_on\"];\n", names.of(other->id),
                           names.of(revision.id));
  }
  return out + "}\n";
}

}  // namespace windlass::chain
