// What to write instead, for enum types: lines of Python with the project's own names and labels.
#pragma once

#include <string>
#include <vector>

#include "diagnose/context.h"

namespace windlass::diagnose {

struct EnumText {
  /// What the source calls the type at the place where it is written; empty where it is written in place.
  std::string variable;
  std::string declaration;  ///< [level = ]postgresql.ENUM("A", "B", name="level", create_type=False)
  std::string create;       ///< level.create(op.get_bind())
  std::string drop;         ///< level.drop(op.get_bind())
};

/// `labels` empty: "..." stands in their place. `seen`: where the project writes the type, or nullptr.
/// `user`: the place at which `create` is to stand; a variable that cannot be known there is not used.
EnumText enum_text(const Context& context, const Name& type, const std::vector<std::string>& labels,
                   const run::EnumSeen* seen, const base::Location& user);

/// The labels that `text` gives the type; empty where it gives none.
std::vector<std::string> labels_in(const std::string& text, const std::string& type_name);

/// A step of the advice on a type created twice.
inline constexpr const char* kTheyDiffer =
    "First decide which of the two definitions is the right one: they differ.";

inline constexpr const char* kImportPostgresql = "from sqlalchemy.dialects import postgresql";

}  // namespace windlass::diagnose
