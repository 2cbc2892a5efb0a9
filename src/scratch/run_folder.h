// The private folder of one run, and sweeping up after runs that were killed.
//
// Invariants: named windlass-XXXXXX, made with mode 0700, owned by the user it
// was made for, never writable for others; the run that owns it holds flock(2) on the file `lock` in it for
// as long as it lives. It gets its final name only once the lock is held: a folder whose lock can be had
// belongs to a run that is dead. A folder with a file `kept` in it was left on purpose and stays while its
// server runs.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/process.h"
#include "base/unique_fd.h"

namespace windlass::scratch {

/// Where private folders may be made, best first: /dev/shm with enough room, $TMPDIR, /tmp.
std::vector<std::filesystem::path> run_parents(const std::vector<std::string>& environment);

class RunFolder {
 public:
  /// A fresh folder in the first of `parents` that takes one, given to `owner` (root only). Fails when a Unix
  /// socket in it, or in a folder `client` in it, would have a longer path than the system allows (107
  /// bytes).
  static base::Result<RunFolder> make(const std::vector<std::filesystem::path>& parents,
                                      const base::SystemUser& owner);
  /// The same, in the usual places for this process, owned by the caller.
  static base::Result<RunFolder> make();
  RunFolder() = default;
  RunFolder(RunFolder&& other) noexcept;
  RunFolder& operator=(RunFolder&& other) noexcept;
  ~RunFolder();  ///< as remove()

  const std::filesystem::path& path() const { return path_; }
  /// From now on the folder stays. What it holds is the user's.
  void keep();
  /// Removes it with all it holds. Again: does nothing.
  void remove();

 private:
  std::filesystem::path path_;
  base::UniqueFd lock_;
};

/// Removes what dead runs left in `parents`, their servers first; never a live run's. How many folders went.
int sweep(const std::vector<std::filesystem::path>& parents);

/// The server that runs on `data` (a data folder), found by its pid file and checked to be that; nullopt when
/// none.
std::optional<pid_t> server_of(const std::filesystem::path& data);

}  // namespace windlass::scratch
