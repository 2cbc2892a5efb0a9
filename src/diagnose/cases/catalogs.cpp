#include "diagnose/cases/catalogs.h"

#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/name.h"

namespace windlass::diagnose {

namespace {

using catalog::Change;
using catalog::Difference;

constexpr size_t kShown = 6;

bool of_version_table(const catalog::Object& object, const run::Evidence& run) {
  std::vector<std::string> tables = run.version_tables;
  if (tables.empty()) tables.push_back("public." + run.settings.version_table);
  return std::any_of(tables.begin(), tables.end(), [&](const std::string& table) {
    return object.name == table || object.name.starts_with(table + ".") || object.name == table + "_pkc" ||
           object.name == "table " + table;
  });
}

/// Whether all labels of `before` stand in `after`, in the same order.
bool labels_added(const Difference& difference) {
  using nlohmann::json;
  json before = json::parse(difference.before, nullptr, false),
       after = json::parse(difference.after, nullptr, false);
  if (!before.is_object() || !after.is_object() || !before.contains("labels") || !after.contains("labels"))
    return false;
  const json old_labels = before["labels"], new_labels = after["labels"];
  before.erase("labels");
  after.erase("labels");
  if (before != after || !old_labels.is_array() || !new_labels.is_array()) return false;
  auto at = new_labels.begin();
  for (const json& label : old_labels) {
    at = std::find(at, new_labels.end(), label);
    if (at == new_labels.end()) return false;
    ++at;
  }
  return true;
}

}  // namespace

std::vector<Difference> differences(const catalog::Snapshot& a, const catalog::Snapshot& b,
                                    const run::Evidence& run, const std::string& a_name,
                                    const std::string& b_name) {
  std::vector<Difference> found = catalog::compare(a, b, a_name, b_name);
  std::erase_if(found, [&](const Difference& each) { return of_version_table(each.object, run); });
  return found;
}

std::vector<Difference> by_themselves(const std::vector<Difference>& all) {
  std::vector<Difference> kept;
  for (const Difference& each : all) {
    const bool comes_along = std::any_of(all.begin(), all.end(), [&](const Difference& other) {
      if (&other == &each || other.change != each.change || other.change == Change::Altered) return false;
      const std::string& name = other.object.name;
      if (other.object.kind == "constraint")
        return each.object.kind == "index" && last_part(each.object) == last_part(other.object);
      const bool holds = other.object.kind == "table" || other.object.kind == "view" ||
                         other.object.kind == "materialized view" || other.object.kind == "schema";
      if (!holds) return false;
      if (each.object.name.starts_with(name + ".") || each.object.name == other.object.kind + " " + name)
        return true;
      const nlohmann::json definition =
          nlohmann::json::parse(each.change == Change::Created ? each.after : each.before, nullptr, false);
      return definition.is_object() && definition.contains("table") && definition["table"].is_string() &&
             definition["table"].get<std::string>() == name;
    });
    if (!comes_along) kept.push_back(each);
  }
  return kept;
}

bool only_more(const std::vector<Difference>& all) {
  return std::all_of(all.begin(), all.end(), [](const Difference& each) {
    return each.change == Change::Created || (each.change == Change::Altered && labels_added(each));
  });
}

const record::Statement* maker_of(const run::Evidence& run, const catalog::Object& object) {
  const auto& statements = run.recording.statements;
  for (auto at = statements.rbegin(); at != statements.rend(); ++at)
    for (const catalog::Effect& effect : at->effects)
      if (effect.object == object && !effect.rolled_back && effect.change != Change::Dropped) return &*at;
  return nullptr;
}

std::string listed(const std::vector<Difference>& all, size_t most) {
  std::vector<std::string> sentences;
  for (size_t i = 0; i < all.size() && i < most; ++i) sentences.push_back(in_sentence(all[i].sentence));
  std::string text = base::join(sentences, "; ");
  if (all.size() > most) text += fmt::format("; and {} more", all.size() - most);
  return text;
}

void add_exhibits(Finding& finding, const std::vector<Difference>& all,
                  const std::vector<const run::Evidence*>& runs) {
  for (size_t i = 0; i < all.size() && i < kShown; ++i) {
    const record::Statement* maker = nullptr;
    for (const run::Evidence* run : runs)
      if (maker == nullptr) maker = maker_of(*run, all[i].object);
    finding.evidence.push_back(maker == nullptr ? Exhibit{"", {}, "", "", all[i].sentence}
                                                : exhibit(*maker, "", all[i].sentence));
  }
}

}  // namespace windlass::diagnose
