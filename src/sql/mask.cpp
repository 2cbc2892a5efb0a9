#include "sql/mask.h"

#include <array>

#include "base/secrets.h"
#include "base/text.h"
#include "sql/split_lexer.h"

namespace windlass::sql {

namespace {

constexpr std::string_view kMask = "***";

/// Names whose string is a secret: PASSWORD '...', OPTIONS (password '...'), SET app.secret = '...'.
bool names_secret(std::string_view word) {
  constexpr std::array<std::string_view, 10> kNames = {"password", "passwd",  "sslpassword", "passfile",
                                                       "secret",   "token",   "passphrase",  "pgpassword",
                                                       "pwd",      "passcode"};
  const std::string lower = base::to_lower(word);
  for (const std::string_view name : kNames)
    if (lower == name) return true;
  for (const std::string_view end : {"_password", "_secret", "_token", "_passphrase", "secret_key",
                                     "access_key", "api_key", "apikey", "private_key"})
    if (lower.ends_with(end)) return true;
  return false;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

/// The first place at or after `from` where `word` (lower case) stands, ASCII case ignored.
size_t find_word(std::string_view text, std::string_view word, size_t from) {
  for (size_t i = from; i + word.size() <= text.size(); ++i) {
    size_t n = 0;
    while (n < word.size() && lower(text[i + n]) == word[n]) ++n;
    if (n == word.size()) return i;
  }
  return std::string_view::npos;
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// The end of a string that opens at `open` with one quote or (inside a string) two.
size_t close_of(std::string_view text, size_t open) {
  for (size_t i = open + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == text[open]) {
      return i + 1;
    }
  }
  return text.size();
}

/// A string literal with its connection string masked.
std::string mask_literal(std::string_view literal) {
  const size_t quote = literal.find_first_of("'$");
  if (quote == std::string_view::npos || literal[quote] == '$') return mask_connection_string(literal);
  const bool closed = literal.size() > quote + 1 && literal.back() == '\'';
  std::string_view inner = literal.substr(quote + 1);
  if (closed) inner.remove_suffix(1);
  const std::string plain = base::replace_all(std::string(inner), "''", "'");
  const std::string masked = mask_connection_string(plain);
  if (masked == plain) return std::string(literal);
  return std::string(literal.substr(0, quote + 1)) + base::replace_all(masked, "'", "''") +
         (closed ? "'" : "");
}

}  // namespace

bool may_hold_secret(std::string_view text) {
  // Every name above holds one of these, or is found by its '://'.
  for (size_t i = 0; i + 2 < text.size(); ++i) {
    const char a = lower(text[i]), b = lower(text[i + 1]), c = lower(text[i + 2]);
    if ((a == 'p' && ((b == 'a' && c == 's') || (b == 'w' && c == 'd'))) ||
        (a == 's' && b == 'e' && c == 'c') || (a == 't' && b == 'o' && c == 'k') ||
        (a == 'k' && b == 'e' && c == 'y') || (a == ':' && b == '/' && c == '/'))
      return true;
  }
  return false;
}

std::string mask_connection_string(std::string_view text) {
  std::string result;
  size_t from = 0;
  while (true) {
    size_t at = std::string_view::npos, size = 0;
    for (const std::string_view name : {"password", "passwd", "passfile"}) {
      const size_t found = find_word(text, name, from);
      if (found < at) at = found, size = name.size();
    }
    if (at == std::string_view::npos) break;
    size_t value = at + size;
    while (value < text.size() && is_space(text[value])) ++value;
    if (value >= text.size() || text[value] != '=') {
      result.append(text.substr(from, value - from));
      from = value;
      continue;
    }
    ++value;
    while (value < text.size() && is_space(text[value])) ++value;
    result.append(text.substr(from, value - from));
    size_t end = value;
    if (end < text.size() && (text[end] == '\'' || text[end] == '"')) {
      end = close_of(text, end);
    } else {
      while (end < text.size() && !is_space(text[end]) && text[end] != '&') {
        if (text[end] == '\\' && end + 1 < text.size()) ++end;
        ++end;
      }
    }
    if (end > value) result.append(kMask);
    from = end;
  }
  result.append(text.substr(from));
  return base::contains(result, "://") ? base::mask_url(result) : result;
}

std::string mask(std::string_view statement) {
  if (!may_hold_secret(statement)) return std::string(statement);
  std::string result;
  size_t copied = 0;
  bool expected = false;  // a name of a secret came just before
  SplitLexer lexer(statement);
  SplitToken token;
  while (lexer.next(token)) {
    const std::string_view part = statement.substr(token.start, token.end - token.start);
    std::string replaced;
    switch (token.kind) {
      case TokenKind::Word:
        if (!(expected && base::equal_ignoring_case(part, "to"))) expected = names_secret(part);
        continue;
      case TokenKind::QuotedName:
        expected = part.size() > 2 && names_secret(part.substr(1, part.size() - 2));
        continue;
      case TokenKind::Comment:
        if (!may_hold_secret(part)) continue;
        replaced = mask_fragment(part);
        break;
      case TokenKind::String:
        // A body in dollar quotes is code: it is masked like a statement.
        if (expected)
          replaced = "'***'";
        else if (part[0] == '$' && may_hold_secret(part))
          replaced = mask_fragment(part);
        else if (may_hold_secret(part))
          replaced = mask_literal(part);
        else
          replaced = part;
        expected = false;
        break;
      default:
        // SET app.secret = '...', and => of named arguments.
        if (part != "=" && part != ">" && part != ":") expected = false;
        continue;
    }
    if (replaced == part) continue;
    result.append(statement.substr(copied, token.start - copied));
    result.append(replaced);
    copied = token.end;
  }
  result.append(statement.substr(copied));
  return result;
}

std::string mask_fragment(std::string_view part) {
  std::string result;
  size_t from = 0;
  while (true) {
    size_t at = std::string_view::npos, size = 0;
    for (const std::string_view name : {"password", "passwd", "passfile", "passphrase", "secret", "token"}) {
      const size_t found = find_word(part, name, from);
      if (found < at) at = found, size = name.size();
    }
    if (at == std::string_view::npos) break;
    size_t value = at + size;
    while (value < part.size() && (is_space(part[value]) || part[value] == '=' || part[value] == '"'))
      ++value;
    const bool quoted = value < part.size() &&
                        (part[value] == '\'' || part[value] == '$' ||
                         (lower(part[value]) == 'e' && value + 1 < part.size() && part[value + 1] == '\''));
    if (!quoted) {
      result.append(part.substr(from, value - from));
      from = value;
      continue;
    }
    size_t open = value;
    if (part[open] != '\'' && part[open] != '$') ++open;
    // Inside a string its quotes are doubled: PASSWORD ''x''.
    const bool doubled = part[open] == '\'' && part.substr(open, 2) == "''" && part.substr(open, 3) != "'''";
    size_t end;
    if (doubled) {
      const size_t close = part.find("''", open + 2);
      end = close == std::string_view::npos ? part.size() : close + 2;
    } else if (part[open] == '$') {
      const size_t tag = part.find('$', open + 1);
      const size_t close = tag == std::string_view::npos ? tag : part.find('$', tag + 1);
      end = close == std::string_view::npos ? part.size() : close;
    } else {
      end = close_of(part, open);
    }
    result.append(part.substr(from, open - from));
    result.append(doubled ? "''***''" : "'***'");
    from = end;
  }
  result.append(part.substr(from));
  // Code compares passwords too (a.password = b.password): only what is written
  // without blanks is taken for a connection string here.
  return base::mask_url(result);
}

}  // namespace windlass::sql
