#include "run/client_programs.h"

#include <unistd.h>

#include "base/process.h"

namespace windlass::run {

std::vector<std::filesystem::path> client_programs(const std::string& name,
                                                   const std::filesystem::path& bindir,
                                                   const std::vector<std::string>& environment) {
  std::vector<std::filesystem::path> found;
  const std::filesystem::path beside = bindir / name;
  if (!bindir.empty() && ::access(beside.c_str(), X_OK) == 0) found.push_back(beside);
  const std::filesystem::path other =
      base::find_program(name, base::environment_value(environment, "PATH").value_or(""));
  if (!other.empty() && (found.empty() || other != found.front())) found.push_back(other);
  return found;
}

}  // namespace windlass::run
