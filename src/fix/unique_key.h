// What a statement that makes a unique key says of it. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace windlass::fix {

struct UniqueKey {
  std::string schema, table;             ///< schema: empty where none is written
  std::vector<std::string> expressions;  ///< as the text has them: "name", "lower(name)"
  std::string predicate;                 ///< of an index on a part of the table
  bool nulls_alike = false;              ///< NULLS NOT DISTINCT, or a primary key
};

/// Of CREATE UNIQUE INDEX, and of ALTER TABLE ... ADD ... UNIQUE or PRIMARY KEY; nothing of anything else.
std::optional<UniqueKey> unique_key(std::string_view statement);

/// " WHERE ...": the rows that the key is about; empty where that is all of them.
std::string where_of(const UniqueKey& key);

}  // namespace windlass::fix
