#include "run/scratch_place.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "catalog/install.h"
#include "catalog/snapshot.h"
#include "pg/connection.h"
#include "scratch/cache.h"
#include "scratch/data_folder.h"
#include "scratch/given_server.h"
#include "scratch/server.h"

namespace windlass::run {

namespace {

base::Result<catalog::Snapshot> read_start(const std::string& conninfo) {
  pg::Connection connection = WINDLASS_TRY(pg::Connection::open(conninfo));
  return catalog::read_snapshot(connection);
}

base::Result<catalog::Snapshot> read_server(const std::string& conninfo) {
  pg::Connection connection = WINDLASS_TRY(pg::Connection::open(conninfo));
  return catalog::read_shared(connection);
}

/// A server of our own.
class OwnPlace : public ScratchPlace {
 public:
  static base::Result<std::unique_ptr<ScratchPlace>> open(PlaceSettings settings) {
    scratch::ServerOptions options;
    const auto& found = settings.binaries.get();
    if (!found) return base::fail(found.error());
    options.binaries = *found;
    options.settings = settings.server_settings;
    options.cache = scratch::cache_root(settings.environment);
    options.prepare_sql = catalog::install_sql(options.binaries.major);
    options.token = settings.token;
    options.environment = settings.environment;
    options.keep = settings.keep;
    options.state = settings.state;
    scratch::Server server = WINDLASS_TRY(scratch::Server::start(std::move(options)));
    auto place = std::unique_ptr<OwnPlace>(new OwnPlace(std::move(settings), std::move(server)));
    if (place->settings_.state) {
      if (place->settings_.furnish)
        for (const std::string& database : place->settings_.state->databases())
          WINDLASS_CHECK(place->settings_.furnish(place->server_.conninfo(database)));
      return std::unique_ptr<ScratchPlace>(std::move(place));
    }
    // Read while the interpreter still imports: every database begins as a copy of this one.
    place->fresh_ = WINDLASS_TRY(read_start(place->server_.conninfo(scratch::kSpareDatabase)));
    place->make_expected();
    return std::unique_ptr<ScratchPlace>(std::move(place));
  }

  base::Result<record::Admission> admit(const record::StartupRequest& request) override {
    const std::lock_guard lock(mutex_);
    const scratch::Identity identity = identity_of(request.user, request.database);
    WINDLASS_CHECK(give_back_unless(identity));
    WINDLASS_CHECK(scratch::take_identity(server_, identity));
    if (std::none_of(visited_.begin(), visited_.end(),
                     [&](const Visited& visited) { return visited.database == request.database; }))
      WINDLASS_CHECK(visit(request));
    return record::Admission{login_of(request), request.database};
  }

  record::Upstream upstream() const override { return {server_.socket_folder(), server_.port(), {}}; }
  std::string conninfo(const std::string& database) const override { return server_.conninfo(database); }
  bool alive() override { return server_.alive(); }
  std::string version() const override { return server_.version(); }
  std::string description() const override {
    return fmt::format("PostgreSQL {} ({})", server_.version(), server_.binaries().bindir.string());
  }
  std::string user() const override {
    const auto user = scratch::server_user();
    return user ? user->name : "";
  }
  std::string log_tail() const override { return server_.log_tail(); }
  std::string psql_line(const std::string& database) const override {
    const std::string role = visited_.empty() ? "windlass" : visited_.front().role;
    return fmt::format("psql -h {} -p {} -U {} -d {}", server_.socket_folder().string(), server_.port(), role,
                       database);
  }
  std::string end_command() const override { return settings_.keep ? server_.end_command() : std::string(); }
  std::string remark() const override { return server_.remark(); }
  base::Result<std::shared_ptr<const scratch::SavedState>> save(const std::filesystem::path& pack) override {
    return server_.save(pack);
  }
  void close() override { server_.stop(); }

 private:
  OwnPlace(PlaceSettings settings, scratch::Server server)
      : settings_(std::move(settings)), server_(std::move(server)) {}

  scratch::Identity identity_of(std::string role, std::string database) const {
    return {std::move(role), std::move(database), settings_.encoding, settings_.superuser};
  }

  bool deploys(const record::StartupRequest& request) const {
    return !settings_.as_role.empty() && request.user == settings_.expected_role;
  }
  std::string login_of(const record::StartupRequest& request) const {
    return deploys(request) ? settings_.as_role : request.user;
  }

  /// The identity that the first session will most likely ask for, made while the interpreter still imports.
  /// What goes wrong here is told when a session asks.
  void make_expected() {
    const bool plain =
        settings_.as_role.empty() && settings_.encoding == "UTF8" && server_.binaries().major >= 15 &&
        !settings_.expected_role.empty() && settings_.expected_role != scratch::kSuperuser &&
        settings_.expected_database != "postgres" && !settings_.expected_database.starts_with("template");
    if (!plain) return;
    const scratch::Identity identity = identity_of(settings_.expected_role, settings_.expected_database);
    if (!scratch::take_identity(server_, identity)) return;
    expected_ = identity;
    // What stands outside the chain belongs to what was there before it.
    if (!settings_.prerequisites.empty()) return;
    if (auto read = read_server(server_.conninfo("postgres"))) expected_server_ = std::move(*read);
  }

  /// A first session that asks for something else finds the server as if nothing had been expected.
  base::Result<void> give_back_unless(const scratch::Identity& asked) {
    const std::optional<scratch::Identity> made = std::exchange(expected_, std::nullopt);
    if (!made || (made->role == asked.role && made->database == asked.database)) return {};
    expected_server_.reset();
    return scratch::release_identity(server_, *made);
  }

