// The scenarios that need no walk: each of their cases stands by itself.
#pragma once

#include "run/case_ground.h"

namespace windlass::run {

/// How many cases they have, of those that are wanted.
size_t single_cases(const CaseGround& ground);

/// Gives all of them to the pool.
void give_single_cases(const CaseGround& ground, CasePool& pool);

}  // namespace windlass::run
