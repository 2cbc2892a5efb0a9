// The part of a run folder that the project's processes use: the recorder's socket, the Python part.
#pragma once

#include <filesystem>
#include <optional>

#include "base/error.h"
#include "base/process.h"
#include "scratch/run_folder.h"

namespace windlass::run {

/// Makes it in `run`, for `user` where the project runs as another one than the caller; nobody else reaches
/// it.
base::Result<std::filesystem::path> make_client_folder(const scratch::RunFolder& run,
                                                       const std::optional<base::SystemUser>& user);

}  // namespace windlass::run
