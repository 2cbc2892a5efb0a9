#include "scratch/server.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <chrono>
#include <csignal>
#include <optional>
#include <thread>
#include <vector>

#include "base/file.h"
#include "base/text.h"
#include "pg/connection.h"
#include "scratch/data_folder.h"
#include "scratch/pack.h"
#include "scratch/server_impl.h"

namespace windlass::scratch {

namespace {

namespace fs = std::filesystem;

class Stopwatch {
 public:
  /// Seconds since the last lap.
  double lap() {
    const auto now = std::chrono::steady_clock::now();
    const double seconds = std::chrono::duration<double>(now - last_).count();
    last_ = now;
    return seconds;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

/// Where dead runs may have left something; also where there is no room now.
std::vector<fs::path> swept_parents(std::vector<fs::path> parents) {
  if (parents.front() != "/dev/shm") parents.emplace_back("/dev/shm");
  return parents;
}

/// How long a session that has ended may take until the server is rid of it.
constexpr std::chrono::milliseconds kSessionsEnd{2000};

/// The databases of a server, by name.
struct Databases {
  std::map<std::string, std::string>
      unused;  ///< every server has them, and nobody has worked in them: number
  std::vector<std::string> used;
  bool closed = false;  ///< one that was worked in takes no connections
};

std::optional<Databases> databases_of(const Server& server, const std::set<std::string>& known) {
  auto connection = pg::Connection::open(server.conninfo("postgres"));
  if (!connection) return std::nullopt;
  const auto rows = connection->query("SELECT datname, oid, datallowconn FROM pg_catalog.pg_database");
  if (!rows) return std::nullopt;
  const std::set<std::string> everywhere = {"postgres", "template0", "template1", kSpareDatabase};
  Databases found;
  for (int row = 0; row < rows->size(); ++row) {
    const std::string name(rows->at(row, 0));
    if (everywhere.contains(name) && !known.contains(name)) {
      found.unused.emplace(name, rows->at(row, 1));
    } else {
      found.used.push_back(name);
      if (rows->at(row, 2) != "t") found.closed = true;
    }
  }
  return found;
}

/// Waits until nobody is there but windlass's own `sessions`.
bool alone(pg::Connection& connection, const std::string& sessions) {
  const auto end = std::chrono::steady_clock::now() + kSessionsEnd;
  do {
    const auto others = connection.query(
        "SELECT FROM pg_catalog.pg_stat_activity WHERE backend_type IN ('client backend', 'parallel worker', "
        "'walsender') AND pid <> ALL ($1::int[]) LIMIT 1",
        {sessions});
    if (!others) return false;
    if (others->size() == 0) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  } while (std::chrono::steady_clock::now() < end);
  return false;
}

/// Lets the server write all it holds into its files. False where a server that begins with a copy of them
/// would not hold the same: it finds them as after a crash, which empties unlogged tables.
bool write_out(Server& server, const Databases& databases) {
  if (databases.closed) return false;
  std::vector<pg::Connection*> connections;
  std::vector<std::string> sessions;
  for (const std::string& database : databases.used) {
    auto connection = server.standing_connection(database);
    if (!connection) return false;
    connections.push_back(*connection);
    sessions.push_back(std::to_string((*connection)->backend_pid()));
  }
  if (connections.empty()) return false;
  const std::string own = fmt::format("{{{}}}", fmt::join(sessions, ","));
  for (pg::Connection* connection : connections) {
    if (!alone(*connection, own)) return false;
    const auto unlogged =
        connection->query("SELECT FROM pg_catalog.pg_class WHERE relpersistence = 'u' LIMIT 1");
    if (!unlogged || unlogged->size() > 0) return false;
  }
  return connections.front()->execute("CHECKPOINT").has_value();
}

std::string shell_quote(const std::string& text) { return "'" + base::replace_all(text, "'", "'\\''") + "'"; }

}  // namespace

base::Result<Server> Server::start(ServerOptions options) {
  auto impl = std::make_unique<Impl>();
  Stopwatch watch;
  impl->user = WINDLASS_TRY(scratch::server_user());
  const auto parents = run_parents(options.environment);
  sweep(swept_parents(parents));
  impl->times.sweep = watch.lap();

  PreparedData data;
  if (options.state) {
    data.pack = WINDLASS_TRY(open_packed_data(options.state->pack()));
    impl->known_roles = options.state->roles();
    impl->known_databases = options.state->databases();
    impl->common = options.state->common();
  } else {
    data = WINDLASS_TRY(prepared_data(
        {options.binaries, impl->user, options.cache, parents, options.prepare_sql, options.environment}));
  }
  impl->fresh = data.fresh;
  impl->remark = data.remark;
  impl->times.prepare = watch.lap();

  impl->run_folder = WINDLASS_TRY(RunFolder::make(parents, impl->user));
  impl->folder = impl->run_folder.path();
  PostmasterOptions launch{options.binaries, impl->folder / "data", impl->folder, impl->user,
                           options.settings, options.environment,   options.keep};
  if (!options.token.empty()) launch.settings.emplace_back("pg_windlass.token", options.token);
  // Databases are opened by sessions only: the server gets ready while they are still being copied.
  const bool give = impl->user.uid != ::geteuid();
  WINDLASS_CHECK(unpack(data.pack.get(), launch.data,
                        give ? std::optional<base::SystemUser>(impl->user) : std::nullopt,
                        [&]() -> base::Result<void> {
                          impl->postmaster = WINDLASS_TRY(Postmaster::launch(launch));
                          return {};
                        }));
  for (const auto& [database, oid] : impl->common.oids)
    WINDLASS_CHECK(impl->common.files->link(oid, launch.data));
  impl->times.copy = watch.lap();
  WINDLASS_CHECK(impl->postmaster->wait_ready());
  impl->times.start = watch.lap();
  impl->options = std::move(options);
  return Server(std::move(impl));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::Server(Server&&) noexcept = default;

Server& Server::operator=(Server&& other) noexcept {
  std::swap(impl_, other.impl_);
  return *this;
}

Server::~Server() {
  if (impl_) stop();
}

const fs::path& Server::folder() const { return impl_->folder; }
const fs::path& Server::socket_folder() const { return impl_->folder; }
int Server::port() const { return kPort; }
const std::string& Server::version() const { return impl_->options.binaries.version; }
const Binaries& Server::binaries() const { return impl_->options.binaries; }
const base::SystemUser& Server::server_user() const { return impl_->user; }
pid_t Server::pid() const { return impl_->postmaster->pid(); }
bool Server::alive() const { return impl_->postmaster->alive(); }
const std::string& Server::token() const { return impl_->options.token; }

std::set<std::string> Server::known_databases() const {
  const std::lock_guard lock(impl_->identity_mutex);
  return impl_->known_databases;
}

std::set<std::string> Server::known_roles() const {
  const std::lock_guard lock(impl_->identity_mutex);
  return impl_->known_roles;
}

std::string Server::log_tail() const { return impl_->postmaster->log_tail(); }
const StartTimes& Server::times() const { return impl_->times; }
bool Server::freshly_prepared() const { return impl_->fresh; }
const std::string& Server::remark() const { return impl_->remark; }

std::string Server::conninfo(const std::string& database, const std::string& user) const {
  return socket_conninfo(impl_->folder, kPort, database, user);
}

std::string Server::end_command() const {
  // Until its lock file is gone the server still writes into the folder.
  const std::string lock = shell_quote((folder() / "data/postmaster.pid").string());
  return fmt::format("kill -QUIT {} && while [ -e {} ]; do sleep 0.1; done && rm -rf {}", pid(), lock,
                     shell_quote(folder().string()));
}

base::Result<std::shared_ptr<const SavedState>> Server::save(const fs::path& pack,
                                                             std::shared_ptr<CommonFiles> common,
                                                             bool running) {
  const fs::path data = impl_->folder / "data";
  const std::lock_guard lock(impl_->identity_mutex);
  const std::optional<Databases> databases = databases_of(*this, impl_->known_databases);
  if (!running || !databases || !write_out(*this, *databases)) impl_->postmaster->stop(SIGINT);
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(data / "pg_tblspc", code))
    if (entry.is_symlink(code))
      return base::fail({"keep what the scratch server holds", data.string(),
                         "a tablespace lies outside of its data folder", "", base::Exit::CouldNotLook});
  CommonDatabases held{common, {}};
  if (common && databases)
    for (const auto& [name, oid] : databases->unused)
      if (common->hold(oid, data)) held.oids.emplace(name, oid);
  WINDLASS_CHECK(pack_data(data, pack, held.oids));
  return std::make_shared<const SavedState>(pack, impl_->known_roles, impl_->known_databases,
                                            std::move(held));
}

base::Result<pg::Connection*> Server::standing_connection(const std::string& database) {
  pg::Connection& connection = impl_->standing[database];
  // The chain may have ended all sessions but its own.
  if (connection && !connection.query("SELECT")) connection.close();
  if (!connection) connection = WINDLASS_TRY(pg::Connection::open(conninfo(database)));
  return &connection;
}

void Server::close_standing_connections() { impl_->standing.clear(); }

void Server::stop() {
  const std::lock_guard lock(impl_->stop_mutex);
  if (impl_->stopped) return;
  impl_->stopped = true;
  close_standing_connections();
  if (impl_->options.keep && impl_->postmaster->alive()) {
    impl_->run_folder.keep();
    impl_->postmaster->let_go();
    return;
  }
  // Most of the folder goes while the server ends: after SIGQUIT none of its processes writes any more. The
  // few that are in the middle of something are why what remains is removed again below.
  impl_->postmaster->ask_to_stop(SIGQUIT);
  base::remove_tree(impl_->folder / "data" / "base");
  impl_->postmaster->stop(SIGQUIT);
  impl_->run_folder.remove();
}

}  // namespace windlass::scratch
