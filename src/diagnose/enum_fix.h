// What to write instead, for enum types: lines of Python with the project's own names and labels.
#pragma once

#include <string>
#include <vector>

#include "diagnose/context.h"

namespace windlass::diagnose {

struct EnumText {
  std::string variable;     ///< a Python name made of the type's name
  std::string declaration;  ///< level = postgresql.ENUM("A", "B", name="level", create_type=False)
  std::string create;       ///< level.create(op.get_bind())
  std::string drop;         ///< level.drop(op.get_bind())
};

/// `labels` empty: "..." stands in their place.
EnumText enum_text(const Name& type, const std::vector<std::string>& labels);

/// The labels that `text` gives the type; empty where it gives none.
std::vector<std::string> labels_in(const std::string& text, const std::string& type_name);

inline constexpr const char* kImportPostgresql = "from sqlalchemy.dialects import postgresql";

}  // namespace windlass::diagnose
