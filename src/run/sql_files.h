// What a user names as SQL: a file, a folder of files, a dump in whatever form, a pipe; made into the files
// of plain SQL to load, in their order.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "scratch/run_folder.h"

namespace windlass::run {

/// A file or folder, looked into.
struct GivenFile {
  enum class Kind {
    Snapshot,  ///< JSON: a snapshot's file
    Sql,       ///< text
    Archive,   ///< a dump that pg_restore reads: custom, tar or folder
    Folder,
  };
  Kind kind = Kind::Sql;
  std::filesystem::path path;  ///< what to read: of a pipe a copy, which goes with this object
  std::string name;            ///< as the user named it
  scratch::RunFolder copy = {};
  /// Nothing but SQL may stand in it: psql's commands are refused, and its variables are none.
  bool bare = false;
};

/// Looks at how it begins. An error for what is neither SQL nor a snapshot (compressed, UTF-16, a database of
/// SQLite), with how to make SQL of it.
base::Result<GivenFile> look_at_file(const std::string& name);

struct SqlFile {
  std::filesystem::path path;
  std::string name;  ///< for errors and remarks
};

struct SqlFiles {
  std::vector<SqlFile> files;        ///< in the order to load them in, each in a session of its own
  std::vector<std::string> remarks;  ///< what was left out
  bool bare = false;                 ///< as GivenFile::bare
  bool schema_only = false;          ///< of a dump with rows: they, and positions of sequences, are not there
  scratch::RunFolder made = {};      ///< what pg_restore wrote
};

/// `bindir`: where pg_restore is looked for before PATH (of `environment`); may be empty.
base::Result<SqlFiles> sql_files(const GivenFile& given, const std::filesystem::path& bindir,
                                 const std::vector<std::string>& environment);

/// The order of a folder's files: by name, runs of digits as numbers (V2 before V10, 1 before 1.1), all else
/// by bytes.
bool natural_less(std::string_view a, std::string_view b);

}  // namespace windlass::run
