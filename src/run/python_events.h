// clang-format off: the table below
// Reads what the Python part told: JSON lines, one event each.
//
//   hello       python, executable, alembic, sqlalchemy, began (seconds of the monotonic clock)
//   driver      name, version
//   chain       revisions [{id, parents, depends_on, labels, file, title}], heads, bases
//   configured  transaction_per_migration, transactional_ddl, version_table, version_table_schema,
//               dialect, driver
//   step        revision, direction, phase ("start", "end"), t (seconds after began)
//   plan        steps [[revision, file]], stamp (of the libraries), files: answered with what may be taken
//               from the cache
//   play        t: the steps that this answer named are to be taken; answered when they were
//   cached      the step that began was taken from the cache
//   opened, listed, wrote, imported, memo, savepoints, held   what the steps left in the process
//   (run/kept_run.h) enum        name, class, create_type, labels, metadata, native, file, line, revision
//   enum-use    how ("column", "create"), name, schema, labels, file, line, column, revision
//   models      tables [{schema, name, columns}]; only where the run failed
//   models-made made, because, nothing; database, tables [{schema, name, file, line, included,
//               columns [{name, line, filled, sequence}], excluded}], enums [{schema, name, labels, file,
//               line, class, names, values, columns}], others
//   connect     driver, direct, target, file, line, revision
//   other-database  database, file, line, revision
//   exception   type, message, phase, revision, frames, missing_keys, missing_module, exit_code, first
//   left        as exception: the revision was left there, and the next one tried
//   network     address, file, line
//   child       argv0, file, line
//   inputs      files (relative to the project)
//   libraries   modules [[name, file]]; only where they were asked for
//   remark      text
//   end         exit
// clang-format on
#pragma once

#include <string_view>

#include "base/error.h"
#include "run/evidence.h"

namespace windlass::run {

/// Adds what `lines` tell to `evidence`. A line that is no event becomes a
/// remark: the project's process could write to the descriptor, too.
void read_python_events(std::string_view lines, Evidence& evidence);

}  // namespace windlass::run
