#include "catalog/compare.h"

#include <fmt/core.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.h"
#include "catalog/definition.h"

namespace windlass::catalog {

namespace {

using nlohmann::json;

constexpr size_t kLongest = 200;  // of a value in a sentence

std::string spell(const json& value) {
  if (value.is_null()) return "none";
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  return base::shorten(base::one_line(text), kLongest);
}

bool is_true(const json& value) { return value.is_boolean() && value.get<bool>(); }
bool is_false(const json& value) { return value.is_null() || (value.is_boolean() && !value.get<bool>()); }

/// What differs between two definitions of one object, an attribute each; of definitions that have none, one
/// without a name. The sentences lack the object in front.
std::vector<AttributeDifference> parts_of(const std::string& a, const std::string& b,
                                          const std::string& a_name, const std::string& b_name) {
  const json before = json::parse(a, nullptr, false), after = json::parse(b, nullptr, false);
  std::vector<AttributeDifference> parts;
  if (!before.is_object() || !after.is_object()) {
    parts.push_back({{},
                     Change::Altered,
                     "",
                     a,
                     b,
                     fmt::format("{} in {}, {} in {}", spell(before.is_discarded() ? json(a) : before),
                                 a_name, spell(after.is_discarded() ? json(b) : after), b_name)});
    return parts;
  }
  std::set<std::string> keys;
  for (const auto& [key, value] : before.items()) keys.insert(key);
  for (const auto& [key, value] : after.items()) keys.insert(key);
  const auto text = [](const json& value) { return value.is_null() ? std::string() : canonical(value); };
  for (const std::string& key : keys) {
    const json old_value = before.value(key, json()), new_value = after.value(key, json());
    if (old_value == new_value) continue;
    const std::string what = base::replace_all(key, "_", " ");
    const std::string words =
        is_true(old_value) && is_false(new_value) ? fmt::format("{} only in {}", what, a_name)
        : is_false(old_value) && is_true(new_value)
            ? fmt::format("{} only in {}", what, b_name)
            : fmt::format("{} {} in {}, {} in {}", what, spell(old_value), a_name, spell(new_value), b_name);
    parts.push_back({{}, Change::Altered, key, text(old_value), text(new_value), words});
  }
  return parts;
}

std::string altered(const Fact& a, const Fact& b, const std::string& a_name, const std::string& b_name) {
  std::vector<std::string> words;
  for (const AttributeDifference& part : parts_of(a.definition, b.definition, a_name, b_name))
    words.push_back(part.sentence);
  return to_string(a.object) + ": " + base::join(words, "; ");
}

}  // namespace

std::vector<AttributeDifference> by_attribute(const std::vector<Difference>& differences,
                                              const std::string& a_name, const std::string& b_name) {
  std::vector<AttributeDifference> all;
  for (const Difference& each : differences) {
    if (each.change != Change::Altered) {
      all.push_back({each.object, each.change, "", each.before, each.after, each.sentence});
      continue;
    }
    for (AttributeDifference& part : parts_of(each.before, each.after, a_name, b_name)) {
      part.object = each.object;
      part.sentence = to_string(each.object) + ": " + part.sentence;
      all.push_back(std::move(part));
    }
  }
  return all;
}

std::vector<Difference> compare(const Snapshot& a, const Snapshot& b, const std::string& a_name,
                                const std::string& b_name) {
  std::map<Object, std::pair<const Fact*, const Fact*>> pairs;
  for (const Fact& fact : a.facts) pairs[fact.object].first = &fact;
  for (const Fact& fact : b.facts) pairs[fact.object].second = &fact;
  std::vector<Difference> differences;
  for (const auto& [object, pair] : pairs) {
    const auto [in_a, in_b] = pair;
    if (in_a == nullptr)
      differences.push_back({object,
                             Change::Created,
                             {},
                             in_b->definition,
                             fmt::format("{}: only in {}", to_string(object), b_name)});
    else if (in_b == nullptr)
      differences.push_back({object,
                             Change::Dropped,
                             in_a->definition,
                             {},
                             fmt::format("{}: only in {}", to_string(object), a_name)});
    else if (in_a->definition != in_b->definition)
      differences.push_back({object, Change::Altered, in_a->definition, in_b->definition,
                             altered(*in_a, *in_b, a_name, b_name)});
  }
  return differences;
}

}  // namespace windlass::catalog
