#include "run/joined_evidence.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

namespace windlass::run {

namespace {

template <typename Item>
void append(std::vector<Item>& to, const std::vector<Item>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

/// Every process builds the enums of all revision files anew.
void append_enums(std::vector<EnumSeen>& to, const std::vector<EnumSeen>& from) {
  const auto key = [](const EnumSeen& seen) {
    return std::tuple(seen.name, seen.at.file, seen.at.line, seen.at.column, seen.revision);
  };
  std::set<decltype(key(from.front()))> known;
  for (const EnumSeen& seen : to) known.insert(key(seen));
  for (const EnumSeen& seen : from)
    if (known.insert(key(seen)).second) to.push_back(seen);
}

/// Returns what was added to the numbers of its sessions.
int append_recording(record::Recording& to, const record::Recording& from) {
  int sessions = 0, transactions = 0, statements = 0;
  for (const record::Session& session : to.sessions) sessions = std::max(sessions, session.n);
  for (const record::Statement& statement : to.statements) {
    statements = std::max(statements, statement.n);
    transactions = std::max(transactions, statement.transaction);
  }
  for (record::Session session : from.sessions) {
    session.n += sessions;
    to.sessions.push_back(std::move(session));
  }
  for (record::Statement statement : from.statements) {
    statement.n += statements;
    statement.session += sessions;
    statement.transaction += transactions;
    to.statements.push_back(std::move(statement));
  }
  return sessions;
}

}  // namespace

Evidence joined(const std::vector<SharedEvidence>& runs) {
  Evidence all = *runs.back();
  all.recording = {};
  all.steps.clear();
  all.enums.clear();
  all.enum_uses.clear();
  all.connects.clear();
  all.remarks.clear();
  all.self_check.clear();
  all.before = runs.front()->before;
  int last_from = 0;
  for (const SharedEvidence& run : runs) {
    last_from = append_recording(all.recording, run->recording);
    append(all.steps, run->steps);
    append_enums(all.enums, run->enums);
    append(all.enum_uses, run->enum_uses);
    append(all.connects, run->connects);
    append(all.remarks, run->remarks);
    append(all.self_check, run->self_check);
    if (all.chain.revisions.empty()) all.chain = run->chain;
  }
  for (Evidence::Deadlock& deadlock : all.deadlocks) {
    deadlock.waiting += last_from;
    deadlock.holding += last_from;
  }
  return all;
}

}  // namespace windlass::run
