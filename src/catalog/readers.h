// The readers: one SQL text per family of object kinds (src/catalog/sql), used
// in a full read and inside a scratch database's event triggers alike, so that
// both always say the same of an object.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/embedded.h"

namespace windlass::catalog {

std::span<const base::Embedded> embedded_files();

/// A SELECT that yields rows (kind, name, definition jsonb, id, grp). `filter` follows every OID column:
/// "IS NOT NULL" reads everything, "= ANY (v_rels)" what a variable names. `reader` is one of reader_names().
/// `written`: a condition on a table's alias, for which it has "{}", that keeps what a command wrote; empty:
/// all.
std::string reader_sql(std::string_view reader, std::string_view filter, int server_major,
                       std::string_view written = {});

/// The names of all readers.
const std::vector<std::string>& reader_names();

}  // namespace windlass::catalog
