#include "diagnose/constraint_sort.h"

#include "base/text.h"

namespace windlass::diagnose {

std::string_view constraint_sort(const std::string& name) {
  const auto has = [&](std::string_view head, std::string_view tail) {
    return name.starts_with(head) || name.ends_with(tail);
  };
  if (has("uq_", "_key") || name.ends_with("_uniq") || name.ends_with("_unique")) return "UNIQUE";
  if (has("fk_", "_fkey") || name.ends_with("_fk")) return "FOREIGN KEY";
  if (has("pk_", "_pkey") || name.ends_with("_pk") || primary_of_mysql(name)) return "PRIMARY KEY";
  if (has("ck_", "_check") || name.starts_with("chk_")) return "CHECK";
  return "";
}

bool primary_of_mysql(const std::string& name) { return base::to_lower(name) == "primary"; }

}  // namespace windlass::diagnose
