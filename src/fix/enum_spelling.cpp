#include "fix/enum_spelling.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "catalog/object.h"
#include "fix/place.h"

namespace windlass::fix {

namespace {

constexpr std::string_view kPostgresql = "sqlalchemy.dialects.postgresql";

bool is_postgresql_enum(std::string_view name) {
  return name == "sqlalchemy.dialects.postgresql.ENUM" ||
         name == "sqlalchemy.dialects.postgresql.base.ENUM" ||
         name == "sqlalchemy.dialects.postgresql.named_types.ENUM";
}

bool is_enum(std::string_view name) {
  return is_postgresql_enum(name) || name == "sqlalchemy.Enum" || name == "sqlalchemy.types.Enum" ||
         name == "sqlalchemy.types.ENUM" || name == "sqlalchemy.sql.sqltypes.Enum";
}

/// How the source may write postgresql.ENUM, and the import that this takes.
struct Spelling {
  std::string name, import;
};

Spelling postgresql_enum(const PythonSource& source) {
  if (const std::string own = source.imported_as(kPostgresql, "ENUM"); !own.empty()) return {own, ""};
  if (const std::string module = source.module_alias(kPostgresql); !module.empty())
    return {module + ".ENUM", ""};
  if (!source.binds("postgresql")) return {"postgresql.ENUM", "from sqlalchemy.dialects import postgresql"};
  return {"postgresql_types.ENUM", "from sqlalchemy.dialects import postgresql as postgresql_types"};
}

/// The variable that a call is assigned to.
std::string variable_of(const PythonSource& source, const Node& call) {
  const Node* above = source.parent(call);
  const Node* target = above == nullptr         ? nullptr
                       : above->is("AnnAssign") ? above->child("target")
                       : above->is("Assign")    ? above->child("targets")
                                                : nullptr;
  return target != nullptr && target->is("Name") && above->child("value") == &call ? target->text : "";
}

Construction construction_of(const PythonSource& source, const Node& call, bool is_postgresql) {
  Construction made{&source, &call, variable_of(source, call), "", is_postgresql};
  if (!made.assigned_to.empty() && source.function_of(call) == nullptr) made.variable = made.assigned_to;
  return made;
}

bool mentions(const Node& node, const std::string& name) {
  if (node.is("Name") && node.text == name) return true;
  for (const auto& [field, nodes] : node.fields)
    for (const Node& each : nodes)
      if (mentions(each, name)) return true;
  return false;
}

}  // namespace

Mended<std::vector<Construction>> constructions(const Ground& ground, const std::string& type,
                                                const std::string& revision) {
  const chain::Revision* of = ground.evidence.chain.find(revision);
  if (of == nullptr) return not_mended("it is not known which revision it is");
  std::vector<Construction> found;
  std::string elsewhere;
  std::set<int> lines;
  for (const run::EnumSeen& seen : ground.evidence.enums) {
    if (seen.name != type) continue;
    if (seen.at.file != of->file) {
      if (seen.revision == revision) elsewhere = base::to_string(seen.at);
      continue;
    }
    if (!lines.insert(seen.at.line).second) continue;
    const PythonSource* source = WINDLASS_TRY(ground.sources.of(of->file));
    bool any = false;
    for (const Node* call : source->all([](const Node& node) { return node.is("Call"); })) {
      // The line is that of the call's first or, on some versions, of one of its arguments.
      const int first = source->lines().line_at(call->begin), last = source->lines().line_at(call->end);
      const Node* callee = call->child("func");
      const std::string name = callee != nullptr ? source->qualified(*callee) : "";
      if (seen.at.line < first || seen.at.line > last || !is_enum(name)) continue;
      // Several types in one line, or one within another's lines: told apart by the name where it is written.
      const Node* named = keyword(*call, "name");
      const auto written = string_value(named != nullptr ? named->child("value") : nullptr);
      if (written && *written != type) continue;
      if (std::none_of(found.begin(), found.end(),
                       [&](const Construction& each) { return each.call == call; }))
        found.push_back(construction_of(*source, *call, is_postgresql_enum(name)));
      any = true;
    }
    if (!any)
      return not_mended(
          fmt::format("the type at {} is written neither as sqlalchemy.Enum nor as postgresql.ENUM",
                      base::to_string(seen.at)));
  }
  if (!found.empty()) return found;
  return not_mended(
      elsewhere.empty()
          ? fmt::format("revision {} writes the type \"{}\" nowhere that was seen", revision, type)
          : fmt::format("the type \"{}\" is written at {}, which is no revision", type, elsewhere));
}

std::vector<Construction> used_in(const std::vector<Construction>& all, const Node& call) {
  std::vector<Construction> used;
  for (const Construction& each : all) {
    const bool in_place = call.begin <= each.call->begin && each.call->end <= call.end;
    if (in_place || (!each.assigned_to.empty() && mentions(call, each.assigned_to))) used.push_back(each);
  }
  return used.empty() ? all : used;
}

std::vector<edit::Edit> spelled(const PythonSource& source, const std::vector<Construction>& all) {
  std::vector<edit::Edit> edits;
  const Spelling spelling = postgresql_enum(source);
  bool import = false;
  for (const Construction& each : all) {
    if (each.source != &source) continue;
    const Node& call = *each.call;
    const Node* callee = call.child("func");
    if (!each.is_postgresql) {
      edits.push_back({callee->begin, callee->end, spelling.name});
      import = true;
    }
    if (const Node* given = keyword(call, "create_type")) {
      const Node* value = given->child("value");
      if (source.text_of(*value) != "False") edits.push_back({value->begin, value->end, "False"});
      continue;
    }
    // Behind the last argument, and before a comma that ends the list: `name="x",\n)`.
    const size_t end = end_of_arguments(call);
    if (end == 0) continue;  // no arguments: no enum that could be created
    edits.push_back({end, end, ", create_type=False"});
  }
  if (import && !spelling.import.empty()) edits.push_back(source.import(spelling.import));
  return edits;
}

std::string expression_of(const Construction& construction) {
  if (!construction.variable.empty()) return construction.variable;
  const PythonSource& source = *construction.source;
  const Node& call = *construction.call;
  std::string arguments;
  for (const std::string_view field : {"args", "keywords"})
    for (const Node& argument : call.children(field)) {
      if (argument.text == "create_type" && argument.is("keyword")) continue;
      if (!arguments.empty()) arguments += ", ";
      arguments += base::one_line(source.text_of(argument));
    }
  return fmt::format("{}({})", postgresql_enum(source).name, arguments);
}

Mended<std::string> op_of(const PythonSource& source) {
  const std::string op = source.module_alias("alembic.op");
  if (op.empty()) return not_mended(fmt::format("{} does not import alembic's op", source.file()));
  return op;
}

std::vector<edit::Edit> dropped_in_downgrade(const PythonSource& source, const std::string& type,
                                             const std::string& statement) {
  const Node* downgrade = source.function("downgrade");
  if (downgrade == nullptr) return {};
  const std::vector<Node>& body = downgrade->children("body");
  if (does_nothing(body) || body.back().is("Raise")) return {};
  const std::string text = base::to_lower(source.text_of(*downgrade));
  const std::string name = base::to_lower(type);
  if (base::contains(text, "drop type") && base::contains(text, name)) return {};
  const std::string call = base::to_lower(statement.substr(0, statement.find(".drop(")));
  if (base::contains(text, call + ".drop(")) return {};
  return {source.behind(body.back(), {statement})};
}

}  // namespace windlass::fix
