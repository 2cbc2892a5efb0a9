#include "populate/fill.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/interrupt.h"
#include "base/text.h"
#include "populate/dials.h"
#include "populate/plan.h"
#include "populate/read_structure.h"

namespace windlass::populate {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kTriesForFirst = 60, kTriesForOther = 12, kTriesForTable = 160;
constexpr int kMostReferenced = 12;

/// The columns that the chain will refer from, as rules of the table.
void add_coming_references(Structure& structure, const Hints& hints) {
  for (const ComingReference& coming : hints.coming_references) {
    const auto to = std::find_if(structure.tables.begin(), structure.tables.end(),
                                 [&](const Table& table) { return table.name == coming.referenced; });
    if (to == structure.tables.end()) continue;
    std::vector<std::string> referenced = coming.referenced_columns;
    for (const Rule& rule : to->rules)
      if (referenced.empty() && rule.kind == 'p') referenced = rule.columns;
    if (referenced.size() != coming.columns.size()) continue;
    for (Table& table : structure.tables) {
      const bool there =
          table.name == coming.table &&
          std::all_of(coming.columns.begin(), coming.columns.end(),
                      [&](const std::string& name) { return table.column(name) != nullptr; }) &&
          std::all_of(referenced.begin(), referenced.end(),
                      [&](const std::string& name) { return to->column(name) != nullptr; });
      if (!there) continue;
      const bool already = std::any_of(table.rules.begin(), table.rules.end(), [&](const Rule& rule) {
        return rule.kind == 'f' && rule.columns == coming.columns;
      });
      if (already) continue;
      Rule rule{"", 'f', coming.columns, "", to->oid, referenced};
      rule.coming = true;
      table.rules.push_back(std::move(rule));
    }
  }
}

/// May the key be left NULL in a row?
bool may_be_null(const Table& table, const Rule& rule) {
  return std::any_of(rule.columns.begin(), rule.columns.end(), [&](const std::string& name) {
    const Column* column = table.column(name);
    return column != nullptr && !column->not_null;
  });
}

/// Tables in an order in which what a row refers to is there before it, as far as circles allow.
std::vector<const Table*> in_order(const Structure& structure) {
  std::vector<const Table*> waiting, order;
  for (const Table& table : structure.tables) waiting.push_back(&table);
  const auto waits = [&](const Table& table, bool strictly) {
    return std::any_of(table.rules.begin(), table.rules.end(), [&](const Rule& rule) {
      if (rule.kind != 'f' || rule.referenced == table.oid) return false;
      if (!strictly && (rule.coming || may_be_null(table, rule))) return false;
      return std::any_of(waiting.begin(), waiting.end(),
                         [&](const Table* other) { return other->oid == rule.referenced; });
    });
  };
  // Of a circle itself, not only in wait for one: what opens it lets the others have rows to refer to.
  const auto in_a_circle = [&](const Table& table) {
    std::set<Oid> seen;
    std::vector<const Table*> reached = {&table};
    while (!reached.empty()) {
      const Table* from = reached.back();
      reached.pop_back();
      for (const Rule& rule : from->rules) {
        if (rule.kind != 'f' || rule.referenced == from->oid) continue;
        if (rule.referenced == table.oid) return true;
        const auto to = std::find_if(waiting.begin(), waiting.end(),
                                     [&](const Table* other) { return other->oid == rule.referenced; });
        if (to != waiting.end() && seen.insert(rule.referenced).second) reached.push_back(*to);
      }
    }
    return false;
  };
  while (!waiting.empty()) {
    auto next =
        std::find_if(waiting.begin(), waiting.end(), [&](const Table* t) { return !waits(*t, true); });
    if (next == waiting.end())
      next = std::find_if(waiting.begin(), waiting.end(),
                          [&](const Table* t) { return !waits(*t, false) && in_a_circle(*t); });
    if (next == waiting.end())
      next = std::find_if(waiting.begin(), waiting.end(), [&](const Table* t) { return !waits(*t, false); });
    if (next == waiting.end()) next = waiting.begin();
    order.push_back(*next);
    waiting.erase(next);
  }
  return order;
}

/// Those that FillOrder::only asks for. Of the others' keys, only those that must lead somewhere are
/// followed.
std::set<Oid> wanted_tables(const Structure& structure, const std::set<std::string>& only) {
  std::set<Oid> named, wanted;
  for (const Table& table : structure.tables)
    if (only.contains(table.name)) named.insert(table.oid);
  std::vector<Oid> reached(named.begin(), named.end());
  const auto follow = [&](const Table& table) {
    for (const Rule& rule : table.rules)
      if (rule.kind == 'f' && (named.contains(table.oid) || !may_be_null(table, rule)))
        reached.push_back(rule.referenced);
  };
  for (const Table& table : structure.tables)
    for (const Rule& rule : table.rules)
      if (rule.kind == 'f' && named.contains(rule.referenced)) reached.push_back(table.oid);
  while (!reached.empty()) {
    const Oid oid = reached.back();
    reached.pop_back();
    if (!wanted.insert(oid).second) continue;
    for (const Table& table : structure.tables)
      if (table.oid == oid) follow(table);
  }
  return wanted;
}

/// "$3" of "unnamed portal parameter $3 = '...'": from 1; 0 where the text names none.
size_t parameter_in(const std::string& where) {
  const size_t at = where.find("parameter $");
  return at == std::string::npos ? 0 : std::strtoul(where.c_str() + at + 11, nullptr, 10);
}

class Filler {
 public:
  Filler(pg::Connection& connection, const FillOrder& order, const Structure& structure)
      : connection_(connection), order_(order), structure_(structure), ends_(Clock::now() + order.time) {}

