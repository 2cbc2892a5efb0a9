// Secrets that pg_dump writes out to who may see them: passwords of user mappings, options of foreign servers
// and wrappers, the connection strings of subscriptions.
#pragma once

#include <string>
#include <string_view>

namespace windlass::sql {

/// What stands in the place of a value, and of a connection string: one that a server takes, with a password.
inline constexpr const char* kHiddenValue = "'***'";
inline constexpr const char* kHiddenConnection = "'password=***'";

struct WithoutSecrets {
  std::string text;   ///< with '***' in their place; a subscription's connection string as a whole
  std::string about;  ///< "user mapping for app server other"; empty: nothing was taken out
};

/// `statement`: one of pg_dump's. What the readers of the catalog leave out (catalog/sql/others.sql) is left
/// out, but for what says yes or no: of user mappings all values but `user`; of servers and wrappers those of
/// options whose names look secret. All other statements keep their bytes.
WithoutSecrets without_secrets(std::string_view statement);

}  // namespace windlass::sql
