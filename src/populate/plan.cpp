#include "populate/plan.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "base/text.h"
#include "populate/pattern.h"
#include "populate/values.h"

namespace windlass::populate {

namespace {

constexpr size_t kMostChoices = 40;
constexpr size_t kMostFromChain = 16;  // rows of one table
constexpr int64_t kLargestWhole = 1'000'000'000'000'000;

bool refers(const Table& table, const std::string& column) {
  return std::any_of(table.rules.begin(), table.rules.end(), [&](const Rule& rule) {
    return rule.kind == 'f' && !rule.coming && base::contains(rule.columns, column);
  });
}

std::optional<int64_t> whole_number(const std::string& text) {
  int64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// The value, and those beside it where it is a whole number or a date: a check says `> 0` or `<
/// '2025-01-01'`.
std::vector<std::string> with_neighbours(const std::string& value) {
  std::vector<std::string> all = {value};
  const auto number = whole_number(value);
  if (number && -kLargestWhole < *number && *number < kLargestWhole) {
    for (const int64_t beside : {*number + 1, *number - 1, *number + 2, *number - 2, *number * 2})
      all.push_back(std::to_string(beside));
  } else if (value.size() >= 10 && value[4] == '-' && value[7] == '-') {
    for (const char* day : {"02", "05", "17", "28"})
      all.push_back(value.substr(0, 8) + day + value.substr(10));
  }
  return all;
}

/// The values that stand in a partition's bounds: FROM (...) is inside, TO (...) is not.
std::vector<std::string> bound_values(const std::string& bound) {
  std::vector<std::string> values;
  const std::string inside = bound.substr(0, bound.find(") TO ("));
  // A bound holds literals and key words only: any name will do to have them read.
  const size_t open = inside.find('(');
  if (open == std::string::npos || inside.find("modulus") != std::string::npos) return values;
  for (const Mention& mention : mentions("x IN (" + inside.substr(open + 1) + ")"))
    values.push_back(mention.value);
  return values;
}

class Planner {
 public:
  Planner(const Table& table, const Types& types, const Hints& hints)
      : table_(table), types_(types), hints_(hints), values_(types), carriers_(carriers(table, types)) {}

  std::vector<PlannedRow> plan(Strength strength) {
    std::vector<PlannedRow> rows = {base_row(), base_row()};
    if (strength == Strength::Plain) return rows;
    add(rows, ValueKind::Null, [&](const Column& column, Field, Seed) -> std::vector<Value> {
      if (column.not_null || column.counts) return {};
      return {{ValueKind::Null, {}}};
    });
    add(rows, ValueKind::Default, [&](const Column& column, Field, Seed) -> std::vector<Value> {
      if (!column.has_default || column.counts) return {};
      return {{ValueKind::Default, {}}};
    });
    PlannedRow equal = base_row();
    equal.about = ValueKind::Duplicate;
    rows.push_back(std::move(equal));
    add(rows, ValueKind::Longest, [&](const Column& column, Field field, Seed seed) {
      if (refers(table_, column.name)) return std::vector<Value>();
      const auto coming = hints_.coming_types.find({table_.name, column.name});
      if (coming != hints_.coming_types.end() && !fixed(column))
        if (auto beyond = values_.just_beyond(field, coming->second))
          return one(ValueKind::Longest, std::move(beyond));
      return one(ValueKind::Longest, values_.longest(field, seed));
    });
    add(rows, ValueKind::Empty, [&](const Column& column, Field field, Seed) {
      return fixed(column) ? std::vector<Value>() : one(ValueKind::Empty, values_.empty(field));
    });
    add(rows, ValueKind::Zero, [&](const Column& column, Field field, Seed) {
      return fixed(column) ? std::vector<Value>() : one(ValueKind::Zero, values_.zero(field));
    });
    // What the chain does not mention, where it mentions something; a reference that is still no key leads
    // nowhere.
    add(rows, ValueKind::Ordinary, [&](const Column& column, Field field, Seed seed) {
      const bool mentioned = !hints_.values_of(table_.name, column.name).empty() ||
                             coming_type(column) != nullptr ||
                             std::any_of(table_.rules.begin(), table_.rules.end(), [&](const Rule& rule) {
                               return rule.coming && base::contains(rule.columns, column.name);
                             });
      return fixed(column) || !mentioned ? std::vector<Value>()
                                         : one(ValueKind::Ordinary, values_.ordinary(field, seed));
    });
    size_t from_chain = 0;
    for (const Column& column : table_.columns) {
      if (fixed(column)) continue;
      const auto& mentioned = hints_.values_of(table_.name, column.name);
      for (size_t i = 2; i < mentioned.size() && from_chain < kMostFromChain; ++i, ++from_chain)
        add(rows, ValueKind::FromChain, [&](const Column& each, Field, Seed) -> std::vector<Value> {
          if (each.name != column.name) return {};
          return {{ValueKind::FromChain, mentioned[i]}};
        });
    }
    return rows;
  }

 private:
  static std::vector<Value> one(ValueKind kind, std::optional<std::string> text) {
    if (!text) return {};
    return {{kind, std::move(text)}};
  }

  bool carries(const Column& column) const { return column.counts || base::contains(carriers_, column.name); }
  /// Its values are given by what it is for.
  bool fixed(const Column& column) const { return carries(column) || refers(table_, column.name); }

  const std::string* coming_type(const Column& column) const {
    const auto found = hints_.coming_types.find({table_.name, column.name});
    if (found == hints_.coming_types.end()) return nullptr;
    // Only of text: from all other types there is a cast, or none at all.
    return values_.is_text({column.type, column.modifier}) ? &found->second : nullptr;
  }

  /// What an enum that is still to come, or a number, wants to read in a text.
  std::vector<std::string> for_coming_type(const Column& column, Seed seed) const {
    const std::string* type = coming_type(column);
    if (type == nullptr) return {};
    if (const auto labels = hints_.labels.find(*type); labels != hints_.labels.end()) return labels->second;
    const auto value = ordinary_of(*type, seed);
    return value ? std::vector<std::string>{*value} : std::vector<std::string>();
  }

  /// What the table's own checks, its domain's and its partitions mention.
  std::vector<std::string> asked_for(const Column& column, Seed seed) const {
    std::vector<std::string> found;
    const Field field{column.type, column.modifier};
    const auto read = [&](const std::string& text, const std::string& name) {
      for (const Mention& mention : mentions(text)) {
        if (mention.column != name) continue;
        if (mention.pattern) {
          for (const bool roomy : {true, false})
            if (auto matching = text_for_pattern(mention.value, seed, roomy))
              found.push_back(*std::move(matching));
          continue;
        }
        if (!mention.length) {
          for (std::string& value : with_neighbours(mention.value)) found.push_back(std::move(value));
          continue;
        }
        const auto length = whole_number(mention.value);
        if (!length || *length < 0 || *length > kLargestWhole) continue;
        for (const int64_t each : {*length, *length + 1, *length - 1})
          if (auto text_value =
                  each < 0 ? std::nullopt : values_.text_of_length(field, static_cast<size_t>(each)))
            found.push_back(*text_value);
      }
    };
    for (const Rule& rule : table_.rules)
      if (rule.kind == 'c') read(rule.definition, column.name);
    for (auto type = types_.find(column.type); type != types_.end() && type->second.kind == 'd';
         type = types_.find(type->second.base))
      for (const std::string& check : type->second.checks) read(check, "value");
    return found;
  }

  Choices choices(const Column& column, Seed seed) const {
    Choices all;
    const auto push = [&](ValueKind kind, std::string text) {
      const bool known = std::any_of(all.values.begin(), all.values.end(),
                                     [&](const Value& value) { return value.text == text; });
      if (!known && all.values.size() < kMostChoices) all.values.push_back({kind, std::move(text)});
    };
    const Field field{column.type, column.modifier};
    if (base::contains(table_.partition_columns, column.name))
      for (const std::string& bound : table_.bounds)
        for (const std::string& value : bound_values(bound))
          for (std::string& each : with_neighbours(value)) push(ValueKind::Ordinary, std::move(each));
    if (carries(column)) {
      if (const auto& coming = for_coming_type(column, {seed.row + 7000, seed.column}); coming.size() == 1)
        push(ValueKind::Key, coming.front());
      for (int i = 0; i < 6; ++i)
        if (auto value = values_.unusual(field, {seed.row + i * 100, seed.column}))
          push(ValueKind::Key, *value);
    } else {
      const auto& mentioned = hints_.values_of(table_.name, column.name);
      for (const std::string& value : mentioned) push(ValueKind::FromChain, value);
      for (std::string& value : for_coming_type(column, seed)) push(ValueKind::FromChain, std::move(value));
      if (!all.values.empty() && table_.partition_columns.empty())
        all.start = static_cast<size_t>(seed.row - 1) % std::min<size_t>(2, all.values.size());
      if (auto value = values_.ordinary(field, seed)) push(ValueKind::Ordinary, *value);
    }
    for (std::string& value : asked_for(column, seed)) push(ValueKind::Ordinary, std::move(value));
    if (values_.has_few(field))
      for (int i = 1; i < 12; ++i)
        if (auto value = values_.ordinary(field, {seed.row + i, seed.column}))
          push(ValueKind::Ordinary, *value);
    for (std::string& value : values_.other_forms(field, seed)) push(ValueKind::Ordinary, std::move(value));
    if (column.has_default) all.values.push_back({ValueKind::Default, {}});
    if (!column.not_null && null_is_asked_about(table_, column.name) && !all.values.empty())
      all.values.insert(all.values.begin() + static_cast<std::ptrdiff_t>(all.start) + 1,
                        {ValueKind::Null, {}});
    if (!column.not_null || all.values.empty()) all.values.push_back({ValueKind::Null, {}});
    return all;
  }

  PlannedRow base_row() {
    PlannedRow row;
    ++number_;
    for (size_t i = 0; i < table_.columns.size(); ++i)
      row.columns.push_back(choices(table_.columns[i], {number_, static_cast<int>(i)}));
    return row;
  }

  /// A row in which some columns hold something in particular; none where no column does.
  template <typename Particular>
  void add(std::vector<PlannedRow>& rows, ValueKind about, const Particular& particular) {
    PlannedRow row = base_row();
    row.about = about;
    bool any = false;
    for (size_t i = 0; i < table_.columns.size(); ++i) {
      const Column& column = table_.columns[i];
      const std::vector<Value> wanted =
          particular(column, Field{column.type, column.modifier}, Seed{number_, static_cast<int>(i)});
      if (wanted.empty()) continue;
      any = true;
      row.columns[i].values.insert(row.columns[i].values.begin(), wanted.begin(), wanted.end());
      row.columns[i].start = 0;
    }
    if (any) rows.push_back(std::move(row));
  }

  const Table& table_;
  const Types& types_;
  const Hints& hints_;
  const Values values_;
  const std::vector<std::string> carriers_;
  int number_ = 0;  // of the row that was planned last
};

}  // namespace

bool null_is_asked_about(const Table& table, const std::string& column) {
  return std::any_of(table.rules.begin(), table.rules.end(), [&](const Rule& rule) {
    return rule.kind == 'c' && base::contains(rule.columns, column) &&
           base::contains(base::to_lower(rule.definition), "null");
  });
}

std::vector<std::string> carriers(const Table& table, const Types& types) {
  std::vector<std::string> found;
  const Values values(types);
  // Keys of one column first: they may serve a longer key, too.
  std::vector<const Rule*> keys;
  for (const Rule& rule : table.rules)
    if (rule.unique() && !rule.columns.empty()) keys.push_back(&rule);
  std::stable_sort(keys.begin(), keys.end(),
                   [](const Rule* a, const Rule* b) { return a->columns.size() < b->columns.size(); });
  for (const Rule* key : keys) {
    if (std::any_of(key->columns.begin(), key->columns.end(),
                    [&](const std::string& name) { return base::contains(found, name); }))
      continue;
    const Column* best = nullptr;
    int best_rank = 0;
    for (const std::string& name : key->columns) {
      const Column* column = table.column(name);
      if (column == nullptr) continue;
      const bool few = values.has_few({column->type, column->modifier});
      const int rank = refers(table, name)                             ? 1
                       : few                                           ? 2
                       : base::contains(table.partition_columns, name) ? 3
                       : column->counts                                ? 5
                                                                       : 4;
      if (rank > best_rank) {
        best = column;
        best_rank = rank;
      }
    }
    // A reference is kept apart by the row that it leads to.
    if (best != nullptr && best_rank > 1) found.push_back(best->name);
  }
  return found;
}

std::vector<PlannedRow> plan_rows(const Table& table, const Types& types, const Hints& hints,
                                  Strength strength) {
  return Planner(table, types, hints).plan(strength);
}

}  // namespace windlass::populate
