// As root, the scratch server runs as another user, who cannot enter everything that root can.
#pragma once

#include <filesystem>

#include "base/process.h"

namespace windlass::scratch {

/// The first folder on the way into `folder` (itself included, links followed) whose mode keeps `user` out;
/// empty when none does.
std::filesystem::path closed_folder(const std::filesystem::path& folder, const base::SystemUser& user);

}  // namespace windlass::scratch
