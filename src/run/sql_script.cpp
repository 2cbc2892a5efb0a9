#include "run/sql_script.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "base/text.h"
#include "pg/simple_query.h"
#include "sql/statement_kind.h"

namespace windlass::run {

namespace {

namespace fs = std::filesystem;
using sql::PsqlPart;
using sql::PsqlScanner;

constexpr size_t kDeepest = 100;  // files that include one another
constexpr size_t kHeader = 20;    // lines: where pg_dump and pg_dumpall say who they are

/// What shows something, or says how it is to look: nothing of it stays in the database. So do all of \d.
bool is_harmless(std::string_view name) {
  static constexpr std::array<std::string_view, 37> kNames = {
      "restrict", "unrestrict", "echo",  "qecho",  "warn",     "pset",      "a",          "C",  "f",   "H",
      "html",     "t",          "T",     "x",      "o",        "out",       "timing",     "l",  "l+",  "list",
      "z",        "z+",         "s",     "p",      "sf",       "sf+",       "errverbose", "sv", "sv+", "h",
      "help",     "?",          "print", "getenv", "conninfo", "copyright", "lo_list"};
  return name.starts_with('d') || std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

/// Why a command cannot be done here; empty for one that psql does not know.
std::string_view why_not(std::string_view name) {
  static constexpr std::pair<std::string_view, std::string_view> kWhy[] = {
      {"!", "it runs a program"},
      {"prompt", "it asks for input"},
      {"password", "it asks for input"},
      {"e", "it opens an editor"},
      {"edit", "it opens an editor"},
      {"ef", "it opens an editor"},
      {"ev", "it opens an editor"},
      {"watch", "it never ends"},
      {"w", "it writes a file"},
      {"write", "it writes a file"},
      {"cd", "files are named from where they are included"},
      {"setenv", "it is about psql's environment"},
  };
  for (const auto& [command, why] : kWhy)
    if (command == name) return why;
  return "windlass does not know it";
}

std::string first_argument(const PsqlPart& part) {
  return part.arguments.empty() ? "" : part.arguments.front().as_name();
}

int major_in(const std::string& line) {
  const size_t digit = line.find_first_of("0123456789");
  return digit == std::string::npos ? 0 : std::atoi(line.c_str() + digit);
}

/// Encodings of which a second byte can look like a quote or a backslash.
bool hides_signs(const std::string& encoding) {
  static constexpr std::array<std::string_view, 6> kNames = {"SJIS", "BIG5",    "GBK",
                                                             "UHC",  "GB18030", "JOHAB"};
  return std::find(kNames.begin(), kNames.end(), encoding) != kNames.end() || encoding == "SHIFT_JIS_2004";
}

}  // namespace

std::optional<bool> psql_boolean(const std::string& text) {
  const std::string word = base::to_lower(text);
  if (word == "1" || word == "on") return true;
  if (word == "0" || word == "of" || word == "off") return false;
  if (word.empty()) return std::nullopt;
  for (const auto& [name, value] :
       {std::pair<std::string_view, bool>{"true", true}, {"yes", true}, {"false", false}, {"no", false}})
    if (name.starts_with(word)) return value;
  return std::nullopt;
}

void SqlBranches::begin(bool condition, const PsqlScanner::Mark& mark, const std::string& place) {
  const bool outer = active();
  open_.push_back({outer, outer && condition, condition, false, mark, place});
}

bool SqlBranches::go_on(const std::function<bool()>& condition, bool is_else, PsqlScanner& scanner) {
  if (open_.empty() || open_.back().was_else) return false;
  Branch& branch = open_.back();
  if (!branch.active) scanner.back_to(branch.mark);
  branch.mark = scanner.mark();
  branch.was_else = is_else;
  branch.active = branch.outer && !branch.taken && condition();
  branch.taken = branch.taken || branch.active;
  return true;
}

bool SqlBranches::end(PsqlScanner& scanner) {
  if (open_.empty()) return false;
  if (!open_.back().active) scanner.back_to(open_.back().mark);
  open_.pop_back();
  return true;
}

struct SqlScript::File {
  SqlSource source;
  PsqlScanner scanner;
  SqlBranches branches;
  fs::path path;
  bool dump = false;      // pg_dump or pg_dumpall wrote it
  bool complete = false;  // and says so at its end
  bool quit = false;

