// Cuts a script for psql, line by line, into what psql would do with it: statements, its own backslash
// commands, variables put in their places.
//
// Holds no more than the statement that is being read. By psql's rules (psqlscan.l): a backslash inside a
// string, a name in quotes, a comment or a dollar quote is no command, one in the midst of a statement is; a
// statement ends at a semicolon outside of parentheses and of BEGIN ATOMIC. Positions are lines, from 1.
//
// Invariant: whatever the text, each call of next() uses up some of it or asks for more; nothing is looked up
// but through `lookup`, nothing is run.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sql/nesting.h"

namespace windlass::sql {

/// One argument of a backslash command, unquoted but for double quotes, which some commands keep.
struct PsqlArgument {
  std::string text;
  bool shell = false;  ///< in `backquotes`: psql would run it as a program

  /// As the name of a database or role: without its double quotes.
  std::string as_name() const;
};

struct PsqlPart {
  enum class Kind {
    More,       ///< the line is used up: the next one is wanted
    Statement,  ///< `text` is complete; its semicolon is left out
    Command,    ///< a backslash command; the statement before it, if one is open, goes on behind it
  };
  Kind kind = Kind::More;
  std::string text;                     ///< of a statement; the name of a command: "connect"
  std::vector<PsqlArgument> arguments;  ///< of a command
  size_t line = 0;                      ///< of the statement's first word; of the command
  /// Variables that the statement names and that are not set: left as they are, as psql does.
  std::vector<std::string> unset;
};

class PsqlScanner {
 public:
  using Lookup = std::function<std::optional<std::string>(const std::string& variable)>;

  explicit PsqlScanner(Lookup lookup) : lookup_(std::move(lookup)) {}

  /// The line of this number, with its newline. Only when next() has asked for more.
  void add_line(std::string_view line, size_t number);
  PsqlPart next();
  /// What was not ended when the script was: a statement without its semicolon; More where there is nothing.
  PsqlPart finish();
  /// The statement that is open, as \g wants it run; afterwards none is.
  PsqlPart take_statement();

  /// A place in the open statement, and what is read behind it forgotten again: for the branches of \if.
  struct Mark {
    size_t length;
    Nesting nesting;
  };
  Mark mark() const { return {text_.size(), nesting_}; }
  void back_to(const Mark& mark);

  /// standard_conforming_strings: whether a backslash in '...' is one (true), or escapes (false).
  void set_standard_strings(bool standard) { standard_strings_ = standard; }

 private:
  enum class In { Nothing, String, EscapeString, QuotedName, DollarString, Comment };

  /// A variable as it is written: :name, :'name', :"name", :{?name}.
  struct Written {
    size_t length = 0;  // 0: there is none
    char form = 0;      // ' " ? or 0
    std::string name;
  };

  char ahead(size_t i) const { return at_ + i < rest_.size() ? rest_[at_ + i] : '\0'; }
  void take(size_t bytes);
  void open(In in, size_t bytes);
  void inside();
  void inside_quotes(char quote, bool backslashes);
  void inside_comment();
  bool dollar();
  void word();
  void variable();
  Written written() const;
  std::optional<std::string> value_of(const Written& variable) const;
  bool expands(const std::string& name);
  PsqlPart command();
  std::vector<PsqlArgument> arguments();
  PsqlArgument argument();
  void escaped_text(std::string& value);

  struct Expansion {
    std::string name;
    size_t left;  // bytes of rest_ behind its value
  };

  Lookup lookup_;
  std::string rest_;  // what is left of the line
  size_t at_ = 0;
  std::vector<Expansion> expansions_;  // values that are being read
  std::string text_;                   // of the open statement
  std::vector<std::string> unset_;
  size_t line_ = 0, start_line_ = 0;
  In in_ = In::Nothing;
  size_t comment_depth_ = 0;
  std::string dollar_tag_;
  Nesting nesting_;
  bool standard_strings_ = true;
};

/// Cuts what pg_dump wrote: `comment` gets the lines between statements that begin with "--", `part` what
/// psql would make of all others, in order. No variable is set.
void read_dump(std::string_view dump, const std::function<void(std::string_view line)>& comment,
               const std::function<void(const PsqlPart& part)>& part);

}  // namespace windlass::sql
