// A server the user gives (`--scratch-url URL`), in place of one of our own.
//
// Invariants: on it windlass makes databases named windlass_<16 hexadecimal
// digits>, and touches no other; they are dropped on every way out. What a
// killed run left is dropped by the next one: such a database carries our
// comment, belongs to the same role, and nobody holds its advisory lock (each
// run holds those of its databases, in a session that ends with it).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"

namespace windlass::scratch {

struct GivenOptions {
  std::string url;    ///< a URL or key=value form; its role makes the databases
  std::string token;  ///< becomes the databases' setting pg_windlass.token; may be empty
};

class GivenServer {
 public:
  /// Connects, and drops what dead runs of the same role left.
  static base::Result<GivenServer> open(GivenOptions options);
  GivenServer(GivenServer&&) noexcept;
  GivenServer& operator=(GivenServer&&) noexcept;
  ~GivenServer();  ///< as close()

  int major() const;
  const std::string& version() const;  ///< "15.20"
  const std::string& role() const;     ///< the role of the URL
  bool superuser() const;              ///< whether that role is one

  /// Makes one more database, of UTF8, and runs `prepare_sql` in it; its name.
  base::Result<std::string> create_database(const std::string& prepare_sql);
  /// The given connection string, leading to `database`. Holds the password: not for output.
  std::string conninfo(const std::string& database) const;
  const std::vector<std::string>& databases() const;

  /// Drops the databases, connected clients first. Idempotent. An error names what is left.
  base::Result<void> close();

 private:
  struct Impl;
  explicit GivenServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace windlass::scratch
