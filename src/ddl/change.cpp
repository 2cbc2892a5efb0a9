#include "ddl/change.h"

#include <fmt/core.h>

#include <cstdlib>
#include <map>

#include "base/text.h"
#include "ddl/words.h"
#include "pg/connection.h"
#include "sql/object_secrets.h"

namespace windlass::ddl {

namespace {

/// "fillfactor=70" in its two halves.
std::map<std::string, std::string> options_of(const nlohmann::json& list) {
  std::map<std::string, std::string> options;
  if (!list.is_array()) return options;
  for (const nlohmann::json& each : list) {
    if (!each.is_string()) continue;
    const std::string& text = each.get_ref<const std::string&>();
    // Without a value it is one that may be a secret, and is not read.
    if (const size_t equals = text.find('='); equals != std::string::npos)
      options[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return options;
}

/// Names of those whose values are not read.
std::set<std::string> hidden_options(const nlohmann::json& list) {
  std::set<std::string> names;
  if (!list.is_array()) return names;
  for (const nlohmann::json& each : list)
    if (each.is_string() && !base::contains(each.get_ref<const std::string&>(), "="))
      names.insert(each.get<std::string>());
  return names;
}

}  // namespace

Step& Planning::add(const catalog::Difference& change, std::vector<std::string> statements) {
  Step step{change.object, std::move(statements)};
  step.place = b.place_of(change.object);
  steps.push_back(std::move(step));
  return steps.back();
}

void Planning::drop(const catalog::Difference& change, std::string loses) {
  const catalog::Fact* fact = a.snapshot().find(change.object);
  const std::string sql = drop_sql(change.object, a);
  if (fact == nullptr || sql.empty()) return;
  Step step{change.object, {sql}};
  step.phase = Step::Phase::Drop;
  step.loses = std::move(loses);
  step.row = row_of(fact->id);
  step.anew = change.change == catalog::Change::Altered;
  // What was made last has nobody that needs it.
  const size_t colon = step.row.find(':');
  step.place = ~static_cast<size_t>(std::strtoull(step.row.c_str() + colon + 1, nullptr, 10));
  steps.push_back(std::move(step));
}

Altered::Altered(const catalog::Difference& change)
    : difference(change),
      before(nlohmann::json::parse(change.before, nullptr, false)),
      after(nlohmann::json::parse(change.after, nullptr, false)) {
  if (!before.is_object() || !after.is_object()) return;
  for (const auto& [key, value] : before.items())
    if (!after.contains(key) || after[key] != value) attributes.insert(key);
  for (const auto& [key, value] : after.items())
    if (!before.contains(key)) attributes.insert(key);
}

std::string text_of(const nlohmann::json& object, const std::string& key) {
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) return {};
  return found->is_string() ? found->get<std::string>() : found->dump();
}

std::string Altered::was(const std::string& attribute) const { return text_of(before, attribute); }
std::string Altered::is(const std::string& attribute) const { return text_of(after, attribute); }

bool keeps_constraint(const Schema& schema, const catalog::Object& index) {
  const catalog::Fact* relation = schema.relation_of(index);
  return relation != nullptr &&
         schema.snapshot().find({"constraint", relation->object.name + "." +
                                                   catalog::schema_and_name(index.name).second}) != nullptr;
}

std::vector<std::string> option_changes(const nlohmann::json& before, const nlohmann::json& after,
                                        const std::string& prefix) {
  const std::map<std::string, std::string> has = options_of(before), wants = options_of(after);
  std::vector<std::string> set, reset, all;
  for (const auto& [name, value] : wants)
    if (const auto old = has.find(name); old == has.end() || old->second != value)
      set.push_back(fmt::format("{}{}={}", prefix, name, pg::quote_literal(value)));
  for (const auto& [name, value] : has)
    if (!wants.contains(name)) reset.push_back(prefix + name);
  if (!set.empty()) all.push_back("SET (" + base::join(set, ", ") + ")");
  if (!reset.empty()) all.push_back("RESET (" + base::join(reset, ", ") + ")");
  return all;
}

OptionChanges foreign_option_changes(const nlohmann::json& before, const nlohmann::json& after) {
  const std::map<std::string, std::string> has = options_of(before), wants = options_of(after);
  const std::set<std::string> hides = hidden_options(before), is_to_hide = hidden_options(after);
  OptionChanges result;
  std::vector<std::string> changes;
  const auto set = [&](const std::string& name, const std::string& value) {
    const bool there = has.contains(name) || hides.contains(name);
    changes.push_back(fmt::format("{} {} {}", there ? "SET" : "ADD", pg::quote_identifier(name), value));
  };
  for (const auto& [name, value] : wants)
    if (const auto old = has.find(name); old == has.end() || old->second != value)
      set(name, pg::quote_literal(value));
  for (const std::string& name : is_to_hide) {
    if (hides.contains(name)) continue;  // whether it is the same nobody knows
    set(name, sql::kHiddenValue);
    result.secret = true;
  }
  for (const auto& [name, value] : has)
    if (!wants.contains(name) && !is_to_hide.contains(name))
      changes.push_back("DROP " + pg::quote_identifier(name));
  for (const std::string& name : hides) {
    if (wants.contains(name) || is_to_hide.contains(name)) continue;
    changes.push_back("DROP " + pg::quote_identifier(name));
    result.drops_secret = true;
  }
  if (!changes.empty()) result.sql = "OPTIONS (" + base::join(changes, ", ") + ")";
  return result;
}

}  // namespace windlass::ddl