  /// The first session of a database: what stands outside the chain is put there, then the start is read.
  base::Result<void> visit(const record::StartupRequest& request) {
    const Prerequisites& given = settings_.prerequisites;
    catalog::Snapshot start = fresh_;
    const bool kept = settings_.state && settings_.state->databases().contains(request.database);
    // Before 15, schema public changes hands with the database; then the fresh read does not hold.
    if (kept) {
      start = WINDLASS_TRY(read_start(server_.conninfo(request.database)));
    } else if (settings_.state || !given.empty() || server_.binaries().major < 15 ||
               settings_.encoding != "UTF8" || deploys(request)) {
      const std::string conninfo = server_.conninfo(request.database);
      WINDLASS_CHECK(scratch::apply_prerequisites(conninfo, given.roles, given.extensions, given.setup));
      if (deploys(request))
        WINDLASS_CHECK(scratch::take_deploying_role(conninfo, settings_.as_role, request.database));
      start = WINDLASS_TRY(read_start(conninfo));
    }
    if (visited_.empty()) {
      server_wide_.before = expected_server_ ? std::move(*expected_server_)
                                             : WINDLASS_TRY(read_server(server_.conninfo(request.database)));
      server_wide_.ours = true;
    }
    visited_.push_back({request.database, login_of(request), std::move(start)});
    return {};
  }

  PlaceSettings settings_;
  scratch::Server server_;
  catalog::Snapshot fresh_;
  std::optional<scratch::Identity> expected_;  // made, and not yet asked for
  std::optional<catalog::Snapshot> expected_server_;
};

/// Databases of our own on a server the user gave.
class GivenPlace : public ScratchPlace {
 public:
  static base::Result<std::unique_ptr<ScratchPlace>> open(PlaceSettings settings) {
    scratch::GivenServer server =
        WINDLASS_TRY(scratch::GivenServer::open({settings.given_url, settings.token}));
    auto place = std::unique_ptr<GivenPlace>(new GivenPlace(std::move(settings), std::move(server)));
    place->first_ =
        WINDLASS_TRY(place->server_.create_database(catalog::install_sql(place->server_.major())));
    return std::unique_ptr<ScratchPlace>(std::move(place));
  }

  base::Result<record::Admission> admit(const record::StartupRequest& request) override {
    const std::lock_guard lock(mutex_);
    auto known = ours_.find(request.database);
    if (known == ours_.end()) {
      std::string database = first_;
      if (!ours_.empty())
        database = WINDLASS_TRY(server_.create_database(catalog::install_sql(server_.major())));
      const Prerequisites& given = settings_.prerequisites;
      const std::string conninfo = server_.conninfo(database);
      if (!given.empty())
        WINDLASS_CHECK(scratch::apply_prerequisites(conninfo, given.roles, given.extensions, given.setup));
      if (visited_.empty()) server_wide_.before = WINDLASS_TRY(read_server(conninfo));
      visited_.push_back({database, server_.role(), WINDLASS_TRY(read_start(conninfo))});
      known = ours_.emplace(request.database, database).first;
    }
    return record::Admission{server_.role(), known->second};
  }

  record::Upstream upstream() const override { return {{}, 0, server_.conninfo(first_)}; }
  std::string conninfo(const std::string& database) const override {
    return server_.conninfo(database == "postgres" ? first_ : database);
  }
  bool alive() override { return true; }
  std::string version() const override { return server_.version(); }
  std::string description() const override {
    return fmt::format("PostgreSQL {} (--scratch-url)", server_.version());
  }
  std::string user() const override { return {}; }
  std::string log_tail() const override { return {}; }
  std::string psql_line(const std::string& database) const override {
    return fmt::format("psql -d {} (on the server of --scratch-url, as {})", database, server_.role());
  }
  std::string end_command() const override { return {}; }
  base::Result<std::shared_ptr<const scratch::SavedState>> save(const std::filesystem::path&) override {
    return base::fail({"keep what the databases hold", "the server of --scratch-url",
                       "its data folder is not windlass's", "Leave --scratch-url out.",
                       base::Exit::CouldNotLook});
  }
  std::string remark() const override {
    return settings_.keep ? "--keep has no effect on a server given with --scratch-url" : "";
  }
  void close() override { (void)server_.close(); }

 private:
  GivenPlace(PlaceSettings settings, scratch::GivenServer server)
      : settings_(std::move(settings)), server_(std::move(server)) {}

  PlaceSettings settings_;
  scratch::GivenServer server_;
  std::string first_;
  std::map<std::string, std::string> ours_;  // as the project calls it -> ours
};

}  // namespace

base::Result<std::unique_ptr<ScratchPlace>> ScratchPlace::open(PlaceSettings settings) {
  if (!settings.given_url.empty()) return GivenPlace::open(std::move(settings));
  return OwnPlace::open(std::move(settings));
}

std::vector<ScratchPlace::Visited> ScratchPlace::visited() const {
  const std::lock_guard lock(mutex_);
  return visited_;
}

std::optional<ServerWideReads> ScratchPlace::read_server_wide() const {
  ServerWideReads reads;
  {
    const std::lock_guard lock(mutex_);
    if (visited_.empty()) return std::nullopt;
    reads = server_wide_;
  }
  auto after = read_server(conninfo("postgres"));
  if (!after) return std::nullopt;
  reads.after = std::move(*after);
  return reads;
}

}  // namespace windlass::run
