// Lines of the project's files, for whoever shows them.
#pragma once

#include <filesystem>

#include "diagnose/context.h"

namespace windlass::cli {

/// Each file is read once.
diagnose::SourceLines source_of(const std::filesystem::path& project);

}  // namespace windlass::cli
