#include "diagnose/kept_findings.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "diagnose/cases/outcome.h"
#include "run/failure.h"

namespace windlass::diagnose {

namespace {

using nlohmann::json;

/// What is made of the runs of a case, those that led to it and the clean run, and of nothing else. The codes
/// of the rules are none of them: rules look for what is missing in all sources around the project, and ask
/// which extensions the server has.
constexpr std::array<std::string_view, 15> kOfTheRuns = {"downgrade-fails",
                                                         "downgrade-incomplete",
                                                         "downgrade-refused",
                                                         "fails-with-rows",
                                                         "head-differs-from-models",
                                                         "interrupted-differs",
                                                         "interrupted-fails",
                                                         "labels-differ-from-models",
                                                         "missing-at-head",
                                                         "not-null-without-backfill",
                                                         "replay-changes-rows",
                                                         "replay-differs",
                                                         "replay-fails",
                                                         "round-trip-broken",
                                                         "rows-do-not-fit"};

/// What the server's own state has a part in, or time: resources, files of extensions, other sessions,
/// limits.
bool of_the_moment(const std::string& sqlstate) {
  static constexpr std::array<std::string_view, 9> kClasses = {"08", "0A", "40", "53", "54",
                                                               "55", "57", "58", "XX"};
  return sqlstate.size() != 5 || std::any_of(kClasses.begin(), kClasses.end(),
                                             [&](std::string_view one) { return sqlstate.starts_with(one); });
}

/// Whether the run ended well, by an error of the server on what it was sent, or because the project itself
/// raised. An exception out of a library, or that followed on another, may be about a file that was not
/// there.
bool ended_for_a_known_reason(const run::Evidence& run) {
  if (!came_to_an_end(run) || run.exit_signal != 0 || !run.deadlocks.empty()) return false;
  if (run::succeeded(run)) return true;
  if (const record::Statement* error = run::fatal_error(run)) return !of_the_moment(error->error->sqlstate);
  if (!run.exception || run.exception->frames.empty() || !run.exception->first) return false;
  const run::Frame& last = run.exception->frames.back();
  return last.in_project && last.text.starts_with("raise");
}

json to_json(const base::Location& at) { return {at.file, at.line, at.column}; }

base::Location location_of(const json& item) {
  return {item.at(0).get<std::string>(), item.at(1).get<int>(), item.at(2).get<int>()};
}

json to_json(const Exhibit& exhibit) {
  return {exhibit.revision, to_json(exhibit.location), exhibit.statement, exhibit.effect,
          exhibit.note,     to_json(exhibit.helper)};
}

Exhibit exhibit_of(const json& item) {
  return {item.at(0).get<std::string>(), location_of(item.at(1)),       item.at(2).get<std::string>(),
          item.at(3).get<std::string>(), item.at(4).get<std::string>(), location_of(item.at(5))};
}

json to_json(const Finding& finding) {
  json evidence = json::array();
  for (const Exhibit& exhibit : finding.evidence) evidence.push_back(to_json(exhibit));
  json item = {{"id", finding.id},
               {"code", finding.code},
               {"severity", static_cast<int>(finding.severity)},
               {"incomplete", finding.incomplete},
               {"sqlstate", finding.sqlstate},
               {"message", finding.message},
               {"revision", finding.revision},
               {"location", to_json(finding.location)},
               {"statement", finding.statement},
               {"statement_number", finding.statement_number},
               {"cause", finding.cause},
               {"evidence", std::move(evidence)},
               {"root", finding.root},
               {"certainty", static_cast<int>(finding.certainty)},
               {"whole_way", finding.whole_way},
               {"fingerprint", finding.fingerprint},
               {"fix", {finding.fix.summary, finding.fix.steps, finding.fix.do_not}}};
  if (finding.object) item["object"] = {finding.object->kind, finding.object->name};
  if (finding.follows_from) item["follows_from"] = *finding.follows_from;
  return item;
}

Finding finding_of(const json& item) {
  Finding finding;
  finding.id = item.at("id").get<int>();
  finding.code = item.at("code").get<std::string>();
  finding.severity = static_cast<Severity>(item.at("severity").get<int>());
  finding.incomplete = item.at("incomplete").get<bool>();
  finding.sqlstate = item.at("sqlstate").get<std::string>();
  finding.message = item.at("message").get<std::string>();
  finding.revision = item.at("revision").get<std::string>();
  finding.location = location_of(item.at("location"));
  finding.statement = item.at("statement").get<std::string>();
  finding.statement_number = item.at("statement_number").get<int>();
  finding.cause = item.at("cause").get<std::string>();
  for (const json& exhibit : item.at("evidence")) finding.evidence.push_back(exhibit_of(exhibit));
  finding.root = item.at("root").get<bool>();
  finding.certainty = static_cast<Certainty>(item.at("certainty").get<int>());
  finding.whole_way = item.at("whole_way").get<bool>();
  finding.fingerprint = item.at("fingerprint").get<std::string>();
  const json& fix = item.at("fix");
  finding.fix = {fix.at(0).get<std::string>(), fix.at(1).get<std::vector<std::string>>(),
                 fix.at(2).get<std::string>()};
  if (const auto object = item.find("object"); object != item.end())
    finding.object = catalog::Object{object->at(0).get<std::string>(), object->at(1).get<std::string>()};
  if (const auto from = item.find("follows_from"); from != item.end())
    finding.follows_from = from->get<int>();
  return finding;
}

}  // namespace

bool would_be_found_again(const run::CaseRun& run, const std::vector<Finding>& findings) {
  // The steps of the walk are one case, and others equal this one: what is told again is told of one alone.
  if (!findings.empty() && (run.scenario == run::Scenario::Stepwise || !run.equal.empty())) return false;
  const bool known = std::all_of(run.runs.begin(), run.runs.end(), [](const run::SharedEvidence& each) {
    return ended_for_a_known_reason(*each);
  });
  return known && std::all_of(findings.begin(), findings.end(), [](const Finding& finding) {
           return !finding.incomplete &&
                  std::find(kOfTheRuns.begin(), kOfTheRuns.end(), finding.code) != kOfTheRuns.end();
         });
}

std::string kept_findings(const KeptFindings& kept) {
  json findings = json::array();
  for (const Finding& finding : kept.findings) findings.push_back(to_json(finding));
  const std::vector<uint8_t> packed = json::to_msgpack({kept.came_through, std::move(findings)});
  return {packed.begin(), packed.end()};
}

std::optional<KeptFindings> read_kept_findings(std::string_view bytes) {
  const json all = json::from_msgpack(bytes.begin(), bytes.end(), true, false);
  try {
    KeptFindings kept;
    kept.came_through = all.at(0).get<bool>();
    for (const json& item : all.at(1)) kept.findings.push_back(finding_of(item));
    return kept;
  } catch (const json::exception&) {
    return std::nullopt;  // damaged
  }
}

void seen_in(Finding& finding, run::Scenario scenario, const std::string& name) {
  finding.scenario = run::to_string(scenario);
  finding.case_name = name;
  finding.occurs = {{finding.scenario, name}};
}

}  // namespace windlass::diagnose
