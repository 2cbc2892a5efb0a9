#include "sql/psql_scanner.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"

namespace windlass::sql {

namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool starts_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
}
bool in_variable(char c) { return starts_name(c) || is_digit(c); }
bool in_name(char c) { return in_variable(c) || c == '$'; }

std::string quoted(const std::string& value, char quote) {
  const std::string one(1, quote);
  std::string body = base::replace_all(value, one, one + one);
  const bool escape = quote == '\'' && base::contains(body, "\\");
  if (escape) body = base::replace_all(std::move(body), "\\", "\\\\");
  return (escape ? " E" : "") + one + body + one;
}

/// Commands whose argument is the rest of the line as it stands.
bool takes_line(std::string_view name) {
  static constexpr std::array<std::string_view, 10> kNames = {"copy", "!",  "h",  "help", "ef",
                                                              "ev",   "sf", "sv", "sf+",  "sv+"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

}  // namespace

std::string PsqlArgument::as_name() const {
  std::string name;
  bool quotes = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '"') {
      name += text[i];
    } else if (quotes && i + 1 < text.size() && text[i + 1] == '"') {
      name += text[i++];
    } else {
      quotes = !quotes;
    }
  }
  return name;
}

void PsqlScanner::add_line(std::string_view line, size_t number) {
  rest_ = line;
  at_ = 0;
  expansions_.clear();
  line_ = number;
}

void PsqlScanner::take(size_t bytes) {
  bytes = std::min(bytes, rest_.size() - at_);
  if (text_.empty()) start_line_ = line_;
  text_.append(rest_, at_, bytes);
  at_ += bytes;
}

void PsqlScanner::open(In in, size_t bytes) {
  take(bytes);
  in_ = in;
}

void PsqlScanner::inside_quotes(char quote, bool backslashes) {
  size_t i = at_;
  while (i < rest_.size()) {
    if (backslashes && rest_[i] == '\\') {
      i += 2;
    } else if (rest_[i] != quote) {
      ++i;
    } else if (i + 1 < rest_.size() && rest_[i + 1] == quote) {
      i += 2;
    } else {
      ++i;
      in_ = In::Nothing;
      break;
    }
  }
  take(i - at_);
}

/// A comment in front of a statement is not kept.
void PsqlScanner::inside_comment() {
  size_t i = at_;
  while (i < rest_.size() && comment_depth_ > 0) {
    const char c = rest_[i], after = i + 1 < rest_.size() ? rest_[i + 1] : '\0';
    if (c == '/' && after == '*') {
      ++comment_depth_, i += 2;
    } else if (c == '*' && after == '/') {
      --comment_depth_, i += 2;
    } else {
      ++i;
    }
  }
  if (comment_depth_ == 0) in_ = In::Nothing;
  if (text_.empty())
    at_ = i;
  else
    take(i - at_);
}

void PsqlScanner::inside() {
  switch (in_) {
    case In::Nothing:
      return;
    case In::String:
      return inside_quotes('\'', false);
    case In::EscapeString:
      return inside_quotes('\'', true);
    case In::QuotedName:
      return inside_quotes('"', false);
    case In::Comment:
      return inside_comment();
    case In::DollarString: {
      const size_t close = rest_.find(dollar_tag_, at_);
      if (close == std::string::npos) return take(rest_.size() - at_);
      in_ = In::Nothing;
      return take(close + dollar_tag_.size() - at_);
    }
  }
}

/// Whether a dollar quote begins here; it is then taken.
bool PsqlScanner::dollar() {
  size_t i = at_ + 1;
  if (i < rest_.size() && is_digit(rest_[i])) return false;
  while (i < rest_.size() && in_variable(rest_[i])) ++i;
  if (i >= rest_.size() || rest_[i] != '$') return false;
  dollar_tag_ = rest_.substr(at_, i + 1 - at_);
  open(In::DollarString, dollar_tag_.size());
  return true;
}