  base::Result<Rows> run() {
    const std::set<Oid> wanted = order_.only ? wanted_tables(structure_, *order_.only) : std::set<Oid>();
    for (const Table* table : in_order(structure_)) {
      if (order_.only && !wanted.contains(table->oid)) continue;
      if (base::contains(order_.leave_out, table->name) ||
          base::contains(order_.leave_out, table->full_name()))
        continue;
      if (base::interrupted() != 0)
        return base::fail({"put rows into the table", table->full_name(), "windlass was interrupted", "",
                           base::Exit::CouldNotLook});
      because_.clear();
      size_t made = 0;
      if (table->columns.empty() && table->rules.empty()) {
        made = insert(*table, {}) ? 1 : 0;
      } else {
        made = fill_table(*table);
      }
      if (lost_)
        return base::fail(
            {"put rows into the table", table->full_name(), because_, "", base::Exit::CouldNotLook});
      if (made == 0)
        rows_.unpopulated.push_back(
            {table->full_name(), because_.empty() ? "no row could be made" : because_});
    }
    return std::move(rows_);
  }

 private:
  bool over() const { return Clock::now() > ends_ || base::interrupted() != 0; }

  size_t fill_table(const Table& table) {
    const size_t before = rows_.rows.size();
    tries_left_ = kTriesForTable;
    settled_.clear();
    const std::vector<PlannedRow> planned = plan_rows(table, structure_.types, order_.hints, order_.strength);
    const std::vector<std::string> apart = carriers(table, structure_.types);
    for (size_t i = 0; i < planned.size() && !lost_; ++i) {
      if (over()) {
        if (rows_.rows.size() == before) because_ = "there was no time left for it";
        break;
      }
      const Row* first = rows_.rows.size() > before ? &rows_.rows[before] : nullptr;
      if (i > 1 && first == nullptr) break;
      auto dials = dials_of(table, planned[i], i, apart, first);
      if (!dials) break;
      make_row(table, *dials, i);
    }
    return rows_.rows.size() - before;
  }

