// What all kinds have in common, and the kinds that are altered little: routines, extensions, foreign
// servers, publications, ...; what cannot be altered in place is dropped, and made anew from B.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "ddl/change.h"
#include "ddl/words.h"
#include "pg/connection.h"
#include "sql/sql_name.h"

namespace windlass::ddl {

namespace {

using nlohmann::json;

/// Holds rows, or what nobody can read again (a password, a slot): never made anew for an attribute's sake.
bool holds_data(const std::string& kind) {
  static const std::set<std::string> kKinds = {"table",     "column",       "sequence",    "schema",
                                               "extension", "subscription", "user mapping"};
  return kKinds.contains(kind);
}

void plan_routine(Planning& planning, Altered& altered) {
  const catalog::Object& object = altered.difference.object;
  if (!altered.take("definition")) return;
  const DumpEntry* entry = planning.b.entry_of(object);
  if (entry == nullptr || entry->statements.empty() || !entry->statements.front().starts_with("CREATE "))
    return planning.drop(altered.difference);
  std::vector<std::string> statements = entry->statements;
  statements.front() = "CREATE OR REPLACE" + statements.front().substr(6);
  Step& step = planning.add(altered.difference, std::move(statements));
  step.instead = {{drop_sql(object, planning.a)}};
  if (const catalog::Fact* fact = planning.a.snapshot().find(object)) step.row = fact->id;
}

void plan_extension(Planning& planning, Altered& altered, const Named& named) {
  const std::string alter = "ALTER EXTENSION " + named.identity;
  if (altered.take("version"))
    planning.add(altered.difference,
                 {fmt::format("{} UPDATE TO {}", alter, pg::quote_literal(altered.is("version")))});
  if (altered.take("schema"))
    planning.add(altered.difference,
                 {fmt::format("{} SET SCHEMA {}", alter, sql::sql_name({altered.is("schema")}))});
}

void plan_dependence(Planning& planning, Altered& altered, const Named& named) {
  if (!altered.take("depends_on_extension")) return;
  const json was = altered.before.value("depends_on_extension", json::array()),
             is = altered.after.value("depends_on_extension", json::array());
  const auto change = [&](const json& from, const json& to, const char* words) {
    for (const json& each : to)
      if (std::find(from.begin(), from.end(), each) == from.end())
        planning.add(altered.difference,
                     {fmt::format("ALTER {} {} {} {}", keyword(named.type), named.identity, words,
                                  sql::sql_name({each.get<std::string>()}))});
  };
  change(was, is, "DEPENDS ON EXTENSION");
  change(is, was, "NO DEPENDS ON EXTENSION");
}

void plan_enabled(Planning& planning, Altered& altered, const Named& named) {
  const std::string state = altered.is("enabled");
  planning.add(altered.difference, {fmt::format("ALTER EVENT TRIGGER {} {}", named.identity,
                                                state == "disabled" ? "DISABLE"
                                                : state.empty()     ? "ENABLE"
                                                                    : "ENABLE " + keyword(state))});
}

void plan_foreign_options(Planning& planning, const Altered& altered, const Named& named) {
  const OptionChanges change =
      foreign_option_changes(altered.before.value("options", json()), altered.after.value("options", json()));
  if (change.sql.empty()) return;
  const std::string identity =
      altered.difference.object.kind == "user mapping" ? mapping_sql(named) : named.identity;
  Step& step = planning.add(altered.difference,
                            {fmt::format("ALTER {} {} {}", keyword(named.type), identity, change.sql)});
  step.secret = change.secret;
  if (change.drops_secret) step.loses = "a secret that it holds";
}

}  // namespace

void plan_other(Planning& planning, Altered& altered) {
  const catalog::Object& object = altered.difference.object;
  const Named* named = planning.a.named_of(object);
  if (named == nullptr) return;
  const std::string& kind = object.kind;
  // Known by a read of one server's library, and as it was when the object was made.
  if (altered.take("library_version") && altered.attributes.empty() && !altered.is("library_version").empty())
    planning.add(altered.difference, {fmt::format("ALTER COLLATION {} REFRESH VERSION", named->identity)});
  altered.take("column_order");
  if (altered.take("owner") && kind != "index")
    planning.add(altered.difference, {owner_sql(*named, altered.is("owner"))});
  plan_dependence(planning, altered, *named);
  if (kind == "function" || kind == "procedure" || kind == "aggregate") plan_routine(planning, altered);
  if (kind == "extension") plan_extension(planning, altered, *named);
  if (kind == "event trigger" && altered.attributes == std::set<std::string>{"enabled"}) {
    altered.take("enabled");
    plan_enabled(planning, altered, *named);
  }
  if (kind == "statistics object" && altered.take("statistics")) {
    const std::string target = altered.is("statistics");
    planning.add(altered.difference, {fmt::format("ALTER STATISTICS {} SET STATISTICS {}", named->identity,
                                                  target.empty() ? "-1" : target)});
  }
  if (kind == "server" && altered.take("version"))
    planning.add(altered.difference, {fmt::format("ALTER SERVER {} VERSION {}", named->identity,
                                                  pg::quote_literal(altered.is("version")))});
  if ((kind == "server" || kind == "foreign-data wrapper" || kind == "user mapping") &&
      altered.take("options"))
    plan_foreign_options(planning, altered, *named);
  if (!altered.attributes.empty() && !holds_data(kind)) planning.drop(altered.difference);
  altered.attributes.clear();
}

}  // namespace windlass::ddl
