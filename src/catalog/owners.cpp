#include "catalog/owners.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "catalog/definition.h"
#include "catalog/privilege_list.h"

namespace windlass::catalog {

namespace {

using nlohmann::json;

constexpr std::string_view kLetters = "arwdDxtXUCTcsAm";  // in the order of aclitem's output

std::string quoted(const std::string& role) {
  const bool plain = std::all_of(role.begin(), role.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c >= 0x80;
  });
  return plain ? role : "\"" + base::replace_all(role, "\"", "\"\"") + "\"";
}

std::string privileges(const json& list, const std::set<std::string>& from, const std::string& to) {
  PrivilegeList all;
  const auto renamed = [&](const std::string& role) { return from.contains(role) ? to : role; };
  for (const auto& [roles, letters] : privilege_list(list.dump()))
    for (const auto& [letter, grantable] : letters) {
      bool& merged = all[{renamed(roles.first), renamed(roles.second)}][letter];
      merged = merged || grantable;
    }
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
