// The SQL scripts and Python sources around a project that are no part of its chain: another project of the
// same repository, scripts. Where a chain needs what it never makes, they may say who does.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace windlass::run {

/// The .sql and .py files of the git repository that `project` lies in (of `project` itself where there is
/// none), relative to `project`, sorted; without those in `chain`, virtual environments, packages, tests and
/// hidden folders. At most 2,000 of at most 1 MiB each: what lies beyond is not looked at.
std::vector<std::string> other_sources(const std::filesystem::path& project,
                                       const std::set<std::string>& chain);

}  // namespace windlass::run
