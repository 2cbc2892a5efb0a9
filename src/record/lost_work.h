// Transactions that their client took for committed: PostgreSQL answers the COMMIT of a failed transaction
// with the tag ROLLBACK and no error (https://www.postgresql.org/docs/current/sql-commit.html says nothing of
// it), so that `alembic upgrade --sql | psql` ends with status 0 and nothing in the database.
#pragma once

#include <vector>

#include "record/recording.h"

namespace windlass::record {

struct LostWork {
  int commit = 0;        ///< Statement::n of the COMMIT
  int error = 0;         ///< of the first error of its transaction; 0 when it was not seen
  bool went_on = false;  ///< a later transaction of the session changed something that lasted
};

/// In the order of their COMMITs.
std::vector<LostWork> lost_work(const Recording& recording);

}  // namespace windlass::record
