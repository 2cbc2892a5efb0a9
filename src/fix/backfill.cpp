#include "fix/backfill.h"

#include <fmt/core.h>

#include "base/text.h"
#include "diagnose/compose.h"
#include "fix/operations.h"
#include "sql/sql_name.h"

namespace windlass::fix {

namespace {

constexpr int kRows = 10000, kPages = 1000;

/// A literal of Python, without op.execute( and the parenthesis.
std::string literal(const std::string& sql) {
  const std::string whole = op_execute(sql);
  constexpr std::string_view kBefore = "op.execute(";
  return whole.substr(kBefore.size(), whole.size() - kBefore.size() - 1);
}

/// No longer than leaves room for an ending.
std::string short_name(std::string name) {
  constexpr size_t kMost = 50;
  if (name.size() > kMost) {
    size_t end = kMost;
    while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xc0) == 0x80) --end;
    name.resize(end);
  }
  return name;
}

std::string in_parentheses(const std::vector<std::string>& parts) {
  return parts.size() == 1 ? parts.front() : "(" + base::join(parts, ", ") + ")";
}

/// The batches of a table with a primary key: keys at which they begin.
void by_key(const Backfill& backfill, std::vector<std::string>& lines) {
  std::vector<std::string> names, from, to, values;
  for (size_t i = 0; i < backfill.table.primary_key.size(); ++i) {
    names.push_back(sql::sql_name({backfill.table.primary_key[i]}));
    from.push_back(fmt::format(":first_{}", i));
    to.push_back(fmt::format(":after_{}", i));
    values.push_back(fmt::format("\"first_{0}\": first[{0}], \"after_{0}\": after[{0}]", i));
  }
  const std::string key = in_parentheses(names), listed = base::join(names, ", "),
                    number = sql::sql_name({free_of_columns(backfill.table, "n")});
  lines.push_back(fmt::format(
      "    # The key of every {}th row: each batch commits by itself, and locks few rows for a short time.",
      kRows));
  lines.push_back(fmt::format("    keys = connection.execute({}.text(", backfill.sa));
  lines.push_back("        " +
                  literal(fmt::format("SELECT {} FROM (SELECT {}, row_number() OVER (ORDER BY {}) AS {}",
                                      listed, listed, listed, number)));
  lines.push_back("        " + literal(fmt::format(" FROM {}) AS numbered WHERE mod({}, {}) = 1 ORDER BY {}",
                                                   backfill.table_sql, number, kRows, listed)));
  lines.emplace_back("    )).fetchall()");
  lines.emplace_back("    for first, after in zip(keys, keys[1:]):");
  lines.emplace_back("        connection.execute(");
  lines.push_back(fmt::format("            {}.text(fill + \" AND {} >= {} AND {} < {}\"),", backfill.sa,
                              base::replace_all(key, "\"", "\\\""), in_parentheses(from),
                              base::replace_all(key, "\"", "\\\""), in_parentheses(to)));
  lines.push_back(fmt::format("            {{{}}},", base::join(values, ", ")));
  lines.emplace_back("        )");
}

/// Of one without: pages of its file.
void by_page(const Backfill& backfill, std::vector<std::string>& lines) {
  std::string name = backfill.table_sql;
  name = base::replace_all(name, "'", "''");
  lines.push_back(
      fmt::format("    # {} pages of the table at a time: each batch commits by itself, and locks few rows "
                  "for a short time.",
                  kPages));
  lines.push_back(fmt::format("    pages = connection.execute({}.text(", backfill.sa));
  lines.push_back(
      "        " +
      literal(fmt::format("SELECT pg_relation_size('{}') / CAST(current_setting('block_size') AS bigint)",
                          name)));
  lines.emplace_back("    )).scalar()");
  lines.push_back(fmt::format("    for page in range(0, pages, {}):", kPages));
  lines.emplace_back("        connection.execute(");
  lines.push_back(fmt::format(
      "            {}.text(fill + \" AND ctid >= CAST(:first AS tid) AND ctid < CAST(:after AS tid)\"),",
      backfill.sa));
  lines.push_back(fmt::format(
      "            {{\"first\": f\"({{page}},0)\", \"after\": f\"({{page + {}}},0)\"}},", kPages));
  lines.emplace_back("        )");
}

}  // namespace

std::vector<std::string> in_batches(const Backfill& backfill) {
  const std::string column = sql::sql_name({backfill.column});
  std::vector<std::string> lines;
  if (backfill.value_decided) {
    lines.push_back("fill = " + literal(fmt::format("UPDATE {} SET {} = {} WHERE {} IS NULL",
                                                    backfill.table_sql, column, backfill.value, column)));
  } else {
    lines.push_back(
        fmt::format("value = {}  # <- to be decided: an SQL expression for the rows that hold nothing",
                    literal(backfill.value)));
    lines.push_back(fmt::format("fill = {} + value + {}",
                                literal(fmt::format("UPDATE {} SET {} = ", backfill.table_sql, column)),
                                literal(fmt::format(" WHERE {} IS NULL", column))));
  }
  lines.push_back(fmt::format("with {}.get_context().autocommit_block():", backfill.op));
  lines.push_back(fmt::format("    connection = {}.get_bind()", backfill.op));
  if (backfill.table.primary_key.empty())
    by_page(backfill, lines);
  else
    by_key(backfill, lines);
  lines.push_back(
      fmt::format("    connection.execute({}.text(fill))  # the last batch, and what was written meanwhile",
                  backfill.sa));
  return lines;
}

std::vector<std::string> in_batches_and_not_null(const Backfill& backfill, const std::string& alter) {
  std::vector<std::string> lines = in_batches(backfill);
  const std::string name =
      sql::sql_name({short_name(backfill.table.name + "_" + backfill.column) + "_filled"});
  const std::string table = fmt::format("ALTER TABLE {} ", backfill.table_sql);
  const auto execute = [&](const std::string& sql) {
    lines.push_back("    " + backfill.op + op_execute(sql).substr(2));
  };
  lines.emplace_back(
      "    # NOT NULL then trusts the check, and scans nothing under a lock that stops everything.");
  execute(fmt::format("{}DROP CONSTRAINT IF EXISTS {}", table, name));
  execute(fmt::format("{}ADD CONSTRAINT {} CHECK ({} IS NOT NULL) NOT VALID", table, name,
                      sql::sql_name({backfill.column})));
  execute(fmt::format("{}VALIDATE CONSTRAINT {}", table, name));
  lines.push_back("    " + alter);
  execute(fmt::format("{}DROP CONSTRAINT {}", table, name));
  return lines;
}

}  // namespace windlass::fix
