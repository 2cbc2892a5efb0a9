#include "diagnose/cases/definition_words.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace windlass::diagnose {

namespace {

/// The place behind a name, quoted or not, that begins at `at`.
size_t past_name(const std::string& text, size_t at) {
  if (at >= text.size() || text[at] != '"') return std::min(text.find(' ', at), text.size());
  for (++at; at < text.size(); ++at)
    if (text[at] == '"' && (at + 1 >= text.size() || text[at + 1] != '"'))
      return at + 1;
    else if (text[at] == '"')
      ++at;
  return text.size();
}

/// The first bracket from `at` on with all that it holds, and where it ends.
std::string bracketed(const std::string& text, size_t at, size_t* end) {
  const size_t open = text.find('(', at);
  if (open == std::string::npos) return {};
  int depth = 0;
  bool quoted = false;
  for (size_t i = open; i < text.size(); ++i) {
    if (text[i] == '"' || text[i] == '\'') quoted = !quoted;
    if (quoted) continue;
    if (text[i] == '(') ++depth;
    if (text[i] == ')' && --depth == 0) {
      *end = i + 1;
      return text.substr(open, i + 1 - open);
    }
  }
  return {};
}

/// The values of each ARRAY[...], sorted: a check by IN lists them in the order of the source.
std::string with_sorted_lists(std::string text) {
  for (size_t at = text.find("ARRAY["); at != std::string::npos; at = text.find("ARRAY[", at + 1)) {
    const size_t begin = at + 6, end = text.find(']', begin);
    if (end == std::string::npos) break;
    std::vector<std::string> values = base::split(text.substr(begin, end - begin), ',');
    for (std::string& value : values) value = std::string(base::trim(value));
    std::sort(values.begin(), values.end());
    text.replace(begin, end - begin, base::join(values, ","));
  }
  return text;
}

// By hand and not by std::regex, which takes a stack frame for every character that it repeats over: the list
// of a check may be as long as a table.

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '"';
}

/// Past what `is` says yes to, from `at` on.
template <typename Is>
size_t past(std::string_view text, size_t at, const Is& is) {
  while (at < text.size() && is(text[at])) ++at;
  return at;
}

/// The place behind a cast to a text type at `at`, or `at`: "::text", "::character varying(20)[]".
size_t past_text_cast(std::string_view text, size_t at) {
  static constexpr std::array<std::string_view, 3> kTypes = {"::character varying", "::text", "::bpchar"};
  for (const std::string_view type : kTypes) {
    size_t end = at + type.size();
    if (!text.substr(at).starts_with(type) || (end < text.size() && is_word(text[end]))) continue;
    if (end < text.size() && text[end] == '(') {
      const size_t digits = past(text, end + 1, is_digit);
      if (digits > end + 1 && digits < text.size() && text[digits] == ')') end = digits + 1;
    }
    return text.substr(end).starts_with("[]") ? end + 2 : end;
  }
  return at;
}

/// The place behind "(word)" or "(ARRAY[...])" at `at`, or `at`.
size_t past_lone_brackets(std::string_view text, size_t at) {
  if (text[at] != '(') return at;
  size_t end = past(text, at + 1, is_word);
  if (text.substr(at + 1).starts_with("ARRAY[")) {
    end = past(text, at + 7, [](char c) { return c != ']' && c != '(' && c != ')'; });
    end = end < text.size() && text[end] == ']' ? end + 1 : at;
  }
  return end > at + 1 && end < text.size() && text[end] == ')' ? end + 1 : at;
}

/// The place behind a number in quotes at `at`, or `at`: "'-1.50'".
size_t past_quoted_number(std::string_view text, size_t at) {
  if (text[at] != '\'') return at;
  const size_t whole = text.substr(at + 1).starts_with('-') ? at + 2 : at + 1;
  size_t end = past(text, whole, is_digit);
  if (end == whole) return at;
  if (end < text.size() && text[end] == '.') {
    const size_t fraction = past(text, end + 1, is_digit);
    if (fraction == end + 1) return at;
    end = fraction;
  }
  return end < text.size() && text[end] == '\'' ? end + 1 : at;
}

/// Each piece that `past_piece` finds, without `less` characters at either end; all of it where `less` is 0.
template <typename PastPiece>
std::string without(std::string_view text, const PastPiece& past_piece, size_t less) {
  std::string result;
  for (size_t at = 0; at < text.size();) {
    const size_t end = past_piece(text, at);
    if (end == at) {
      result += text[at++];
      continue;
    }
    if (less > 0) result += text.substr(at + less, end - at - 2 * less);
    at = end;
  }
  return result;
}

/// "character varying(20)": the name without its numbers, and those.
struct TypeName {
  std::string name;
  std::vector<int> numbers;
};

