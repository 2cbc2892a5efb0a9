// Constraints, indexes, triggers, rules and policies: little of them is altered in place, all can be made
// anew.
#include <fmt/core.h>

#include "base/text.h"
#include "ddl/change.h"
#include "ddl/words.h"
#include "sql/sql_name.h"

namespace windlass::ddl {

namespace {

using nlohmann::json;

/// " DEFERRABLE INITIALLY DEFERRED" of a foreign key, and the rest.
std::pair<std::string, std::string> deferral(std::string definition) {
  std::string words;
  for (const char* each : {" NOT VALID", " INITIALLY DEFERRED", " DEFERRABLE"})
    if (const size_t at = definition.rfind(each);
        at != std::string::npos && at + std::string(each).size() == definition.size()) {
      definition.resize(at);
      if (std::string(each) != " NOT VALID") words.insert(0, each);
    }
  return {definition, words};
}

void plan_constraint(Planning& planning, Altered& altered, const std::string& alter,
                     const std::string& name) {
  const bool definition = altered.take("definition"), valid = altered.take("valid");
  const std::string was = altered.was("definition"), is = altered.is("definition");
  if (definition && was == is + " NOT VALID") {
    planning.add(altered.difference, {alter + "VALIDATE CONSTRAINT " + name}).refused_by =
        "rows that break it";
  } else if (definition && is.starts_with("FOREIGN KEY ") && deferral(was).first == deferral(is).first &&
             altered.was("valid") == altered.is("valid")) {
    const std::string words = deferral(is).second;
    planning
        .add(altered.difference,
             {alter + "ALTER CONSTRAINT " + name + (words.empty() ? " NOT DEFERRABLE" : words)})
        .instead = {{drop_sql(altered.difference.object, planning.a)}};
  } else if (definition || valid) {
    planning.drop(altered.difference);
  }
}

/// Whether a partitioned index has all the parts that it will have, and its table no partition that goes.
bool has_its_parts(const Planning& planning, const Named& index, const catalog::Fact& table) {
  const std::string part_of = "\"partition_of\":" + json(index.identity).dump();
  for (const catalog::Fact& fact : planning.b.snapshot().facts) {
    if (fact.object.kind != "index" || !base::contains(fact.definition, part_of)) continue;
    const catalog::Fact* now = planning.a.snapshot().find(fact.object);
    if (now == nullptr || !base::contains(now->definition, part_of)) return false;
  }
  const Named* named = planning.a.named_of(table.object);
  const std::string parents = "\"parents\":" + json::array({named == nullptr ? "" : named->identity}).dump();
  for (const catalog::Fact& fact : planning.a.snapshot().facts)
    if (base::contains(fact.definition, parents) && planning.b.snapshot().find(fact.object) == nullptr)
      return false;
  return true;
}

void plan_index(Planning& planning, Altered& altered, const Named& index, const std::string& alter_table) {
  const std::string alter = fmt::format("ALTER INDEX {} ", index.identity);
  const std::string name = catalog::schema_and_name(altered.difference.object.name).second;
  // That of a constraint is the constraint's, whose definition differs, too.
  if ((altered.take("definition") || altered.take("table")) &&
      !keeps_constraint(planning.a, altered.difference.object))
    return planning.drop(altered.difference);
  if (altered.take("partition_of")) {
    for (const DumpEntry& entry : planning.b.entries())
      if (entry.type == "INDEX ATTACH" && entry.schema + "." + entry.name == altered.difference.object.name)
        planning.add(altered.difference, entry.statements);
  }
  // Not valid on purpose: nothing makes it so. A partitioned one becomes valid when its last part is
  // attached; where a partition without one has gone instead, only a new one is.
  if (altered.take("valid") && !altered.after.contains("valid")) {
    const catalog::Fact* table = planning.a.relation_of(altered.difference.object);
    if (table == nullptr || !base::contains(table->definition, "\"partitioned_by\":"))
      planning.add(altered.difference, {"REINDEX INDEX " + index.identity});
    else if (has_its_parts(planning, index, *table))
      return planning.drop(altered.difference);
  }
  if (altered.take("replica_identity"))
    planning.add(altered.difference,
                 {alter_table + (altered.after.value("replica_identity", false)
                                     ? "REPLICA IDENTITY USING INDEX " + sql::sql_name({name})
                                     : "REPLICA IDENTITY DEFAULT")});
  if (altered.take("clustered"))
    planning.add(altered.difference, {alter_table + (altered.after.value("clustered", false)
                                                         ? "CLUSTER ON " + sql::sql_name({name})
                                                         : "SET WITHOUT CLUSTER")});
  if (altered.take("index_tablespace"))
    planning.add(altered.difference, {alter + "SET TABLESPACE " +
                                      (altered.is("index_tablespace").empty()
                                           ? "pg_default"
                                           : sql::sql_name({altered.is("index_tablespace")}))});
  if (altered.take("index_statistics")) {
    const json was = altered.before.value("index_statistics", json::object()),
               is = altered.after.value("index_statistics", json::object());
    json both = was;
    both.update(is);
    for (const auto& [column, unused] : both.items())
      planning.add(altered.difference,
                   {alter + fmt::format("ALTER COLUMN {} SET STATISTICS {}", column,
                                        is.contains(column) ? text_of(is, column) : "-1")});
  }
}

}  // namespace

void plan_part(Planning& planning, Altered& altered) {
  const catalog::Object& object = altered.difference.object;
  const catalog::Fact* relation = planning.a.relation_of(object);
  const Named* whole = relation == nullptr ? nullptr : planning.a.named_of(relation->object);
  const Named* named = planning.a.named_of(object);
  if (whole == nullptr || named == nullptr) return;
  const std::string alter = fmt::format("ALTER {} {} ", keyword(whole->type), whole->identity);
  const std::string name = sql::sql_name({part_name(object, *relation)});
  if (object.kind == "constraint") {
    plan_constraint(planning, altered, alter, name);
  } else if (object.kind == "index") {
    plan_index(planning, altered, *named, alter);
  } else if ((object.kind == "trigger" || object.kind == "rule") &&
             altered.attributes == std::set<std::string>{"enabled"}) {
    const std::string state = altered.is("enabled");
    const std::string how = state == "disabled" ? "DISABLE"
                            : state.empty()     ? "ENABLE"
                                                : "ENABLE " + keyword(state);
    planning.add(altered.difference, {alter + fmt::format("{} {} {}", how, keyword(object.kind), name)});
    altered.take("enabled");
  } else if (altered.attributes != std::set<std::string>{"depends_on_extension"}) {
    return planning.drop(altered.difference);
  }
  plan_other(planning, altered);
}

}  // namespace windlass::ddl
