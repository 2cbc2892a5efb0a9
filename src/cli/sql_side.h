// SQL as a side of a comparison: where and how it is loaded, by the options and the configuration.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "catalog/live_read.h"
#include "cli/options.h"
#include "run/sql_load.h"

namespace windlass::cli {

/// Loads it as --postgres, --scratch-url, --timeout and the like, and the project's windlass.toml, say. Where
/// none of them names a server, one of major version `major` is taken if it is there (0: any). On a terminal
/// it says how far it has come. `while_there`: called while the database still stands; may be empty.
using WhileLoaded =
    std::function<base::Result<void>(run::ScratchPlace& place, const std::string& database,
                                     const catalog::LiveRead& read, const run::PlaceSettings& settings)>;
/// What was loaded and still stands, for whoever looks at it next.
struct StandingSql {
  std::unique_ptr<run::ScratchPlace> place;
  std::string database;
  catalog::LiveRead read;
  run::PlaceSettings settings;
};

/// `standing`: where it is to stay; nullptr, or a server that was given: it goes.
base::Result<run::LoadedSql> load_sql_side(const run::GivenFile& given, const ChainRunOptions& options,
                                           const catalog::LiveReadOptions& read, int major, bool terminal,
                                           const WhileLoaded& while_there = {},
                                           std::optional<StandingSql>* standing = nullptr);

}  // namespace windlass::cli
