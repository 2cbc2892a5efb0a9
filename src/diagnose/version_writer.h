// Who wrote the version table beside the tool.
#pragma once

#include "diagnose/context.h"

namespace windlass::diagnose {

/// The project's own statement that wrote a version table last, or nullptr.
const record::Statement* version_writer(const Context& context);

}  // namespace windlass::diagnose
