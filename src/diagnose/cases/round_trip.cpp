// Down and up again: what a downgrade leaves behind, loses or cannot do, and what that does to the next
// upgrade.
#include <fmt/core.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "diagnose/cases.h"
#include "diagnose/cases/by_rules.h"
#include "diagnose/cases/catalogs.h"
#include "diagnose/cases/outcome.h"
#include "diagnose/compose.h"
#include "diagnose/diagnose.h"
#include "run/failure.h"

namespace windlass::diagnose {

namespace {

using catalog::Change;
using catalog::Difference;

constexpr size_t kMostDrops = 6;

/// The revision whose step a run ended in; else `otherwise`.
std::string stopped_in(const run::Evidence& run, const std::string& otherwise) {
  for (const run::Step& step : run.steps)
    if (!step.finished) return step.revision;
  return otherwise;
}

/// The last place of the exception in the revision's own file, or else in the project.
const run::Frame* frame_in(const run::Evidence& run, const std::string& revision) {
  if (!run.exception) return nullptr;
  const chain::Revision* of = run.chain.find(revision);
  const run::Frame *in_file = nullptr, *in_project = nullptr;
  for (const run::Frame& frame : run.exception->frames) {
    if (of != nullptr && frame.location.file == of->file) in_file = &frame;
    if (frame.in_project) in_project = &frame;
  }
  return in_file != nullptr ? in_file : in_project;
}

/// The revision itself raises, as its last word: its author means that there is no way back.
bool refused(const run::Evidence& run, const std::string& revision) {
  if (!run.exception || run.exception->frames.empty()) return false;
  const run::Frame* own = frame_in(run, revision);
  return own == &run.exception->frames.back() && own->text.starts_with("raise");
}

Finding of_failed_downgrade(const run::RoundTrip& trip) {
  const run::Evidence& down = *trip.down;
  Finding finding;
  finding.revision = stopped_in(down, trip.revision);
  finding.severity = Severity::Warning;
  if (const run::Frame* frame = frame_in(down, finding.revision)) finding.location = frame->location;
  finding.message = said(down);
  if (refused(down, finding.revision)) {
    finding.code = "downgrade-refused";
    finding.cause = fmt::format("Revision {} has no way back: its downgrade raises {}.", finding.revision,
                                in_sentence(finding.message));
    finding.fix.summary =
        "If that is meant, nothing is to be done: a database is then taken back by a backup. Otherwise write "
        "the downgrade.";
    return finding;
  }
  finding.code = "downgrade-fails";
  if (const record::Statement* error = run::fatal_error(down)) {
    finding.sqlstate = error->error->sqlstate;
    finding.statement = short_statement(*error);
    if (error->source.location.known()) finding.location = error->source.location;
    // What still depends on what is dropped, as the server lists it.
    if (finding.sqlstate == "2BP01") finding.fix.steps = detail_lines(*error->error);
    finding.evidence.push_back(exhibit(*error, "failed", base::join(finding.fix.steps, "; ")));
  } else if (finding.location.known()) {
    finding.evidence.push_back({finding.revision, finding.location, "", "failed", "Raised here."});
  }
  finding.cause =
      fmt::format("The downgrade of revision {} fails: {}.", finding.revision, in_sentence(finding.message));
  finding.fix.summary =
      finding.fix.steps.empty()
          ? "Let the downgrade take back exactly what the upgrade does, in the opposite order; name "
            "every constraint where it is made, so that it can be dropped by its name."
          : "Let the downgrade take back exactly what the upgrade does, in the opposite order. What is to be "
            "gone before this:";
  finding.fix.do_not = "Do not leave it to the day when it is needed: then the database is half way back.";
  return finding;
}

/// "leaves type public.mood behind", "takes table public.t away", "changes column public.t.x".
std::string in_words(const std::vector<Difference>& all) {
  const auto names = [&](Change change) {
    std::vector<std::string> found;
    for (const Difference& each : all)
      if (each.change == change) found.push_back(catalog::to_string(each.object));
    if (found.size() > 4) {
      const size_t more = found.size() - 3;
      found.resize(3);
      found.push_back(fmt::format("{} more", more));
    }
    return base::join(found, ", ");
  };
  std::vector<std::string> parts;
  if (const std::string left = names(Change::Created); !left.empty())
    parts.push_back("leaves " + left + " behind");
  if (const std::string lost = names(Change::Dropped); !lost.empty())
    parts.push_back("does not bring back " + lost);
  if (const std::string changed = names(Change::Altered); !changed.empty())
    parts.push_back("leaves " + changed + " otherwise than before");
  return base::join(parts, " and ");
}

/// Why the way up does not lead to where it began; empty where it does.
struct WayUp {
  std::string trouble;
  const record::Statement* error = nullptr;
  std::vector<Difference> differences;
};

WayUp judge_way_up(const run::RoundTrip& trip, const run::Evidence& clean) {
  WayUp way;
  const run::Evidence& last = *trip.up.back();
  if (!run::succeeded(last)) {
    way.trouble = "upgrading again fails: " + in_sentence(said(last));
    way.error = run::fatal_error(last);
    return way;
  }
  if (!last.after_read) return way;
  way.differences =
      by_themselves(differences(trip.upper, last.after, clean, "the first upgrade", "the second"));
  if (!way.differences.empty())
    way.trouble = "upgrading again gives another catalog: " + listed(way.differences);
  return way;
}

/// What the rules say of an upgrade that fails though nothing was left: then it is the cut that breaks it, as
/// in any other run of several processes.
std::vector<Finding> roots_by_rules(const run::CaseRun& run, const SourceLines& source) {
  std::vector<Finding> findings = by_rules(run, source);
  std::erase_if(findings, [](const Finding& finding) {
    return finding.severity != Severity::Error || !finding.root || finding.incomplete;
  });
  return findings;
}

bool sent_something(const run::Evidence& run, const std::string& revision) {
  return std::any_of(run.recording.statements.begin(), run.recording.statements.end(),
                     [&](const record::Statement& statement) {
                       return statement.source.revision == revision &&
                              statement.source.operation != "version";
                     });
}

/// A revision on the way down whose upgrade does something and whose downgrade sends nothing, `preferred`
/// where it is one; empty where there is none. Many write so that there is no way back, where others let it
/// raise.
std::string without_way_back(const run::RoundTrip& trip, const run::Evidence& clean,
                             const std::string& preferred) {
  std::string found;
  for (const run::Step& step : trip.down->steps) {
    const std::string& id = step.revision;
    if (sent_something(*trip.down, id) || !sent_something(clean, id)) continue;
    if (found.empty() || id == preferred) found = id;
  }
  return found;
}

/// In front of what is left: that the downgrade of `none` does nothing; nothing where there is no such
/// revision.
std::string none_in_words(const std::string& none, const std::string& trip_revision) {
  if (none.empty()) return "";
  return none == trip_revision ? "does nothing: it "
                               : fmt::format("passes revision {}, whose downgrade does nothing: it ", none);
}

/// The statements that a downgrade lacks for what it leaves behind, as far as a name is all they need; what
/// may use another object before it.
std::vector<std::string> drops_of(const std::vector<Difference>& left) {
  static constexpr std::pair<std::string_view, std::string_view> kKinds[] = {
      {"view", "VIEW"},   {"materialized view", "MATERIALIZED VIEW"},
      {"table", "TABLE"}, {"sequence", "SEQUENCE"},
      {"type", "TYPE"},   {"schema", "SCHEMA"}};
  std::vector<std::string> steps;
  for (const auto& [kind, words] : kKinds)
    for (const Difference& each : left)
      if (each.change == Change::Created && each.object.kind == kind && steps.size() < kMostDrops)
        steps.push_back(fmt::format(
            "op.execute({})", python_strings({fmt::format("DROP {} {}", words, sql_name_of(each.object))})));
  return steps;
}

const record::Statement* maker_in(const run::CaseRun& run, const catalog::Object& object) {
  const record::Statement* maker = nullptr;
  for (auto at = run.before.rbegin(); at != run.before.rend() && maker == nullptr; ++at)
    maker = maker_of(**at, object);
  return maker;
}

}  // namespace

std::vector<Finding> round_trip_findings(const run::CaseRun& run, const SourceLines& source) {
  const run::RoundTrip& trip = *run.round_trip;
  const run::Evidence &down = *trip.down, &clean = *run.clean;
  const bool whole = trip.revision.empty();
  std::vector<Finding> findings;
  if (!run::succeeded(down)) {
    findings.push_back(of_failed_downgrade(trip));
    findings.back().whole_way = whole;
    return findings;
  }
  std::vector<Difference> left;
  if (trip.lower_known && down.after_read) {
    left = differences(trip.lower, down.after, clean, "the catalog before it", "the catalog after it");
    // What env.py makes for every run is no revision's to take back.
    std::erase_if(left, [&](const Difference& each) {
      const record::Statement* maker = each.change == Change::Created ? maker_in(run, each.object) : nullptr;
      return maker != nullptr && maker->source.revision.empty();
    });
    left = by_themselves(std::move(left));
  }
  const WayUp up = judge_way_up(trip, clean);
  if (left.empty() && up.trouble.empty()) return {};
  const std::string none = without_way_back(
      trip, clean, whole && up.error != nullptr ? stopped_in(*trip.up.back(), "") : trip.revision);
  if (left.empty() && up.error != nullptr && none.empty())
    if (std::vector<Finding> found = roots_by_rules(run, source); !found.empty()) {
      for (Finding& each : found) each.whole_way = whole;
      return found;
    }

  Finding finding;
  finding.whole_way = whole;
  finding.revision =
      whole && !run::succeeded(*trip.up.back()) ? stopped_in(*trip.up.back(), "") : trip.revision;
  if (up.error != nullptr) {
    finding.sqlstate = up.error->error->sqlstate;
    finding.message = up.error->error->message;
    finding.statement = short_statement(*up.error);
    finding.location = up.error->source.location;
  }
  const std::string who =
      whole ? std::string("The way down to the base") : "The downgrade of revision " + trip.revision;
  if (!left.empty()) {
    finding.code = "downgrade-incomplete";
    finding.object = left.front().object;
    if (const record::Statement* maker = maker_in(run, *finding.object)) {
      finding.evidence.push_back(exhibit(*maker, "", "What is not taken back."));
      if (!finding.location.known()) finding.location = maker->source.location;
      if (finding.revision.empty()) finding.revision = maker->source.revision;
    }
    const std::string then = up.trouble.empty() ? "; upgrading again goes well" : ", and " + up.trouble;
    finding.cause = fmt::format("{} {}{}{}.", who, none_in_words(none, trip.revision), in_words(left), then);
    finding.severity = !up.trouble.empty() && none.empty()     ? Severity::Error
                       : up.trouble.empty() && only_more(left) ? Severity::Info
                                                               : Severity::Warning;
    finding.fix.summary =
        "Let the downgrade take back everything that the upgrade does, in the opposite order.";
    if (std::vector<std::string> drops = drops_of(left); none.empty() && !drops.empty()) {
      finding.fix.steps = {"At the end of the downgrade, where it does not drop it otherwise:"};
      finding.fix.steps.insert(finding.fix.steps.end(), drops.begin(), drops.end());
    }
    finding.fix.do_not =
        "Do not make the upgrade tolerate what is left (IF NOT EXISTS, checkfirst): it may be something else "
        "by then. And no CASCADE: it takes what others made.";
  } else {
    finding.code = "round-trip-broken";
    finding.cause = fmt::format("{} {}leaves nothing that windlass can see, and yet {}.", who,
                                none_in_words(none, trip.revision), up.trouble);
    if (!none.empty()) finding.severity = Severity::Warning;
    finding.fix.summary =
        "See what the upgrade relies on that the downgrade does not restore: rows, or a test of "
        "what is there.";
  }
  if (!none.empty())
    finding.fix.summary =
        "If no way back is meant, let the downgrade raise: Alembic then refuses it, where now it takes the "
        "revision for undone. Otherwise write the downgrade.";
  if (up.error != nullptr)
    finding.evidence.push_back(exhibit(*up.error, "failed", "In the upgrade after the downgrade."));
  for (const Difference& each : left) finding.evidence.push_back({"", {}, "", "", each.sentence});
  for (const Difference& each : up.differences) finding.evidence.push_back({"", {}, "", "", each.sentence});
  finding.root = finding.severity != Severity::Info;
  findings.push_back(std::move(finding));
  return findings;
}

}  // namespace windlass::diagnose
