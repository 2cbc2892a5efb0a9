// Finds the server binaries a scratch server is made of.
//
// Places, in this order: what was asked for (`--postgres 15`, `--postgres
// /usr/lib/postgresql/15/bin`), PG_BINDIR, `pg_config --bindir`, PATH, the
// folders of the distributions. A folder that was named (asked for, or in
// PG_BINDIR) is taken or refused; among those found by looking the newest
// wins. Every candidate is tried by running `postgres --version` as the user
// who will run the server, so that a folder this user cannot enter is found
// out here and not later.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/process.h"

namespace windlass::scratch {

/// The oldest major version a scratch server may have.
inline constexpr int kOldestMajor = 13;

struct Binaries {
  std::filesystem::path bindir;  ///< holds postgres and initdb
  int major = 0;                 ///< 15
  std::string version;           ///< "15.20"
  std::string build;             ///< all that `postgres --version` said
  std::string found_by;          ///< "--postgres", "PG_BINDIR", "pg_config", "PATH", "distribution folder"
};

struct FindOptions {
  std::optional<std::string> requested;  ///< a version ("15", "15.20") or a folder
  std::vector<std::string> environment;  ///< PATH and PG_BINDIR are read from here
  /// Where distributions keep their servers: glob(3) patterns of bin folders.
  std::vector<std::string> distribution_folders = {
      "/usr/lib/postgresql/*/bin",      "/usr/pgsql-*/bin",
      "/usr/local/pgsql/bin",           "/opt/homebrew/opt/postgresql*/bin",
      "/usr/local/opt/postgresql*/bin", "/Applications/Postgres.app/Contents/Versions/*/bin",
      "/usr/libexec/postgresql*",       "/opt/postgresql*/bin"};
};

/// One place that was looked at, for `windlass doctor` and for errors.
struct Candidate {
  std::filesystem::path bindir;
  std::string found_by;
  std::string version;   ///< empty when it could not be run
  std::string rejected;  ///< why it was not taken; empty for the one that was
};

struct Search {
  std::optional<Binaries> chosen;
  std::vector<Candidate> candidates;  ///< in the order they were looked at
};

/// Looks everywhere and says what it saw. Fails only for a request that is neither a version nor a folder.
base::Result<Search> search_binaries(const FindOptions& options);

/// The binaries to use. None: Exit::CouldNotLook, with how to install some.
base::Result<Binaries> find_binaries(const FindOptions& options);

/// The user the server runs as: whoever calls; for root, which PostgreSQL
/// refuses, `postgres` where there is one, else `nobody`.
base::Result<base::SystemUser> server_user();

}  // namespace windlass::scratch
