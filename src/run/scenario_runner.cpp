#include "run/scenario_runner.h"

#include <fmt/core.h>

#include <iterator>
#include <utility>

#include "base/interrupt.h"
#include "pg/connection.h"
#include "run/client_folder.h"
#include "run/python_part.h"
#include "run/start_tool.h"

namespace windlass::run {

base::Result<std::unique_ptr<ScenarioRunner>> ScenarioRunner::make(const CheckSettings& settings,
                                                                   std::vector<Module> libraries) {
  std::unique_ptr<ScenarioRunner> runner(new ScenarioRunner(settings, std::move(libraries)));
  runner->folder_ = WINDLASS_TRY(scratch::RunFolder::make());
  if (!runner->libraries_.empty()) {
    const auto client = WINDLASS_TRY(make_client_folder(runner->folder_, settings.stage.run_as));
    runner->program_ = WINDLASS_TRY(unpack_python_part(client));
  }
  // The server and the files that the clean run was asked to leave are that run's own.
  runner->settings_.stage.place.keep = false;
  runner->settings_.from.clear();
  runner->settings_.tell_libraries = false;
  return runner;
}

base::Result<std::unique_ptr<WarmInterpreter>> ScenarioRunner::make_warm() const {
  std::shared_ptr<const NetworkRoom> room;
  if (settings_.stage.no_isolation_because.empty())
    if (auto made = NetworkRoom::make()) room = std::make_shared<const NetworkRoom>(std::move(*made));
  return start_warm(settings_, program_, program_.parent_path(), libraries_, std::move(room));
}

base::Result<RunDone> ScenarioRunner::run(const Order& order) {
  const auto stopped = [&] {
    return base::fail({"run a scenario", order.command + " " + order.target,
                       fmt::format("ended by signal {}", interrupted_.load()), "", base::Exit::CouldNotLook});
  };
  if (base::interrupted() != 0) interrupted_ = base::interrupted();
  if (interrupted_ != 0) return stopped();
  CheckSettings settings = settings_;
  settings.command = order.command;
  settings.to = order.target;
  settings.models = order.models;
  settings.stage.place.state = order.from;
  settings.stage.place.as_role = order.as_role;
  settings.keep_state.clear();
  if (order.keep) settings.keep_state = folder_.path() / fmt::format("state-{}", next_++);
  if (!order.hash_seed.empty())
    settings.stage.environment.flags.emplace_back("PYTHONHASHSEED", order.hash_seed);
  if (order.hash_seed.empty() && !order.models && !libraries_.empty()) settings.warm = warm_.take();
  if (settings.warm) {
    settings.stage.room = settings.warm->room();
    // Where it could have no room, neither have its runs, even if one could be made by now.
    if (!settings.stage.room && settings.stage.no_isolation_because.empty())
      settings.stage.no_isolation_because = "none could be made for the interpreter that it was forked from";
  }
  populate::Rows rows;
  if (order.rows)
    settings.stage.place.furnish = [&](const std::string& conninfo) -> base::Result<void> {
      pg::Connection connection = WINDLASS_TRY(pg::Connection::open(conninfo));
      populate::Rows of_one = WINDLASS_TRY(populate::fill(connection, *order.rows));
      std::move(of_one.rows.begin(), of_one.rows.end(), std::back_inserter(rows.rows));
      std::move(of_one.unpopulated.begin(), of_one.unpopulated.end(), std::back_inserter(rows.unpopulated));
      return {};
    };
  auto checked = run_check(settings, {});
  // Before the tool ran, an interrupt comes back as an error.
  if (!checked && base::interrupted() != 0) interrupted_ = base::interrupted();
  CheckOutcome outcome = WINDLASS_TRY(std::move(checked));
  if (outcome.interrupted != 0) interrupted_ = outcome.interrupted;
  if (interrupted_ != 0) return stopped();
  return RunDone{std::make_shared<const Evidence>(std::move(outcome.evidence)), std::move(outcome.state),
                 std::move(outcome.no_state_because), std::move(rows)};
}

}  // namespace windlass::run
