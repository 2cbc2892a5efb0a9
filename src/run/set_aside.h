// What a refused creation would have made, had its place been free: the commands that free it. The server
// then builds it, and everything is undone (record/rescue.h). Pure.
#pragma once

#include <string>
#include <vector>

#include "record/rescue.h"
#include "sql/targets.h"

namespace windlass::run {

/// What a statement creates by itself, not as a part of another: one object, or several columns and
/// constraints of one table. An ALTER TABLE that adds a column creates the column. None where it creates more
/// than that. A constraint may have no name.
std::vector<sql::Target> creations(const sql::Reading& reading);

/// Commands that take what `refusal` met out of its statement's place, for the statement to be run again and
/// all of it to be rolled back. None where the statement found no duplicate, where it creates objects that do
/// not belong to one table, and where its definition asks for nothing that could differ.
std::vector<std::string> set_aside(const record::Refusal& refusal);

}  // namespace windlass::run
