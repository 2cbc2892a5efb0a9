#include "fix/frozen.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.h"
#include "diagnose/name.h"
#include "diagnose/server_error.h"
#include "fix/table_text.h"
#include "sql/statement_kind.h"
#include "sql/targets.h"
#include "sql/tokens.h"

namespace windlass::fix {

namespace {

using catalog::Object;
using diagnose::last_part;
using record::Statement;

bool one_of(std::string_view word, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool duplicate(const std::string& sqlstate) {
  return one_of(sqlstate, {"42701", "42P07", "42710", "42723", "42P06", "42P16"});
}

bool missing(const std::string& sqlstate) { return one_of(sqlstate, {"42703", "42P01", "42704"}); }

std::string text_in(const std::string& definition, const std::string& key) {
  const auto json = nlohmann::json::parse(definition, nullptr, false);
  return json.is_object() && json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : "";
}

/// An object that the place makes.
struct Made {
  Object object;
  std::string definition;
  size_t statement = 0;  ///< its place among those of `Freezing`
};

/// The table that a column, constraint or index belongs to.
std::string table_of(const Object& object, const std::string& definition) {
  if (object.kind == "column" || object.kind == "constraint") return diagnose::parent_of(object);
  return object.kind == "index" ? text_in(definition, "table") : "";
}

/// An index's definition without its name.
std::string nameless(const Object& object, const std::string& definition) {
  const std::string text = text_in(definition, "definition");
  return object.kind == "index" ? base::replace_all(text, " " + last_part(object) + " ON ", " ON ") : text;
}

class Freezing {
 public:
  Freezing(const run::Evidence& run, const base::Location& place, const std::string& revision)
      : run_(run), place_(place), revision_(revision) {}

  Mended<Frozen> frozen() {
    WINDLASS_CHECK(gather());
    WINDLASS_CHECK(see_later());
    for (size_t i = 0; i < statements_.size(); ++i) WINDLASS_CHECK(write(i));
    std::sort(result_.left_out.begin(), result_.left_out.end());
    return std::move(result_);
  }

 private:
  using Done = Mended<void>;

  static std::string place_of(const Statement& statement) {
    return base::to_string(statement.source.location);
  }

  bool of_the_place(const Statement& statement) const {
    return statement.source.location == place_ && statement.source.revision == revision_;
  }

  /// What the place sends and makes.
  Done gather() {
    for (const Statement& statement : run_.recording.statements) {
      if (!of_the_place(statement)) continue;
      last_ = statement.n;
      const std::string kind = sql::statement_kind(statement.text);
      if (one_of(kind, {"SELECT", "SHOW", "BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET"})) {
        if (!statement.effects.empty() || kind == "SET")
          return not_mended(fmt::format("{} does more than to make tables: {}", base::to_string(place_),
                                        base::shorten(base::one_line(statement.text), 80)));
        continue;
      }
      if (!one_of(kind, {"CREATE TABLE", "CREATE INDEX", "CREATE TYPE", "CREATE SEQUENCE", "ALTER TABLE",
                         "COMMENT"}) ||
          statement.length > statement.text.size() || statement.executions > 1)
        return not_mended(fmt::format("{} does more than to make tables: {}", base::to_string(place_),
                                      base::shorten(base::one_line(statement.text), 80)));
      if (statement.refused || statement.failed())
        return not_mended(fmt::format("what {} sends is refused itself", base::to_string(place_)));
      for (const catalog::Effect& effect : statement.effects)
        if (effect.change == catalog::Change::Created)
          made_.push_back({effect.object, effect.after, statements_.size()});
      statements_.push_back(&statement);
    }
    if (statements_.empty() || made_.empty())
      return not_mended(fmt::format("it is not known what {} makes", base::to_string(place_)));
    std::set<std::string> ran;
    for (const run::Step& step : run_.steps) ran.insert(step.revision);
    for (const chain::Revision& each : run_.chain.revisions)
      if (!ran.contains(each.id))
        return not_mended(
            fmt::format("what revision {} makes is not known: the chain did not come so far", each.id));
    return {};
  }

  const Made* find(const diagnose::Name& name) const {
    const Made* exact = nullptr;
    for (const Made& each : made_)
      if (diagnose::matches(each.object, name) && (exact == nullptr || each.object.kind == name.kind))
        exact = &each;
    return exact;
  }

  bool is_gone(const Object& object, const std::string& definition) const {
    return gone_.contains(object) || gone_tables_.contains(table_of(object, definition));
  }

  void take(const Made& made) {
    if (is_gone(made.object, made.definition)) return;
    gone_.insert(made.object);
    if (made.object.kind == "table") gone_tables_.insert(made.object.name);
    result_.left_out.push_back(made.object);
  }

  /// What the rest of the chain makes, and what it tells of how things were.
  Done see_later() {
    for (const Statement& statement : run_.recording.statements) {
      if (statement.n <= last_ || statement.source.operation == "version") continue;
      const sql::Reading reading = sql::read_targets(statement.text);
      const auto* refusal = statement.refused ? &*statement.refused
                            : statement.error ? &*statement.error
                                              : nullptr;
      const bool skipped = std::any_of(statement.notices.begin(), statement.notices.end(),
                                       [](const auto& notice) { return duplicate(notice.sqlstate); });
      if (skipped || (refusal != nullptr && duplicate(refusal->sqlstate))) {
        take_all(reading);
      } else if (refusal != nullptr && missing(refusal->sqlstate)) {
        WINDLASS_CHECK(ask_for_missing(statement, *refusal, reading));
      } else if (refusal == nullptr) {
        take_twins(statement);
        WINDLASS_CHECK(see_change(statement, reading));
      }
    }
    return {};
  }

  void take_all(const sql::Reading& reading) {
    for (const sql::Target& target : reading.targets) {
      if (target.action != sql::Action::Create || target.implied) continue;
      if (target.kind == "label") {
        diagnose::Name type{"type", target.table_schema, "", target.table};
        if (const Made* made = find(type); made != nullptr && !is_gone(made->object, "")) {
          labels_[made->object].push_back(target.name);
          result_.left_out.push_back({"label", made->object.name + "." + target.name});
        }
      } else if (target.name.empty()) {
        take_unnamed(target);
      } else if (const Made* made = find(diagnose::name_of(target)); made != nullptr) {
        take(*made);
      }
    }
  }

  /// A second primary key bears no name of its own.
  void take_unnamed(const sql::Target& target) {
    for (const Made& each : made_)
      if (each.object.kind == "constraint" &&
          last_part({"table", table_of(each.object, "")}) == target.table &&
          text_in(each.definition, "definition").starts_with(target.definition) &&
          target.definition == "PRIMARY KEY")
        take(each);
  }

  /// Something is made anew under another name: the later one is the chain's own.
  void take_twins(const Statement& statement) {
    for (const catalog::Effect& effect : statement.effects) {
      if (effect.change != catalog::Change::Created ||
          (effect.object.kind != "constraint" && effect.object.kind != "index"))
        continue;
      for (const Made& each : made_)
        if (each.object.kind == effect.object.kind && each.object != effect.object &&
            table_of(each.object, each.definition) == table_of(effect.object, effect.after) &&
            !nameless(each.object, each.definition).empty() &&
            nameless(each.object, each.definition) == nameless(effect.object, effect.after))
          take(each);
    }
  }

  /// A later statement misses what was there then, and is not today.
  Done ask_for_missing(const Statement& statement, const record::ServerMessage& refusal,
                       const sql::Reading& reading) const {
    const auto name = diagnose::missing_object(refusal, reading);
    // What the chain itself makes later is another fault.
    for (const Statement& later : run_.recording.statements)
      for (const catalog::Effect& effect : later.effects)
        if (name && later.n > statement.n && effect.change == catalog::Change::Created &&
            diagnose::matches(effect.object, *name))
          return {};
    return not_mended(fmt::format(
        "{} needs {}, which the models of today have no more, and what it was is not known",
        place_of(statement), name ? name->kind + " \"" + name->text() + "\"" : "what is not there"));
  }

  /// An ALTER of something that is made here, and that changes nothing: it is today what that leads to.
  Done see_change(const Statement& statement, const sql::Reading& reading) {
    if (!statement.effects.empty() || sql::statement_kind(statement.text) != "ALTER TABLE") return {};
    for (const sql::Target& target : reading.targets) {
      if (target.action == sql::Action::Create || target.action == sql::Action::Refer) continue;
      const Made* made = find(diagnose::name_of(target));
      if (made == nullptr || is_gone(made->object, made->definition)) continue;
      if (made->object.kind == "table" && reading.targets.size() > 1) continue;  // the column's own table
      const std::vector<sql::Token> tokens = sql::tokens(statement.text);
      const size_t n = tokens.size();
      const bool not_null = n > 3 && tokens[n - 1].is("null") && tokens[n - 2].is("not");
      if (made->object.kind == "column" && not_null &&
          (tokens[n - 3].is("set") || tokens[n - 3].is("drop"))) {
        if (!not_null_.contains(made->object)) not_null_[made->object] = tokens[n - 3].is("drop");
        continue;
      }
      return not_mended(fmt::format(
          "{} changes {} \"{}\" to what the models say of it today, and what it was before is not known",
          place_of(statement), made->object.kind, made->object.name));
    }
    return {};
  }

  /// A statement of the place as it was then; nothing is written where nothing is left of it.
  Done write(size_t index) {
    const Statement& statement = *statements_[index];
    const std::string kind = sql::statement_kind(statement.text);
    const Made* whole = nullptr;
    for (const Made& each : made_)
      if (each.statement == index && one_of(each.object.kind, {"table", "type", "index", "sequence"})) {
        const bool is_it = kind.ends_with(each.object.kind == "table"      ? "TABLE"
                                          : each.object.kind == "type"     ? "TYPE"
                                          : each.object.kind == "sequence" ? "SEQUENCE"
                                                                           : "INDEX");
        if (is_it && whole == nullptr && kind.starts_with("CREATE")) whole = &each;
      }
    if (whole != nullptr && is_gone(whole->object, whole->definition)) return {};
    std::string text(base::trim(statement.text));
    if (kind == "CREATE TABLE") {
      if (whole == nullptr) return not_mended("it is not known which table a statement makes");
      text = WINDLASS_TRY(table(*whole, text));
    } else if (kind == "CREATE TYPE" && whole != nullptr) {
      for (const std::string& label : labels_[whole->object]) text = without_label(text, label);
    } else if (kind.ends_with("INDEX") && whole != nullptr) {
      if (uses_gone_column(table_of(whole->object, whole->definition), names_in(text))) return {};
    } else if (kind == "ALTER TABLE") {
      if (alters_what_is_gone(index, text)) return {};
      result_.plain = false;  // tables that refer to one another
    } else if (kind == "COMMENT" && comments_on_what_is_gone(text)) {
      return {};
    }
    if (whole != nullptr && whole->object.kind != "index") result_.made.push_back(whole->object);
    result_.statements.push_back(std::move(text));
    return {};
  }

  static std::vector<std::string> names_in(const std::string& text) {
    std::vector<std::string> names;
    for (const sql::Token& token : sql::tokens(text))
      if (token.name()) names.push_back(token.text);
    return names;
  }

  bool uses_gone_column(const std::string& table, const std::vector<std::string>& columns) const {
    return std::any_of(columns.begin(), columns.end(), [&](const std::string& column) {
      return gone_.contains({"column", table + "." + column});
    });
  }

  /// The table of this name that is made here, or empty.
  std::string made_table(const std::string& schema, const std::string& name) const {
    const Made* made = find({"table", schema, "", name});
    return made != nullptr && made->object.kind == "table" ? made->object.name : "";
  }

  bool refers_to_gone(const Element& element) const {
    if (element.refers_to.empty()) return false;
    const std::string table = made_table(element.refers_schema, element.refers_to);
    return gone_tables_.contains(table) || uses_gone_column(table, element.refers_columns);
  }

  Mended<std::string> table(const Made& made, const std::string& text) {
    const auto read = table_text(text);
    if (!read) return not_mended(fmt::format("the statement that makes {} cannot be read", made.object.name));
    TableText kept = *read;
    kept.elements.clear();
    std::set<const Element*> constraints;
    for (const Made& each : made_)
      if (each.object.kind == "constraint" && gone_.contains(each.object) &&
          table_of(each.object, "") == made.object.name)
        constraints.insert(WINDLASS_TRY(element_that_makes(*read, each)));
    for (const Element& element : read->elements) {
      if (constraints.contains(&element)) continue;
      const Object column{"column", made.object.name + "." + element.name};
      const bool is_column = element.constraint.empty();
      if (is_column && gone_.contains(column)) continue;
      const bool loses = uses_gone_column(made.object.name, element.columns) || refers_to_gone(element);
      if (is_column && loses)
        return not_mended(
            fmt::format("column \"{}\" is made of what only a later revision makes", column.name));
      if (loses) continue;
      const auto not_null = is_column ? not_null_.find(column) : not_null_.end();
      kept.elements.push_back(not_null == not_null_.end() ? element
                                                          : with_not_null(element, not_null->second));
    }
    if (kept.elements.empty())
      return not_mended(fmt::format("later revisions make every column of {}", made.object.name));
    return to_sql(kept);
  }

  /// The one element of the table that the constraint comes from.
  static Mended<const Element*> element_that_makes(const TableText& table, const Made& constraint) {
    for (const Element& each : table.elements)
      if (!each.constraint.empty() && each.name == last_part(constraint.object)) return &each;
    const auto as_rendered = constraint_element(text_in(constraint.definition, "definition"));
    const Element* found = nullptr;
    size_t several = 0;
    for (const Element& each : table.elements) {
      if (!as_rendered || !each.name.empty() || each.constraint != as_rendered->constraint) continue;
      const auto among = [](const std::vector<std::string>& names, const std::vector<std::string>& all) {
        return std::all_of(names.begin(), names.end(),
                           [&](const std::string& name) { return base::contains(all, name); });
      };
      if (!among(each.columns, as_rendered->columns)) continue;
      ++several;
      found = &each;
    }
    if (several != 1)
      return not_mended(
          fmt::format("what makes constraint \"{}\" was not found in its table", constraint.object.name));
    return found;
  }

  bool alters_what_is_gone(size_t index, const std::string& text) const {
    for (const Made& each : made_)
      if (each.statement == index && is_gone(each.object, each.definition)) return true;
    for (const sql::Target& target : sql::read_targets(text).targets) {
      const std::string table = made_table(target.table_schema, target.table);
      if (gone_tables_.contains(table) || uses_gone_column(table, target.columns)) return true;
    }
    const auto element = constraint_element(text.substr(std::min(text.find(" ADD ") + 5, text.size())));
    return element && refers_to_gone(*element);
  }

  bool comments_on_what_is_gone(const std::string& text) const {
    const std::vector<sql::Token> tokens = sql::tokens(text);
    if (tokens.size() < 4 || (!tokens[2].is("table") && !tokens[2].is("column"))) return false;
    std::vector<std::string> parts;
    for (size_t at = 3; at < tokens.size() && tokens[at].name(); at += 2) {
      parts.push_back(tokens[at].text);
      if (at + 1 >= tokens.size() || !tokens[at + 1].symbol('.')) break;
    }
    const std::string column = tokens[2].is("column") && !parts.empty() ? parts.back() : "";
    if (!column.empty()) parts.pop_back();
    if (parts.empty()) return false;
    const std::string table = made_table(parts.size() > 1 ? parts[parts.size() - 2] : "", parts.back());
    return gone_tables_.contains(table) || (!column.empty() && uses_gone_column(table, {column}));
  }

  const run::Evidence& run_;
  const base::Location& place_;
  const std::string& revision_;
  int last_ = 0;  ///< Statement::n of the last one of the place
  std::vector<const Statement*> statements_;
  std::vector<Made> made_;
  std::set<Object> gone_;
  std::set<std::string> gone_tables_;
  std::map<Object, bool> not_null_;                    ///< of columns: whether they were, at first
  std::map<Object, std::vector<std::string>> labels_;  ///< of types: those that come later
  Frozen result_;
};

}  // namespace

Mended<Frozen> frozen(const run::Evidence& run, const base::Location& place, const std::string& revision) {
  return Freezing(run, place, revision).frozen();
}

}  // namespace windlass::fix
