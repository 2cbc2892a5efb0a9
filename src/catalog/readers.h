// The readers: one SQL text per family of object kinds (src/catalog/sql), used
// in a full read and inside a scratch database's event triggers alike, so that
// both always say the same of an object.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/embedded.h"
#include "catalog/fact.h"
#include "pg/connection.h"

namespace windlass::catalog {

std::span<const base::Embedded> embedded_files();

/// A filter: what a command wrote since the report before, of the one table that install.sql calls v_rel.
inline constexpr std::string_view kWritten = "written";

/// A SELECT that yields rows (kind, name, definition, id, grp). `filter` follows every OID column: "IS NOT
/// NULL" reads everything, "= ANY (v_rels)" what a variable names. `reader` is one of reader_names(), or a
/// part of one. Without `subscriptions` the catalog of those is not asked: before PostgreSQL 14 it is for
/// superusers alone. `whose`: objects of extensions, and what others put on them, or all the others.
enum class Whose { Own, Extensions };
std::string reader_sql(std::string_view reader, std::string_view filter, int server_major,
                       bool subscriptions = true, Whose whose = Whose::Own);

/// The readers that together read everything, each of it once.
const std::vector<std::string>& reader_names();

/// A SELECT that pins, for the transaction, the settings that rendered definitions depend on (as
/// sql/install.sql does for the event triggers). Not to be sent before SET TRANSACTION SNAPSHOT.
const std::string& pinned_settings();

/// The rows of a reader as facts.
void add_facts(const pg::Rows& rows, Snapshot& snapshot);

}  // namespace windlass::catalog
