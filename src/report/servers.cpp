#include "report/servers.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace windlass::report {

namespace {

std::string major(const ServerLine& line) { return line.version.substr(0, line.version.find('.')); }

/// As short as the servers can still be told apart: 15, else 15.18, else how it was asked for.
std::string name_of(const CheckReport& report, const ServerLine& line) {
  const auto times = [&](auto same) {
    return std::count_if(report.servers.begin(), report.servers.end(), same);
  };
  if (times([&](const ServerLine& other) { return major(other) == major(line); }) == 1) return major(line);
  if (times([&](const ServerLine& other) { return other.version == line.version; }) == 1) return line.version;
  return fmt::format("{} ({})", line.version, line.wanted);
}

std::string listed(const std::vector<std::string>& names) {
  if (names.size() < 2) return base::join(names, "");
  return base::join({names.begin(), names.end() - 1}, ", ") + " and " + names.back();
}

}  // namespace

std::string servers_in_words(const CheckReport& report, const diagnose::Finding& finding) {
  if (finding.servers.empty()) return {};
  std::vector<std::string> with, without;
  for (size_t i = 0; i < report.servers.size(); ++i) {
    if (report.servers[i].evidence == nullptr) continue;
    const bool has = std::find(finding.servers.begin(), finding.servers.end(), i) != finding.servers.end();
    (has ? with : without).push_back(name_of(report, report.servers[i]));
  }
  if (without.empty()) return {};
  return fmt::format("On PostgreSQL {}; not on {}.", listed(with), listed(without));
}

std::string cause_with_servers(const CheckReport& report, const diagnose::Finding& finding) {
  const std::string where = servers_in_words(report, finding);
  return where.empty() ? finding.cause : finding.cause + " " + where;
}

std::string servers_that_ran(const CheckReport& report) {
  std::vector<std::string> names;
  for (const ServerLine& line : report.servers)
    if (line.evidence != nullptr) names.push_back(name_of(report, line));
  return listed(names);
}

std::vector<std::string> servers_not_run(const CheckReport& report) {
  std::vector<std::string> words;
  for (const ServerLine& line : report.servers)
    if (line.evidence == nullptr)
      words.push_back(fmt::format("PostgreSQL {} was not run: {}", line.wanted, line.because));
  return words;
}

}  // namespace windlass::report
