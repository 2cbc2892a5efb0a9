#include "sql/split_lexer.h"

namespace windlass::sql {

namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
}
bool in_name(char c) { return starts_name(c) || is_digit(c) || c == '$'; }

}  // namespace

size_t SplitLexer::quoted_end(size_t open, bool backslashes) const {
  const char quote = text_[open];
  size_t i = open + 1;
  while (i < text_.size()) {
    if (backslashes && text_[i] == '\\') {
      i += 2;
    } else if (text_[i] != quote) {
      ++i;
    } else if (i + 1 < text_.size() && text_[i + 1] == quote) {
      i += 2;
    } else {
      return i + 1;
    }
  }
  return text_.size();
}

size_t SplitLexer::comment_end(size_t open) const {
  if (text_[open] == '-') {
    const size_t line = text_.find('\n', open);
    return line == std::string_view::npos ? text_.size() : line;
  }
  size_t depth = 1, i = open + 2;
  while (i + 1 < text_.size()) {
    if (text_[i] == '/' && text_[i + 1] == '*') {
      ++depth, i += 2;
    } else if (text_[i] == '*' && text_[i + 1] == '/') {
      i += 2;
      if (--depth == 0) return i;
    } else {
      ++i;
    }
  }
  return text_.size();
}

/// The end of a dollar-quoted string, or `open` when none begins there.
size_t SplitLexer::dollar_end(size_t open) const {
  size_t i = open + 1;
  if (i < text_.size() && is_digit(text_[i])) return open;
  while (i < text_.size() && text_[i] != '$' && in_name(text_[i])) ++i;
  if (i >= text_.size() || text_[i] != '$') return open;
  const std::string_view tag = text_.substr(open, i + 1 - open);
  const size_t close = text_.find(tag, i + 1);
  return close == std::string_view::npos ? text_.size() : close + tag.size();
}

bool SplitLexer::next(SplitToken& token) {
  while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  if (at_ >= text_.size()) return false;
  const size_t start = at_;
  const char c = text_[start];
  const char after = start + 1 < text_.size() ? text_[start + 1] : '\0';
  TokenKind kind = TokenKind::Sign;
  size_t end = start + 1;
  if ((c == '-' && after == '-') || (c == '/' && after == '*')) {
    kind = TokenKind::Comment;
    end = comment_end(start);
  } else if (c == '\'' || c == '"') {
    kind = c == '"' ? TokenKind::QuotedName : TokenKind::String;
    end = quoted_end(start, false);
  } else if (c == '$' && dollar_end(start) != start) {
    kind = TokenKind::String;
    end = dollar_end(start);
  } else if (starts_name(c)) {
    kind = TokenKind::Word;
    while (end < text_.size() && in_name(text_[end])) ++end;
    const char next = end < text_.size() ? text_[end] : '\0';
    const char lower = static_cast<char>(c | 0x20);
    if (end == start + 1 && next == '\'' && (lower == 'e' || lower == 'b' || lower == 'x' || lower == 'n')) {
      kind = TokenKind::String;
      end = quoted_end(end, lower == 'e');
    } else if (end == start + 1 && lower == 'u' && next == '&' && end + 1 < text_.size() &&
               (text_[end + 1] == '\'' || text_[end + 1] == '"')) {
      kind = text_[end + 1] == '"' ? TokenKind::QuotedName : TokenKind::String;
      end = quoted_end(end + 1, false);
    }
  } else if (is_digit(c)) {
    kind = TokenKind::Number;
    while (end < text_.size() && (in_name(text_[end]) || text_[end] == '.')) ++end;
  }
  if (end > text_.size()) end = text_.size();
  token = {kind, start, end};
  at_ = end;
  return true;
}

}  // namespace windlass::sql
