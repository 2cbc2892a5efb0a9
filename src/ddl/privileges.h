// GRANT and REVOKE that lead from one list of privileges to another.
#pragma once

#include <string>
#include <vector>

#include "ddl/schema.h"

namespace windlass::ddl {

/// `named`: what they are on; `owner` of it. `before`, `after`: lists of aclitem as JSON (a fact's
/// definition), empty where they are the default. Empty where it is no object with privileges.
std::vector<std::string> privilege_statements(const Named& named, const std::string& owner, int server_major,
                                              const std::string& before, const std::string& after);

/// The same of default privileges; `name` as facts have it: "default for app in schema a on tables".
std::vector<std::string> default_privilege_statements(const std::string& name, int server_major,
                                                      const std::string& before, const std::string& after);

}  // namespace windlass::ddl