  /// Nothing where a key leads to a table that has no row; `because_` says so then.
  std::optional<Dials> dials_of(const Table& table, const PlannedRow& planned, size_t number,
                                const std::vector<std::string>& apart, const Row* first) {
    std::vector<Dial> dials;
    for (size_t c = 0; c < table.columns.size(); ++c) {
      Dial dial{{table.columns[c].name}, {}, planned.columns[c].start};
      for (const Value& value : planned.columns[c].values) dial.options.push_back({value});
      const bool kept_apart = table.columns[c].counts || base::contains(apart, dial.columns.front());
      if (planned.about == ValueKind::Duplicate && first != nullptr && !kept_apart) {
        for (const Cell& cell : first->cells)
          if (cell.column == dial.columns.front())
            dial = {{cell.column}, {{{ValueKind::Duplicate, cell.value.text}}}, 0};
      } else {
        settle(dial, planned.about);
      }
      dials.push_back(std::move(dial));
    }
    // A stray row: what the chain does not mention, and no reference that is still to come.
    const bool stray = number > 1 && planned.about == ValueKind::Ordinary;
    for (const Rule& rule : table.rules) {
      if (rule.kind != 'f' || (rule.coming && stray)) continue;
      const bool null = may_be_null(table, rule);
      if (planned.about == ValueKind::Null && null) continue;
      Dial dial{rule.columns, {}, 0};
      for (const auto& values : referenced_rows(rule)) {
        dial.options.emplace_back();
        for (const std::string& value : values) dial.options.back().push_back({ValueKind::Reference, value});
      }
      if (rule.coming && dial.options.empty()) continue;
      if (!dial.options.empty()) {
        dial.at = number % dial.options.size();
        if (planned.about == ValueKind::Duplicate) dial.at = 0;
      } else if (!null) {
        if (rule.referenced != table.oid) {
          because_ = fmt::format("the foreign key {} asks for a row of {}, which has none", rule.name,
                                 name_of(rule.referenced));
          return std::nullopt;
        }
        to_itself(rule, dials, dial);
      }
      // NULL, where the key allows it: the last resort, and all there is where nothing can be referred to;
      // the next thing to try where a check asks for it, as of two keys of which one must be NULL.
      if (null && !rule.coming) {
        std::vector<Value> nulls;
        for (const std::string& name : rule.columns) {
          const Column* column = table.column(name);
          nulls.push_back(column != nullptr && column->not_null ? value_now(dials, name)
                                                                : Value{ValueKind::Null, {}});
        }
        const bool asked =
            std::any_of(rule.columns.begin(), rule.columns.end(),
                        [&](const std::string& name) { return null_is_asked_about(table, name); });
        const size_t place = asked && !dial.options.empty() ? dial.at + 1 : dial.options.size();
        dial.options.insert(dial.options.begin() + static_cast<std::ptrdiff_t>(place), std::move(nulls));
      }
      dials.push_back(std::move(dial));
    }
    return Dials(std::move(dials));
  }

  /// Lets a column begin where the first row came to rest, unless the row wants something else of it.
  void settle(Dial& dial, ValueKind about) const {
    const auto known = settled_.find(dial.columns.front());
    if (known == settled_.end()) return;
    const ValueKind begins = dial.options[dial.at].front().kind;
    const bool wanted = begins != ValueKind::Ordinary && begins != ValueKind::Key &&
                        (begins != ValueKind::FromChain || about == ValueKind::FromChain);
    if (wanted) return;
    const auto& [at, value] = known->second;
    for (size_t i = 0; i < dial.options.size(); ++i)
      if (dial.options[i].front().text == value.text && dial.options[i].front().kind == value.kind) {
        dial.at = i;
        return;
      }
    if (at < dial.options.size() && dial.options[at].front().kind == value.kind) dial.at = at;
  }

  static Value value_now(const std::vector<Dial>& dials, const std::string& column) {
    for (const Dial& dial : dials)
      if (dial.columns.size() == 1 && dial.columns.front() == column) return dial.options[dial.at].front();
    return {ValueKind::Null, {}};
  }

