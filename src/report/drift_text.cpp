#include "report/drift_text.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/printable.h"
#include "base/text.h"
#include "report/finding_text.h"
#include "report/noted_text.h"

namespace windlass::report {

namespace {

using drift::Drift;
using drift::Drifted;
using drift::State;

size_t count(const Drift& drift, State state) {
  return static_cast<size_t>(std::count_if(drift.objects.begin(), drift.objects.end(),
                                           [&](const Drifted& each) { return each.state == state; }));
}

/// "2 missing, 1 extra"; empty where nothing differs.
std::string counts(size_t missing, size_t extra, size_t different) {
  std::vector<std::string> words;
  for (const auto& [n, word] :
       {std::pair(missing, "missing"), std::pair(extra, "extra"), std::pair(different, "different")})
    if (n > 0) words.push_back(fmt::format("{} {}", n, word));
  return base::join(words, ", ");
}

std::string place(const std::vector<std::string>& revisions) {
  if (revisions == std::vector<std::string>{"base"}) return "the base";
  return (revisions.size() == 1 ? "revision " : "revisions ") + base::join(revisions, ", ");
}

std::vector<std::string> without(std::vector<std::string> all, const std::vector<std::string>& some) {
  std::erase_if(all, [&](const std::string& each) { return base::contains(some, each); });
  return all;
}

/// The verdict as a sentence.
std::string headline(const DriftReport& report, const Paint& paint) {
  const Drift& drift = report.drift;
  const std::string differs =
      counts(count(drift, State::Missing), count(drift, State::Extra), count(drift, State::Different));
  const std::string there = place(drift.expected_at);
  if (drift.out_of_reach) {
    const std::string asked =
        report.claim.empty() ? place(drift.version_table.versions) : "revision " + report.claim;
    return paint.yellow("incomplete") +
           fmt::format(": the chain does not come to {}; at the nearest place that it comes to, {}: {}",
                       asked, there, differs.empty() ? "nothing differs" : differs);
  }
  if (!report.claim.empty()) {
    if (drift.verdict == "at") return paint.green("at " + there) + ": every object is as the chain makes it";
    if (drift.verdict == "incomplete")
      return paint.yellow("incomplete") + ": nothing speaks against " + there +
             "; not everything could be seen";
    return paint.red("not at " + there) + " - " + differs;
  }
  if (drift.verdict == "at") return paint.green("at the head") + ": the database is as the chain makes it";
  if (drift.verdict == "overlapping-versions")
    return paint.red("overlapping versions") +
           fmt::format(
               " - the database is as the chain makes it at {}, and claims {} beside it, which comes "
               "before; Alembic refuses to upgrade it",
               place(without(drift.expected_at, drift.overlapping)), base::join(drift.overlapping, ", "));
  if (drift.verdict == "behind")
    return paint.green("behind") +
           fmt::format(": the database is at {}, as the chain makes it; {} to run", there,
                       base::count_of(drift.pending, "revision has yet", "revisions have yet"));
  if (drift.verdict == "incomplete")
    return paint.yellow("incomplete") + ": no difference in what could be compared; not everything could";
  const std::string nearest = fmt::format("at the nearest place, {}: {}", there, differs);
  if (drift.verdict == "unversioned")
    return paint.red("unversioned") + " - the database does not say which revision it is at; " +
           (differs.empty() ? "its objects are those of " + there : nearest);
  if (drift.verdict == "unknown-version")
    return paint.red("unknown version") +
           fmt::format(" - the database claims {}, which the chain does not have; {}",
                       base::join(drift.unknown_versions, ", "),
                       differs.empty() ? "its objects are those of " + there : nearest);
  if (drift.version_table.versions.empty())
    return paint.red("hybrid") + " - its objects are those of no revision; " + nearest;
  return paint.red("hybrid") + fmt::format(" - it claims {}, and is not there: {}", there, differs);
}

std::string nearest_line(const Drift& drift) {
  const drift::Nearest& nearest = drift.nearest;
  constexpr size_t kShown = 5;
  std::string alike;
  if (!nearest.alike.empty()) {
    std::vector<std::string> shown(
        nearest.alike.begin(),
        nearest.alike.begin() + static_cast<std::ptrdiff_t>(std::min(nearest.alike.size(), kShown)));
    alike = fmt::format(
        "; {}: {}{}", drift.exact ? "no object tells it from" : "as near", base::join(shown, ", "),
        nearest.alike.size() > kShown ? fmt::format(" and {} more", nearest.alike.size() - kShown) : "");
  }
  const std::string distance =
      drift.exact ? ", exactly"
                  : fmt::format(", from which {}", base::count_of(nearest.distance.all(), "object differs",
                                                                  "objects differ, parts counted"));
  return "Nearest: " + place({nearest.revision}) + distance + alike;
}

void add_objects(std::string& text, const Drift& drift, State state, const char* head, const TextStyle& style,
                 const Paint& paint) {
  std::vector<const Drifted*> all;
  for (const Drifted& each : drift.objects)
    if (each.state == state) all.push_back(&each);
  if (all.empty()) return;
  text += "\n" + paint.bold(head) + "\n";
  const size_t told = style.verbose ? all.size() : std::min(all.size(), kTold);
  for (size_t i = 0; i < told; ++i) {
    text += wrapped(base::printable(all[i]->words), "  ", style.width);
    for (const drift::Provenance& each : all[i]->provenance)
      text += wrapped(base::printable(each.evidence), "    ", style.width);
  }
  if (told < all.size()) text += fmt::format("  and {} more (--verbose)\n", all.size() - told);
}

/// What `upgrade` would do; each failure with its cause.
void add_upgrade(std::string& text, const UpgradeTried& upgrade, const TextStyle& style, const Paint& paint) {
  if (upgrade.verdict == "not-run" && upgrade.because.empty()) return;  // nobody asked
  text += "\n" + paint.bold("`upgrade`, tried on a twin without rows") + "\n";
  std::string said = upgrade.verdict == "passes"  ? "It passes"
                     : upgrade.verdict == "fails" ? "It stops"
                                                  : "Not tried";
  if (!upgrade.failed.empty()) said += " in revision " + upgrade.failed;
  if (!upgrade.because.empty()) said += ": " + upgrade.because;
  if (!upgrade.ran.empty())
    said += fmt::format("; {}{}", base::count_of(upgrade.ran.size(), "revision runs", "revisions run"),
                        upgrade.verdict == "fails" ? " before that" : "");
  text += wrapped(base::printable(said) + ".", "  ", style.width);
  for (const diagnose::Finding& finding : upgrade.findings) {
    if (finding.severity != diagnose::Severity::Error || !finding.root) continue;
    text += "  " + paint.red(base::printable(named(finding))) + "\n";
    text += wrapped(base::printable(finding.cause), "    ", style.width);
  }
  const auto more = std::count_if(
      upgrade.findings.begin(), upgrade.findings.end(),
      [](const diagnose::Finding& each) { return !each.root && each.severity == diagnose::Severity::Error; });
  if (more > 0)
    text += fmt::format("  {} from these\n",
                        base::count_of(static_cast<size_t>(more), "more follows", "more follow"));
  for (const std::string& remark : upgrade.remarks)
    text += wrapped(base::printable(remark), "  ", style.width);
}

void add_data(std::string& text, const DataInspected& data, const TextStyle& style, const Paint& paint) {
  if (!data.asked) return;
  text += "\n" + paint.bold("Rows") + "\n";
  if (data.dangers.empty() && data.questions > 0)
    text += wrapped(fmt::format("None of {} about rows that could stand in the way found one.",
                                base::count_of(data.questions, "question", "questions")),
                    "  ", style.width);
  if (data.questions == 0 && data.not_asked.empty())
    text += "  The chain is to make nothing of the database that rows could stand in the way of.\n";
  for (const DataDanger& danger : data.dangers) {
    const drift::DataQuestion& question = danger.question;
    const std::string n = base::count_of(static_cast<size_t>(danger.rows), question.noun);
    text +=
        wrapped(base::printable(fmt::format(
                    "{}{} {}", danger.rows >= drift::kMostRowsCounted ? "at least " : "", n, question.words)),
                "  ", style.width);
    const std::string by =
        question.revision.empty()
            ? std::string()
            : fmt::format("revision {}{} makes it so", question.revision,
                          question.at.known() ? " (" + base::to_string(question.at) + ")" : "");
    if (!by.empty()) text += wrapped(base::printable(by), "    ", style.width);
    if (!question.put_right.empty())
      text += wrapped(
          base::printable(question.put_right + " writes rows of the table first, and may put that right"),
          "    ", style.width);
    if (style.verbose) text += wrapped(base::printable(question.sql), "    ", style.width);
  }
  for (const drift::NotAsked& each : data.not_asked)
    text += wrapped(
        base::printable(fmt::format("not known of {}: {}", catalog::to_string(each.object), each.because)),
        "  ", style.width);
}

/// What follows from the verdict, for whoever has to decide.
std::string advice(const DriftReport& report) {
  const Drift& drift = report.drift;
  if (!report.claim.empty() || drift.objects.empty()) {
    if (drift.verdict == "unversioned" && drift.exact)
      return fmt::format(
          "Nothing differs from {}: where its data are those of that revision, too, `alembic stamp {}` makes "
          "it say so.",
          place({*drift.exact}), *drift.exact);
    if (drift.verdict == "overlapping-versions")
      return fmt::format("Take the rows that say too much out of {}: {}.", drift.version_table.table,
                         base::join(drift.overlapping, ", "));
    return {};
  }
  const std::string nearer =
      base::contains(drift.expected_at, drift.nearest.revision)
          ? ""
          : fmt::format(" `--claim {}` compares with the nearest revision.", drift.nearest.revision);
  return fmt::format("Do not stamp it as if nothing were: {} otherwise, and later revisions build on that.{}",
                     base::count_of(drift.objects.size(), "object is", "objects are"), nearer);
}

}  // namespace

int DriftReport::exit_status() const {
  const bool in_the_way = std::any_of(data.dangers.begin(), data.dangers.end(), [](const DataDanger& danger) {
    return danger.question.put_right.empty();
  });
  if (upgrade.verdict == "fails" || in_the_way) return 1;
  if (drift.verdict == "at" || drift.verdict == "behind") return 0;
  return drift.verdict == "incomplete" ? 3 : 1;
}

std::string drift_text(const DriftReport& report, const TextStyle& style) {
  const Paint paint(style.colour);
  const Drift& drift = report.drift;
  std::string text = wrapped(headline(report, paint), "", style.width) + "\n";
  const std::vector<std::string>& claimed = drift.version_table.versions;
  text += "Claimed: ";
  if (!drift.version_table.not_readable_because.empty())
    text += fmt::format("not known ({})\n",
                        base::printable(base::one_line(drift.version_table.not_readable_because)));
  else if (drift.version_table.table.empty())
    text += "nothing: there is no version table\n";
  else
    text += fmt::format("{} ({})\n", claimed.empty() ? "nothing" : base::printable(base::join(claimed, ", ")),
                        base::printable(drift.version_table.table));
  text += wrapped(base::printable(nearest_line(drift)), "", style.width);
  add_objects(text, drift, State::Missing, "Missing: the chain has it there, the database has not", style,
              paint);
  add_objects(text, drift, State::Extra, "Extra: the database has it, the chain has it not there", style,
              paint);
  add_objects(text, drift, State::Different, "Different", style, paint);
  add_noted(text, "Not compared", drift.compared.not_compared, style, paint);
  if (style.verbose) {
    add_noted(text, "The same in other words", drift.compared.renderings, style, paint);
    add_noted(text, "Left to whoever sets a database up, or to chance", drift.compared.unsaid, style, paint);
  }
  add_upgrade(text, report.upgrade, style, paint);
  add_data(text, report.data, style, paint);
  if (!drift.compared.unsaid.empty() && !style.verbose)
    text += fmt::format("\n{} to whoever sets a database up, or to chance, and not compared (--verbose).\n",
                        base::count_of(drift.compared.unsaid.size(), "object is left", "objects are left"));
  if (const std::string what = advice(report); !what.empty()) text += "\n" + wrapped(what, "", style.width);
  text += fmt::format("\n{}, PostgreSQL {}; the chain on PostgreSQL {}\n", base::printable(report.database),
                      report.server, report.scratch_server);
  for (const std::string& remark : report.remarks) text += wrapped(base::printable(remark), "", style.width);
  return text;
}

}  // namespace windlass::report
