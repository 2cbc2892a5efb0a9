// What a run of one revision leaves in its process, its session or its
// transaction that a fresh process would lack. Where it is nothing, the next
// revisions cannot tell whether they go on in that process or begin in one of
// their own: docs/architecture.md says why, and what is not covered.
//
// Invariant: what is not known is left behind.
//
// Pure: no file, no clock.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "run/evidence.h"

namespace windlass::run {

/// What the run of one revision alone left, as far as it tells by itself: what the rest of the chain does
/// with it is for LeftBehind to say.
struct StepLeft {
  std::string not_alone;  ///< why it is not just that step; empty: it is
  std::string because;    ///< what is left, whatever comes after it; empty: nothing is known so
  bool writes = false;    ///< rows
  bool unseen = false, label = false, makes_enum = false;
  int open_savepoints = 0;
  bool one_transaction = false;  ///< it is in one, or each statement is by itself
};

/// `run`: of `revision`; `held`: of its process (CheckOutcome::held).
StepLeft step_left(const Evidence& run, std::string_view held, const std::string& revision);

class LeftBehind {
 public:
  /// `clean`: the clean run to `to`; `order`: the revisions on that way.
  LeftBehind(const Evidence& clean, std::vector<std::string> order, const std::string& to);

  /// What the run of order[k] alone left for those after it, in words; empty: nothing.
  std::string by(const StepLeft& left, size_t k) const;

  /// Why that run is not just what an upgrade from order[k - 1] to the target would begin with; empty: it is.
  std::string not_alone(const StepLeft& left, size_t k) const;

 private:
  /// Of the statements of one revision in the clean run.
  struct Stand {
    std::set<int> transactions;
    bool any = false, outside_all = true;  ///< outside_all: each by itself, in no transaction
    int first = 0, last = 0;               ///< transactions
  };
  std::string in_transaction(const StepLeft& left, size_t k) const;

  std::vector<std::string> order_;
  std::string nowhere_;    ///< why nothing can be said of any revision
  std::string line_;       ///< why the way is none on which each revision leads to the next alone
  size_t plain_from_ = 0;  ///< from here on, each has the one before it as its only parent
  std::map<std::string, Stand> stands_;
  std::set<std::string> own_functions_;
  bool defers_ = false, asks_clock_ = false, adds_label_ = false, freezes_ = false, caches_ = false;
  bool one_transaction_ = true;
};

}  // namespace windlass::run
