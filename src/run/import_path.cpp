#include "run/import_path.h"

#include <chrono>

#include "base/process.h"
#include "base/text.h"

namespace windlass::run {

namespace {

constexpr std::chrono::seconds kLimit{30};

// setuptools' finders of editable packages keep {name: folder} in a module of their own
// (https://setuptools.pypa.io/en/latest/userguide/development_mode.html).
constexpr std::string_view kProgram = R"(
import os, sys
folders = [f for f in sys.path if f]
for name, module in list(sys.modules.items()):
    if name.startswith("__editable__"):
        folders += [os.path.dirname(f) for f in getattr(module, "MAPPING", {}).values()]
sys.stdout.write("\0".join(folders))
)";

}  // namespace

base::Result<std::vector<std::filesystem::path>> import_path(const std::filesystem::path& interpreter,
                                                             const std::filesystem::path& folder) {
  base::ProcessOptions process;
  process.arguments = {interpreter.string(), "-B", "-"};
  process.environment = base::current_environment();
  process.folder = folder;
  const base::Output output =
      WINDLASS_TRY(base::run_program(std::move(process), kLimit, size_t{1} << 20, kProgram));
  if (output.timed_out || !output.status.ok())
    return base::fail(
        {"ask where modules are looked for", interpreter.string(),
         output.timed_out ? "no answer within half a minute" : base::shorten(base::trim(output.err), 500),
         "Check the interpreter with `windlass doctor`.", base::Exit::CouldNotLook});
  std::vector<std::filesystem::path> folders;
  for (const std::string& each : base::split(output.out, '\0'))
    if (!each.empty()) folders.emplace_back(each);
  return folders;
}

}  // namespace windlass::run
