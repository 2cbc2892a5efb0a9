// What of a definition tells one place of a chain, or one maker, from another. Pure.
#pragma once

#include <string>

#include "catalog/object.h"

namespace windlass::drift {

/// The definition without what a chain leaves to others (catalog::Comparable::unsaid): the owner, and of an
/// extension its version.
std::string essence(const catalog::Object& object, const std::string& definition);

}  // namespace windlass::drift
