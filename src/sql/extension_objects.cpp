#include "sql/extension_objects.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"

namespace windlass::sql {

namespace {

struct Provides {
  std::string_view extension, kind, name;
};
constexpr Provides kProvides[] = {{"uuid-ossp", "function", "uuid_generate_v4"},
                                  {"uuid-ossp", "function", "uuid_generate_v1"},
                                  {"uuid-ossp", "function", "uuid_generate_v1mc"},
                                  {"uuid-ossp", "function", "uuid_generate_v3"},
                                  {"uuid-ossp", "function", "uuid_generate_v5"},
                                  {"uuid-ossp", "function", "uuid_nil"},
                                  {"pgcrypto", "function", "gen_random_bytes"},
                                  {"pgcrypto", "function", "gen_salt"},
                                  {"pgcrypto", "function", "crypt"},
                                  {"pgcrypto", "function", "digest"},
                                  {"pgcrypto", "function", "hmac"},
                                  {"pgcrypto", "function", "pgp_sym_encrypt"},
                                  {"pgcrypto", "function", "pgp_sym_decrypt"},
                                  {"pg_trgm", "function", "similarity"},
                                  {"pg_trgm", "function", "word_similarity"},
                                  {"fuzzystrmatch", "function", "levenshtein"},
                                  {"fuzzystrmatch", "function", "dmetaphone"},
                                  {"dblink", "function", "dblink_connect"},
                                  {"dblink", "function", "dblink_exec"},
                                  {"intarray", "operator class", "gin__int_ops"},
                                  {"intarray", "operator class", "gist__int_ops"},
                                  {"pg_trgm", "operator class", "gin_trgm_ops"},
                                  {"pg_trgm", "operator class", "gist_trgm_ops"},
                                  {"unaccent", "function", "unaccent"},
                                  {"citext", "type", "citext"},
                                  {"hstore", "type", "hstore"},
                                  {"ltree", "type", "ltree"},
                                  {"cube", "type", "cube"},
                                  {"vector", "type", "vector"},
                                  {"vector", "type", "halfvec"},
                                  {"vector", "operator class", "vector_cosine_ops"},
                                  {"vector", "operator class", "vector_l2_ops"},
                                  {"vector", "access method", "hnsw"},
                                  {"vector", "access method", "ivfflat"},
                                  {"postgis", "type", "geometry"},
                                  {"postgis", "type", "geography"},
                                  {"postgis", "function", "st_geomfromtext"},
                                  {"postgis", "function", "st_makepoint"},
                                  {"postgis", "function", "st_setsrid"},
                                  {"timescaledb", "function", "create_hypertable"},
                                  {"tablefunc", "function", "crosstab"},
                                  {"plpython3u", "language", "plpython3u"},
                                  {"plperl", "language", "plperl"}};

constexpr std::string_view kGist = "default operator class of gist for type";
constexpr std::string_view kGin = "default operator class of gin for type";

/// Types that btree_gist and btree_gin have operator classes for. Not text and its like: over them somebody
/// may as well have meant those of pg_trgm.
constexpr std::string_view kScalars[] = {"smallint",
                                         "integer",
                                         "bigint",
                                         "real",
                                         "double precision",
                                         "numeric",
                                         "uuid",
                                         "date",
                                         "timestamp without time zone",
                                         "timestamp with time zone",
                                         "time without time zone",
                                         "time with time zone",
                                         "interval",
                                         "money",
                                         "inet",
                                         "cidr",
                                         "macaddr",
                                         "bytea",
                                         "bit",
                                         "bit varying"};

bool is_scalar(std::string_view type) {
  return std::find(std::begin(kScalars), std::end(kScalars), type) != std::end(kScalars);
}

}  // namespace

std::string_view extension_of(std::string_view kind, std::string_view name) {
  if (kind == kGist) return is_scalar(name) ? "btree_gist" : "";
  if (kind == kGin) return is_scalar(name) ? "btree_gin" : "";
  const std::string folded = base::to_lower(name);
  for (const Provides& known : kProvides)
    if (known.kind == kind && known.name == folded) return known.extension;
  return "";
}

std::optional<DefaultOperatorClass> default_operator_class(std::string_view message) {
  constexpr std::string_view kHead = "data type ",
                             kMiddle = " has no default operator class for access method ";
  const size_t middle = message.find(kMiddle);
  if (!message.starts_with(kHead) || middle == std::string_view::npos) return std::nullopt;
  const std::string_view method = message.substr(middle + kMiddle.size());
  DefaultOperatorClass found{"", std::string(message.substr(kHead.size(), middle - kHead.size()))};
  if (method == "\"gist\"") found.kind = kGist;
  if (method == "\"gin\"") found.kind = kGin;
  return extension_of(found.kind, found.name).empty() ? std::nullopt : std::optional(std::move(found));
}

}  // namespace windlass::sql
