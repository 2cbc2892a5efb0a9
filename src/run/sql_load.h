// SQL as a database: files, a folder or a dump, loaded on a throwaway server and read there as a real
// database is.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "catalog/live_read.h"
#include "run/scratch_place.h"
#include "run/sql_files.h"
#include "run/sql_script.h"

namespace windlass::run {

struct SqlLoadSettings {
  /// Where: the server. What a chain takes for granted (`prerequisites`), and its login role, are no matter
  /// of the SQL and not heeded.
  PlaceSettings place;
  std::optional<std::chrono::milliseconds> timeout;
  catalog::LiveReadOptions read;
  SqlProgress progress;  ///< called at every line; may be empty
  /// Called while the database still stands, which is gone afterwards; may be empty. `database`: its name on
  /// the server.
  std::function<base::Result<void>(ScratchPlace& place, const std::string& database,
                                   const catalog::LiveRead& read)>
      while_there = {};
  bool leave_standing = false;  ///< the place is handed on and not closed
};

struct LoadedSql {
  catalog::LiveRead read;
  std::vector<std::string> remarks;  ///< sentences: what was made up, and what was passed over
  /// With `leave_standing`: where it stands, and the database's name there.
  std::unique_ptr<ScratchPlace> place = {};
  std::string database = {};
};

/// Loads everything, each file in a session of its own. An error where a statement is refused (it names file
/// and line), a file ends in an open transaction, or it fills several databases: nothing is known then.
base::Result<LoadedSql> load_sql(const GivenFile& given, const SqlLoadSettings& settings);

}  // namespace windlass::run
