#include "catalog/members.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>

#include "base/digest.h"
#include "catalog/definition.h"
#include "catalog/readers.h"

namespace windlass::catalog {

namespace {

using nlohmann::json;

constexpr size_t kLongest = 60;  // that stands for itself

json shortened(const json& value) {
  const std::string text = canonical(value);
  if (text.size() <= kLongest) return value;
  return "digest " + base::sha256(text).substr(sizeof("sha256:") - 1, 16);
}

struct Extension {
  std::string name, owner;
};

/// What may differ between two databases without anybody having altered it is left out: the extension's
/// owner.
std::string member_definition(const std::string& definition, const Extension& extension) {
  const json whole = json::parse(definition, nullptr, false);
  if (!whole.is_object()) return canonical(shortened(whole));
  json result = json::object();
  for (const auto& [key, value] : whole.items())
    if (key != "owner" || value != extension.owner) result[key] = shortened(value);
  return canonical(result);
}

/// "hstore" of "function public.akeys(hstore) of hstore".
std::string_view extension_of(const std::string& name) {
  return std::string_view(name).substr(name.rfind(" of ") + 4);
}

/// Version and schema of each extension.
std::map<std::string, std::string> extensions(const Snapshot& snapshot) {
  std::map<std::string, std::string> all;
  for (const Fact& fact : snapshot.facts) {
    if (fact.object.kind != "extension") continue;
    json definition = json::parse(fact.definition, nullptr, false);
    if (definition.is_object()) definition.erase("owner");
    all[fact.object.name] = canonical(definition);
  }
  return all;
}

}  // namespace

std::vector<std::string> members_sql(int server_major, bool subscriptions) {
  std::vector<std::string> all = {reader_sql("members", "", server_major)};
  for (const std::string& reader : reader_names())
    if (reader != "privileges")  // live_facts.sql has those that are not as the extension's script left them
      all.push_back(reader_sql(reader, "IS NOT NULL", server_major, subscriptions, Whose::Extensions));
  return all;
}

void add_members(const std::vector<pg::Rows>& answers, Snapshot& snapshot) {
  std::map<std::string, Extension> groups;
  const pg::Rows& members = answers.at(0);
  for (int i = 0; i < members.size(); ++i)
    groups[std::string(members.at(i, 0))] = {std::string(members.at(i, 1)), std::string(members.at(i, 2))};
  Snapshot read;
  for (size_t i = 1; i < answers.size(); ++i) add_facts(answers[i], read);
  for (Fact& fact : read.facts) {
    const auto found = groups.find(fact.group);
    if (found == groups.end()) continue;
    fact.object = {kMember, to_string(fact.object) + " of " + found->second.name};
    fact.definition = member_definition(fact.definition, found->second);
    snapshot.facts.push_back(std::move(fact));
  }
}

void settle_members(Comparable& both, const LiveRead& a, const LiveRead& b) {
  const auto in_a = extensions(both.a), in_b = extensions(both.b);
  std::set<std::string> compared;
  for (const auto& [name, definition] : in_a) {
    const auto other = in_b.find(name);
    if (other == in_b.end() || other->second != definition) continue;
    if (a.server_major == b.server_major)
      compared.insert(name);
    else if (a.live_only && b.live_only)
      both.renderings.push_back(
          {{"extension", name}, "its members are compared between servers of one major version only"});
  }
  for (Snapshot* side : {&both.a, &both.b})
    std::erase_if(side->facts, [&](const Fact& fact) {
      return fact.object.kind == kMember && !compared.contains(std::string(extension_of(fact.object.name)));
    });
}

}  // namespace windlass::catalog
