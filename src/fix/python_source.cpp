#include "fix/python_source.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace windlass::fix {

namespace {

bool one_of(std::string_view word, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool is_statement(const Node& node) {
  return one_of(node.type, {"FunctionDef", "AsyncFunctionDef",
                            "ClassDef",    "Return",
                            "Delete",      "Assign",
                            "AugAssign",   "AnnAssign",
                            "For",         "AsyncFor",
                            "While",       "If",
                            "With",        "AsyncWith",
                            "Match",       "Raise",
                            "Try",         "TryStar",
                            "Assert",      "Import",
                            "ImportFrom",  "Global",
                            "Nonlocal",    "Expr",
                            "Pass",        "Break",
                            "Continue",    "TypeAlias"});
}

bool is_function(const Node& node) { return node.is("FunctionDef") || node.is("AsyncFunctionDef"); }

/// Decorators stand before the `def` that a node of Python's names as its begin.
size_t first_byte(const Node& statement) {
  size_t begin = statement.begin;
  for (const Node& decorator : statement.children("decorator_list")) begin = std::min(begin, decorator.begin);
  return begin;
}

}  // namespace

PythonSource::PythonSource(std::string file, std::shared_ptr<const chain::SourceTree> tree)
    : file_(std::move(file)),
      tree_(std::move(tree)),
      lines_(tree_->text),
      ending_(edit::line_ending(tree_->text)) {
  link(tree_->root);
  std::sort(parents_.begin(), parents_.end());
  read_imports();
}

void PythonSource::link(const Node& node) {
  for (const auto& [field, nodes] : node.fields)
    for (const Node& child : nodes) {
      parents_.emplace_back(&child, &node);
      link(child);
    }
}

std::string_view PythonSource::text_of(const Node& node) const {
  return std::string_view(text()).substr(node.begin, node.end - node.begin);
}

const Node* PythonSource::function(std::string_view name) const {
  const Node* found = nullptr;
  for (const Node& node : root().children("body")) {
    if (!is_function(node) || node.text != name) continue;
    if (found != nullptr) return nullptr;
    found = &node;
  }
  return found;
}

const Node* PythonSource::assignment(std::string_view variable) const {
  const Node* found = nullptr;
  for (const Node& node : root().children("body")) {
    const Node* target = node.is("AnnAssign") ? node.child("target")
                         : node.is("Assign")  ? node.child("targets")
                                              : nullptr;
    if (target != nullptr && target->is("Name") && target->text == variable && node.child("value") != nullptr)
      found = &node;
  }
  return found;
}

const Node* PythonSource::parent(const Node& node) const {
  const auto at =
      std::lower_bound(parents_.begin(), parents_.end(), std::make_pair(&node, (const Node*)nullptr));
  return at != parents_.end() && at->first == &node ? at->second : nullptr;
}

const Node* PythonSource::statement_of(const Node& node) const {
  const Node* at = &node;
  while (at != nullptr && !is_statement(*at)) at = parent(*at);
  return at;
}

const Node* PythonSource::function_of(const Node& node) const {
  const Node* at = parent(node);
  while (at != nullptr && !is_function(*at)) at = parent(*at);
  return at;
}

bool PythonSource::conditional(const Node& node) const {
  for (const Node* at = parent(node); at != nullptr && !is_function(*at); at = parent(*at)) {
    if (one_of(at->type,
               {"For", "AsyncFor", "While", "If", "IfExp", "BoolOp", "Try", "TryStar", "ExceptHandler",
                "Match", "ListComp", "SetComp", "DictComp", "GeneratorExp", "Lambda", "ClassDef"}))
      return true;
  }
  return false;
}

std::string PythonSource::dotted(const Node& node) {
  if (node.is("Name")) return node.text;
  if (!node.is("Attribute")) return "";
  const Node* value = node.child("value");
  const std::string left = value != nullptr ? dotted(*value) : "";
  return left.empty() ? "" : left + "." + node.text;
}

std::string PythonSource::qualified(const Node& node) const {
  const std::string name = dotted(node);
  if (name.empty()) return "";
  const size_t dot = name.find('.');
  const std::string first = name.substr(0, dot);
  // The last import of a name is the one that counts.
  for (auto each = imports_.rbegin(); each != imports_.rend(); ++each)
    if (each->name == first) return each->means + (dot == std::string::npos ? "" : name.substr(dot));
  return name;
}

std::vector<const Node*> PythonSource::all(const std::function<bool(const Node&)>& wanted) const {
  std::vector<const Node*> found;
  if (wanted(root())) found.push_back(&root());
  for (const auto& [node, above] : parents_)
    if (wanted(*node)) found.push_back(node);
  std::stable_sort(found.begin(), found.end(), [](const Node* a, const Node* b) {
    return a->begin != b->begin ? a->begin < b->begin : a->end > b->end;
  });
  return found;
}

std::vector<const Node*> PythonSource::calls_of(std::string_view qualified_name) const {
  return all([&](const Node& node) {
    const Node* callee = node.is("Call") ? node.child("func") : nullptr;
    return callee != nullptr && qualified(*callee) == qualified_name;
  });
}

std::vector<const Node*> PythonSource::calls_at(int line) const {
  std::vector<const Node*> found =
      all([&](const Node& node) { return node.is("Call") && lines_.line_at(node.begin) == line; });
  if (!found.empty()) return found;
  found = all([&](const Node& node) {
    return node.is("Call") && lines_.line_at(node.begin) < line && lines_.line_at(node.end) >= line;
  });
  if (found.size() > 1) found.erase(found.begin(), found.end() - 1);
  return found;
}

void PythonSource::read_imports() {
  for (const Node* node : all([](const Node& n) { return n.is("Import") || n.is("ImportFrom"); })) {
    // Of a relative import it is not known here which module it is.
    const Node* level = node->child("level");
    const bool relative = level != nullptr && level->text != "0";
    for (const Node& alias : node->children("names")) {
      const Node* as = alias.child("asname");
      Import import;
      if (node->is("Import")) {
        import.module = true;
        import.name = as != nullptr ? as->text : alias.text.substr(0, alias.text.find('.'));
        import.means = as != nullptr ? alias.text : import.name;
      } else {
        import.name = as != nullptr ? as->text : alias.text;
        import.means = (relative ? "." : "") + node->text + "." + alias.text;
      }
      imports_.push_back(std::move(import));
    }
  }
}

std::string PythonSource::module_alias(std::string_view module) const {
  for (auto each = imports_.rbegin(); each != imports_.rend(); ++each)
    if (each->means == module) return each->name;
  return "";
}

std::string PythonSource::imported_as(std::string_view module, std::string_view name) const {
  return module_alias(std::string(module) + "." + std::string(name));
}

bool PythonSource::binds(std::string_view name) const {
  for (const Import& import : imports_)
    if (import.name == name) return true;
  return !all([&](const Node& node) {
            if (is_function(node) || node.is("ClassDef") || node.is("arg")) return node.text == name;
            const Node* context = node.is("Name") ? node.child("ctx") : nullptr;
            return context != nullptr && context->is("Store") && node.text == name;
          }).empty();
}

size_t PythonSource::line_begin(size_t position) const { return lines_.start(lines_.line_at(position)); }

size_t PythonSource::line_end(size_t position) const { return lines_.end(lines_.line_at(position)); }

std::string PythonSource::block(std::string_view indentation,
                                const std::vector<std::string>& new_lines) const {
  std::string out;
  for (const std::string& line : new_lines) {
    if (!line.empty()) out += std::string(indentation) + line;
    out += ending_;
  }
  return out;
}

edit::Edit PythonSource::before(const Node& statement, const std::vector<std::string>& new_lines) const {
  const size_t begin = first_byte(statement);
  const size_t line = line_begin(begin);
  const std::string_view indentation = edit::indentation_at(text(), begin);
  // `if x: y()` and `a(); b()`: what stands before it in its line is no blank.
  if (line + indentation.size() != begin) {
    std::string joined = base::join(new_lines, "; ");
    return {begin, begin, joined + "; "};
  }
  return {line, line, block(indentation, new_lines)};
}

edit::Edit PythonSource::behind(const Node& statement, const std::vector<std::string>& new_lines) const {
  const size_t begin = first_byte(statement);
  const std::string_view indentation = edit::indentation_at(text(), begin);
  // `def downgrade(): x()`: a line of its own would belong to what is around it.
  if (parent(statement) != &root() && line_begin(begin) + indentation.size() != begin)
    return {statement.end, statement.end, "; " + base::join(new_lines, "; ")};
  const size_t end = line_end(statement.end == 0 ? 0 : statement.end - 1);
  std::string added = block(indentation, new_lines);
  if (const bool unended = end == text().size() && !text().ends_with('\n') && !text().ends_with('\r');
      unended) {
    added = ending_ + added.substr(0, added.size() - ending_.size());
  }
  return {end, end, std::move(added)};
}

edit::Edit PythonSource::without(const Node& statement) const {
  const Node* above = parent(statement);
  const size_t begin = first_byte(statement);
  const size_t line = line_begin(begin);
  size_t end = statement.end;
  size_t siblings = 0;
  if (above != nullptr)
    for (const auto& [field, nodes] : above->fields)
      if (!nodes.empty() && &statement >= nodes.data() && &statement < nodes.data() + nodes.size())
        siblings = nodes.size();
  if (siblings == 1) return {begin, end, "pass"};
  const std::string_view rest = std::string_view(text()).substr(end, line_end(end == 0 ? 0 : end - 1) - end);
  const std::string_view behind = base::trim(rest);
  const bool alone = line + edit::indentation_at(text(), begin).size() == begin;
  if (behind.starts_with(';')) {
    // `a(); b()`: the semicolon goes, too.
    end += rest.find(';') + 1;
    while (end < text().size() && (text()[end] == ' ' || text()[end] == '\t')) ++end;
    return {begin, end, ""};
  }
  if (!alone) {
    // The semicolon is the one before it.
    size_t from = begin;
    while (from > line && text()[from - 1] != ';') --from;
    return {from > line ? from - 1 : begin, end, from > line ? "" : "pass"};
  }
  return {line, line_end(end == 0 ? 0 : end - 1), ""};
}

edit::Edit PythonSource::import(const std::string& line) const {
  const Node* last = nullptr;
  const std::vector<Node>& body = root().children("body");
  for (const Node& node : body) {
    if (node.is("Import") || node.is("ImportFrom"))
      last = &node;
    else if (last != nullptr)
      break;  // those further down may stand there for a reason
  }
  if (last != nullptr) return behind(*last, {line});
  if (body.empty()) return {text().size(), text().size(), line + std::string(ending_)};
  const Node* value = body.front().is("Expr") ? body.front().child("value") : nullptr;
  if (value != nullptr && value->is("Constant:str")) return behind(body.front(), {"", line});
  return before(body.front(), {line, ""});
}

const Node* keyword(const Node& call, std::string_view name) {
  for (const Node& each : call.children("keywords"))
    if (each.text == name) return &each;
  return nullptr;
}

const Node* positional(const Node& call, size_t index) {
  const std::vector<Node>& arguments = call.children("args");
  for (size_t i = 0; i < arguments.size() && i <= index; ++i) {
    if (arguments[i].is("Starred")) return nullptr;
    if (i == index) return &arguments[i];
  }
  return nullptr;
}

const Node* argument(const Node& call, size_t index, std::string_view name) {
  if (const Node* given = positional(call, index)) return given;
  const Node* named = keyword(call, name);
  return named != nullptr ? named->child("value") : nullptr;
}

size_t end_of_arguments(const Node& call) {
  size_t end = 0;
  for (const std::string_view field : {"args", "keywords"})
    for (const Node& each : call.children(field)) end = std::max(end, each.end);
  return end;
}

bool does_nothing(const std::vector<Node>& body) {
  return std::all_of(body.begin(), body.end(), [](const Node& each) {
    const Node* value = each.is("Expr") ? each.child("value") : nullptr;
    return each.is("Pass") || (value != nullptr && value->type.starts_with("Constant"));
  });
}

std::optional<std::string> string_value(const Node* node) {
  if (node == nullptr || !node->is("Constant:str")) return std::nullopt;
  return node->text;
}

std::string python_literal(std::string_view text) {
  std::string out = "\"";
  for (const char each : text) {
    if (each == '"' || each == '\\') out += '\\';
    if (each == '\n')
      out += "\\n";
    else if (static_cast<unsigned char>(each) < ' ' || each == 0x7f)
      out += fmt::format("\\x{:02x}", each);
    else
      out += each;
  }
  return out + "\"";
}

}  // namespace windlass::fix
