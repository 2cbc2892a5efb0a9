// The way to a server: libpq's connect, without its habit of printing what the
// server says meanwhile.
#pragma once

#include <memory>
#include <string>

#include <tl/expected.hpp>

struct pg_conn;

namespace windlass::pg {

/// Connects as PQconnectdbParams(keywords, values, expand_dbname = 1) does: two null-terminated lists of
/// equal length, a time limit for each attempt from connect_timeout. Notices go nowhere, also those that come
/// before the session is ready (a server that crashes, PostgreSQL 17's login triggers). A failure is libpq's
/// text, in which the password is masked.
tl::expected<std::shared_ptr<pg_conn>, std::string> connect(const char* const* keywords,
                                                            const char* const* values);

}  // namespace windlass::pg
