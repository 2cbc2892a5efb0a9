#include "catalog/privilege_list.h"

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace windlass::catalog {

namespace {

std::string unquoted(std::string_view role) {
  if (role.size() < 2 || role.front() != '"') return std::string(role);
  return base::replace_all(std::string(role.substr(1, role.size() - 2)), "\"\"", "\"");
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

void add(PrivilegeList& all, std::string_view item) {
  const size_t equals = role_end(item);
  const size_t slash = item.find('/', equals);
  if (equals == item.size() || slash == std::string_view::npos) return;
  auto& letters = all[{unquoted(item.substr(0, equals)), unquoted(item.substr(slash + 1))}];
  for (size_t i = equals + 1; i < slash; ++i) {
    if (item[i] == '*') continue;
    bool& grantable = letters[item[i]];
    grantable = grantable || (i + 1 < slash && item[i + 1] == '*');
  }
}

}  // namespace

PrivilegeList privilege_list(std::string_view definition) {
  PrivilegeList all;
  const nlohmann::json list = nlohmann::json::parse(definition, nullptr, false);
  if (!list.is_array()) return all;
  for (const nlohmann::json& item : list)
    if (item.is_string()) add(all, item.get_ref<const std::string&>());
  return all;
}

}  // namespace windlass::catalog
