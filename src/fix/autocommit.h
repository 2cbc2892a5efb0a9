// Autocommit blocks of a revision that nothing in them needs. Pure.
#pragma once

#include <vector>

#include "edit/edit.h"
#include "fix/mend.h"

namespace windlass::fix {

/// The `with op.get_context().autocommit_block():` statements of a function.
std::vector<const Node*> autocommit_blocks(const PythonSource& source, const Node& function);

/// Whether something in the block has to be outside of a transaction, or committed before it is used: by
/// what the run saw it send. One that was not seen to send anything counts as needed, and one with a loop in
/// it: that parts the work.
bool block_is_needed(const run::Evidence& evidence, const PythonSource& source, const Node& block);

/// The block's statements in its place: their lines one level further out, literals as they are. Empty where
/// the block stands in one line with its statement.
std::vector<edit::Edit> out_of_block(const PythonSource& source, const Node& block);

}  // namespace windlass::fix
