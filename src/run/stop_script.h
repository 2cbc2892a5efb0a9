// What led an upgrade over what is there already to its stop, as it can be asked of another state of the
// database: where the server answers each of its statements alike, the upgrade stops there in the same way.
//
// Invariant: only of a run that did nothing but read, by one session, and whose first other statement was
// refused and ended it. What is not known to be such is none.
//
// Pure: no file, no clock.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "run/evidence.h"

namespace windlass::run {

struct StopScript {
  std::string database, role;
  std::vector<std::string> reads;  ///< in their order; what they set holds until the stop
  std::string stop;                ///< the statement that is refused; where it is not, it can be rolled back
  record::ServerMessage refused;   ///< what the run was told
};

/// `own_settings`: its session had settings of its own (CheckOutcome::own_settings).
std::optional<StopScript> stop_script(const Evidence& run, bool own_settings);

}  // namespace windlass::run
