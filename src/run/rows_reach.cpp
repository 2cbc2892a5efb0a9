#include "run/rows_reach.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string_view>

#include "base/text.h"
#include "sql/session_words.h"
#include "sql/split.h"
#include "sql/statement_kind.h"
#include "sql/tokens.h"

namespace windlass::run {

namespace {

using catalog::Change;
using catalog::Effect;
using record::Statement;
using Names = std::set<std::string>;

/// "t" of "public.t" and of "public.f(integer)".
std::string bare(const std::string& name) {
  const std::string whole = name.substr(0, name.find('('));
  return whole.substr(whole.rfind('.') + 1);
}

bool is_table(const std::string& kind) { return kind == "table" || kind == "foreign table"; }

bool belongs_to_table(const std::string& kind) {
  return kind == "column" || kind == "constraint" || kind == "trigger" || kind == "policy" || kind == "rule";
}

/// The table of "public.t.c"; nothing where a dot stands in one of the names.
std::optional<std::string> table_of(const std::string& name) {
  if (std::count(name.begin(), name.end(), '.') != 2) return std::nullopt;
  const size_t first = name.find('.');
  return name.substr(first + 1, name.rfind('.') - first - 1);
}

/// The words of a text, those of blocks and strings in it, too.
void read_words(std::string_view text, Names& words, int depth = 0) {
  constexpr int kDeepest = 3;
  for (const sql::Token& token : sql::tokens(text)) {
    if (token.name()) words.insert(token.text);
    if (token.kind == sql::Token::Kind::String && depth < kDeepest) read_words(token.text, words, depth + 1);
  }
}

bool any_of(const Names& words, std::initializer_list<std::string_view> asked) {
  return std::any_of(asked.begin(), asked.end(),
                     [&](std::string_view word) { return words.contains(std::string(word)); });
}

bool meets(const Names& one, const Names& other) {
  return std::any_of(one.begin(), one.end(), [&](const std::string& name) { return other.contains(name); });
}

/// Whether a definition has something there.
bool has_key(std::string_view definition, std::string_view key) {
  const auto json = nlohmann::json::parse(definition, nullptr, false);
  if (!json.is_object()) return false;
  const auto found = json.find(key);
  return found != json.end() && !found->is_null() && *found != false && !found->empty();
}

/// What the chain has of what works on rows unseen.
struct World {
  Names tables;
  Names indirect;   ///< views and routines: what reads or calls them has to do with any table
  Names triggered;  ///< tables with a trigger or a rule
  bool deletes_on = false,
       updates_on = false;  ///< foreign keys by which a change of one row is one of others
  bool families = false;    ///< partitions, inheritance: rows of one table are another's
  Names domains;            ///< a column of one may have to have a value
  bool watched = false;     ///< event triggers: what they call may do anything with any table

