#include "report/gitlab.h"

#include <map>

#include "base/digest.h"
#include "base/text.h"
#include "report/json_parts.h"
#include "report/repository_path.h"
#include "report/servers.h"
#include "report/where_found.h"

namespace windlass::report {

namespace {

using diagnose::Finding;
using diagnose::Severity;

std::string severity(const Finding& finding) {
  if (finding.incomplete) return "major";
  switch (finding.severity) {
    case Severity::Error:
      return finding.root ? "critical" : "major";
    case Severity::Warning:
      return "minor";
    case Severity::Info:
      return "info";
  }
  return "info";
}

Json place(const Finding& finding, const CheckReport& report) {
  std::string file = finding.location.known() ? in_repository(finding.location.file, report) : "";
  const int line = file.empty() || finding.location.line == 0 ? 1 : finding.location.line;
  const chain::Revision* revision = report.evidence->chain.find(finding.revision);
  if (file.empty() && revision != nullptr) file = in_repository(revision->file, report);
  if (file.empty()) file = in_repository(report.chain_file, report);
  if (file.empty()) file = ".";
  return {{"path", text(file)}, {"lines", {{"begin", line}}}};
}

/// An entry that is about windlass's own work.
Json own_entry(const std::string& words, const std::string& severity) {
  Json json;
  json["description"] = text(base::one_line(words));
  json["check_name"] = "windlass";
  json["fingerprint"] = base::sha256(words).substr(std::string_view("sha256:").size(), 16);
  json["severity"] = severity;
  json["location"] = {{"path", "."}, {"lines", {{"begin", 1}}}};
  return json;
}

std::string dump(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

}  // namespace

std::string check_gitlab(const CheckReport& report) {
  Json list = Json::array();
  std::map<std::string, int> seen;
  for (const Finding& finding : report.findings) {
    if (finding.suppressed) continue;
    // GitLab keeps one entry of those with the same fingerprint.
    const int times = ++seen[finding.fingerprint];
    std::string words = cause_with_servers(report, finding);
    if (!finding.message.empty()) words += " Said: " + base::one_line(finding.message);
    if (const std::string where = where_found(finding); !where.empty())
      words += (finding.message.empty() ? " " : ". ") + where;
    Json json;
    json["description"] = text(words);
    json["check_name"] = finding.code;
    json["fingerprint"] =
        times == 1 ? finding.fingerprint : finding.fingerprint + "-" + std::to_string(times);
    json["severity"] = severity(finding);
    json["location"] = place(finding, report);
    list.push_back(std::move(json));
  }
  for (const std::string& words : servers_not_run(report)) list.push_back(own_entry(words, "major"));
  return dump(list);
}

std::string error_gitlab(const base::Error& error) {
  return dump(Json::array({own_entry(base::describe(error), "blocker")}));
}

}  // namespace windlass::report
