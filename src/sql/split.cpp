#include "sql/split.h"

#include <utility>

#include "base/text.h"
#include "sql/split_lexer.h"

namespace windlass::sql {

namespace {

/// Follows one statement, to know whether a semicolon ends it.
class Nesting {
 public:
  void word(std::string_view word) {
    const bool after_begin = std::exchange(after_begin_, false);
    if (count_ < 4) {
      if (count_ == 0)
        create_ = base::equal_ignoring_case(word, "create");
      else if (create_ && (count_ == 1 || (count_ == 3 && or_replace_)))
        routine_ = routine_ || base::equal_ignoring_case(word, "function") ||
                   base::equal_ignoring_case(word, "procedure");
      if (count_ == 2) or_replace_ = create_ && base::equal_ignoring_case(word, "replace");
      ++count_;
    }
    if (!routine_ || depth_ > 0) return;
    // Inside an atomic body CASE has an END of its own.
    if (after_begin && base::equal_ignoring_case(word, "atomic"))
      ++blocks_;
    else if (base::equal_ignoring_case(word, "begin"))
      after_begin_ = true;
    else if (blocks_ > 0 && base::equal_ignoring_case(word, "case"))
      ++blocks_;
    else if (blocks_ > 0 && base::equal_ignoring_case(word, "end"))
      --blocks_;
  }
  void sign(char c) {
    if (c == '(') ++depth_;
    if (c == ')' && depth_ > 0) --depth_;
  }
  bool open() const { return depth_ > 0 || blocks_ > 0; }

 private:
  size_t count_ = 0;  // words so far, up to four
  bool create_ = false, or_replace_ = false, routine_ = false, after_begin_ = false;
  size_t depth_ = 0, blocks_ = 0;
};

}  // namespace

std::vector<StatementSpan> split(std::string_view text) {
  std::vector<StatementSpan> spans;
  SplitLexer lexer(text);
  Nesting nesting;
  Token token;
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
