#include "cli/apply_changes.h"

#include <fmt/core.h>
#include <unistd.h>

#include <chrono>
#include <optional>

#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "run/project_copy.h"

namespace windlass::cli {

namespace {

constexpr std::chrono::seconds kGitLimit{60};

base::Error not_applied(const std::string& file, std::string got, std::string hint) {
  return {"apply the patches", file, std::move(got), std::move(hint), base::Exit::CouldNotLook};
}

}  // namespace

base::Result<std::optional<std::vector<std::string>>> uncommitted(const std::filesystem::path& project,
                                                                  const std::vector<std::string>& files) {
  if (base::repository_root(project).empty()) return std::optional<std::vector<std::string>>();
  base::ProcessOptions process;
  process.arguments = {"git",
                       "-C",
                       project.string(),
                       "status",
                       "--porcelain=v1",
                       "-z",
                       "--untracked-files=all",
                       "--no-renames",
                       "--ignored=matching",
                       "--"};
  process.arguments.insert(process.arguments.end(), files.begin(), files.end());
  process.environment = base::current_environment();
  // No lock is taken for what is only a question.
  base::set_environment(process.environment, "GIT_OPTIONAL_LOCKS", "0");
  const auto output = base::run_program(std::move(process), kGitLimit);
  if (!output || output->timed_out || !output->status.ok())
    return base::fail(
        {"see whether files have changes that are not committed", project.string(),
         !output ? output.error().got : std::string(base::trim(base::shorten(output->err, 500))),
         "Commit them and use --force, where git cannot be asked.", base::Exit::CouldNotLook});
  std::vector<std::string> found;
  for (const std::string& entry : base::split(output->out, '\0'))
    if (entry.size() > 3) found.push_back(entry.substr(3));
  return std::optional(std::move(found));
}

base::Result<void> apply_changes(const std::filesystem::path& project,
                                 const std::vector<fix::FileChange>& changes) {
  for (const fix::FileChange& change : changes) {
    const std::string& file = change.file;
    const std::filesystem::path path = project / file;
    if (!run::reached_without_links(project, file))
      return base::fail(not_applied(file, "it is reached by way of a link, or lies outside of the project",
                                    "Nothing was changed."));
    if (change.is_new) {
      std::error_code code;
      if (std::filesystem::exists(std::filesystem::symlink_status(path, code)))
        return base::fail(not_applied(file, "it has been made by somebody else meanwhile",
                                      "Nothing was changed. Run `windlass fix` again."));
      if (::access(path.parent_path().c_str(), W_OK) != 0)
        return base::fail(not_applied(file, "its folder may not be written to", "Nothing was changed."));
      continue;
    }
    const auto now = base::read_file(path);
    if (!now) return base::fail(not_applied(file, now.error().got, "Nothing was changed."));
    if (*now != change.before)
      return base::fail(not_applied(file, "it changed while its mend was tried",
                                    "Nothing was changed. Run `windlass fix` again."));
    if (::access(path.c_str(), W_OK) != 0)
      return base::fail(not_applied(file, "it may not be written", "Nothing was changed."));
  }
  for (size_t i = 0; i < changes.size(); ++i) {
    auto written = base::write_file(project / changes[i].file, changes[i].after);
    if (written) continue;
    std::vector<std::string> left;
    for (size_t done = 0; done < i; ++done) {
      const std::filesystem::path path = project / changes[done].file;
      std::error_code code;
      if (changes[done].is_new ? !std::filesystem::remove(path, code)
                               : !base::write_file(path, changes[done].before))
        left.push_back(changes[done].file);
    }
    return base::fail(not_applied(
        changes[i].file, written.error().got,
        left.empty()
            ? std::string("The files are as they were.")
            : fmt::format("These were changed, and could not be put back: {}.", base::join(left, ", "))));
  }
  return {};
}

}  // namespace windlass::cli
