// One object under two names: said by the user, or asked.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "catalog/compare.h"
#include "ddl/schema.h"
#include "ddl/step.h"

namespace windlass::run {

struct Rename;

/// The step that renames what `from` is in A to `to`, as B has it. An error: neither an object nor a label of
/// an enum has that name only on its side.
base::Result<std::vector<ddl::Step>> rename_steps(const ddl::Schema& a, const ddl::Schema& b,
                                                  const std::vector<catalog::Difference>& differences,
                                                  const std::string& from, const std::string& to);

/// Pairs of things that only one side has and that are alike: tables with the same columns, columns of one
/// table with the same type. Asked, never guessed.
std::vector<Rename> possible_renames(const ddl::Schema& a, const ddl::Schema& b,
                                     const std::vector<catalog::Difference>& differences);

}  // namespace windlass::run
