// One step run on a copy, in a transaction of its own, and what it locked and rewrote.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "pg/connection.h"

namespace windlass::run {

/// The stronger of two modes of LOCK TABLE; an empty one is none.
const std::string& stronger(const std::string& a, const std::string& b);

class StepRunner {
 public:
  /// `role`: as which they are run; empty: as the one that `conninfo` names.
  static base::Result<StepRunner> open(const std::string& conninfo, const std::string& role = {});

  struct Done {
    std::map<std::string, std::string> locks;
    std::vector<std::string> rewrites;
  };
  /// Runs them and commits. A refusal undoes all of them. An error: the connection is gone.
  base::Result<tl::expected<Done, pg::ServerError>> run(const std::vector<std::string>& statements);

  pg::Connection& connection() { return connection_; }

 private:
  explicit StepRunner(pg::Connection connection) : connection_(std::move(connection)) {}
  base::Result<Done> look();

  pg::Connection connection_;
  /// By oid of a relation that was there before any step, the file its rows are in; as the transaction that
  /// is open leaves it.
  std::map<std::string, std::string> files_, pending_;
};

}  // namespace windlass::run
