// How SQL speaks of an object of each kind. Kinds and identities as pg_identify_object tells them.
#pragma once

#include <string>

#include "ddl/schema.h"

namespace windlass::ddl {

/// "TABLE", "FOREIGN DATA WRAPPER": the word that stands in ALTER, DROP, COMMENT ON.
std::string keyword(const std::string& type);

/// "COMMENT ON TABLE public.users IS ...": `text` as a literal, or NULL.
std::string comment_sql(const Named& named, const std::string& text);

/// "ALTER TABLE public.users OWNER TO role".
std::string owner_sql(const Named& named, const std::string& role);

/// "DROP VIEW public.v"; of a column, a constraint or a default, what alters its table. Empty for what
/// nothing drops by itself.
std::string drop_sql(const catalog::Object& object, const Schema& schema);

/// "FOR app SERVER other" of a user mapping.
std::string mapping_sql(const Named& named);

/// The last part of a part's name: "email" of the column "public.users.email". A name may hold dots itself.
std::string part_name(const catalog::Object& part, const catalog::Fact& relation);

/// A role in SQL: PUBLIC where it is empty or says so.
std::string role_sql(const std::string& role);

}  // namespace windlass::ddl
