// The query that finds, in a real database, the rows that a statement would be refused for. Pure.
#pragma once

#include <string>

#include "diagnose/cases/refused_rows.h"

namespace windlass::diagnose {

bool in_public(const RefusedRows& refused);

/// The table as SQL names it; "the_table" where it is not known.
std::string qualified(const RefusedRows& refused);

/// One statement with its semicolon; empty where none can be said. `statement` failed with class 22 or 23.
std::string query_for(const RefusedRows& refused, const record::Statement& statement);

}  // namespace windlass::diagnose
