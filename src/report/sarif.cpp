#include "report/sarif.h"

#include <fmt/core.h>

#include <map>

#include "base/text.h"
#include "edit/lines.h"
#include "report/json_parts.h"
#include "report/page.h"
#include "report/repository_path.h"
#include "report/servers.h"
#include "report/where_found.h"

namespace windlass::report {

namespace {

using diagnose::Finding;
using diagnose::Severity;

std::string level(const Finding& finding) {
  if (finding.incomplete) return "warning";
  switch (finding.severity) {
    case Severity::Error:
      return "error";
    case Severity::Warning:
      return "warning";
    case Severity::Info:
      return "note";
  }
  return "note";
}

Json message(const std::string& value) { return {{"text", text(value)}}; }

/// Null for a place that is not known, or not in the repository.
Json physical_location(const base::Location& at, const CheckReport& report) {
  const std::string file = at.known() ? in_repository(at.file, report) : "";
  if (file.empty()) return nullptr;
  Json json;
  json["artifactLocation"] = {{"uri", relative_uri(file)}, {"uriBaseId", "%SRCROOT%"}};
  if (at.line > 0) {
    json["region"] = {{"startLine", at.line}};
    if (at.column > 0) json["region"]["startColumn"] = at.column;
  }
  return json;
}

/// The lines of the evidence that have a place, and what each of them shows.
Json related_locations(const Finding& finding, const CheckReport& report) {
  Json related = Json::array();
  const auto add = [&](const base::Location& at, const std::string& note) {
    Json place = physical_location(at, report);
    if (place.is_null()) return;
    related.push_back(
        {{"id", related.size() + 1}, {"physicalLocation", std::move(place)}, {"message", message(note)}});
  };
  for (const diagnose::Exhibit& exhibit : finding.evidence) {
    std::string note = exhibit.effect;
    for (const std::string& part : {exhibit.statement, exhibit.note})
      if (!part.empty()) note += (note.empty() ? "" : ": ") + part;
    add(exhibit.location, note.empty() ? finding.code : note);
    add(exhibit.helper, "the function that sent it");
  }
  return related;
}

Json suppressions(const Finding& finding, const CheckReport& report) {
  // Where some results have it, all must; an empty list says "not suppressed".
  Json list = Json::array();
  if (!finding.suppressed) return list;
  Json one;
  one["kind"] = finding.suppressed->by == "source" ? "inSource" : "external";
  one["status"] = "accepted";
  one["justification"] = text(finding.suppressed->reason);
  if (Json place = physical_location(finding.suppressed->location, report); !place.is_null())
    one["location"] = {{"physicalLocation", std::move(place)}};
  list.push_back(std::move(one));
  return list;
}

std::string said(const CheckReport& report, const Finding& finding) {
  std::string words = cause_with_servers(report, finding);
  if (!finding.message.empty()) words += "\n\nSaid: " + finding.message;
  if (const std::string where = where_found(finding); !where.empty()) words += "\n\n" + where;
  if (!finding.fix.summary.empty()) words += "\n\n" + finding.fix.summary;
  return words;
}

Json result(const Finding& finding, const CheckReport& report, size_t rule) {
  Json json;
  json["ruleId"] = finding.code;
  json["ruleIndex"] = rule;
  json["level"] = level(finding);
  json["message"] = message(said(report, finding));
  if (Json place = physical_location(finding.location, report); !place.is_null())
    json["locations"] = Json::array({{{"physicalLocation", std::move(place)}}});
  if (Json related = related_locations(finding, report); !related.empty())
    json["relatedLocations"] = std::move(related);
  json["partialFingerprints"] = {{"windlass/v1", finding.fingerprint}};
  json["suppressions"] = suppressions(finding, report);
  if (finding.known) json["baselineState"] = *finding.known ? "unchanged" : "new";
  json["properties"] = {{"revision", text_or_null(finding.revision)},
                        {"certainty", diagnose::to_string(finding.certainty)},
                        {"incomplete", finding.incomplete},
                        {"root", finding.root},
                        {"followsFrom", finding.follows_from ? Json(*finding.follows_from) : Json(nullptr)}};
  return json;
}

/// The fix object (section 3.55): each edit is a region of the file as it is, and what takes its place.
Json sarif_fix(const SarifFix& fix, const CheckReport& report) {
  Json changes = Json::array();
  for (const fix::FileChange* file : fix.files) {
    const std::string name = in_repository(file->file, report);
    if (name.empty()) continue;
    const edit::Lines lines(file->before);
    Json replacements = Json::array();
    for (const edit::Edit& each : file->edits) {
      const edit::Position from = lines.position_at(each.begin), to = lines.position_at(each.end);
      replacements.push_back({{"deletedRegion",
                               {{"startLine", from.line},
                                {"startColumn", from.column},
                                {"endLine", to.line},
                                {"endColumn", to.column}}},
                              {"insertedContent", {{"text", text(each.text)}}}});
    }
    changes.push_back({{"artifactLocation", {{"uri", relative_uri(name)}, {"uriBaseId", "%SRCROOT%"}}},
                       {"replacements", std::move(replacements)}});
  }
  return {{"description", message(fix.description)}, {"artifactChanges", std::move(changes)}};
}

Json rule(const Finding& finding) {
  const Page page = page_about(finding.code);
  Json json;
  json["id"] = finding.code;
  json["shortDescription"] = message(page.title.empty() ? finding.code : page.title);
  if (!page.meaning.empty()) json["fullDescription"] = message(page.meaning);
  json["help"] = {{"text", text(page.markdown.empty() ? "windlass explain " + finding.code : page.markdown)},
                  {"markdown", text(page.markdown)}};
  if (page.markdown.empty()) json["help"].erase("markdown");
  json["defaultConfiguration"] = {{"level", level(finding)}};
  return json;
}

Json document(Json rules, Json invocation, Json results, Json properties) {
  Json run;
  run["tool"]["driver"] = {
      {"name", "windlass"}, {"semanticVersion", WINDLASS_VERSION}, {"rules", std::move(rules)}};
  run["invocations"] = Json::array({std::move(invocation)});
  run["originalUriBaseIds"]["%SRCROOT%"]["description"] =
      message("The root of the git repository, or the project's folder where there is none.");
  run["columnKind"] = "unicodeCodePoints";
  run["results"] = std::move(results);
  run["properties"] = std::move(properties);
  Json json;
  json["$schema"] =
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
  json["version"] = "2.1.0";
  json["runs"] = Json::array({std::move(run)});
  return json;
}

std::string dump(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

}  // namespace

std::string check_sarif(const CheckReport& report, const std::vector<SarifFix>& fixes) {
  Json rules = Json::array(), results = Json::array();
  std::map<std::string, size_t> index;
  for (const Finding& finding : report.findings) {
    const auto [at, fresh] = index.emplace(finding.code, rules.size());
    if (fresh) rules.push_back(rule(finding));
    results.push_back(result(finding, report, at->second));
    for (const SarifFix& each : fixes)
      if (each.finding == finding.id) results.back()["fixes"].push_back(sarif_fix(each, report));
  }
  Json invocation;
  // Without a verdict on the whole chain, an empty list of results is no good news.
  invocation["executionSuccessful"] = report.verdict != diagnose::Verdict::Incomplete;
  invocation["exitCode"] = report.exit_status;
  if (report.verdict == diagnose::Verdict::Incomplete)
    invocation["toolExecutionNotifications"] = Json::array(
        {{{"level", "warning"}, {"message", message("Windlass could not look at all of the chain.")}}});
  for (const std::string& words : servers_not_run(report))
    invocation["toolExecutionNotifications"].push_back({{"level", "warning"}, {"message", message(words)}});
  return dump(document(std::move(rules), std::move(invocation), std::move(results),
                       {{"verdict", diagnose::to_string(report.verdict)}}));
}

std::string error_sarif(const base::Error& error) {
  Json invocation;
  invocation["executionSuccessful"] = false;
  invocation["exitCode"] = static_cast<int>(error.exit);
  invocation["toolExecutionNotifications"] =
      Json::array({{{"level", "error"}, {"message", message(base::describe(error))}}});
  return dump(document(Json::array(), std::move(invocation), Json::array(), Json::object()));
}

}  // namespace windlass::report
