#include "run/step_runner.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace windlass::run {

namespace {

/// Weakest first (the manual's chapter 13.3.1).
constexpr std::array<std::string_view, 8> kModes = {
    "ACCESS SHARE", "ROW SHARE",           "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE",
    "SHARE",        "SHARE ROW EXCLUSIVE", "EXCLUSIVE",     "ACCESS EXCLUSIVE"};

/// "AccessExclusiveLock" of pg_locks as LOCK TABLE spells it.
std::string mode_of(std::string_view lock) {
  std::string words;
  if (lock.ends_with("Lock")) lock.remove_suffix(4);
  for (const char c : lock) {
    if (c >= 'A' && c <= 'Z' && !words.empty()) words += ' ';
    words += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return words;
}

/// Tables and their like that somebody made, and the file of each.
constexpr const char* kFiles =
    "SELECT c.oid, c.relfilenode FROM pg_catalog.pg_class c WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', "
    "'m', 'f', 'v')";
/// Those that this session has locked; what is written anew is among them.
constexpr const char* kLocked =
    "SELECT c.oid, c.relfilenode, c.oid::pg_catalog.regclass::text, l.mode FROM pg_catalog.pg_locks l"
    " JOIN pg_catalog.pg_class c ON c.oid = l.relation AND c.relkind IN ('r', 'p', 'm', 'f', 'v')"
    " WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation' AND l.relation >= 16384";

ptrdiff_t strength(const std::string& mode) {
  const auto found = std::find(kModes.begin(), kModes.end(), mode);
  return found == kModes.end() ? -1 : found - kModes.begin();
}

}  // namespace

const std::string& stronger(const std::string& a, const std::string& b) {
  return strength(a) < strength(b) ? b : a;
}

base::Result<StepRunner> StepRunner::open(const std::string& conninfo, const std::string& role) {
  StepRunner runner(WINDLASS_TRY(pg::Connection::open(conninfo)));
  if (!role.empty())
    WINDLASS_CHECK(runner.connection_.execute("SET SESSION AUTHORIZATION " + pg::quote_identifier(role)));
  // As the script begins; and nothing that waits or computes for ever.
  WINDLASS_CHECK(
      runner.connection_.execute("SET search_path TO ''; SET check_function_bodies TO off; SET "
                                 "statement_timeout = '120s'; SET client_min_messages = error"));
  const pg::Rows rows = WINDLASS_TRY(runner.connection_.query(kFiles));
  for (int row = 0; row < rows.size(); ++row) runner.files_.emplace(rows.at(row, 0), rows.at(row, 1));
  return runner;
}

base::Result<StepRunner::Done> StepRunner::look() {
  Done done;
  const pg::Rows rows = WINDLASS_TRY(connection_.query_prepared(kLocked));
  std::map<std::string, std::string> files;
  for (int row = 0; row < rows.size(); ++row) {
    const auto before = files_.find(std::string(rows.at(row, 0)));
    if (before == files_.end()) continue;  // a step made it
    const std::string file(rows.at(row, 1)), name(rows.at(row, 2));
    if (before->second != file && !base::contains(done.rewrites, name)) done.rewrites.push_back(name);
    std::string& strongest = done.locks[name];
    strongest = stronger(strongest, mode_of(rows.at(row, 3)));
    files[before->first] = file;
  }
  pending_ = std::move(files);
  return done;
}

base::Result<tl::expected<StepRunner::Done, pg::ServerError>> StepRunner::run(
    const std::vector<std::string>& statements) {
  const auto refused = [&](pg::ServerError error) -> base::Result<tl::expected<Done, pg::ServerError>> {
    if (error.sqlstate.empty())
      return base::fail({"try a step", "on the scratch server", "the connection is gone: " + error.message,
                         "", base::Exit::CouldNotLook});
    WINDLASS_CHECK(connection_.execute("ROLLBACK"));
    return tl::expected<Done, pg::ServerError>(tl::unexpected(std::move(error)));
  };
  WINDLASS_CHECK(connection_.execute("BEGIN"));
  for (const std::string& statement : statements)
    if (auto done = connection_.attempt(statement); !done) return refused(std::move(done).error());
  Done done = WINDLASS_TRY(look());
  // What a constraint defers is refused here.
  if (auto committed = connection_.attempt("COMMIT"); !committed)
    return refused(std::move(committed).error());
  for (const auto& [oid, file] : pending_) files_[oid] = file;
  return tl::expected<Done, pg::ServerError>(std::move(done));
}

}  // namespace windlass::run
