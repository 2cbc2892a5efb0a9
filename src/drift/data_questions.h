// What rows of a real database could stand in the way of the chain, as questions that can be asked of it:
// rows that break a constraint the database has not yet, values that a coming type does not take, labels that
// the chain's type has not. Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/location.h"
#include "catalog/fact.h"
#include "drift/timeline.h"
#include "run/evidence.h"

namespace windlass::drift {

/// The most rows that a question counts.
inline constexpr int kMostRowsCounted = 1000;

struct DataQuestion {
  catalog::Object object;  ///< of the chain: a constraint, index, column or type
  std::string table;       ///< whose rows are asked about, qualified
  std::string revision;    ///< that makes the object as it is at the chain's end
  base::Location at;
  std::string sql;    ///< SELECT of one count, at most kMostRowsCounted
  std::string noun;   ///< what is counted: "row", "value"
  std::string words;  ///< behind the count: "without a value in column public.people.name, which is ..."
  std::string
      put_right;  ///< where a coming revision writes rows of the table: "revision 003 (003.py:7)"; or empty
};

/// What a row could hurt, and no question was found for.
struct NotAsked {
  catalog::Object object;
  std::string because;
};

struct DataQuestions {
  std::vector<DataQuestion> questions;
  std::vector<NotAsked> not_asked;
};

/// `real`: what the database holds; `chain`, `run`: the chain's timeline, and the run that it is of;
/// `applied`: the revisions that the database claims.
DataQuestions data_questions(const Timeline& chain, const run::Evidence& run, const catalog::Snapshot& real,
                             const std::set<std::string>& applied);

}  // namespace windlass::drift
