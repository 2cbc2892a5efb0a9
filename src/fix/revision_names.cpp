#include "fix/revision_names.h"

namespace windlass::fix {

namespace {

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

}  // namespace

std::vector<edit::Edit> with_other_id(const PythonSource& source,
                                      const std::vector<std::string_view>& variables, const std::string& id,
                                      const std::string& by) {
  std::vector<edit::Edit> edits;
  for (const std::string_view name : variables)
    replace_literals(source, value_of(source, name), id, by, edits);
  if (!edits.empty()) replace_in_docstring(source, id, by, edits);
  return edits;
}

}  // namespace windlass::fix
