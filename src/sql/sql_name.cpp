#include "sql/sql_name.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "base/text.h"

namespace windlass::sql {

std::string sql_name(const std::vector<std::string>& parts) {
  // The key words that PostgreSQL reserves, also as names of types and functions (its appendix C).
  static const std::set<std::string_view> kReserved = {"all",
                                                       "analyse",
                                                       "analyze",
                                                       "and",
                                                       "any",
                                                       "array",
                                                       "as",
                                                       "asc",
                                                       "asymmetric",
                                                       "authorization",
                                                       "binary",
                                                       "both",
                                                       "case",
                                                       "cast",
                                                       "check",
                                                       "collate",
                                                       "collation",
                                                       "column",
                                                       "concurrently",
                                                       "constraint",
                                                       "create",
                                                       "cross",
                                                       "current_catalog",
                                                       "current_date",
                                                       "current_role",
                                                       "current_schema",
                                                       "current_time",
                                                       "current_timestamp",
                                                       "current_user",
                                                       "default",
                                                       "deferrable",
                                                       "desc",
                                                       "distinct",
                                                       "do",
                                                       "else",
                                                       "end",
                                                       "except",
                                                       "false",
                                                       "fetch",
                                                       "for",
                                                       "foreign",
                                                       "freeze",
                                                       "from",
                                                       "full",
                                                       "grant",
                                                       "group",
                                                       "having",
                                                       "ilike",
                                                       "in",
                                                       "initially",
                                                       "inner",
                                                       "intersect",
                                                       "into",
                                                       "is",
                                                       "isnull",
                                                       "join",
                                                       "lateral",
                                                       "leading",
                                                       "left",
                                                       "like",
                                                       "limit",
                                                       "localtime",
                                                       "localtimestamp",
                                                       "natural",
                                                       "not",
                                                       "notnull",
                                                       "null",
                                                       "offset",
                                                       "on",
                                                       "only",
                                                       "or",
                                                       "order",
                                                       "outer",
                                                       "overlaps",
                                                       "placing",
                                                       "primary",
                                                       "references",
                                                       "returning",
                                                       "right",
                                                       "select",
                                                       "session_user",
                                                       "similar",
                                                       "some",
                                                       "symmetric",
                                                       "system_user",
                                                       "table",
                                                       "tablesample",
                                                       "then",
                                                       "to",
                                                       "trailing",
                                                       "true",
                                                       "union",
                                                       "unique",
                                                       "user",
                                                       "using",
                                                       "variadic",
                                                       "verbose",
                                                       "when",
                                                       "where",
                                                       "window",
                                                       "with"};
  std::string result;
  for (const std::string& part : parts) {
    if (part.empty()) continue;
    const bool plain = !(part[0] >= '0' && part[0] <= '9') && !kReserved.contains(part) &&
                       std::all_of(part.begin(), part.end(), [](char c) {
                         return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
                       });
    if (!result.empty()) result += '.';
    result += plain ? part : '"' + base::replace_all(part, "\"", "\"\"") + '"';
  }
  return result;
}

}  // namespace windlass::sql
