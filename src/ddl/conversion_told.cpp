#include "ddl/conversion_told.h"

#include <fmt/core.h>

#include "base/text.h"
#include "ddl/type_change.h"

namespace windlass::ddl {

namespace {

bool is_enum(const Planning& planning, const std::string& type) {
  for (const Schema* schema : {&planning.a, &planning.b}) {
    const catalog::Fact* fact = schema->snapshot().find({"type", type});
    if (fact != nullptr && base::contains(fact->definition, "\"is\":\"enum\"")) return true;
  }
  return false;
}

/// The type that a domain restricts; another type as it is.
std::string undomained(const Schema& schema, std::string type) {
  for (int depth = 0; depth < 8; ++depth) {
    const catalog::Fact* fact = schema.snapshot().find({"type", type});
    const nlohmann::json definition =
        fact == nullptr ? nlohmann::json() : nlohmann::json::parse(fact->definition, nullptr, false);
    if (!definition.is_object() || text_of(definition, "is") != "domain") break;
    type = text_of(definition, "of");
  }
  return type;
}

}  // namespace

void tell_conversion(const Planning& planning, const std::string& from, const std::string& to,
                     const std::string& where, Step& step) {
  const std::string from_base = undomained(planning.a, from), to_base = undomained(planning.b, to);
  const auto enumerated = [&](const std::string& each) { return is_enum(planning, each); };
  // Another collation of one type changes no value.
  switch (from_base == to_base ? Conversion::Keeps : conversion(from_base, to_base, enumerated)) {
    case Conversion::Keeps:
      break;
    case Conversion::Refuses:
      step.refused_by = fmt::format("values of {} that do not fit into {}", where, to);
      break;
    case Conversion::Loses:
      step.loses = fmt::format("values of {} may come out as others: {} becomes {}", where, from, to);
  }
}

}  // namespace windlass::ddl
