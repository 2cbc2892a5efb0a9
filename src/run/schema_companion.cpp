#include "run/schema_companion.h"

#include <fmt/core.h>

#include <utility>

#include "base/text.h"
#include "run/client_programs.h"

namespace windlass::run {

namespace {

/// Of all the locks that a server has room for, what one reader may take: each server shares them out among
/// all its sessions, and the one that finds none left fails.
constexpr int64_t kShare = 4;

catalog::Statements left_out(std::string because, std::string hint) {
  catalog::Statements none;
  none.left_out = std::move(because);
  none.hint = std::move(hint);
  return none;
}

}  // namespace

bool SchemaCompanion::comes(const catalog::Surroundings& there) {
  role_ = there.role;
  server_version_ = there.server_version;
  if (client_programs("pg_dump", dump_.bindir, dump_.environment).empty()) {
    statements_ = left_out("there is no pg_dump in PATH",
                           "Install PostgreSQL's client programs, of the server's version or a newer one.");
    return false;
  }
  if (whatever_it_costs_) return true;
  if (there.pooled) {
    statements_ = left_out(
        "a connection pooler stands before the server, and what pg_dump sets for its session may stay in "
        "connections that others get",
        "Name the server itself, or take them all the same with --statements.");
    return false;
  }
  // A table or view, and the indexes that are rendered with it.
  if (there.relations > there.locks / kShare) {
    statements_ = left_out(
        fmt::format(
            "pg_dump would hold a lock on each of its {} at once, and the server has room for {} of all "
            "sessions together",
            base::count_of(static_cast<size_t>(there.relations), "table and view", "tables and views"),
            there.locks),
        "Where that does no harm, take them with --statements.");
    return false;
  }
  return true;
}

void SchemaCompanion::read(const std::string& snapshot) {
  SchemaDumpOptions options = dump_;
  options.stop = &stop_;
  options.more = {"--snapshot=" + snapshot, "--encoding=UTF8"};
  if (auto dump = dump_schema(options)) {
    statements_ = catalog::statements_of_dump(*dump);
  } else {
    std::string hint = dump.error().hint;
    if (hint.empty() && base::contains(dump.error().got, "server version mismatch"))
      hint = fmt::format("Put a pg_dump first in PATH that is not older than the server (PostgreSQL {}).",
                         server_version_);
    // pg_dump bounds its waiting so.
    if (hint.empty() && base::contains(dump.error().got, "statement timeout"))
      hint =
          "Somebody holds a table in ACCESS EXCLUSIVE (a migration that is running?): take it again later, "
          "or wait longer: --lock-wait 60s.";
    // Which table it was has been said; the query may name all of them.
    const std::string& got = dump.error().got;
    statements_ = left_out(base::shorten(got.substr(0, got.find(" pg_dump: detail: Query was: ")), 300),
                           std::move(hint));
  }
  statements_.role = role_;
}

}  // namespace windlass::run
