// Where a run takes place: a scratch server of windlass's own, or databases of
// a random name on a server the user gave. One face for both.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "catalog/fact.h"
#include "catalog/snapshot.h"
#include "record/recorder.h"
#include "run/left_state.h"
#include "run/unreported.h"
#include "scratch/binaries.h"
#include "scratch/identity.h"

namespace windlass::run {

/// What stands ready before the chain begins: things outside the chain that it
/// takes for granted ([scratch] in windlass.toml).
struct Prerequisites {
  std::vector<std::string> roles;
  std::vector<std::string> extensions;
  std::vector<scratch::SetupFile> setup;
  bool empty() const { return roles.empty() && extensions.empty() && setup.empty(); }
};

struct PlaceSettings {
  /// For a server of our own: the search may still be going on.
  std::shared_future<base::Result<scratch::Binaries>> binaries;
  std::vector<std::pair<std::string, std::string>> server_settings;  ///< of our own server, beyond windlass's
  std::string given_url;                                             ///< --scratch-url; empty: our own server
  std::string token;  ///< 32 hexadecimal digits: marks the event triggers' reports
  std::string encoding = "UTF8";
  bool superuser = true;
  bool keep = false;
  std::vector<std::string> environment;  ///< the caller's: cache, TMPDIR, PATH
  Prerequisites prerequisites;
  /// The role and the database that the environment leads the first session to; made ready before it arrives.
  std::string expected_role, expected_database;
  /// Not empty: what would log in as `expected_role` does so as this one, which is no superuser.
  std::string as_role;
  /// Go on from what an earlier run left (a server of our own only); what stood outside the chain is in it.
  SharedState state;
  /// With `state`: the server that still holds it. This place has it for itself.
  SharedServer server;
  /// Other runs go on beside this one: what takes longest when it is done alone, but less of the processor,
  /// is wanted.
  bool side_by_side = false;
  /// Windlass's own connections may stay open while the project's sessions work.
  bool stays_connected = false;
  /// With `state`: called with a superuser's connection to each database in it, before any session of the
  /// project.
  std::function<base::Result<void>(pg::Connection& connection)> furnish;
};

/// What is to be kept when a run has ended.
struct KeepState {
  std::filesystem::path pack;                    ///< the new file of the state; empty: none is kept
  bool server = false;                           ///< let the server go on for a run that comes after
  std::shared_ptr<scratch::CommonFiles> common;  ///< see scratch::Server::save
  bool any() const { return server || !pack.empty(); }
};

/// What became of that.
struct Left {
  SharedState state;    ///< null where nothing could be kept
  SharedServer server;  ///< null where it does not go on
  std::string because;  ///< why what was asked for could not be kept; empty where it was
};

class ScratchPlace {
 public:
  static base::Result<std::unique_ptr<ScratchPlace>> open(PlaceSettings settings);
  virtual ~ScratchPlace() = default;

  /// Called by the recorder for every session that arrives: makes the role and
  /// the database it asks for. Thread-safe.
  virtual base::Result<record::Admission> admit(const record::StartupRequest& request) = 0;
  virtual record::Upstream upstream() const = 0;
  /// libpq's conninfo for windlass's own, privileged connection to `database`.
  virtual std::string conninfo(const std::string& database) const = 0;
  /// The same connection each time, for a place that is used side by side with others; null elsewhere.
  virtual pg::Connection* standing_connection(const std::string& database) const = 0;
  virtual bool alive() = 0;
  virtual std::string version() const = 0;      ///< "15.18"
  virtual std::string description() const = 0;  ///< where it came from, for the output
  /// The system user that the server runs as; empty where it is not windlass's own.
  virtual std::string user() const = 0;
  virtual std::string log_tail() const = 0;
  /// How to end the place when it is kept; empty when there is nothing to end.
  virtual std::string end_command() const = 0;
  /// Something worth telling the user; mostly empty.
  virtual std::string remark() const = 0;
  /// The psql line that opens `database` when the place is kept.
  virtual std::string psql_line(const std::string& database) const = 0;
  /// Keeps what the server holds as `keep` asks for, with what is known of it: `catalogs`, read a moment ago.
  /// No session of the project may be open any more. Where the server was not let go of, close() is still to
  /// be called.
  virtual Left leave(const KeepState& keep, LeftState known) = 0;
  virtual void close() = 0;

  /// The databases that sessions were admitted to, with the full read taken
  /// before the first of them: what an effect is measured against.
  struct Visited {
    std::string database, role;
    catalog::Snapshot start;
  };
  std::vector<Visited> visited() const;

  /// Whether a session began with settings of its own, which another one of its role would not have.
  bool own_settings() const;

  /// What belonged to the whole server before the first session, and what does now; nothing when it cannot be
  /// read.
  std::optional<ServerWideReads> read_server_wide() const;
  std::optional<ServerWideReads> read_server_wide(pg::Connection& connection, catalog::Asked asked) const;

 protected:
  mutable std::mutex mutex_;
  ServerWideReads server_wide_;
  std::vector<Visited> visited_;
  bool own_settings_ = false;
};

}  // namespace windlass::run