  void object(const std::string& kind, const std::string& name) {
    if (is_table(kind)) tables.insert(bare(name));
    // Such a name cannot be told from its schema's, or found in a text.
    if ((is_table(kind) || kind == "view" || kind == "materialized view") &&
        (std::count(name.begin(), name.end(), '.') > 1 || base::contains(name, "(")))
      families = true;
    if (kind == "view" || kind == "materialized view" || kind == "function" || kind == "procedure" ||
        kind == "aggregate")
      indirect.insert(bare(name));
    if (kind == "domain") domains.insert(bare(name));
    watched = watched || kind == "event trigger";
    if (kind == "trigger" || kind == "rule") {
      const auto table = table_of(name);
      if (table) triggered.insert(*table);
      families = families || !table;
    }
  }
  void definition(const std::string& kind, std::string_view text) {
    if (kind == "constraint") {
      const auto acts = [&](const std::string& on) {
        return base::contains(text, on + " CASCADE") || base::contains(text, on + " SET ");
      };
      deletes_on = deletes_on || acts("ON DELETE");
      updates_on = updates_on || acts("ON UPDATE");
    }
    if (is_table(kind))
      for (const std::string_view key : {"partitioned_by", "partition", "parents"})
        families = families || has_key(text, key);
  }
};

World world_of(const Evidence& clean) {
  World world;
  for (const catalog::Snapshot* snapshot : {&clean.before, &clean.after})
    for (const catalog::Fact& fact : snapshot->facts) {
      world.object(fact.object.kind, fact.object.name);
      world.definition(fact.object.kind, fact.definition);
    }
  for (const Statement& statement : clean.recording.statements)
    for (const Effect& effect : statement.effects) {
      world.object(effect.object.kind, effect.object.name);
      if (!effect.renamed_from.empty()) world.object(effect.object.kind, effect.renamed_from);
      world.definition(effect.object.kind, effect.before);
      world.definition(effect.object.kind, effect.after);
    }
  world.tables.erase(clean.settings.version_table);
  for (const std::string& table : clean.version_tables) world.tables.erase(bare(table));
  return world;
}

/// What a revision has to do with.
struct Touched {
  Names changed, read;
  Names made;  ///< tables, empty ones
  bool changes_all = false, reads_all = false;
  bool writes = false;  ///< rows
  bool brings = false;  ///< ... where there were none
  Names met;            ///< tables whose rows may decide what becomes of it
  bool meets_all = false;
};

/// Statements that neither read rows, nor change them, nor a table that has some; what they make or drop
/// besides stands in their effects.
bool leaves_rows_alone(std::string_view kind) {
  static constexpr std::string_view kVerbs[] = {"CREATE ", "ALTER ", "DROP "};
  static constexpr std::string_view kObjects[] = {
      "VIEW",   "FUNCTION",     "PROCEDURE",  "AGGREGATE",          "SCHEMA",  "SEQUENCE", "EXTENSION",
      "ROLE",   "USER",         "DATABASE",   "DEFAULT PRIVILEGES", "TRIGGER", "POLICY",   "PUBLICATION",
      "SERVER", "FOREIGN DATA", "STATISTICS", "COLLATION",          "INDEX",   "RULE"};
  static constexpr std::string_view kOthers[] = {
      "",           "BEGIN",     "COMMIT",      "ROLLBACK",    "ROLLBACK TO",
      "SAVEPOINT",  "RELEASE",   "SHOW",        "RESET",       "SET",
      "COMMENT",    "GRANT",     "REVOKE",      "CREATE TYPE", "CREATE DOMAIN",
      "DROP TABLE", "DROP TYPE", "DROP DOMAIN", "ANALYZE",     "VACUUM",
      "LOCK",       "NOTIFY",    "LISTEN",      "DEALLOCATE",  "DISCARD"};
  if (std::find(std::begin(kOthers), std::end(kOthers), kind) != std::end(kOthers)) return true;
  for (const std::string_view verb : kVerbs)
    if (kind.starts_with(verb))
      return std::find(std::begin(kObjects), std::end(kObjects), kind.substr(verb.size())) !=
                 std::end(kObjects) &&
             kind != "CREATE INDEX";
  return false;
}

class Reader {
 public:
  explicit Reader(const World& world) : world_(world) {}

  void read(const Statement& statement, Touched& touched) const {
    if (statement.source.operation == "version") return;
    Touched now;
    read_alone(statement, now);
    if (counts_rows_elsewhere(statement.text)) touched.meets_all = true;
    if (!adds_columns_for_no_row(statement)) {
      touched.meets_all = touched.meets_all || now.changes_all || now.reads_all;
      const Names referred = only_referred_to(statement);
      for (const Names* names : {&now.changed, &now.read})
        for (const std::string& name : *names)
          // What the same revision has made is as empty as it is there.
          if (!now.made.contains(name) && !touched.made.contains(name) && !referred.contains(name))
            touched.met.insert(name);
    }
    touched.changed.merge(now.changed);
    touched.read.merge(now.read);
    touched.made.merge(now.made);
    touched.changes_all = touched.changes_all || now.changes_all;
    touched.reads_all = touched.reads_all || now.reads_all;
    touched.writes = touched.writes || now.writes;
    touched.brings = touched.brings || now.brings;
  }

 private:
  void read_alone(const Statement& statement, Touched& touched) const {
    if (!statement.digest.empty() || statement.failed() || statement.refused.has_value() || statement.skipped)
      return all(touched);
    for (const sql::StatementSpan& span : sql::split(statement.text)) {
      const std::string_view text = span.in(statement.text);
      read(text, touched);
      // op.execute() gives nothing back. What other calls give back is nothing on empty tables, and with rows
      // the code may do anything with it.
      if (statement.source.operation != "execute" && gives_rows(text)) all(touched);
    }
    for (const Effect& effect : statement.effects) read(effect, statement, touched);
  }

  /// Whether it may ask how many rows a table has without naming the table.
  static bool counts_rows_elsewhere(std::string_view text) {
    if (!sql::is_data_statement(text) && sql::statement_kind(text) != "DO") return false;
    Names words;
    read_words(text, words);
    return std::any_of(words.begin(), words.end(), [](const std::string& word) {
      return word == "reltuples" || word == "relpages" || word.starts_with("pg_stat") ||
             word.ends_with("relation_size") || word.ends_with("table_size") || word.ends_with("_to_xml");
    });
  }

