#include "cli/check_servers.h"

#include <fmt/core.h>

#include <cstdio>
#include <optional>

#include "base/printable.h"
#include "base/text.h"
#include "cli/settings.h"
#include "diagnose/servers.h"

namespace windlass::cli {

namespace {

/// A server whose programs are there, or the reason why it will not run.
struct Candidate {
  std::string wanted;
  FutureBinaries binaries;
  std::optional<base::Error> error;
};

std::string because(const base::Error& error) {
  return base::one_line(fmt::format("could not {}: {}.{}{}", error.attempted, error.got,
                                    error.hint.empty() ? "" : " ", error.hint));
}

/// All are looked for before any runs: a word that is no server is not to be told after minutes.
base::Result<std::vector<Candidate>> look_for_all(const std::vector<std::string>& servers,
                                                  const run::CheckSettings& settings,
                                                  const std::vector<std::string>& environment) {
  std::vector<Candidate> all;
  for (const std::string& wanted : servers)
    all.push_back(
        {wanted, all.empty() ? settings.stage.place.binaries : look_for_server(wanted, environment), {}});
  if (all.size() == 1) return all;  // run_check() waits for it
  for (Candidate& one : all) {
    const auto& found = one.binaries.get();
    if (found) continue;
    if (found.error().exit != base::Exit::CouldNotLook) return base::fail(found.error());
    one.error = found.error();
  }
  return all;
}

base::Error none_ran(const std::vector<Candidate>& candidates, const std::vector<std::string>& servers) {
  base::Error error;
  error.attempted = "run the chain on any of the servers asked for";
  error.on = base::join(servers, ",");
  for (const Candidate& one : candidates)
    error.got += fmt::format("{}{}: could not {}: {}", error.got.empty() ? "" : "; ", one.wanted,
                             one.error->attempted, one.error->got);
  error.hint = candidates.front().error->hint;
  return error;
}

}  // namespace

base::Result<ServersChecked> check_servers(const std::vector<std::string>& servers,
                                           const run::CheckSettings& settings,
                                           const std::vector<std::string>& environment,
                                           const diagnose::SourceLines& source,
                                           const ServerCheckOptions& options) {
  std::vector<Candidate> candidates = WINDLASS_TRY(look_for_all(servers, settings, environment));
  ServersChecked checked;
  std::vector<diagnose::FoundOnServer> found;
  std::vector<diagnose::Verdict> verdicts;
  for (Candidate& one : candidates) {
    report::ServerLine line;
    line.wanted = one.wanted;
    line.verdict = "not-run";
    if (!one.error) {
      run::CheckSettings own = settings;
      own.stage.place.binaries = one.binaries;
      if (options.progress && candidates.size() > 1)
        std::fprintf(stderr, "PostgreSQL %s:\n", base::printable(one.binaries.get()->version).c_str());
      auto check = check_server(own, source, options);
      if (!check && (candidates.size() == 1 || check.error().exit != base::Exit::CouldNotLook))
        return base::fail(std::move(check).error());
      if (!check) {
        one.error = std::move(check).error();
      } else if (check->interrupted != 0) {
        checked.interrupted = check->interrupted;
        return checked;
      } else {
        line.version = check->outcome.evidence.server_version;
        line.verdict = check->verdict == diagnose::Verdict::Sound ? "passed" : "failed";
        line.went_past = check->went_past;
        if (one.binaries.valid() && one.binaries.get()) line.bindir = one.binaries.get()->bindir.string();
        verdicts.push_back(check->verdict);
        found.push_back({checked.lines.size(), std::move(check->findings)});
        checked.ran.push_back(std::move(*check));
      }
    }
    if (one.error) line.because = because(*one.error);
    checked.lines.push_back(std::move(line));
  }
  if (checked.ran.empty()) return base::fail(none_ran(candidates, servers));

  size_t next = 0;
  for (size_t i = 0; i < candidates.size(); ++i)
    if (!candidates[i].error) checked.lines[i].evidence = &checked.ran[next++].outcome.evidence;
  if (candidates.size() == 1)
    checked.findings = std::move(found.front().findings);
  else
    checked.findings = diagnose::merge_servers(std::move(found));
  checked.verdict = diagnose::verdict_of_servers(verdicts, verdicts.size() == candidates.size());
  return checked;
}

}  // namespace windlass::cli
