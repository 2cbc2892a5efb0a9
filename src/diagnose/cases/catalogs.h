// Two catalogs of one chain, held against each other.
#pragma once

#include <string>
#include <vector>

#include "catalog/compare.h"
#include "diagnose/finding.h"
#include "run/evidence.h"

namespace windlass::diagnose {

/// The differences but for the version table, which is Alembic's own.
std::vector<catalog::Difference> differences(const catalog::Snapshot& a, const catalog::Snapshot& b,
                                             const run::Evidence& run, const std::string& a_name,
                                             const std::string& b_name);

/// Without those that come with another of the list: a table's columns, constraints and indexes, where the
/// table itself is only in one of the two.
std::vector<catalog::Difference> by_themselves(const std::vector<catalog::Difference>& differences);

/// Nothing is missing and nothing has changed but for labels that were added to an enum: what is more does
/// not hurt what relied on the rest.
bool only_more(const std::vector<catalog::Difference>& differences);

/// The last statement of `run` that made or changed the object; nullptr where none is known.
const record::Statement* maker_of(const run::Evidence& run, const catalog::Object& object);

/// "a; b; c and 4 more": the sentences of the first ones.
std::string listed(const std::vector<catalog::Difference>& differences, size_t most = 3);

/// An exhibit for each of the first differences.
void add_exhibits(Finding& finding, const std::vector<catalog::Difference>& differences,
                  const std::vector<const run::Evidence*>& runs);

}  // namespace windlass::diagnose
