// What a text would do to objects of the whole server: roles, databases,
// tablespaces, their comments and privileges, and event triggers. The server
// tells of them by nothing but the text of the command.
//
// A reading of tokens, as in sql/targets.h; what stands in a DO block, in an
// EXECUTE'd string or in a function's body is read, too, and marked: whether
// it ran is not known.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sql/targets.h"

namespace windlass::sql {

struct ServerWide {
  Action action = Action::Alter;  ///< Create, Alter, Drop or Rename
  /// "role", "database", "tablespace", "event trigger"; "comment" and "privilege" with a name as "role x".
  std::string kind;
  /// "all" for every role; CURRENT_USER and its like in lower case; empty where a program puts it together.
  std::string name;
  std::string new_name;  ///< of a rename
  bool guarded = false;  ///< IF EXISTS
  bool nested = false;   ///< in a block, a string or a body
  bool secret = false;   ///< it sets a password, which no definition shows
};

std::vector<ServerWide> server_wide_targets(std::string_view text);

}  // namespace windlass::sql
