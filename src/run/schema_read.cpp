#include "run/schema_read.h"

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.h"
#include "pg/connection.h"

namespace windlass::run {

namespace {

/// By row of the catalog ("1259:16385:2").
base::Result<std::map<std::string, ddl::Named>> read_names(const std::string& conninfo,
                                                           const catalog::Snapshot& snapshot) {
  std::vector<std::string> rows;
  for (const catalog::Fact& fact : snapshot.facts) {
    std::string row = ddl::row_of(fact.id);
    // Security labels and members of extensions have ids of their own kind.
    if (base::split(row, ':').size() == 3 && row.find_first_not_of("0123456789:") == std::string::npos)
      rows.push_back("\"" + row + "\"");
  }
  pg::Connection connection = WINDLASS_TRY(pg::Connection::open(conninfo));
  WINDLASS_CHECK(connection.execute("SET search_path TO ''"));
  const pg::Rows answer =
      WINDLASS_TRY(connection.query("SELECT x.row, i.type, i.identity FROM (SELECT DISTINCT row, "
                                    "pg_catalog.string_to_array(row, ':')::oid[] AS part"
                                    " FROM pg_catalog.unnest($1::text[]) AS row) x, LATERAL "
                                    "pg_catalog.pg_identify_object(x.part[1], x.part[2],"
                                    " x.part[3]::int8::int4) i",
                                    {"{" + base::join(rows, ",") + "}"}));
  std::map<std::string, ddl::Named> named;
  for (int row = 0; row < answer.size(); ++row) {
    if (answer.is_null(row, 2)) continue;
    std::string type(answer.at(row, 1)), identity(answer.at(row, 2));
    if (type == "aggregate" && identity.ends_with("()")) identity.insert(identity.size() - 1, "*");
    named[std::string(answer.at(row, 0))] = {std::move(type), std::move(identity)};
  }
  return named;
}

}  // namespace

base::Result<ddl::Schema> read_schema(const std::string& conninfo, const catalog::LiveRead& read,
                                      const SchemaDumpOptions* dump) {
  std::map<std::string, ddl::Named> named = WINDLASS_TRY(read_names(conninfo, read.snapshot));
  std::vector<ddl::DumpEntry> entries;
  if (dump != nullptr) {
    SchemaDumpOptions options = *dump;
    options.url = conninfo;
    // Owners, privileges and comments follow from the facts.
    options.more = {"--verbose", "--no-owner", "--no-privileges", "--no-comments", "--no-security-labels"};
    entries = ddl::dump_entries(WINDLASS_TRY(dump_schema(options)));
  }
  return ddl::Schema(read.snapshot, read.server_major, std::move(named), std::move(entries));
}

}  // namespace windlass::run
