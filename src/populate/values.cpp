#include "populate/values.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <utility>

#include "base/text.h"

namespace windlass::populate {

namespace {

constexpr int kDeepest = 5;  // of arrays in composites in ranges ...

uint64_t mixed(Seed seed) {
  uint64_t x = static_cast<uint64_t>(seed.row) * 0x9E3779B97F4A7C15U +
               static_cast<uint64_t>(seed.column) * 0x632BE59BD9B4E019U;
  x ^= x >> 30;
  x *= 0xBF58476D1CE4E5B9U;
  x ^= x >> 27;
  x *= 0x94D049BB133111EBU;
  return x ^ (x >> 31);
}

/// `length` letters and digits out of the seed, the first one a letter.
std::string token(Seed seed, size_t length) {
  static constexpr std::string_view kLetters = "qxzjvkwy", kAll = "qxzjvkwy0123456789";
  std::string text;
  uint64_t x = mixed(seed);
  for (size_t i = 0; i < length; ++i) {
    const std::string_view from = i == 0 ? kLetters : kAll;
    text += from[x % from.size()];
    x = x / from.size() + (i % 8 == 7 ? mixed({seed.row, seed.column + static_cast<int>(i) + 1000}) : 0);
  }
  return text;
}

std::string hex(Seed seed, size_t digits) {
  std::string text;
  for (int i = 0; text.size() < digits; ++i)
    text += fmt::format("{:016x}", mixed({seed.row, seed.column + i * 7919}));
  return text.substr(0, digits);
}

std::string bits(Seed seed, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i)
    text += (mixed({seed.row, seed.column + static_cast<int>(i / 60)}) >> (i % 60)) & 1U ? '1' : '0';
  return text;
}

/// Days since 1970-01-01 as a date (proleptic Gregorian).
std::string date(int64_t days) {
  const int64_t z = days + 719468, era = z / 146097, of_era = z - era * 146097;
  const int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const int64_t day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted = (5 * day_of_year + 2) / 153;
  const int64_t day = day_of_year - (153 * shifted + 2) / 5 + 1,
                month = shifted < 10 ? shifted + 3 : shifted - 9;
  return fmt::format("{:04}-{:02}-{:02}", year_of_era + era * 400 + (month <= 2 ? 1 : 0), month, day);
}

int64_t number(Seed seed) { return 10LL * seed.row + seed.column; }

std::string words(Seed seed) {
  static constexpr std::array<std::string_view, 8> kWords = {"quill", "osier", "tarn",  "lathe",
                                                             "fjord", "gable", "sedge", "pewter"};
  return fmt::format("{} {}", kWords[static_cast<size_t>(seed.row + seed.column) % kWords.size()],
                     number(seed));
}

/// numeric(p, s) keeps p - s digits before the point.
std::string numeric(int modifier, int64_t value) {
  if (modifier < 4) return fmt::format("{}.5", value);
  const int precision = (modifier - 4) >> 16 & 0xffff;
  int scale = (modifier - 4) & 0x7ff;
  if (scale > 1023) scale -= 2048;  // negative since PostgreSQL 15
  const int whole = std::clamp(precision - scale, 0, 15);
  int64_t limit = 1;
  for (int i = 0; i < whole; ++i) limit *= 10;
  if (scale < 0) return fmt::format("{}{}", value % 9 + 1, std::string(static_cast<size_t>(-scale), '0'));
  return fmt::format("{}{}", value % limit, scale > 0 ? ".5" : "");
}

std::string quoted(const std::string& text) {
  return "\"" + base::replace_all(base::replace_all(text, "\\", "\\\\"), "\"", "\\\"") + "\"";
}

size_t text_limit(const Type& type, int modifier) {
  if (type.name == "char") return 1;
  if (type.name == "name") return 63;
  return modifier >= 4 && (type.name == "varchar" || type.name == "bpchar")
             ? static_cast<size_t>(modifier - 4)
             : 0;
}

std::string fitted(std::string text, size_t limit, Seed seed) {
  return limit == 0 || text.size() <= limit ? text : token(seed, limit);
}

using Maker = std::string (*)(int modifier, Seed seed, bool unusual);

struct Named {
  std::string_view name;
  Maker make;
};

std::string whole(Seed seed, bool unusual, int64_t far) {
  return std::to_string((unusual ? far : 0) + number(seed));
}

/// Types that are not made of others, by pg_type.typname.
constexpr Named kNamed[] = {
    {"int2", [](int, Seed s, bool u) { return whole(s, u, 30000); }},
    {"int4", [](int, Seed s, bool u) { return whole(s, u, 74310000); }},
    {"int8", [](int, Seed s, bool u) { return whole(s, u, 74310000); }},
    {"oid", [](int, Seed s, bool u) { return whole(s, u, 74310000); }},
    {"xid", [](int, Seed s, bool) { return whole(s, false, 0); }},
    {"xid8", [](int, Seed s, bool) { return whole(s, false, 0); }},
    {"cid", [](int, Seed s, bool) { return whole(s, false, 0); }},
    {"tid", [](int, Seed s, bool) { return fmt::format("({},1)", number(s)); }},
    {"float4", [](int, Seed s, bool u) { return whole(s, u, 70000) + ".5"; }},
    {"float8", [](int, Seed s, bool u) { return whole(s, u, 74310000) + ".5"; }},
    {"numeric", [](int m, Seed s, bool u) { return numeric(m, number(s) + (u ? 74310000 : 0)); }},
    {"money", [](int, Seed s, bool u) { return whole(s, u, 74310) + ".50"; }},
    {"bool", [](int, Seed s, bool) { return std::string(s.row % 2 == 1 ? "true" : "false"); }},
    {"bytea", [](int, Seed s, bool) { return "\\x" + hex(s, 16); }},
    {"date", [](int, Seed s, bool u) { return date(19783 + number(s) + (u ? 4000 : 0)); }},
    {"timestamp", [](int, Seed s, bool u) { return date(19783 + number(s) + (u ? 4000 : 0)) + " 09:30:00"; }},
    {"timestamptz",
     [](int, Seed s, bool u) { return date(19783 + number(s) + (u ? 4000 : 0)) + " 09:30:00+00"; }},
    {"time", [](int, Seed s,
                bool) { return fmt::format("{:02}:{:02}:00", 8 + number(s) / 60 % 15, number(s) % 60); }},
    {"timetz",
     [](int, Seed s, bool) {
       return fmt::format("{:02}:{:02}:00+00", 8 + number(s) / 60 % 15, number(s) % 60);
     }},
    {"interval", [](int, Seed s, bool) { return fmt::format("{} days", number(s)); }},
    {"uuid",
     [](int, Seed s, bool) {
       const std::string h = hex(s, 32);
       return fmt::format("{}-{}-4{}-a{}-{}", h.substr(0, 8), h.substr(8, 4), h.substr(13, 3),
                          h.substr(17, 3), h.substr(20));
     }},
    {"json", [](int, Seed s, bool) { return fmt::format("{{\"{}\": {}}}", token(s, 6), number(s)); }},
    {"jsonb", [](int, Seed s, bool) { return fmt::format("{{\"{}\": {}}}", token(s, 6), number(s)); }},
    {"jsonpath", [](int, Seed s, bool) { return "$." + token(s, 6); }},
    {"xml", [](int, Seed s, bool) { return fmt::format("<q>{}</q>", token(s, 6)); }},
    {"inet",
     [](int, Seed s, bool) {
       return fmt::format("10.{}.{}.{}", 40 + s.column % 200, s.row / 250 % 250, s.row % 250 + 1);
     }},
    {"cidr",
     [](int, Seed s, bool) { return fmt::format("10.{}.{}.0/24", 40 + s.column % 200, s.row % 250); }},
    {"macaddr",
     [](int, Seed s, bool) {
       return "08:00:2b:" + hex(s, 2) + ":" + hex({s.row, s.column + 1}, 2) + ":" +
              fmt::format("{:02x}", s.row % 256);
     }},
    {"macaddr8",
     [](int, Seed s, bool) {
       return "08:00:2b:ff:fe:" + hex(s, 2) + ":" + hex({s.row, s.column + 1}, 2) + ":" +
              fmt::format("{:02x}", s.row % 256);
     }},
    {"bit", [](int m, Seed s, bool) { return bits(s, m > 0 ? static_cast<size_t>(m) : 1); }},
    {"varbit",
     [](int m, Seed s, bool) { return bits(s, m > 0 ? static_cast<size_t>(std::min(m, 16)) : 16); }},
    {"tsvector", [](int, Seed s, bool) { return fmt::format("'{}':1", token(s, 6)); }},
    {"tsquery", [](int, Seed s, bool) { return fmt::format("'{}'", token(s, 6)); }},
    {"point", [](int, Seed s, bool) { return fmt::format("({},{})", number(s), s.column); }},
    {"line", [](int, Seed s, bool) { return fmt::format("{{1,2,{}}}", number(s)); }},
    {"lseg", [](int, Seed s, bool) { return fmt::format("[(0,0),(1,{})]", number(s)); }},
    {"box",
     [](int, Seed s, bool) { return fmt::format("({0},1),({1},0)", number(s) * 10 + 1, number(s) * 10); }},
    {"path", [](int, Seed s, bool) { return fmt::format("[(0,0),(1,{})]", number(s)); }},
    {"polygon", [](int, Seed s, bool) { return fmt::format("((0,0),({},0),(1,1))", number(s)); }},
    {"circle", [](int, Seed s, bool) { return fmt::format("<({},0),1>", number(s) * 10); }},
    {"pg_lsn", [](int, Seed s, bool) { return fmt::format("0/{:X}", 16000000 + number(s)); }},
    {"txid_snapshot", [](int, Seed s, bool) { return fmt::format("{0}:{0}:", number(s)); }},
    {"pg_snapshot", [](int, Seed s, bool) { return fmt::format("{0}:{0}:", number(s)); }},
    {"int2vector", [](int, Seed s, bool) { return fmt::format("1 {}", number(s)); }},
    {"oidvector", [](int, Seed s, bool) { return fmt::format("1 {}", number(s)); }},
    {"regclass", [](int, Seed, bool) { return std::string("pg_catalog.pg_class"); }},
    {"regtype", [](int, Seed, bool) { return std::string("pg_catalog.int4"); }},
    {"regnamespace", [](int, Seed, bool) { return std::string("pg_catalog"); }},
    {"regproc", [](int, Seed, bool) { return std::string("pg_catalog.now"); }},
    {"regprocedure", [](int, Seed, bool) { return std::string("pg_catalog.now()"); }},
    {"regconfig", [](int, Seed, bool) { return std::string("pg_catalog.simple"); }},
    {"regdictionary", [](int, Seed, bool) { return std::string("pg_catalog.simple"); }},
    // Of extensions.
    {"hstore", [](int, Seed s, bool) { return fmt::format("\"{}\"=>\"{}\"", token(s, 6), number(s)); }},
    {"ltree", [](int, Seed s, bool) { return fmt::format("{}.{}", token(s, 6), number(s)); }},
    {"lquery", [](int, Seed s, bool) { return fmt::format("{}.*", token(s, 6)); }},
    {"cube", [](int, Seed s, bool) { return fmt::format("({},2)", number(s)); }},
};

const Named* named(const std::string& name) {
  for (const Named& each : kNamed)
    if (each.name == name) return &each;
  return nullptr;
}

/// pgvector: [0.5,1.5,...], of as many dimensions as the modifier says.
std::string vector_text(int modifier, Seed seed) {
  std::vector<std::string> numbers;
  for (int i = 0; i < (modifier > 0 ? modifier : 3); ++i)
    numbers.push_back(fmt::format("{}.5", (number(seed) + i) % 90 + 1));
  return "[" + base::join(numbers, ",") + "]";
}

/// The server's own name for a built-in type that a person names.
std::string real_name(const std::string& type_name) {
  static constexpr std::pair<std::string_view, std::string_view> kAliases[] = {
      {"smallint", "int2"},
      {"integer", "int4"},
      {"int", "int4"},
      {"bigint", "int8"},
      {"real", "float4"},
      {"double precision", "float8"},
      {"double", "float8"},
      {"decimal", "numeric"},
      {"boolean", "bool"},
      {"timestamp without time zone", "timestamp"},
      {"timestamp with time zone", "timestamptz"},
      {"float", "float8"},
      {"time with time zone", "timetz"}};
  const std::string name = base::to_lower(type_name);
  for (const auto& [alias, real] : kAliases)
    if (name == alias) return std::string(real);
  return name;
}

}  // namespace

