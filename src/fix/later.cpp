#include "fix/later.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.h"
#include "catalog/object.h"
#include "fix/python_source.h"
#include "fix/statement_words.h"
#include "sql/targets.h"

namespace windlass::fix {

namespace {

using catalog::Change;
using catalog::Effect;
using catalog::Object;

/// "email" of "public.users.email", "users" of "public.users".
std::string last_part(const std::string& name) { return name.substr(name.rfind('.') + 1); }
/// "public.users" of "public.users.email".
std::string first_part(const std::string& name) { return name.substr(0, name.rfind('.')); }

bool is_part(const std::string& kind) { return kind == "column" || kind == "constraint"; }
/// Whether nothing is lost when it is dropped and made anew, and one CREATE says all of it.
bool is_said_whole(const std::string& kind) {
  return kind == "view" || kind == "materialized view" || kind == "function" || kind == "procedure" ||
         kind == "trigger" || kind == "policy" || kind == "rule";
}

/// The table of an index, as its definition names it.
std::string table_of_index(const std::string& definition) {
  const auto json = nlohmann::json::parse(definition, nullptr, false);
  return json.is_object() ? json.value("table", "") : "";
}

/// Whether more of a definition changed than the owner, of which the module says nothing.
bool changed(const Effect& effect) {
  auto before = nlohmann::json::parse(effect.before, nullptr, false);
  auto after = nlohmann::json::parse(effect.after, nullptr, false);
  if (!before.is_object() || !after.is_object()) return effect.before != effect.after;
  for (auto* each : {&before, &after}) {
    each->erase("owner");
    each->erase("table");
  }
  return before != after;
}

bool adds_label(const std::string& text) {
  const sql::Reading reading = sql::read_targets(text);
  return std::any_of(reading.targets.begin(), reading.targets.end(), [](const sql::Target& target) {
    return target.kind == "label" && target.action == sql::Action::Create;
  });
}

/// What a call is about.
struct Subject {
  Object object;              ///< as the call leaves it
  std::string table;          ///< of a part: its table, with its schema; else empty
  std::set<Object> parts;     ///< itself, and of a table or a column what was made along with it
  std::string column_before;  ///< of a column that the call renames: its name before
  bool made = false;          ///< and not only altered
  std::string definition;     ///< as the call leaves it
};

/// The things that the call made; where it made none, the columns and types that it altered.
std::vector<Subject> subjects_of(const record::Recording& recording, const std::vector<size_t>& own) {
  constexpr std::array kOrder = {"table", "type", "column", "constraint", "index"};
  std::vector<Subject> made, altered;
  std::set<Object> all;
  for (const size_t n : own)
    for (const Effect& effect : recording.statements[n].effects) {
      if (effect.rolled_back) continue;
      const Object& object = effect.object;
      Subject subject{object, "", {}, "", effect.change == Change::Created, effect.after};
      if (is_part(object.kind) || object.kind == "trigger" || object.kind == "policy" ||
          object.kind == "rule")
        subject.table = first_part(object.name);
      if (object.kind == "index") subject.table = table_of_index(effect.after);
      if (effect.change == Change::Created) {
        all.insert(object);
        made.push_back(std::move(subject));
      } else if (effect.change == Change::Altered &&
                 (object.kind == "column" || !effect.renamed_from.empty())) {
        if (object.kind == "column" && !effect.renamed_from.empty())
          subject.column_before = last_part(effect.renamed_from);
        altered.push_back(std::move(subject));
      }
    }
  std::vector<Subject>& of = made.empty() ? altered : made;
  // One that was altered several times is one thing.
  for (size_t n = 0; n < altered.size(); ++n)
    for (size_t later = altered.size() - 1; later > n; --later) {
      const std::string& again = altered[later].column_before;
      const bool same =
          altered[later].object == altered[n].object ||
          (!again.empty() && first_part(altered[n].object.name) + "." + again == altered[n].object.name);
      if (!same) continue;
      if (altered[n].column_before.empty()) altered[n].column_before = again;
      altered[n].object = altered[later].object;
      altered.erase(altered.begin() + static_cast<std::ptrdiff_t>(later));
    }
  // What comes along with another thing is no subject: columns of a table, the index of a constraint.
  for (const char* kind : kOrder) {
    const auto is_kind = [&](const Subject& each) { return each.object.kind == kind; };
    if (std::none_of(of.begin(), of.end(), is_kind)) continue;
    std::erase_if(of, [&](const Subject& each) { return !is_kind(each); });
    break;
  }
  for (Subject& each : of) {
    each.parts.insert(each.object);
    if (!each.made || (each.object.kind != "table" && each.object.kind != "column")) continue;
    const std::string& table = each.object.kind == "table" ? each.object.name : each.table;
    for (const Object& part : all)
      if (part.kind == "index" || (is_part(part.kind) && first_part(part.name) == table &&
                                   (part.kind != "column" || each.object.kind == "table")))
        each.parts.insert(part);
  }
  return of;
}

/// The columns that an index or a constraint names.
std::vector<std::string> columns_of(const Subject& subject) {
  const auto json = nlohmann::json::parse(subject.definition, nullptr, false);
  const std::string definition = json.is_object() ? json.value("definition", "") : "";
  const sql::Reading reading = sql::read_targets(
      subject.object.kind == "constraint" ? "ALTER TABLE t ADD CONSTRAINT c " + definition : definition);
  for (const sql::Target& target : reading.targets)
    if (target.kind == subject.object.kind && target.action == sql::Action::Create) return target.columns;
  return {};
}

/// Follows one subject through what comes later.
class Following {
 public:
  explicit Following(Subject subject)
      : subject_(std::move(subject)), first_(subject_.object), tracked_(subject_.parts) {
    if (subject_.object.kind == "table") subject_.table = subject_.object.name;
    own_columns_ = columns_of(subject_);
  }

