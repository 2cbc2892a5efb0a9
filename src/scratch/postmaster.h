// One running `postgres`, started directly: pg_ctl's polling costs 0.1 s each way.
//
// Invariants: the server ends with this process, however that ends: the kernel
// sends it SIGQUIT (an immediate shutdown) when the *thread* that started it
// ends, so a thread is kept for nothing but that. After stop() nothing of the
// server runs any more. It listens on a Unix socket alone.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/process.h"
#include "scratch/binaries.h"

namespace windlass::scratch {

/// The port in the socket's name; the folder is the server's own.
inline constexpr int kPort = 5432;

struct PostmasterOptions {
  Binaries binaries;
  std::filesystem::path data;           ///< the data folder
  std::filesystem::path socket_folder;  ///< also holds the log
  base::SystemUser user;
  std::vector<std::pair<std::string, std::string>> settings;  ///< on the command line
  std::vector<std::string> environment;                       ///< PATH and LD_LIBRARY_PATH are taken from it
  bool outlive = false;                                       ///< goes on when this process ends
};

class Postmaster {
 public:
  /// Starts it, and does not wait.
  static base::Result<std::unique_ptr<Postmaster>> launch(const PostmasterOptions& options);
  /// Returns once it accepts connections. Fails with the end of its log.
  base::Result<void> wait_ready();
  ~Postmaster();

  pid_t pid() const;
  bool alive() const;
  /// Sends the signal of stop() and does not wait; stop() is still to be called.
  void ask_to_stop(int signal);
  /// SIGQUIT: at once, nothing written. SIGINT: with a checkpoint. Idempotent, from any thread.
  void stop(int signal);
  /// For a server that outlives this process: it is no longer this object's.
  void let_go();
  /// The last lines of the log.
  std::string log_tail() const;

 private:
  struct Impl;
  explicit Postmaster(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// The environment for the server's programs: no locale, no PG* and no secret
/// of the caller's. PGHOST and PGPORT name the server itself: what connects
/// from inside it (dblink, a subscription) without naming a host stays inside.
std::vector<std::string> server_environment(const std::vector<std::string>& caller,
                                            const std::filesystem::path& socket_folder);

}  // namespace windlass::scratch
