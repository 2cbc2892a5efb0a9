#include "report/drift_json.h"

#include "report/finding_json.h"
#include "report/json_parts.h"

namespace windlass::report {

namespace {

using drift::Drifted;

Json drifted_json(const Drifted& drifted) {
  Json parts = Json::object();
  for (const auto& [kind, n] : drifted.parts) parts[kind] = n;
  Json provenance = Json::array();
  for (const drift::Provenance& each : drifted.provenance)
    provenance.push_back({{"by", each.by},
                          {"revision", text_or_null(each.revision)},
                          {"location", location(each.at)},
                          {"certainty", text_or_null(each.certainty)},
                          {"evidence", text(each.evidence)}});
  return {{"object", object(drifted.object)},
          {"state", to_string(drifted.state)},
          {"parts", std::move(parts)},
          {"equal_at", texts(drifted.equal_at)},
          {"expected", definition(drifted.expected)},
          {"actual", definition(drifted.actual)},
          {"sentence", text(drifted.words)},
          {"provenance", std::move(provenance)}};
}

Json data_json(const DataInspected& data) {
  Json dangers = Json::array();
  for (const DataDanger& danger : data.dangers) {
    const drift::DataQuestion& question = danger.question;
    dangers.push_back({{"object", object(question.object)},
                       {"table", text(question.table)},
                       {"counted", question.noun},
                       {"count", danger.rows},
                       {"or_more", danger.rows >= drift::kMostRowsCounted},
                       {"sentence", text(question.words)},
                       {"revision", text_or_null(question.revision)},
                       {"location", location(question.at)},
                       {"put_right", text_or_null(question.put_right)},
                       {"query", text(question.sql)}});
  }
  Json not_asked = Json::array();
  for (const drift::NotAsked& each : data.not_asked)
    not_asked.push_back({{"object", object(each.object)}, {"because", text(each.because)}});
  return {{"inspected", data.asked},
          {"questions", data.questions},
          {"dangers", std::move(dangers)},
          {"not_known", std::move(not_asked)}};
}

Json upgrade_json(const DriftReport& report) {
  const UpgradeTried& upgrade = report.upgrade;
  Json findings = Json::array();
  for (const diagnose::Finding& each : upgrade.findings)
    findings.push_back(finding_json(each, Json::array({text(report.scratch_server)})));
  return {{"to", texts(report.drift.heads)},
          {"verdict", upgrade.verdict},
          {"because", text_or_null(upgrade.because)},
          {"failed", text_or_null(upgrade.failed)},
          {"applied", texts(upgrade.ran)},
          {"findings", std::move(findings)},
          {"remarks", texts(upgrade.remarks)}};
}

}  // namespace

std::string drift_json(const DriftReport& report) {
  const drift::Drift& drift = report.drift;
  Json json;
  json["schema"] = "windlass.drift/1";
  json["windlass"] = WINDLASS_VERSION;
  json["verdict"] = drift.verdict;
  json["database"] = {{"name", text(report.database)}, {"server", text_or_null(report.server)}};
  json["scratch_server"] = text(report.scratch_server);
  json["claimed"] = texts(drift.version_table.versions);
  json["unknown_versions"] = texts(drift.unknown_versions);
  json["overlapping_versions"] = texts(drift.overlapping);
  json["heads"] = texts(drift.heads);
  json["expected_at"] = texts(drift.expected_at);
  json["out_of_reach"] = drift.out_of_reach;
  json["exact"] = drift.exact ? text(*drift.exact) : Json(nullptr);
  json["nearest"] = {{"revision", text(drift.nearest.revision)},
                     {"missing", drift.nearest.distance.missing},
                     {"extra", drift.nearest.distance.extra},
                     {"different", drift.nearest.distance.different},
                     {"alike", texts(drift.nearest.alike)}};
  json["pending"] = drift.pending;
  json["objects"] = Json::array();
  for (const Drifted& each : drift.objects) json["objects"].push_back(drifted_json(each));
  json["upgrade"] = upgrade_json(report);
  json["data"] = data_json(report.data);
  json["not_compared"] = noted(drift.compared.not_compared);
  json["renderings"] = noted(drift.compared.renderings);
  json["unsaid"] = noted(drift.compared.unsaid);
  json["ignored"] = Json::array();
  for (const catalog::Ignored& each : drift.ignored)
    json["ignored"].push_back({{"owner", text(each.owner)}, {"objects", each.objects}});
  json["remarks"] = texts(report.remarks);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace windlass::report
