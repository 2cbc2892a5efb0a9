#include "diagnose/on_a_twin.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "catalog/wholes.h"
#include "diagnose/name.h"

namespace windlass::diagnose {

namespace {

/// "Nobody in the chain makes it": said by the rules about what is not there.
bool says_nobody(const Finding& finding) {
  static constexpr std::array<std::string_view, 4> kCodes = {"never-created", "only-in-models",
                                                             "created-elsewhere", "name-misspelt"};
  return finding.object && std::find(kCodes.begin(), kCodes.end(), finding.code) != kCodes.end();
}

/// Whatever the server may call a relation.
bool in_pg_class(const std::string& kind) {
  return catalog::is_relation(kind) || kind == "sequence" || kind == "index" || kind == "relation";
}

/// `missing`: as the server's message names it: "people", "app.people". `real`: "app.people".
bool is_meant(const catalog::Object& missing, const catalog::Object& real) {
  const bool kind = missing.kind == real.kind || (in_pg_class(missing.kind) && in_pg_class(real.kind));
  return kind && (real.name == missing.name || real.name.ends_with("." + missing.name));
}

const drift::Drifted* missing_of(const Finding& finding, const drift::Drift& drift) {
  for (const drift::Drifted& each : drift.objects)
    if (each.state == drift::State::Missing && is_meant(*finding.object, each.object)) return &each;
  return nullptr;
}

std::string sentence_head(const Finding& finding) {
  return fmt::format("Revision {}{} needs the {} \"{}\"", finding.revision,
                     finding.location.known() ? " (" + base::to_string(finding.location) + ")" : "",
                     finding.object->kind, finding.object->name);
}

void made_by_a_claimed_one(Finding& finding, const drift::Provenance& maker, const drift::Drift& drift) {
  const std::string place = maker.at.known() ? " (" + base::to_string(maker.at) + ")" : "";
  finding.cause = fmt::format(
      "{}, which revision {}{} makes: the database claims to have passed that revision, and has it not.",
      sentence_head(finding), maker.revision, place);
  finding.code = "never-created";
  finding.evidence.insert(finding.evidence.begin(), {maker.revision, maker.at, "", "", "Would create it."});
  finding.fix = {};
  finding.fix.summary = "Make the database what it claims to be, and upgrade it then.";
  for (const std::string& revision : drift.expected_at)
    finding.fix.steps.push_back(
        fmt::format("The statements for it:\nwindlass diff --sql DATABASE chain@{}", revision));
  finding.fix.do_not =
      "Do not create it in a later revision: databases that have passed the earlier one have it already.";
}

void not_seen(Finding& finding, const drift::Drift& drift) {
  finding.cause = fmt::format(
      "{}, which the database has not. Whether a revision up to {}, which the database claims, makes it was "
      "not seen: on a clean database the chain breaks before.",
      sentence_head(finding), base::join(drift.version_table.versions, ", "));
  finding.code = "never-created";
  finding.fix = {};
  finding.fix.summary = "Mend the chain first (windlass check); then see again what the database lacks.";
}

}  // namespace

void as_claimed(std::vector<Finding>& findings, const drift::Drift& drift) {
  for (Finding& finding : findings) {
    if (!says_nobody(finding)) continue;
    const drift::Drifted* missing = missing_of(finding, drift);
    const auto maker = [&] {
      return std::find_if(missing->provenance.begin(), missing->provenance.end(),
                          [](const drift::Provenance& each) { return each.by == "revision"; });
    };
    if (missing != nullptr && maker() != missing->provenance.end())
      made_by_a_claimed_one(finding, *maker(), drift);
    else if (drift.out_of_reach)
      not_seen(finding, drift);
  }
}

}  // namespace windlass::diagnose
