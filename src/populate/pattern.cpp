// One pass that reads the expression and writes as it goes: an atom with a count is read again for each time.
#include "populate/pattern.h"

#include <algorithm>
#include <bitset>
#include <cstdint>
#include <utility>
#include <vector>

namespace windlass::populate {

namespace {

constexpr size_t kLongest = 2000;
constexpr int kDeepest = 20;  // groups in groups
constexpr int kRoom = 3;      // more than the fewest, where nothing limits it

using Set = std::bitset<128>;

Set range(char from, char to) {
  Set set;
  for (int c = from; c <= to; ++c) set.set(static_cast<size_t>(c));
  return set;
}

Set lower() { return range('a', 'z'); }
Set upper() { return range('A', 'Z'); }
Set digit() { return range('0', '9'); }
Set alnum() { return lower() | upper() | digit(); }
Set printable() { return range(' ', '~'); }

/// What is not in `set`: letters and digits where there are any, which disturb least.
Set others(const Set& set) {
  const Set plain = alnum() & ~set;
  return plain.any() ? plain : printable() & ~set;
}

/// Of `\d` and its like; nothing for letters that mean something else.
std::optional<Set> escaped(char c) {
  switch (c) {
    case 'd':
      return digit();
    case 'w':
      return alnum() | range('_', '_');
    case 's':
      return range(' ', ' ');
    case 'D':
      return others(digit());
    case 'W':
      return others(alnum() | range('_', '_'));
    case 'S':
      return alnum();
    default:
      break;
  }
  if (c < 0 || alnum()[static_cast<size_t>(c)]) return std::nullopt;
  return range(c, c);
}

std::optional<Set> named_class(std::string_view name) {
  const std::pair<std::string_view, Set> kClasses[] = {
      {"alpha", lower() | upper()},
      {"lower", lower()},
      {"upper", upper()},
      {"digit", digit()},
      {"alnum", alnum()},
      {"xdigit", digit() | range('a', 'f') | range('A', 'F')},
      {"space", range(' ', ' ')},
      {"blank", range(' ', ' ')},
      {"punct", others(alnum()) & ~range(' ', ' ')}};
  for (const auto& [known, set] : kClasses)
    if (known == name) return set;
  return std::nullopt;
}

class Writer {
 public:
  Writer(std::string_view pattern, Seed seed, bool roomy)
      : pattern_(pattern),
        state_(static_cast<uint64_t>(seed.row) * 0x9E3779B97F4A7C15U + static_cast<uint64_t>(seed.column) +
               1),
        row_(seed.row),
        roomy_(roomy) {}

  std::optional<std::string> all() {
    std::string text = alternatives();
    if (!known_ || at_ != pattern_.size()) return std::nullopt;
    return text;
  }

 private:
  char here() const { return at_ < pattern_.size() ? pattern_[at_] : '\0'; }
  bool accept(char c) {
    if (here() != c || at_ == pattern_.size()) return false;
    ++at_;
    return true;
  }
  std::string unknown() {
    known_ = false;
    return "";
  }

  std::string one_of(const Set& set) {
    if (set.none()) return unknown();
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    size_t skip = (state_ >> 33) % set.count(), c = 0;
    while (!set[c] || skip-- > 0) ++c;
    return std::string(1, static_cast<char>(c));
  }

  /// a|b|c
  std::string alternatives() {
    if (++depth_ > kDeepest) return unknown();
    std::vector<std::string> branches = {branch()};
    while (known_ && accept('|')) branches.push_back(branch());
    --depth_;
    return branches[static_cast<size_t>(row_ - 1) % branches.size()];
  }

  std::string branch() {
    std::string text;
    while (known_ && at_ < pattern_.size() && here() != '|' && here() != ')') text += counted();
    return text.size() > kLongest ? unknown() : text;
  }

  /// An atom as often as what stands behind it says.
  std::string counted() {
    const size_t start = at_;
    std::string text = atom();
    const size_t end = at_;
    const auto [fewest, most] = count();
    if (!known_) return "";
    const size_t after = at_;
    const int times = roomy_ ? std::min(most, fewest + kRoom) : fewest;
    if (times == 0) return "";
    for (int i = 1; known_ && i < times; ++i) {
      at_ = start;
      text += atom();
      if (at_ != end || text.size() > kLongest) return unknown();
    }
    at_ = after;
    return text;
  }