  void see(const record::Statement& statement) {
    if (ended_) return;
    ++seen_;
    for (const Effect& effect : statement.effects) {
      if (effect.rolled_back || effect.object.kind != "table" || subject_.table.empty()) continue;
      // With its table all of it goes, and is made again with it.
      ended_ = effect.change == Change::Dropped && effect.object.name == subject_.table;
      if (ended_) return;
      if (effect.renamed_from == subject_.table) {
        rename_table(effect.object.name);
        sql_[seen_] = statement.text;
        return;
      }
    }
    bool matters = false;
    for (const Effect& effect : statement.effects) {
      if (effect.rolled_back) continue;
      if (effect.object.kind == "column") see_column(statement, effect);
      if (effect.object.kind == "column") see_added(statement, effect);
      matters = see(statement, effect) || matters;
      if (ended_) return;
    }
    if (!matters || !may_be_tried(statement.text)) return;
    sql_.merge(dropped_by_);
    dropped_by_.clear();
    sql_[seen_] = statement.text;
    worth_ = seen_;
    // It may speak of columns that came later, which the table as the call makes it has not.
    for (auto column = added_.begin(); column != added_.end();) {
      if (!names_word(statement.text, last_part(column->first.name))) {
        ++column;
        continue;
      }
      tracked_.insert(column->first);
      sql_.merge(column->second);
      column = added_.erase(column);
    }
  }

  /// What it came to. A rename of the table at the end is said by its name.
  Later done() {
    for (auto& [n, text] : sql_)
      if (n <= worth_) later_.sql.push_back(std::move(text));
    later_.columns = std::move(columns_);
    return std::move(later_);
  }

 private:
  /// Whether the effect is about what is looked for, in a way that the module asks about.
  bool see(const record::Statement& statement, const Effect& effect) {
    const bool is_rename = !effect.renamed_from.empty();
    const Object before{effect.object.kind, is_rename ? effect.renamed_from : effect.object.name};
    if (effect.change == Change::Created) {
      if (tracked_.contains(before) || !subject_.parts.contains(before)) return false;
      tracked_.insert(before);
      if (before != first_) return true;
      subject_.object = first_;
      gone_ = false;
      if (!is_said_whole(first_.kind)) return true;
      later_.remade = true;
      dropped_by_.clear();
      return false;
    }
    if (!tracked_.contains(before)) return false;
    if (effect.change == Change::Dropped) {
      tracked_.erase(before);
      // What was renamed to make room for another one of its name.
      if (before.kind == first_.kind && before != subject_.object && !later_.names.empty() &&
          later_.names.back() == last_part(before.name)) {
        later_.names.pop_back();
        return false;
      }
      if (before != subject_.object) return true;
      dropped(statement);
      return false;
    }
    if (is_rename) {
      tracked_.erase(before);
      tracked_.insert(effect.object);
      if (before == subject_.object) {
        subject_.object = effect.object;
        later_.names.push_back(last_part(effect.object.name));
      }
      return true;
    }
    if (!changed(effect)) return false;
    if (!is_said_whole(before.kind)) return true;
    later_.remade = later_.remade || begins_with_word(statement.text, "create");
    return false;
  }

