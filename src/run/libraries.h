// The Python libraries that a run of the chain stands on, as an interpreter really has them.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "run/interpreter.h"

namespace windlass::run {

struct Library {
  std::string name;     ///< as it is imported: "alembic", "psycopg2"
  std::string version;  ///< "1.13.2"; "" where it cannot be imported
  std::string problem;  ///< why it cannot be imported though it is installed (psycopg without libpq, say)
  bool driver = false;  ///< it speaks to PostgreSQL
};

/// Imports Alembic, SQLAlchemy and each PostgreSQL driver that windlass knows in `program`, without the
/// project on its path. Those that are not installed are left out. Costs one start of the interpreter.
base::Result<std::vector<Library>> installed_libraries(const std::filesystem::path& program,
                                                       const InterpreterSettings& settings);

}  // namespace windlass::run
