// The files of databases in which nobody works, held once for many servers: each gets hard links to them.
// They are most of what a data folder holds (template0, template1, postgres), and copying them is most of
// what it costs to begin with a kept state.
//
// Invariant: no server writes into them. Where somebody is about to work in such a database, its files are
// made the server's own first (make_own); windlass's own reading changes at most the hints of committed rows,
// which are the same for all.
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>

#include "base/error.h"

namespace windlass::scratch {

class CommonFiles {
 public:
  /// They are kept in `folder`, which is there and goes with its owner; on the file system of the servers'
  /// data folders, or nothing is held.
  explicit CommonFiles(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Takes up the database whose files are in `data`/base/`oid`, all of them written by now, unless one of
  /// that number is held. Whether it is held then. Thread-safe.
  bool hold(const std::string& oid, const std::filesystem::path& data);

  /// Makes `data`/base/`oid`, which must be there and empty, hold the files of a database that is held.
  base::Result<void> link(const std::string& oid, const std::filesystem::path& data) const;

 private:
  std::filesystem::path folder_;
  std::mutex mutex_;
  std::map<std::string, bool> held_;  // number of the database -> whether its files could be linked
};

/// Gives `data`/base/`oid` files of its own in place of linked ones, with the same owner and mode. No process
/// of the server may have them open.
base::Result<void> make_own(const std::string& oid, const std::filesystem::path& data);

}  // namespace windlass::scratch
