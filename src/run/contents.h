// What stands in the tables and sequences of a scratch database, beside its catalog.
#pragma once

#include <optional>
#include <string>

#include "pg/connection.h"
#include "run/left_state.h"

namespace windlass::run {

/// Equal for two databases of one catalog that answer every query alike: the same rows in the same order, and
/// sequences that stand alike. Nothing where that cannot be said: too much stands there, there are large
/// objects, or it could not be read. Needs a superuser.
std::optional<std::string> read_contents(pg::Connection& connection);

/// Whether a run that begins with one would come to what it comes to with the other: all their catalogs and
/// contents are known, and equal.
bool same_state(const LeftState& one, const LeftState& other);

}  // namespace windlass::run
