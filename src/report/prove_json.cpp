#include <algorithm>

#include "report/finding_json.h"
#include "report/json_parts.h"
#include "report/prove_report.h"

namespace windlass::report {

namespace {

Json scenario_json(const ScenarioLine& line, bool required) {
  const run::ScenarioOutcome& outcome = line.outcome;
  Json left_out = Json::array();
  for (const run::LeftOut& left : outcome.left_out)
    left_out.push_back({{"case", text_or_null(left.name)}, {"reason", text(left.because)}});
  return {{"name", run::to_string(outcome.scenario)},
          {"verdict", line.verdict},
          {"required", required},
          {"because", text_or_null(outcome.not_run_because)},
          {"cases", outcome.cases},
          {"run", outcome.cases - std::min(outcome.cases, outcome.equal + outcome.cached)},
          {"equal", outcome.equal},
          {"cached", outcome.cached},
          {"left_out", std::move(left_out)},
          {"proven_before", texts(outcome.proven)},
          {"seconds", outcome.seconds}};
}

Json since_json(const std::optional<SinceTold>& since) {
  if (!since) return nullptr;
  Json whole = Json::array();
  for (const auto& [name, because] : since->whole)
    whole.push_back({{"scenario", name}, {"because", text(because)}});
  return {{"revision", text(since->name)},
          {"ids", texts(since->ids)},
          {"revisions", texts(since->revisions)},
          {"proven", text_or_null(since->proven)},
          {"whole", std::move(whole)}};
}

}  // namespace

std::string prove_json(const ProveReport& report) {
  const CheckReport& check = report.check;
  const run::Evidence& evidence = *check.evidence;
  const diagnose::Verdict clean = check.clean_verdict.value_or(check.verdict);
  Json scenarios = Json::array({{{"name", "clean"},
                                 {"verdict", clean == diagnose::Verdict::Sound    ? "passed"
                                             : clean == diagnose::Verdict::Broken ? "failed"
                                                                                  : "not-run"},
                                 {"required", true},
                                 {"because", nullptr},
                                 {"cases", 1},
                                 {"run", 1},
                                 {"equal", 0},
                                 {"cached", 0},
                                 {"left_out", Json::array()},
                                 {"proven_before", Json::array()},
                                 {"seconds", evidence.seconds}}});
  for (const ScenarioLine& line : check.scenarios)
    scenarios.push_back(scenario_json(line, report.required.has(run::to_string(line.outcome.scenario))));
  Json findings = Json::array();
  for (const diagnose::Finding& finding : check.findings)
    findings.push_back(finding_json(finding, Json::array({text(evidence.server_version)})));
  Json json;
  json["schema"] = "windlass.prove/1";
  json["windlass"] = WINDLASS_VERSION;
  json["project"] = text(check.project);
  json["verdict"] = to_string(report.verdict);
  json["since"] = since_json(report.since);
  json["chain"] = {{"kind", evidence.chain.kind},
                   {"revisions", evidence.chain.revisions.size()},
                   {"bases", texts(evidence.chain.bases)},
                   {"heads", texts(evidence.chain.heads)},
                   {"digest", text_or_null(evidence.chain.digest)}};
  json["inputs"] = inputs(evidence);
  json["runs"] = Json::array({{{"python", text(evidence.tool.python)},
                               {"alembic", text(evidence.tool.alembic)},
                               {"sqlalchemy", text(evidence.tool.sqlalchemy)},
                               {"driver", text(evidence.tool.driver)},
                               {"server", text(evidence.server_version)}}});
  json["scenarios"] = std::move(scenarios);
  json["findings"] = std::move(findings);
  json["lock"] = {{"file", text(report.lock_file)},
                  {"changed", report.lock_changed},
                  {"because", text_or_null(report.lock_not_because)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace windlass::report