TypeName type_name(const std::string& text) {
  TypeName type;
  const size_t open = text.find('('), close = text.find(')');
  if (open == std::string::npos || close == std::string::npos) return {text, {}};
  type.name = text.substr(0, open) + text.substr(close + 1);
  for (const std::string& number : base::split(text.substr(open + 1, close - open - 1), ','))
    type.numbers.push_back(std::atoi(number.c_str()));
  return type;
}

std::optional<size_t> place_in(std::initializer_list<const char*> order, const std::string& name) {
  const auto found = std::find(order.begin(), order.end(), name);
  if (found == order.end()) return std::nullopt;
  return static_cast<size_t>(found - order.begin());
}

}  // namespace

std::string index_meaning(const std::string& definition) {
  const size_t index = definition.find("INDEX ");
  if (index == std::string::npos) return definition;
  const size_t rest = past_name(definition, index + 6);
  return std::string(base::contains(definition.substr(0, index), "UNIQUE") ? "UNIQUE" : "") +
         definition.substr(rest);
}

std::string unique_columns(const std::string& definition) {
  size_t end = 0;
  if (definition.starts_with("UNIQUE ")) {
    const std::string columns = bracketed(definition, 0, &end);
    const bool nulls = base::contains(definition.substr(0, definition.find('(')), "NULLS NOT DISTINCT");
    return columns + (nulls ? " NULLS NOT DISTINCT" : "") +
           definition.substr(std::min(end, definition.size()));
  }
  const size_t method = definition.find(" USING btree (");
  if (!definition.starts_with("CREATE UNIQUE INDEX ") || method == std::string::npos) return {};
  const std::string columns = bracketed(definition, method, &end);
  return columns + definition.substr(std::min(end, definition.size()));
}

std::string key_in_any_order(const std::string& definition) {
  if (!definition.starts_with("UNIQUE ") && !definition.starts_with("PRIMARY KEY ")) return {};
  size_t end = 0;
  const std::string columns = bracketed(definition, 0, &end);
  if (columns.size() < 2) return {};
  std::vector<std::string> names = base::split(columns.substr(1, columns.size() - 2), ',');
  for (std::string& name : names) name = std::string(base::trim(name));
  std::sort(names.begin(), names.end());
  return definition.substr(0, definition.find('(')) + base::join(names, ", ") +
         definition.substr(std::min(end, definition.size()));
}

std::string reference_of(const std::string& definition) {
  const size_t references = definition.find(" REFERENCES ");
  size_t end = 0;
  if (references == std::string::npos || bracketed(definition, references, &end).empty()) return definition;
  return definition.substr(0, end);
}

std::string constraint_meaning(const std::string& definition) {
  std::string text = definition;
  if (text.ends_with(" NOT VALID")) text.resize(text.size() - 10);
  if (!text.starts_with("CHECK ")) return text;
  text = without(text, past_text_cast, 0);
  for (int i = 0; i < 3; ++i) text = without(text, past_lone_brackets, 1);
  return with_sorted_lists(text);
}

std::string default_meaning(const std::string& expression) {
  std::string text = expression;
  if (text == "CURRENT_TIMESTAMP" || text == "transaction_timestamp()" || text == "now()") return "now()";
  if (text == "LOCALTIMESTAMP" || text == "CURRENT_TIMESTAMP::timestamp without time zone") return "now()";
  if (text.starts_with('\'')) {
    const size_t end = text.rfind('\'');
    if (end > 0 && text.substr(end + 1).starts_with("::")) text.resize(end + 1);
    text = without(text, past_quoted_number, 1);
  }
  return text;
}

bool holds_all_of(const std::string& head, const std::string& model) {
  const TypeName wide = type_name(head), narrow = type_name(model);
  const bool texts = (wide.name == "text" || wide.name == "character varying") &&
                     (narrow.name == "text" || narrow.name == "character varying");
  if (texts) return wide.numbers.empty() || (!narrow.numbers.empty() && wide.numbers[0] >= narrow.numbers[0]);
  if (wide.name == "numeric" && narrow.name == "numeric") {
    if (wide.numbers.empty()) return true;
    if (narrow.numbers.empty()) return false;
    const int wide_scale = wide.numbers.size() > 1 ? wide.numbers[1] : 0,
              narrow_scale = narrow.numbers.size() > 1 ? narrow.numbers[1] : 0;
    return wide_scale >= narrow_scale && wide.numbers[0] - wide_scale >= narrow.numbers[0] - narrow_scale;
  }
  for (const auto& order : {std::initializer_list<const char*>{"smallint", "integer", "bigint"},
                            std::initializer_list<const char*>{"real", "double precision"}}) {
    const auto of_wide = place_in(order, wide.name), of_narrow = place_in(order, narrow.name);
    if (of_wide && of_narrow) return *of_wide >= *of_narrow;
  }
  return wide.name == narrow.name && wide.numbers == narrow.numbers;
}

}  // namespace windlass::diagnose