const Type* Values::bottom(Field& field) const {
  auto found = types_.find(field.type);
  while (found != types_.end() && found->second.kind == 'd') {
    if (field.modifier < 0) field.modifier = found->second.modifier;
    field.type = found->second.base;
    found = types_.find(field.type);
  }
  return found == types_.end() ? nullptr : &found->second;
}

std::optional<std::string> Values::make(Field field, Seed seed, bool unusual, int depth) const {
  const Type* type = bottom(field);
  if (type == nullptr || depth > kDeepest) return std::nullopt;
  if (type->kind == 'e') {
    if (type->labels.empty()) return std::nullopt;
    return type->labels[static_cast<size_t>(seed.row - 1) % type->labels.size()];
  }
  if (type->kind == 'r' || type->kind == 'm') {
    // Rows lie ten apart: the ranges of two rows do not overlap.
    const auto from = make({type->subtype, -1}, {seed.row * 10, seed.column}, unusual, depth + 1);
    const auto to = make({type->subtype, -1}, {seed.row * 10 + 5, seed.column}, unusual, depth + 1);
    if (!from || !to) return std::nullopt;
    const std::string range = fmt::format("[{},{})", quoted(*from), quoted(*to));
    return type->kind == 'm' ? "{" + range + "}" : range;
  }
  if (type->kind == 'c') {
    std::vector<std::string> parts;
    for (size_t i = 0; i < type->fields.size(); ++i) {
      const auto part =
          make(type->fields[i], {seed.row, seed.column + static_cast<int>(i)}, unusual, depth + 1);
      parts.push_back(part ? quoted(*part) : "");
    }
    return "(" + base::join(parts, ",") + ")";
  }
  if (const Named* known = named(type->name)) return known->make(field.modifier, seed, unusual);
  if (type->category == 'A' && type->element != 0) {
    const auto one = make({type->element, field.modifier}, seed, unusual, depth + 1);
    const auto other = make({type->element, field.modifier}, {seed.row + 1, seed.column}, unusual, depth + 1);
    if (!one || !other) return std::nullopt;
    return fmt::format("{{{}{}{}}}", quoted(*one), type->delimiter, quoted(*other));
  }
  if (type->name == "vector" || type->name == "halfvec") return vector_text(field.modifier, seed);
  // text, varchar, bpchar, name, "char", citext and what else says that it is text.
  if (type->category == 'S' || type->name == "char" || type->name == "name")
    return fitted(unusual ? token(seed, 12) : words(seed), text_limit(*type, field.modifier), seed);
  return std::nullopt;
}

