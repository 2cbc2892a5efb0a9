#include "ddl/dump_entries.h"

#include "base/text.h"
#include "sql/psql_scanner.h"

namespace windlass::ddl {

namespace {

std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
  const size_t start = text.find(before);
  if (start == std::string_view::npos) return {};
  text.remove_prefix(start + before.size());
  return text.substr(0, text.find(after));
}

bool is_setting(std::string_view statement) {
  return statement.starts_with("SET ") || statement.starts_with("SELECT pg_catalog.set_config(");
}

/// The heading of an entry, line by line; it stands where no statement is open.
void read_heading(std::string_view line, std::vector<DumpEntry>& entries) {
  if (line.starts_with("-- TOC entry ")) {
    const std::string_view row = between(line, "(class ", ")");
    const size_t oid = row.find(" OID ");
    if (oid == std::string_view::npos) return;
    entries.push_back(
        {std::string(row.substr(0, oid)) + ":" + std::string(row.substr(oid + 5)), {}, {}, {}, {}});
  } else if (line.starts_with("-- Name: ") && !entries.empty() && entries.back().type.empty()) {
    // A name may hold "; Type: " itself; the last one is pg_dump's.
    const size_t type = line.rfind("; Type: "), schema = line.rfind("; Schema: ");
    if (type == std::string_view::npos || schema == std::string_view::npos || type < 9 || schema < type)
      return;
    DumpEntry& entry = entries.back();
    entry.name = line.substr(9, type - 9);
    entry.type = line.substr(type + 8, schema - type - 8);
    const std::string_view rest = line.substr(schema + 10);
    entry.schema = rest.substr(0, rest.find("; Owner: "));
  }
}

}  // namespace

std::vector<DumpEntry> dump_entries(std::string_view dump) {
  std::vector<DumpEntry> entries;
  sql::read_dump(
      dump, [&](std::string_view line) { read_heading(base::trim(line), entries); },
      [&](const sql::PsqlPart& part) {
        if (part.kind == sql::PsqlPart::Kind::Statement && !entries.empty() && !is_setting(part.text))
          entries.back().statements.push_back(part.text);
      });
  return entries;
}

}  // namespace windlass::ddl
