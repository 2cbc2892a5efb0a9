// A database URL as tools write it: scheme://user:password@host:port/database?query.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace windlass::run {

struct DatabaseUrl {
  std::string scheme;                    ///< "postgresql", "postgresql+asyncpg", "postgres"
  std::string user, password, database;  ///< percent-decoded
  std::string host;                      ///< as written; may be empty or hold several
  std::string query;                     ///< behind '?', as written

  /// Whether it names PostgreSQL, whatever the driver.
  bool postgresql() const;
};

/// nullopt when `text` is no URL with an authority part.
std::optional<DatabaseUrl> parse_database_url(std::string_view text);

/// The URL that keeps everything of `url` but leads to `host`:`port` with `password`.
std::string redirected(const DatabaseUrl& url, std::string_view host, int port, std::string_view password);

}  // namespace windlass::run