void PsqlScanner::word() {
  const char lower = static_cast<char>(ahead(0) | 0x20);
  if (ahead(1) == '\'' && (lower == 'e' || lower == 'b' || lower == 'x' || lower == 'n'))
    return open(lower == 'e' || (lower == 'n' && !standard_strings_) ? In::EscapeString : In::String, 2);
  if (lower == 'u' && ahead(1) == '&' && (ahead(2) == '\'' || ahead(2) == '"'))
    return open(ahead(2) == '"' ? In::QuotedName : In::String, 3);
  size_t length = 1;
  while (in_name(ahead(length))) ++length;
  nesting_.word(std::string_view(rest_).substr(at_, length));
  take(length);
}

PsqlScanner::Written PsqlScanner::written() const {
  const char next = ahead(1);
  const bool asks = next == '{' && ahead(2) == '?';
  const bool quotes = next == '\'' || next == '"';
  size_t i = asks ? 3 : quotes ? 2 : 1;
  Written variable;
  while (in_variable(ahead(i))) variable.name += ahead(i++);
  if (variable.name.empty()) return {};
  if (asks || quotes) {
    if (ahead(i++) != (asks ? '}' : next)) return {};
    variable.form = asks ? '?' : next;
  }
  variable.length = i;
  return variable;
}

/// In the form that it is asked for in; nothing where it is not set.
std::optional<std::string> PsqlScanner::value_of(const Written& variable) const {
  const std::optional<std::string> value = lookup_ ? lookup_(variable.name) : std::nullopt;
  if (variable.form == '?') return value ? "TRUE" : "FALSE";
  if (!value || variable.form == 0) return value;
  return quoted(*value, variable.form);
}

/// Whether the value of that variable is being read: it does not stand for itself again.
bool PsqlScanner::expands(const std::string& name) {
  while (!expansions_.empty() && rest_.size() - at_ <= expansions_.back().left) expansions_.pop_back();
  return std::any_of(expansions_.begin(), expansions_.end(),
                     [&](const Expansion& each) { return each.name == name; });
}

void PsqlScanner::variable() {
  if (ahead(1) == ':' || ahead(1) == '=') return take(2);  // a cast, an argument's name
  const Written variable = written();
  if (variable.length == 0) return take(1);
  const std::optional<std::string> value = value_of(variable);
  if (!value) unset_.push_back(variable.name);
  if (!value || (variable.form == 0 && expands(variable.name))) return take(variable.length);
  if (variable.form == 0) {
    // What it holds is read as if it stood here.
    rest_.replace(at_, variable.length, *value);
    expansions_.push_back({variable.name, rest_.size() - at_ - value->size()});
    return;
  }
  if (text_.empty()) start_line_ = line_;
  text_ += *value;
  at_ += variable.length;
}

/// The text of a '...' argument, where escapes are C's.
void PsqlScanner::escaped_text(std::string& value) {
  ++at_;
  while (at_ < rest_.size() && ahead(0) != '\n') {
    const char c = rest_[at_++];
    if (c == '\'') {
      if (ahead(0) != '\'') return;
      value += rest_[at_++];
    } else if (c != '\\' || at_ >= rest_.size()) {
      value += c;
    } else {
      static constexpr std::string_view kLetters = "nrtbf", kMeant = "\n\r\t\b\f";
      const char letter = rest_[at_++];
      const size_t known = kLetters.find(letter);
      value += known == std::string_view::npos ? letter : kMeant[known];
    }
  }
}

PsqlArgument PsqlScanner::argument() {
  PsqlArgument result;
  bool quotes = false;
  while (at_ < rest_.size() && ahead(0) != '\n') {
    const char c = ahead(0);
    if (!quotes && (is_space(c) || c == '\\')) break;
    const Written variable = c == ':' && !quotes ? written() : Written();
    if (variable.length > 0) {
      result.text += value_of(variable).value_or(rest_.substr(at_, variable.length));
      at_ += variable.length;
    } else if (c == '\'' && !quotes) {
      escaped_text(result.text);
    } else {
      if (c == '"') quotes = !quotes;
      if (c == '`' && !quotes) result.shell = true;
      result.text += c;
      ++at_;
    }
  }
  return result;
}

