#include "fix/table_text.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "sql/tokens.h"

namespace windlass::fix {

namespace {

using sql::Token;

/// Where the first list of a text stands: its parentheses, and the commas between its elements.
struct List {
  size_t open = 0, close = 0;
  std::vector<size_t> commas;
};

std::optional<List> list_of(const std::vector<Token>& tokens) {
  List list;
  bool opened = false;
  int depth = 0;
  for (const Token& token : tokens) {
    if (token.symbol('(') || token.symbol('[')) {
      if (!opened) list.open = token.offset;
      opened = true;
      ++depth;
    } else if (token.symbol(')') || token.symbol(']')) {
      if (--depth == 0) {
        list.close = token.offset;
        return list;
      }
    } else if (token.symbol(',') && depth == 1) {
      list.commas.push_back(token.offset);
    }
  }
  return std::nullopt;
}

std::vector<std::string> texts_of(std::string_view sql, const List& list) {
  std::vector<std::string> texts;
  size_t begin = list.open + 1;
  for (const size_t comma : list.commas) {
    texts.emplace_back(base::trim(sql.substr(begin, comma - begin)));
    begin = comma + 1;
  }
  texts.emplace_back(base::trim(sql.substr(begin, list.close - begin)));
  return texts;
}

/// The names between the parentheses that open at `at`, which moves behind them.
std::vector<std::string> names_within(const std::vector<Token>& tokens, size_t& at) {
  std::vector<std::string> names;
  int depth = 0;
  for (; at < tokens.size(); ++at) {
    if (tokens[at].symbol('(')) ++depth;
    if (tokens[at].symbol(')') && --depth == 0) {
      ++at;
      break;
    }
    if (depth > 0 && tokens[at].name()) names.push_back(tokens[at].text);
  }
  return names;
}

/// "PRIMARY KEY" where a constraint begins at `at`, which moves behind those words.
std::string constraint_at(const std::vector<Token>& tokens, size_t& at) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kKinds = {
      {{"primary", "key"}, {"foreign", "key"}, {"unique", ""}, {"check", ""}, {"exclude", ""}}};
  for (const auto& [first, second] : kKinds) {
    if (at >= tokens.size() || !tokens[at].is(first)) continue;
    if (!second.empty() && (at + 1 >= tokens.size() || !tokens[at + 1].is(second))) continue;
    at += second.empty() ? 1 : 2;
    std::string kind(first);
    if (!second.empty()) kind += " " + std::string(second);
    std::transform(kind.begin(), kind.end(), kind.begin(),
                   [](char c) { return static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c); });
    return kind;
  }
  return "";
}

void read_reference(const std::vector<Token>& tokens, Element& element) {
  for (size_t at = 0; at < tokens.size(); ++at) {
    if (!tokens[at].is("references") || at + 1 >= tokens.size()) continue;
    element.refers_to = tokens[++at].text;
    if (at + 2 < tokens.size() && tokens[at + 1].symbol('.')) {
      element.refers_schema = element.refers_to;
      element.refers_to = tokens[at += 2].text;
    }
    if (++at < tokens.size() && tokens[at].symbol('(')) element.refers_columns = names_within(tokens, at);
    return;
  }
}

std::optional<Element> element_of(std::string text) {
  const std::vector<Token> tokens = sql::tokens(text);
  if (tokens.empty()) return std::nullopt;
  Element element;
  element.text = std::move(text);
  size_t at = 0;
  if (tokens[0].is("constraint") && tokens.size() > 2 && tokens[1].name()) {
    element.name = tokens[1].text;
    at = 2;
  }
  element.constraint = constraint_at(tokens, at);
  if (element.constraint.empty()) {
    if (at != 0 || tokens.size() < 2 || !tokens[0].name() || tokens[0].is("like")) return std::nullopt;
    element.name = tokens[0].text;
    for (at = 1; at < tokens.size();) {
      if (tokens[at].is("references")) break;
      if (!tokens[at].symbol('(')) {
        ++at;
        continue;
      }
      const std::vector<std::string> names = names_within(tokens, at);
      element.columns.insert(element.columns.end(), names.begin(), names.end());
    }
  } else if (element.constraint == "FOREIGN KEY") {
    element.columns = names_within(tokens, at);
  } else {
    while (at < tokens.size() && !tokens[at].symbol('(')) ++at;
    while (at < tokens.size()) {  // also INCLUDE (...), WHERE (...)
      const std::vector<std::string> names = names_within(tokens, at);
      element.columns.insert(element.columns.end(), names.begin(), names.end());
      while (at < tokens.size() && !tokens[at].symbol('(')) ++at;
    }
  }
  read_reference(tokens, element);
  return element;
}

}  // namespace

std::optional<TableText> table_text(std::string_view create_table) {
  const std::optional<List> list = list_of(sql::tokens(create_table));
  if (!list) return std::nullopt;
  TableText table;
  table.head = base::trim(create_table.substr(0, list->open));
  table.tail = base::trim(create_table.substr(list->close + 1));
  for (std::string& text : texts_of(create_table, *list)) {
    std::optional<Element> element = element_of(std::move(text));
    if (!element) return std::nullopt;
    table.elements.push_back(std::move(*element));
  }
  return table;
}

std::string to_sql(const TableText& table) {
  std::vector<std::string> lines;
  for (const Element& each : table.elements) lines.push_back("    " + each.text);
  const std::string list = lines.empty() ? "()" : "(\n" + base::join(lines, ",\n") + "\n)";
  return table.head + " " + list + (table.tail.empty() ? "" : " " + table.tail);
}

Element with_not_null(Element column, bool not_null) {
  const std::vector<Token> tokens = sql::tokens(column.text);
  int depth = 0;
  for (size_t at = 0; at + 1 < tokens.size(); ++at) {
    if (tokens[at].symbol('(')) ++depth;
    if (tokens[at].symbol(')')) --depth;
    if (depth != 0 || !tokens[at].is("not") || !tokens[at + 1].is("null")) continue;
    if (not_null) return column;
    const size_t end = tokens[at + 1].offset + std::string_view("null").size();
    column.text = std::string(base::trim(column.text.substr(0, tokens[at].offset))) + column.text.substr(end);
    return column;
  }
  if (not_null) column.text += " NOT NULL";
  return column;
}

std::string without_label(const std::string& create_type, const std::string& label) {
  const std::optional<List> list = list_of(sql::tokens(create_type));
  if (!list) return create_type;
  std::vector<std::string> kept;
  for (const std::string& text : texts_of(create_type, *list)) {
    const std::vector<Token> tokens = sql::tokens(text);
    if (tokens.size() != 1 || tokens[0].kind != Token::Kind::String || tokens[0].text != label)
      kept.push_back(text);
  }
  return create_type.substr(0, list->open + 1) + base::join(kept, ", ") + create_type.substr(list->close);
}

std::optional<Element> constraint_element(std::string_view definition) {
  std::optional<Element> element = element_of(std::string(definition));
  if (element && element->constraint.empty()) return std::nullopt;
  return element;
}

}  // namespace windlass::fix
