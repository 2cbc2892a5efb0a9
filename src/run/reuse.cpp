#include "run/reuse.h"

#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "run/event_fields.h"
#include "run/kept_files.h"
#include "scratch/cache.h"

namespace windlass::run {

namespace fs = std::filesystem;

namespace {

using nlohmann::json;

/// What a shell changes from one command to the next and no chain asks for.
constexpr std::array<std::string_view, 8> kRestless = {"_",     "SHLVL", "OLDPWD",          "COLUMNS",
                                                       "LINES", "TERM",  "WINDLASS_FORMAT", "WINDOWID"};

json of_environment(const EnvironmentSources& sources) {
  json process = json::array();
  for (const std::string& variable : sources.process) {
    const std::string name = variable.substr(0, variable.find('='));
    if (std::find(kRestless.begin(), kRestless.end(), name) == kRestless.end()) process.push_back(variable);
  }
  return {sources.flags, process, sources.config, sources.dotenv, sources.ini_url, sources.project_name};
}

/// Which build of windlass this is, as far as the system tells without reading it.
json own_build() {
  struct stat info {};
  if (::stat("/proc/self/exe", &info) != 0) return nullptr;
  return {info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec};
}

/// A chain may ask for the date: what it did yesterday is not what it does today.
std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  ::localtime_r(&now, &local);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%F %Z", &local)};
}

std::string circumstances_of(const CheckSettings& settings, ScratchPlace& place) {
  const PlaceSettings& asked = settings.stage.place;
  json setup = json::array();
  for (const scratch::SetupFile& file : asked.prerequisites.setup) setup.push_back({file.name, file.sql});
  const json all = {
      own_build(),
      today(),
      place.version(),
      place.description(),
      asked.server_settings,
      asked.encoding,
      asked.superuser,
      asked.prerequisites.roles,
      asked.prerequisites.extensions,
      setup,
      of_environment(settings.stage.environment),
      settings.stage.run_as ? settings.stage.run_as->name : std::string(),
      settings.stage.no_isolation_because,
      settings.project.string(),
      settings.folder.string(),
      settings.config_file.string(),
      settings.section,
      settings.interpreter.string(),
      settings.flask,
      settings.servers_apart,
      settings.x_arguments,
  };
  return base::sha256(all.dump(-1, ' ', false, json::error_handler_t::replace));
}

/// The file of this chain on this server. What else may differ is in the file (circumstances).
fs::path file_for(const CheckSettings& settings, const fs::path& folder, ScratchPlace& place) {
  const json name = {settings.config_file.string(), settings.section, settings.x_arguments, place.version()};
  const std::string digest = base::sha256(name.dump(-1, ' ', false, json::error_handler_t::replace));
  return folder / digest.substr(digest.find(':') + 1, 32);
}

void send_line(int descriptor, std::string line) {
  line += '\n';
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t sent = ::send(descriptor, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // the tool has gone, which its end tells
    rest.remove_prefix(static_cast<size_t>(sent));
  }
}

}  // namespace

std::unique_ptr<Reuse> Reuse::begin(const CheckSettings& settings, Stage& stage) {
  const StageSettings& on = settings.stage;
  const bool usual = settings.reuse && settings.from.empty() && settings.command == "upgrade" &&
                     !settings.models && !settings.warm && on.place.given_url.empty() && !on.place.state &&
                     on.place.as_role.empty();
  if (!usual) return nullptr;
  const auto cache = scratch::open_cache(settings.cache);
  if (!cache || *cache != scratch::CacheState::Usable) return nullptr;
  std::unique_ptr<Reuse> reuse(new Reuse(settings, stage));
  return reuse->theirs_ ? std::move(reuse) : nullptr;
}

Reuse::Reuse(const CheckSettings& settings, Stage& stage) : settings_(settings), stage_(stage) {
  ::clock_gettime(CLOCK_REALTIME, &began_);
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return;
  ours_ = std::make_shared<const base::UniqueFd>(ends[0]);
  theirs_ = base::UniqueFd(ends[1]);
}

std::string Reuse::digest_of(const std::string& file) const {
  return digest_of_file(path_of(file, settings_.project));
}

void Reuse::answer(std::string_view line) const { send_line(ours_->get(), std::string(line)); }

