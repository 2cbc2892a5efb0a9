// What a literal of SQL makes or drops, for the module that makes it re-runnable.
#include <fmt/core.h>

#include "base/text.h"
#include "fix/python_source.h"
#include "fix/re_runnable.h"
#include "fix/statement_words.h"
#include "sql/split.h"
#include "sql/targets.h"

namespace windlass::fix {

namespace {

/// What the module calls a kind; empty where it does not know it.
std::string_view kind_in_module(std::string_view kind) {
  if (kind == "materialized view") return "view";
  if (kind == "procedure") return "function";
  for (const std::string_view each : {"table", "view", "sequence", "type", "function", "trigger", "policy",
                                      "schema", "extension", "index", "constraint", "column", "label"})
    if (each == kind) return each;
  return "";
}

std::string arguments_of(const sql::Target& target, std::string_view kind) {
  const std::string& table = target.table;
  std::string out = fmt::format("kind=\"{}\", name={}", kind, python_literal(target.name));
  if (target.action == sql::Action::Rename) out += ", to=" + python_literal(target.new_name);
  const std::string& schema = table.empty() ? target.schema : target.table_schema;
  if (!table.empty() && kind != "table") out += ", table=" + python_literal(table);
  if (!schema.empty() && kind != "schema" && kind != "extension") out += ", schema=" + python_literal(schema);
  return out;
}

}  // namespace

GuardedSql guarded_sql(std::string_view sql) {
  const size_t commands = sql::split(sql).size();
  const sql::Reading reading = sql::read_targets(sql);
  if (begins_with_word(sql, "insert") || begins_with_word(sql, "copy")) {
    const std::string text = base::to_lower(sql);
    if (base::contains(text, "on conflict") || base::contains(text, "not exists")) return {};
    return {"", "", "its rows are put in again: say ON CONFLICT DO NOTHING, or WHERE NOT EXISTS"};
  }
  if (reading.do_block) {
    if (reading.targets.empty()) return {};
    return {"", "", "what a DO block makes is not compared: write it as a statement of its own"};
  }
  std::vector<const sql::Target*> own;
  for (const sql::Target& each : reading.targets)
    if (!each.implied && (each.action == sql::Action::Create || each.action == sql::Action::Drop ||
                          each.action == sql::Action::Rename))
      own.push_back(&each);
  if (own.empty()) return {};
  if (commands > 1) return {"", "", "it holds several commands: give each a call of its own"};
  if (own.size() > 1) return {"", "", "it makes or drops several things: give each a statement of its own"};
  const sql::Target& target = *own.front();
  const std::string_view kind = kind_in_module(target.kind);
  if (target.or_replace || target.schema == "pg_temp" ||
      (target.action == sql::Action::Drop && target.guarded))
    return {};
  if (kind.empty())
    return {"", "",
            fmt::format("what makes a {} is not guarded: ask first whether it is there", target.kind)};
  if (target.name.empty())
    return {"", "",
            fmt::format("the {} has no name by which it could be found again: give it one", target.kind)};
  if (kind == "function" && target.action == sql::Action::Drop)
    return {"", "", "say DROP FUNCTION IF EXISTS"};
  return {target.action == sql::Action::Create ? "execute_create"
          : target.action == sql::Action::Drop ? "execute_drop"
                                               : "execute_rename",
          arguments_of(target, kind), ""};
}

}  // namespace windlass::fix
