// Privileges that are written down and say no more than the server gives without a word: what is left of a
// GRANT that was revoked again.
#pragma once

#include "catalog/fact.h"

namespace windlass::catalog {

/// Whether a fact of privileges says what an object has on which nobody granted or revoked anything.
bool says_the_default(const Fact& privileges);

}  // namespace windlass::catalog
