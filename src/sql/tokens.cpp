#include "sql/tokens.h"

#include <algorithm>

namespace windlass::sql {

namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
// Every byte outside ASCII belongs to a word, as in the server's scanner.
bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool in_word(char c) { return starts_word(c) || is_digit(c) || c == '$'; }

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool next(Token& token) {
    skip_blanks();
    if (at_ >= text_.size()) return false;
    token = Token{};
    token.offset = at_;
    const char c = text_[at_];
    if (c == '\'') {
      string_body(token, false);
    } else if (c == '"') {
      quoted_name(token);
    } else if (c == '$') {
      dollar(token);
    } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
      token.kind = Token::Kind::Number;
      while (in_word(peek(0)) || peek(0) == '.') token.text += text_[at_++];
    } else if (starts_word(c)) {
      word(token);
    } else {
      token.text = c;
      ++at_;
      if (c == ':' && peek(0) == ':') token.text += text_[at_++];
    }
    return true;
  }

 private:
  char peek(size_t ahead) const { return ahead < text_.size() - at_ ? text_[at_ + ahead] : '\0'; }

  void skip_blanks() {
    while (at_ < text_.size()) {
      if (is_space(text_[at_])) {
        ++at_;
      } else if (text_[at_] == '-' && peek(1) == '-') {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else if (text_[at_] == '/' && peek(1) == '*') {
        int depth = 0;  // comments nest
        do {
          if (peek(0) == '/' && peek(1) == '*') {
            ++depth;
            at_ += 2;
          } else if (peek(0) == '*' && peek(1) == '/') {
            --depth;
            at_ += 2;
          } else {
            ++at_;
          }
        } while (depth > 0 && at_ < text_.size());
      } else {
        return;
      }
    }
  }

  // At the opening quote. `escapes`: E'...', where a backslash takes the next byte as it is.
  void string_body(Token& token, bool escapes) {
    token.kind = Token::Kind::String;
    ++at_;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '\\' && escapes && at_ < text_.size()) {
        token.text += text_[at_++];
      } else if (c == '\'') {
        if (peek(0) != '\'') return;
        token.text += text_[at_++];
      } else {
        token.text += c;
      }
    }
  }

  void quoted_name(Token& token) {
    token.kind = Token::Kind::QuotedName;
    ++at_;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') {
        if (peek(0) != '"') return;
        ++at_;
      }
      token.text += c;
    }
  }

  void dollar(Token& token) {
    size_t end = at_ + 1;
    while (end < text_.size() && in_word(text_[end]) && text_[end] != '$') ++end;
    if (is_digit(peek(1)) || end >= text_.size() || text_[end] != '$') {
      token.kind = is_digit(peek(1)) ? Token::Kind::Parameter : Token::Kind::Symbol;
      token.text = text_[at_++];
      while (token.kind == Token::Kind::Parameter && is_digit(peek(0))) token.text += text_[at_++];
      return;
    }
    const std::string_view tag = text_.substr(at_, end + 1 - at_);
    token.kind = Token::Kind::String;
    const size_t body = end + 1;
    const size_t close = text_.find(tag, body);
    if (close == std::string_view::npos) {
      token.text = text_.substr(body);
      at_ = text_.size();
    } else {
      token.text = text_.substr(body, close - body);
      at_ = close + tag.size();
    }
  }

  void word(Token& token) {
    const char first = text_[at_];
    const bool prefix = peek(1) == '\'' && (first == 'e' || first == 'E' || first == 'b' || first == 'B' ||
                                            first == 'x' || first == 'X' || first == 'n' || first == 'N');
    if (prefix) {
      ++at_;
      return string_body(token, first == 'e' || first == 'E');
    }
    token.kind = Token::Kind::Word;
    while (in_word(peek(0)) && at_ < text_.size()) {
      const char c = text_[at_++];
      token.text += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

std::vector<Token> tokens(std::string_view text, size_t limit) {
  std::vector<Token> result;
  Scanner scanner(text);
  Token token;
  while (result.size() < limit && scanner.next(token)) result.push_back(std::move(token));
  return result;
}

bool has_name(std::string_view text, std::string_view name) {
  const std::vector<Token> words = tokens(text);
  return std::any_of(words.begin(), words.end(),
                     [&](const Token& token) { return token.name() && token.text == name; });
}

}  // namespace windlass::sql
