// G4: an id that does not fit into alembic_version.version_num, a varchar(32).
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "fix/place.h"

namespace windlass::fix {

namespace {

constexpr size_t kLongest = 32;

/// What a variable of the module's top level is set to, or nullptr.
const Node* value_of(const PythonSource& source, std::string_view name) {
  const Node* assignment = source.assignment(name);
  return assignment != nullptr ? assignment->child("value") : nullptr;
}

/// String literals of a value, also in a tuple or list, that are `id`.
void replace_literals(const PythonSource& source, const Node* value, const std::string& id,
                      const std::string& by, std::vector<edit::Edit>& edits) {
  if (value == nullptr) return;
  if (value->is("Constant:str") && value->text == id) {
    const std::string_view written = source.text_of(*value);
    const size_t at = written.find(id);
    if (at != std::string_view::npos) edits.push_back({value->begin + at, value->begin + at + id.size(), by});
  }
  if (value->is("Tuple") || value->is("List"))
    for (const Node& each : value->children("elts")) replace_literals(source, &each, id, by, edits);
}

/// "Revision ID: ..." and "Revises: ..." of the module's docstring.
void replace_in_docstring(const PythonSource& source, const std::string& id, const std::string& by,
                          std::vector<edit::Edit>& edits) {
  const std::vector<Node>& body = source.root().children("body");
  const Node* text = !body.empty() && body.front().is("Expr") ? body.front().child("value") : nullptr;
  if (text == nullptr || !text->is("Constant:str")) return;
  const std::string_view written = source.text_of(*text);
  for (const std::string_view label : {"Revision ID: ", "Revises: "}) {
    const std::string line = std::string(label) + id;
    const size_t at = written.find(line);
    if (at == std::string_view::npos) continue;
    const size_t begin = text->begin + at + label.size();
    edits.push_back({begin, begin + id.size(), by});
  }
}

/// The longest beginning that fits, cut where a word ends if one ends in its second half; no other
/// revision's.
std::string shortened(const std::string& id, const chain::Chain& chain) {
  std::string text = id.substr(0, kLongest);
  const size_t cut = text.find_last_of("_-");
  if (id[kLongest] != '_' && id[kLongest] != '-' && cut != std::string::npos && cut >= kLongest / 2)
    text.resize(cut);
  while (!text.empty() && (text.back() == '_' || text.back() == '-')) text.pop_back();
  for (int n = 2; chain.find(text) != nullptr; ++n) {
    const std::string end = fmt::format("_{}", n);
    text = text.substr(0, kLongest - end.size()) + end;
  }
  return text;
}

}  // namespace

Mended<Mend> shorten_revision_id(const Ground& ground) {
  const chain::Revision* revision = ground.revision();
  if (revision == nullptr || revision->id.size() <= kLongest)
    return not_mended("it is not known which revision it is");
  const std::string& id = revision->id;
  if (!base::is_utf8(id) || std::any_of(id.begin(), id.end(), [](char c) { return (c & 0x80) != 0; }))
    return not_mended("the id has other letters than ASCII");
  const std::string by = shortened(id, ground.evidence.chain);
  Mend mend;
  const PythonSource* own = WINDLASS_TRY(ground.sources.of(revision->file));
  replace_literals(*own, value_of(*own, "revision"), id, by, mend.edits[revision->file]);
  if (mend.edits[revision->file].empty())
    return not_mended(fmt::format("{} does not write its id as one literal", revision->file));
  replace_in_docstring(*own, id, by, mend.edits[revision->file]);
  for (const chain::Revision& other : ground.evidence.chain.revisions) {
    const bool refers = base::contains(other.parents, id) || base::contains(other.depends_on, id);
    if (!refers) continue;
    const PythonSource* source = WINDLASS_TRY(ground.sources.of(other.file));
    std::vector<edit::Edit>& edits = mend.edits[other.file];
    for (const std::string_view name : {"down_revision", "depends_on"})
      replace_literals(*source, value_of(*source, name), id, by, edits);
    if (edits.empty())
      return not_mended(fmt::format("{} does not write its parent as a literal", other.file));
    replace_in_docstring(*source, id, by, edits);
  }
  mend.summary = fmt::format(
      "Revision {} is called {}, which fits into the version table. A database that is there already must be "
      "told: "
      "UPDATE alembic_version SET version_num = '{}' WHERE version_num = '{}'.",
      id, by, by, id);
  return mend;
}

}  // namespace windlass::fix
