// windlass prove: every way to run the chain; what was proven goes into windlass.lock.
#include <fmt/chrono.h>
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <ctime>

#include "base/file.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/lock_file.h"
#include "cli/output.h"
#include "cli/scenarios.h"
#include "cli/settings.h"
#include "cli/since.h"
#include "cli/whole_check.h"
#include "lock/lock_text.h"
#include "lock/make.h"
#include "lock/signature.h"
#include "report/prove_report.h"

namespace windlass::cli {

namespace {

using report::ProofVerdict;

/// Every scenario; `as-role` only where a role is named for it.
std::vector<std::string> all_of_them(const ProveOptions& options, const Config& config) {
  std::vector<std::string> names = scenario_names();
  if (options.as_role.empty() && config.as_role.empty())
    std::erase(names, run::to_string(run::Scenario::AsRole));
  return names;
}

std::string today() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  return fmt::format("{:%Y-%m-%d}", utc);
}

/// What was proven, as the lock says it.
lock::Lock lock_of(const WholeCheck& whole, const std::optional<LockFile>& before) {
  const report::CheckReport& check = whole.report;
  lock::Lock lock = lock::make_lock(*check.evidence);
  add_scripts(whole.scripts, lock);
  lock.with.windlass = WINDLASS_VERSION;
  lock.with.date = today();
  lock.scenarios["clean"] = "passed";
  for (const report::ScenarioLine& line : check.scenarios)
    lock.scenarios[run::to_string(line.outcome.scenario)] = line.verdict;
  if (!whole.since || !before) return lock;
  // What was not looked at is as it was.
  for (const auto& [scenario, because] : whole.since->not_run) {
    const std::string name = run::to_string(scenario);
    if (const auto found = before->lock.scenarios.find(name); found != before->lock.scenarios.end())
      lock.scenarios[name] = found->second;
  }
  if (!whole.since->proven.revisions.empty()) lock.with.since = base::join(whole.since->ids, ", ");
  return lock;
}

std::vector<run::Scenario> required_of(const report::Required& required) {
  std::vector<run::Scenario> names = run::all_scenarios();
  names.push_back(run::Scenario::Hybrid);
  std::erase_if(names, [&](run::Scenario scenario) { return !required.has(run::to_string(scenario)); });
  return names;
}

report::SinceTold told_of(const std::string& name, const Since& since, const LockFile& before,
                          const report::CheckReport& check) {
  report::SinceTold told{name, since.ids, {}, before.lock.with.date, {}};
  for (const chain::Revision& revision : check.evidence->chain.revisions)
    if (since.proven.revisions.contains(revision.id)) told.revisions.push_back(revision.id);
  for (const auto& whole : since.whole) {
    const bool ran = std::any_of(check.scenarios.begin(), check.scenarios.end(), [&](const auto& line) {
      return line.outcome.scenario == whole.first && line.outcome.cases > 0;
    });
    if (ran) told.whole.emplace_back(run::to_string(whole.first), whole.second);
  }
  return told;
}

/// The text that the lock's file is to have; empty where the file says all of that already.
base::Result<std::string> new_text(const lock::Lock& lock, const ProveOptions& options,
                                   const std::optional<LockFile>& there) {
  std::string text = lock::to_text(lock);
  // A whole proof says more than one that went on from an earlier one.
  const bool same = there && lock::same_proof(lock, there->lock) &&
                    (there->lock.with.since.empty() || !lock.with.since.empty());
  if (options.sign_with.empty()) return same ? std::string() : text;
  const std::string pem = WINDLASS_TRY(base::read_file(options.sign_with));
  if (same) text = std::string(lock::part_signature(there->text).text);
  text = WINDLASS_TRY(lock::sign(text, pem, options.sign_with));
  return same && text == there->text ? std::string() : text;
}

std::string rendered(const report::ProveReport& report, const OutputOptions& output) {
  if (output.format == "json") return report::prove_json(report);
  if (output.format == "text") return report::prove_text(report, text_style(output));
  return rendered_for(output.format, report.check);
}

int exit_status_of(ProofVerdict verdict) {
  switch (verdict) {
    case ProofVerdict::Proven:
      return static_cast<int>(base::Exit::Nothing);
    case ProofVerdict::Broken:
      return static_cast<int>(base::Exit::Findings);
    case ProofVerdict::Incomplete:
      break;
  }
  return static_cast<int>(base::Exit::CouldNotLook);
}

}  // namespace

base::Result<int> run_prove_command(const ProveOptions& given) {
  const std::vector<std::string> environment = base::current_environment();
  const ProjectAtHand at_hand = WINDLASS_TRY(
      find_project_at_hand({given.project, given.config, given.name, given.python}, environment));
  if (!strongest("", environment, "WINDLASS_SCRATCH_URL", at_hand.config.scratch_url).empty())
    return base::fail({"prove the chain", "a server that is given",
                       "its cases need servers of windlass's own, one for each",
                       "Leave WINDLASS_SCRATCH_URL, and [scratch] url in windlass.toml, out.",
                       base::Exit::Usage});
  ProveOptions options = given;
  options.scenarios = all_of_them(options, at_hand.config);
  if (!options.sign_with.empty()) {
    // A key that is none is told before the work, not after it.
    const std::string pem = WINDLASS_TRY(base::read_file(options.sign_with));
    (void)WINDLASS_TRY(lock::sign("", pem, options.sign_with));
  }
  WholeCheckHow how;
  how.every_place = true;
  const std::string budget = strongest(options.budget, environment, "WINDLASS_BUDGET", at_hand.config.budget);
  if (const auto limit = WINDLASS_TRY(parse_timeout(budget, "--budget")))
    how.deadline = std::chrono::steady_clock::now() + *limit;
  const std::filesystem::path file = lock_path(at_hand.project);
  const std::string lock_name = base::relative_to(file, at_hand.project.project);
  report::ProveReport report;
  report.required.names = at_hand.config.require;
  std::optional<LockFile> before;
  if (!options.since.empty()) {
    before = WINDLASS_TRY(lock_for_since(options.since, file, at_hand.project.project));
    how.since = [&](const run::Evidence& clean, const std::vector<run::RepairScript>& scripts) {
      return since_of(
          {options.since, *before, lock_name, required_of(report.required), scripts, at_hand.project.project},
          clean);
    };
  }
  WholeCheck whole = WINDLASS_TRY(whole_check(options, at_hand, environment, how));
  if (whole.interrupted != 0) return 128 + whole.interrupted;

  report.check = whole.report;
  report.verdict = report::proof_of(report.check, report.required);
  report.lock_file = lock_name;
  if (whole.since) report.since = told_of(options.since, *whole.since, *before, whole.report);
  if (report.verdict != ProofVerdict::Proven) {
    report.lock_not_because =
        report.verdict == ProofVerdict::Broken ? "the chain is not proven" : "not all of the chain was seen";
  } else {
    // What cannot be read is written anew: it proves nothing.
    auto there = read_lock(file, whole.settings.project);
    const std::string text =
        WINDLASS_TRY(new_text(lock_of(whole, before), options, there ? *there : std::optional<LockFile>()));
    report.lock_changed = !text.empty();
    if (report.lock_changed && options.dry_run)
      report.lock_not_because = "--dry-run asks for that";
    else if (report.lock_changed)
      WINDLASS_CHECK(base::write_file(file, text));
  }
  report.check.exit_status = exit_status_of(report.verdict);
  WINDLASS_CHECK(write_result(options.output.output, rendered(report, options.output)));
  return report.check.exit_status;
}

}  // namespace windlass::cli
