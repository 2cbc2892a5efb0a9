// Whether one failure may be there only because another one was.
#pragma once

#include <vector>

#include "diagnose/name.h"
#include "diagnose/source_scan.h"
#include "record/recording.h"
#include "sql/targets.h"

namespace windlass::diagnose {

/// What a fault kept from happening.
struct Undone {
  sql::Reading reading;            ///< of the statement that was refused
  std::vector<Declared> declared;  ///< of a revision that was left: what its source would have made
  bool duplicate = false;          ///< the object was there already
  bool table_missing = false;      ///< it named a table that is not there, perhaps for another one
  bool writes_rows = false;        ///< the statement that was refused would have written rows
  bool adds_rows = false;          ///< new ones
  std::string met = {};  ///< of a duplicate: the name of what was there; empty: all that it would make
};

/// Whether `error`, met by a statement with this reading, may come of it: what it misses would have been
/// made, what it finds in its place would have been dropped or renamed, or the rows it refers to would have
/// been written.
bool may_follow(const record::ServerMessage& error, const sql::Reading& reading, const Undone& undone);

/// Whether `error` is about something that only the definition of a duplicate has
/// (DuplicateDiffers::lacking).
bool misses_one_of(const record::ServerMessage& error, const sql::Reading& reading,
                   const std::vector<catalog::Object>& lacking);

/// Whether a query with this reading may have found no rows because of it.
bool may_lack_rows(const sql::Reading& query, const Undone& undone);

}  // namespace windlass::diagnose
