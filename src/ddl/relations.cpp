// Tables, views, materialized views, foreign tables, sequences: what is altered of the relation itself.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "ddl/change.h"
#include "ddl/words.h"
#include "sql/sql_name.h"

namespace windlass::ddl {

namespace {

using nlohmann::json;

std::vector<std::string> strings_of(const json& list) {
  std::vector<std::string> strings;
  if (list.is_array())
    for (const json& each : list)
      if (each.is_string()) strings.push_back(each.get<std::string>());
  return strings;
}

void plan_parents(Planning& planning, Altered& altered, const std::string& alter,
                  const std::string& identity) {
  const bool parents = altered.take("parents"), bound = altered.take("partition");
  if (!parents && !bound) return;
  const std::vector<std::string> has = strings_of(altered.before.value("parents", json())),
                                 wants = strings_of(altered.after.value("parents", json()));
  const std::string old_bound = altered.was("partition"), new_bound = altered.is("partition");
  if (!old_bound.empty() && !has.empty())
    planning.add(altered.difference,
                 {fmt::format("ALTER TABLE {} DETACH PARTITION {}", has.front(), identity)});
  if (old_bound.empty() && new_bound.empty()) {
    // Their order is the order in which they were told; all behind the first that differs are told anew.
    const auto differs = std::mismatch(has.begin(), has.end(), wants.begin(), wants.end());
    for (auto each = differs.first; each != has.end(); ++each)
      planning.add(altered.difference, {alter + "NO INHERIT " + *each});
    for (auto each = differs.second; each != wants.end(); ++each)
      planning.add(altered.difference, {alter + "INHERIT " + *each});
  } else if (!new_bound.empty() && !wants.empty()) {
    Step& step = planning.add(altered.difference, {fmt::format("ALTER TABLE {} ATTACH PARTITION {} {}",
                                                               wants.front(), identity, new_bound)});
    step.refused_by = "rows that the bounds of the partition leave out";
  }
}

void plan_row_security(Planning& planning, Altered& altered, const std::string& alter) {
  const auto has = [](const std::string& state) {
    return std::pair(state == "enabled" || state == "forced", state.starts_with("forced"));
  };
  const auto [was_on, was_forced] = has(altered.was("row_security"));
  const auto [is_on, is_forced] = has(altered.is("row_security"));
  if (was_on != is_on)
    planning.add(altered.difference, {alter + (is_on ? "ENABLE" : "DISABLE") + " ROW LEVEL SECURITY"});
  if (was_forced != is_forced)
    planning.add(altered.difference, {alter + (is_forced ? "FORCE" : "NO FORCE") + " ROW LEVEL SECURITY"});
}

/// Statistics, storage and the like of the columns of a materialized view.
void plan_column_settings(Planning& planning, Altered& altered, const std::string& alter) {
  const json before = altered.before.value("column_settings", json::object()),
             after = altered.after.value("column_settings", json::object());
  json both = before;
  both.update(after);
  for (const auto& [column, unused] : both.items()) {
    const json was = before.value(column, json::object()), is = after.value(column, json::object());
    const std::string start = fmt::format("{}ALTER COLUMN {} ", alter, sql::sql_name({column}));
    if (text_of(was, "statistics") != text_of(is, "statistics"))
      planning.add(altered.difference, {start + "SET STATISTICS " +
                                        (is.contains("statistics") ? text_of(is, "statistics") : "-1")});
    if (text_of(was, "storage") != text_of(is, "storage")) {
      if (is.contains("storage"))
        planning.add(altered.difference, {start + "SET STORAGE " + keyword(text_of(is, "storage"))});
      else
        planning.add(altered.difference, {start + "SET STORAGE DEFAULT"}).instead = {
            {start + "SET STORAGE EXTENDED"}, {start + "SET STORAGE PLAIN"}};
    }
    if (text_of(was, "compression") != text_of(is, "compression"))
      planning.add(altered.difference,
                   {start + "SET COMPRESSION " +
                    (is.contains("compression") ? text_of(is, "compression") : "DEFAULT")});
    for (const std::string& change :
         option_changes(was.value("settings", json()), is.value("settings", json())))
      planning.add(altered.difference, {start + change});
  }
}

/// CREATE OR REPLACE VIEW; empty where pg_dump has no such text. Where views need each other, or a table's
/// key, it makes a stand-in first, and the view itself as that one's rule.
std::string replacing(const Schema& schema, const catalog::Object& view) {
  const DumpEntry* entry = schema.entry_of(view);
  if (entry == nullptr || entry->statements.empty()) return {};
  for (const DumpEntry& each : schema.entries())
    if (each.type == "RULE" && each.schema == entry->schema && each.name == entry->name + " _RETURN" &&
        !each.statements.empty())
      return each.statements.front();
  if (!entry->statements.front().starts_with("CREATE VIEW ")) return {};
  return "CREATE OR REPLACE" + entry->statements.front().substr(6);
}

}  // namespace

void plan_relation(Planning& planning, Altered& altered) {
  const catalog::Object& object = altered.difference.object;
  const Named* named = planning.a.named_of(object);
  if (named == nullptr) return;
  const bool view = object.kind == "view", materialized = object.kind == "materialized view",
             foreign = object.kind == "foreign table";
  const std::string alter = fmt::format("ALTER {} {} ", keyword(named->type), named->identity);
  const auto add = [&](const std::string& what) { planning.add(altered.difference, {alter + what}); };

  if (altered.take("definition")) {
    const std::string replace = view ? replacing(planning.b, object) : "";
    if (replace.empty()) return planning.drop(altered.difference);
    Step& step = planning.add(altered.difference, {replace});
    step.instead = {{drop_sql(object, planning.a)}};
    if (const catalog::Fact* fact = planning.a.snapshot().find(object)) step.row = fact->id;
    // What the view's new text says of its options it says with it.
    altered.take("options");
  }
  if (foreign && altered.take("server")) return planning.drop(altered.difference);
  if (!view && !materialized && !foreign && altered.take("partitioned_by"))
    return planning.drop(altered.difference,
                         "all rows of " + object.name + ": a table cannot be partitioned in another way");
  if (altered.take("persistence"))
    add(altered.is("persistence") == "unlogged" ? "SET UNLOGGED" : "SET LOGGED");
  if (altered.take("options")) {
    const json before = altered.before.value("options", json()),
               after = altered.after.value("options", json());
    if (foreign) {
      if (const std::string change = foreign_option_changes(before, after).sql; !change.empty()) add(change);
    } else {
      for (const std::string& change : option_changes(before, after)) add(change);
    }
  }
  if (altered.take("toast_options"))
    for (const std::string& change : option_changes(altered.before.value("toast_options", json()),
                                                    altered.after.value("toast_options", json()), "toast."))
      add(change);
  if (altered.take("row_security")) plan_row_security(planning, altered, alter);
  // By an index: that one says so.
  if (altered.take("replica_identity") && altered.is("replica_identity") != "index")
    add("REPLICA IDENTITY " +
        (altered.is("replica_identity").empty() ? "DEFAULT" : keyword(altered.is("replica_identity"))));
  if (altered.take("access_method"))
    add("SET ACCESS METHOD " +
        (altered.is("access_method").empty() ? "heap" : sql::sql_name({altered.is("access_method")})));
  if (altered.take("tablespace"))
    add("SET TABLESPACE " +
        (altered.is("tablespace").empty() ? "pg_default" : sql::sql_name({altered.is("tablespace")})));
  if (altered.take("of_type")) add(altered.is("of_type").empty() ? "NOT OF" : "OF " + altered.is("of_type"));
  if (altered.take("column_settings")) plan_column_settings(planning, altered, alter);
  plan_parents(planning, altered, alter, named->identity);
  // An interrupted DETACH PARTITION CONCURRENTLY can be ended, and not be left half done on purpose.
  if (altered.take("detach_pending") && !altered.after.contains("detach_pending"))
    for (const std::string& parent : strings_of(altered.before.value("parents", json())))
      planning.add(altered.difference,
                   {fmt::format("ALTER TABLE {} DETACH PARTITION {} FINALIZE", parent, named->identity)});
  if (altered.take("populated"))
    planning.add(altered.difference,
                 {fmt::format("REFRESH MATERIALIZED VIEW {}{}", named->identity,
                              altered.after.value("populated", true) ? "" : " WITH NO DATA")});
  plan_other(planning, altered);
}

void plan_sequence(Planning& planning, Altered& altered) {
  const Named* named = planning.a.named_of(altered.difference.object);
  if (named == nullptr) return;
  const std::string alter = fmt::format("ALTER SEQUENCE {} ", named->identity);
  if (altered.take("sequence")) {
    const json was = altered.before.value("sequence", json::object()),
               is = altered.after.value("sequence", json::object());
    std::string changes;
    const auto change = [&](const char* key, const char* word) {
      if (text_of(was, key) != text_of(is, key)) changes += fmt::format(" {} {}", word, text_of(is, key));
    };
    change("type", "AS");
    change("increment", "INCREMENT BY");
    change("min", "MINVALUE");
    change("max", "MAXVALUE");
    change("start", "START WITH");
    change("cache", "CACHE");
    if (was.value("cycle", false) != is.value("cycle", false))
      changes += is.value("cycle", false) ? " CYCLE" : " NO CYCLE";
    if (!changes.empty()) planning.add(altered.difference, {alter.substr(0, alter.size() - 1) + changes});
  }
  if (altered.take("owned_by")) {
    const std::string column = altered.is("owned_by");
    const Named* owner = column.empty() ? nullptr : planning.b.named_of({"column", column});
    if (column.empty() || owner != nullptr)
      planning.add(altered.difference, {alter + "OWNED BY " + (column.empty() ? "NONE" : owner->identity)});
  }
  if (altered.take("persistence"))
    planning.add(altered.difference,
                 {alter + (altered.is("persistence") == "unlogged" ? "SET UNLOGGED" : "SET LOGGED")});
  plan_other(planning, altered);
}

}  // namespace windlass::ddl
