#include "diagnose/cases/row_query.h"

#include <fmt/core.h>

#include <vector>

#include "base/text.h"
#include "diagnose/compose.h"
#include "sql/statement_kind.h"
#include "sql/tokens.h"

namespace windlass::diagnose {

namespace {

/// " WHERE state = 'active'" of a unique index on a part of the table; empty for one on all of it, and where
/// the text was cut.
std::string predicate_of(const record::Statement& statement) {
  if (sql::statement_kind(statement.text) != "CREATE INDEX" || !statement.digest.empty()) return {};
  int depth = 0;
  for (const sql::Token& token : sql::tokens(statement.text)) {
    if (token.symbol('(')) ++depth;
    if (token.symbol(')')) --depth;
    if (depth != 0 || !token.is("where")) continue;
    std::string text = base::one_line(statement.text.substr(token.offset + 5));
    while (text.ends_with(';') || text.ends_with(' ')) text.pop_back();
    return " WHERE " + std::string(base::trim(text));
  }
  return {};
}

struct Referenced {
  std::string table;                 ///< as SQL names it
  std::vector<std::string> columns;  ///< as SQL names them
};

/// What a foreign key on exactly these columns refers to. Empty where the text does not tell: it refers to
/// the table alone, or has several keys.
Referenced referenced_by(const record::Statement& statement, size_t columns) {
  const std::vector<sql::Token> tokens = sql::tokens(statement.text);
  Referenced found;
  for (size_t i = 0; i < tokens.size(); ++i) {
    if (!tokens[i].is("references")) continue;
    if (!found.table.empty()) return {};
    std::vector<std::string> parts;
    while (i + 1 < tokens.size() && tokens[i + 1].name()) {
      parts.push_back(tokens[++i].text);
      if (i + 1 >= tokens.size() || !tokens[i + 1].symbol('.')) break;
      ++i;
    }
    if (parts.empty() || i + 1 >= tokens.size() || !tokens[i + 1].symbol('(')) return {};
    found.table = sql_name(parts);
    for (i += 2; i < tokens.size() && !tokens[i].symbol(')'); ++i)
      if (tokens[i].name()) found.columns.push_back(sql_name({tokens[i].text}));
  }
  return found.columns.size() == columns ? found : Referenced{};
}

/// Rows that refer to what is not there. A NULL in any of the columns refers to nothing.
std::string without_partner(const std::string& table, const std::vector<std::string>& names,
                            const Referenced& referenced) {
  std::vector<std::string> not_null, pairs;
  for (size_t i = 0; i < names.size(); ++i) {
    not_null.push_back(fmt::format("a.{} IS NOT NULL", names[i]));
    pairs.push_back(fmt::format("b.{} = a.{}", referenced.columns[i], names[i]));
  }
  return fmt::format("SELECT a.* FROM {} a WHERE {} AND NOT EXISTS (SELECT FROM {} b WHERE {});", table,
                     base::join(not_null, " AND "), referenced.table, base::join(pairs, " AND "));
}

}  // namespace

bool in_public(const RefusedRows& refused) { return refused.schema.empty() || refused.schema == "public"; }

std::string qualified(const RefusedRows& refused) {
  if (refused.table.empty()) return "the_table";
  return in_public(refused) ? sql_name({refused.table}) : sql_name({refused.schema, refused.table});
}

std::string query_for(const RefusedRows& refused, const record::Statement& statement) {
  if (refused.table.empty() || refused.columns.empty()) return {};
  const std::string& state = statement.error->sqlstate;
  std::vector<std::string> names;
  for (const std::string& column : refused.columns) names.push_back(sql_name({column}));
  const std::string columns = base::join(names, ", ");
  const std::string table = qualified(refused);
  if (state == "23502") return fmt::format("SELECT count(*) FROM {} WHERE {} IS NULL;", table, names.front());
  if (state == "23505")
    return fmt::format("SELECT {0}, count(*) FROM {1}{2} GROUP BY {0} HAVING count(*) > 1;", columns, table,
                       predicate_of(statement));
  if (state == "23503") {
    const Referenced referenced = referenced_by(statement, names.size());
    if (!referenced.table.empty()) return without_partner(table, names, referenced);
  }
  if (state == "22001" && names.size() == 1)
    return fmt::format("SELECT max(length({}::text)) FROM {};", names.front(), table);
  if (state == "22003" && names.size() == 1)
    return fmt::format("SELECT min({0}), max({0}) FROM {1};", names.front(), table);
  return fmt::format("SELECT {}, count(*) FROM {} GROUP BY {};", columns, table, columns);
}

}  // namespace windlass::diagnose
