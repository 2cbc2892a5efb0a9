#include "cli/lock_file.h"

#include <system_error>

#include "base/digest.h"
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

std::vector<std::string> changed_inputs(const lock::Lock& lock, const std::filesystem::path& project) {
  std::vector<std::string> changed;
  for (const auto& [file, digest] : lock.inputs) {
    const auto bytes = base::read_file(project / file);
    if (!bytes || base::sha256(*bytes) != digest) changed.push_back(file);
  }
  return changed;
}

}  // namespace windlass::cli
