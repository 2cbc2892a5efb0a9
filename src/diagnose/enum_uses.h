// The enum types that the source gives its columns, with the labels it gives them there, each brought
// together with the statement that was sent and with what the type was at that moment.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "diagnose/context.h"

namespace windlass::diagnose {

struct DeclaredEnum {
  /// "column" (a column was given the type), "create" (create() was called), "block" (a DO block that creates
  /// the type where it is not there).
  std::string how;
  Name name;  ///< as the source has it
  std::vector<std::string> labels;
  const record::Statement* statement = nullptr;
  base::Location at;
  std::string revision;
  std::string column;       ///< of "column": the object's name
  std::string column_type;  ///< as the catalog has it, of an array the element's
};

/// In the order of their statements. Those whose statement failed, was undone or is not known are left out,
/// and so are those without labels: they refer to a type and do not describe it.
std::vector<DeclaredEnum> declared_enums(const Context& context);

/// Whether `object`, of a schema, is what the catalog calls `type_text` ("app.mood", "\"Mood\"").
bool is_called(const catalog::Object& object, const std::string& type_text);

/// Whether the column has that type at the end of the run.
bool still_has_type(const Context& context, const DeclaredEnum& declared);

}  // namespace windlass::diagnose
