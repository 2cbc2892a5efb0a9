// What a failed revision left in a database, and the SQL to see it and to take it away.
#pragma once

#include <string>
#include <vector>

#include "catalog/object.h"

namespace windlass::diagnose {

struct Remains {
  std::vector<std::string> words;        ///< "created table "public.users""
  std::vector<catalog::Object> created;  ///< in the order of their creation
  std::vector<catalog::Object> dropped;
  bool other = false;  ///< something that was there before was altered or dropped, or rows were written
};

/// One query that lists those of the objects that are there; empty where none is of a kind that can be asked
/// for. Objects that came with another of the list (a table's columns, a key's index) are left out.
std::string sql_to_see(const std::vector<catalog::Object>& created);

/// The statements that drop them, last made first, one a line and without CASCADE; empty where there is none.
std::string sql_to_undo(const std::vector<catalog::Object>& created);

}  // namespace windlass::diagnose
