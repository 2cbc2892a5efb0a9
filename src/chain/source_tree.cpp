#include "chain/source_tree.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <span>

#include "base/embedded.h"
#include "base/file.h"
#include "base/process.h"
#include "base/text.h"

namespace windlass::chain {

std::span<const base::Embedded> embedded_files();

namespace {

using nlohmann::json;

constexpr std::chrono::seconds kLimit{60};
constexpr size_t kAtOnce = 200;  // names on one command line
constexpr int kDeepest = 5000;   // a tree that is deeper than any source is no tree of ours

base::Error reader_failed(const std::filesystem::path& interpreter, std::string got) {
  return {"parse the sources", interpreter.string(), std::move(got),
          "Check the interpreter with `windlass doctor`.", base::Exit::CouldNotLook};
}

bool fill(const json& from, Node& node, int depth) {
  if (depth > kDeepest || !from.is_array() || from.size() != 5 || !from[0].is_string() ||
      !from[1].is_number_unsigned() || !from[2].is_number_unsigned() || !from[3].is_string() ||
      !from[4].is_object())
    return false;
  node.type = from[0].get<std::string>();
  node.begin = from[1].get<size_t>();
  node.end = from[2].get<size_t>();
  node.text = from[3].get<std::string>();
  if (node.end < node.begin) return false;
  for (const auto& [name, list] : from[4].items()) {
    if (!list.is_array()) return false;
    std::vector<Node>& nodes = node.fields[name];
    for (const json& each : list)
      if (!fill(each, nodes.emplace_back(), depth + 1)) return false;
  }
  return true;
}

/// No node ends behind the text.
bool within(const Node& node, size_t size) {
  if (node.end > size) return false;
  for (const auto& [name, nodes] : node.fields)
    for (const Node& each : nodes)
      if (!within(each, size)) return false;
  return true;
}

}  // namespace

const Node* Node::child(std::string_view field) const {
  const auto at = fields.find(field);
  return at != fields.end() && at->second.size() == 1 ? &at->second.front() : nullptr;
}

const std::vector<Node>& Node::children(std::string_view field) const {
  static const std::vector<Node> kNone;
  const auto at = fields.find(field);
  return at != fields.end() ? at->second : kNone;
}

base::Result<Node> node_from_document(std::string_view document) {
  const json read = json::parse(document, nullptr, false);
  Node node;
  if (read.is_discarded() || !fill(read, node, 0))
    return base::fail(
        {"read a syntax tree", "the interpreter's answer", "it is no tree", "", base::Exit::CouldNotLook});
  return node;
}

base::Result<SourceTrees> read_trees(const std::filesystem::path& interpreter,
                                     const std::filesystem::path& project,
                                     const std::vector<std::string>& files) {
  SourceTrees trees;
  for (size_t first = 0; first < files.size(); first += kAtOnce) {
    const std::vector<std::string> some(
        files.begin() + static_cast<std::ptrdiff_t>(first),
        files.begin() + static_cast<std::ptrdiff_t>(std::min(files.size(), first + kAtOnce)));
    base::ProcessOptions process;
    process.arguments = {interpreter.string(), "-B", "-"};
    for (const std::string& file : some) process.arguments.push_back((project / file).string());
    process.environment = base::current_environment();
    process.folder = project;
    const std::string_view program = base::embedded_text(embedded_files(), "read_trees.py");
    const base::Output output =
        WINDLASS_TRY(base::run_program(std::move(process), kLimit, size_t{512} << 20, program));
    if (output.timed_out) return base::fail(reader_failed(interpreter, "no answer within a minute"));
    if (!output.status.ok())
      return base::fail(reader_failed(
          interpreter, base::to_string(output.status) + ": " + base::shorten(base::trim(output.err), 2000)));
    const json read = json::parse(output.out, nullptr, false);
    const auto list = read.is_object() ? read.find("files") : read.end();
    if (!read.is_object() || list == read.end() || !list->is_array() || list->size() != some.size())
      return base::fail(reader_failed(interpreter, "an answer that is not the reader's own"));
    for (size_t i = 0; i < some.size(); ++i) {
      const json& entry = (*list)[i];
      if (!entry.is_object()) continue;
      if (const auto error = entry.find("error"); error != entry.end() && error->is_string()) {
        trees.errors[some[i]] = error->get<std::string>();
        continue;
      }
      auto tree = std::make_shared<SourceTree>();
      const auto text = base::read_file(project / some[i]);
      const auto root = entry.find("tree");
      if (!text || root == entry.end() || !fill(*root, tree->root, 0) || !within(tree->root, text->size())) {
        trees.errors[some[i]] = text ? "it changed while it was read" : text.error().got;
        continue;
      }
      tree->text = *text;
      trees.files[some[i]] = std::move(tree);
    }
  }
  return trees;
}

}  // namespace windlass::chain
