// A Python source as mends see it: calls, functions, names that imports brought, and the spans of all of
// them. Pure.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chain/source_tree.h"
#include "edit/edit.h"
#include "edit/lines.h"

namespace windlass::fix {

using chain::Node;

class PythonSource {
 public:
  PythonSource(std::string file, std::shared_ptr<const chain::SourceTree> tree);
  PythonSource(const PythonSource&) = delete;

  const std::string& file() const { return file_; }
  const std::string& text() const { return tree_->text; }
  const Node& root() const { return tree_->root; }
  const edit::Lines& lines() const { return lines_; }
  std::string_view text_of(const Node& node) const;

  /// The function of the module's top level; nullptr where there is none, or more than one.
  const Node* function(std::string_view name) const;
  /// The statement of the module's top level that assigns to a variable, the last one; nullptr where none
  /// does.
  const Node* assignment(std::string_view variable) const;
  /// What encloses a node; nullptr for the module.
  const Node* parent(const Node& node) const;
  /// The statement that a node is part of (itself, if it is one): the innermost one.
  const Node* statement_of(const Node& node) const;
  /// The function that it stands in, or nullptr.
  const Node* function_of(const Node& node) const;
  /// Whether something between the node and its function (or the module) may run it not at all, or several
  /// times: a loop, a condition, a comprehension, an except.
  bool conditional(const Node& node) const;

  /// "op.create_table" of a call's callee or any dotted name; empty for anything else.
  static std::string dotted(const Node& node);
  /// The same with what imports say: "alembic.op.create_table", "sqlalchemy.Enum".
  std::string qualified(const Node& node) const;
  /// Calls whose function has this qualified name, in order.
  std::vector<const Node*> calls_of(std::string_view qualified_name) const;
  /// Every node that `wanted`, in order of its place, outer ones first.
  std::vector<const Node*> all(const std::function<bool(const Node&)>& wanted) const;
  /// The calls that begin in a line, outer ones first; where none begins there, the innermost one around it.
  std::vector<const Node*> calls_at(int line) const;

  /// What a module is called here: "sa" for "sqlalchemy"; empty where it is not imported as a whole.
  std::string module_alias(std::string_view module) const;
  /// What a name of a module is called here: "ENUM" for ("sqlalchemy.dialects.postgresql", "ENUM").
  std::string imported_as(std::string_view module, std::string_view name) const;
  /// Whether the module's top level binds a name in any way.
  bool binds(std::string_view name) const;

  /// The line ending of the file.
  std::string_view ending() const { return ending_; }
  /// Lines of their own right before a statement, indented as it is. `lines` have no ending.
  edit::Edit before(const Node& statement, const std::vector<std::string>& new_lines) const;
  /// Lines of their own right behind it.
  edit::Edit behind(const Node& statement, const std::vector<std::string>& new_lines) const;
  /// A statement taken out with its lines; `pass` stays where its block would be empty.
  edit::Edit without(const Node& statement) const;
  /// An import behind those that are there (behind the docstring where there are none).
  edit::Edit import(const std::string& line) const;

 private:
  struct Import {
    std::string name, means;  ///< as bound here; what it stands for, dotted
    bool module = false;      ///< the name is a module as a whole
  };
  void read_imports();
  void link(const Node& node);
  size_t line_begin(size_t position) const;
  size_t line_end(size_t position) const;
  std::string block(std::string_view indentation, const std::vector<std::string>& new_lines) const;

  std::string file_;
  std::shared_ptr<const chain::SourceTree> tree_;
  edit::Lines lines_;
  std::string ending_;
  std::vector<Import> imports_;
  std::vector<std::pair<const Node*, const Node*>> parents_;  // sorted by the first
};

/// A call's keyword argument (the node "keyword", whose field "value" is the value), or nullptr.
const Node* keyword(const Node& call, std::string_view name);
/// A call's positional argument, or nullptr; of one with a star before it none is known.
const Node* positional(const Node& call, size_t index);
/// An argument by its place or by its name, or nullptr.
const Node* argument(const Node& call, size_t index, std::string_view name);
/// Where a call's last argument ends; 0 where it has none.
size_t end_of_arguments(const Node& call);
/// Whether a function's body is `pass`, `...`, or a text alone.
bool does_nothing(const std::vector<Node>& body);
/// The text of a node that is a string literal.
std::optional<std::string> string_value(const Node* node);
/// A text as a literal of Python, in double quotes and in one line.
std::string python_literal(std::string_view text);

}  // namespace windlass::fix
