#include "report/check_json.h"

#include <algorithm>

#include "report/finding_json.h"
#include "report/json_parts.h"

namespace windlass::report {

namespace {

/// The versions of the servers that have it.
Json servers_of(const CheckReport& report, const diagnose::Finding& finding) {
  Json versions = Json::array();
  for (size_t i = 0; i < report.servers.size(); ++i) {
    const std::vector<size_t>& places = finding.servers;
    if (report.servers[i].evidence != nullptr &&
        (places.empty() || std::find(places.begin(), places.end(), i) != places.end()))
      versions.push_back(text(report.servers[i].version));
  }
  return versions;
}

/// Of one that was not run the version is what was asked for.
Json server_json(const ServerLine& line) {
  return {{"version", text(line.version.empty() ? line.wanted : line.version)},
          {"verdict", line.verdict},
          {"because", text_or_null(line.because)},
          {"bindir", text_or_null(line.bindir)}};
}

Json use_json(const BaselineUse& use) {
  Json gone = Json::array();
  for (const BaselineEntry& entry : use.gone)
    gone.push_back({{"file", text_or_null(entry.file)},
                    {"revision", text_or_null(entry.revision)},
                    {"code", text(entry.code)},
                    {"fingerprint", text(entry.fingerprint)},
                    {"message", text(entry.message)}});
  return {{"file", text(use.file)}, {"gone", std::move(gone)}, {"not_looked_for", use.not_looked_for}};
}

/// A scenario beyond the clean one.
Json scenario_json(const ScenarioLine& line) {
  const run::ScenarioOutcome& outcome = line.outcome;
  Json left_out = Json::array();
  for (const run::LeftOut& left : outcome.left_out)
    left_out.push_back({{"case", text_or_null(left.name)}, {"because", text(left.because)}});
  Json not_populated = Json::array();
  for (const run::NotPopulated& each : outcome.not_populated)
    not_populated.push_back(
        {{"table", text(each.table)}, {"case", text_or_null(each.name)}, {"because", text(each.because)}});
  return {{"name", run::to_string(outcome.scenario)},
          {"verdict", line.verdict},
          {"because", text_or_null(outcome.not_run_because)},
          {"cases", outcome.cases},
          {"equal", outcome.equal},
          {"cached", outcome.cached},
          {"left_out", std::move(left_out)},
          {"not_populated", std::move(not_populated)},
          {"applied", texts(outcome.applied)},
          {"failed", text_or_null(outcome.failed)},
          {"statements", outcome.statements},
          {"seconds", outcome.seconds}};
}

}  // namespace

std::string check_json(const CheckReport& report) {
  const run::Evidence& evidence = *report.evidence;
  Json applied = Json::array();
  for (const std::string& revision : applied_revisions(evidence)) applied.push_back(text(revision));
  Json findings = Json::array();
  for (const diagnose::Finding& finding : report.findings)
    findings.push_back(finding_json(finding, servers_of(report, finding)));
  const diagnose::Verdict clean = report.clean_verdict.value_or(report.verdict);
  const std::string verdict = clean == diagnose::Verdict::Sound    ? "passed"
                              : clean == diagnose::Verdict::Broken ? "failed"
                                                                   : "not-run";

  Json json;
  json["schema"] = "windlass.check/1";
  json["windlass"] = WINDLASS_VERSION;
  json["project"] = text(report.project);
  json["in_repository"] = report.git_root.empty()        ? Json(nullptr)
                          : report.from_git_root.empty() ? Json(".")
                                                         : Json(text(report.from_git_root));
  json["verdict"] = diagnose::to_string(report.verdict);
  json["chain"] = {{"kind", evidence.chain.kind},          {"revisions", evidence.chain.revisions.size()},
                   {"from_cache", from_cache(evidence)},   {"bases", texts(evidence.chain.bases)},
                   {"heads", texts(evidence.chain.heads)}, {"digest", text_or_null(evidence.chain.digest)}};
  json["inputs"] = inputs(evidence);
  json["server"] = {{"version", text(evidence.server_version)}, {"user", text_or_null(evidence.server_user)}};
  json["servers"] = Json::array();
  for (const ServerLine& line : report.servers) json["servers"].push_back(server_json(line));
  json["tool"] = {{"python", text(evidence.tool.python)},
                  {"alembic", text(evidence.tool.alembic)},
                  {"sqlalchemy", text(evidence.tool.sqlalchemy)},
                  {"driver", text(evidence.tool.driver)},
                  {"user", text(evidence.tool.user)}};
  json["isolation"] = run::to_string(evidence.isolation);
  json["scenarios"] = Json::array({{{"name", evidence.scenario},
                                    {"verdict", verdict},
                                    {"because", nullptr},
                                    {"cases", 1},
                                    {"equal", 0},
                                    {"cached", 0},
                                    {"left_out", Json::array()},
                                    {"not_populated", Json::array()},
                                    {"applied", std::move(applied)},
                                    {"failed", text_or_null(failed_revision(evidence))},
                                    {"statements", evidence.recording.statements.size()},
                                    {"seconds", evidence.seconds}}});
  for (const ScenarioLine& line : report.scenarios) json["scenarios"].push_back(scenario_json(line));
  json["findings"] = std::move(findings);
  json["went_past"] = report.went_past ? Json(report.went_past->failures) : Json(nullptr);
  json["baseline"] = report.baseline ? use_json(*report.baseline) : Json(nullptr);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string error_json(const base::Error& error) {
  Json json;
  json["schema"] = "windlass.error/1";
  json["windlass"] = WINDLASS_VERSION;
  json["attempted"] = text(error.attempted);
  json["on"] = text(error.on);
  json["got"] = text(error.got);
  json["hint"] = text(error.hint);
  json["exit"] = static_cast<int>(error.exit);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace windlass::report
