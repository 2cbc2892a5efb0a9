// What a repair script makes and the chain makes, too; and what it makes of the chain's own. Pure.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "base/location.h"
#include "catalog/compare.h"
#include "drift/timeline.h"
#include "record/recording.h"

namespace windlass::diagnose {

struct BothMade {
  catalog::Object object;  ///< a relation stands for its columns, keys and indexes
  int statement = 0;       ///< Statement::n of the script's
  std::string revision;    ///< of the chain: the first one to make it where the script has run before
  base::Location at;       ///< of its statement; unknown where none was seen
  /// From the chain's, as that revision leaves it, to the script's; empty where they mean the same.
  std::vector<catalog::Difference> differences;
  bool as_at_end = false;  ///< different from that, but as the chain has it at its end
};

/// `script`: the recording of a run on a database where the first `position` revisions of the timeline had
/// run. By object.
std::vector<BothMade> both_made(const drift::Timeline& chain, size_t position,
                                const record::Recording& script);

/// The positions right before the chain first makes something that the script made, or tried to.
std::set<size_t> places_before(const drift::Timeline& chain, const record::Recording& script);

/// What the script drops or makes otherwise of what the chain had made at `position`: from that to what the
/// script leaves. Parts that go with a dropped relation are not told.
std::vector<catalog::Difference> changed_of_chain(const drift::Timeline& chain, size_t position,
                                                  const record::Recording& script);

bool wrote_rows(const record::Statement& statement);
/// Rows, or objects.
bool changed_something(const record::Recording& script);

}  // namespace windlass::diagnose
