#include "run/fill_effects.h"

#include <deque>
#include <memory>

#include "catalog/compare.h"
#include "run/half_made.h"
#include "run/session_walk.h"

namespace windlass::run {

namespace {

bool is_event_trigger(const catalog::Object& object) {
  return object.kind == "event trigger" || object.name.starts_with("event trigger ");
}

/// Event triggers are of one database, but reported as little as what belongs to the server.
void add_event_triggers(catalog::Snapshot& to, const std::map<std::string, catalog::Snapshot>& databases) {
  for (const auto& [name, snapshot] : databases)
    for (const catalog::Fact& fact : snapshot.facts)
      if (is_event_trigger(fact.object)) to.facts.push_back(fact);
  to.sort();
}

}  // namespace

FilledEffects fill_effects(record::Recording& recording,
                           const std::map<std::string, catalog::Snapshot>& start,
                           const std::map<std::string, catalog::Snapshot>& read,
                           const ServerWideReads* server_wide) {
  ServerWideReads unreported = server_wide != nullptr ? *server_wide : ServerWideReads{};
  if (server_wide != nullptr) {
    add_event_triggers(unreported.before, start);
    add_event_triggers(unreported.after, read);
    server_wide = &unreported;
  }
  std::map<int, ClaimReader> claim_readers;
  std::vector<Claim> claims;
  std::map<int, std::string> database_of;
  for (const record::Session& session : recording.sessions) database_of[session.n] = session.database;
  std::map<std::string, std::unique_ptr<ChangeLog>> logs;
  std::map<int, std::unique_ptr<SessionWalk>> walks;
  for (size_t i = 0; i < recording.statements.size(); ++i) {
    const int session = recording.statements[i].session;
    auto& walk = walks[session];
    if (!walk) {
      const std::string& database = database_of[session];
      auto& log = logs[database];
      if (!log) {
        const auto found = start.find(database);
        log = std::make_unique<ChangeLog>(found == start.end() ? catalog::Snapshot{} : found->second);
      }
      ClaimReader& reader = claim_readers.try_emplace(session, server_wide).first->second;
      walk = std::make_unique<SessionWalk>(recording, *log, reader, claims);
    }
    walk->take(i);
  }
  for (auto& [session, walk] : walks) {
    const auto found = read.find(database_of[session]);
    walk->end(found == read.end() ? nullptr : &found->second);
  }
  std::deque<catalog::Event> adopted;  // the logs refer to them
  for (const auto& [database, snapshot] : read) {
    const auto log = logs.find(database);
    if (log == logs.end()) continue;
    std::vector<int> sessions;
    for (const auto& [session, name] : database_of)
      if (name == database) sessions.push_back(session);
    for (HalfMade& left : half_made(recording, sessions, log->second->snapshot(), snapshot)) {
      catalog::Event& event = adopted.emplace_back();
      event.partial = true;
      event.facts.push_back(std::move(left.index));
      for (catalog::Effect& effect : log->second->apply(event).second)
        recording.statements[left.statement].effects.push_back(std::move(effect));
    }
  }
  FilledEffects filled;
  filled.unexplained = settle_claims(recording, std::move(claims), server_wide);
  for (const auto& [database, log] : logs)
    if (start.contains(database)) filled.end[database] = log->snapshot();
  return filled;
}

std::vector<std::string> self_check(const catalog::Snapshot& from_effects, const catalog::Snapshot& read) {
  std::vector<std::string> sentences;
  for (catalog::Difference& difference :
       catalog::compare(from_effects, read, "the effects", "the database")) {
    if (is_event_trigger(difference.object)) continue;
    sentences.push_back(std::move(difference.sentence));
  }
  return sentences;
}

}  // namespace windlass::run