  /// The first row of a table that refers to itself, and must: it refers to itself.
  static void to_itself(const Rule& rule, const std::vector<Dial>& dials, Dial& dial) {
    dial.options.emplace_back();
    for (const std::string& name : rule.referenced_columns)
      dial.options.back().push_back({ValueKind::Reference, value_now(dials, name).text});
  }

  std::string name_of(Oid oid) const {
    for (const Table& table : structure_.tables)
      if (table.oid == oid) return table.full_name();
    return "another table";
  }

  std::vector<std::vector<std::string>> referenced_rows(const Rule& rule) {
    std::vector<std::vector<std::string>> found;
    const auto to = std::find_if(structure_.tables.begin(), structure_.tables.end(),
                                 [&](const Table& table) { return table.oid == rule.referenced; });
    std::string table;
    if (to != structure_.tables.end()) {
      table = pg::quote_identifier(to->schema, to->name);
    } else {
      // A partition, or a table of an extension: not filled, but it may hold rows.
      const auto name =
          connection_.query("SELECT $1::oid::regclass::text", {std::to_string(rule.referenced)});
      if (!name || name->size() == 0) return found;
      table = name->at(0, 0);
    }
    std::vector<std::string> columns, filled;
    for (const std::string& name : rule.referenced_columns) {
      columns.push_back(pg::quote_identifier(name) + "::text");
      filled.push_back(pg::quote_identifier(name) + " IS NOT NULL");
    }
    const auto rows =
        connection_.attempt(fmt::format("SELECT {} FROM {} WHERE {} LIMIT {}", base::join(columns, ", "),
                                        table, base::join(filled, " AND "), kMostReferenced));
    if (!rows) return found;
    for (int i = 0; i < rows->size(); ++i) {
      found.emplace_back();
      for (int c = 0; c < rows->columns(); ++c) found.back().emplace_back(rows->at(i, c));
    }
    return found;
  }

  void make_row(const Table& table, Dials& dials, size_t number) {
    for (int tries = number == 0 ? kTriesForFirst : kTriesForOther; tries > 0 && tries_left_ > 0; --tries) {
      --tries_left_;
      if (insert(table, dials.cells())) {
        // What the first row had to be turned to serves the next ones.
        if (number == 0)
          for (const Dial& dial : dials.dials())
            if (dial.columns.size() == 1 && dials.turned(dial))
              settled_[dial.columns.front()] = {dial.at, dial.options[dial.at].front()};
        return;
      }
      if (lost_ || over() || !adjust(table, dials)) return;
    }
  }

  bool insert(const Table& table, const std::vector<Cell>& cells) {
    std::vector<std::string> columns, marks;
    std::vector<std::optional<std::string>> parameters;
    sent_.clear();
    for (const Cell& cell : cells) {
      if (cell.value.kind == ValueKind::Default) continue;
      columns.push_back(pg::quote_identifier(cell.column));
      parameters.push_back(cell.value.text);
      marks.push_back("$" + std::to_string(parameters.size()));
      sent_.push_back(cell.column);
    }
    const std::string values = columns.empty()
                                   ? std::string("DEFAULT VALUES")
                                   : fmt::format("({}) OVERRIDING SYSTEM VALUE VALUES ({})",
                                                 base::join(columns, ", "), base::join(marks, ", "));
    const auto done = connection_.attempt(
        fmt::format("INSERT INTO {} {}", pg::quote_identifier(table.schema, table.name), values), parameters);
    if (done) {
      rows_.rows.push_back({table.schema, table.name, cells});
      return true;
    }
    error_ = done.error();
    lost_ = error_.sqlstate.empty();
    because_ = reason(table);
    return false;
  }

