// The statements that make what a snapshot's facts describe: pg_dump's, of the same moment. With them a saved
// snapshot can be made again on a scratch server.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace windlass::catalog {

struct Statements {
  std::string by;                ///< "pg_dump 15.18"
  std::string role;              ///< that read them; what they make without saying whose is that one's
  std::vector<std::string> sql;  ///< in pg_dump's order, without semicolons; no command of psql is among them
  std::vector<std::string> secrets;  ///< what their values were left out of: "server other"
  std::string left_out;              ///< why there are none; empty: here they are
  std::string hint;                  ///< with `left_out`: what to do about it; may be empty
};

/// What pg_dump wrote, without psql's commands, comments, and secrets (sql/object_secrets.h). `left_out`
/// where it is no UTF-8, which a snapshot's file could not hold.
Statements statements_of_dump(std::string_view dump);

/// As a file that can be loaded, and looks like a dump.
std::string script_of(const Statements& statements);

}  // namespace windlass::catalog
