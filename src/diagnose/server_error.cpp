#include "diagnose/server_error.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "sql/extension_objects.h"
#include "sql/tokens.h"

namespace windlass::diagnose {

namespace {

using base::contains;

// The kinds as the server's sentences spell them, longest first, so that
// "materialized view" is not taken for a view.
constexpr std::array<std::pair<std::string_view, std::string_view>, 27> kWords = {{
    {"operator class", "operator class"},
    {"access method", "access method"},
    {"text search configuration", "text search configuration"},
    {"foreign-data wrapper", "foreign data wrapper"},
    {"materialized view", "materialized view"},
    {"foreign table", "foreign table"},
    {"event trigger", "event trigger"},
    {"statistics object", "statistics object"},
    {"enum label", "label"},
    {"column", "column"},
    {"constraint", "constraint"},
    {"trigger", "trigger"},
    {"policy", "policy"},
    {"rule", "rule"},
    {"relation", "relation"},
    {"table", "table"},
    {"index", "index"},
    {"sequence", "sequence"},
    {"view", "view"},
    {"type", "type"},
    {"schema", "schema"},
    {"function", "function"},
    {"procedure", "procedure"},
    {"extension", "extension"},
    {"collation", "collation"},
    {"language", "language"},
    {"role", "role"},
}};

Name split_name(const std::string& kind, const std::string& text) {
  Name name;
  name.kind = kind;
  const size_t dot = text.rfind('.');
  name.name = dot == std::string::npos ? text : text.substr(dot + 1);
  if (dot != std::string::npos) name.schema = text.substr(0, dot);
  return name;
}

std::string kind_before_name(const std::string& message) {
  const size_t quote = message.find_first_of("\"");
  const std::string head = message.substr(0, quote == std::string::npos ? message.size() : quote);
  for (const auto& [word, kind] : kWords)
    if (contains(head, word)) return std::string(kind);
  return "";
}

const sql::Target* target_named(const sql::Reading& reading, const std::string& name) {
  for (const sql::Target& target : reading.targets)
    if ((target.action == sql::Action::Create && target.name == name) ||
        (target.action == sql::Action::Rename && target.new_name == name))
      return &target;
  return nullptr;
}

void table_from(Name& name, const record::ServerMessage& error, const std::vector<std::string>& names,
                const sql::Reading& reading) {
  if (!error.table.empty()) {
    name.table = error.table;
    name.schema = error.schema;
  } else if (names.size() > 1) {
    const Name table = split_name("table", names[1]);
    name.table = table.name;
    name.schema = table.schema;
  } else {
    for (const sql::Target& target : reading.targets)
      if (target.name == name.name && !target.table.empty()) {
        name.table = target.table;
        name.schema = target.table_schema;
      }
  }
}

bool is_part(std::string_view kind) {
  return kind == "column" || kind == "constraint" || kind == "trigger" || kind == "policy" || kind == "rule";
}

}  // namespace

std::vector<std::string> quoted_names(const std::string& text) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kQuotes = {
      {{"\"", "\""}, {"«", "»"}, {"„", "“"}, {"“", "”"}}};
  std::vector<std::string> names;
  for (size_t at = 0; at < text.size();) {
    bool found = false;
    for (const auto& [open, close] : kQuotes) {
      if (text.compare(at, open.size(), open) != 0) continue;
      const size_t from = at + open.size();
      const size_t to = text.find(close, from);
      if (to == std::string::npos) break;
      names.emplace_back(base::trim(std::string_view(text).substr(from, to - from)));
      at = to + close.size();
      found = true;
      break;
    }
    if (!found) ++at;
  }
  return names;
}

std::optional<Name> existing_object(const record::ServerMessage& error, const sql::Reading& reading) {
  const std::vector<std::string> names = quoted_names(error.message);
  const std::string& state = error.sqlstate;
  if (state == "23505") {
    // Two creators of one name: the server's own unique indexes notice it when they run at the same time.
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kCatalogs = {
        {{"pg_type_typname_nsp_index", "type"},
         {"pg_class_relname_nsp_index", "relation"},
         {"pg_namespace_nspname_index", "schema"},
         {"pg_extension_name_index", "extension"},
         {"pg_proc_proname_args_nsp_index", "function"}}};
    for (const auto& [index, kind] : kCatalogs) {
      if (!contains(error.message, index) && error.constraint != index) continue;
      const size_t from = error.detail.find("=(");
      if (from == std::string::npos) return std::nullopt;
      const size_t to = error.detail.find_first_of(",)", from);
      return split_name(std::string(kind), error.detail.substr(from + 2, to - from - 2));
    }
    return std::nullopt;
  }
  static constexpr std::array<std::string_view, 6> kStates = {"42710", "42P07", "42701",
                                                              "42723", "42P06", "42P04"};
  if (state == "42P16") {
    if (!contains(error.message, "multiple primary keys") || names.empty()) return std::nullopt;
    Name name;
    name.kind = "constraint";
    const Name table = split_name("table", names.front());
    name.table = table.name;
    name.schema = table.schema;
    name.name = table.name + "_pkey";
    return name;
  }
  if (std::find(kStates.begin(), kStates.end(), state) == kStates.end() || names.empty()) return std::nullopt;
  std::string kind = kind_before_name(error.message);
  if (state == "42P06") kind = "schema";
  if (state == "42701") kind = "column";
  if (state == "42723") kind = "function";
  if (state == "42P04") kind = "database";
  Name name = split_name(kind, names.front());
  const sql::Target* target = target_named(reading, name.name);
  if (target != nullptr) {
    // The server says "relation" of every table, index and sequence; the statement knows better.
    // A type it says "type" of may have been meant as a table: its row type is in the way.
    // So it does "function" of every routine.
    if (name.kind.empty() || name.kind == "relation" || state == "42723") name.kind = target->kind;
    if (name.schema.empty() && !is_part(name.kind)) name.schema = target->schema;
  }
  if (name.kind.empty()) name.kind = "relation";
  if (is_part(name.kind)) table_from(name, error, names, reading);
  if (name.kind == "label" && target != nullptr) {
    name.table = target->table;
    name.schema = target->table_schema;
  }
  return name;
}

