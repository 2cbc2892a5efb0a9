#include "run/repair_run.h"

#include <fmt/core.h>

#include <chrono>
#include <map>

#include "base/file.h"
#include "base/text.h"
#include "run/script_lines.h"

namespace windlass::run {

namespace {

constexpr std::chrono::milliseconds kPatience = std::chrono::minutes(2);
constexpr size_t kMostToSearch = size_t{16} << 20;  // bytes of a script's file

/// The stage that the chain leaves behind at `revision`.
base::Result<StageSettings> stage_at(const CheckSettings& chain, const std::string& revision) {
  StageSettings stage = chain.stage;
  stage.place.keep = false;
  if (revision == "base") return stage;
  CheckSettings to_there = chain;
  to_there.to = revision;
  to_there.keep.server = true;
  CheckOutcome there = WINDLASS_TRY(run_check(to_there, {}));
  if (there.interrupted != 0 || !succeeded(there.evidence) || !there.left.state || !there.left.server)
    return base::fail({"run the chain", "to revision " + revision,
                       there.left.because.empty() ? "it did not come there" : there.left.because, "",
                       base::Exit::CouldNotLook});
  stage.place.state = there.left.state;
  stage.place.server = std::move(there.left.server);
  return stage;
}

/// Takes out what was done in other databases.
void keep_to(const std::string& database, RepairOutcome& ran) {
  if (database.empty()) return;
  std::map<int, std::string> others;  // by session
  for (const record::Session& session : ran.recording.sessions)
    if (session.database != database) others[session.n] = session.database;
  std::erase_if(ran.recording.statements, [&](const record::Statement& statement) {
    const auto other = others.find(statement.session);
    if (other == others.end()) return false;
    if (!statement.effects.empty() && !base::contains(ran.elsewhere, other->second))
      ran.elsewhere.push_back(other->second);
    return true;
  });
}

}  // namespace

base::Result<RepairOutcome> run_script(StageSettings stage, const std::string& database,
                                       const RepairScript& script,
                                       std::optional<std::chrono::milliseconds> patience, bool keep_server) {
  stage.database = database;
  RepairOutcome ran;
  static_cast<RecordOutcome&>(ran) = WINDLASS_TRY(
      run_recorded(stage, script.command, patience.value_or(kPatience), {{}, keep_server, nullptr}));
  keep_to(database, ran);
  const auto text = base::read_file(script.file, kMostToSearch);
  name_lines(ran.recording, script.name, text ? *text : std::string());
  return ran;
}

base::Result<RepairOutcome> run_repair(const CheckSettings& chain, const std::string& database,
                                       const std::string& revision, const RepairScript& script) {
  return run_script(WINDLASS_TRY(stage_at(chain, revision)), database, script, chain.timeout, false);
}

std::string why_failed(const RecordOutcome& ran) {
  if (ran.timed_out) return "it was ended after its time";
  for (const record::Statement& statement : ran.recording.statements)
    if (statement.failed())
      return fmt::format("it failed at {}: {}", base::to_string(statement.source.location),
                         base::one_line(statement.error->message));
  if (ran.status.ok()) return {};
  const std::vector<std::string> lines = base::split(std::string(base::trim(ran.err)), '\n');
  return "it failed" + (lines.back().empty() ? "" : ": " + lines.back());
}

}  // namespace windlass::run
