#include "drift/data_questions.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "drift/new_column.h"
#include "sql/sql_name.h"
#include "sql/statement_kind.h"
#include "sql/tokens.h"

namespace windlass::drift {

namespace {

using catalog::Object;
using nlohmann::json;

json parsed(const std::string& definition) {
  json value = json::parse(definition, nullptr, false);
  return value.is_object() ? value : json::object();
}

std::string text_in(const json& definition, const char* name) {
  const auto found = definition.find(name);
  return found != definition.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// "public.people" as SQL. A name that holds a dot itself is then another one, and the server says so.
std::string quoted(const std::string& name) {
  const size_t dot = name.find('.');
  return dot == std::string::npos ? sql::sql_name({name})
                                  : sql::sql_name({name.substr(0, dot), name.substr(dot + 1)});
}

std::string literal(const std::string& text) { return "'" + base::replace_all(text, "'", "''") + "'"; }

std::string parent_of(const std::string& name) { return name.substr(0, name.rfind('.')); }
std::string last_of(const std::string& name) { return name.substr(name.rfind('.') + 1); }

/// What stands in the first brackets behind `from`, and where they end; nothing where there are none.
struct Bracketed {
  std::string text;
  size_t end = 0;
};
std::optional<Bracketed> bracketed(const std::string& text, size_t from) {
  size_t begin = 0;
  int depth = 0;
  for (const sql::Token& token : sql::tokens(text)) {
    if (token.offset < from) continue;
    if (token.symbol('(') && depth++ == 0) begin = token.offset + 1;
    if (token.symbol(')') && --depth == 0)
      return Bracketed{text.substr(begin, token.offset - begin), token.offset + 1};
  }
  return std::nullopt;
}

/// The parts of a list, at its commas outside of brackets.
std::vector<std::string> parts_of(const std::string& list) {
  std::vector<std::string> parts;
  size_t begin = 0;
  int depth = 0;
  for (const sql::Token& token : sql::tokens(list)) {
    if (token.symbol('(')) ++depth;
    if (token.symbol(')')) --depth;
    if (!token.symbol(',') || depth != 0) continue;
    parts.emplace_back(base::trim(std::string_view(list).substr(begin, token.offset - begin)));
    begin = token.offset + 1;
  }
  parts.emplace_back(base::trim(std::string_view(list).substr(begin)));
  return parts;
}

/// "character varying(20)" as its name and its numbers.
struct Type {
  std::string name;
  std::vector<int> numbers;
};
Type type_of(const std::string& text) {
  Type type{text, {}};
  const size_t open = text.find('(');
  const size_t close = text.find(')', open);
  if (open == std::string::npos || close == std::string::npos) return type;
  type.name = text.substr(0, open) + text.substr(close + 1);
  for (const std::string& each : base::split(text.substr(open + 1, close - open - 1), ',')) {
    int number = 0;
    const std::string_view digits = base::trim(each);
    if (std::from_chars(digits.data(), digits.data() + digits.size(), number).ec == std::errc())
      type.numbers.push_back(number);
  }
  return type;
}

bool is_text(const std::string& name) {
  return name == "text" || name == "character varying" || name == "character" || name == "citext";
}
/// How many bytes an integer has; 0 for other types.
int integer_bytes(const std::string& name) {
  return name == "smallint" ? 2 : name == "integer" ? 4 : name == "bigint" ? 8 : 0;
}

class Asking {
 public:
  Asking(const Timeline& chain, const run::Evidence& run, const catalog::Snapshot& real,
         const std::set<std::string>& applied)
      : chain_(chain), run_(run), applied_(applied), end_(chain.at(chain.revisions.size())) {
    for (const catalog::Fact& fact : real.facts) real_[fact.object] = &fact;
    for (const catalog::Fact& fact : end_.facts) at_end_[fact.object] = &fact;
    find_made_anew();
  }

  DataQuestions all() {
    for (const catalog::Fact& fact : end_.facts) {
      const auto there = real_.find(fact.object);
      if (there != real_.end() && there->second->definition == fact.definition) continue;
      const catalog::Fact* real = there == real_.end() ? nullptr : there->second;
      const std::string& kind = fact.object.kind;
      if (kind == "column" && real != nullptr) of_column(fact, *real);
      if (kind == "column" && real == nullptr) of_new_column(fact.object);
      if (kind == "type" && real != nullptr) of_enum(fact, *real);
      if (kind == "constraint") of_constraint(fact, real);
      if (kind == "index") of_index(fact, real);
    }
    return std::move(result_);
  }

 private:
  /// Tables that a coming revision drops, and one makes anew; not those that another one is renamed to, which
  /// may hold the rows.
  void find_made_anew() {
    std::set<std::string> gone;
    for (const record::Statement& statement : run_.recording.statements) {
      if (statement.source.revision.empty() || applied_.contains(statement.source.revision)) continue;
      for (const catalog::Effect& effect : statement.effects) {
        if (effect.object.kind != "table" || effect.rolled_back) continue;
        if (effect.change == catalog::Change::Dropped) gone.insert(effect.object.name);
        if (effect.change == catalog::Change::Created && gone.contains(effect.object.name))
          made_anew_.insert(effect.object.name);
      }
    }
  }

  /// Rows that go with their table stand in nobody's way.
  bool has_table(const std::string& table) const {
    if (made_anew_.contains(table)) return false;
    return real_.contains({"table", table}) || real_.contains({"foreign table", table});
  }

  void ask(const Object& object, const std::string& table, const std::string& rows, const std::string& words,
           const std::string& noun = "row") {
    if (made_anew_.contains(table)) return;
    DataQuestion question;
    question.object = object;
    question.table = table;
    question.words = words;
    question.noun = noun;
    question.sql =
        fmt::format("SELECT count(*) FROM (SELECT 1 FROM {} LIMIT {}) AS asked", rows, kMostRowsCounted);
    if (const auto moments = chain_.objects.find(object); moments != chain_.objects.end()) {
      question.revision = moments->second.back().revision;
      question.at = moments->second.back().at;
    }
    question.put_right = writer_of(table, rows);
    result_.questions.push_back(std::move(question));
  }

  void not_asked(const Object& object, std::string because) {
    result_.not_asked.push_back({object, std::move(because)});
  }

  /// A revision that has yet to run and deletes rows of the table, or writes a column that `rows` asks about.
  /// `until`: only what runs before; nullptr: any.
  std::string writer_of(const std::string& table, const std::string& rows,
                        const record::Statement* until = nullptr) const {
    std::vector<std::string> names;
    for (const sql::Token& token : sql::tokens(rows))
      if (token.name() && real_.contains({"column", table + "." + token.text})) names.push_back(token.text);
    const auto touches = [&](const std::string& text, const std::string& kind) {
      return kind == "DELETE" || kind == "TRUNCATE" ||
             std::any_of(names.begin(), names.end(),
                         [&](const std::string& name) { return sql::has_name(text, name); });
    };
    for (const record::Statement& statement : run_.recording.statements) {
      if (&statement == until) break;
      const std::string& revision = statement.source.revision;
      if (revision.empty() || applied_.contains(revision)) continue;
      const std::string kind = sql::statement_kind(statement.text);
      if ((kind == "UPDATE" || kind == "DELETE" || kind == "TRUNCATE" || kind == "MERGE" || kind == "WITH") &&
          sql::has_name(statement.text, last_of(table)) && touches(statement.text, kind))
        return revision_and_place(statement);
    }
    return {};
  }

  static std::string revision_and_place(const record::Statement& statement) {
    const base::Location& at = statement.source.location;
    return fmt::format("revision {}{}", statement.source.revision,
                       at.known() ? " (" + base::to_string(at) + ")" : std::string());
  }

  /// Rows that are there have no value in it when it is added.
  void of_new_column(const Object& object) {
    const std::string table = parent_of(object.name);
    if (!real_.contains({"table", table}) || !has_table(table)) return;
    const std::optional<NewColumn> column = new_column(object, run_, applied_, end_);
    if (!column || column->not_null == nullptr || column->holds != NewColumn::Holds::Nothing) return;
    ask(object, table, quoted(table),
        column->at_once ? fmt::format("of {}, to which column {} is added NOT NULL and without a default",
                                      table, object.name)
                        : fmt::format("of {} without a value in the new column {}, which is made NOT NULL",
                                      table, object.name));
    DataQuestion& question = result_.questions.back();
    question.revision = column->not_null->source.revision;
    question.at = column->not_null->source.location;
    question.put_right.clear();
    // Only what was written before can have put it right: `written` comes first where it is not added so.
    if (!column->at_once && column->written != nullptr && column->written->n <= column->not_null->n)
      question.put_right = revision_and_place(*column->written);
    else
      question.put_right = writer_of(table, "", column->not_null);
  }

  void of_column(const catalog::Fact& wanted, const catalog::Fact& real) {
    const json now = parsed(real.definition), then = parsed(wanted.definition);
    const std::string table = parent_of(wanted.object.name);
    const std::string column = sql::sql_name({last_of(wanted.object.name)});
    const std::string rows = quoted(table) + " WHERE ";
    const std::string words = "column " + wanted.object.name;
    if (then.value("not_null", false) && !now.value("not_null", false))
      ask(wanted.object, table, rows + column + " IS NULL",
          "without a value in " + words + ", which is NOT NULL in the chain");
    const std::string old_type = text_in(now, "type"), new_type = text_in(then, "type");
    if (old_type != new_type) of_type(wanted.object, table, column, old_type, new_type);
  }

  void of_type(const Object& object, const std::string& table, const std::string& column,
               const std::string& from, const std::string& to) {
    const Type now = type_of(from), then = type_of(to);
    const std::string rows = quoted(table) + " WHERE ";
    const std::string does_not_fit =
        fmt::format("with a value in column {} that does not fit {}", object.name, to);
    if (is_text(now.name) && is_text(then.name)) {
      if (then.numbers.empty()) return;
      if (!now.numbers.empty() && now.numbers.front() <= then.numbers.front()) return;
      ask(object, table, fmt::format("{}char_length(rtrim({})) > {}", rows, column, then.numbers.front()),
          does_not_fit);
      return;
    }
    const int bytes = integer_bytes(then.name);
    if (bytes > 0 &&
        (integer_bytes(now.name) > 0 || now.name == "numeric" || now.name == "double precision")) {
      if (integer_bytes(now.name) > 0 && integer_bytes(now.name) <= bytes) return;
      const std::string most = bytes == 2 ? "32767" : bytes == 4 ? "2147483647" : "9223372036854775807";
      ask(object, table, fmt::format("{}{} NOT BETWEEN -{} - 1 AND {}", rows, column, most, most),
          does_not_fit);
      return;
    }
    if (then.name == "numeric" && (now.name == "numeric" || integer_bytes(now.name) > 0)) {
      if (then.numbers.empty()) return;
      const int scale = then.numbers.size() > 1 ? then.numbers[1] : 0;
      const int whole = then.numbers.front() - scale;
      ask(object, table,
          fmt::format("{}abs(round({}::numeric, {})) >= 10::numeric ^ {}", rows, column, scale, whole),
          does_not_fit);
      return;
    }
    const auto type = at_end_.find({"type", then.name});
    if (is_text(now.name) && type != at_end_.end() &&
        text_in(parsed(type->second->definition), "is") == "enum") {
      ask(object, table,
          fmt::format("{}{}::text <> ALL ({})", rows, column,
                      labels(parsed(type->second->definition)["labels"])),
          fmt::format("with a value in column {} that is no label of type {}", object.name, then.name));
      return;
    }
    not_asked(object, fmt::format("whether every value of {} can become {} cannot be asked", from, to));
  }

  static std::string labels(const json& list) {
    std::vector<std::string> all;
    for (const json& label : list)
      if (label.is_string()) all.push_back(literal(label.get<std::string>()));
    return "ARRAY[" + base::join(all, ", ") + "]::text[]";
  }

  /// Labels that the database has and the chain has not: do rows hold them?
  void of_enum(const catalog::Fact& wanted, const catalog::Fact& real) {
    const json now = parsed(real.definition), then = parsed(wanted.definition);
    if (text_in(now, "is") != "enum" || text_in(then, "is") != "enum") return;
    json gone = json::array();
    for (const json& label : now["labels"])
      if (std::find(then["labels"].begin(), then["labels"].end(), label) == then["labels"].end())
        gone.push_back(label);
    if (gone.empty()) return;
    for (const auto& [object, fact] : real_) {
      if (object.kind != "column" || text_in(parsed(fact->definition), "type") != wanted.object.name)
        continue;
      const std::string table = parent_of(object.name);
      if (!real_.contains({"table", table})) continue;
      std::vector<std::string> named;
      for (const json& label : gone) named.push_back("\"" + label.get<std::string>() + "\"");
      ask(wanted.object, table,
          fmt::format("{} WHERE {}::text = ANY ({})", quoted(table), sql::sql_name({last_of(object.name)}),
                      labels(gone)),
          fmt::format("with a label in column {} that the chain's type {} has not: {}", object.name,
                      wanted.object.name, base::join(named, ", ")));
    }
  }

  void of_constraint(const catalog::Fact& wanted, const catalog::Fact* real) {
    const std::string table = parent_of(wanted.object.name);
    const json then = parsed(wanted.definition);
    const std::string definition = text_in(then, "definition");
    if (!has_table(table) || !then.value("valid", true)) return;  // rows that are there are not looked at
    if (real != nullptr && text_in(parsed(real->definition), "definition") == definition) return;
    const std::string name = "constraint " + wanted.object.name;
    const auto first = bracketed(definition, 0);
    if (!first) return not_asked(wanted.object, "its definition is not understood");
    if (is_about_new_columns(wanted.object, table, first->text, definition.starts_with("CHECK"))) return;
    if (definition.starts_with("CHECK")) {
      ask(wanted.object, table, fmt::format("{} WHERE NOT ({})", quoted(table), first->text),
          "against " + name);
    } else if (definition.starts_with("UNIQUE") || definition.starts_with("PRIMARY KEY")) {
      ask_unique(wanted.object, table, first->text, "", !base::contains(definition, "NULLS NOT DISTINCT"),
                 name);
      if (definition.starts_with("PRIMARY KEY"))
        ask(wanted.object, table,
            fmt::format("{} WHERE NOT (ROW({}) IS NOT NULL)", quoted(table), first->text),
            "without a value in a column of " + name);
    } else if (definition.starts_with("FOREIGN KEY")) {
      of_foreign_key(wanted.object, table, definition, *first);
    } else if (definition.starts_with("EXCLUDE")) {
      of_exclusion(wanted.object, table, definition, *first);
    } else {
      not_asked(wanted.object, "no question is known for a constraint of its kind");
    }
  }

  /// Whether columns that the database has not yet are among what it is about; then nothing can be asked.
  /// What is NULL breaks no key: a primary key's columns are asked about as such. A sequence's values differ.
  bool is_about_new_columns(const Object& object, const std::string& table, const std::string& text,
                            bool check) {
    bool about = false, known = !check;
    for (const sql::Token& token : sql::tokens(text)) {
      const Object column{"column", table + "." + token.text};
      if (!token.name() || real_.contains(column) || !at_end_.contains(column)) continue;
      about = true;
      const std::optional<NewColumn> added = new_column(column, run_, applied_, end_);
      known = known && added && added->written == nullptr && added->holds != NewColumn::Holds::SomeValue;
    }
    if (about && !known) not_asked(object, "it is about a column that the database has not yet");
    return about;
  }

  void of_foreign_key(const Object& object, const std::string& table, const std::string& definition,
                      const Bracketed& own) {
    const auto other = bracketed(definition, own.end);
    constexpr std::string_view kReferences = " REFERENCES ";
    const size_t at = definition.find(kReferences, own.end);
    if (!other || at == std::string::npos) return not_asked(object, "its definition is not understood");
    const size_t name_at = at + kReferences.size();
    const std::string target = definition.substr(name_at, definition.find('(', name_at) - name_at);
    const std::vector<std::string> mine = parts_of(own.text), theirs = parts_of(other->text);
    std::vector<std::string> filled, equal;
    for (size_t i = 0; i < mine.size() && i < theirs.size(); ++i) {
      filled.push_back("a." + mine[i] + " IS NOT NULL");
      equal.push_back("b." + theirs[i] + " = a." + mine[i]);
    }
    ask(object, table,
        fmt::format("{} AS a WHERE {} AND NOT EXISTS (SELECT 1 FROM {} AS b WHERE {})", quoted(table),
                    base::join(filled, " AND "), target, base::join(equal, " AND ")),
        fmt::format("without the row of {} that constraint {} wants", target, object.name));
  }

  /// Each pair of rows whose keys answer its operators with true. A key is a name, a call or an expression in
  /// brackets; what follows (operator class, order) says nothing of which rows are in conflict.
  void of_exclusion(const Object& object, const std::string& table, const std::string& definition,
                    const Bracketed& list) {
    std::vector<std::string> columns = {"tableoid AS windlass_table", "ctid AS windlass_row"};
    std::vector<std::string> conflict = {
        "(a.windlass_table, a.windlass_row) < (b.windlass_table, b.windlass_row)"};
    for (const std::string& part : parts_of(list.text)) {
      const size_t with = part.rfind(" WITH ");
      const std::string key = with == std::string::npos ? std::string() : key_of(part.substr(0, with));
      if (key.empty()) return not_asked(object, "its definition is not understood");
      const std::string name = fmt::format("windlass_{}", columns.size());
      columns.push_back(key + " AS " + name);
      conflict.push_back(fmt::format("a.{} {} b.{}", name, part.substr(with + 6), name));
    }
    const size_t where = definition.find(" WHERE ", list.end);
    const auto condition = where == std::string::npos ? std::nullopt : bracketed(definition, where);
    const std::string rows = fmt::format("(SELECT {} FROM {}{})", base::join(columns, ", "), quoted(table),
                                         condition ? " WHERE (" + condition->text + ")" : "");
    ask(object, table, fmt::format("{} AS a JOIN {} AS b ON {}", rows, rows, base::join(conflict, " AND ")),
        "in conflict with one another by constraint " + object.name, "pair");
  }

  /// "lower(name)" of "lower(name) text_ops DESC"; empty where it is not understood.
  static std::string key_of(const std::string& text) {
    const std::vector<sql::Token> all = sql::tokens(text);
    if (all.empty()) return {};
    if (all.front().symbol('(')) {
      const auto inner = bracketed(text, 0);
      return inner ? "(" + inner->text + ")" : std::string();
    }
    size_t last = 0;
    while (last + 2 < all.size() && all[last].name() && all[last + 1].symbol('.')) last += 2;
    if (!all[last].name()) return {};
    if (last + 1 < all.size() && all[last + 1].symbol('(')) {
      const auto arguments = bracketed(text, all[last + 1].offset);
      return arguments ? text.substr(0, arguments->end) : std::string();
    }
    return std::string(
        base::trim(text.substr(0, last + 1 < all.size() ? all[last + 1].offset : text.size())));
  }

  void of_index(const catalog::Fact& wanted, const catalog::Fact* real) {
    const json then = parsed(wanted.definition);
    const std::string definition = text_in(then, "definition"), table = text_in(then, "table");
    if (!definition.starts_with("CREATE UNIQUE INDEX") || !has_table(table)) return;
    if (real != nullptr && text_in(parsed(real->definition), "definition") == definition) return;
    // The index of a constraint is asked about with that.
    if (at_end_.contains({"constraint", table + "." + last_of(wanted.object.name)})) return;
    const size_t method = definition.find(" USING ");
    const auto keys = method == std::string::npos ? std::nullopt : bracketed(definition, method);
    if (!keys) return not_asked(wanted.object, "its definition is not understood");
    if (is_about_new_columns(wanted.object, table, definition.substr(method), false)) return;
    const size_t where = definition.find(" WHERE ", keys->end);
    ask_unique(
        wanted.object, table, keys->text, where == std::string::npos ? "" : definition.substr(where + 7),
        !base::contains(definition.substr(keys->end), "NULLS NOT DISTINCT"), "index " + wanted.object.name);
  }

  void ask_unique(const Object& object, const std::string& table, const std::string& keys,
                  const std::string& where, bool nulls_distinct, const std::string& name) {
    std::vector<std::string> conditions;
    if (!where.empty()) conditions.push_back("(" + where + ")");
    if (nulls_distinct) conditions.push_back("ROW(" + keys + ") IS NOT NULL");
    ask(object, table,
        fmt::format("{}{} GROUP BY {} HAVING count(*) > 1", quoted(table),
                    conditions.empty() ? "" : " WHERE " + base::join(conditions, " AND "), keys),
        "in several rows of " + name, "value");
  }

  const Timeline& chain_;
  const run::Evidence& run_;
  const std::set<std::string>& applied_;
  catalog::Snapshot end_;
  std::map<Object, const catalog::Fact*> real_, at_end_;
  std::set<std::string> made_anew_;
  DataQuestions result_;
};

}  // namespace

DataQuestions data_questions(const Timeline& chain, const run::Evidence& run, const catalog::Snapshot& real,
                             const std::set<std::string>& applied) {
  return Asking(chain, run, real, applied).all();
}

}  // namespace windlass::drift
