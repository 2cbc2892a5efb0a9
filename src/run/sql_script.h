// One file of SQL run as `psql -f` would: statement by statement, with psql's own commands as far as they
// have to do with what is in the database.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "run/sql_session.h"
#include "run/sql_source.h"
#include "sql/psql_scanner.h"

namespace windlass::run {

/// The branches of \if, \elif, \else and \endif that are open.
class SqlBranches {
 public:
  /// Whether what is read now counts.
  bool active() const { return open_.empty() || open_.back().active; }
  bool none_open() const { return open_.empty(); }

  void begin(bool condition, const sql::PsqlScanner::Mark& mark, const std::string& place);
  /// False where no \if is open, or its \else has been: for the commands \elif and \else, which leave the
  /// statement as it was before a branch that does not count.
  bool go_on(const std::function<bool()>& condition, bool is_else, sql::PsqlScanner& scanner);
  bool end(sql::PsqlScanner& scanner);
  /// Where the innermost begins.
  const std::string& since() const { return open_.back().place; }

 private:
  struct Branch {
    bool outer, active, taken, was_else;
    sql::PsqlScanner::Mark mark;
    std::string place;
  };
  std::vector<Branch> open_;
};

/// "on", "t", "1", ...: as psql reads a condition; nothing where it is none.
std::optional<bool> psql_boolean(const std::string& text);

/// Called with the file and the line that have been come to.
using SqlProgress = std::function<void(const std::string& file, size_t line)>;

class SqlScript {
 public:
  /// `bare`: nothing but SQL may stand in the file; psql's commands are refused, and its variables are none.
  SqlScript(SqlSession& session, SqlTold& told, SqlProgress progress, bool bare = false);

  /// Runs the file to its end. An error names file and line.
  base::Result<void> run(const std::filesystem::path& path, const std::string& name);

 private:
  struct File;

  base::Result<void> read(File& file);
  base::Result<void> statement(File& file, const sql::PsqlPart& part, bool rows_wanted = false);
  base::Result<void> command(File& file, const sql::PsqlPart& part);
  base::Result<bool> conditional(File& file, const sql::PsqlPart& part);
  base::Result<void> send(File& file, const sql::PsqlPart& part);
  base::Result<void> connect(const sql::PsqlPart& part, const std::string& place);
  base::Result<void> set(const sql::PsqlPart& part, const std::string& place);
  base::Result<void> include(const File& from, const sql::PsqlPart& part, const std::string& place);
  std::optional<std::string> variable(const std::string& name) const;

  SqlSession& session_;
  SqlTold& told_;
  SqlProgress progress_;
  bool bare_;
  std::map<std::string, std::string> variables_;
  std::vector<std::filesystem::path> open_files_;
  std::optional<pg::Rows> rows_;  // of the last statement that was asked for them
};

}  // namespace windlass::run
