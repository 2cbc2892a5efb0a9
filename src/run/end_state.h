// What stands in the scratch databases at the end of a run: the catalog, the rows of the version table,
// wherever it was made, and what the sequences are behind of.
#pragma once

#include <future>
#include <optional>
#include <string>
#include <vector>

#include "catalog/fact.h"
#include "run/evidence.h"
#include "run/scratch_place.h"
#include "run/unreported.h"

namespace windlass::run {

struct VersionRows {
  std::vector<std::string> tables;    ///< qualified names of every table of that name
  std::vector<std::string> versions;  ///< their rows, sorted, each once
};

/// One of the databases that the run visited.
struct DatabaseEnd {
  ScratchPlace::Visited visited;
  std::optional<VersionRows> version;  ///< nothing where it could not be read
  std::optional<catalog::Snapshot> catalog;
  std::vector<SequenceBehind> sequences_behind;
  std::optional<std::string> contents;  ///< where asked for
  std::optional<TableRows> rows;        ///< where asked for
};

/// What is read of each database beside its catalog.
struct AlsoRead {
  bool contents = false;  ///< run/contents.h
  bool rows = false;      ///< run/table_rows.h
};

struct EndState {
  std::vector<DatabaseEnd> databases;  ///< as they were visited; without those that are gone
  std::optional<ServerWideReads> server_wide;
};

/// What of it may be kept beside the server's state.
LeftState known_of(const EndState& end);

/// Reads it. `version_table`: its name; the tables
/// read are those with a column version_num. Empty: none is read.
EndState read_end_state(const ScratchPlace& place, const std::string& version_table, AlsoRead also = {});

/// The end state of a run whose tool may still be on its way out: the interpreter takes itself apart for as
/// long as half of the reading takes.
class EndReading {
 public:
  EndReading(const ScratchPlace& place, AlsoRead also) : place_(place), also_(also) {}
  /// Begins to read; to be called when all sessions so far, `sessions` in number, have ended.
  void begin(size_t sessions, std::string version_table);
  /// What was read, if there have been no more than these `sessions` and the table is the same; else what is
  /// read now. To be called once, after the last session.
  EndState take(size_t sessions, const std::string& version_table);

 private:
  const ScratchPlace& place_;
  const AlsoRead also_;
  std::future<EndState> reading_;
  size_t sessions_ = 0;
  std::string version_table_;
};

}  // namespace windlass::run