  /// Why the server refused, for people.
  std::string reason(const Table& table) const {
    if (lost_) return error_.message;
    for (const Rule& rule : table.rules)
      if (!error_.constraint.empty() && rule.name == error_.constraint && rule.kind == 'c')
        return fmt::format("the constraint {} refuses every row that was tried: {}", rule.name,
                           rule.definition);
    if (!error_.data_type.empty() && !error_.constraint.empty())
      return fmt::format("the constraint {} of the domain {} refuses every value that was tried",
                         error_.constraint, error_.data_type);
    if (!error_.constraint.empty())
      return fmt::format("the constraint {} refuses every row that was tried: {}", error_.constraint,
                         error_.message);
    std::string where = error_.where.substr(0, error_.where.find('\n'));
    if (error_.sqlstate == "57014") where = "ended after two seconds; " + where;
    return fmt::format(
        "the server says: {} (SQLSTATE {}{})", base::one_line(error_.message), error_.sqlstate,
        where.empty() || error_.sqlstate.starts_with("22") ? "" : "; " + base::one_line(where));
  }

  /// Turns to the next row worth trying; false where there is none.
  bool adjust(const Table& table, Dials& dials) const {
    // A trigger or a check that does not come to an end.
    if (error_.sqlstate == "57014" || error_.sqlstate == "55P03" || error_.sqlstate == "54001") return false;
    for (const Rule& rule : table.rules)
      if (!error_.constraint.empty() && rule.name == error_.constraint && error_.table == table.name)
        return dials.turn(rule.name, rule.columns);
    if (!error_.constraint.empty() && !error_.data_type.empty()) {
      std::vector<std::string> columns;
      if (const size_t parameter = parameter_in(error_.where); parameter > 0 && parameter <= sent_.size())
        columns = {sent_[parameter - 1]};
      else
        for (const Column& column : table.columns)
          if (type_named(column.type, error_.data_type)) columns.push_back(column.name);
      return dials.turn("domain " + error_.constraint + base::join(columns, ","), columns);
    }
    if (error_.sqlstate == "23502" && !error_.column.empty())
      return dials.turn("null " + error_.column, {error_.column});
    if (error_.sqlstate == "23514" && !table.partition_columns.empty())
      return dials.turn("partition", table.partition_columns);
    // The constraint of a partition bears another name than the table's.
    if (error_.sqlstate == "23505" || error_.sqlstate == "23P01") {
      std::vector<std::string> columns;
      for (const Rule& rule : table.rules)
        if (rule.unique() || rule.kind == 'x')
          columns.insert(columns.end(), rule.columns.begin(), rule.columns.end());
      return dials.turn("key", columns);
    }
    if (error_.sqlstate.starts_with("22"))
      if (const size_t parameter = parameter_in(error_.where); parameter > 0 && parameter <= sent_.size())
        return dials.turn("value of " + sent_[parameter - 1], {sent_[parameter - 1]});
    return dials.turn_one_of_all();
  }

  /// Whether a type is the named one, through domains over it and arrays of it.
  bool type_named(Oid oid, const std::string& name) const {
    for (auto found = structure_.types.find(oid); found != structure_.types.end();) {
      if (found->second.name == name) return true;
      found = structure_.types.find(found->second.kind == 'd' ? found->second.base : found->second.element);
    }
    return false;
  }

  pg::Connection& connection_;
  const FillOrder& order_;
  const Structure& structure_;
  const Clock::time_point ends_;
  Rows rows_;

  // Of the table at hand.
  int tries_left_ = 0;
  std::map<std::string, std::pair<size_t, Value>> settled_;  // column -> where its first dial came to rest
  std::string because_;
  // Of the last statement.
  pg::ServerError error_;
  std::vector<std::string> sent_;
  bool lost_ = false;
};

}  // namespace

base::Result<Rows> fill(pg::Connection& connection, const FillOrder& order) {
  WINDLASS_CHECK(connection.execute("SET statement_timeout = '2s'; SET lock_timeout = '1s'"));
  Structure structure = WINDLASS_TRY(read_structure(connection));
  add_coming_references(structure, order.hints);
  return Filler(connection, order, structure).run();
}

}  // namespace windlass::populate