  /// Tables that an ALTER TABLE names behind REFERENCES and nowhere else: their rows matter only to rows of
  /// the table that is altered.
  static Names only_referred_to(const Statement& statement) {
    if (sql::statement_kind(statement.text) != "ALTER TABLE" || sql::split(statement.text).size() != 1)
      return {};
    Names referred, others;
    bool behind = false;  // REFERENCES, and in the name behind it
    std::string last;
    for (const sql::Token& token : sql::tokens(statement.text)) {
      if (behind && token.name() && (last == "references" || last == ".")) {
        referred.insert(token.text);
      } else if (!behind || !token.symbol('.')) {
        behind = token.is("references");
        if (token.name() && !behind) others.insert(token.text);
      }
      last = token.name() && !token.is("references") ? "a name" : token.text;
    }
    std::erase_if(referred, [&](const std::string& name) { return others.contains(name); });
    return referred;
  }

  /// ALTER TABLE ... ADD COLUMN without a default or a constraint: rows have no value there, whatever they
  /// are.
  bool adds_columns_for_no_row(const Statement& statement) const {
    static constexpr std::string_view kMore[] = {
        "drop",    "set",     "rename",      "validate",  "enable", "disable", "attach",     "detach",
        "inherit", "owner",   "not",         "default",   "unique", "primary", "references", "check",
        "foreign", "exclude", "constraint",  "generated", "using",  "cluster", "replica",    "serial",
        "serial2", "serial4", "smallserial", "bigserial", "serial8"};
    if (sql::statement_kind(statement.text) != "ALTER TABLE" || sql::split(statement.text).size() != 1)
      return false;
    const std::vector<sql::Token> tokens = sql::tokens(statement.text);
    const auto alters = std::count_if(tokens.begin(), tokens.end(),
                                      [](const sql::Token& token) { return token.is("alter"); });
    Names words;
    read_words(statement.text, words);
    const bool more = std::any_of(std::begin(kMore), std::end(kMore),
                                  [&](std::string_view word) { return words.contains(std::string(word)); });
    if (alters != 1 || !words.contains("add") || more || meets(words, world_.indirect) ||
        meets(words, world_.domains))
      return false;
    return !statement.effects.empty() &&
           std::all_of(statement.effects.begin(), statement.effects.end(), [](const Effect& effect) {
             return effect.object.kind == "column" && effect.change == Change::Created;
           });
  }

  bool gives_rows(std::string_view text) const {
    if (!sql::is_data_statement(text)) return false;
    Names words;
    read_words(text, words);
    if (!meets(words, world_.tables) && !meets(words, world_.indirect)) return false;
    return words.contains("returning") || !sql::session_words(text).writes;
  }

  static void all(Touched& touched) {
    touched.changes_all = touched.reads_all = touched.writes = touched.brings = true;
  }

  void read(std::string_view text, Touched& touched) const {
    const std::string kind = sql::statement_kind(text);
    Names words;
    read_words(text, words);
    if (kind == "SET" && words.contains("constraints")) return all(touched);
    if (leaves_rows_alone(kind)) return;
    if (kind == "ALTER TYPE") return;  // a new label changes no row; what else it did is among its effects
    if (kind == "CREATE TABLE") {
      if (any_of(words, {"select", "execute", "values"})) data(words, true, touched);
      return;
    }
    if (kind == "ALTER TABLE" || kind == "CREATE INDEX") {
      if (meets(words, world_.indirect)) touched.reads_all = true;
      return mentioned(words, true, touched);
    }
    if (kind == "DO") {
      if (any_of(words, {"execute", "call"})) return all(touched);
      return data(words, any_of(words, {"insert", "update", "delete", "merge", "truncate", "copy", "alter"}),
                  touched);
    }
    if (sql::is_data_statement(text) || kind == "TRUNCATE")
      return data(words, kind == "TRUNCATE" || sql::session_words(text).writes, touched);
    all(touched);
  }

  void data(const Names& words, bool writes, Touched& touched) const {
    if (meets(words, world_.indirect)) return all(touched);
    mentioned(words, writes, touched);
    if (!writes) return;
    touched.writes = true;
    // An UPDATE or DELETE of an empty table leaves it empty.
    touched.brings =
        touched.brings || any_of(words, {"insert", "merge", "copy", "select", "values", "execute"});
    if (meets(words, world_.triggered) ||
        (world_.deletes_on && any_of(words, {"delete", "merge", "truncate"})) ||
        (world_.updates_on && any_of(words, {"update", "merge"})))
      all(touched);
  }

  void mentioned(const Names& words, bool changes, Touched& touched) const {
    for (const std::string& word : words) {
      if (!world_.tables.contains(word)) continue;
      touched.read.insert(word);
      if (changes) touched.changed.insert(word);
    }
  }

