#include "catalog/wholes.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"

namespace windlass::catalog {

namespace {

std::string plural(const std::string& kind) {
  if (kind == "index") return "indexes";
  if (kind.ends_with("y")) return kind.substr(0, kind.size() - 1) + "ies";
  return kind + "s";
}

const std::string& definition_of(const Difference& difference) {
  return difference.before.empty() ? difference.after : difference.before;
}

}  // namespace

bool is_relation(const std::string& kind) {
  return kind == "table" || kind == "view" || kind == "materialized view" || kind == "foreign table";
}

bool goes_with(const Object& object, const std::string& definition, const std::string& name) {
  const std::string& kind = object.kind;
  if (is_relation(kind)) return false;
  if (kind == "index")
    return base::contains(definition, " ON " + name + " ") ||
           base::contains(definition, " ON ONLY " + name + " ");
  if (kind == "sequence") return base::contains(definition, "\"owned_by\":\"" + name + ".");
  if (kind == "comment" || kind == "privilege")
    return object.name.ends_with(" " + name) || base::contains(object.name, " " + name + ".");
  return object.name.starts_with(name + ".");
}

std::string Whole::in_words() const {
  std::vector<std::string> counts;
  for (const auto& [kind, n] : parts) counts.push_back(base::count_of(n, kind, plural(kind)));
  const std::string with = counts.empty() ? "" : " (with " + base::join(counts, ", ") + ")";
  return to_string(difference->object) + with;
}

std::vector<Whole> wholes(const std::vector<Difference>& differences, Change change) {
  std::vector<Whole> all;
  std::vector<const Difference*> parts;
  for (const Difference& each : differences) {
    if (each.change != change) continue;
    if (is_relation(each.object.kind))
      all.push_back({&each, {}});
    else
      parts.push_back(&each);
  }
  std::map<std::string, size_t> by_name;
  for (size_t i = 0; i < all.size(); ++i) by_name[all[i].difference->object.name] = i;
  const size_t relations = all.size();
  for (const Difference* part : parts) {
    const auto belongs = [&](const Whole& whole) {
      return goes_with(part->object, definition_of(*part), whole.difference->object.name);
    };
    // Parts named after their relation are found by their name, the few others one by one.
    const std::string& name = part->object.name;
    const auto direct = by_name.find(name.substr(0, name.rfind('.')));
    const auto end = all.begin() + static_cast<std::ptrdiff_t>(relations);
    const auto owner = direct != by_name.end() && belongs(all[direct->second])
                           ? all.begin() + static_cast<std::ptrdiff_t>(direct->second)
                           : std::find_if(all.begin(), end, belongs);
    if (owner != end)
      ++owner->parts[part->object.kind];
    else
      all.push_back({part, {}});
  }
  return all;
}

}  // namespace windlass::catalog
