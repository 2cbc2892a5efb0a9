#include "sql/extension_objects.h"

#include "base/text.h"

namespace windlass::sql {

namespace {

struct Provides {
  std::string_view extension, kind, name;
};
constexpr Provides kProvides[] = {{"uuid-ossp", "function", "uuid_generate_v4"},
                                  {"uuid-ossp", "function", "uuid_generate_v1"},
                                  {"uuid-ossp", "function", "uuid_generate_v1mc"},
                                  {"uuid-ossp", "function", "uuid_generate_v5"},
                                  {"pgcrypto", "function", "gen_random_bytes"},
                                  {"pgcrypto", "function", "gen_salt"},
                                  {"pgcrypto", "function", "crypt"},
                                  {"pgcrypto", "function", "digest"},
                                  {"pgcrypto", "function", "hmac"},
                                  {"pgcrypto", "function", "pgp_sym_encrypt"},
                                  {"pgcrypto", "function", "pgp_sym_decrypt"},
                                  {"pg_trgm", "function", "similarity"},
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

}  // namespace

std::string_view extension_of(std::string_view kind, std::string_view name) {
  const std::string folded = base::to_lower(name);
  for (const Provides& known : kProvides)
    if (known.kind == kind && known.name == folded) return known.extension;
  return "";
}

}  // namespace windlass::sql
