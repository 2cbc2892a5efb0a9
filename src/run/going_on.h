// Every failure of a chain, not only its first: the chain is run again, past
// each failure as if it had been mended, and once more to see which of them
// come again where nothing else is touched.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "catalog/fact.h"
#include "run/check.h"

namespace windlass::run {

/// One failure that the run went on past.
struct Fault {
  int statement = 0;   ///< Statement::n; of an exception the last statement before it, 0 when there was none
  int exception = -1;  ///< its place in Evidence::left; -1 for a statement that was refused
  bool confirmed = false;  ///< it came again in the confirming run
  /// Of a creation that found its object there: what the server built of the statement once the object was
  /// out of its way (run/set_aside.h). Empty where that could not be tried, or failed.
  std::vector<catalog::Fact> wanted = {};
  /// The statement went well once these extensions, which it needs and nothing had created, were there; they
  /// stay there. Empty: otherwise.
  std::vector<std::string> extensions = {};
  /// The statement was run again once the chain had made what it misses (run/late_runs.h), and went well: the
  /// Statement::n of that run. 0: otherwise.
  int late = 0;
  bool again = false;  ///< such a run itself: the statement failed in it for a reason of its own
  /// What the server said to the statement when it was run again, where this is another fault of a statement
  /// that had one already; absent: Statement::refused.
  std::optional<record::ServerMessage> error = {};
};

struct GoneOn {
  Evidence evidence;
  std::vector<Fault> faults;  ///< in the order of the run; without those that did not come again
  /// Why it did not come to the end of the chain; empty where it did.
  std::string ended_early;
  int interrupted = 0;  ///< the signal that ended it early
};

/// How far a run past failures came.
struct WentPast {
  size_t failures = 0;
  bool to_the_end = true;  ///< false: something ended it before the last revision
};

/// Whether there may be more to see behind the failure of a run: one in a revision, that left server and tool
/// alive.
bool worth_going_on(const Evidence& faithful);

/// Whether the server closed the session under a statement (Statement::n) without a word: no disk, or no
/// memory, is left for it. What the client raises then is no fault of the chain, and the run saw nothing
/// behind it.
bool server_went_away(const record::Recording& recording, int statement);

/// Runs the chain twice more. `settings` are those of the faithful run. What is looked for only where a run
/// failed (models, sources around the project, extensions) is taken over from `faithful`.
base::Result<GoneOn> go_on(const CheckSettings& settings, const CheckHooks& hooks, const Evidence& faithful);

}  // namespace windlass::run
