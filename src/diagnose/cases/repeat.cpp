// The same chain once more, by a fresh interpreter with another hash seed and perhaps on another day: the
// catalogs must be equal.
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "diagnose/cases.h"
#include "diagnose/cases/catalogs.h"
#include "diagnose/compose.h"
#include "diagnose/diagnose.h"

namespace windlass::diagnose {

namespace {

using catalog::Difference;

constexpr size_t kShown = 10;

/// What one statement's place does otherwise from run to run.
struct Place {
  const record::Statement* one = nullptr;    // in the clean run
  const record::Statement* other = nullptr;  // in the repeated one
  std::vector<Difference> differences;
};

Finding finding_of(const Place& place) {
  Finding finding;
  finding.code = "not-deterministic";
  const record::Statement* statement = place.one != nullptr ? place.one : place.other;
  std::string who = "Something that windlass cannot trace";
  if (statement != nullptr) {
    finding.revision = statement->source.revision;
    finding.location = statement->source.location;
    finding.statement = short_statement(*statement);
    who = statement->source.revision.empty() ? std::string("A statement outside any revision")
                                             : "Revision " + statement->source.revision;
  }
  finding.cause = fmt::format("{} does not do the same each time: {}.", who, listed(place.differences));
  if (place.one != nullptr) finding.evidence.push_back(exhibit(*place.one, "", "In the one run."));
  if (place.other != nullptr) finding.evidence.push_back(exhibit(*place.other, "", "In the other run."));
  for (size_t i = 0; i < place.differences.size() && i < kShown; ++i)
    finding.evidence.push_back({"", {}, "", "", place.differences[i].sentence});
  finding.fix.summary =
      "Write names and definitions out: they must not come from chance, the clock or the "
      "order of a set.";
  finding.fix.steps = {
      "A set, and what is built from one, is ordered by a seed that differs in every process: sort it.",
      "What uuid4(), random and datetime.now() give is another thing each time: write down what they gave."};
  finding.fix.do_not =
      "Do not fix PYTHONHASHSEED instead: whoever runs the chain without it gets another schema.";
  Finding alike = finding;
  alike.cause = finding.revision + " " + finding.location.file;
  finding.fingerprint = fingerprint(alike);
  return finding;
}

}  // namespace

std::vector<Finding> repeat_findings(const run::CaseRun& run, const SourceLines& source) {
  const run::Evidence &clean = *run.clean, &again = *run.runs.back();
  if (!run::succeeded(again) || !again.after_read) return upgrade_findings(run, source);
  const auto found = by_themselves(differences(clean.after, again.after, clean, "one run", "another"));
  // By the place in the source: a name of chance is one object in the one run and another in the other.
  std::map<std::string, Place> places;
  for (const Difference& each : found) {
    const record::Statement* one = maker_of(clean, each.object);
    const record::Statement* other = maker_of(again, each.object);
    const record::Statement* any = one != nullptr ? one : other;
    const std::string key =
        any == nullptr ? "" : any->source.revision + "\n" + base::to_string(any->source.location);
    Place& place = places[key];
    if (place.one == nullptr) place.one = one;
    if (place.other == nullptr) place.other = other;
    place.differences.push_back(each);
  }
  std::vector<Finding> findings;
  for (const auto& [key, place] : places) findings.push_back(finding_of(place));
  return findings;
}

}  // namespace windlass::diagnose
