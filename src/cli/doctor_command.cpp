// windlass doctor: what a check would need, each with a verdict and what to do.
#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/servers.h"
#include "cli/settings.h"
#include "run/isolation.h"
#include "run/libraries.h"
#include "scratch/cache.h"
#include "scratch/run_folder.h"

namespace windlass::cli {

namespace {

struct Examined {
  std::string what, verdict, detail, hint;  ///< verdict: "ok", "warning", "missing"
  std::vector<std::string> others = {};     ///< what else was looked at, and why it is not the one
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
  Examined server{"server", "ok",
                  fmt::format("PostgreSQL {} in {} (found by {})", binaries->version,
                              binaries->bindir.string(), binaries->found_by),
                  ""};
  // The same look, for what it passed by; it cannot fail where the one before did not.
  if (const auto search = scratch::search_binaries(find))
    for (const scratch::Candidate& other : search->candidates)
      if (!other.rejected.empty())
        server.others.push_back(
            fmt::format("{}{} ({}): {}", other.version.empty() ? "" : "PostgreSQL " + other.version + " in ",
                        other.bindir.string(), other.found_by, other.rejected));
  return server;
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

Examined look_at_libraries(const std::filesystem::path& program, const run::InterpreterSettings& settings) {
  const auto libraries = run::installed_libraries(program, settings);
  if (!libraries) return refused("libraries", "missing", libraries.error());
  std::vector<std::string> there, broken;
  bool driver = false;
  for (const run::Library& library : *libraries) {
    driver = driver || (library.driver && library.problem.empty());
    (library.problem.empty() ? there : broken)
        .push_back(library.problem.empty() ? library.name + " " + library.version
                                           : library.name + " cannot be imported: " + library.problem);
  }
  Examined examined{"libraries", "ok", base::join(there, ", "), "", std::move(broken)};
  if (!driver) {
    examined.verdict = "warning";
    examined.hint =
        "There is no PostgreSQL driver that windlass knows (psycopg2, psycopg, asyncpg, pg8000): install the "
        "one that the project's URL names into this environment.";
  }
  return examined;
}

/// The chain, its interpreter and that one's libraries: each only where the one before is there.
void look_at_project(const DoctorOptions& options, const std::vector<std::string>& environment,
                     std::vector<Examined>& all) {
  const auto chain =
      find_chain_at_hand({options.project, options.config, options.name, options.python}, environment);
  if (!chain) {
    all.push_back(refused("chain", "missing", chain.error()));
    return;
  }
  all.push_back({"chain", "ok", chain->project.config_file.string(), ""});
  const auto interpreter = run::find_interpreter(chain->interpreter);
  if (!interpreter) {
    all.push_back(refused("interpreter", "missing", interpreter.error()));
    return;
  }
  const run::Interpreter& chosen = interpreter->chosen;
  Examined examined{"interpreter", "ok",
                    fmt::format("{} (found by {})", chosen.program.string(), chosen.found_by), ""};
  for (const run::Interpreter& other : interpreter->passed_over)
    examined.others.push_back(
        fmt::format("{} ({}): {}", other.program.string(), other.found_by, other.problem));
  all.push_back(std::move(examined));
  all.push_back(look_at_libraries(chosen.program, chain->interpreter));
}

}  // namespace

base::Result<int> run_doctor_command(const DoctorOptions& options) {
  const std::vector<std::string> environment = base::current_environment();
  std::vector<Examined> all;
  for (const std::string& wanted : WINDLASS_TRY(server_words(options.postgres)))
    all.push_back(look_at_server(wanted, environment));
  all.push_back(look_at_isolation());
  all.push_back(look_at_cache(environment));
  all.push_back(look_at_memory(environment));
  look_at_project(options, environment, all);
  bool missing = false;
  nlohmann::ordered_json document{{"schema", "windlass.doctor/1"},
                                  {"windlass", WINDLASS_VERSION},
                                  {"examined", nlohmann::ordered_json::array()}};
  std::string text;
  for (const Examined& one : all) {
    missing = missing || one.verdict == "missing";
    nlohmann::ordered_json others = nlohmann::ordered_json::array();
    text += fmt::format("{:<12} {:<8} {}\n", one.what, one.verdict, base::one_line(one.detail));
    for (const std::string& other : one.others) {
      others.push_back(base::valid_utf8(other));
      text += fmt::format("{:<12} {:<8} not {}\n", "", "", base::one_line(other));
    }
    if (!one.hint.empty()) text += fmt::format("{:<12} {:<8} {}\n", "", "", base::one_line(one.hint));
    document["examined"].push_back({{"what", one.what},
                                    {"verdict", one.verdict},
                                    {"detail", base::valid_utf8(one.detail)},
                                    {"others", std::move(others)},
                                    {"hint", base::valid_utf8(one.hint)}});
  }
  WINDLASS_CHECK(
      write_result(options.output.output, options.output.format == "json" ? document.dump(2) + "\n" : text));
  return missing ? static_cast<int>(base::Exit::CouldNotLook) : 0;
}

}  // namespace windlass::cli
