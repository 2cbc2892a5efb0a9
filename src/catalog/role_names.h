// The roles that a server has: everybody may read their names.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"

namespace windlass::catalog {

/// Without PostgreSQL's own (pg_...). An error: they could not be read.
base::Result<std::vector<std::string>> read_role_names(const std::string& conninfo);

/// The role that statements over such a connection are run as. An error: it could not be read.
base::Result<std::string> read_current_role(const std::string& conninfo);

}  // namespace windlass::catalog
