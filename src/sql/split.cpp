#include "sql/split.h"

#include "sql/nesting.h"
#include "sql/split_lexer.h"

namespace windlass::sql {

std::vector<StatementSpan> split(std::string_view text) {
  std::vector<StatementSpan> spans;
  SplitLexer lexer(text);
  Nesting nesting;
  SplitToken token;
  bool begun = false;   // something but comments was seen
  bool marked = false;  // `start` is set
  size_t start = 0, end = 0;
  const auto finish = [&] {
    if (begun) spans.push_back({start, end - start});
    begun = marked = false;
    nesting = {};
  };
  while (lexer.next(token)) {
    const std::string_view word = text.substr(token.start, token.end - token.start);
    if (token.kind == TokenKind::Sign && word == ";" && !nesting.open()) {
      finish();
      continue;
    }
    if (!marked) start = token.start, marked = true;
    if (token.kind == TokenKind::Comment) continue;
    begun = true;
    end = token.end;
    if (token.kind == TokenKind::Word) nesting.word(word);
    if (token.kind == TokenKind::Sign) nesting.sign(word[0]);
  }
  finish();
  return spans;
}

}  // namespace windlass::sql
