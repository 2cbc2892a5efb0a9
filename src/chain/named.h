// The revisions that a user's word means, read as Alembic reads it. Pure.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "chain/chain.h"

namespace windlass::chain {

/// An id or the beginning of one; a branch label (the revision that bears it); "heads", "head", "base", also
/// of a branch ("LABEL@head", "LABEL@ID"); and so many steps from there: "head-2" (or "head~2"), "ID-1",
/// "ID+1"; "-1" is "head-1". Nothing for "base". `attempted`: what the name is for, as an error says it; an
/// error is one of usage: none is meant, or several are.
base::Result<std::vector<std::string>> revisions_named(const Chain& chain, const std::string& name,
                                                       const std::string& attempted);

}  // namespace windlass::chain
