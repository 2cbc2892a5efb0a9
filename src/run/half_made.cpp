#include "run/half_made.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "sql/targets.h"

namespace windlass::run {

namespace {

bool fits(const sql::Target& target, const catalog::Fact& index) {
  if (target.kind != "index" || target.action != sql::Action::Create || !target.concurrently) return false;
  if (!target.name.empty()) return index.object.name.ends_with("." + target.name);
  const auto definition = nlohmann::json::parse(index.definition, nullptr, false);
  return definition.is_object() && definition.value("table", "").ends_with("." + target.table);
}

}  // namespace

std::vector<HalfMade> half_made(const record::Recording& recording, const std::vector<int>& sessions,
                                const catalog::Snapshot& known, const catalog::Snapshot& read) {
  std::vector<const catalog::Fact*> left;
  for (const catalog::Fact& fact : read.facts)
    if (fact.object.kind == "index" && base::contains(fact.definition, "\"valid\":false") &&
        known.find(fact.object) == nullptr)
      left.push_back(&fact);
  std::vector<HalfMade> found;
  for (size_t i = 0; i < recording.statements.size() && !left.empty(); ++i) {
    const record::Statement& s = recording.statements[i];
    if (!s.failed() || std::find(sessions.begin(), sessions.end(), s.session) == sessions.end()) continue;
    for (const sql::Target& target : sql::read_targets(s.text).targets) {
      const auto index = std::find_if(left.begin(), left.end(),
                                      [&target](const catalog::Fact* fact) { return fits(target, *fact); });
      if (index == left.end()) continue;
      found.push_back({i, **index});
      left.erase(index);
      break;
    }
  }
  return found;
}

}  // namespace windlass::run
