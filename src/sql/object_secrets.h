// Secrets that pg_dump writes out to who may see them: passwords of user mappings, options of foreign servers
// and wrappers, the connection strings of subscriptions.
#pragma once

#include <string>
#include <string_view>

namespace windlass::sql {

struct WithoutSecrets {
  std::string text;   ///< with '***' in their place; a subscription's connection string as a whole
  std::string about;  ///< "user mapping for app server other"; empty: nothing was taken out
};

/// `statement`: one of pg_dump's. What the readers of the catalog leave out (catalog/sql/others.sql) is left
/// out: of user mappings all values but `user`, and what says yes or no; of servers and wrappers those of
/// options whose names look secret. All other statements keep their bytes.
WithoutSecrets without_secrets(std::string_view statement);

}  // namespace windlass::sql