  std::string place(size_t line) const { return fmt::format("{}:{}", source.name(), line); }
};

SqlScript::SqlScript(SqlSession& session, SqlTold& told, SqlProgress progress, bool bare)
    : session_(session), told_(told), progress_(std::move(progress)), bare_(bare) {}

/// psql's own variables that say something of the server, and those that the script sets.
std::optional<std::string> SqlScript::variable(const std::string& name) const {
  if (bare_) return std::nullopt;
  if (const auto found = variables_.find(name); found != variables_.end()) return found->second;
  if (name == "DBNAME") return session_.database();
  if (name == "SERVER_VERSION_NUM") return std::to_string(session_.server_version());
  if (name == "SERVER_VERSION_NAME") return session_.reported("server_version");
  if (name == "ENCODING") return session_.reported("client_encoding");
  return std::nullopt;
}

base::Result<void> SqlScript::run(const fs::path& path, const std::string& name) {
  File file{WINDLASS_TRY(SqlSource::open(path, name)),
            PsqlScanner([this](const std::string& variable_name) { return variable(variable_name); }),
            {},
            path};
  std::error_code code;
  open_files_.push_back(fs::weakly_canonical(path, code));
  const auto done = read(file);
  open_files_.pop_back();
  return done;
}

base::Result<void> SqlScript::read(File& file) {
  std::string line;
  while (!file.quit && WINDLASS_TRY(file.source.next(line))) {
    if (file.source.number() < kHeader && line.starts_with("-- PostgreSQL database "))
      told_.dump = file.dump = true;
    if (line.starts_with("-- PostgreSQL database ") && base::contains(line, " complete"))
      file.complete = true;
    if (told_.dump && line.starts_with("-- Dumped from database version "))
      told_.dumped_from = major_in(line);
    progress_(file.source.name(), file.source.number());
    file.scanner.set_standard_strings(session_.standard_strings());
    file.scanner.add_line(line, file.source.number());
    for (PsqlPart part = file.scanner.next(); part.kind != PsqlPart::Kind::More && !file.quit;
         part = file.scanner.next()) {
      if (part.kind == PsqlPart::Kind::Statement)
        WINDLASS_CHECK(statement(file, part));
      else
        WINDLASS_CHECK(command(file, part));
      file.scanner.set_standard_strings(session_.standard_strings());
    }
  }
  told_.cut_off = told_.cut_off || (file.dump && !file.complete);
  if (!file.branches.none_open())
    return base::fail(sql_error(file.branches.since(), "this \\if is never ended", "End it with \\endif."));
  if (const PsqlPart last = file.scanner.finish(); last.kind == PsqlPart::Kind::Statement && !file.quit)
    WINDLASS_CHECK(statement(file, last));
  return {};
}

base::Result<void> SqlScript::statement(File& file, const PsqlPart& part, bool rows_wanted) {
  if (!file.branches.active()) return {};
  // In a dump they are rows as those of COPY are, in front of whatever could look at them.
  if (file.dump && sql::statement_kind(part.text) == "INSERT") {
    ++told_.inserts;
    told_.rows = true;
    return {};
  }
  SqlSession::Answer answer =
      WINDLASS_TRY(session_.run({part.text, file.place(part.line), part.unset}, rows_wanted));
  if (answer.copies_in) WINDLASS_CHECK(file.source.pass_over_rows());
  rows_ = std::move(answer.rows);
  if (const std::string encoding = session_.reported("client_encoding"); hides_signs(encoding))
    return base::fail(sql_error(file.place(part.line), fmt::format("the text is written in {}", encoding),
                                "Such text cannot be cut safely: write it as UTF-8 (pg_dump -E UTF8)."));
  return {};
}

/// \if and its like; whether it was one.
base::Result<bool> SqlScript::conditional(File& file, const PsqlPart& part) {
  const std::string place = file.place(part.line);
  std::optional<base::Error> wrong;
  const auto condition = [&] {
    const std::string word = first_argument(part);
    const std::optional<bool> value = psql_boolean(word);
    if (!value)
      wrong = sql_error(
          place, fmt::format("\\{} {}: it is no condition", part.text, word),
          "psql's conditions are true and false, on and off, 1 and 0; {?NAME} asks for a variable.");
    return value.value_or(false);
  };
  bool fits = true;
  if (part.text == "if")
    file.branches.begin(file.branches.active() && condition(), file.scanner.mark(), place);
  else if (part.text == "elif")
    fits = file.branches.go_on(condition, false, file.scanner);
  else if (part.text == "else")
    fits = file.branches.go_on([] { return true; }, true, file.scanner);
  else if (part.text == "endif")
    fits = file.branches.end(file.scanner);
  else
    return false;
  if (!fits) return base::fail(sql_error(place, fmt::format("\\{}: there is no \\if for it", part.text)));
  if (wrong) return base::fail(*std::move(wrong));
  return true;
}

base::Result<void> SqlScript::connect(const PsqlPart& part, const std::string& place) {
  std::string database, role;
  for (const sql::PsqlArgument& each : part.arguments) {
    const std::string word = each.as_name();
    if (&each == &part.arguments.front() && word.starts_with("-reuse-previous=")) continue;
    if (database.empty())
      database = word;
    else if (role.empty())
      role = word;
  }
  if (base::contains(database, "=") || base::contains(database, "://")) {
    const pg::NamedBy named = pg::named_by(database);
    database = named.database;
    if (role.empty()) role = named.role;
  }
  if (database.empty() || database == "-") database = session_.database();
  if (role == "-") role.clear();
  return session_.connect(database, role, place);
}

base::Result<void> SqlScript::set(const PsqlPart& part, const std::string& place) {
  if (part.arguments.empty()) return {};
  const std::string& name = part.arguments.front().text;
  std::string value;
  for (size_t i = 1; i < part.arguments.size(); ++i) value += part.arguments[i].text;
  if (name == "AUTOCOMMIT" && psql_boolean(value) == false)
    return base::fail(sql_error(place, "\\set AUTOCOMMIT off: here each statement commits by itself",
                                "Write BEGIN and COMMIT."));
  variables_[name] = value;
  return {};
}

base::Result<void> SqlScript::include(const File& from, const PsqlPart& part, const std::string& place) {
  const std::string name = first_argument(part);
  const bool relative = part.text == "ir" || part.text == "include_relative";
  fs::path path = name;
  if (relative && path.is_relative()) path = from.path.parent_path() / path;
  std::error_code code;
  if (name.empty() || !fs::is_regular_file(path, code))
    return base::fail(sql_error(place, fmt::format("\\{} {}: there is no such file", part.text, name),
                                relative
                                    ? "\\ir names files from the folder of the file it stands in."
                                    : "\\i names files from the working folder; \\ir from the file's own."));
  const fs::path whole = fs::weakly_canonical(path, code);
  if (std::find(open_files_.begin(), open_files_.end(), whole) != open_files_.end() ||
      open_files_.size() > kDeepest)
    return base::fail(sql_error(place, fmt::format("\\{} {}: the file includes itself", part.text, name)));
  return run(path, relative ? (fs::path(from.source.name()).parent_path() / name).lexically_normal().string()
                            : name);
}

/// \g and its like: what has been read of the statement is run.
base::Result<void> SqlScript::send(File& file, const PsqlPart& part) {
  const PsqlPart open = file.scanner.take_statement();
  if (open.kind != PsqlPart::Kind::Statement || part.text == "gdesc" || part.text == "r" ||
      part.text == "reset")
    return {};
  const bool rows_wanted = part.text == "gset" || part.text == "gexec";
  WINDLASS_CHECK(statement(file, open, rows_wanted));
  if (!rows_wanted || !rows_) return {};
  const pg::Rows rows = *std::exchange(rows_, std::nullopt);
  const std::string place = file.place(part.line);
  if (part.text == "gset" && rows.size() != 1)
    return base::fail(sql_error(place, fmt::format("\\gset: the statement answered with {}",
                                                   base::count_of(static_cast<size_t>(rows.size()), "row"))));
  for (int row = 0; row < rows.size(); ++row)
    for (int column = 0; column < rows.columns(); ++column) {
      if (part.text == "gset") {
        const std::string name = first_argument(part) + rows.name(column);
        if (rows.is_null(row, column))
          variables_.erase(name);
        else
          variables_[name] = std::string(rows.at(row, column));
      } else if (!rows.is_null(row, column)) {
        WINDLASS_CHECK(session_.run({std::string(rows.at(row, column)), place, {}}, false));
      }
    }
  return {};
}

base::Result<void> SqlScript::command(File& file, const PsqlPart& part) {
  if (bare_)
    return base::fail(
        sql_error(file.place(part.line),
                  fmt::format("\\{}: a command of psql, where nothing but SQL may stand", part.text)));
  if (WINDLASS_TRY(conditional(file, part)) || !file.branches.active()) return {};
  static constexpr std::array<std::string_view, 8> kSend = {"g",     "gx", "gset",  "gexec",
                                                            "gdesc", "r",  "reset", "crosstabview"};
  const std::string place = file.place(part.line);
  const std::string& name = part.text;
  if (std::any_of(part.arguments.begin(), part.arguments.end(),
                  [](const sql::PsqlArgument& each) { return each.shell; }))
    return base::fail(sql_error(place, fmt::format("\\{} with `backquotes`: it runs a program", name),
                                "windlass runs none; write the value itself."));
  if (std::find(kSend.begin(), kSend.end(), name) != kSend.end()) return send(file, part);
  if (name == "c" || name == "connect") return connect(part, place);
  if (name == "i" || name == "ir" || name == "include" || name == "include_relative")
    return include(file, part, place);
  if (name == "set") return set(part, place);
  if (name == "unset") {
    variables_.erase(first_argument(part));
    return {};
  }
  if (name == "encoding") {
    if (part.arguments.empty()) return {};
    return statement(file, {PsqlPart::Kind::Statement,
                            "SET client_encoding = " + pg::quote_literal(first_argument(part)),
                            {},
                            part.line,
                            {}});
  }
  if (name == "q" || name == "quit") {
    file.quit = true;
    return {};
  }
  if (name == "copy") {
    // From a file of the client, or to one: rows, which are passed over. From the script itself they follow.
    const std::vector<std::string> words =
        base::split(base::to_lower(base::one_line(first_argument(part))), ' ');
    for (size_t i = 0; i + 1 < words.size(); ++i)
      if (words[i] == "from" &&
          (words[i + 1] == "stdin" || words[i + 1] == "pstdin" || words[i + 1] == "stdin;"))
        WINDLASS_CHECK(file.source.pass_over_rows());
    ++told_.copies;
    return {};
  }
  if (is_harmless(name)) return {};
  return base::fail(
      sql_error(place, fmt::format("\\{}: {}", name, why_not(name)),
                "Of psql's own commands windlass does those that matter for what is in the database: "
                "docs/commands.md lists them."));
}

}  // namespace windlass::run
