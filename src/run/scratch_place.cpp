#include "run/scratch_place.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/text.h"
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

/// Whether statements could work in a database that no session of the project is in.
bool reaches_other_databases(const LeftState& left) {
  if (left.catalogs.size() < left.databases.size()) return true;  // nobody knows
  return std::any_of(left.catalogs.begin(), left.catalogs.end(), [](const auto& database) {
    return std::any_of(database.second.facts.begin(), database.second.facts.end(),
                       [](const catalog::Fact& fact) {
                         const auto& [kind, name] = fact.object;
                         if (kind == "extension")
                           return name == "dblink" || name.ends_with("_fdw") ||
                                  (name.starts_with("pl") && name != "plpgsql");
                         return kind == "foreign-data wrapper" || kind == "language";
                       });
  });
}

/// Whether its session would differ from one that names nothing but itself.
bool asks_for_settings(const record::StartupRequest& request) {
  return std::any_of(request.settings.begin(), request.settings.end(), [](const auto& setting) {
    const std::string value = base::to_lower(setting.second);
    const bool usual = setting.first == "application_name" || setting.first == "fallback_application_name" ||
                       (setting.first == "client_encoding" && (value == "utf8" || value == "utf-8"));
    return !usual;
  });
}

/// A server of our own.
class OwnPlace : public ScratchPlace {
 public:
  static base::Result<std::unique_ptr<ScratchPlace>> open(PlaceSettings settings) {
    if (settings.server) {
      SharedServer server = std::move(settings.server);
      if (!settings.stays_connected) server->close_standing_connections();
      return std::unique_ptr<ScratchPlace>(new OwnPlace(std::move(settings), std::move(server)));
    }
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
    if (settings.state) options.state = settings.state->saved;
    auto server = std::make_shared<scratch::Server>(WINDLASS_TRY(scratch::Server::start(std::move(options))));
    auto place = std::unique_ptr<OwnPlace>(new OwnPlace(std::move(settings), std::move(server)));
    if (place->settings_.state) {
      if (place->settings_.furnish)
        for (const std::string& database : place->settings_.state->databases)
          WINDLASS_CHECK(place->furnish(database));
      return std::unique_ptr<ScratchPlace>(std::move(place));
    }
    // Read while the interpreter still imports: every database begins as a copy of this one.
    place->fresh_ = WINDLASS_TRY(read_start(place->server_->conninfo(scratch::kSpareDatabase)));
    place->make_expected();
    return std::unique_ptr<ScratchPlace>(std::move(place));
  }

  base::Result<record::Admission> admit(const record::StartupRequest& request) override {
    const std::lock_guard lock(mutex_);
    const scratch::Identity identity = identity_of(request.user, request.database);
    WINDLASS_CHECK(give_back_unless(identity));
    WINDLASS_CHECK(scratch::take_identity(*server_, identity));
    own_settings_ = own_settings_ || asks_for_settings(request);
    if (std::none_of(visited_.begin(), visited_.end(),
                     [&](const Visited& visited) { return visited.database == request.database; }))
      WINDLASS_CHECK(visit(request));
    return record::Admission{login_of(request), request.database};
  }

  record::Upstream upstream() const override { return {server_->socket_folder(), server_->port(), {}}; }
  std::string conninfo(const std::string& database) const override { return server_->conninfo(database); }
  pg::Connection* standing_connection(const std::string& database) const override {
    if (!settings_.side_by_side) return nullptr;
    const auto connection = server_->standing_connection(database);
    return connection ? *connection : nullptr;
  }
  bool alive() override { return server_->alive(); }
  std::string version() const override { return server_->version(); }
  std::string description() const override {
    return fmt::format("PostgreSQL {} ({})", server_->version(), server_->binaries().bindir.string());
  }
  std::string user() const override {
    const auto user = scratch::server_user();
    return user ? user->name : "";
  }
  std::string log_tail() const override { return server_->log_tail(); }
  std::string psql_line(const std::string& database) const override {
    const std::string role = visited_.empty() ? "windlass" : visited_.front().role;
    return fmt::format("psql -h {} -p {} -U {} -d {}", server_->socket_folder().string(), server_->port(),
                       role, database);
  }
  std::string end_command() const override { return settings_.keep ? server_->end_command() : std::string(); }
  std::string remark() const override { return server_->remark(); }
  Left leave(const KeepState& keep, LeftState known) override {
    Left left;
    known.databases = server_->known_databases();
    known.roles = server_->known_roles();
    if (!keep.pack.empty()) {
      if (auto saved =
              server_->save(keep.pack, reaches_other_databases(known) ? nullptr : keep.common, keep.server))
        known.saved = std::move(*saved);
      else
        left.because = saved.error().got;
    }
    const bool goes_on = keep.server && server_->alive();
    if (!known.saved && !goes_on) {
      if (left.because.empty()) left.because = "the scratch server has ended";
      return left;
    }
    left.state = std::make_shared<const LeftState>(std::move(known));
    if (goes_on) {
      let_go_ = true;
      left.server = server_;
    }
    return left;
  }
  void close() override {
    if (!let_go_) server_->stop();
  }

 private:
  OwnPlace(PlaceSettings settings, SharedServer server)
      : settings_(std::move(settings)), server_(std::move(server)) {}

