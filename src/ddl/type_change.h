// What becomes of a column's values when its type changes. Types as format_type spells them.
#pragma once

#include <functional>
#include <string>

namespace windlass::ddl {

enum class Conversion {
  Keeps,    ///< every value stays what it is
  Refuses,  ///< values that have no counterpart make the server refuse it; the others stay what they are
  Loses,    ///< values may come out as others, and no error says so
};

/// "character varying[]" of "character varying(5)[]". A cast to a type with its modifiers cuts off what is
/// too long; an assignment to it refuses that (the manual's chapter 8.3).
std::string without_modifiers(const std::string& type);

/// `is_enum`: whether a type is one. What is not known to keep values loses them. Rules: the manual's
/// chapters 8 (types) and 10.4 (storage: what an assignment rounds, and what it refuses); each is tested on a
/// server.
Conversion conversion(const std::string& from, const std::string& to,
                      const std::function<bool(const std::string&)>& is_enum);

}  // namespace windlass::ddl
