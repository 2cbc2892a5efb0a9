#include "cli/sql_side.h"

#include <fmt/core.h>

#include <chrono>
#include <cstdio>
#include <filesystem>

#include "cli/servers.h"
#include "cli/settings.h"

namespace windlass::cli {

namespace {

using Clock = std::chrono::steady_clock;

/// Says on standard error how far the loading has come, once it takes longer than a moment; the line is
/// taken away again at the end.
class LoadProgress {
 public:
  explicit LoadProgress(bool terminal) : terminal_(terminal) {}
  LoadProgress(const LoadProgress&) = delete;
  ~LoadProgress() {
    if (shown_) fmt::print(stderr, "\r\x1b[K");
  }
  void at(const std::string& file, size_t line) {
    if (!terminal_ || Clock::now() < next_) return;
    fmt::print(stderr, "\r\x1b[KLoading {}, line {} ...", file, line);
    std::fflush(stderr);
    shown_ = true;
    next_ = Clock::now() + std::chrono::milliseconds(200);
  }

 private:
  bool terminal_, shown_ = false;
  Clock::time_point next_ = Clock::now() + std::chrono::seconds(1);
};

}  // namespace

base::Result<run::LoadedSql> load_sql_side(const run::GivenFile& given, const ChainRunOptions& options,
                                           const catalog::LiveReadOptions& read, int major, bool terminal,
                                           const WhileLoaded& while_there,
                                           std::optional<StandingSql>* standing) {
  const std::vector<std::string> environment = base::current_environment();
  std::error_code code;
  std::filesystem::path folder = options.project;
  if (!std::filesystem::is_directory(folder, code)) folder = folder.parent_path();
  if (folder.empty()) folder = ".";
  const Config config = WINDLASS_TRY(read_config(folder));
  PlaceOptions where = options.place;
  const std::string given_url =
      strongest(where.scratch_url, environment, "WINDLASS_SCRATCH_URL", config.scratch_url);
  if (given_url.empty() && major > 0 &&
      WINDLASS_TRY(wanted_servers(where, config, environment)).front().empty() &&
      look_for_server(std::to_string(major), environment).get())
    where.postgres = std::to_string(major);
  run::SqlLoadSettings settings;
  run::StageSettings stage = WINDLASS_TRY(stage_settings(where, config, environment, folder));
  settings.place = std::move(stage.place);
  settings.timeout = WINDLASS_TRY(
      parse_timeout(strongest(options.timeout, environment, "WINDLASS_TIMEOUT", config.timeout)));
  settings.read = read;
  LoadProgress progress(terminal);
  settings.progress = [&progress](const std::string& file, size_t line) { progress.at(file, line); };
  if (while_there)
    settings.while_there = [&](run::ScratchPlace& place, const std::string& database,
                               const catalog::LiveRead& loaded) {
      return while_there(place, database, loaded, settings.place);
    };
  // On a server that was given there is one name for what is loaded.
  settings.leave_standing = standing != nullptr && settings.place.given_url.empty();
  run::LoadedSql loaded = WINDLASS_TRY(run::load_sql(given, settings));
  if (loaded.place)
    *standing = StandingSql{std::move(loaded.place), loaded.database, loaded.read, std::move(settings.place)};
  return loaded;
}

}  // namespace windlass::cli
