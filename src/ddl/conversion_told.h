// What a step says of values that get another type.
#pragma once

#include <string>

#include "ddl/change.h"
#include "ddl/step.h"

namespace windlass::ddl {

/// Says in `step` what becomes of the values of `where` ("public.users.age"): which are refused, or that some
/// may come out as others. `from`, `to`: types of A and of B; of a domain it is the type under it that
/// counts.
void tell_conversion(const Planning& planning, const std::string& from, const std::string& to,
                     const std::string& where, Step& step);

}  // namespace windlass::ddl
