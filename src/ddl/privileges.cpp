#include "ddl/privileges.h"

#include <fmt/core.h>

#include <array>
#include <map>
#include <set>

#include "base/text.h"
#include "catalog/privilege_list.h"
#include "ddl/words.h"
#include "sql/sql_name.h"

namespace windlass::ddl {

namespace {

/// aclitem's letters (the manual's chapter on privileges, 5.8).
constexpr std::array<std::pair<char, const char*>, 15> kWords = {{{'r', "SELECT"},
                                                                  {'a', "INSERT"},
                                                                  {'w', "UPDATE"},
                                                                  {'d', "DELETE"},
                                                                  {'D', "TRUNCATE"},
                                                                  {'x', "REFERENCES"},
                                                                  {'t', "TRIGGER"},
                                                                  {'m', "MAINTAIN"},
                                                                  {'X', "EXECUTE"},
                                                                  {'U', "USAGE"},
                                                                  {'C', "CREATE"},
                                                                  {'c', "CONNECT"},
                                                                  {'T', "TEMPORARY"},
                                                                  {'s', "SET"},
                                                                  {'A', "ALTER SYSTEM"}}};

/// What an object of a kind knows: the word in GRANT, all of its letters, and those that PUBLIC has at first.
struct Kind {
  std::string word, all, everybody;
};

Kind kind_of(const std::string& type, int server_major) {
  if (type == "table" || type == "view" || type == "materialized view" || type == "foreign table")
    return {"TABLE", server_major >= 17 ? "arwdDxtm" : "arwdDxt", ""};
  if (type == "table column" || type == "view column" || type == "foreign table column")
    return {"TABLE", "", ""};
  if (type == "sequence") return {"SEQUENCE", "rwU", ""};
  if (type == "function" || type == "procedure" || type == "aggregate") return {"ROUTINE", "X", "X"};
  if (type == "type") return {"TYPE", "U", "U"};
  if (type == "large object") return {"LARGE OBJECT", "rw", ""};
  if (type == "schema") return {"SCHEMA", "UC", ""};
  if (type == "language") return {"LANGUAGE", "U", "U"};
  if (type == "foreign-data wrapper") return {"FOREIGN DATA WRAPPER", "U", ""};
  if (type == "server") return {"FOREIGN SERVER", "U", ""};
  return {};
}

/// By role (empty: PUBLIC), the letters; those that it may grant on in the second.
struct Held {
  std::set<char> letters, grantable;
};
using List = std::map<std::string, Held>;

/// Whoever granted it.
List list_of(const std::string& definition) {
  List list;
  for (const auto& [roles, letters] : catalog::privilege_list(definition))
    for (const auto& [letter, grantable] : letters) {
      Held& held = list[roles.first];
      held.letters.insert(letter);
      if (grantable) held.grantable.insert(letter);
    }
  return list;
}

std::string words_of(const std::set<char>& letters, const std::string& column) {
  std::vector<std::string> words;
  for (const auto& [letter, word] : kWords)
    if (letters.contains(letter)) words.push_back(word + (column.empty() ? "" : " (" + column + ")"));
  return base::join(words, ", ");
}

std::set<char> without(const std::set<char>& from, const std::set<char>& what) {
  std::set<char> rest;
  for (const char c : from)
    if (!what.contains(c)) rest.insert(c);
  return rest;
}

/// `prefix`: of ALTER DEFAULT PRIVILEGES; `on`: " ON TABLE public.t".
void add_changes(std::vector<std::string>& all, const List& before, const List& after,
                 const std::string& prefix, const std::string& on, const std::string& column) {
  static const Held kNothing;
  List both = before;
  both.insert(after.begin(), after.end());
  for (const auto& [role, unused] : both) {
    const Held& has = before.contains(role) ? before.at(role) : kNothing;
    const Held& wants = after.contains(role) ? after.at(role) : kNothing;
    if (const std::set<char> gone = without(has.letters, wants.letters); !gone.empty())
      all.push_back(
          fmt::format("{}REVOKE {} ON {} FROM {}", prefix, words_of(gone, column), on, role_sql(role)));
    std::set<char> kept;
    for (const char c : has.grantable)
      if (wants.letters.contains(c) && !wants.grantable.contains(c)) kept.insert(c);
    if (!kept.empty())
      all.push_back(fmt::format("{}REVOKE GRANT OPTION FOR {} ON {} FROM {}", prefix, words_of(kept, column),
                                on, role_sql(role)));
    const std::set<char> grantable = without(wants.grantable, has.grantable);
    if (!grantable.empty())
      all.push_back(fmt::format("{}GRANT {} ON {} TO {} WITH GRANT OPTION", prefix,
                                words_of(grantable, column), on, role_sql(role)));
    if (const std::set<char> fresh = without(without(wants.letters, has.letters), grantable); !fresh.empty())
      all.push_back(
          fmt::format("{}GRANT {} ON {} TO {}", prefix, words_of(fresh, column), on, role_sql(role)));
  }
}

std::set<char> letters_of(const std::string& text) { return {text.begin(), text.end()}; }

}  // namespace

std::vector<std::string> privilege_statements(const Named& named, const std::string& owner, int server_major,
                                              const std::string& before, const std::string& after) {
  std::vector<std::string> all;
  const Kind kind = kind_of(named.type, server_major);
  if (kind.word.empty()) return all;
  List usual;
  if (!kind.all.empty()) usual[owner].letters = letters_of(kind.all);
  if (!kind.everybody.empty()) usual[""].letters = letters_of(kind.everybody);
  std::string on = named.identity, column;
  if (kind.all.empty()) {  // of a column: "public.users.email", each part quoted where it must be
    bool quoted = false;
    size_t dot = std::string::npos;
    for (size_t i = 0; i < on.size(); ++i) {
      if (on[i] == '"') quoted = !quoted;
      if (on[i] == '.' && !quoted) dot = i;
    }
    if (dot == std::string::npos) return all;
    column = on.substr(dot + 1);
    on.resize(dot);
  }
  add_changes(all, before.empty() ? usual : list_of(before), after.empty() ? usual : list_of(after), "",
              kind.word + " " + on, column);
  return all;
}

std::vector<std::string> default_privilege_statements(const std::string& name, int server_major,
                                                      const std::string& before, const std::string& after) {
  std::vector<std::string> all;
  constexpr std::string_view kStart = "default for ";
  const size_t on = name.rfind(" on ");
  if (!name.starts_with(kStart) || on == std::string::npos) return all;
  std::string role = name.substr(kStart.size(), on - kStart.size()), schema;
  if (const size_t in = role.find(" in schema "); in != std::string::npos) {
    schema = role.substr(in + 11);
    role.resize(in);
  }
  std::string what = name.substr(on + 4);
  static const std::map<std::string, std::string> kTypes = {
      {"tables", "table"}, {"sequences", "sequence"}, {"functions", "function"},
      {"types", "type"},   {"schemas", "schema"},     {"large objects", "large object"}};
  const auto type = kTypes.find(what);
  if (type == kTypes.end()) return all;
  for (char& c : what) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  // Those of a schema are added to what objects have anyway; those of all schemas take its place.
  List usual;
  const Kind kind = kind_of(type->second, server_major);
  if (schema.empty()) {
    usual[role].letters = letters_of(kind.all);
    if (!kind.everybody.empty()) usual[""].letters = letters_of(kind.everybody);
  }
  const std::string prefix = fmt::format("ALTER DEFAULT PRIVILEGES FOR ROLE {}{} ", sql::sql_name({role}),
                                         schema.empty() ? "" : " IN SCHEMA " + sql::sql_name({schema}));
  add_changes(all, before.empty() ? usual : list_of(before), after.empty() ? usual : list_of(after), prefix,
              what, "");
  return all;
}

}  // namespace windlass::ddl