std::vector<PsqlArgument> PsqlScanner::arguments() {
  std::vector<PsqlArgument> all;
  for (;;) {
    while (at_ < rest_.size() && is_space(ahead(0)) && ahead(0) != '\n') ++at_;
    if (at_ >= rest_.size() || ahead(0) == '\n' || ahead(0) == '\\') return all;
    all.push_back(argument());
  }
}

PsqlPart PsqlScanner::command() {
  PsqlPart part{PsqlPart::Kind::Command, {}, {}, line_, {}};
  ++at_;
  while (at_ < rest_.size() && !is_space(ahead(0)) && ahead(0) != '\\') part.text += rest_[at_++];
  if (takes_line(part.text)) {
    const size_t end = std::min(rest_.find('\n', at_), rest_.size());
    part.arguments.push_back({std::string(base::trim(std::string_view(rest_).substr(at_, end - at_)))});
    at_ = end;
  } else {
    part.arguments = arguments();
  }
  if (ahead(0) == '\\' && ahead(1) == '\\') at_ += 2;  // psql's sign between a command and what follows
  return part;
}

PsqlPart PsqlScanner::take_statement() {
  PsqlPart part{
      PsqlPart::Kind::Statement, std::string(base::trim(text_)), {}, start_line_, std::exchange(unset_, {})};
  if (part.text.empty()) part.kind = PsqlPart::Kind::More;
  text_.clear();
  nesting_ = {};
  return part;
}

void PsqlScanner::back_to(const Mark& mark) {
  text_.resize(std::min(text_.size(), mark.length));
  nesting_ = mark.nesting;
}

PsqlPart PsqlScanner::next() {
  while (at_ < rest_.size()) {
    const char c = ahead(0), after = ahead(1);
    if (in_ != In::Nothing) {
      inside();
    } else if (is_space(c)) {
      if (text_.empty())
        ++at_;
      else
        take(1);
    } else if (c == '-' && after == '-') {
      const size_t end = std::min(rest_.find('\n', at_), rest_.size());
      if (text_.empty())
        at_ = end;
      else
        take(end - at_);
    } else if (c == '/' && after == '*') {
      in_ = In::Comment;
      comment_depth_ = 1;
      if (text_.empty())
        at_ += 2;
      else
        take(2);
    } else if (c == '\'') {
      open(standard_strings_ ? In::String : In::EscapeString, 1);
    } else if (c == '"') {
      open(In::QuotedName, 1);
    } else if (c == ':') {
      variable();
    } else if (c == '\\' && (after == ';' || after == ':')) {
      ++at_;
      take(1);
      if (after == ';') nesting_ = {};
    } else if (c == '\\') {
      return command();
    } else if (c == ';' && !nesting_.open()) {
      ++at_;
      if (!text_.empty()) return take_statement();
    } else if (starts_name(c)) {
      word();
    } else if (is_digit(c)) {
      size_t length = 1;
      while (in_name(ahead(length)) || ahead(length) == '.') ++length;
      take(length);
    } else if (c != '$' || !dollar()) {
      nesting_.sign(c);
      take(1);
    }
  }
  return {};
}

PsqlPart PsqlScanner::finish() {
  in_ = In::Nothing;
  if (base::trim(text_).empty()) return {};
  return take_statement();
}

void read_dump(std::string_view dump, const std::function<void(std::string_view line)>& comment,
               const std::function<void(const PsqlPart& part)>& part) {
  PsqlScanner scanner([](const std::string&) { return std::nullopt; });
  size_t number = 0;
  while (!dump.empty()) {
    const size_t end = std::min(dump.find('\n'), dump.size() - 1) + 1;
    const std::string_view line = dump.substr(0, end);
    dump.remove_prefix(end);
    ++number;
    if (scanner.mark().length == 0 && line.starts_with("--")) {
      comment(line);
      continue;
    }
    scanner.add_line(line, number);
    for (PsqlPart each = scanner.next(); each.kind != PsqlPart::Kind::More; each = scanner.next()) part(each);
  }
}

}  // namespace windlass::sql
