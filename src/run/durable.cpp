#include "run/durable.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace windlass::run {

namespace {

/// The command tags of what writes nothing
/// (https://www.postgresql.org/docs/current/protocol-message-formats.html, CommandComplete).
constexpr std::array<std::string_view, 27> kWritesNothing = {
    "BEGIN",       "CHECKPOINT",    "CLOSE",        "CLOSE CURSOR",   "CLOSE CURSOR ALL",
    "COMMIT",      "DEALLOCATE",    "DISCARD",      "DEALLOCATE ALL", "DECLARE CURSOR",
    "DISCARD ALL", "DISCARD PLANS", "DISCARD TEMP", "EXPLAIN",        "FETCH",
    "LISTEN",      "LOAD",          "LOCK TABLE",   "MOVE",           "NOTIFY",
    "PREPARE",     "RELEASE",       "RESET",        "ROLLBACK",       "SAVEPOINT",
    "SET",         "SHOW"};

bool writes(const record::Statement& statement) {
  if (statement.failed() || statement.skipped || statement.tag.empty()) return false;
  if (!statement.events.empty()) return true;  // also where a function that it called did it
  const std::string_view tag = statement.tag;
  if (tag.starts_with("SELECT") || tag.starts_with("START TRANSACTION") || tag.starts_with("SET ") ||
      tag.starts_with("FETCH ") || tag.starts_with("MOVE ") || tag.starts_with("UNLISTEN"))
    return false;
  if (std::find(kWritesNothing.begin(), kWritesNothing.end(), tag) != kWritesNothing.end()) return false;
  return !statement.rows || *statement.rows > 0;
}

}  // namespace

bool Durable::by(const record::Statement& statement) {
  bool& pending = pending_[statement.session];
  // CREATE TABLE AS has the tag SELECT: what is not known to write is told by its events.
  pending = pending || writes(statement);
  if (statement.status_after != 'I') return false;
  const bool rolled_back = statement.tag == "ROLLBACK" || statement.failed();
  const bool durable = pending && !rolled_back;
  pending = false;
  return durable;
}

std::vector<const record::Statement*> durable_moments(const record::Recording& recording) {
  std::vector<const record::Statement*> moments;
  Durable durable;
  for (const record::Statement& statement : recording.statements)
    if (durable.by(statement)) moments.push_back(&statement);
  return moments;
}

}  // namespace windlass::run