std::optional<Name> missing_object(const record::ServerMessage& error, const sql::Reading& reading) {
  const std::string& state = error.sqlstate;
  const std::string& message = error.message;
  const std::vector<std::string> names = quoted_names(message);
  if (state == "42P01") {
    if (contains(message, "FROM-clause") || names.empty()) return std::nullopt;
    const std::string kind = kind_before_name(message);
    return split_name(kind.empty() ? "relation" : kind, names.front());
  }
  if (state == "42703") {
    Name name;
    name.kind = "column";
    if (!names.empty()) {
      name.name = names.front();
      table_from(name, error, names, reading);
      if (name.table.empty())
        for (const sql::Target& target : reading.targets)
          if (name.table.empty() && (target.kind == "table" || !target.table.empty())) {
            name.table = target.kind == "table" ? target.name : target.table;
            name.schema = target.kind == "table" ? target.schema : target.table_schema;
          }
      return name;
    }
    // column users.nickname does not exist: qualified names come without quotes.
    const size_t from = message.find("column ");
    if (from == std::string::npos) return std::nullopt;
    const std::string word = message.substr(from + 7, message.find(' ', from + 7) - from - 7);
    const Name split = split_name("column", word);
    name.name = split.name;
    const Name table = split_name("table", split.schema);
    name.table = table.name;
    name.schema = table.schema;
    // The qualifier may be an alias of the query; a table of that name must be meant by the text.
    const bool meant = std::any_of(reading.targets.begin(), reading.targets.end(),
                                   [&](const sql::Target& target) { return target.name == name.table; });
    if (!meant) name.table = reading.targets.size() == 1 ? reading.targets.front().name : "";
    return name;
  }
  if (state == "3F000") {
    if (names.empty()) return std::nullopt;
    return split_name("schema", names.front());
  }
  if (state == "42883") {
    if (contains(message, "operator")) return std::nullopt;
    Name name;
    if (!names.empty()) {
      name = split_name("function", names.front().substr(0, names.front().find('(')));
      return name;
    }
    const size_t paren = message.find('(');
    if (paren == std::string::npos) return std::nullopt;
    const size_t from = message.rfind(' ', paren);
    return split_name(contains(message, "procedure") ? "procedure" : "function",
                      message.substr(from == std::string::npos ? 0 : from + 1,
                                     paren - (from == std::string::npos ? 0 : from + 1)));
  }
  if (state == "22023" && (!contains(message, "role") || names.empty())) return std::nullopt;
  if (contains(message, "has no default operator class for access method")) {
    const auto wanted = sql::default_operator_class(message);
    return wanted ? std::optional(Name{wanted->kind, "", "", wanted->name}) : std::nullopt;
  }
  if (state == "42704" || state == "22023") {
    if (names.empty()) return std::nullopt;
    std::string kind = kind_before_name(message);
    if (kind.empty()) kind = reading.targets.empty() ? "relation" : reading.targets.front().kind;
    Name name = split_name(kind, names.front());
    if (name.name.ends_with("[]")) name.name.resize(name.name.size() - 2);
    if (is_part(kind)) table_from(name, error, names, reading);
    return name;
  }
  return std::nullopt;
}

std::optional<UnknownLabel> unknown_label(const record::ServerMessage& error) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kQuotes = {
      {{"\"", "\""}, {"«", "»"}, {"»", "«"}, {"„", "“"}, {"“", "”"}}};
  const std::string& message = error.message;
  if (error.sqlstate == "22023" && message.ends_with("is not an existing enum label")) {
    const std::vector<std::string> names = quoted_names(message);
    return names.empty() ? std::nullopt : std::optional(UnknownLabel{"", "", names.front()});
  }
  // Of an integer or a date it says "invalid input syntax for type integer".
  if (error.sqlstate != "22P02" || message.starts_with("invalid input syntax")) return std::nullopt;
  for (size_t colon = message.find(':'); colon != std::string::npos; colon = message.find(':', colon + 1)) {
    const size_t from = message.find_first_not_of(' ', colon + 1);
    for (const auto& [open, close] : kQuotes) {
      if (from == std::string::npos || message.compare(from, open.size(), open) != 0 ||
          !message.ends_with(close) || message.size() < from + open.size() + close.size())
        continue;
      const std::vector<sql::Token> words = sql::tokens(std::string_view(message).substr(0, colon));
      if (words.empty() || !words.back().name()) return std::nullopt;
      UnknownLabel found;
      found.type = words.back().text;
      if (words.size() > 2 && words[words.size() - 2].symbol('.') && words[words.size() - 3].name())
        found.schema = words[words.size() - 3].text;
      found.label = message.substr(from + open.size(), message.size() - close.size() - from - open.size());
      if (open == "«") found.label = base::trim(found.label);  // as French sets it
      return found;
    }
  }
  return std::nullopt;
}

bool no_schema_selected(const record::ServerMessage& error) {
  return error.sqlstate == "3F000" && quoted_names(error.message).empty();
}

}  // namespace windlass::diagnose
