#include "run/check.h"

#include <fmt/core.h>

#include <algorithm>
#include <future>
#include <iterator>
#include <set>

#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "catalog/snapshot.h"
#include "chain/load.h"
#include "chain/validate.h"
#include "run/end_state.h"
#include "run/event_fields.h"
#include "run/fill_effects.h"
#include "run/kill_switch.h"
#include "run/other_sources.h"
#include "run/python_events.h"
#include "run/python_part.h"
#include "run/reuse.h"
#include "run/start_tool.h"
#include "run/step_story.h"
#include "scratch/identity.h"

namespace windlass::run {

namespace {

using nlohmann::json;

/// The step that an event line tells of, for the progress on a terminal.
void tell_step(std::string_view line, const CheckHooks& hooks) {
  if (!hooks.on_step || !base::contains(line, "\"step\"")) return;
  const json event = json::parse(line, nullptr, false);
  if (!event.is_object() || text_of(event, "event") != "step") return;
  Step step;
  step.revision = text_of(event, "revision");
  step.direction = text_of(event, "direction");
  step.finished = text_of(event, "phase") == "end";
  hooks.on_step(step);
}

/// Which of the visited databases the version table lives in: the one the tool
/// worked in is the one that windlass compares and reports. `wanted`: this one alone; empty: any.
void choose_database(const EndState& end, const std::string& wanted, Evidence& evidence) {
  for (const DatabaseEnd& read : end.databases) {
    const bool versioned = read.version && !read.version->tables.empty();
    if (!wanted.empty() && read.visited.database != wanted) continue;
    if (!evidence.database.empty() && (!versioned || !evidence.version_tables.empty())) continue;
    evidence.database = read.visited.database;
    evidence.role = read.visited.role;
    evidence.before = read.visited.start;
    evidence.sequences_behind = read.sequences_behind;
    evidence.rows_after = read.rows;
    if (!read.version) continue;
    evidence.version_tables = read.version->tables;
    evidence.versions = read.version->versions;
  }
}

/// What the tool has told so far, in a run of `lines` whose last event is its end.
std::string version_table_of(std::string_view lines) {
  Evidence so_far;
  read_python_events(lines, so_far);
  return so_far.settings.version_table;
}

/// Whether `line` is the last event of the Python part.
bool is_end(std::string_view line) {
  if (!base::contains(line, "\"end\"")) return false;
  const json event = json::parse(line, nullptr, false);
  return event.is_object() && text_of(event, "event") == "end";
}

/// A clean run's end state, put together from the effects, must be what a full read finds.
void check_self(Evidence& evidence, const FilledEffects& filled,
                const std::map<std::string, catalog::Snapshot>& reads) {
  for (const auto& [database, read] : reads) {
    if (database == evidence.database) {
      evidence.after = read;
      evidence.after_read = true;
    } else {
      evidence.elsewhere[database] = read;
    }
    const auto composed = filled.end.find(database);
    if (composed == filled.end.end()) continue;
    for (std::string& sentence : self_check(composed->second, read))
      evidence.self_check.push_back(std::move(sentence));
  }
  // No event trigger reports these, and a program may put its commands together: what cannot be traced then
  // says nothing against the chain.
  for (const std::string& sentence : filled.unexplained)
    evidence.remarks.push_back("not traced to a statement: " + sentence);
}

void digest_inputs(Evidence& evidence, const std::filesystem::path& project) {
  std::sort(evidence.inputs.begin(), evidence.inputs.end(),
            [](const Input& a, const Input& b) { return a.file < b.file; });
  for (Input& input : evidence.inputs) {
    const std::filesystem::path path =
        input.file.starts_with('/') ? input.file : (project / input.file).string();
    if (const auto bytes = base::read_file(path)) input.digest = base::sha256(*bytes);
  }
}

/// When Alembic could not load the graph, its files are read without it.
void complete_chain(const CheckSettings& settings, Evidence& evidence) {
  if (!evidence.chain.revisions.empty()) {
    std::vector<chain::Problem> unreadable = chain::complete_chain(evidence.chain, settings.project);
    evidence.graph_problems = chain::find_problems(evidence.chain);
    std::move(unreadable.begin(), unreadable.end(), std::back_inserter(evidence.graph_problems));
    return;
  }
  chain::LoadSettings load;
  load.project = settings.project;
  load.folder = settings.folder;
  load.config_file = settings.config_file;
  load.section = settings.section;
  load.interpreter = settings.interpreter;
  if (auto loaded = chain::load_alembic(load)) {
    evidence.chain = std::move(loaded->chain);
    evidence.graph_problems = std::move(loaded->problems);
  }
}

}  // namespace

base::Result<CheckOutcome> run_check(const CheckSettings& settings, const CheckHooks& hooks) {
  CheckOutcome outcome;
  Evidence& evidence = outcome.evidence;
  evidence.settings.version_table = "alembic_version";

  StageSettings stage_settings = settings.stage;
  const bool keeps_steps = settings.reuse && settings.keep_steps && !settings.stage.rescue;
  stage_settings.keep_tapes = keeps_steps || settings.tell_held;
  KillSwitch kill_switch(settings.kill_after);  // the sessions' threads know it: it outlives the stage
  if (settings.kill_after > 0)
    stage_settings.on_statement = [&kill_switch](const record::Statement& statement) {
      kill_switch.answered(statement);
    };
  const std::unique_ptr<Stage> stage = WINDLASS_TRY(Stage::prepare(std::move(stage_settings)));
  const std::unique_ptr<Reuse> reuse = Reuse::begin(settings, *stage);
  const std::filesystem::path program = WINDLASS_TRY(unpack_python_part(stage->folder()));

  // The interpreter imports for longer than the server takes to come up: it is started first.
  const std::string first_target = settings.from.empty() ? settings.to : settings.from;
  ToolProcess tool = WINDLASS_TRY(
      start_tool(settings, *stage, program, first_target, reuse ? reuse->descriptor_for_tool() : -1));
  if (reuse) reuse->tool_started();
  WINDLASS_CHECK(stage->open_place());

  std::string events;
  EndReading reading(stage->place(), {settings.tell_contents, settings.tell_rows});
  bool last_tool = settings.from.empty();
  ToolHooks tool_hooks;
  tool_hooks.on_event = [&](std::string_view line) {
    if (reuse)
      reuse->hear(line, events);
    else
      events.append(line).push_back('\n');
    tell_step(line, hooks);
    if (last_tool && is_end(line))
      if (const auto ended = stage->ended_sessions()) reading.begin(*ended, version_table_of(events));
  };
  tool_hooks.on_output = hooks.on_output;
  tool_hooks.server_alive = [&] { return stage->place().alive(); };
  if (settings.kill_after > 0)
    kill_switch.arm([&] {
      stage->hear_no_more();
      tool.kill();
    });
  ToolOutcome end = tool.finish(tool_hooks, settings.timeout);
  kill_switch.gone();
  outcome.killed = kill_switch.struck();
  if (!settings.from.empty() && end.status.ok()) {
    last_tool = true;
    tool = WINDLASS_TRY(start_tool(settings, *stage, program, settings.to));
    ToolOutcome second = tool.finish(tool_hooks, settings.timeout);
    second.out = end.out + second.out;
    second.err = end.err + second.err;
    second.seconds += end.seconds;
    end = std::move(second);
  }
  outcome.interrupted = end.interrupted;
  // Its fork was killed with it then: nothing is known of how the chain would have ended.
  if (settings.warm && !settings.warm->usable() && outcome.interrupted == 0)
    return base::fail({"follow a run to its end", settings.command + " " + settings.to,
                       "the interpreter that it was forked from was ended from outside",
                       "Look into the system's log: memory may have run out.", base::Exit::CouldNotLook});

  evidence.deadlocks = stage->stop_watching();
  evidence.recording = stage->stop_recording();
  if (reuse) reuse->end(evidence.recording, events);
  read_python_events(events, evidence);
  if (settings.tell_trace) outcome.trace = read_trace(events);
  if (settings.tell_held) outcome.held = held_after_step(events, stage->take_tapes());
  const auto mask = [&](PythonException& exception) {
    exception.message = stage->masker().mask(exception.message);
    for (Frame& frame : exception.frames) frame.text = stage->masker().mask(frame.text);
  };
  if (evidence.exception) mask(*evidence.exception);
  for (PythonException& left : evidence.left) mask(left);
  evidence.models_made.not_because = stage->masker().mask(evidence.models_made.not_because);
  if (settings.flask) evidence.tool.command = "flask db";
  evidence.exit_code = end.status.code;
  evidence.exit_signal = end.status.signal;
  evidence.timed_out = end.timed_out;
  evidence.server_died = end.server_died || !stage->place().alive();
  if (evidence.server_died) evidence.server_log = stage->masker().mask(stage->place().log_tail());
  evidence.out = stage->masker().mask(end.out);
  evidence.err = stage->masker().mask(end.err);
  evidence.seconds = end.seconds;
  evidence.isolation = stage->room() != nullptr ? Isolation::Namespace : Isolation::Drivers;
  evidence.server_version = stage->place().version();
  evidence.server_user = stage->place().user();
  evidence.tool.user = stage->project_user();

  std::map<std::string, catalog::Snapshot> start, reads;
  for (const ScratchPlace::Visited& visited : stage->place().visited())
    start[visited.database] = visited.start;
  EndState left;
  if (!evidence.server_died)
    left = reading.take(evidence.recording.sessions.size(), evidence.settings.version_table);
  choose_database(left, settings.models ? settings.models->database : "", evidence);
  if (evidence.exit_code != 0)
    if (auto available = scratch::available_extensions(stage->place().conninfo(evidence.database)))
      evidence.extensions_available = std::move(*available);

  if (reuse && outcome.interrupted == 0 && !evidence.timed_out && !reuse->held(evidence)) {
    CheckSettings without = settings;
    without.reuse = false;
    stage->place().close();
    return run_check(without, hooks);
  }

  outcome.place = stage->place().description();
  outcome.own_settings = stage->place().own_settings();
  outcome.no_isolation_because = stage->no_room_because();
  outcome.remark = stage->place().remark();
  if (settings.stage.place.keep) {
    outcome.psql_line = stage->place().psql_line(evidence.database);
    outcome.end_command = stage->place().end_command();
  }
  if (settings.keep.any()) outcome.left = stage->place().leave(settings.keep, known_of(left));
  // The server has told everything: it ends while its answers are made sense of.
  const auto closing = std::async(std::launch::async, [&stage] { stage->place().close(); });

  for (DatabaseEnd& read : left.databases)
    if (read.catalog) reads[read.visited.database] = std::move(*read.catalog);
  if (hooks.on_recording) hooks.on_recording(evidence.recording);
  check_self(evidence,
             fill_effects(evidence.recording, start, reads, left.server_wide ? &*left.server_wide : nullptr),
             reads);
  if (!settings.models) complete_chain(settings, evidence);
  digest_inputs(evidence, settings.project);
  if (reuse && keeps_steps) {
    reuse->keep(events, stage->take_tapes(), evidence);
    outcome.trace_of_clean = reuse->trace(std::move(events));
  }
  if (evidence.exit_code != 0) {
    std::set<std::string> files;
    for (const chain::Revision& revision : evidence.chain.revisions) files.insert(revision.file);
    evidence.other_sources = other_sources(settings.project, files);
  }
  return outcome;
}

}  // namespace windlass::run
