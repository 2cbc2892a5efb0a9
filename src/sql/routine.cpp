#include "sql/routine.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "sql/tokens.h"

namespace windlass::sql {

namespace {

using Words = std::vector<Token>;

bool opens(const Token& word) { return word.symbol('(') || word.symbol('['); }
bool closes(const Token& word) { return word.symbol(')') || word.symbol(']'); }

/// The index of the bracket that opens the parameters; words.size() where nothing of the kind is created.
size_t parameters_at(const Words& words) {
  for (size_t i = 0; i + 2 < words.size(); ++i) {
    if (!words[i].is("create")) continue;
    size_t at = i + 1;
    if (words[at].is("or") && words[at + 1].is("replace")) at += 2;
    if (at >= words.size() ||
        (!words[at].is("function") && !words[at].is("procedure") && !words[at].is("aggregate")))
      continue;
    for (++at; at < words.size() && (words[at].name() || words[at].symbol('.'));) ++at;
    if (at < words.size() && words[at].symbol('(')) return at;
  }
  return words.size();
}

/// The type's words as the catalog has them, for the aliases that it has not.
std::string type_words(const Words& words) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 17> kAliases = {{
      {"int", "integer"},
      {"int4", "integer"},
      {"int8", "bigint"},
      {"int2", "smallint"},
      {"bool", "boolean"},
      {"varchar", "character varying"},
      {"char", "character"},
      {"bpchar", "character"},
      {"float", "double precision"},
      {"float8", "double precision"},
      {"float4", "real"},
      {"dec", "numeric"},
      {"decimal", "numeric"},
      {"timestamptz", "timestamp with time zone"},
      {"timetz", "time with time zone"},
      {"varbit", "bit varying"},
      {"nchar", "character"},
  }};
  std::string text;
  int depth = 0;  // a modifier is no part of a parameter's type
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i].symbol('(')) ++depth;
    const bool inside = depth > 0;
    if (words[i].symbol(')')) --depth;
    if (inside) continue;
    std::string word = words[i].text;
    if (words[i].kind == Token::Kind::Word)
      for (const auto& [alias, name] : kAliases)
        if (word == alias) word = name;
    const bool of_zone = i > 0 && (words[i - 1].is("with") || words[i - 1].is("without"));
    const bool time = !of_zone && (words[i].is("timestamp") || words[i].is("time"));
    text += ' ' + word;
    size_t next = i + 1;
    if (time && next < words.size() && words[next].symbol('('))
      while (next < words.size() && !words[next++].symbol(')')) continue;
    if (time && (next >= words.size() || (!words[next].is("with") && !words[next].is("without"))))
      text += " without time zone";
  }
  return text;
}

/// What stands between commas outside brackets.
std::vector<Words> parts_of(const Words& words) {
  std::vector<Words> parts;
  Words part;
  int depth = 0;
  for (const Token& word : words) {
    if (opens(word)) ++depth;
    if (closes(word)) --depth;
    if (depth == 0 && word.symbol(',')) {
      parts.push_back(std::move(part));
      part.clear();
    } else {
      part.push_back(word);
    }
  }
  if (!part.empty() || !parts.empty()) parts.push_back(std::move(part));
  return parts;
}

}  // namespace

std::optional<std::vector<std::string>> routine_parameters(std::string_view text) {
  const Words words = tokens(text);
  const size_t open = parameters_at(words);
  if (open == words.size()) return std::nullopt;
  std::vector<std::string> parameters;
  int depth = 0;
  size_t from = words[open].offset + 1, to = std::string_view::npos;  // `to`: where a default begins
  const auto add = [&](size_t end) {
    const auto parameter = base::trim(text.substr(from, std::min(to, end) - from));
    if (!parameter.empty()) parameters.emplace_back(parameter);
    to = std::string_view::npos;
  };
  for (size_t i = open; i < words.size(); ++i) {
    if (opens(words[i])) ++depth;
    if (closes(words[i]) && --depth == 0) {
      add(words[i].offset);
      return parameters;
    }
    if (depth != 1) continue;
    if (to == std::string_view::npos && (words[i].is("default") || words[i].symbol('=')))
      to = words[i].offset;
    if (words[i].symbol(',')) {
      add(words[i].offset);
      from = words[i].offset + 1;
    }
  }
  return std::nullopt;  // cut off
}

bool have_types(const std::vector<std::string>& parameters, std::string_view types) {
  std::vector<std::string> given;
  for (const std::string& parameter : parameters) {
    Words words = tokens(parameter);
    if (!words.empty() && words.front().is("out") && words.size() > 1) continue;
    given.push_back(type_words(words));
  }
  const Words all = tokens(types);
  const std::vector<Words> wanted = parts_of(all);
  return given.size() == wanted.size() &&
         std::equal(given.begin(), given.end(), wanted.begin(),
                    [](const std::string& one, const Words& type) {
                      // The parameter's name and mode come first; its type may be written without the schema.
                      const size_t dot = type.size() > 2 && type[1].symbol('.') ? 2 : 0;
                      return one.ends_with(type_words(type)) ||
                             (dot > 0 && one.ends_with(type_words(Words(type.begin() + 2, type.end()))));
                    });
}

}  // namespace windlass::sql
