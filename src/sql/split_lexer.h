// A lexer of SQL text as psql's own: enough of the grammar to know what is a
// string, a comment, a word, and nothing that a newer server could make stale.
//
// Invariant: tokens never overlap and never pass the end of the text; what is
// not ended (a string, a comment) reaches to the end of the text.
#pragma once

#include <string_view>

namespace windlass::sql {

enum class TokenKind {
  Word,        ///< an unquoted name or key word
  QuotedName,  ///< "..."
  String,      ///< '...' with its prefix (E, B, X, N, U&), or $tag$...$tag$
  Number,
  Sign,  ///< any other single byte
  Comment,
};

struct SplitToken {
  TokenKind kind = TokenKind::Sign;
  size_t start = 0, end = 0;
};

class SplitLexer {
 public:
  explicit SplitLexer(std::string_view text) : text_(text) {}
  /// The next token, white space left out; false at the end.
  bool next(SplitToken& token);

 private:
  size_t quoted_end(size_t open, bool backslashes) const;
  size_t comment_end(size_t open) const;
  size_t dollar_end(size_t open) const;

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace windlass::sql
