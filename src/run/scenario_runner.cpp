#include "run/scenario_runner.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/interrupt.h"
#include "base/text.h"
#include "pg/connection.h"
#include "run/client_folder.h"
#include "run/python_part.h"
#include "run/start_tool.h"
#include "run/table_rows.h"
#include "run/version_tables.h"

namespace windlass::run {

namespace {

/// Whether the chain has to do with whole databases or with other sessions, which would be in its way.
bool wants_to_be_alone(const Evidence& run) {
  const auto& statements = run.recording.statements;
  return std::any_of(statements.begin(), statements.end(), [](const record::Statement& statement) {
    const std::string text = base::to_lower(statement.text);
    return base::contains(text, "database") || base::contains(text, "pg_stat_activity");
  });
}

}  // namespace

base::Result<std::unique_ptr<ScenarioRunner>> ScenarioRunner::make(const CheckSettings& settings,
                                                                   const Evidence& clean) {
  std::unique_ptr<ScenarioRunner> runner(new ScenarioRunner(settings, clean));
  runner->folder_ = WINDLASS_TRY(scratch::RunFolder::make());
  if (!runner->libraries_.empty()) {
    const auto client = WINDLASS_TRY(make_client_folder(runner->folder_, settings.stage.run_as));
    runner->program_ = WINDLASS_TRY(unpack_python_part(client));
  }
  // The server and the files that the clean run was asked to leave are that run's own.
  runner->settings_.stage.place.keep = false;
  runner->settings_.from.clear();
  runner->settings_.stage.place.side_by_side = true;
  runner->settings_.stage.place.stays_connected = !wants_to_be_alone(clean);
  runner->settings_.tell_libraries = false;
  runner->settings_.reuse = false;
  runner->settings_.keep_steps = false;
  return runner;
}

base::Result<std::unique_ptr<WarmInterpreter>> ScenarioRunner::make_warm() const {
  std::shared_ptr<const NetworkRoom> room;
  if (settings_.stage.no_isolation_because.empty())
    if (auto made = NetworkRoom::make()) room = std::make_shared<const NetworkRoom>(std::move(*made));
  return start_warm(settings_, program_, program_.parent_path(), libraries_, sources_, std::move(room));
}

base::Result<RunDone> ScenarioRunner::run(const Order& order) {
  const auto stopped = [&] {
    return base::fail({"run a scenario", order.command + " " + order.target,
                       fmt::format("ended by signal {}", interrupted_.load()), "", base::Exit::CouldNotLook});
  };
  if (base::interrupted() != 0) interrupted_ = base::interrupted();
  if (interrupted_ != 0) return stopped();
  if (settings_.deadline && std::chrono::steady_clock::now() > *settings_.deadline)
    return base::fail(
        {"run a case", order.command + " " + order.target, kBudgetUsedUp, "", base::Exit::CouldNotLook});
  CheckSettings settings = settings_;
  settings.command = order.command;
  settings.to = order.target;
  settings.models = order.models;
  settings.tell_held = order.tell_held;
  settings.tell_contents = order.tell_contents;
  settings.tell_rows = order.tell_rows;
  settings.stage.place.state = order.from;
  settings.stage.place.server = order.server;
  settings.stage.place.as_role = order.as_role;
  settings.keep = {{}, order.keep_server, settings_.keep.common};
  if (order.keep) settings.keep.pack = folder_.path() / fmt::format("state-{}", next_++);
  settings.reuse = order.replay;
  settings.kill_after = order.kill_after;
  Variables& flags = settings.stage.environment.flags;
  flags.insert(flags.end(), order.variables.begin(), order.variables.end());
  if (!order.alone && !order.replay && !order.models && !libraries_.empty()) settings.warm = warm_.take();
  if (settings.warm) {
    settings.stage.room = settings.warm->room();
    // Where it could have no room, neither have its runs, even if one could be made by now.
    if (!settings.stage.room && settings.stage.no_isolation_because.empty())
      settings.stage.no_isolation_because = "none could be made for the interpreter that it was forked from";
  }
  populate::Rows rows;
  std::map<std::string, TableRows> rows_before;  // by database
  if (order.rows)
    settings.stage.place.furnish = [&](pg::Connection& connection) -> base::Result<void> {
      populate::Rows of_one = WINDLASS_TRY(populate::fill(connection, *order.rows));
      std::move(of_one.rows.begin(), of_one.rows.end(), std::back_inserter(rows.rows));
      std::move(of_one.unpopulated.begin(), of_one.unpopulated.end(), std::back_inserter(rows.unpopulated));
      return {};
    };
  if (!order.forget_versions.empty())
    settings.stage.place.furnish = [&](pg::Connection& connection) -> base::Result<void> {
      WINDLASS_CHECK(enter_versions(connection, order.forget_versions, "", {}));
      if (order.tell_rows)
        rows_before[WINDLASS_TRY(database_of(connection))] =
            WINDLASS_TRY(read_table_rows(connection, order.forget_versions));
      return {};
    };
  auto checked = run_check(settings, {});
  // Before the tool ran, an interrupt comes back as an error.
  if (!checked && base::interrupted() != 0) interrupted_ = base::interrupted();
  CheckOutcome outcome = WINDLASS_TRY(std::move(checked));
  if (outcome.interrupted != 0) interrupted_ = outcome.interrupted;
  if (interrupted_ != 0) return stopped();
  std::optional<TableRows> before;
  if (const auto found = rows_before.find(outcome.evidence.database); found != rows_before.end())
    before = std::move(found->second);
  return RunDone{std::make_shared<const Evidence>(std::move(outcome.evidence)),
                 std::move(outcome.left),
                 std::move(outcome.held),
                 std::move(rows),
                 std::move(before),
                 outcome.killed,
                 outcome.own_settings,
                 std::move(outcome.trace)};
}

void ScenarioRunner::warm_up() {
  if (!libraries_.empty()) (void)warm_.take();
}

}  // namespace windlass::run
