// What SQLAlchemy's reflection raises where a table is not there: the server was only asked of its catalogs,
// and refused nothing. Pure.
#pragma once

#include <optional>

#include "record/recording.h"
#include "run/evidence.h"

namespace windlass::diagnose {

/// NoSuchTableError as the server would have said it of a statement (42P01); nullopt for every other
/// exception.
std::optional<record::ServerMessage> missing_table(const run::PythonException& exception);

}  // namespace windlass::diagnose
