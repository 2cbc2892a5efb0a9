#include "populate/mentions.h"

#include <algorithm>
#include <set>

#include "sql/targets.h"
#include "sql/targets_cursor.h"

namespace windlass::populate {

namespace {

using sql::Token;
using sql::Words;

constexpr size_t kMostValues = 24;  // of one column: an IN list of all countries says no more than its head

bool one_of(const Token& token, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return token.is(word); });
}

/// Words of SQL that stand where a column's name could.
bool is_key_word(const Token& token) {
  return one_of(token,
                {"and",  "or",    "not",    "where",   "when",  "then",  "else",   "end",     "case",  "on",
                 "set",  "check", "select", "from",    "using", "any",   "all",    "array",   "in",    "is",
                 "null", "true",  "false",  "between", "like",  "ilike", "having", "default", "values"});
}

class Finder {
 public:
  explicit Finder(const Words& words) : words_(words) {}

  std::vector<Mention> all() {
    for (size_t i = 0; i < words_.size(); ++i) {
      if (words_[i].is("values")) i = past_values(i);
      if (at(i).is("case")) in_case(i);
      if (!at(i).name() || is_key_word(at(i)) || at(i + 1).symbol('.') || at(i + 1).symbol('(')) continue;
      // The name of a type: 'a'::text = ...
      if (i >= 1 && is_cast(at(i - 1))) continue;
      compared(i);
    }
    return std::move(found_);
  }

 private:
  const Token& at(size_t i) const {
    static const Token none;
    return i < words_.size() ? words_[i] : none;
  }

  static bool is_cast(const Token& token) { return token.kind == Token::Kind::Symbol && token.text == "::"; }

  /// Past a `::type` at `i`; else `i`.
  size_t past_cast(size_t i) const {
    while (is_cast(at(i))) {
      ++i;
      while (at(i).name() && !is_key_word(at(i))) {
        ++i;
        if (at(i).symbol('.')) ++i;
      }
      for (const auto& [open, close] : {std::pair('(', ')'), std::pair('[', ']')})
        while (at(i).symbol(open)) {
          while (i < words_.size() && !at(i).symbol(close)) ++i;
          ++i;
        }
    }
    return i;
  }

  /// At VALUES: its last token.
  size_t past_values(size_t i) const {
    int depth = 0;
    for (++i; i < words_.size(); ++i) {
      if (at(i).symbol('(')) ++depth;
      if (at(i).symbol(')') && --depth < 0) return i;
      if (depth == 0 && !at(i).symbol(')') && !at(i).symbol(',')) return i;
    }
    return i;
  }

  /// A literal at `i`; `i` is moved past it.
  bool literal(size_t& i, std::string& value) const {
    const bool minus = at(i).symbol('-') && at(i + 1).kind == Token::Kind::Number;
    const Token& token = at(i + (minus ? 1 : 0));
    const bool is_value = token.kind == Token::Kind::String || token.kind == Token::Kind::Number ||
                          one_of(token, {"true", "false"});
    if (!is_value) return false;
    value = (minus ? "-" : "") + token.text;
    i = past_cast(i + (minus ? 2 : 1));
    return true;
  }

  void add(const std::string& column, std::string value, bool length, bool pattern = false) {
    const auto same = [&](const Mention& each) {
      return each.column == column && each.value == value && each.length == length && each.pattern == pattern;
    };
    if (std::none_of(found_.begin(), found_.end(), same))
      found_.push_back({column, std::move(value), length, pattern});
  }

  /// CASE x WHEN 'a' ... WHEN 'b' ... END.
  void in_case(size_t i) {
    size_t name = i + 1;
    while (at(name).symbol('(')) ++name;
    while (at(name).name() && at(name + 1).symbol('.')) name += 2;
    if (!at(name).name() || is_key_word(at(name))) return;
    int depth = 0;
    for (size_t k = name; k < words_.size(); ++k) {
      if (at(k).is("case")) ++depth;
      if (at(k).is("end") && --depth < 0) return;
      std::string value;
      size_t after = k + 1;
      if (depth == 0 && at(k).is("when") && literal(after, value) && at(after).is("then"))
        add(at(name).text, value, false);
    }
  }