  std::pair<int, int> count() {
    constexpr int kNoLimit = 1000;
    std::pair<int, int> times = {1, 1};
    if (accept('*')) {
      times = {0, kNoLimit};
    } else if (accept('+')) {
      times = {1, kNoLimit};
    } else if (accept('?')) {
      times = {0, 1};
    } else if (here() == '{') {
      ++at_;
      times.first = number();
      times.second = times.first;
      if (accept(',')) times.second = here() == '}' ? kNoLimit : number();
      if (!accept('}') || times.second < times.first) known_ = false;
    } else {
      return times;
    }
    accept('?');  // as few as may be: the same texts match
    return times;
  }

  int number() {
    int value = 0;
    const size_t from = at_;
    for (; here() >= '0' && here() <= '9' && value < 1000; ++at_) value = value * 10 + (here() - '0');
    if (at_ == from) known_ = false;
    return value;
  }

  std::string atom() {
    const char c = here();
    ++at_;
    switch (c) {
      case '^':
      case '$':
        return "";
      case '.':
        return one_of(alnum());
      case '[':
        return one_of(set());
      case '(':
        return group();
      case '\\':
        return escape();
      case '*':
      case '+':
      case '?':
      case '{':
        return unknown();
      default:
        break;
    }
    std::string text(1, c);
    // The bytes of one character stay together.
    while ((static_cast<unsigned char>(c) & 0x80U) != 0 &&
           (static_cast<unsigned char>(here()) & 0xC0U) == 0x80)
      text += pattern_[at_++];
    return text;
  }

  std::string group() {
    if (accept('?') && !accept(':')) return unknown();
    std::string text = alternatives();
    return accept(')') ? text : unknown();
  }

  std::string escape() {
    const char c = here();
    if (at_ == pattern_.size()) return unknown();
    ++at_;
    // Begin and end of the text and of a word: nothing is written there.
    if (std::string_view("AZmMy").find(c) != std::string_view::npos) return "";
    const auto set = escaped(c);
    return set ? one_of(*set) : unknown();
  }

  /// Behind [.
  Set set() {
    Set found;
    const bool negated = accept('^');
    for (bool first = true; known_ && (first || here() != ']'); first = false) {
      if (at_ >= pattern_.size())
        known_ = false;
      else
        add_member(found);
    }
    ++at_;
    return negated ? others(found) : found;
  }

  void add_member(Set& found) {
    const std::string_view rest = pattern_.substr(at_);
    if (rest.starts_with("[:")) {
      const size_t end = rest.find(":]");
      const auto members =
          end == std::string_view::npos ? std::nullopt : named_class(rest.substr(2, end - 2));
      if (!members) {
        known_ = false;
        return;
      }
      found |= *members;
      at_ += end + 2;
      return;
    }
    const char from = here();
    ++at_;
    if (from == '[' && (here() == '.' || here() == '=')) known_ = false;
    if (from == '\\') {
      const auto members = escaped(here());
      ++at_;
      if (members)
        found |= *members;
      else
        known_ = false;
      return;
    }
    char to = from;
    if (here() == '-' && at_ + 1 < pattern_.size() && pattern_[at_ + 1] != ']') {
      to = pattern_[at_ + 1];
      at_ += 2;
      if (to == '\\' || to == '[') known_ = false;
    }
    // A letter outside ASCII is left out: there are others to choose from.
    if (from >= 0 && to >= 0) found |= range(from, to);
  }

  const std::string_view pattern_;
  size_t at_ = 0;
  uint64_t state_;
  const int row_;
  const bool roomy_;
  int depth_ = 0;
  bool known_ = true;
};

}  // namespace

std::optional<std::string> text_for_pattern(std::string_view pattern, Seed seed, bool roomy) {
  auto text = Writer(pattern, seed, roomy).all();
  if (text && text->size() > kLongest) return std::nullopt;
  return text;
}

}  // namespace windlass::populate