std::optional<std::string> Values::ordinary(Field field, Seed seed) const {
  return make(field, seed, false, 0);
}

std::optional<std::string> Values::unusual(Field field, Seed seed) const {
  return make(field, seed, true, 0);
}

std::vector<std::string> Values::other_forms(Field field, Seed seed) const {
  const Type* type = bottom(field);
  if (type == nullptr) return {};
  std::vector<std::string> forms;
  if (is_text(field)) {
    const size_t limit = text_limit(*type, field.modifier);
    const std::string word = token(seed, 6), digits = std::to_string(7431000 + number(seed));
    std::string letters;
    for (const char c : hex(seed, 12))
      letters += static_cast<char>('a' + (c >= 'a' ? c - 'a' + 10 : c - '0'));
    std::string capitals;
    for (const char c : letters) capitals += static_cast<char>(c - 'a' + 'A');
    forms = {letters,
             capitals,
             digits,
             word + "@example.org",
             "https://example.org/" + word,
             "/" + word,
             capitals.substr(0, 3),
             capitals.substr(0, 2),
             letters.substr(0, 2),
             digits.substr(digits.size() - 4),
             "+49" + digits,
             date(19783 + number(seed)),
             "#" + hex(seed, 6),
             hex(seed, 32),
             hex(seed, 40),
             hex(seed, 64),
             *ordinary_of("uuid", seed),
             "{}",
             "1.0." + std::to_string(seed.row),
             "10.0.0." + std::to_string(seed.row % 250),
             letters.substr(0, 1),
             capitals.substr(0, 1)};
    std::erase_if(forms, [&](const std::string& form) { return limit != 0 && form.size() > limit; });
  } else if (is_number(field)) {
    const bool fraction = type->name != "int2" && type->name != "int4" && type->name != "int8";
    for (const int value : {1, 2, 5, 0, -1, 50, 100, 1000, 2024}) forms.push_back(std::to_string(value));
    if (fraction) forms.insert(forms.begin(), "0.5");
  } else if (!ordinary(field, seed)) {
    const std::string n = std::to_string(number(seed));
    forms = {n,
             token(seed, 6),
             "(" + n + ",1)",
             "[" + n + ",1,2]",
             "{}",
             "POINT(" + n + " 1)",
             "",
             "LINESTRING(0 0,1 1)",
             "POLYGON((0 0,1 0,1 1,0 0))",
             hex(seed, 16)};
  }
  return forms;
}

