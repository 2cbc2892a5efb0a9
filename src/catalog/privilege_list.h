// Lists of privileges, as the server writes them (aclitem): "grantee=letters/grantor".
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace windlass::catalog {

/// By grantee (empty: PUBLIC) and grantor, each letter and whether it may be granted on.
using PrivilegeList = std::map<std::pair<std::string, std::string>, std::map<char, bool>>;

/// Of a fact's definition: a JSON list of items. What is no item is left out.
PrivilegeList privilege_list(std::string_view definition);

}  // namespace windlass::catalog
