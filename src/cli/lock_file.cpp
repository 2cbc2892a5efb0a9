#include "cli/lock_file.h"

#include <system_error>

#include "base/file.h"
#include "lock/lock_text.h"

namespace windlass::cli {

std::filesystem::path lock_path(const run::Project& project) {
  const bool own = project.section.empty() || project.section == "alembic";
  return project.config_file.parent_path() /
         (own ? "windlass.lock" : "windlass." + project.section + ".lock");
}

base::Result<std::optional<LockFile>> read_lock(const std::filesystem::path& file,
                                                const std::filesystem::path& project) {
  std::error_code code;
  if (!std::filesystem::exists(file, code)) return std::optional<LockFile>();
  LockFile read;
  read.text = WINDLASS_TRY(base::read_file(file));
  read.lock = WINDLASS_TRY(lock::parse(read.text, base::relative_to(file, project)));
  return std::optional(std::move(read));
}

}  // namespace windlass::cli
