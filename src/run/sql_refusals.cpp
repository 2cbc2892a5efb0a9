#include "run/sql_refusals.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sql/other_dialect.h"
#include "sql/tokens.h"

namespace windlass::run {

namespace {

/// What stands in `text` between `before` and `after`, which it begins and ends with.
std::string between(const std::string& text, std::string_view before, std::string_view after) {
  if (!text.starts_with(before) || !text.ends_with(after) || text.size() <= before.size() + after.size())
    return "";
  return text.substr(before.size(), text.size() - before.size() - after.size());
}

bool has_word(std::string_view text, std::string_view word, size_t limit) {
  const std::vector<sql::Token> words = sql::tokens(text, limit);
  return std::any_of(words.begin(), words.end(), [&](const sql::Token& each) { return each.is(word); });
}

/// What a COPY copies from or to: the token behind FROM or TO, outside of parentheses.
std::string not_run_copy(const std::vector<sql::Token>& words) {
  int depth = 0;
  for (size_t i = 1; i + 1 < words.size(); ++i) {
    if (words[i].symbol('(')) ++depth;
    if (words[i].symbol(')')) --depth;
    if (depth != 0 || (!words[i].is("from") && !words[i].is("to"))) continue;
    const sql::Token& where = words[i + 1];
    if (where.is("program")) return "it has the server run a program";
    if (where.kind == sql::Token::Kind::String) return "it is about a file of the server's machine";
    return "";
  }
  return "";
}

}  // namespace

std::string missing_role(const pg::ServerError& error) {
  if (error.sqlstate != "42704" && error.sqlstate != "22023") return "";
  return between(error.message, "role \"", "\" does not exist");
}

std::string unknown_setting(const std::string& kind, const pg::ServerError& error) {
  if (kind != "SET" || error.sqlstate != "42704") return "";
  return between(error.message, "unrecognized configuration parameter \"", "\"");
}

bool nothing_to_drop(const std::string& kind, std::string_view text, const pg::ServerError& error) {
  static constexpr std::string_view kStates[] = {"42P01", "42704", "42883", "3F000", "42703"};
  const bool not_there = std::any_of(std::begin(kStates), std::end(kStates),
                                     [&](std::string_view state) { return error.sqlstate == state; });
  return not_there &&
         (kind.starts_with("DROP ") || (kind.starts_with("ALTER ") && has_word(text, "drop", 64)));
}

std::string not_run(const std::string& kind, std::string_view text) {
  if (kind == "COPY") return not_run_copy(sql::tokens(text, 10'000));
  if (kind != "CREATE SUBSCRIPTION") return "";
  const std::vector<sql::Token> words = sql::tokens(text, 10'000);
  for (size_t i = 0; i < words.size(); ++i) {
    if (!words[i].is("connect")) continue;
    size_t value = i + 1;
    if (value < words.size() && words[value].symbol('=')) ++value;
    if (value < words.size() && (base::to_lower(words[value].text) == "false" || words[value].text == "0" ||
                                 base::to_lower(words[value].text) == "off"))
      return "";
  }
  return "it would connect to the server that publishes; pg_dump writes WITH (connect = false)";
}

bool sets_position(const std::string& kind, std::string_view text) {
  return kind == "SELECT" && has_word(text, "setval", 8);
}

bool says_owner(const std::string& kind, std::string_view text) {
  if (kind == "SET") {
    const std::vector<sql::Token> words = sql::tokens(text, 5);
    return words.size() > 2 &&
           (words[1].is("role") || (words[1].is("session") && words[2].is("authorization")));
  }
  if (!kind.starts_with("ALTER ") || kind == "ALTER DATABASE") return false;
  const std::vector<sql::Token> words = sql::tokens(text, 10'000);
  for (size_t i = 0; i + 1 < words.size(); ++i)
    if (words[i].is("owner") && words[i + 1].is("to")) return true;
  return false;
}

bool says_privileges(const std::string& kind, std::string_view text) {
  // Without ON it is about who belongs to which role.
  return kind == "ALTER DEFAULT PRIVILEGES" ||
         ((kind == "GRANT" || kind == "REVOKE") && has_word(text, "on", 10'000));
}

std::string hint_for(std::string_view text, const pg::ServerError& error, const HintFor& known) {
  if (error.sqlstate == "42601" && !known.unset.empty())
    return fmt::format("psql's variable :{} is not set; \\set it in the file.", known.unset.front());
  if (known.dumped_from > known.server_major && known.server_major > 0)
    return fmt::format("The dump comes from PostgreSQL {}, this server is a {}: load it with --postgres {}.",
                       known.dumped_from, known.server_major, known.dumped_from);
  if (error.sqlstate == "42601")
    if (const auto other = sql::other_dialect(text))
      return fmt::format("This is {}'s SQL ({}); PostgreSQL has: {}", other->product, other->what,
                         other->instead);
  if (const std::string name = between(error.message, "extension \"", "\" is not available"); !name.empty())
    return fmt::format(
        "Install the package that holds {} for PostgreSQL {}, or use a server that has it with --scratch-url "
        "URL.",
        name, known.server_major);
  if (error.sqlstate == "58P01" && base::contains(error.message, "extension control file"))
    return "Install the package that holds the extension, or use a server that has it with --scratch-url "
           "URL.";
  if (base::contains(error.message, "tablespace"))
    return "Leave tablespaces out of the dump: pg_dump --no-tablespaces.";
  if (error.sqlstate.starts_with("23") && known.rows_passed_over)
    return "Rows of COPY are passed over, and this statement may need them: dump the schema alone, pg_dump "
           "-s.";
  return "";
}

}  // namespace windlass::run
