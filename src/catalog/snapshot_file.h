// A snapshot as a file (windlass.snapshot/1, docs/formats.md): written once, compared years later.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "catalog/live_read.h"

namespace windlass::catalog {

/// "2:15:sha256:...": the format of the facts, the server's major version (renderings differ between majors),
/// and a digest of kinds, names and definitions. Equal for equal content, whatever the minor versions.
std::string fingerprint(const Snapshot& snapshot, int server_major);

/// The document; one line for each fact, sorted, so that tools compare it line by line. Ends with a line
/// break.
std::string snapshot_json(const LiveRead& read);

/// What snapshot_json() wrote. An error says what is wrong with `text`, which came from `file`: no JSON,
/// another document, a newer format, a fact without a name, a fingerprint that is not that of the facts, or a
/// digest that is not that of the statements (somebody edited it).
base::Result<LiveRead> parse_snapshot(std::string_view text, const std::string& file);

/// Whether a text looks like a snapshot, well-formed or not.
bool looks_like_snapshot(std::string_view text);

}  // namespace windlass::catalog
