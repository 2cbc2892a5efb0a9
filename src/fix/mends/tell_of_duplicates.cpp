// D3, 23505: a key is made unique over rows that hold the same. Which of them stays is a person's choice, and
// no machine's; the code for the two usual ones is written out, with what refers to the rows.
#include <fmt/core.h>

#include "base/text.h"
#include "diagnose/compose.h"
#include "fix/enum_spelling.h"
#include "fix/operations.h"
#include "fix/place.h"
#include "fix/table_then.h"
#include "fix/unique_key.h"
#include "sql/sql_name.h"
#include "sql/statement_kind.h"

namespace windlass::fix {

namespace {

constexpr std::string_view kWhichStays = "which of the rows stays is for a person to decide";

std::string sql_of(const std::string& schema, const std::string& table) {
  return schema == "public" ? sql::sql_name({table}) : sql::sql_name({schema, table});
}

std::vector<std::string> sql_names(const std::vector<std::string>& names, const std::string& before = {}) {
  std::vector<std::string> list;
  for (const std::string& each : names) list.push_back(before + sql::sql_name({each}));
  return list;
}

/// Rows of the table with the same key, numbered within it; the first one is to stay.
struct Numbered {
  std::string with;               ///< "WITH numbered AS (...)", several lines
  std::vector<std::string> keys;  ///< of the rows, as SQL names them
  std::string number;             ///< what the count within the key is called
  std::vector<std::string> kept;  ///< what these are called of the row that stays
};

Numbered numbered(const UniqueKey& key, const TableThen& table, const std::string& table_sql) {
  Numbered result;
  result.keys = table.primary_key.empty() ? std::vector<std::string>{"ctid"} : sql_names(table.primary_key);
  result.number = sql::sql_name({free_of_columns(table, "n")});
  std::vector<std::string> listed;
  for (size_t i = 0; i < result.keys.size(); ++i) {
    result.kept.push_back(sql::sql_name(
        {free_of_columns(table, result.keys.size() == 1 ? "kept" : fmt::format("kept_{}", i))}));
    listed.push_back(fmt::format("first_value({}) OVER same AS {}", result.keys[i], result.kept.back()));
  }
  result.with = fmt::format(
      "WITH numbered AS (\n    SELECT {}, row_number() OVER same AS {},\n           {}\n    FROM {}{}\n"
      "    WINDOW same AS (PARTITION BY {} ORDER BY {})\n)",
      base::join(result.keys, ", "), result.number, base::join(listed, ", "), table_sql, where_of(key),
      base::join(key.expressions, ", "), base::join(result.keys, ", "));
  return result;
}

std::string equal(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::string> pairs;
  for (size_t i = 0; i < a.size(); ++i) pairs.push_back(a[i] + " = " + b[i]);
  return base::join(pairs, " AND ");
}

std::string moved(const Numbered& rows, const Reference& reference, const TableThen& table) {
  std::vector<std::string> sets, own, theirs;
  const std::string name = sql_of(reference.schema, reference.table);
  for (size_t i = 0; i < reference.columns.size(); ++i)
    for (size_t k = 0; k < table.primary_key.size(); ++k)
      if (table.primary_key[k] == reference.refers[i]) {
        sets.push_back(sql::sql_name({reference.columns[i]}) + " = numbered." + rows.kept[k]);
        own.push_back(fmt::format("{}.{}", name, sql::sql_name({reference.columns[i]})));
        theirs.push_back("numbered." + rows.keys[k]);
      }
  if (sets.size() != table.primary_key.size()) return "";  // it refers to another key
  return fmt::format("{}\nUPDATE {} SET {}\nFROM numbered WHERE numbered.{} > 1 AND {}", rows.with, name,
                     base::join(sets, ", "), rows.number, equal(own, theirs));
}

std::string removed(const Numbered& rows, const std::string& table_sql) {
  std::vector<std::string> own, theirs;
  for (const std::string& each : rows.keys) {
    own.push_back(table_sql + "." + each);
    theirs.push_back("numbered." + each);
  }
  return fmt::format("{}\nDELETE FROM {} USING numbered WHERE numbered.{} > 1 AND {}", rows.with, table_sql,
                     rows.number, equal(own, theirs));
}

std::string told_of(const Reference& reference, bool is_moved) {
  const std::string when = reference.when_deleted.empty() ? "refuses the delete"
                           : reference.when_deleted == "CASCADE"
                               ? "deletes its own rows with them"
                               : "loses what it refers to (ON DELETE " + reference.when_deleted + ")";
  return fmt::format(
      "Table {} ({}) refers to these rows, by {}: {}.", sql_of(reference.schema, reference.table),
      base::join(sql_names(reference.columns), ", "), reference.constraint,
      is_moved ? fmt::format("the UPDATE lets it refer to the one that stays; without it, it {}", when)
               : fmt::format("by another key than the primary one. It {}; see to it by hand", when));
}

}  // namespace

Mended<Mend> tell_of_duplicates(const Ground& ground) {
  const diagnose::Finding& finding = ground.finding;
  if (finding.sqlstate != "23505") return not_mended(std::string(kForAPerson));
  const auto none = [] { return not_mended(std::string(kWhichStays)); };
  const int at = first_statement_at(ground.evidence, finding.location, finding.revision);
  const record::Statement* statement = nullptr;
  std::optional<UniqueKey> key;
  for (const record::Statement& each : ground.evidence.recording.statements) {
    if (each.n < at || each.source.location != finding.location || each.source.revision != finding.revision)
      continue;
    // One place may send several: it is the one that the finding shows.
    if (diagnose::short_statement(each) != finding.statement) continue;
    statement = &each;
    key = unique_key(each.text);
    break;
  }
  if (statement == nullptr || !key || statement->length > statement->text.size()) return none();
  const auto table = table_then(ground.evidence, key->schema, key->table, statement->n);
  const auto place = place_of(ground, finding.location);
  if (!table || !place) return none();
  const auto op = op_of(*place->source);
  if (!op) return none();
  const std::string table_sql = sql_of(table->schema, table->name);
  const Numbered rows = numbered(*key, *table, table_sql);
  const std::string expressions = base::join(key->expressions, ", ");

  std::vector<std::string> steps = {
      "Which rows it is, in a database:",
      fmt::format("SELECT {0}, count(*), array_agg({1} ORDER BY {1}) AS rows\nFROM {2}{3}\nGROUP BY {0} "
                  "HAVING count(*) > 1 ORDER BY {0};",
                  expressions,
                  rows.keys.size() == 1 ? rows.keys.front() : "(" + base::join(rows.keys, ", ") + ")",
                  table_sql, where_of(*key)),
      table->primary_key.empty()
          ? fmt::format("The table has no primary key that tells which of them is older. To keep any one of "
                        "them, write this before {}:",
                        where(*place->source, *place->call))
          : fmt::format("To keep the one with the lowest {} (the oldest), write this before {}:",
                        base::join(rows.keys, ", "), where(*place->source, *place->call))};
  std::vector<std::string> code, told;
  const auto execute = [&](const std::string& sql) {
    code.push_back(*op + op_execute("\n    " + base::replace_all(sql, "\n", "\n    ") + "\n").substr(2));
  };
  for (const Reference& each : references_to(ground.evidence, *table, statement->n)) {
    const std::string update = table->primary_key.empty() ? "" : moved(rows, each, *table);
    if (!update.empty()) execute(update);
    told.push_back(told_of(each, !update.empty()));
  }
  execute(removed(rows, table_sql));
  steps.push_back(base::join(code, "\n"));
  std::vector<std::string> descending;
  for (const std::string& each : rows.keys) descending.push_back(each + " DESC");
  if (!table->primary_key.empty())
    steps.push_back(fmt::format("To keep the one with the highest (the newest), write ORDER BY {} there.",
                                base::join(descending, ", ")));
  steps.insert(steps.end(), told.begin(), told.end());
  steps.push_back(
      "Rows are deleted for good by it: what else the others hold has to be worth nothing, or be merged "
      "first.");
  for (const std::string& each : finding.fix.steps)
    if (!base::contains(each, "SELECT ")) steps.push_back(each);
  return not_mended(std::string(kWhichStays), std::move(steps));
}

}  // namespace windlass::fix
