#include "catalog/compare.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "base/text.h"
#include "catalog/definition.h"

namespace windlass::catalog {

namespace {

using nlohmann::json;

constexpr size_t kLongest = 200;  // of a value in a sentence

bool is_true(const json& value) { return value.is_boolean() && value.get<bool>(); }
bool is_false(const json& value) { return value.is_null() || (value.is_boolean() && !value.get<bool>()); }

/// Two texts, the one beside the other; of long ones from shortly before the first place where they differ.
std::pair<std::string, std::string> spell_both(const json& a, const json& b) {
  const auto full = [](const json& value) {
    return value.is_null() ? std::string("none")
                           : base::one_line(value.is_string() ? value.get<std::string>() : value.dump());
  };
  std::string first = full(a), second = full(b);
  const auto differ = std::mismatch(first.begin(), first.end(), second.begin(), second.end()).first;
  constexpr size_t kBefore = 40;
  size_t from = static_cast<size_t>(differ - first.begin());
  if (from + kBefore > kLongest) {
    from -= kBefore;
    // Never in the middle of a character.
    while (from > 0 && (static_cast<unsigned char>(first[from]) & 0xc0) == 0x80) --from;
    for (std::string* text : {&first, &second}) *text = "…" + text->substr(from);
  }
  return {base::shorten(first, kLongest), base::shorten(second, kLongest)};
}

std::string in_words(const std::string& what, const json& a, const json& b, const std::string& a_name,
                     const std::string& b_name) {
  if (is_true(a) && is_false(b)) return fmt::format("{} only in {}", what, a_name);
  if (is_false(a) && is_true(b)) return fmt::format("{} only in {}", what, b_name);
  // "valid", "populated": said only where it is not so. ("not null valid" does not begin with one more
  // "not".)
  const std::string denied = what.starts_with("not ") ? what + " false" : "not " + what;
  if (a.is_null() && is_false(b)) return fmt::format("{} only in {}", denied, b_name);
  if (b.is_null() && is_false(a)) return fmt::format("{} only in {}", denied, a_name);
  if (!a.is_object() || !b.is_object()) {
    const auto [first, second] = spell_both(a, b);
    return fmt::format("{} {} in {}, {} in {}", what, first, a_name, second, b_name);
  }
  std::set<std::string> keys;
  for (const json* each : {&a, &b})
    for (const auto& [key, value] : each->items()) keys.insert(key);
  std::vector<std::string> parts;
  for (const std::string& key : keys)
    if (const json of_a = a.value(key, json()), of_b = b.value(key, json()); of_a != of_b)
      parts.push_back(in_words(what + " " + key, of_a, of_b, a_name, b_name));
  return base::join(parts, "; ");
}

/// What differs between two definitions of one object, an attribute each; of definitions that have none, one
/// without a name. The sentences lack the object in front.
std::vector<AttributeDifference> parts_of(const std::string& a, const std::string& b,
                                          const std::string& a_name, const std::string& b_name) {
  const json before = json::parse(a, nullptr, false), after = json::parse(b, nullptr, false);
  std::vector<AttributeDifference> parts;
  if (!before.is_object() || !after.is_object()) {
    const auto [first, second] =
        spell_both(before.is_discarded() ? json(a) : before, after.is_discarded() ? json(b) : after);
    parts.push_back(
        {{}, Change::Altered, "", a, b, fmt::format("{} in {}, {} in {}", first, a_name, second, b_name)});
    return parts;
  }
  std::set<std::string> keys;
  for (const auto& [key, value] : before.items()) keys.insert(key);
  for (const auto& [key, value] : after.items()) keys.insert(key);
  const auto text = [](const json& value) { return value.is_null() ? std::string() : canonical(value); };
  for (const std::string& key : keys) {
    const json old_value = before.value(key, json()), new_value = after.value(key, json());
    if (old_value == new_value) continue;
    const std::string words =
        in_words(base::replace_all(key, "_", " "), old_value, new_value, a_name, b_name);
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
