// A folder tree as one file, made to be unpacked fast: a thousand small files
// opened and read one by one cost more than all their bytes.
//
// Layout: "windlass-pack-2\n"; two little-endian uint64: bytes of the whole
// file, bytes of the index; the index, one line an entry ("d PATH" or
// "f SIZE STORED PATH"; the line "-" parts what is needed first from the
// rest); then the stored bytes of every file in that order.
// A file's trailing zeros are not stored (SIZE > STORED).
// Invariant: a file that was cut short or is not ours is refused before
// anything is written.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/process.h"

namespace windlass::scratch {

/// Which entries (paths relative to the tree) are left out, and which files may come later than the others.
struct PackRules {
  std::function<bool(const std::string&)> leave_out = [](const std::string&) { return false; };
  std::function<bool(const std::string&)> later = [](const std::string&) { return false; };
};

/// Packs the tree `from` into the new file `to` (mode 0600), synced to disk.
base::Result<void> write_pack(const std::filesystem::path& from, const std::filesystem::path& to,
                              const PackRules& rules);

/// Whether `fd` holds a whole pack.
bool is_pack(int fd);

/// Unpacks into the new folder `to`: folders 0700, files 0600, all given to `owner` when there is one (root
/// only). `between` is called once what is needed first is there; its error ends the unpacking.
base::Result<void> unpack(
    int fd, const std::filesystem::path& to, const std::optional<base::SystemUser>& owner,
    const std::function<base::Result<void>()>& between = [] { return base::Result<void>(); });

}  // namespace windlass::scratch
