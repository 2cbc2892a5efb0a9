// What the project's models say about an object that no revision creates.
#pragma once

#include <optional>

#include "base/location.h"
#include "diagnose/context.h"

namespace windlass::diagnose {

/// Where the models (target_metadata) define this table, or this table's column: the line that names the
/// table, in a file of the project that the run imported; an unknown location where no such line is found.
/// Absent when the models do not define it, or were not read.
std::optional<base::Location> defined_by_models(const Context& context, const Name& name);

}  // namespace windlass::diagnose