void Reuse::hear(std::string_view line, std::string& events) {
  // The Python part goes on, and is heard, when all of them have been answered.
  if (played_ && !went_on_) {
    went_on_ = true;
    for (size_t i = range_.first; i < range_.behind; ++i) add_step(kept_->steps[i], true, events);
  }
  events.append(line).push_back('\n');
  if (!base::contains(line, "\"plan\"") && !base::contains(line, "\"play\"")) return;
  const json event = json::parse(line, nullptr, false);
  if (!event.is_object()) return;
  const std::string name = text_of(event, "event");
  if (name == "plan") plan(line);
  if (name == "play") play(number_of(event, "t"));
}

void Reuse::end(const record::Recording& recording, std::string& events) {
  if (!played_ || went_on_) return;
  const auto unanswered = std::find_if(
      recording.statements.begin(), recording.statements.end(), [](const record::Statement& statement) {
        return statement.tag.empty() && !statement.failed() && !statement.skipped;
      });
  for (size_t i = range_.first; i < range_.behind; ++i) {
    const bool finished =
        unanswered == recording.statements.end() || unanswered->source.revision != kept_->steps[i].revision;
    add_step(kept_->steps[i], finished, events);
    if (!finished) return;
  }
}

void Reuse::add_step(const KeptStep& step, bool finished, std::string& events) const {
  const auto tell = [&](const json& event) { events.append(event.dump()).push_back('\n'); };
  json told = {{"event", "step"}, {"revision", step.revision}, {"direction", "upgrade"}, {"t", moment_}};
  told["phase"] = "start";
  tell(told);
  tell({{"event", "cached"}});
  events += step.events;
  told["phase"] = "end";
  if (finished) tell(told);
}

void Reuse::plan(std::string_view line) {
  const auto asked = read_plan(line);
  circumstances_ = circumstances_of(settings_, stage_.place());
  file_ = file_for(settings_, settings_.cache / "chains", stage_.place());
  if (!asked) return answer("{}");
  if (const auto bytes = base::read_file(file_)) kept_ = read_kept_run(*bytes);
  if (!kept_ || kept_->circumstances != circumstances_) return answer("{}");
  range_ = steps_to_reuse(*kept_, *asked, [this](const std::string& file) { return digest_of(file); });
  if (range_.empty()) return answer("{}");
  json imports = json::array();
  for (size_t i = range_.first; i < range_.behind; ++i)
    for (const std::string& name : kept_->steps[i].imported) imports.push_back(name);
  const json memo = json::parse(kept_->steps[range_.behind - 1].memo, nullptr, false);
  answer(json{{"first", range_.first},
              {"behind", range_.behind},
              {"memo", memo},
              {"imports", imports},
              {"savepoints", kept_->steps[range_.behind - 1].savepoints}}
             .dump());
}

void Reuse::play(double moment) {
  if (!kept_ || range_.empty() || played_) return answer("refused");
  played_ = true;
  moment_ = moment;
  std::string bytes;
  for (size_t i = range_.first; i < range_.behind; ++i) bytes += kept_->steps[i].bytes;
  stage_.play(kept_->session, kept_->steps[range_.first].before,
              with_token(std::move(bytes), kNoToken, stage_.token()),
              [ours = ours_](bool answered) { send_line(ours->get(), answered ? "played" : "refused"); });
}

bool Reuse::held(const Evidence& evidence) const {
  if (range_.empty()) return true;
  if (!went_on_ || evidence.server_died) return false;
  const std::map<std::string, std::string> said = outcomes(evidence.recording);
  // Those that ran before them, too: on what they left the others stand.
  return std::all_of(kept_->steps.begin(), kept_->steps.begin() + static_cast<std::ptrdiff_t>(range_.behind),
                     [&](const KeptStep& step) {
                       const auto found = said.find(step.revision);
                       return (found == said.end() ? std::string() : found->second) == step.outcome;
                     });
}

std::optional<CleanTrace> Reuse::trace(std::string events) const {
  if (file_.empty()) return std::nullopt;
  return CleanTrace{std::move(events), circumstances_, file_.filename().string(), began_};
}

void Reuse::keep(std::string_view events, const std::vector<record::Tape>& tapes,
                 const Evidence& evidence) const {
  if (file_.empty()) return;
  const RunLeft left{events, tapes, evidence, stage_.token()};
  auto kept = keep_steps(left, played_ ? &*kept_ : nullptr, [this](const std::string& file) {
    return changed_since(path_of(file, settings_.project), began_) ? std::string() : digest_of(file);
  });
  if (!kept) return;
  kept->circumstances = circumstances_;
  std::error_code code;
  fs::create_directory(file_.parent_path(), code);
  if (const auto written = base::write_file(file_, to_bytes(*kept), 0600); !written) return;
  drop_oldest_files(file_.parent_path());
}

}  // namespace windlass::run
