// Names as SQL needs them written.
#pragma once

#include <string>
#include <vector>

namespace windlass::sql {

/// The parts joined by dots, each quoted where PostgreSQL would read it otherwise; empty parts are left out.
std::string sql_name(const std::vector<std::string>& parts);

}  // namespace windlass::sql
