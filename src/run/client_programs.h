// PostgreSQL's client programs (pg_dump, pg_restore, psql).
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace windlass::run {

/// Every `name` at hand, the likeliest first: in `bindir`, beside a server (may be empty), then in the PATH
/// of `environment`.
std::vector<std::filesystem::path> client_programs(const std::string& name,
                                                   const std::filesystem::path& bindir,
                                                   const std::vector<std::string>& environment);

}  // namespace windlass::run
