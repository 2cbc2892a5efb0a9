// The tables that a text writes rows to by name.
//
// A reading of tokens, as in sql/targets.h: bodies of DO blocks are read, too; what a function or a trigger
// writes is not in the text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace windlass::sql {

struct WrittenTable {
  std::string schema;  ///< empty when not given
  std::string name;    ///< unquoted
};

/// Of INSERT, UPDATE, DELETE, MERGE, TRUNCATE and COPY ... FROM, also behind WITH, in the order of the text;
/// a name that is written more than once stands there more than once.
std::vector<WrittenTable> written_tables(std::string_view text);

}  // namespace windlass::sql
