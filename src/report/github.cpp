#include "report/github.h"

#include <fmt/core.h>

#include "base/text.h"
#include "report/repository_path.h"
#include "report/servers.h"
#include "report/where_found.h"

namespace windlass::report {

namespace {

std::string escaped(const std::string& text) {
  std::string result = base::replace_all(base::valid_utf8(text), "%", "%25");
  result = base::replace_all(std::move(result), "\r", "%0D");
  return base::replace_all(std::move(result), "\n", "%0A");
}

std::string escaped_property(const std::string& text) {
  return base::replace_all(base::replace_all(escaped(text), ":", "%3A"), ",", "%2C");
}

std::string level(const diagnose::Finding& finding) {
  if (finding.incomplete) return "warning";
  switch (finding.severity) {
    case diagnose::Severity::Error:
      return "error";
    case diagnose::Severity::Warning:
      return "warning";
    case diagnose::Severity::Info:
      return "notice";
  }
  return "notice";
}

}  // namespace

std::string github_annotations(const CheckReport& report) {
  std::string text;
  for (const diagnose::Finding& finding : report.findings) {
    if (!finding.counts()) continue;
    std::string properties;
    if (finding.location.known()) {
      const std::string file = in_repository(finding.location.file, report);
      if (!file.empty()) properties = fmt::format("file={},", escaped_property(file));
      if (!file.empty() && finding.location.line > 0)
        properties += fmt::format("line={},", finding.location.line);
      if (!file.empty() && finding.location.column > 0)
        properties += fmt::format("col={},", finding.location.column);
    }
    std::string body = cause_with_servers(report, finding);
    if (!finding.message.empty()) body += "\n" + finding.message;
    if (const std::string where = where_found(finding); !where.empty()) body += "\n" + where;
    if (!finding.fix.summary.empty()) body += "\n" + finding.fix.summary;
    text += fmt::format("::{} {}title={}::{}\n", level(finding), properties,
                        escaped_property("windlass " + finding.code), escaped(body));
  }
  for (const std::string& words : servers_not_run(report))
    text += fmt::format("::warning title=windlass::{}\n", escaped(words));
  return text;
}

std::string github_annotation(const base::Error& error) {
  return fmt::format("::error title=windlass::{}\n", escaped(base::describe(error)));
}

}  // namespace windlass::report