  /// A column's name at `i`: what comes after it.
  void compared(size_t i) {
    const std::string& column = words_[i].text;
    const size_t before = i >= 2 && at(i - 1).symbol('.') ? i - 2 : i;  // its qualifier
    const bool called = before >= 2 && at(before - 1).symbol('(') && at(before - 2).name();
    bool length =
        called && one_of(at(before - 2), {"length", "char_length", "character_length", "octet_length"});
    size_t k = i + 1;
    bool cast = true;
    while (cast) {
      const size_t from = k;
      k = past_cast(k);
      // ((x)::text), length((x)::text)
      if (at(k).symbol(')')) {
        ++k;
        const size_t open = before >= 1 ? before - 1 : 0;
        if (!length && open >= 2 && at(open).symbol('(') && at(open - 1).symbol('(') && at(open - 2).name())
          length = one_of(at(open - 2), {"length", "char_length", "character_length"});
      }
      cast = k != from;
    }
    const bool negated = at(k).is("not");
    if (negated) ++k;
    std::string value;
    if (at(k).is("between")) {
      ++k;
      if (!literal(k, value)) return;
      add(column, value, length);
      if (at(k).is("and") && literal(++k, value)) add(column, value, length);
      return;
    }
    if (at(k).is("is") && (at(k + 1).is("distinct") || at(k + 2).is("distinct"))) {
      while (!at(k).is("from") && k < words_.size()) ++k;
      ++k;
    } else if (one_of(at(k), {"in", "like", "ilike"})) {
      ++k;
    } else if (at(k).symbol('~')) {
      // The server writes LIKE as ~~, and what LIKE takes for a pattern matches itself.
      const bool like = at(++k).symbol('~');
      if (like) ++k;
      if (at(k).symbol('*')) ++k;
      if (literal(k, value) && !negated) add(column, value, false, !like);
      return;
    } else {
      const size_t from = k;
      while (at(k).symbol('=') || at(k).symbol('<') || at(k).symbol('>') || at(k).symbol('!')) ++k;
      if (k == from) return;
    }
    while (at(k).symbol('(') || at(k).symbol('[') || one_of(at(k), {"any", "array"})) ++k;
    while (literal(k, value)) {
      add(column, value, length);
      while (at(k).symbol(')')) k = past_cast(k + 1);
      if (!at(k).symbol(',')) return;
      ++k;
      // SET a = 'x', b = 'y': the next one is another column's.
    }
  }

  const Words& words_;
  std::vector<Mention> found_;
};

/// The names after FROM, UPDATE, JOIN, INTO, TABLE, USING: without their schema.
std::set<std::string> tables_in(const Words& words) {
  std::set<std::string> tables;
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    if (!one_of(words[i], {"from", "update", "join", "into", "table", "using"})) continue;
    sql::Cursor cursor(words, i + 1, words.size());
    cursor.accept_all({"if", "exists"});
    cursor.accept("only");
    std::string schema, name;
    if (cursor.name(schema, name)) tables.insert(name);
  }
  return tables;
}

std::vector<std::string> names_in(sql::Cursor inside) {
  std::vector<std::string> names;
  for (; !inside.done(); inside.step())
    if (inside.peek().name()) names.push_back(inside.peek().text);
  return names;
}

/// ALTER TABLE t ... FOREIGN KEY (a, b) REFERENCES u (c, d).
void read_references(const Words& words, Hints& hints) {
  sql::Cursor cursor(words, 0, words.size());
  if (!cursor.accept_all({"alter", "table"})) return;
  cursor.accept_all({"if", "exists"});
  cursor.accept("only");
  std::string schema;
  ComingReference reference;
  if (!cursor.name(schema, reference.table)) return;
  while (cursor.seek("foreign")) {
    if (!cursor.accept("key")) continue;
    reference.columns = names_in(cursor.inside());
    if (!cursor.accept("references") || !cursor.name(schema, reference.referenced)) continue;
    reference.referenced_columns =
        cursor.peek().symbol('(') ? names_in(cursor.inside()) : std::vector<std::string>();
    hints.coming_references.push_back(reference);
  }
}

}  // namespace

std::vector<Mention> mentions(std::string_view text) {
  const Words words = sql::tokens(text);
  return Finder(words).all();
}

const std::vector<std::string>& Hints::values_of(const std::string& table, const std::string& column) const {
  static const std::vector<std::string> none;
  const auto found = values.find({table, column});
  return found == values.end() ? none : found->second;
}

void read_hints(std::string_view statement, Hints& hints) {
  const Words words = sql::tokens(statement);
  if (words.empty()) return;
  // The bodies of functions and DO blocks are strings.
  if (words.front().is("do") ||
      (words.front().is("create") && std::any_of(words.begin(), words.end(), [](const Token& t) {
         return t.is("function") || t.is("procedure");
       })))
    for (const Token& token : words)
      if (token.kind == Token::Kind::String && token.text.size() > 20) read_hints(token.text, hints);
  const std::set<std::string> tables = tables_in(words);
  for (const Mention& mention : Finder(words).all()) {
    if (mention.length || mention.pattern) continue;
    for (const std::string& table : tables) {
      auto& list = hints.values[{table, mention.column}];
      if (list.size() < kMostValues && std::find(list.begin(), list.end(), mention.value) == list.end())
        list.push_back(mention.value);
    }
  }
  for (const sql::Target& target : sql::read_targets(statement).targets) {
    if (target.action == sql::Action::Alter && target.kind == "column" && !target.type.empty())
      hints.coming_types[{target.table, target.name}] = target.type;
    if (target.action == sql::Action::Create && target.kind == "type" && !target.labels.empty())
      hints.labels[target.name] = target.labels;
  }
  read_references(words, hints);
}

}  // namespace windlass::populate