std::optional<std::string> Values::longest(Field field, Seed seed) const {
  const Type* type = bottom(field);
  if (type == nullptr || !is_text(field) || type->name == "char") return std::nullopt;
  constexpr size_t kMost = 2000, kWithout = 300;
  const size_t limit = text_limit(*type, field.modifier);
  const size_t length = limit == 0 ? kWithout : std::min(limit, kMost);
  std::string text = token(seed, std::min<size_t>(length, 12));
  return text + std::string(length - text.size(), 'q');
}

std::optional<std::string> Values::empty(Field field) const {
  const Type* type = bottom(field);
  if (type == nullptr) return std::nullopt;
  if (type->name == "json" || type->name == "jsonb" || type->category == 'A') return "{}";
  if (is_text(field) && type->name != "char" && type->name != "bpchar") return "";
  return std::nullopt;
}

std::optional<std::string> Values::zero(Field field) const {
  return is_number(field) ? std::optional<std::string>("0") : std::nullopt;
}

std::optional<std::string> Values::just_beyond(Field field, const std::string& type_name) const {
  struct Whole {
    std::string_view name;
    int digits;  // of `beyond`
    std::string_view beyond;
  };
  static constexpr std::array<Whole, 3> kWhole = {
      {{"int2", 5, "32768"}, {"int4", 10, "2147483648"}, {"int8", 19, "9223372036854775808"}}};
  const auto of = [](const std::string& name) {
    return std::find_if(kWhole.begin(), kWhole.end(), [&](const Whole& each) { return each.name == name; });
  };
  const Type* type = bottom(field);
  const auto coming = of(real_name(type_name));
  if (type == nullptr || coming == kWhole.end()) return std::nullopt;
  bool holds = of(type->name) != kWhole.end() && of(type->name) > coming;
  if (type->name == "numeric") {
    const int precision = field.modifier < 4 ? 1000 : (field.modifier - 4) >> 16 & 0xffff;
    const int scale = field.modifier < 4 ? 0 : (field.modifier - 4) & 0x7ff;
    holds = scale <= 1000 && precision - scale >= coming->digits;
  }
  return holds ? std::optional(std::string(coming->beyond)) : std::nullopt;
}

