#include "fix/unused.h"

#include <algorithm>

#include "base/text.h"

namespace windlass::fix {

namespace {

bool within(const Node& node, std::span<const Node* const> gone) {
  return std::any_of(gone.begin(), gone.end(),
                     [&](const Node* each) { return each->begin <= node.begin && node.end <= each->end; });
}

bool is_import(const Node& node) { return node.is("Import") || node.is("ImportFrom"); }

}  // namespace

std::vector<std::string> bound_by(const Node& import) {
  std::vector<std::string> names;
  for (const Node& alias : import.children("names")) {
    const Node* as = alias.child("asname");
    names.push_back(as != nullptr         ? as->text
                    : import.is("Import") ? alias.text.substr(0, alias.text.find('.'))
                                          : alias.text);
  }
  return names;
}

bool used_outside(const PythonSource& source, std::string_view name, std::span<const Node* const> gone) {
  return !source
              .all([&](const Node& node) {
                if (within(node, gone)) return false;
                // A text may name it: __all__, an annotation.
                return (node.is("Name") || node.is("Constant:str")) && node.text == name;
              })
              .empty();
}

std::vector<edit::Edit> without_unused(const PythonSource& source, std::span<const Node* const> gone,
                                       const std::vector<std::string>& kept) {
  std::vector<const Node*> all(gone.begin(), gone.end());
  std::vector<edit::Edit> edits;
  const auto used = [&](const std::string& name) {
    // It was used before, and is not now: what nothing used may stand there for a reason.
    return name == "*" || base::contains(kept, name) || used_outside(source, name, all) ||
           !used_outside(source, name, {});
  };
  for (const Node* assign : source.all([](const Node& node) { return node.is("Assign"); })) {
    const Node* target = assign->child("targets");
    const Node* value = assign->child("value");
    const Node* callee = value != nullptr && value->is("Call") ? value->child("func") : nullptr;
    const Node* function = source.function_of(*assign);
    if (target == nullptr || !target->is("Name") || callee == nullptr || function == nullptr ||
        source.qualified(*callee) != "alembic.op.get_bind" || within(*assign, gone))
      continue;
    const auto reads = source.all([&](const Node& node) {
      return node.is("Name") && node.text == target->text && &node != target &&
             source.function_of(node) == function;
    });
    const bool only_there = !reads.empty() && std::all_of(reads.begin(), reads.end(), [&](const Node* each) {
      return within(*each, gone);
    });
    if (!only_there) continue;
    edits.push_back(source.without(*assign));
    all.push_back(assign);
  }
  for (const Node& node : source.root().children("body")) {
    if (!is_import(node) || within(node, gone)) continue;
    const std::vector<std::string> names = bound_by(node);
    if (!names.empty() && std::none_of(names.begin(), names.end(), used))
      edits.push_back(source.without(node));
  }
  return edits;
}

}  // namespace windlass::fix
