#include "run/python_part.h"

#include <cerrno>
#include <span>

#include "base/embedded.h"
#include "base/file.h"

namespace windlass::run {

/// Written by cmake/embed.cmake from src/run/embed.txt.
std::span<const base::Embedded> embedded_files();

base::Result<std::filesystem::path> unpack_python_part(const std::filesystem::path& folder) {
  const std::filesystem::path target = folder / "python";
  std::error_code code;
  std::filesystem::create_directory(target, code);
  if (code)
    return base::fail(
        {"unpack the Python part", target.string(), code.message(), "", base::Exit::CouldNotLook});
  for (const base::Embedded& file : embedded_files())
    if (file.path.ends_with(".py"))
      WINDLASS_CHECK(base::write_file(target / std::filesystem::path(file.path).filename(), file.text));
  return target / "windlass_alembic.py";
}

std::filesystem::path script_program(const std::filesystem::path& program) {
  return program.parent_path() / "windlass_script.py";
}

}  // namespace windlass::run
