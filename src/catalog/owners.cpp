#include "catalog/owners.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "catalog/definition.h"

namespace windlass::catalog {

namespace {

using nlohmann::json;

constexpr std::string_view kLetters = "arwdDxtXUCTcsAm";  // in the order of aclitem's output

std::string unquoted(std::string_view role) {
  if (role.size() < 2 || role.front() != '"') return std::string(role);
  return base::replace_all(std::string(role.substr(1, role.size() - 2)), "\"\"", "\"");
}

std::string quoted(const std::string& role) {
  const bool plain = std::all_of(role.begin(), role.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c >= 0x80;
  });
  return plain ? role : "\"" + base::replace_all(role, "\"", "\"\"") + "\"";
}

/// The end of the role that `item` starts with: quotes may hold anything.
size_t role_end(std::string_view item) {
  bool quotes = false;
  for (size_t i = 0; i < item.size(); ++i) {
    if (item[i] == '"') quotes = !quotes;
    if (!quotes && item[i] == '=') return i;
  }
  return item.size();
}

/// "grantee=letters/grantor", of each letter whether it may be granted on.
using Privileges = std::map<std::pair<std::string, std::string>, std::map<char, bool>>;

void add(Privileges& all, std::string_view item, const std::set<std::string>& from, const std::string& to) {
  const size_t equals = role_end(item);
  const size_t slash = item.find('/', equals);
  if (equals == item.size() || slash == std::string_view::npos) return;
  std::string grantee = unquoted(item.substr(0, equals)), grantor = unquoted(item.substr(slash + 1));
  if (from.contains(grantee)) grantee = to;
  if (from.contains(grantor)) grantor = to;
  auto& letters = all[{grantee, grantor}];
  for (size_t i = equals + 1; i < slash; ++i) {
    if (item[i] == '*') continue;
    bool& grantable = letters[item[i]];
    grantable = grantable || (i + 1 < slash && item[i + 1] == '*');
  }
}

std::string privileges(const json& list, const std::set<std::string>& from, const std::string& to) {
  Privileges all;
  for (const json& item : list)
    if (item.is_string()) add(all, item.get_ref<const std::string&>(), from, to);
  std::vector<std::string> items;
  for (const auto& [roles, letters] : all) {
    std::string text = quoted(roles.first) + "=";
    for (const char letter : kLetters)
      if (const auto found = letters.find(letter); found != letters.end()) {
        text += letter;
        if (found->second) text += '*';
      }
    items.push_back(text + "/" + quoted(roles.second));
  }
  std::sort(items.begin(), items.end());
  return canonical(json(items));
}

/// "1259:16385:2" -> "1259:16385:0": the object of a part.
std::string whole(std::string_view id) { return std::string(id.substr(0, id.rfind(':'))) + ":0"; }

}  // namespace

std::string with_role_renamed(const std::string& definition, const std::string& from, const std::string& to) {
  const json list = json::parse(definition, nullptr, false);
  return list.is_array() ? privileges(list, {from}, to) : definition;
}

std::string owner_of(const Fact& fact) {
  if (fact.definition.find("\"owner\"") == std::string::npos) return {};
  const json definition = json::parse(fact.definition, nullptr, false);
  return definition.is_object() ? definition.value("owner", "") : "";
}

void reassign(std::vector<Fact>& facts, const std::set<std::string>& from, const std::string& to,
              const std::set<std::string>& owned) {
  for (Fact& fact : facts) {
    if (owned.contains(fact.id)) {
      json definition = json::parse(fact.definition, nullptr, false);
      definition["owner"] = to;
      fact.definition = canonical(definition);
    } else if (fact.id.starts_with("a:") && owned.contains(whole(std::string_view(fact.id).substr(2)))) {
      const json list = json::parse(fact.definition, nullptr, false);
      if (list.is_array()) fact.definition = privileges(list, from, to);
    }
  }
}

}  // namespace windlass::catalog
