#include "catalog/statements.h"

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
  const auto comment = [&](std::string_view line) {
    if (result.by != "pg_dump" || !line.starts_with(kDumpedBy)) return;
    const std::string_view version = base::trim(line.substr(kDumpedBy.size()));
    result.by += " " + std::string(version.substr(0, version.find(' ')));
  };
  sql::read_dump(dump, comment, [&](const sql::PsqlPart& part) {
    if (part.kind != sql::PsqlPart::Kind::Statement) return;  // \restrict
    sql::WithoutSecrets bare = sql::without_secrets(part.text);
    if (!bare.about.empty()) result.secrets.push_back(std::move(bare.about));
    result.sql.push_back(std::move(bare.text));
  });
  return result;
}

std::string script_of(const Statements& statements) {
  std::string text = "--\n-- PostgreSQL database dump\n--\n\n";
  for (const std::string& each : statements.sql) text += each + "\n;\n";
  return text + "\n--\n-- PostgreSQL database dump complete\n--\n";
}

}  // namespace windlass::catalog
