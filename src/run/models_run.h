// The run of the scenario `models`: what it is to create, and why it did not. Pure.
#pragma once

#include <string>

#include "run/check.h"

namespace windlass::run {

/// In the database that `clean` ended in, with the extensions of its end.
MakeModels models_beside(const Evidence& clean);

/// Why a run that was to create the models did not.
std::string why_not_made(const Evidence& run);

}  // namespace windlass::run
