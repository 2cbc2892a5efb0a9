// What pg_dump says of each object: its statements, found by the object's row in the server's catalog.
//
// pg_dump knows how every kind of object is made, on every version; what it writes with --verbose names the
// row
// ("TOC entry 215 (class 1259 OID 16385)") before the statements.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace windlass::ddl {

struct DumpEntry {
  std::string id;    ///< "1259:16385"; "0:0" where it is no object of its own
  std::string type;  ///< pg_dump's word: "TABLE", "INDEX ATTACH"
  /// As the heading has them, unquoted, line breaks as blanks; of a part: "TABLE PART".
  std::string name, schema;
  std::vector<std::string> statements;  ///< without semicolon; settings (SET ...) left out
};

/// `dump`: the plain text of pg_dump --verbose. In its order, in which each statement finds what it needs.
/// Never fails: what is no entry is none.
std::vector<DumpEntry> dump_entries(std::string_view dump);

}  // namespace windlass::ddl