  /// Whether the module can run it beside what is there. A type's own statements concern no table.
  bool may_be_tried(const std::string& text) const {
    const bool is_type = begins_with_word(text, "alter type") || begins_with_word(text, "create type") ||
                         begins_with_word(text, "drop type");
    return (is_type ? first_.kind == "type"
                    : begins_with_word(text, "alter") || begins_with_word(text, "create") ||
                          begins_with_word(text, "drop")) &&
           !adds_label(text);
  }

  void rename_table(const std::string& name) {
    for (std::set<Object> tracked = std::move(tracked_); const Object& each : tracked)
      if (is_part(each.kind) && each.name.starts_with(subject_.table + "."))
        tracked_.insert({each.kind, name + each.name.substr(subject_.table.size())});
      else if (each.kind == "table" && each.name == subject_.table)
        tracked_.insert({each.kind, name});
      else
        tracked_.insert(each);
    for (auto added = std::move(added_); auto& [column, sql] : added)
      added_[{"column", name + "." + last_part(column.name)}] = std::move(sql);
    (subject_.object.kind == "table" ? later_.names : later_.tables).push_back(last_part(name));
    if (subject_.object.kind == "table") subject_.object.name = name;
    if (is_part(subject_.object.kind)) subject_.object.name = name + "." + last_part(subject_.object.name);
    subject_.table = name;
  }

  /// A column of the table is renamed or goes: it may be the subject itself, or one that the index or the
  /// constraint is made of.
  void see_column(const record::Statement& statement, const Effect& effect) {
    const bool is_rename =
        !effect.renamed_from.empty() && last_part(effect.renamed_from) != last_part(effect.object.name);
    const bool goes = effect.change == Change::Dropped;
    const std::string& before = is_rename ? effect.renamed_from : effect.object.name;
    if (subject_.table.empty() || subject_.object.kind == "table" || first_part(before) != subject_.table ||
        (!is_rename && !goes))
      return;
    if (subject_.object.kind == "column") {
      if (goes && !subject_.made && before == subject_.object.name)
        columns_[subject_.column_before.empty() ? last_part(first_.name) : subject_.column_before].push_back(
            std::nullopt);
      return;
    }
    // Of an expression the columns are not known.
    const bool is_own = base::contains(own_columns_, last_part(before));
    if (!is_own && !own_columns_.empty()) return;
    const bool concerns =
        (gone_ && is_own) ||
        std::any_of(statement.effects.begin(), statement.effects.end(), [&](const Effect& each) {
          return !each.rolled_back && each.object == subject_.object && each.change != Change::Created;
        });
    if (!concerns) return;
    std::string origin = last_part(before);
    for (const auto& [column, names] : columns_)
      if (!names.empty() && names.back() == origin) origin = column;
    // Of one that has been dropped before, nothing is to be made again under the column's new name.
    columns_[origin].push_back(goes || gone_ ? std::nullopt : std::optional(last_part(effect.object.name)));
    for (std::string& each : own_columns_)
      if (is_rename && each == last_part(before)) each = last_part(effect.object.name);
  }

  /// A column that the table has beyond what the call makes.
  void see_added(const record::Statement& statement, const Effect& effect) {
    if (subject_.object.kind != "table" || first_part(effect.object.name) != subject_.table) return;
    if (effect.change == Change::Created) {
      if (!subject_.parts.contains(effect.object)) added_[effect.object][seen_] = statement.text;
      return;
    }
    const Object before{"column", effect.renamed_from.empty() ? effect.object.name : effect.renamed_from};
    auto added = added_.extract(before);
    if (added.empty() || effect.change == Change::Dropped) return;
    added.mapped()[seen_] = statement.text;
    added.key() = effect.object;
    added_.insert(std::move(added));
  }

