// A revision that is not there yet, written as the project's own Alembic would write it: from the project's
// script.py.mako, under the name that its file_template gives. Runs the project's interpreter, its template
// and its post_write_hooks, but no revision and no env.py; no file is left behind.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "chain/chain.h"
#include "chain/load.h"

namespace windlass::chain {

/// What is wanted. Statements and imports are whole lines without indentation; one statement may be several
/// lines.
struct NewRevision {
  std::string message;
  std::vector<std::string> parents;  ///< ids; none: a beginning
  std::vector<std::string> labels;
  std::vector<std::string> depends_on;  ///< ids or labels
  std::vector<std::string> imports;
  std::vector<std::string> upgrade, downgrade;  ///< none: what the template has there
  std::string id;                               ///< empty: as id_of_new()
};

struct RevisionFile {
  std::string id;
  std::string file;  ///< relative to the project; it is not there
  std::string text;
};

/// Twelve hexadecimal digits, as Alembic's own ids, but the same for the same parents and message.
std::string id_of_new(const NewRevision& wanted);

/// The file. `chain`: the revisions that are there. An error where the template has no place for what is
/// wanted, where a file of that name is there, and where Alembic or a hook refuses.
base::Result<RevisionFile> write_new_revision(const LoadSettings& settings, const Chain& chain,
                                              const NewRevision& wanted);

}  // namespace windlass::chain
