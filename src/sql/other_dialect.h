// SQL that is written for another server, and what PostgreSQL has instead: for texts that PostgreSQL does not
// understand (42601). A reading of tokens; says nothing where the text could be PostgreSQL's own.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace windlass::sql {

struct OtherDialect {
  std::string product;  ///< "MySQL", "SQLite", "MySQL or SQLite"
  std::string what;     ///< the piece of text, as a person would name it: "UPDATE ... JOIN"
  std::string instead;  ///< what PostgreSQL has: SQL with dots where the text's own parts go
};

std::optional<OtherDialect> other_dialect(std::string_view text);

}  // namespace windlass::sql