  void dropped(const record::Statement& statement) {
    if (subject_.object.kind == "table" || subject_.object.kind == "column" ||
        subject_.object.kind == "sequence") {
      ended_ = true;
      return;
    }
    if (!later_.names.empty()) later_.names.pop_back();
    dropped_by_[seen_] = statement.text;
    gone_ = true;
  }

  Subject subject_;
  const Object first_;
  std::set<Object> tracked_;
  std::map<std::string, std::vector<std::optional<std::string>>> columns_;
  std::vector<std::string> own_columns_;      // of an index or a constraint, as they are called now
  std::map<size_t, std::string> sql_;         // by their place among what was seen
  std::map<size_t, std::string> dropped_by_;  // those that count once it is made anew
  std::map<Object, std::map<size_t, std::string>> added_;  // columns that came later, and what made them so
  bool gone_ = false;                                      // it has been dropped, and not made anew
  Later later_;
  size_t seen_ = 0, worth_ = 0;  // the last that matters
  bool ended_ = false;
};

std::string list_of(const std::vector<std::string>& texts) {
  std::vector<std::string> literals;
  for (const std::string& each : texts) literals.push_back(python_literal(each));
  return "[" + base::join(literals, ", ") + "]";
}

}  // namespace

Mended<Later> later_than(const record::Recording& recording, const std::vector<size_t>& own) {
  Later all;
  if (own.empty()) return all;
  std::map<int, std::string> databases;
  for (const record::Session& session : recording.sessions) databases[session.n] = session.database;
  const std::string& database = databases[recording.statements[own.back()].session];
  const std::vector<Subject> subjects = subjects_of(recording, own);
  for (const Subject& subject : subjects) {
    Following following(subject);
    for (size_t n = own.back() + 1; n < recording.statements.size(); ++n)
      if (const record::Statement& statement = recording.statements[n];
          !statement.failed() && databases[statement.session] == database)
        following.see(statement);
    Later later = following.done();
    if (subjects.size() > 1 && (!later.names.empty() || !later.tables.empty() || !later.columns.empty()))
      return not_mended(
          fmt::format("one call makes several things, and {} gets another name, or goes, further down: "
                      "give it a call of its own",
                      catalog::to_string(subject.object)));
    for (std::string& each : later.sql)
      if (!base::contains(all.sql, each)) all.sql.push_back(std::move(each));
    all.remade = all.remade || later.remade;
    if (subjects.size() == 1) {
      all.names = std::move(later.names);
      all.tables = std::move(later.tables);
      all.columns = std::move(later.columns);
    }
  }
  return all;
}

std::string in_python(const Later& later, std::string_view guard, const std::string& indentation,
                      bool one_line) {
  std::vector<std::string> arguments;
  if (!later.names.empty()) arguments.push_back("names=" + list_of(later.names));
  if (!later.tables.empty()) arguments.push_back("tables=" + list_of(later.tables));
  if (!later.columns.empty()) {
    std::vector<std::string> items;
    for (const auto& [column, names] : later.columns) {
      std::vector<std::string> texts;
      for (const std::optional<std::string>& each : names)
        texts.push_back(each ? python_literal(*each) : "None");
      items.push_back(fmt::format("{}: [{}]", python_literal(column), base::join(texts, ", ")));
    }
    arguments.push_back("columns={" + base::join(items, ", ") + "}");
  }
  if (later.remade) arguments.push_back("remade=True");
  if (!later.sql.empty() && one_line) arguments.push_back("sql=" + list_of(later.sql));
  if (later.sql.empty() || one_line) return fmt::format("{}.Later({})", guard, base::join(arguments, ", "));
  std::string sql = "sql=[\n";
  for (const std::string& each : later.sql) sql += indentation + "    " + python_literal(each) + ",\n";
  arguments.push_back(sql + indentation + "]");
  return fmt::format("{}.Later({})", guard, base::join(arguments, ", "));
}

}  // namespace windlass::fix
