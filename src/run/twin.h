// A twin: the schema of a real database, and the rows of its version table, on a scratch server. What changes
// the twin changes nothing else.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "catalog/fact.h"
#include "run/check.h"

namespace windlass::run {

struct TwinOptions {
  std::string database;       ///< its name on the scratch server: the chain's
  std::string sql;            ///< the schema, as pg_dump writes it
  std::string version_table;  ///< qualified; empty: there is none
  std::vector<std::string> versions;
  std::vector<std::string> roles;  ///< that the schema may name
  std::filesystem::path folder;    ///< a private one, which the twin may use as long as it lives
};

struct Twin {
  SharedState state;           ///< for StageSettings::place of any number of runs
  catalog::Snapshot snapshot;  ///< read when it had been made
};

/// `chain`: how the chain is run. An error where the schema cannot be loaded whole: what was refused first.
base::Result<Twin> make_twin(const CheckSettings& chain, const TwinOptions& options);

}  // namespace windlass::run
