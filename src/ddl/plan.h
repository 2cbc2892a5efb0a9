// What leads from one schema to another, as far as it can be seen from here: what a step uncovers (a view to
// be made anew, a privilege to be granted again) is planned when it has been run and what is there was read
// again.
#pragma once

#include <vector>

#include "catalog/compare.h"
#include "ddl/schema.h"
#include "ddl/step.h"

namespace windlass::ddl {

/// `differences`: of the two, from A to B. Dropped things come last-made first, the others in the order in
/// which B is made; that is likely to work, and no more: a step may need another one that comes after it. For
/// what nothing can be done about there is no step.
std::vector<Step> plan(const Schema& a, const Schema& b, const std::vector<catalog::Difference>& differences);

}  // namespace windlass::ddl
