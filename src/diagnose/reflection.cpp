#include "diagnose/reflection.h"

#include <fmt/core.h>

namespace windlass::diagnose {

std::optional<record::ServerMessage> missing_table(const run::PythonException& exception) {
  if (!exception.type.ends_with("sqlalchemy.exc.NoSuchTableError") || exception.message.empty()) return {};
  record::ServerMessage error;
  error.severity = "ERROR";
  error.sqlstate = "42P01";
  error.message = fmt::format("relation \"{}\" does not exist", exception.message);
  return error;
}

}  // namespace windlass::diagnose
