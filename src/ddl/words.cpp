#include "ddl/words.h"

#include <fmt/core.h>

#include <cctype>
#include <map>

#include "base/text.h"
#include "sql/sql_name.h"

namespace windlass::ddl {

std::string keyword(const std::string& type) {
  static const std::map<std::string, std::string> kOther = {
      {"table column", "COLUMN"},          {"view column", "COLUMN"},
      {"foreign table column", "COLUMN"},  {"materialized view column", "COLUMN"},
      {"composite type column", "COLUMN"}, {"table constraint", "CONSTRAINT"},
      {"domain constraint", "CONSTRAINT"}, {"foreign-data wrapper", "FOREIGN DATA WRAPPER"},
      {"statistics object", "STATISTICS"}, {"composite type", "TYPE"},
  };
  if (const auto found = kOther.find(type); found != kOther.end()) return found->second;
  std::string word = type;
  for (char& c : word) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return word;
}

std::string role_sql(const std::string& role) {
  return role.empty() || role == "PUBLIC" ? "PUBLIC" : sql::sql_name({role});
}

std::string comment_sql(const Named& named, const std::string& text) {
  std::string identity = named.identity;
  // "positive on public.amount", where COMMENT wants the domain named as one.
  if (named.type == "domain constraint")
    if (const size_t on = identity.rfind(" on "); on != std::string::npos) identity.insert(on + 4, "DOMAIN ");
  return fmt::format("COMMENT ON {} {} IS {}", keyword(named.type), identity, text);
}

std::string owner_sql(const Named& named, const std::string& role) {
  return fmt::format("ALTER {} {} OWNER TO {}", keyword(named.type), named.identity, role_sql(role));
}

std::string part_name(const catalog::Object& part, const catalog::Fact& relation) {
  const std::string& whole = relation.object.name;
  return part.name.size() > whole.size() + 1 ? part.name.substr(whole.size() + 1) : part.name;
}

std::string mapping_sql(const Named& named) {
  const size_t on = named.identity.rfind(" on server ");
  if (on == std::string::npos) return {};
  return fmt::format("FOR {} SERVER {}", named.identity.substr(0, on), named.identity.substr(on + 11));
}

std::string drop_sql(const catalog::Object& object, const Schema& schema) {
  const Named* named = schema.named_of(object);
  if (named == nullptr) return {};
  const std::string& kind = object.kind;
  if (kind == "comment") return comment_sql(*named, "NULL");
  if (kind == "column" || kind == "constraint" || kind == "default value") {
    const catalog::Fact* relation = schema.relation_of(object);
    const Named* whole = relation == nullptr ? nullptr : schema.named_of(relation->object);
    if (whole == nullptr) return {};
    const std::string part = sql::sql_name({part_name(object, *relation)});
    const std::string what = kind == "column"       ? "DROP COLUMN " + part
                             : kind == "constraint" ? "DROP CONSTRAINT " + part
                                                    : "ALTER COLUMN " + part + " DROP DEFAULT";
    return fmt::format("ALTER {} {} {}", keyword(whole->type), whole->identity, what);
  }
  if (kind == "user mapping") {
    const std::string mapping = mapping_sql(*named);
    return mapping.empty() ? "" : "DROP USER MAPPING " + mapping;
  }
  if (kind == "transform")
    return fmt::format("DROP TRANSFORM {}",
                       base::replace_all(named->identity, " on language ", " LANGUAGE "));
  if (kind == "privilege" || kind == "security label" || kind == "extension member") return {};
  return fmt::format("DROP {} {}", keyword(named->type), named->identity);
}

}  // namespace windlass::ddl
