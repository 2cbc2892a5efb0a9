// SQL that changes the labels of an enum type.
#pragma once

#include <string>

#include "catalog/object.h"

namespace windlass::diagnose {

/// ALTER TYPE ... ADD VALUE IF NOT EXISTS; `type` as the catalog names it ("public.status"), quoted where SQL
/// needs it, its schema named unless it is public.
std::string add_label_sql(const catalog::Object& type, const std::string& label);
/// ALTER TYPE ... RENAME VALUE.
std::string rename_label_sql(const catalog::Object& type, const std::string& from, const std::string& to);

}  // namespace windlass::diagnose
