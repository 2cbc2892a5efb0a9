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
  switch (report.verdict) {
    case ProofVerdict::Proven:
      return fmt::format("{}: {} - {}\n", name, paint.green("proven"), ran);
    case ProofVerdict::Broken:
      return fmt::format("{}: {} - {}\n", name, paint.red("not proven: the chain is broken"), ran);
    case ProofVerdict::Incomplete:
      return fmt::format("{}: {} - {}\n", name, paint.yellow("not proven: not all of it was seen"), ran);
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
  if (const std::string words = not_required(report); !words.empty()) text += wrapped(words, "", style.width);
  return text + wrapped(base::printable(about_lock(report)), "", style.width);
}

}  // namespace windlass::report
