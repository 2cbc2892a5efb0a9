// Values of PostgreSQL's types, as text: ordinary ones, ones that nobody else would use, and those at a
// type's edges. Deterministic: the same seed gives the same value. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "populate/structure.h"

namespace windlass::populate {

/// Which value: `row` from 1 counts the rows of a table, `column` from 0 its columns. Of numbers and times, a
/// later column has the greater value, as "starts" stands before "ends".
struct Seed {
  int row = 1, column = 0;
};

class Values {
 public:
  explicit Values(const Types& types) : types_(types) {}

  /// What an application might hold there. Nothing where the type is not known.
  std::optional<std::string> ordinary(Field field, Seed seed) const;
  /// For keys: distinct for distinct rows as far as the type goes, and nothing that a chain would insert
  /// itself: numbers far from 1, text without a meaning. Nothing where the type is not known.
  std::optional<std::string> unusual(Field field, Seed seed) const;
  /// Other forms that a check may ask for: capitals, digits, an address; for a type that is not known,
  /// guesses.
  std::vector<std::string> other_forms(Field field, Seed seed) const;
  /// As long as the type allows, at most 2000 characters; 300 where it sets no limit. Nothing but for text.
  std::optional<std::string> longest(Field field, Seed seed) const;
  /// Empty text, array, document; nothing for types that have none.
  std::optional<std::string> empty(Field field) const;
  /// Nothing but for numbers.
  std::optional<std::string> zero(Field field) const;
  /// One more than the whole-number type that a person calls `type_name` holds, where the field holds that.
  std::optional<std::string> just_beyond(Field field, const std::string& type_name) const;
  /// A text of so many characters, where the field takes text of that length.
  std::optional<std::string> text_of_length(Field field, size_t length) const;
  bool is_text(Field field) const;
  bool is_number(Field field) const;
  /// Takes few values only: bool, an enum.
  bool has_few(Field field) const;
  /// The type below domains; null where it is not known.
  const Type* bottom(Field& field) const;

 private:
  std::optional<std::string> make(Field field, Seed seed, bool unusual, int depth) const;

  const Types& types_;
};

/// An ordinary value of a built-in type by the name a person gives it ("integer", "timestamp with time
/// zone"): for a column that is to be changed to it.
std::optional<std::string> ordinary_of(const std::string& type_name, Seed seed);

}  // namespace windlass::populate
