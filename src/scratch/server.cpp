#include "scratch/server.h"

#include <fmt/core.h>

#include <chrono>
#include <csignal>

#include "base/file.h"
#include "base/text.h"
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

base::Result<std::shared_ptr<const SavedState>> Server::save(const fs::path& pack) {
  const fs::path data = impl_->folder / "data";
  impl_->postmaster->stop(SIGINT);
  std::error_code code;
  for (const auto& entry : fs::directory_iterator(data / "pg_tblspc", code))
    if (entry.is_symlink(code))
      return base::fail({"keep what the scratch server holds", data.string(),
                         "a tablespace lies outside of its data folder", "", base::Exit::CouldNotLook});
  WINDLASS_CHECK(pack_data(data, pack));
  const std::lock_guard lock(impl_->identity_mutex);
  return std::make_shared<const SavedState>(pack, impl_->known_roles, impl_->known_databases);
}

void Server::stop() {
  const std::lock_guard lock(impl_->stop_mutex);
  if (impl_->stopped) return;
  impl_->stopped = true;
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