  void read(const Effect& effect, const Statement& statement, Touched& touched) const {
    const std::string& kind = effect.object.kind;
    const auto table = [&](const std::string& name) {
      touched.changed.insert(name);
      touched.read.insert(name);
    };
    if (is_table(kind)) {
      if (effect.change == Change::Created && effect.renamed_from.empty())
        touched.made.insert(bare(effect.object.name));
      else
        table(bare(effect.object.name));
      if (!effect.renamed_from.empty()) table(bare(effect.renamed_from));
    } else if (belongs_to_table(kind)) {
      const auto name = table_of(effect.object.name);
      name ? table(*name) : all(touched);
    } else if (kind == "materialized view") {
      all(touched);
    } else if ((kind == "type" || kind == "domain" || kind == "extension") &&
               effect.change == Change::Altered) {
      if (!sql::session_words(statement.text).adds_label) all(touched);
    }
  }

  const World& world_;
};

/// The revisions that say for one table how far its rows are to be followed.
struct Story {
  std::optional<size_t> made;     ///< by the chain, without rows
  std::optional<size_t> brought;  ///< the first that may bring rows into it since
  std::optional<size_t> met;      ///< the last that has to do with it, behind one that changed it or its rows
  size_t changed = 0;             ///< the last change before `met`
};

Story story_of(const std::string& table, const std::vector<Touched>& by_revision) {
  Story story;
  bool has_changed = false;
  size_t changed = 0;
  for (size_t i = 0; i < by_revision.size(); ++i) {
    const Touched& touched = by_revision[i];
    const bool makes = touched.made.contains(table) && !story.made;
    if (makes) {
      story = Story{};
      story.made = i;
      has_changed = false;
    }
    const bool changes = touched.changes_all || touched.changed.contains(table);
    if (changes && touched.brings && !story.brought) story.brought = i;
    if (makes && !touched.brings) continue;  // nobody had a row in it
    if (has_changed && (changes || touched.reads_all || touched.read.contains(table))) {
      story.changed = changed;
      story.met = i;
    }
    if (changes) {
      has_changed = true;
      changed = i;
    }
  }
  return story;
}

}  // namespace

RowsReach::RowsReach(const Evidence& clean, const std::vector<std::string>& order)
    : revisions_(order.size()) {
  const World world = world_of(clean);
  whole_way_ = world.families || !succeeded(clean) || clean.timed_out || !chain::is_line(clean.chain, order);
  if (whole_way_) return;
  std::map<std::string, size_t> place;
  for (size_t i = 0; i < order.size(); ++i) place[order[i]] = i;
  std::vector<Touched> by_revision(order.size());
  const Reader reader(world);
  bool asks_outside = false;
  for (const Statement& statement : clean.recording.statements) {
    if (const auto found = place.find(statement.source.revision); found != place.end()) {
      reader.read(statement, by_revision[found->second]);
      continue;
    }
    // What the tool's own files do to rows, they do in each run.
    Touched outside;
    reader.read(statement, outside);
    if (outside.writes || outside.changes_all || !outside.changed.empty()) whole_way_ = true;
    asks_outside = asks_outside || outside.meets_all || !outside.met.empty();
  }
  for (const Touched& touched : by_revision)
    met_.push_back(asks_outside || world.watched || touched.meets_all ? std::nullopt
                                                                      : std::optional(touched.met));
  for (const std::string& table : world.tables) {
    const Story story = story_of(table, by_revision);
    if (!story.met) continue;
    const size_t made = story.made.value_or(0);
    spans_.push_back({made, story.changed, *story.met});
    // Before it was made nobody put rows into it; the chain may have.
    if (story.brought && *story.brought < *story.met) spans_.push_back({0, made, *story.met});
  }
}

size_t RowsReach::from(size_t k) const {
  if (revisions_ == 0) return 0;
  const size_t end = revisions_ - 1;
  if (whole_way_) return end;
  size_t last = std::min(k + 1, end);
  for (const Span& span : spans_)
    if (span.since <= k && k < span.changed) last = std::max(last, span.met);
  return last;
}

bool RowsReach::leaves_rows_alone(size_t k) const {
  return !whole_way_ && k < met_.size() && met_[k] && met_[k]->empty();
}

std::optional<std::set<std::string>> RowsReach::met_from(size_t k) const {
  if (whole_way_) return std::nullopt;
  std::set<std::string> all;
  for (size_t i = k + 1; i <= from(k) && i < met_.size(); ++i) {
    if (!met_[i]) return std::nullopt;
    all.insert(met_[i]->begin(), met_[i]->end());
  }
  return all;
}

}  // namespace windlass::run
