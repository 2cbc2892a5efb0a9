// A creation that found its object there already and wants another one than that: which of the two is meant
// is to be decided, whatever becomes of the duplicate itself; but where it repeats what was first made. Pure.
#pragma once

#include <optional>
#include <vector>

#include "diagnose/context.h"
#include "diagnose/finding.h"
#include "diagnose/follows.h"
#include "run/going_on.h"

namespace windlass::diagnose {

struct DuplicateDiffers {
  Finding finding;  ///< "duplicate-differs"
  /// The parts that only the statement's own definition has: columns, constraints, labels ("label", the label
  /// itself).
  std::vector<catalog::Object> lacking;
  /// The statement wants what was there when it was first made: what differs has been changed since.
  bool as_first_made = false;
};

/// Nothing where the definitions mean the same, or where what the statement
/// wants is not known (run::Fault::wanted). `context` is of the evidence at the fault, `failed` its last
/// statement, `statements` are those of the whole run.
///
/// What a later statement of the chain makes is not missing, and what the same revision goes on to change,
/// make or drop is not judged: there the statement is not the last word. Nor is what `undone` would have made
/// otherwise, which the faults before this one kept from happening.
std::optional<DuplicateDiffers> duplicate_differs(const Context& context, const record::Statement& failed,
                                                  const std::vector<catalog::Fact>& wanted,
                                                  const std::vector<record::Statement>& statements,
                                                  const std::vector<Undone>& undone);

/// Beside it the duplicate's own advice, which takes one of the two creations out, is what to do once it has
/// been decided which is meant: says so, and what else there is to do. Where the second repeats what was
/// first made, says that.
void tell_beside(Finding& duplicate, const DuplicateDiffers& differs);

}  // namespace windlass::diagnose
