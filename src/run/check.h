// One run of a chain on a clean scratch database, through the recorder: from
// settings to evidence. What the evidence means is for `diagnose` to say.
#pragma once

#include <chrono>
#include <ctime>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "run/case_trace.h"
#include "run/evidence.h"
#include "run/proven.h"
#include "run/stage.h"
#include "run/warm_interpreter.h"

namespace windlass::run {

/// Create what the project's models describe, instead of running the chain.
struct MakeModels {
  std::string database;                                         ///< the one whose catalog is compared
  std::vector<std::pair<std::string, std::string>> extensions;  ///< name and schema: made where missing
};

struct CheckSettings {
  std::filesystem::path project;      ///< files are named relative to it
  std::filesystem::path folder;       ///< where the bare tool would be run
  std::filesystem::path config_file;  ///< alembic.ini; or pyproject.toml, which Alembic finds by itself
  std::string section;                ///< -n SECTION; empty: the tool's default
  std::filesystem::path interpreter;
  bool flask = false;  ///< the chain is Flask-Migrate's: the tool is `flask db upgrade`
  StageSettings stage;
  bool servers_apart = false;            ///< databases of one name on different servers are different ones
  std::vector<std::string> x_arguments;  ///< -x KEY=VALUE
  std::string from;                      ///< start from this revision, reached in a process of its own
  std::string to = "heads";
  std::string command = "upgrade";  ///< or "downgrade"
  std::optional<MakeModels> models;
  std::optional<std::chrono::milliseconds> timeout;
  std::filesystem::path cache;  ///< compiled Python modules go here instead of into the project
  std::string as_role;          ///< the deploying role of Scenario::AsRole
  /// No case of a scenario begins after it; absent: no limit.
  std::optional<std::chrono::steady_clock::time_point> deadline;
  /// Steps of the chain that an earlier run took in the same way may be taken from the cache, and those of
  /// this run are kept. Of a faithful run only is anything kept; a run that goes on past failures takes what
  /// it finds.
  bool reuse = false;
  bool keep_steps = true;       ///< with `reuse`: this run's steps are kept, too
  bool tell_trace = false;      ///< the outcome says what else it follows from
  bool tell_held = false;       ///< the outcome says what the process of a run of one step holds after it
  bool tell_contents = false;   ///< what is kept tells what stands in its tables: LeftState::contents
  bool tell_rows = false;       ///< the evidence says what stands in the tables: Evidence::rows_after
  bool tell_libraries = false;  ///< the evidence names the libraries that the run imported
  /// Forks the tool; nullptr: an interpreter of its own. Without `from`.
  std::shared_ptr<WarmInterpreter> warm;
  /// The tool is killed when it has made something durable (run/durable.h) for this time, from 1; 0: never.
  size_t kill_after = 0;
  /// What is kept of what the server holds at the end (a server of our own only).
  KeepState keep;
  /// Of the scenarios behind this run: what need not be run.
  Proven proven;
};

struct CheckHooks {
  std::function<void(const Step&)> on_step;              ///< a revision began or ended
  std::function<void(std::string_view text)> on_output;  ///< what the tool printed
  /// The run is over, and its effects are yet to be filled in.
  std::function<void(record::Recording&)> on_recording = {};
};

/// Of a clean run: what the keys of cases are made of (run/case_keys.h).
struct CleanTrace {
  std::string events;         ///< all that the Python part told
  std::string circumstances;  ///< digest of all that is no file of the project
  std::string chain;          ///< names this chain on this server among files of the cache
  timespec began{};           ///< of the system's clock
};

struct CheckOutcome {
  Evidence evidence;
  std::string place;                 ///< which server it was, in words
  std::string psql_line;             ///< how to open the database, when the place is kept
  std::string end_command;           ///< how to end the kept place
  std::string remark;                ///< about the place; mostly empty
  std::string no_isolation_because;  ///< why there was no namespace; empty when there was
  int interrupted = 0;               ///< the signal that ended the run early
  bool killed = false;               ///< CheckSettings::kill_after was reached
  bool own_settings = false;         ///< ScratchPlace::own_settings
  /// With CheckSettings::tell_held: what the process holds after the step (run/step_story.h); empty: nothing.
  std::string held;
  CaseTrace trace;                           ///< with CheckSettings::tell_trace
  std::optional<CleanTrace> trace_of_clean;  ///< with CheckSettings::reuse, where it is known
  Left left;                                 ///< what was kept, of what CheckSettings::keep asks for
};

/// Fails when windlass could not look at all; a chain that breaks is an outcome.
base::Result<CheckOutcome> run_check(const CheckSettings& settings, const CheckHooks& hooks);

}  // namespace windlass::run
