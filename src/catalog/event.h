// One report of the event triggers that windlass installs in a scratch
// database: what a command touched, and what the catalog says of it now.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "catalog/fact.h"

namespace windlass::catalog {

struct Event {
  std::string trigger;  ///< "ddl_command_end" or "sql_drop"
  std::string tag;      ///< the command tag of the outermost utility command
  /// Microseconds of the server's clock: names this event within its session.
  int64_t stamp = 0;
  /// The stamp of the event before it in the same session, as the session
  /// itself remembers it; 0 for the first. The memory is a setting that is
  /// rolled back with a transaction or subtransaction: an event that the next
  /// one does not remember was rolled back.
  int64_t previous = 0;
  std::vector<Object> dropped;
  std::vector<std::string> dropped_ids;  ///< in the order of `dropped`
  /// `facts` are single ones: each takes the place of the fact of its id, and the rest of its group stands.
  bool partial = false;
  /// Partial, and what is told counts only where its group is known: nothing is new here but parts, and the
  /// parts of an extension's table are no facts.
  bool known = false;
  /// The groups read anew (all their facts are in `facts`; a group without a fact is gone).
  std::vector<std::string> groups;
  std::vector<Fact> facts;
};

/// Reads the payload of one report (what follows the token on the INFO line).
base::Result<Event> parse_event(std::string_view payload);

}  // namespace windlass::catalog
