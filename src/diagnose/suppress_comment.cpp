#include "diagnose/suppress_comment.h"

#include <optional>

#include "base/text.h"

namespace windlass::diagnose {

namespace {

/// `comment` begins with # or --; nothing where it does not suppress.
std::optional<SuppressComment> parsed(std::string_view comment, size_t lead) {
  std::string_view rest = base::trim(comment.substr(lead));
  for (const std::string_view word : {"windlass:", "ignore"}) {
    if (!rest.starts_with(word)) return std::nullopt;
    rest = base::trim(rest.substr(word.size()));
  }
  SuppressComment found;
  found.text = std::string(base::trim(comment));
  if (rest.starts_with('[') && rest.find(']') != rest.npos) {
    for (const std::string& code : base::split(rest.substr(1, rest.find(']') - 1), ','))
      if (!base::trim(code).empty()) found.codes.emplace_back(base::trim(code));
    rest = base::trim(rest.substr(rest.find(']') + 1));
  }
  found.reason = std::string(rest);
  return found;
}

/// Walks over Python's lexical structure, line by line: strings, brackets, continued lines.
class PythonLines {
 public:
  explicit PythonLines(std::string_view source) {
    result_.heads.push_back(0);
    for (const std::string& line : base::split(source, '\n')) walk(line);
    aim();
  }
  PythonComments take() { return std::move(result_); }

 private:
  void walk(std::string_view line) {
    ++number_;
    const std::string_view content = base::trim(line);
    const bool goes_on = depth_ > 0 || !quote_.empty() || continued_;
    const bool bare = content.empty() || content.starts_with('#');
    if (!goes_on && !bare) head_ = number_;
    result_.heads.push_back(!goes_on && bare ? 0 : head_);
    if (!goes_on && !bare && !line.starts_with(' ') && !line.starts_with('\t'))
      in_downgrade_ = content.starts_with("def downgrade(");
    continued_ = false;
    for (size_t at = 0; at < line.size();) at = step(line, at);
    if (quote_.size() == 1 && !continued_) quote_.clear();  // such a string ends with its line
  }

  size_t step(std::string_view line, size_t at) {
    const char c = line[at];
    if (c == '\\') {
      continued_ = at + 1 >= line.size();
      return at + 2;
    }
    if (!quote_.empty()) {
      if (!line.substr(at).starts_with(quote_)) return at + 1;
      const size_t length = quote_.size();
      quote_.clear();
      return at + length;
    }
    if (c == '#') {
      if (auto comment = parsed(line.substr(at), 1)) {
        comment->line = number_;
        comment->column = static_cast<int>(at) + 1;
        comment->in_downgrade = in_downgrade_;
        result_.comments.push_back(std::move(*comment));
      }
      return line.size();
    }
    if (c == '"' || c == '\'') {
      const std::string three(3, c);
      quote_ = line.substr(at).starts_with(three) ? three : std::string(1, c);
      return at + quote_.size();
    }
    if (c == '(' || c == '[' || c == '{') ++depth_;
    if ((c == ')' || c == ']' || c == '}') && depth_ > 0) --depth_;
    return at + 1;
  }

  /// Finds the statement of each comment.
  void aim() {
    for (SuppressComment& comment : result_.comments)
      for (int line = comment.line; comment.statement == 0 && line <= number_; ++line)
        comment.statement = result_.head(line);
  }

  PythonComments result_;
  int number_ = 0, head_ = 0, depth_ = 0;
  std::string quote_;  // of the string that is open
  bool continued_ = false, in_downgrade_ = false;
};

}  // namespace

PythonComments python_comments(std::string_view source) { return PythonLines(source).take(); }

std::vector<SuppressComment> sql_comments(std::string_view statement) {
  std::vector<SuppressComment> found;
  char quote = 0;
  int number = 0;
  for (const std::string& line : base::split(statement, '\n')) {
    ++number;
    for (size_t at = 0; at < line.size(); ++at) {
      const char c = line[at];
      if (quote != 0) {
        if (c == quote) quote = 0;
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == '-' && line.compare(at, 2, "--") == 0) {
        if (auto comment = parsed(std::string_view(line).substr(at), 2)) {
          comment->line = number;
          comment->column = static_cast<int>(at) + 1;
          found.push_back(std::move(*comment));
        }
        break;
      }
    }
  }
  return found;
}

}  // namespace windlass::diagnose
