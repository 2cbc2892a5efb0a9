// A scratch server: a private, throwaway PostgreSQL on a Unix socket.
//
// Invariants: it lives in a folder of its own (scratch/run_folder.h), in
// memory where there is room; nobody but the caller and the server's user
// reaches it; it ends with this process, and its folder goes with it or is
// swept by the next start. The folder is the server user's (for root:
// `postgres`), which root enters too.
#pragma once

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/process.h"
#include "pg/connection.h"
#include "scratch/binaries.h"
#include "scratch/saved_state.h"

namespace windlass::scratch {

struct ServerOptions {
  Binaries binaries;
  std::filesystem::path cache;  ///< see cache_root()
  std::string prepare_sql;      ///< run in every database; depends on binaries.major alone
  std::string token;            ///< becomes the setting pg_windlass.token; may be empty
  std::vector<std::pair<std::string, std::string>> settings;  ///< further server settings
  std::vector<std::string> environment;  ///< PATH, TMPDIR, LD_LIBRARY_PATH are read from here
  bool keep = false;                     ///< server and folder stay when this process ends
  /// Start from this instead of from a prepared data folder: what an earlier server held.
  std::shared_ptr<const SavedState> state;
};

/// Where the time of start() went, in seconds; `start` is what was left to wait after the copy.
struct StartTimes {
  double sweep = 0, prepare = 0, copy = 0, start = 0;
};

class Server {
 public:
  /// From a prepared data folder in some 60 ms; the first time per server build it takes a second more.
  static base::Result<Server> start(ServerOptions options);
  Server(Server&&) noexcept;
  Server& operator=(Server&&) noexcept;
  ~Server();  ///< as stop()

  const std::filesystem::path& folder() const;
  const std::filesystem::path& socket_folder() const;
  int port() const;
  /// For libpq. `user` exists and is a superuser unless named otherwise.
  std::string conninfo(const std::string& database, const std::string& user = "windlass") const;
  const std::string& version() const;  ///< "15.20"
  const std::string& token() const;    ///< ServerOptions::token
  /// The identities that it got to know (scratch/identity.h).
  std::set<std::string> known_databases() const;
  std::set<std::string> known_roles() const;
  const Binaries& binaries() const;
  const base::SystemUser& server_user() const;  ///< who the server runs as
  pid_t pid() const;
  bool alive() const;
  std::string log_tail() const;
  const StartTimes& times() const;
  bool freshly_prepared() const;      ///< the data folder was made just now
  const std::string& remark() const;  ///< worth telling the user; mostly empty

  /// Windlass's own connection to `database`, which stays open: the server's own memory of its catalog, which
  /// a session builds up, is most of what a first read costs. Not thread-safe.
  base::Result<pg::Connection*> standing_connection(const std::string& database);
  void close_standing_connections();

  /// For --keep: the shell command that ends a kept server and removes its folder.
  std::string end_command() const;

  /// Packs what the server holds into the new file `pack`. It goes on where `running` asks for that and what
  /// is packed can be had so; else it is stopped with a checkpoint, and its folder is removed by stop() as
  /// ever. Databases in which nobody worked go to `common`, where there is one. Fails where the data lies
  /// partly outside of the folder (a tablespace). No session but windlass's own may be open.
  base::Result<std::shared_ptr<const SavedState>> save(const std::filesystem::path& pack,
                                                       std::shared_ptr<CommonFiles> common = nullptr,
                                                       bool running = false);

  /// Ends the server and removes its folder; with `keep`, lets go of both. Idempotent, from any thread.
  void stop();

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace windlass::scratch
