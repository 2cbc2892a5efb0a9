// Whether a key that is there twice is there because of a row that was put in. Pure.
#pragma once

#include <string>
#include <vector>

#include "populate/rows.h"

namespace windlass::populate {

/// The row put into that table that holds the key of a 23505's detail ("Key (a, b)=(1, 2) already exists."),
/// or nullptr. `schema` may be empty.
const Row* row_with_key(const Rows& rows, const std::string& schema, const std::string& table,
                        const std::string& detail);

/// The columns that `detail` names: {"a", "b"}; none where it names no key, or an expression.
std::vector<std::string> key_columns(const std::string& detail);

/// The values beside those columns, as the server writes them; none where a value holds what parts them.
std::vector<std::string> key_values(const std::string& detail);

/// How the server writes a value of windlass's: a bool is "t" or "f".
std::string as_server_writes(const std::string& text);

}  // namespace windlass::populate
