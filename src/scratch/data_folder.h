// Prepared data folders: what initdb makes, made once per server build.
//
// A prepared folder holds the databases `postgres` and `template1`, in which
// the prepare SQL has run, and `windlass_scratch`, a copy of template1 that is
// renamed to what the project wants (3 ms instead of a CREATE DATABASE). It is
// kept as one file (scratch/pack.h) in the cache, in a name made of everything
// that shaped it: server build, locale, C library, prepare SQL, kFormat.
//
// Locale: en_US.UTF-8 where this machine has it, which is what the official
// container image sets; else C.UTF-8 (the same characters and case, but
// sorting by code point); else C. Messages are English always, time zone UTC.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/process.h"
#include "base/unique_fd.h"
#include "scratch/binaries.h"

namespace windlass::scratch {

/// The database that is renamed, and the superuser that initdb makes.
inline constexpr char kSpareDatabase[] = "windlass_scratch";
inline constexpr char kSuperuser[] = "windlass";

struct DataOptions {
  Binaries binaries;
  base::SystemUser user;        ///< owner of data folders: the server's user
  std::filesystem::path cache;  ///< see cache_root()
  std::vector<std::filesystem::path> run_parents;
  std::string prepare_sql;
  std::vector<std::string> environment;
};

struct PreparedData {
  base::UniqueFd pack;
  bool fresh = false;  ///< was prepared just now
  std::string remark;  ///< why nothing was kept, if so
};

/// The prepared data, from the cache or made now. Safe to call from many processes at once: one prepares, the
/// others wait for it (or go on alone when it takes too long).
base::Result<PreparedData> prepared_data(const DataOptions& options);

/// The data folder `data` of a server that has just made a checkpoint and does nothing since, packed into the
/// new file `pack`; of the databases `without` (name and number) only the empty folders.
base::Result<void> pack_data(const std::filesystem::path& data, const std::filesystem::path& pack,
                             const std::map<std::string, std::string>& without = {});

/// A pack that pack_data made, opened.
base::Result<base::UniqueFd> open_packed_data(const std::filesystem::path& pack);

/// The locale new data folders get: see above.
std::string scratch_locale();

/// libpq's connection string for a server on `socket_folder`. Every setting that the environment (PGHOSTADDR,
/// PGOPTIONS, PGSSLMODE, a service file …) could bend is given, so that it cannot lead elsewhere.
std::string socket_conninfo(const std::filesystem::path& socket_folder, int port, const std::string& database,
                            const std::string& user);

}  // namespace windlass::scratch
