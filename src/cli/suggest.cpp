#include "cli/suggest.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "diagnose/explain.h"

namespace windlass::cli {

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates,
                         std::string_view otherwise) {
  const std::string nearest = base::nearest(word, candidates);
  if (!nearest.empty()) return fmt::format("Did you mean `{}`?", nearest);
  // A word cut short is no misspelling, yet plain: "type" for "type-created-twice".
  std::vector<std::string> longer;
  for (const std::string& candidate : candidates)
    if (word.size() >= 3 && base::contains(candidate, word)) longer.push_back("`" + candidate + "`");
  if (!longer.empty() && longer.size() <= 6) return "Did you mean " + base::join(longer, " or ") + "?";
  return std::string(otherwise);
}

base::Result<void> check_finding_code(const std::string& code) {
  const std::vector<std::string> codes = diagnose::finding_codes();
  if (std::find(codes.begin(), codes.end(), code) != codes.end()) return {};
  return base::fail({"find the finding", code, "no finding has this code",
                     did_you_mean(code, codes, "`windlass explain` lists them all."), base::Exit::Usage});
}

}  // namespace windlass::cli
