#include "catalog/default_privileges.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace windlass::catalog {

namespace {

/// What the owner of such an object has, and everybody.
struct Default {
  std::string_view kind, owner, everybody;
};
constexpr std::array<Default, 13> kDefaults = {{{"table ", "arwdDxt", ""},
                                                {"view ", "arwdDxt", ""},
                                                {"materialized view ", "arwdDxt", ""},
                                                {"foreign table ", "arwdDxt", ""},
                                                {"sequence ", "rwU", ""},
                                                {"function ", "X", "X"},
                                                {"procedure ", "X", "X"},
                                                {"aggregate ", "X", "X"},
                                                {"type ", "U", "U"},
                                                {"language ", "U", "U"},
                                                {"schema ", "UC", ""},
                                                {"foreign-data wrapper ", "U", ""},
                                                {"server ", "U", ""}}};

}  // namespace

bool says_the_default(const Fact& privileges) {
  const auto found = std::find_if(kDefaults.begin(), kDefaults.end(), [&](const Default& each) {
    return privileges.object.name.starts_with(each.kind);
  });
  const nlohmann::json list = nlohmann::json::parse(privileges.definition, nullptr, false);
  if (found == kDefaults.end() || !list.is_array() || list.empty() || !list[0].is_string()) return false;
  const std::string first = list[0].get<std::string>();
  const size_t slash = first.rfind('/');
  if (slash == std::string::npos) return false;
  const std::string owner = first.substr(slash + 1);
  const auto with = [&](std::string_view letters) {
    std::vector<std::string> items = {owner + "=" + std::string(letters) + "/" + owner};
    if (!found->everybody.empty()) items.push_back("=" + std::string(found->everybody) + "/" + owner);
    std::sort(items.begin(), items.end());
    return nlohmann::json(items) == list;
  };
  // MAINTAIN came with 17.
  return with(found->owner) || (found->owner == "arwdDxt" && with("arwdDxtm"));
}

}  // namespace windlass::catalog
