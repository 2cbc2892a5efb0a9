// D1: a revision reads or writes through the application's mapped classes, which name columns that come only
// later. Each class that it uses is written into the revision as it was: its table, its key, the columns that
// the revision asks for.
//
// As a mapped class and not as sa.table(): sessions, queries, select(), insert() and `__table__` then work on
// as they stand, under SQLAlchemy 1.4 and 2 alike, and the edit is one block instead of every use. What a
// frozen class would do otherwise than the application's own (defaults in Python, validators, relationships,
// types that convert) is looked for, since no run on an empty database would show it.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "diagnose/compose.h"
#include "fix/model_uses.h"
#include "fix/models.h"
#include "fix/place.h"
#include "fix/table_then.h"
#include "fix/unused.h"

namespace windlass::fix {

namespace {

struct FrozenClass {
  Model model;
  TableThen then;
  std::string local;  ///< what the revision calls it
};

/// The project's classes that the revision imports, or names by their module: qualified names.
std::map<std::string, std::string> classes_of(const Ground& ground, const PythonSource& source) {
  std::map<std::string, std::string> found;
  for (const Node* node : source.all([](const Node& n) { return n.is("Name") || n.is("Attribute"); })) {
    const std::string name = source.qualified(*node);
    const size_t dot = name.rfind('.');
    if (dot == std::string::npos || name == PythonSource::dotted(*node)) {
      // `import app.models`: the name as it stands is the qualified one.
      if (dot == std::string::npos || !source.binds(name.substr(0, name.find('.')))) continue;
    }
    if (!found.contains(name) && in_project(ground, name.substr(0, dot))) found[name] = name.substr(dot + 1);
  }
  return found;
}

std::string type_of(const ModelColumn& column, const TableThen& then, const std::string& sa) {
  const auto type = then.types.find(column.name);
  return column.plain && type != then.types.end() ? sqlalchemy_type(type->second, sa) : "";
}

std::vector<std::pair<std::string, ModelColumn>> in_order(const Model& model) {
  std::vector<std::pair<std::string, ModelColumn>> columns(model.columns.begin(), model.columns.end());
  std::sort(columns.begin(), columns.end(),
            [](const auto& a, const auto& b) { return a.second.place < b.second.place; });
  return columns;
}

/// What a ForeignKey calls a table ("public.people") that one of the classes is of; empty where none is.
std::string written_table(const std::map<std::string, FrozenClass>& all, const std::string& table) {
  for (const auto& [name, each] : all)
    if (each.then.schema + "." + each.then.name == table)
      return (each.model.schema.empty() ? "" : each.model.schema + ".") + each.model.table;
  return "";
}

/// The class as the revision is to have it.
Mended<std::vector<std::string>> class_text(const FrozenClass& frozen, const ModelUses& uses,
                                            const std::map<std::string, FrozenClass>& all,
                                            const std::string& base, const std::string& sa) {
  std::vector<std::string> lines = {fmt::format("class {}({}):", frozen.local, base),
                                    "    __tablename__ = " + diagnose::python_strings({frozen.model.table})};
  if (!frozen.model.schema.empty())
    lines.push_back(fmt::format("    __table_args__ = {{\"schema\": {}}}",
                                diagnose::python_strings({frozen.model.schema})));
  lines.emplace_back();
  std::vector<std::string> keys, others;
  for (const auto& [attribute, column] : in_order(frozen.model)) {
    if (!frozen.then.types.contains(column.name)) continue;
    const bool key = base::contains(frozen.then.primary_key, column.name);
    const bool fills = uses.makes_rows && !column.fill.empty();
    const bool refills = uses.writes_rows && !column.refill.empty();
    if (!key && !fills && !refills && !uses.attributes.contains(attribute)) continue;
    if ((fills && column.fill == "?") || (refills && column.refill == "?"))
      return not_mended(fmt::format("the class {} itself fills {}, in a way that cannot be written down here",
                                    frozen.model.name, attribute));
    const std::string type = type_of(column, frozen.then, sa);
    if (type.empty())
      return not_mended(
          fmt::format("the values of {}.{} are of a type ({}) that the class may turn into something else",
                      frozen.model.name, attribute, frozen.then.types.at(column.name)));
    std::string line = fmt::format("    {} = {}.Column(", attribute, sa);
    if (column.name != attribute) line += diagnose::python_strings({column.name}) + ", ";
    line += type;
    // Sessions write rows in the order of the keys between them.
    if (const auto refers = frozen.then.references.find(column.name); refers != frozen.then.references.end())
      if (const std::string to = written_table(all, refers->second.first); !to.empty())
        line += fmt::format(", {}.ForeignKey({})", sa,
                            diagnose::python_strings({to + "." + refers->second.second}));
    if (key) line += ", primary_key=True";
    const auto with_sa = [&](const std::string& text) {
      return text.starts_with("sa.") ? sa + text.substr(2) : text;
    };
    if (fills) line += ", default=" + with_sa(column.fill);
    if (refills) line += ", onupdate=" + with_sa(column.refill);
    (key ? keys : others).push_back(line + ")");
  }
  if (keys.size() != frozen.then.primary_key.size() || keys.empty())
    return not_mended(
        fmt::format("what the class {} calls the table's primary key was not found", frozen.model.name));
  lines.insert(lines.end(), keys.begin(), keys.end());
  lines.insert(lines.end(), others.begin(), others.end());
  return lines;
}

/// Where the application listens for rows being written (event.listens_for, event.listen): what it then does,
/// a frozen class would not set off. Empty where it does so nowhere.
std::string listener_of(const Ground& ground) {
  for (const run::Input& input : ground.evidence.inputs) {
    if (!input.file.ends_with(".py")) continue;
    const auto read = ground.sources.of(input.file);
    if (!read) continue;
    const PythonSource& source = **read;
    for (const Node* call : source.all([](const Node& node) { return node.is("Call"); })) {
      const Node* callee = call->child("func");
      const std::string name = callee != nullptr ? source.qualified(*callee) : "";
      if (name != "sqlalchemy.event.listens_for" && name != "sqlalchemy.event.listen") continue;
      const Node* what = positional(*call, 1);
      // Of connections and tables, what a listener does has nothing to do with classes.
      const std::string event = string_value(what).value_or("before_insert");
      if (base::contains(event, "insert") || base::contains(event, "update") ||
          base::contains(event, "delete") || base::contains(event, "flush") ||
          base::contains(event, "commit") || event == "set" || event == "init" || event == "load" ||
          event == "append" || event == "remove")
        return where(source, *call);
    }
  }
  return "";
}

/// Takes the classes out of the imports that brought them.
std::vector<edit::Edit> without_imports(const PythonSource& source,
                                        const std::map<std::string, std::string>& classes,
                                        std::vector<const Node*>& gone) {
  std::vector<edit::Edit> edits;
  for (const Node* import : source.all([](const Node& node) { return node.is("ImportFrom"); })) {
    const Node* level = import->child("level");
    if (level != nullptr && level->text != "0") continue;
    std::vector<std::string> kept;
    for (const Node& alias : import->children("names")) {
      if (classes.contains(import->text + "." + alias.text)) continue;
      const Node* as = alias.child("asname");
      kept.push_back(alias.text + (as != nullptr ? " as " + as->text : ""));
    }
    if (kept.size() == import->children("names").size()) continue;
    gone.push_back(import);
    if (kept.empty())
      edits.push_back(source.without(*import));
    else
      edits.push_back({import->begin, import->end,
                       fmt::format("from {} import {}", import->text, base::join(kept, ", "))});
  }
  return edits;
}

/// The statement (Statement::n) that the finding is about, in the run at hand.
int statement_at(const Ground& ground) {
  for (const record::Statement& each : ground.evidence.recording.statements)
    if (each.source.location == ground.finding.location && (each.refused || each.error) &&
        each.source.revision == ground.finding.revision)
      return each.n;
  return ground.finding.statement_number;
}

/// Where the classes are to stand: before what first names one of them, upgrade() at the latest.
const Node* first_use(const PythonSource& source, const std::map<std::string, ModelUses>& uses) {
  for (const Node& node : source.root().children("body")) {
    if (node.is("FunctionDef") && node.text == "upgrade") return &node;
    for (const auto& [name, each] : uses)
      for (const Node* use : each.names)
        if (node.begin <= use->begin && use->end <= node.end) return &node;
  }
  return nullptr;
}

std::string free_name(const PythonSource& source, std::string name, const std::vector<std::string>& taken) {
  while (source.binds(name) || base::contains(taken, name)) name = "Frozen" + name;
  return name;
}

}  // namespace

Mended<Mend> freeze_models(const Ground& ground) {
  const Place place = WINDLASS_TRY(place_of(ground, ground.finding.location));
  const PythonSource& source = *place.source;
  std::map<std::string, FrozenClass> frozen;
  std::map<std::string, std::set<std::string>> attributes;
  std::map<std::string, std::string> classes;
  for (const auto& [name, local] : classes_of(ground, source)) {
    if (!is_mapped_class(ground, name)) continue;  // a constant, an enum, a function
    const Model model = WINDLASS_TRY(find_model(ground, name));
    const auto then = table_then(ground.evidence, model.schema, model.table, statement_at(ground));
    if (!then)
      return not_mended(fmt::format("{} is about table {}, which is not there then", local, model.table));
    std::set<std::string>& known = attributes[name];
    for (const auto& [attribute, column] : model.columns)
      if (then->types.contains(column.name)) known.insert(attribute);
    classes[name] = local;
    frozen[name] = {model, *then, ""};
  }
  if (frozen.empty())
    return not_mended(fmt::format("{} imports no class of the models: what it calls in the application does",
                                  source.file()));
  const auto uses = WINDLASS_TRY(model_uses(source, attributes));

  const Node* before = first_use(source, uses);
  if (before == nullptr) return not_mended("the revision has no upgrade()");
  std::string sa = source.module_alias("sqlalchemy");
  std::vector<std::string> imports;
  if (sa.empty()) {
    sa = free_name(source, "sa", {});
    imports.push_back("import sqlalchemy as " + sa);
  }
  std::string maker = source.imported_as("sqlalchemy.orm", "declarative_base");
  if (maker.empty()) {
    maker = free_name(source, "declarative_base", {});
    imports.push_back("from sqlalchemy.orm import declarative_base" +
                      (maker == "declarative_base" ? "" : " as " + maker));
  }
  const std::string base = free_name(source, "Base", {});
  Mend mend;
  std::vector<edit::Edit>& edits = mend.edits[source.file()];
  std::vector<const Node*> gone;
  std::vector<std::string> lines = {fmt::format("{} = {}()", base, maker)};
  std::vector<std::string> names, locals;
  for (auto& [name, each] : frozen) {
    const ModelUses& of = uses.at(name);
    if (of.deletes_rows && each.model.relations)
      return not_mended(fmt::format(
          "what goes with rows of {} that it deletes is for its relationships to say", each.model.name));
    if (of.makes_rows || of.writes_rows || of.deletes_rows)
      if (const std::string listener = listener_of(ground); !listener.empty())
        return not_mended(
            fmt::format("{} listens for rows that are written, and would not hear of those of a class of the "
                        "revision's own",
                        listener));
    const Node* first = of.names.empty() ? nullptr : of.names.front();
    if (first == nullptr) continue;
    each.local = first->is("Name") ? first->text : free_name(source, classes[name], locals);
    for (const Node* use : of.names) {
      if (use->is("Name") && use->text == each.local) continue;
      edits.push_back({use->begin, use->end, each.local});
      gone.push_back(use);
    }
    locals.push_back(each.local);
    names.push_back(each.model.name);
    lines.insert(lines.end(), {"", ""});
    for (std::string& line : WINDLASS_TRY(class_text(each, of, frozen, base, sa)))
      lines.push_back(std::move(line));
  }
  lines.insert(lines.end(), {"", ""});
  lines.insert(lines.begin(), fmt::format("# {} as of this revision: what is added later is not known here.",
                                          base::join(names, ", ")));
  for (edit::Edit& each : without_imports(source, classes, gone)) edits.push_back(std::move(each));
  const std::vector<std::string> kept = {"op", sa, maker};
  for (edit::Edit& each : without_unused(source, gone, kept)) edits.push_back(std::move(each));
  if (!imports.empty()) edits.push_back(source.import(base::join(imports, source.ending())));
  edits.push_back(source.before(*before, lines));
  mend.summary = fmt::format(
      "The revision gets its own {}, with the columns that it asks for, in place of the application's of "
      "today.",
      base::join(names, ", "));
  return mend;
}

}  // namespace windlass::fix
