// The words of an SQL text, by PostgreSQL's lexical rules (chapter 4.1 of its
// manual). Comments and blanks are left out. Never fails: what is cut off or
// unknown becomes a token of what is there.
//
// Used where a statement's grammar must not matter: text newer than the
// parser at hand, PL/pgSQL bodies, statements the server refused to parse.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace windlass::sql {

struct Token {
  enum class Kind { Word, QuotedName, String, Number, Parameter, Symbol };
  Kind kind = Kind::Symbol;
  std::string text;   ///< a word folded to lower case; a name or string without its quotes; else as written
  size_t offset = 0;  ///< in bytes from the start of the text

  bool is(std::string_view word) const { return kind == Kind::Word && text == word; }
  bool symbol(char c) const { return kind == Kind::Symbol && text.size() == 1 && text[0] == c; }
  /// Whether it can stand for a name.
  bool name() const { return kind == Kind::Word || kind == Kind::QuotedName; }
};

/// At most `limit` tokens; the rest of a longer text is not looked at.
std::vector<Token> tokens(std::string_view text, size_t limit = 100'000);

/// Whether `text` has `name` as a name, quoted or not.
bool has_name(std::string_view text, std::string_view name);

}  // namespace windlass::sql
