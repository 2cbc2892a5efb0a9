#include "report/where_found.h"

#include <fmt/core.h>

#include <vector>

#include "base/text.h"

namespace windlass::report {

std::string where_found(const diagnose::Finding& finding) {
  if (finding.scenario == "clean" || finding.occurs.empty()) return {};
  constexpr size_t kNamed = 3;
  std::vector<std::string> parts;
  for (size_t i = 0; i < finding.occurs.size();) {
    const std::string& scenario = finding.occurs[i].scenario;
    std::vector<std::string> names;
    for (; i < finding.occurs.size() && finding.occurs[i].scenario == scenario; ++i)
      if (!finding.occurs[i].name.empty()) names.push_back(finding.occurs[i].name);
    std::string part = "scenario " + scenario;
    if (names.size() > kNamed)
      part += fmt::format(" ({} cases: {}, ...)", names.size(),
                          base::join({names.begin(), names.begin() + kNamed}, ", "));
    else if (!names.empty())
      part += fmt::format(" ({})", base::join(names, ", "));
    parts.push_back(part);
  }
  return "Found in " + base::join(parts, ", ") + ".";
}

}  // namespace windlass::report
