// What the database itself says at the end of a run, beside its catalog: the
// rows of the version table, wherever it was made.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "pg/connection.h"

namespace windlass::run {

struct VersionRows {
  std::vector<std::string> tables;    ///< qualified names of every table of that name
  std::vector<std::string> versions;  ///< their rows, sorted, each once
};

/// Reads every table called `name` that has a column version_num.
base::Result<VersionRows> read_version_rows(pg::Connection& connection, const std::string& name);

}  // namespace windlass::run
