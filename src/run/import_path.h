// Where the project's interpreter looks for modules.
#pragma once

#include <filesystem>
#include <vector>

#include "base/error.h"

namespace windlass::run {

/// The folders of `sys.path`, and those that packages installed in place ("editable") are found in; the
/// strongest first. `folder`: where it is started.
base::Result<std::vector<std::filesystem::path>> import_path(const std::filesystem::path& interpreter,
                                                             const std::filesystem::path& folder);

}  // namespace windlass::run
