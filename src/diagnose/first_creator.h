// Who made the object that a creation found in its place. Pure.
#pragma once

#include <optional>

#include "diagnose/context.h"

namespace windlass::diagnose {

struct FirstCreator {
  Name name;                   ///< of what is there, as far as it is known better than the error tells
  std::optional<Sighting> by;  ///< nothing where no statement of the run was seen to make it
};

/// `met`: what the error says is there already (existing_object). Of a second primary key it does not say the
/// name of the first, of a routine not its parameters; a label comes with its type.
FirstCreator first_creator(const Context& context, const Failure& failure, const Name& met);

/// Whether one statement gives the table that it creates two primary keys.
bool two_keys_in_one(const Failure& failure, const Name& met);

}  // namespace windlass::diagnose
