// A session on a throwaway server in which a script's statements are run: what the server lacks of the
// outside world (roles, settings of newer versions, other databases) is put there or passed over, and
// remembered.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "pg/connection.h"
#include "run/scratch_place.h"

namespace windlass::run {

/// What came to light while SQL was loaded.
struct SqlTold {
  bool dump = false;     ///< pg_dump or pg_dumpall wrote it
  bool cut_off = false;  ///< a dump whose last line, which says that it is complete, is missing
  int dumped_from = 0;   ///< major version of the server it comes from; 0: not known
  bool owners = false, privileges = false;  ///< it says who owns something; it grants or revokes
  bool positions = false;                   ///< it says where a sequence stands
  bool rows = false;                        ///< it has rows, or fills a materialized view
  size_t statements = 0;
  size_t copies = 0, inserts = 0;  ///< whose rows were passed over
  size_t drops = 0;                ///< of what is not there, in a dump
  std::set<std::string> unknown_settings;
  std::set<std::string> database_words;  ///< other databases that statements speak of
  /// A database that it worked in: as it calls it, and as the server does.
  struct Database {
    std::string name, real;
  };
  std::vector<Database> databases;  ///< in order
};

/// One statement of a script.
struct SqlStatement {
  std::string text;
  std::string place;               ///< "schema.sql:12"
  std::vector<std::string> unset;  ///< variables of psql in it that are not set
};

class SqlSession {
 public:
  struct Settings {
    std::string role;                      ///< that loads
    bool own_server = true;                ///< windlass's: roles may be made
    std::function<bool()> go_on;           ///< false: broken off
    std::function<std::string()> why_not;  ///< why it was broken off
  };
  /// `place`, `told` and `roles` outlive it. `roles`: those that were made since nobody else did.
  SqlSession(ScratchPlace& place, Settings settings, SqlTold& told, std::set<std::string>& roles)
      : place_(place), settings_(std::move(settings)), told_(told), roles_(roles) {}

  /// Makes all of `roles`, which an earlier attempt missed. Before anything else.
  base::Result<void> make_roles();
  /// Begins anew in a database, as psql does for \connect; a role is taken on after that.
  base::Result<void> connect(const std::string& database, const std::string& role, const std::string& place);

  struct Answer {
    std::optional<pg::Rows> rows;
    bool copies_in = false;  ///< the rows of a COPY follow
  };
  /// An error: the server refused it, and nothing could be done about that; or it was broken off.
  base::Result<Answer> run(const SqlStatement& statement, bool rows_wanted);

  /// Where the transaction began that is open; empty where none is.
  const std::string& open_since() const { return open_since_; }
  const std::string& database() const { return database_; }
  void close() { connection_.close(); }
  bool standard_strings() const;
  /// See pg::reported().
  std::string reported(const char* setting) const;
  int server_version() const { return connection_.server_version(); }

  /// Not empty after an error: a transaction was lost because this role is missing; it is to be there from
  /// the beginning.
  const std::string& wanted_role() const { return wanted_role_; }

 private:
  /// What became of a refusal.
  enum class Mended { No, Again, PassedOver };

  base::Result<bool> passed_over(const SqlStatement& statement, const std::string& kind);
  base::Result<Mended> mend(const SqlStatement& statement, const std::string& kind,
                            const pg::ServerError& error);
  base::Result<void> make_role(const std::string& name);
  base::Error refused(const SqlStatement& statement, const pg::ServerError& error) const;
  void remember(const std::string& kind, const std::string& text);

  ScratchPlace& place_;
  Settings settings_;
  SqlTold& told_;
  std::set<std::string>& roles_;
  std::map<std::string, std::string> real_names_;  // of databases: as the script calls it -> on the server
  pg::Connection connection_;
  std::string database_, open_since_, wanted_role_;
};

/// An error about a place of a script.
base::Error sql_error(const std::string& place, std::string got, std::string hint = {});

}  // namespace windlass::run
