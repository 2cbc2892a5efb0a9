#include "cli/apply_texts.h"

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
  process.arguments = {"git", "-C", project.string(), "status", "--porcelain=v1", "-z", "--untracked-files=all",
                       "--no-renames", "--ignored=matching", "--"};
  process.arguments.insert(process.arguments.end(), files.begin(), files.end());
  process.environment = base::current_environment();
  // No lock is taken for what is only a question.
  base::set_environment(process.environment, "GIT_OPTIONAL_LOCKS", "0");
  const auto output = base::run_program(std::move(process), kGitLimit);
  if (!output || output->timed_out || !output->status.ok())
    return base::fail({"see whether files have changes that are not committed", project.string(),
                       !output ? output.error().got
                               : std::string(base::trim(base::shorten(output->err, 500))),
                       "Commit them and use --force, where git cannot be asked.", base::Exit::CouldNotLook});
  std::vector<std::string> found;
  for (const std::string& entry : base::split(output->out, '\0'))
    if (entry.size() > 3) found.push_back(entry.substr(3));
  return std::optional(std::move(found));
}

base::Result<void> apply_texts(const std::filesystem::path& project,
                               const std::map<std::string, std::string>& before,
                               const std::map<std::string, std::string>& texts) {
  for (const auto& [file, text] : texts) {
    const std::filesystem::path path = project / file;
    if (!run::reached_without_links(project, file))
      return base::fail(not_applied(file, "it is reached by way of a link, or lies outside of the project",
                                    "Nothing was changed."));
    const auto now = base::read_file(path);
    if (!now) return base::fail(not_applied(file, now.error().got, "Nothing was changed."));
    const auto was = before.find(file);
    if (was == before.end() || *now != was->second)
      return base::fail(not_applied(file, "it changed while its mend was tried",
                                    "Nothing was changed. Run `windlass fix` again."));
    if (::access(path.c_str(), W_OK) != 0)
      return base::fail(not_applied(file, "it may not be written", "Nothing was changed."));
  }
  std::vector<std::string> done;
  for (const auto& [file, text] : texts) {
    auto written = base::write_file(project / file, text);
    if (written) {
      done.push_back(file);
      continue;
    }
    std::string left;
    for (const std::string& each : done)
      if (!base::write_file(project / each, before.at(each))) left += (left.empty() ? "" : ", ") + each;
    return base::fail(not_applied(
        file, written.error().got,
        left.empty() ? std::string("The files are as they were.")
                     : fmt::format("These were changed, and could not be put back: {}.", left)));
  }
  return {};
}

}  // namespace windlass::cli
