// windlass doctor: what a check would need, each with a verdict and what to do.
#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/settings.h"
#include "run/isolation.h"
#include "scratch/cache.h"
#include "scratch/run_folder.h"

namespace windlass::cli {

namespace {

struct Examined {
  std::string what, verdict, detail, hint;  ///< verdict: "ok", "warning", "missing"
};

Examined refused(std::string what, std::string verdict, const base::Error& error) {
  return {std::move(what), std::move(verdict), fmt::format("{}: {}", error.on, error.got), error.hint};
}

Examined look_at_server(const std::string& postgres, const std::vector<std::string>& environment) {
  scratch::FindOptions find;
  if (!postgres.empty()) find.requested = postgres;
  find.environment = environment;
  const auto binaries = scratch::find_binaries(find);
  if (!binaries) return refused("server", "missing", binaries.error());
  return {"server", "ok",
          fmt::format("PostgreSQL {} in {} (found by {})", binaries->version, binaries->bindir.string(),
                      binaries->found_by),
          ""};
}

Examined look_at_isolation() {
  const auto room = run::NetworkRoom::make();
  if (!room) return refused("isolation", "warning", room.error());
  return {"isolation", "ok", "projects run in a network namespace of their own", ""};
}

Examined look_at_cache(const std::vector<std::string>& environment) {
  const std::filesystem::path root = scratch::cache_root(environment);
  const auto state = scratch::open_cache(root);
  if (!state) return refused("cache", "missing", state.error());
  if (*state == scratch::CacheState::CannotBeMade)
    return {"cache", "warning",
            root.string() + " cannot be made: each run prepares its server anew (about a second)",
            "Set WINDLASS_CACHE to a folder of yours."};
  return {"cache", "ok", root.string(), ""};
}

Examined look_at_memory(const std::vector<std::string>& environment) {
  const auto parents = scratch::run_parents(environment);
  if (parents.empty())
    return {"memory", "missing", "no folder for scratch servers", "Make room in /dev/shm, or set TMPDIR."};
  const bool memory = parents.front() == "/dev/shm";
  return {"memory", memory ? "ok" : "warning", "scratch servers live in " + parents.front().string(),
          memory ? "" : "Make room in /dev/shm: on disk every run is slower."};
}

}  // namespace

base::Result<int> run_doctor_command(const DoctorOptions& options) {
  const std::vector<std::string> environment = base::current_environment();
  std::vector<Examined> all{look_at_server(options.postgres, environment), look_at_isolation(),
                            look_at_cache(environment), look_at_memory(environment)};
  const auto project =
      find_project_at_hand({options.project, options.config, options.name, options.python}, environment);
  if (project) {
    all.push_back({"chain", "ok", project->project.config_file.string(), ""});
    all.push_back({"interpreter", "ok",
                   fmt::format("{} (found by {})", project->interpreter.program.string(),
                               project->interpreter.found_by),
                   ""});
  } else {
    all.push_back(refused("project", "missing", project.error()));
  }
  bool missing = false;
  nlohmann::ordered_json document{{"schema", "windlass.doctor/1"},
                                  {"windlass", WINDLASS_VERSION},
                                  {"examined", nlohmann::ordered_json::array()}};
  std::string text;
  for (const Examined& one : all) {
    missing = missing || one.verdict == "missing";
    document["examined"].push_back({{"what", one.what},
                                    {"verdict", one.verdict},
                                    {"detail", base::valid_utf8(one.detail)},
                                    {"hint", base::valid_utf8(one.hint)}});
    text += fmt::format("{:<12} {:<8} {}\n", one.what, one.verdict, base::one_line(one.detail));
    if (!one.hint.empty()) text += fmt::format("{:<12} {:<8} {}\n", "", "", base::one_line(one.hint));
  }
  WINDLASS_CHECK(
      write_result(options.output.output, options.output.format == "json" ? document.dump(2) + "\n" : text));
  return missing ? static_cast<int>(base::Exit::CouldNotLook) : 0;
}

}  // namespace windlass::cli
