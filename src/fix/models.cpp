#include "fix/models.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "fix/place.h"

namespace windlass::fix {

namespace {

constexpr int kMostSteps = 8;  // from module to module, from base to base

/// "app/models.py" or "app/models/__init__.py", as the run opened it; empty where it did not.
std::string file_of(const Ground& ground, const std::string& module) {
  const std::string path = base::replace_all(module, ".", "/");
  std::string found;
  for (const std::string& ending : {path + ".py", path + "/__init__.py"})
    for (const run::Input& input : ground.evidence.inputs) {
      if (input.file == ending) return ending;
      if (!input.file.ends_with("/" + ending)) continue;
      // src/app/models.py, and tests/app/models.py: which of them is meant is not known.
      if (!found.empty() && found != input.file) return "";
      found = input.file;
    }
  return found;
}

std::pair<std::string, std::string> module_and_name(const std::string& qualified) {
  const size_t dot = qualified.rfind('.');
  return dot == std::string::npos ? std::pair(std::string(), qualified)
                                  : std::pair(qualified.substr(0, dot), qualified.substr(dot + 1));
}

/// A class or an assignment of a module's top level.
struct Definition {
  const PythonSource* source = nullptr;
  const Node* node = nullptr;
  std::string module;
};

/// The module that an import of a module names: `from .people import Person` in app/models/__init__.py.
std::string imported_module(const Node& import, const std::string& module, bool package) {
  const Node* level = import.child("level");
  const int up = level != nullptr && !level->text.empty() ? std::atoi(level->text.c_str()) : 0;
  if (up == 0) return import.text;
  std::string from = module;
  for (int i = package ? 1 : 0; i < up; ++i) from = module_and_name(from).first;
  return import.text.empty() ? from : from.empty() ? import.text : from + "." + import.text;
}

std::optional<Definition> definition_of(const Ground& ground, const std::string& module,
                                        const std::string& name, int steps = 0) {
  const std::string file = file_of(ground, module);
  if (file.empty() || steps > kMostSteps) return std::nullopt;
  const auto source = ground.sources.of(file);
  if (!source) return std::nullopt;
  std::optional<Definition> found;
  for (const Node& node : (*source)->root().children("body")) {
    if (node.is("ClassDef") && node.text == name) found = Definition{*source, &node, module};
    if (node.is("ImportFrom")) {
      for (const Node& alias : node.children("names")) {
        const Node* as = alias.child("asname");
        if ((as != nullptr ? as->text : alias.text) == name)
          found = definition_of(ground, imported_module(node, module, file.ends_with("__init__.py")),
                                alias.text, steps + 1);
        else if (alias.text == "*" && !found)
          found = definition_of(ground, imported_module(node, module, file.ends_with("__init__.py")), name,
                                steps + 1);
      }
    }
  }
  if (!found)
    if (const Node* assigned = (*source)->assignment(name)) found = Definition{*source, assigned, module};
  return found;
}

bool is_plain_type(const PythonSource& source, const Node& type) {
  static const std::set<std::string> kPlain = {
      "Integer",     "BigInteger", "SmallInteger", "String",     "Text",       "Unicode",
      "UnicodeText", "Boolean",    "Date",         "DateTime",   "Time",       "Numeric",
      "Float",       "INTEGER",    "BIGINT",       "VARCHAR",    "TEXT",       "BOOLEAN",
      "DATE",        "TIMESTAMP",  "SMALLINT",     "ForeignKey", "LargeBinary"};
  const Node* named = type.is("Call") ? type.child("func") : &type;
  if (named == nullptr) return false;
  const std::string name = module_and_name(source.qualified(*named)).second;
  if (!kPlain.contains(name) || source.assignment(name) != nullptr) return false;
  for (const Node& node : source.root().children("body"))
    if (node.is("ClassDef") && node.text == name) return false;
  if (!type.is("Call") || name == "ForeignKey") return true;
  const std::vector<Node>& keywords = type.children("keywords");
  return std::all_of(keywords.begin(), keywords.end(), [](const Node& each) {
    return base::contains(std::vector<std::string>{"length", "timezone", "precision", "scale"}, each.text);
  });
}

/// `Mapped[Optional[str]]`: values of Python's own types.
bool is_plain_annotation(std::string_view annotation) {
  static const std::set<std::string> kPlain = {"Mapped", "Optional", "int",  "str",       "bool", "float",
                                               "date",   "datetime", "None", "Decimal",   "time", "bytes",
                                               "orm",    "typing",   "t",    "sqlalchemy"};
  std::string word;
  for (size_t i = 0; i <= annotation.size(); ++i) {
    const char c = i < annotation.size() ? annotation[i] : ' ';
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_') {
      word += c;
      continue;
    }
    if (!word.empty() && !kPlain.contains(word)) return false;
    word.clear();
  }
  return true;
}

/// A default as another source can write it.
std::string portable(const PythonSource& source, const Node* value) {
  if (value == nullptr) return "";
  if (value->type.starts_with("Constant:")) return std::string(source.text_of(*value));
  const Node* callee = value->is("Call") ? value->child("func") : nullptr;
  if (callee != nullptr && value->children("args").empty() && value->children("keywords").empty())
    for (const std::string_view module : {"sqlalchemy.func.", "sqlalchemy.sql.func."})
      if (const std::string name = source.qualified(*callee); name.starts_with(module))
        return "sa.func." + name.substr(module.size()) + "()";
  return "?";
}

const Node* value_of(const Node* keyword) { return keyword != nullptr ? keyword->child("value") : nullptr; }

/// Which makes a column: Column(...), mapped_column(...), db.Column(...).
bool makes_column(const PythonSource& source, const Node& call) {
  const Node* callee = call.child("func");
  const std::string name = callee != nullptr ? module_and_name(source.qualified(*callee)).second : "";
  return name == "Column" || name == "mapped_column";
}

void add_column(const PythonSource& source, const std::string& attribute, const Node* annotation,
                const Node* call, Model& model) {
  ModelColumn column;
  column.name = attribute;
  size_t at = 0;
  if (const Node* first = call != nullptr ? positional(*call, 0) : nullptr; string_value(first)) {
    column.name = *string_value(first);
    at = 1;
  }
  const Node* named = call != nullptr ? keyword(*call, "type_") : nullptr;
  const Node* type = named != nullptr  ? named->child("value")
                     : call != nullptr ? positional(*call, at)
                                       : nullptr;
  column.plain = type != nullptr         ? is_plain_type(source, *type)
                 : annotation != nullptr ? is_plain_annotation(source.text_of(*annotation))
                                         : false;
  if (call != nullptr) {
    if (const Node* given = keyword(*call, "name"); given != nullptr)
      column.name = string_value(given->child("value")).value_or("");
    column.fill = portable(source, value_of(keyword(*call, "default")));
    if (column.fill.empty()) column.fill = portable(source, value_of(keyword(*call, "insert_default")));
    if (keyword(*call, "default_factory") != nullptr) column.fill = "?";
    column.refill = portable(source, value_of(keyword(*call, "onupdate")));
  }
  column.place = model.columns.size();
  model.columns.emplace(attribute, std::move(column));  // the class's own before its bases'
}

Mended<void> read_class(const Ground& ground, const Definition& of, Model& model, int steps);

/// A base that is another class; what it has is the model's, too.
Mended<void> read_base(const Ground& ground, const Definition& of, const Node& written, Model& model,
                       int steps) {
  const std::string name = PythonSource::dotted(written);
  const auto unknown = [&] {
    return not_mended(fmt::format("what {} inherits from {} was not found", model.name, name));
  };
  if (name.empty() || steps > kMostSteps) return unknown();
  // The extension's own base, the declarative one, what a library gives without columns.
  if (name.ends_with(".Model") || name == "DeclarativeBase" || name.ends_with(".DeclarativeBase") ||
      name == "object" || name == "AsyncAttrs")
    return {};
  const auto [module, last] = module_and_name(of.source->qualified(written));
  auto found = module.empty() || module.starts_with(".") ? definition_of(ground, of.module, name)
                                                         : definition_of(ground, module, last);
  if (!found) return unknown();
  if (!found->node->is("ClassDef")) {
    const Node* value = found->node->child("value");
    const Node* callee = value != nullptr && value->is("Call") ? value->child("func") : nullptr;
    const std::string maker = callee != nullptr ? module_and_name(PythonSource::dotted(*callee)).second : "";
    if (maker == "declarative_base" || maker == "generate_base") {
      if (keyword(*value, "cls") != nullptr) return unknown();
      return {};
    }
    return unknown();
  }
  return read_class(ground, *found, model, steps + 1);
}

Mended<void> read_class(const Ground& ground, const Definition& of, Model& model, int steps) {
  for (const Node& node : of.node->children("body")) {
    const Node* target = node.is("Assign")      ? node.child("targets")
                         : node.is("AnnAssign") ? node.child("target")
                                                : nullptr;
    const Node* value = node.child("value");
    if (node.is("FunctionDef")) {
      for (const Node& decorator : node.children("decorator_list")) {
        const Node* callee = decorator.is("Call") ? decorator.child("func") : &decorator;
        const std::string name =
            callee != nullptr ? module_and_name(PythonSource::dotted(*callee)).second : "";
        if (name == "validates" || name == "declared_attr")
          return not_mended(fmt::format("{} has a {}, which a frozen class would lack", model.name, name));
      }
      if (node.text == "__init__")
        return not_mended(fmt::format("{} has an __init__ of its own", model.name));
      continue;
    }
    if (target == nullptr || !target->is("Name")) continue;
    if (target->text == "__mapper_args__")
      return not_mended(fmt::format("{} says how it is mapped (__mapper_args__)", model.name));
    if (target->text == "__tablename__") {
      if (steps > 0) return not_mended(fmt::format("{} inherits a table", model.name));
      model.table = string_value(value).value_or("");
      continue;
    }
    if (target->text == "__table_args__" && value != nullptr && steps == 0) {
      // The schema, in the dictionary that stands last, or alone.
      const Node* options =
          value->is("Tuple") && !value->children("elts").empty() ? &value->children("elts").back() : value;
      if (options->is("Dict")) {
        const auto &keys = options->children("keys"), &values = options->children("values");
        if (keys.size() != values.size())
          return not_mended(fmt::format("the schema of {} is no literal", model.name));
        for (size_t i = 0; i < keys.size() && i < values.size(); ++i)
          if (keys[i].text == "schema") {
            if (!string_value(&values[i]))
              return not_mended(fmt::format("the schema of {} is no literal", model.name));
            model.schema = values[i].text;
          }
      }
      continue;
    }
    const Node* annotation = node.child("annotation");
    const Node* callee = value != nullptr && value->is("Call") ? value->child("func") : nullptr;
    if (callee != nullptr && module_and_name(of.source->qualified(*callee)).second == "relationship")
      model.relations = true;
    else if (callee != nullptr && makes_column(*of.source, *value))
      add_column(*of.source, target->text, annotation, value, model);
    else if (annotation != nullptr && value == nullptr &&
             of.source->text_of(*annotation).starts_with("Mapped["))
      add_column(*of.source, target->text, annotation, nullptr, model);
  }
  for (const Node& each : of.node->children("bases"))
    WINDLASS_CHECK(read_base(ground, of, each, model, steps));
  return {};
}

}  // namespace

Mended<Model> find_model(const Ground& ground, const std::string& qualified) {
  const auto [module, name] = module_and_name(qualified);
  const auto found = definition_of(ground, module, name);
  if (!found || !found->node->is("ClassDef"))
    return not_mended(fmt::format("where {} is defined was not found", qualified));
  Model model;
  model.file = found->source->file();
  model.name = name;
  WINDLASS_CHECK(read_class(ground, *found, model, 0));
  if (model.table.empty())
    return not_mended(fmt::format("{} does not write the name of its table as a literal", name));
  return model;
}

bool is_mapped_class(const Ground& ground, const std::string& qualified) {
  const auto [module, name] = module_and_name(qualified);
  const auto found = definition_of(ground, module, name);
  if (!found || !found->node->is("ClassDef")) return false;
  for (const Node& node : found->node->children("body")) {
    const Node* target = node.is("Assign") ? node.child("targets") : node.child("target");
    if (target != nullptr && target->text == "__tablename__") return true;
    const Node* value = node.child("value");
    if (value != nullptr && value->is("Call") && makes_column(*found->source, *value)) return true;
  }
  return false;
}

bool in_project(const Ground& ground, const std::string& module) { return !file_of(ground, module).empty(); }

}  // namespace windlass::fix
