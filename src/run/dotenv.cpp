#include "run/dotenv.h"

#include <algorithm>

#include "base/text.h"

namespace windlass::run {

namespace {

bool is_name_character(char c, bool first) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
         (!first && ((c >= '0' && c <= '9') || c == '.' || c == '-'));
}

class Parser {
 public:
  Parser(std::string_view text, const Variables& known) : text_(text), known_(known) {
    if (text_.starts_with("\xef\xbb\xbf")) text_.remove_prefix(3);
  }

  Variables parse() {
    while (at_ < text_.size()) line();
    return std::move(found_);
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\n'; }
  void skip_blanks() {
    while (peek() == ' ' || peek() == '\t') ++at_;
  }
  void skip_line() {
    while (at_ < text_.size() && text_[at_] != '\n') ++at_;
    if (at_ < text_.size()) ++at_;
  }

  void line() {
    skip_blanks();
    if (text_.substr(at_).starts_with("export ") || text_.substr(at_).starts_with("export\t")) {
      at_ += 7;
      skip_blanks();
    }
    const size_t start = at_;
    while (at_ < text_.size() && is_name_character(text_[at_], at_ == start)) ++at_;
    const std::string name(text_.substr(start, at_ - start));
    skip_blanks();
    if (name.empty() || peek() != '=') {
      skip_line();
      return;
    }
    ++at_;
    skip_blanks();
    const char c = peek();
    std::string value;
    if (c == '\'' || c == '"') {
      const size_t opening = at_;
      if (!quoted(c, value)) {
        // The quote is never closed: the line stands as it is written.
        at_ = opening;
        value = unquoted();
      }
    } else {
      value = expand(unquoted());
    }
    skip_line();
    set(name, std::move(value));
  }

  std::string unquoted() {
    const size_t start = at_;
    size_t end = std::min(text_.find('\n', at_), text_.size());
    for (size_t i = start; i < end; ++i)
      if (text_[i] == '#' && (i == start || text_[i - 1] == ' ' || text_[i - 1] == '\t')) end = i;
    at_ = end;
    return std::string(base::trim(text_.substr(start, end - start)));
  }

  bool quoted(char quote, std::string& value) {
    std::string raw;
    for (++at_; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == quote) {
        ++at_;
        value = std::move(raw);
        return true;
      }
      if (quote == '"' && c == '\\' && at_ + 1 < text_.size()) {
        raw += unescaped(text_[++at_]);
      } else if (quote == '"' && c == '$') {
        raw += reference();
      } else {
        raw += c;
      }
    }
    return false;
  }

  static std::string unescaped(char c) {
    switch (c) {
      case 'n':
        return "\n";
      case 't':
        return "\t";
      case 'r':
        return "\r";
      case '\\':
      case '"':
      case '$':
        return std::string(1, c);
      default:
        return std::string("\\") + c;
    }
  }

  /// What stands for a "${NAME}" at at_, which is left on its last character.
  std::string reference() {
    size_t length = 0;
    std::string value = resolve(text_.substr(at_), length);
    at_ += length - 1;
    return value;
  }

  std::string expand(const std::string& text) const {
    std::string out;
    for (size_t i = 0; i < text.size();) {
      if (text[i] != '$') {
        out += text[i++];
        continue;
      }
      size_t length = 0;
      out += resolve(std::string_view(text).substr(i), length);
      i += length;
    }
    return out;
  }

  /// `text` begins with '$'. Only ${...} is a reference: a bare $ is common in passwords.
  std::string resolve(std::string_view text, size_t& length) const {
    const size_t close = text.find('}');
    if (!text.starts_with("${") || close == std::string_view::npos ||
        text.substr(0, close).find('\n') != text.npos) {
      length = 1;
      return "$";
    }
    length = close + 1;
    const std::string_view inside = text.substr(2, close - 2);
    const size_t dash = inside.find('-');
    const bool colon = dash != inside.npos && dash > 0 && inside[dash - 1] == ':';
    const std::string name(inside.substr(0, dash == inside.npos ? dash : colon ? dash - 1 : dash));
    const std::string* value = find(name);
    if (value != nullptr && !(colon && value->empty())) return *value;
    return dash == inside.npos ? std::string() : std::string(inside.substr(dash + 1));
  }

  const std::string* find(const std::string& name) const {
    for (const Variables* variables : {static_cast<const Variables*>(&found_), &known_})
      for (const auto& [key, value] : *variables)
        if (key == name) return &value;
    return nullptr;
  }

  void set(const std::string& name, std::string value) {
    for (auto& [key, old] : found_)
      if (key == name) {
        old = std::move(value);
        return;
      }
    found_.emplace_back(name, std::move(value));
  }

  std::string_view text_;
  const Variables& known_;
  size_t at_ = 0;
  Variables found_;
};

}  // namespace

Variables parse_dotenv(std::string_view text, const Variables& known) { return Parser(text, known).parse(); }

}  // namespace windlass::run
