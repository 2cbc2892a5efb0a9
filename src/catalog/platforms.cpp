#include "catalog/platforms.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "catalog/owners.h"

namespace windlass::catalog {

namespace {

// Roles that the platforms' documentation calls their own, and that a customer cannot log in as. (A
// customer's own tables in Supabase belong to "postgres", on Cloud SQL to whoever made them.)
constexpr std::array<std::pair<std::string_view, std::string_view>, 15> kRoles = {{
    {"rdsadmin", "Amazon RDS"},
    {"rds_superuser", "Amazon RDS"},
    {"cloudsqladmin", "Cloud SQL"},
    {"cloudsqlagent", "Cloud SQL"},
    {"alloydbadmin", "AlloyDB"},
    {"azuresu", "Azure"},
    {"azure_superuser", "Azure"},
    {"azure_pg_admin", "Azure"},
    {"cloud_admin", "Neon"},
    {"supabase_admin", "Supabase"},
    {"supabase_auth_admin", "Supabase"},
    {"supabase_storage_admin", "Supabase"},
    {"supabase_realtime_admin", "Supabase"},
    {"supabase_functions_admin", "Supabase"},
    {"pgbouncer", "Supabase"},
}};

std::string platform_of(const std::string& role) {
  const auto found =
      std::find_if(kRoles.begin(), kRoles.end(), [&](const auto& each) { return each.first == role; });
  return found == kRoles.end() ? std::string() : std::string(found->second);
}

/// Without what marks privileges: the group of the object that they are on.
std::string group_of(const Fact& fact) {
  return fact.group.starts_with("acl:") ? fact.group.substr(4) : fact.group;
}

}  // namespace

std::vector<Ignored> leave_out_platforms(Snapshot& snapshot) {
  std::map<std::string, std::string> platform;  // group -> name
  for (const Fact& fact : snapshot.facts) {
    // A role or the database is nobody's object here.
    if (fact.object.kind == "role" || fact.object.kind == "database" || fact.id != fact.group) continue;
    if (const std::string name = platform_of(owner_of(fact)); !name.empty()) platform[fact.group] = name;
  }
  std::map<std::string, std::set<std::string>> groups;
  std::erase_if(snapshot.facts, [&](const Fact& fact) {
    const auto found = platform.find(group_of(fact));
    if (found == platform.end()) return false;
    groups[found->second].insert(found->first);
    return true;
  });
  std::vector<Ignored> ignored;
  for (const auto& [name, all] : groups) ignored.push_back({"platform " + name, all.size()});
  return ignored;
}

}  // namespace windlass::catalog
