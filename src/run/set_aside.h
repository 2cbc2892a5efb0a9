// What a refused creation would have made, had its place been free: the commands that free it. The server
// then builds it, and everything is undone (record/rescue.h). Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "record/rescue.h"
#include "sql/targets.h"

namespace windlass::run {

/// The one object that a statement creates by itself, not as a part of another; none where it creates several
/// or nothing. An ALTER TABLE that adds a column creates the column.
std::optional<sql::Target> sole_creation(const sql::Reading& reading);

/// Commands that take the object that `refusal` met out of its statement's place, for the statement to be run
/// again and all of it to be rolled back. None where the statement found no duplicate, where it names more
/// than one object, and where its definition asks for nothing that could differ.
std::vector<std::string> set_aside(const record::Refusal& refusal);

}  // namespace windlass::run
