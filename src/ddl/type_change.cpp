#include "ddl/type_change.h"

#include <array>
#include <cstdlib>
#include <optional>
#include <vector>

#include "base/text.h"

namespace windlass::ddl {

namespace {

/// "numeric(10,2)" in its parts; "timestamp(3) with time zone" has its precision in the middle.
struct Type {
  std::string base;
  std::vector<int> modifiers;
  bool array = false;
};

Type parsed(std::string text) {
  Type type;
  while (text.ends_with("[]")) {
    type.array = true;
    text.resize(text.size() - 2);
  }
  const size_t open = text.find('('), close = text.find(')');
  if (open != std::string::npos && close != std::string::npos && close > open && text[0] != '"') {
    for (const std::string_view each :
         base::split(std::string_view(text).substr(open + 1, close - open - 1), ','))
      type.modifiers.push_back(std::atoi(std::string(each).c_str()));
    text.erase(open, close - open + 1);
  }
  type.base = text;
  return type;
}

constexpr std::array<std::string_view, 3> kIntegers = {"smallint", "integer", "bigint"};

std::optional<size_t> width(const std::string& base) {
  for (size_t i = 0; i < kIntegers.size(); ++i)
    if (kIntegers[i] == base) return i;
  return std::nullopt;
}

/// The same type with other modifiers: a length, digits, a precision.
Conversion modified(const Type& from, const Type& to) {
  if (to.modifiers.empty()) return Conversion::Keeps;
  const bool time =
      from.base.starts_with("timestamp") || from.base.starts_with("time") || from.base == "interval";
  if (time)
    return !from.modifiers.empty() && from.modifiers[0] <= to.modifiers[0] ? Conversion::Keeps
                                                                           : Conversion::Loses;
  if (from.base == "numeric") {
    const int scale = to.modifiers.size() > 1 ? to.modifiers[1] : 0;
    if (from.modifiers.empty()) return Conversion::Loses;  // any number of digits: rounded
    const int old_scale = from.modifiers.size() > 1 ? from.modifiers[1] : 0;
    if (scale < old_scale) return Conversion::Loses;
    return to.modifiers[0] - scale >= from.modifiers[0] - old_scale ? Conversion::Keeps : Conversion::Refuses;
  }
  if (from.base == "character") return Conversion::Loses;  // blanks are cut off or added
  if (from.base == "character varying" || from.base == "bit varying")
    return !from.modifiers.empty() && from.modifiers[0] <= to.modifiers[0] ? Conversion::Keeps
                                                                           : Conversion::Refuses;
  return from.modifiers == to.modifiers ? Conversion::Keeps : Conversion::Loses;
}

bool is_text(const Type& type) { return type.base == "text" || type.base == "character varying"; }

}  // namespace

std::string without_modifiers(const std::string& type) {
  const Type parts = parsed(type);
  return parts.base + (parts.array ? "[]" : "");
}

Conversion conversion(const std::string& from_text, const std::string& to_text,
                      const std::function<bool(const std::string&)>& is_enum) {
  const Type from = parsed(from_text), to = parsed(to_text);
  if (from.array != to.array) return Conversion::Loses;
  if (from.base == to.base) return modified(from, to);
  if (const auto a = width(from.base), b = width(to.base); a && b)
    return *a < *b ? Conversion::Keeps : Conversion::Refuses;
  if (width(from.base) && to.base == "numeric")
    return to.modifiers.empty() ? Conversion::Keeps : Conversion::Refuses;
  if (from.base == "real" && to.base == "double precision") return Conversion::Keeps;
  if (from.base == "date" && to.base == "timestamp without time zone") return Conversion::Keeps;
  if (is_text(to)) {
    const bool bounded = !to.modifiers.empty();
    if (is_text(from))
      return !bounded || (!from.modifiers.empty() && from.modifiers[0] <= to.modifiers[0])
                 ? Conversion::Keeps
                 : Conversion::Refuses;
    // Written out, a value can be read back; of a character(n) only its blanks go, which say nothing.
    return bounded ? Conversion::Refuses : Conversion::Keeps;
  }
  if (is_enum(to_text) && (is_text(from) || is_enum(from_text))) return Conversion::Refuses;
  if (is_text(from) && (to.base == "uuid" || to.base == "json")) return Conversion::Refuses;
  return Conversion::Loses;
}

}  // namespace windlass::ddl
