// S2: a constraint or index is dropped or altered by a name it does not bear on a clean database:
// it was made without a name (the server chose one) or under another naming convention.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/constraint_sort.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "diagnose/server_error.h"

namespace windlass::diagnose {

namespace {

/// The column names of the first bracket of a definition: "UNIQUE (a, b)", "... USING btree (a)".
std::vector<std::string> columns_of(const std::string& definition) {
  const size_t from = definition.find('(');
  const size_t to = definition.find(')', from);
  std::vector<std::string> columns;
  if (from == std::string::npos || to == std::string::npos) return columns;
  for (const std::string& part : base::split(definition.substr(from + 1, to - from - 1), ',')) {
    const std::string column = base::replace_all(std::string(base::trim(part)), "\\\"", "");
    columns.push_back(column.substr(0, column.find(' ')));
  }
  return columns;
}

/// Whether every column of the definition stands in the name that was asked for.
bool columns_in_name(const std::string& definition, const std::string& name) {
  const std::vector<std::string> columns = columns_of(definition);
  return !columns.empty() && std::all_of(columns.begin(), columns.end(), [&](const std::string& column) {
    return !column.empty() && base::contains(name, column);
  });
}

std::vector<catalog::Object> candidates(const Context& context, const Name& name,
                                        const record::Statement& statement) {
  std::vector<catalog::Object> likely, possible;
  for (const catalog::Object& object : context.objects_before(statement)) {
    if (object.kind != name.kind) continue;
    const std::string definition = context.definition_before(object, statement);
    if (name.kind == "constraint") {
      if (name.table.empty() ||
          !matches({"table", parent_of(object)}, {"table", name.schema, "", name.table}))
        continue;
      const std::string_view sort = constraint_sort(name.name);
      if (!sort.empty() && !definition.empty() && !base::contains(definition, sort)) continue;
      if (columns_in_name(definition, name.name)) likely.push_back(object);
      if (!sort.empty()) possible.push_back(object);
    } else if (columns_in_name(definition, name.name)) {
      // An index: its table's name must be part of the name asked for.
      const size_t on = definition.find(" ON ");
      const std::string table =
          on == std::string::npos ? "" : definition.substr(on + 4, definition.find(' ', on + 4) - on - 4);
      if (!table.empty() && base::contains(name.name, table.substr(table.rfind('.') + 1)))
        likely.push_back(object);
    }
  }
  if (!likely.empty()) return likely;
  return possible.size() == 1 ? possible : std::vector<catalog::Object>{};
}

/// How to name it where it is made: `unique=True` and the like have no place for a name.
std::string naming(const std::string& definition, const Name& name) {
  const std::string columns = python_strings(columns_of(definition));
  const std::string own = python_strings({name.name});
  if (name.kind == "index")
    return fmt::format("op.create_index({}, ..., [{}]) instead of index=True", own, columns);
  const auto has = [&](std::string_view part) { return base::contains(definition, part); };
  if (has("FOREIGN KEY")) return fmt::format("sa.ForeignKey(..., name={})", own);
  // unique=True on a column makes a constraint of that column alone.
  const bool of_one = columns_of(definition).size() == 1;
  if (has("PRIMARY KEY"))
    return fmt::format("sa.PrimaryKeyConstraint({}, name={}) instead of primary_key=True", columns, own);
  if (has("UNIQUE"))
    return fmt::format("sa.UniqueConstraint({}, name={}){}", columns, own,
                       of_one ? " instead of unique=True" : "");
  return "name=" + own;
}

/// The schema of an object whose table (or itself, an index) is `last`; empty where it is "public".
std::string schema_of(const catalog::Object& object, const std::string& table) {
  std::string schema = parent_of(object);
  if (!table.empty() && schema.size() > table.size() && schema.ends_with("." + table))
    schema.resize(schema.size() - table.size() - 1);
  else if (schema == table)
    schema.clear();
  return schema == "public" ? "" : schema;
}

/// PRIMARY is no name that somebody chose: MySQL calls every primary key so.
void tell_of_mysql(Finding& finding, const Name& name, const std::string& schema, const std::string& real,
                   const std::string& who) {
  finding.cause = fmt::format(
      "{} drops the primary key of \"{}\" by the name \"{}\", which every primary key has on MySQL; on "
      "PostgreSQL this one is called \"{}\".",
      who, name.table, name.name, real);
  const std::string in_schema = schema.empty() ? "" : ", schema=" + python_strings({schema});
  finding.fix.summary = "Drop it by the name that it has on PostgreSQL.";
  finding.fix.steps = {
      fmt::format("op.drop_constraint({}, type_=\"primary\"{})", python_strings({real, name.table}),
                  in_schema),
      "Where the chain is to run on both, ask first:\nif op.get_bind().dialect.name == \"postgresql\":"};
}

}  // namespace

void constraint_named_otherwise(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures()) {
    const record::Statement& statement = *failure.statement;
    if (claimed(findings, statement) || statement.error->sqlstate != "42704") continue;
    const std::optional<Name> name = missing_object(*statement.error, failure.reading);
    if (!name || (name->kind != "constraint" && name->kind != "index")) continue;
    if (context.last_creation(*name, statement) || context.last_drop(*name, statement)) continue;
    const std::vector<catalog::Object> there = candidates(context, *name, statement);
    if (there.empty()) continue;
    const std::string real = last_part(there.front());
    const std::string schema = schema_of(there.front(), name->kind == "constraint" ? name->table : "");
    Finding finding = finding_of(context, failure, "constraint-named-otherwise");
    finding.object = catalog::Object{name->kind, name->text()};
    finding.cause = fmt::format(
        "{} names the {}, but on a clean database it is called \"{}\": it was made without a name, or under "
        "another "
        "naming convention.",
        sender(statement, finding.location), the(*name), real);
    for (const catalog::Object& object : there) {
      const std::string own = last_part(object);
      const auto made = context.last_creation({object.kind, "", "", own}, statement);
      if (made) finding.evidence.push_back(exhibit(*made, fmt::format("Creates \"{}\".", own)));
    }
    finding.evidence.push_back(exhibit(statement, "failed", ""));
    finding.evidence.back().location = finding.location;
    finding.fix.summary =
        fmt::format("Give it its name where it is made, so that it is \"{}\" on every database.", name->name);
    finding.fix.steps = {
        "In the revision that makes it, name it:",
        naming(context.definition_before(there.front(), statement), *name),
        fmt::format("If databases with the other name exist, rename first:\nop.execute({})",
                    python_strings({fmt::format("ALTER TABLE {} RENAME CONSTRAINT {} TO {}",
                                                sql_name({schema, name->table}), sql_name({real}),
                                                sql_name({name->name}))}))};
    if (name->kind == "index")
      finding.fix.steps.back() =
          fmt::format("If databases with the other name exist, rename first:\nop.execute({})",
                      python_strings({fmt::format("ALTER INDEX {} RENAME TO {}", sql_name({schema, real}),
                                                  sql_name({name->name}))}));
    finding.fix.do_not =
        "Do not write DROP ... IF EXISTS: where the name differs it drops nothing, and the old rule stays.";
    if (name->kind == "constraint" && primary_of_mysql(name->name))
      tell_of_mysql(finding, *name, schema, real, sender(statement, finding.location));
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
