#include "cli/try_upgrade.h"

#include <fmt/core.h>

#include "base/text.h"
#include "catalog/comparable.h"
#include "catalog/compare.h"
#include "cli/check_server.h"
#include "cli/source_lines.h"
#include "diagnose/on_a_twin.h"
#include "run/failure.h"
#include "run/schema_dump.h"
#include "run/twin.h"
#include "scratch/run_folder.h"

namespace windlass::cli {

namespace {

/// A sentence where the twin's schema is not the database's; empty where it is. Owners and privileges do not
/// decide on an upgrade by the scratch server's superuser.
std::string unlike(const catalog::LiveRead& real, const catalog::Snapshot& twin, const ChainAt& chain) {
  catalog::LiveRead read;
  read.snapshot = twin;
  read.snapshot.sort();
  read.server_version = chain.read.server_version;
  read.server_major = chain.read.server_major;
  read.database = chain.read.database;
  const catalog::Comparable both =
      catalog::made_comparable(real, read, "the database", "its twin", {false, false, false});
  const std::vector<catalog::Difference> all = catalog::compare(both.a, both.b, "the database", "its twin");
  if (all.empty()) return {};
  return fmt::format("The twin is not quite like the database: {}{}.", all.front().sentence,
                     all.size() > 1 ? fmt::format("; {} more", all.size() - 1) : std::string());
}

base::Result<report::UpgradeTried> tried(const RealDatabase& real, const ChainAt& chain,
                                         const drift::Drift& drift) {
  report::UpgradeTried upgrade;
  run::SchemaDumpOptions dump;
  dump.url = real.url;
  dump.environment = real.environment;
  dump.lock_wait = real.lock_wait;
  if (real.read.server_major == chain.read.server_major) {
    const auto binaries = chain.settings.stage.place.binaries;
    if (binaries.valid() && binaries.get()) dump.bindir = binaries.get()->bindir;
  }
  const scratch::RunFolder folder = WINDLASS_TRY(scratch::RunFolder::make());
  run::TwinOptions options;
  options.sql = WINDLASS_TRY(run::dump_schema(dump));
  options.database = chain.outcome.evidence.database;
  options.version_table = drift.version_table.table;
  options.versions = drift.version_table.versions;
  options.roles = real.roles;
  options.folder = folder.path();
  const run::Twin twin = WINDLASS_TRY(run::make_twin(chain.settings, options));
  if (std::string sentence = unlike(real.read, twin.snapshot, chain); !sentence.empty())
    upgrade.remarks.push_back(std::move(sentence));

  run::CheckSettings settings = chain.settings;
  settings.to = "heads";
  settings.keep = {};
  settings.stage.place.keep = false;
  settings.stage.place.state = twin.state;
  const ServerCheck check =
      WINDLASS_TRY(check_server(settings, source_of(settings.project), ServerCheckOptions()));
  if (check.interrupted != 0)
    return base::fail({"try the upgrade", "", "interrupted", "", base::Exit::CouldNotLook});
  const run::Evidence& evidence = check.outcome.evidence;
  for (const run::Step& step : evidence.steps)
    if (step.finished && step.direction == "upgrade") upgrade.ran.push_back(step.revision);
  upgrade.verdict = run::succeeded(evidence) ? "passes" : "fails";
  if (!run::succeeded(evidence)) upgrade.failed = run::stopped_in(evidence);
  if (run::succeeded(evidence) && upgrade.ran.empty())
    upgrade.because = "no revision is left to run, and what differs stays as it is";
  upgrade.findings = check.findings;
  diagnose::as_claimed(upgrade.findings, drift);
  // Here it was the database itself that said so.
  for (diagnose::Finding& finding : upgrade.findings) {
    if (finding.code == "version-unknown")
      finding.cause = fmt::format("The version table says \"{}\", and this chain has no such revision.",
                                  base::join(drift.unknown_versions, "\", \""));
    if (finding.code == "version-overlaps")
      finding.cause = fmt::format(
          "The version table says {}, and {} before another of these. Alembic takes its rows for the ends of "
          "branches, and refuses to upgrade.",
          base::join(drift.version_table.versions, ", "),
          base::join(drift.overlapping, ", ") + (drift.overlapping.size() == 1 ? " comes" : " come"));
  }
  upgrade.remarks.insert(upgrade.remarks.end(), check.remarks.begin(), check.remarks.end());
  return upgrade;
}

}  // namespace

report::UpgradeTried try_upgrade(const RealDatabase& real, const ChainAt& chain, const drift::Drift& drift) {
  report::UpgradeTried upgrade;
  if (!drift.version_table.not_readable_because.empty()) {
    upgrade.because = "which revision the database claims could not be read";
    return upgrade;
  }
  if (drift.verdict == "at") {
    upgrade.verdict = "passes";
    upgrade.because = "there is nothing to run";
    return upgrade;
  }
  if (!real.not_dumped_because.empty()) {
    upgrade.because = real.not_dumped_because;
    return upgrade;
  }
  auto result = tried(real, chain, drift);
  if (result) return std::move(*result);
  upgrade.because = base::one_line(result.error().got);
  return upgrade;
}

}  // namespace windlass::cli
