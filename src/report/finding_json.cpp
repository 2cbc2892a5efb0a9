#include "report/finding_json.h"

#include <utility>

namespace windlass::report {

Json finding_json(const diagnose::Finding& finding, Json servers) {
  Json evidence = Json::array();
  for (const diagnose::Exhibit& exhibit : finding.evidence)
    evidence.push_back({{"revision", text_or_null(exhibit.revision)},
                        {"location", location(exhibit.location)},
                        {"helper", location(exhibit.helper)},
                        {"statement", text_or_null(exhibit.statement)},
                        {"effect", text_or_null(exhibit.effect)},
                        {"note", text_or_null(exhibit.note)}});
  Json steps = Json::array();
  for (const std::string& step : finding.fix.steps) steps.push_back(text(step));
  Json json;
  json["id"] = finding.id;
  json["code"] = finding.code;
  json["severity"] = diagnose::to_string(finding.severity);
  json["incomplete"] = finding.incomplete;
  json["sqlstate"] = text_or_null(finding.sqlstate);
  json["message"] = text_or_null(finding.message);
  json["revision"] = text_or_null(finding.revision);
  json["location"] = location(finding.location);
  json["statement"] = text_or_null(finding.statement);
  json["object"] = finding.object ? Json{{"kind", finding.object->kind}, {"name", text(finding.object->name)}}
                                  : Json(nullptr);
  json["cause"] = text(finding.cause);
  json["evidence"] = std::move(evidence);
  json["root"] = finding.root;
  json["follows_from"] = finding.follows_from ? Json(*finding.follows_from) : Json(nullptr);
  json["certainty"] = diagnose::to_string(finding.certainty);
  json["scenario"] = finding.scenario;
  json["case"] = text_or_null(finding.case_name);
  json["occurs"] = Json::array();
  if (finding.occurs.empty())
    json["occurs"].push_back({{"scenario", finding.scenario}, {"case", text_or_null(finding.case_name)}});
  for (const diagnose::Occurrence& occurrence : finding.occurs)
    json["occurs"].push_back({{"scenario", occurrence.scenario}, {"case", text_or_null(occurrence.name)}});
  json["servers"] = std::move(servers);
  json["fingerprint"] = finding.fingerprint;
  json["fix"] = {{"summary", text(finding.fix.summary)},
                 {"steps", std::move(steps)},
                 {"do_not", text(finding.fix.do_not)}};
  json["suppressed"] = finding.suppressed ? Json{{"by", finding.suppressed->by},
                                                 {"reason", text(finding.suppressed->reason)},
                                                 {"location", location(finding.suppressed->location)}}
                                          : Json(nullptr);
  json["known"] = finding.known ? Json(*finding.known) : Json(nullptr);
  return json;
}

}  // namespace windlass::report
