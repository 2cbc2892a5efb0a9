#include "catalog/statements.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "sql/object_secrets.h"
#include "sql/psql_scanner.h"

namespace windlass::catalog {

namespace {

constexpr std::string_view kDumpedBy = "-- Dumped by pg_dump version ";

}  // namespace

Statements statements_of_dump(std::string_view dump) {
  Statements result;
  result.by = "pg_dump";
  if (base::valid_utf8(std::string(dump)) != dump) {
    result.left_out = "what pg_dump writes of it is not all UTF-8";
    return result;
  }
  sql::PsqlScanner scanner([](const std::string&) { return std::nullopt; });
  size_t number = 0;
  while (!dump.empty()) {
    const size_t end = std::min(dump.find('\n'), dump.size() - 1) + 1;
    const std::string_view line = dump.substr(0, end);
    dump.remove_prefix(end);
    ++number;
    if (scanner.mark().length == 0 && line.starts_with("--")) {
      if (result.by == "pg_dump" && line.starts_with(kDumpedBy)) {
        const std::string_view version = base::trim(line.substr(kDumpedBy.size()));
        result.by += " " + std::string(version.substr(0, version.find(' ')));
      }
      continue;
    }
    scanner.add_line(line, number);
    for (sql::PsqlPart part = scanner.next(); part.kind != sql::PsqlPart::Kind::More; part = scanner.next()) {
      if (part.kind != sql::PsqlPart::Kind::Statement) continue;  // \restrict
      sql::WithoutSecrets bare = sql::without_secrets(part.text);
      if (!bare.about.empty()) result.secrets.push_back(std::move(bare.about));
      result.sql.push_back(std::move(bare.text));
    }
  }
  return result;
}

std::string script_of(const Statements& statements) {
  std::string text = "--\n-- PostgreSQL database dump\n--\n\n";
  for (const std::string& each : statements.sql) text += each + "\n;\n";
  return text + "\n--\n-- PostgreSQL database dump complete\n--\n";
}

}  // namespace windlass::catalog
