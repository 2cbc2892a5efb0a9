// What a check leaves of its cases for the next: of each what there is to count, and what there is to say of
// it, under a key of all that went in. What was said is text to this room: `diagnose` writes and reads it,
// and says which cases may be kept at all.
//
// Pure: no file, no clock.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "run/case_run.h"
#include "run/case_trace.h"
#include "run/left_behind.h"

namespace windlass::run {

/// What the walk knows of a step that it took.
struct KeptStepEnd {
  StepLeft left;
  std::string catalog;  ///< digest of what was read after it
  std::vector<std::string> versions;
};

/// A case as it may be told again. Of the walk, each step by itself.
struct KeptCase {
  std::vector<Seal> files;      ///< that its runs opened, and its key does not speak of
  std::vector<Seal> libraries;  ///< that only its runs imported
  std::vector<std::string> applied;
  size_t statements = 0;
  std::vector<NotPopulated> not_populated;
  std::vector<std::string> stopped = {};  ///< revisions that an upgrade of it stopped in
  bool down_failed = false;               ///< of a round trip
  std::string said = {};                  ///< CaseSaid::words
  std::optional<KeptStepEnd> step;
  uint64_t used = 0;  ///< the number of the check that took or made it last
};

struct KeptCases {
  uint64_t checks = 0;
  std::vector<Seal> libraries;  ///< of the clean runs
  std::map<std::string, KeptCase> by_key;
};

/// All but the `most` that were used last go.
void drop_longest_unused(KeptCases& kept, size_t most);

/// Of a catalog that was read: equal for two that agree in every fact.
std::string digest_of(const catalog::Snapshot& snapshot);

/// MessagePack, with a version of the format in front; read_kept_cases() takes nothing else.
std::string to_bytes(const KeptCases& kept);
std::optional<KeptCases> read_kept_cases(std::string_view bytes);

}  // namespace windlass::run