  /// Puts in what is to be there, and reads what triggers may have made of it.
  base::Result<void> furnish(const std::string& database) {
    pg::Connection* const connection = WINDLASS_TRY(server_->standing_connection(database));
    WINDLASS_CHECK(settings_.furnish(*connection));
    WINDLASS_CHECK(connection->execute("RESET ALL"));
    furnished_[database] = WINDLASS_TRY(catalog::read_snapshot(*connection, catalog::Asked::Again));
    if (!settings_.stays_connected) server_->close_standing_connections();
    return {};
  }

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
        settings_.as_role.empty() && settings_.encoding == "UTF8" && server_->binaries().major >= 15 &&
        !settings_.expected_role.empty() && settings_.expected_role != scratch::kSuperuser &&
        settings_.expected_database != "postgres" && !settings_.expected_database.starts_with("template");
    if (!plain) return;
    const scratch::Identity identity = identity_of(settings_.expected_role, settings_.expected_database);
    if (!scratch::take_identity(*server_, identity)) return;
    expected_ = identity;
    // What stands outside the chain belongs to what was there before it.
    if (!settings_.prerequisites.empty()) return;
    if (auto read = read_server(server_->conninfo("postgres"))) expected_server_ = std::move(*read);
  }

  /// A first session that asks for something else finds the server as if nothing had been expected.
  base::Result<void> give_back_unless(const scratch::Identity& asked) {
    const std::optional<scratch::Identity> made = std::exchange(expected_, std::nullopt);
    if (!made || (made->role == asked.role && made->database == asked.database)) return {};
    expected_server_.reset();
    return scratch::release_identity(*server_, *made);
  }

  /// The first session of a database: what stands outside the chain is put there, then the start is read.
  base::Result<void> visit(const record::StartupRequest& request) {
    const Prerequisites& given = settings_.prerequisites;
    catalog::Snapshot start = fresh_;
    const bool kept = settings_.state && settings_.state->databases.contains(request.database);
    // Before 15, schema public changes hands with the database; then the fresh read does not hold.
    if (kept) {
      const auto& catalogs = settings_.furnish ? furnished_ : settings_.state->catalogs;
      const auto known = catalogs.find(request.database);
      start = known != catalogs.end() ? known->second
                                      : WINDLASS_TRY(read_start(server_->conninfo(request.database)));
    } else if (settings_.state || !given.empty() || server_->binaries().major < 15 ||
               settings_.encoding != "UTF8" || deploys(request)) {
      const std::string conninfo = server_->conninfo(request.database);
      WINDLASS_CHECK(scratch::apply_prerequisites(conninfo, given.roles, given.extensions, given.setup));
      if (deploys(request))
        WINDLASS_CHECK(scratch::take_deploying_role(conninfo, settings_.as_role, request.database));
      start = WINDLASS_TRY(read_start(conninfo));
    }
    if (visited_.empty()) {
      if (kept && settings_.state->roles.contains(request.user) && !settings_.furnish)
        expected_server_ = settings_.state->server_wide;
      server_wide_.before = expected_server_ ? std::move(*expected_server_)
                                             : WINDLASS_TRY(read_server(server_->conninfo(request.database)));
      server_wide_.ours = true;
    }
    visited_.push_back({request.database, login_of(request), std::move(start)});
    return {};
  }

  PlaceSettings settings_;
  SharedServer server_;
  catalog::Snapshot fresh_;
  std::map<std::string, catalog::Snapshot> furnished_;
  std::optional<scratch::Identity> expected_;  // made, and not yet asked for
  std::optional<catalog::Snapshot> expected_server_;
  bool let_go_ = false;  // another place has the server now
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
      auto start = WINDLASS_TRY(read_start(conninfo));
      visited_.push_back({database, server_.role(), std::move(start)});
      known = ours_.emplace(request.database, database).first;
    }
    return record::Admission{server_.role(), known->second};
  }

  record::Upstream upstream() const override { return {{}, 0, server_.conninfo(first_)}; }
  std::string conninfo(const std::string& database) const override {
    return server_.conninfo(database == "postgres" ? first_ : database);
  }
  pg::Connection* standing_connection(const std::string&) const override { return nullptr; }
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
  Left leave(const KeepState&, LeftState) override {
    return {nullptr, nullptr, "the data folder of the server of --scratch-url is not windlass's"};
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

bool ScratchPlace::own_settings() const {
  const std::lock_guard lock(mutex_);
  return own_settings_;
}

std::vector<ScratchPlace::Visited> ScratchPlace::visited() const {
  const std::lock_guard lock(mutex_);
  return visited_;
}

std::optional<ServerWideReads> ScratchPlace::read_server_wide() const {
  auto connection = pg::Connection::open(conninfo("postgres"));
  if (!connection) return std::nullopt;
  return read_server_wide(*connection, catalog::Asked::Once);
}

std::optional<ServerWideReads> ScratchPlace::read_server_wide(pg::Connection& connection,
                                                              catalog::Asked asked) const {
  ServerWideReads reads;
  {
    const std::lock_guard lock(mutex_);
    if (visited_.empty()) return std::nullopt;
    reads = server_wide_;
  }
  auto after = catalog::read_shared(connection, asked);
  if (!after) return std::nullopt;
  reads.after = std::move(*after);
  return reads;
}

}  // namespace windlass::run