std::optional<std::string> Values::text_of_length(Field field, size_t length) const {
  const Type* type = bottom(field);
  if (type == nullptr || !is_text(field) || length > 2000) return std::nullopt;
  const size_t limit = text_limit(*type, field.modifier);
  if (limit != 0 && length > limit) return std::nullopt;
  return token({static_cast<int>(length), 0}, length);
}

bool Values::is_text(Field field) const {
  const Type* type = bottom(field);
  return type != nullptr && type->kind == 'b' && named(type->name) == nullptr &&
         (type->category == 'S' || type->name == "char");
}

bool Values::is_number(Field field) const {
  const Type* type = bottom(field);
  if (type == nullptr || type->kind != 'b') return false;
  static constexpr std::array<std::string_view, 7> kNumbers = {"int2",   "int4",    "int8", "float4",
                                                               "float8", "numeric", "money"};
  return std::find(kNumbers.begin(), kNumbers.end(), type->name) != kNumbers.end();
}

bool Values::has_few(Field field) const {
  const Type* type = bottom(field);
  return type != nullptr && (type->kind == 'e' || type->name == "bool");
}

std::optional<std::string> ordinary_of(const std::string& type_name, Seed seed) {
  const Named* known = named(real_name(type_name));
  return known == nullptr ? std::nullopt : std::optional(known->make(-1, seed, false));
}

}  // namespace windlass::populate
