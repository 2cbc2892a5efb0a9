#include <fmt/core.h>

#include <algorithm>

#include "base/printable.h"
#include "base/text.h"
#include "report/check_text.h"
#include "report/prove_report.h"

namespace windlass::report {

namespace {

std::string what_was_run(const CheckReport& check) {
  size_t cases = 1, equal = 0, cached = 0, scenarios = 1;
  for (const ScenarioLine& line : check.scenarios) {
    if (line.outcome.cases == 0) continue;
    ++scenarios;
    cases += line.outcome.cases;
    equal += line.outcome.equal;
    cached += line.outcome.cached;
  }
  std::string words =
      fmt::format("{}, {}, {}", base::count_of(check.evidence->chain.revisions.size(), "revision"),
                  base::count_of(scenarios, "scenario"), base::count_of(cases, "case"));
  if (equal > 0 || cached > 0)
    words += fmt::format(" ({} run, {} equal to others, {} from the cache)", cases - equal - cached, equal,
                         cached);
  return words;
}

std::string headline(const ProveReport& report, const Paint& paint) {
  const std::string name = base::printable(report.check.project);
  const std::string ran = what_was_run(report.check);
  const std::string since = report.since ? " since " + base::printable(report.since->name) : "";
  switch (report.verdict) {
    case ProofVerdict::Proven:
      return fmt::format("{}: {} - {}\n", name, paint.green("proven" + since), ran);
    case ProofVerdict::Broken:
      return fmt::format("{}: {} - {}\n", name, paint.red("not proven" + since + ": the chain is broken"),
                         ran);
    case ProofVerdict::Incomplete:
      return fmt::format("{}: {} - {}\n", name,
                         paint.yellow("not proven" + since + ": not all of it was seen"), ran);
  }
  return {};
}

/// Verdicts of their own: a chain is proven without them.
std::string not_required(const ProveReport& report) {
  std::vector<std::string> words;
  for (const ScenarioLine& line : report.check.scenarios) {
    const std::string name = run::to_string(line.outcome.scenario);
    if (!report.required.has(name)) words.push_back(fmt::format("{} ({})", name, line.verdict));
  }
  if (words.empty()) return {};
  return fmt::format("Not required for the proof: {}. [prove] require in windlass.toml says what is.",
                     base::join(words, ", "));
}

/// "0001 to 0040 (40)"; up to three of them one by one.
std::string briefly(const std::vector<std::string>& names) {
  if (names.size() <= 3) return base::join(names, ", ");
  return fmt::format("{} to {} ({})", names.front(), names.back(), names.size());
}

/// What was not run, and what stands for it.
std::string about_since(const ProveReport& report) {
  if (!report.since) return {};
  const SinceTold& since = *report.since;
  std::vector<std::string> cases;
  for (const ScenarioLine& line : report.check.scenarios)
    if (!line.outcome.proven.empty())
      cases.push_back(
          fmt::format("{}: {}", run::to_string(line.outcome.scenario), briefly(line.outcome.proven)));
  std::string words =
      since.revisions.empty()
          ? fmt::format("Nothing is before {}: all was run.", since.name)
          : fmt::format("{}, of {}, stands for {}, which {} unchanged.", report.lock_file, since.proven,
                        briefly(since.revisions), since.revisions.size() == 1 ? "is" : "are");
  if (!cases.empty()) words += fmt::format(" Not run again: {}.", base::join(cases, "; "));
  for (const auto& [name, because] : since.whole)
    words += fmt::format(" {} was run whole: {}.", name, because);
  return words;
}

std::string about_lock(const ProveReport& report) {
  if (!report.lock_not_because.empty())
    return fmt::format("{} was not written: {}.", report.lock_file, report.lock_not_because);
  if (report.lock_changed) return fmt::format("{} was written: commit it.", report.lock_file);
  return fmt::format("{} says the same already.", report.lock_file);
}

}  // namespace

std::string prove_text(const ProveReport& report, const TextStyle& style) {
  const Paint paint(style.colour);
  std::string text = headline(report, paint) + check_text_below(report.check, style);
  if (const std::string words = about_since(report); !words.empty())
    text += wrapped(base::printable(words), "", style.width);
  if (const std::string words = not_required(report); !words.empty()) text += wrapped(words, "", style.width);
  return text + wrapped(base::printable(about_lock(report)), "", style.width);
}

}  // namespace windlass::report
