// Definitions of constraints, indexes and defaults, in a form in which equal meaning is equal text: what a
// comparison of two tables goes by. Pure.
#pragma once

#include <string>

namespace windlass::diagnose {

/// CREATE INDEX without the index's name: "UNIQUE ON public.users USING btree (email)".
std::string index_meaning(const std::string& definition);

/// What makes rows unique, of a UNIQUE constraint or a plain unique index alike: "(email)"; empty for any
/// other. A constraint and an index over the same columns refuse the same rows.
std::string unique_columns(const std::string& definition);

/// A PRIMARY KEY or UNIQUE constraint with its columns in the order of their names; empty for any other. Two
/// that are equal so refuse the same rows: the order of the columns is their index's business.
std::string key_in_any_order(const std::string& definition);

/// A foreign key without what it does on delete and update, and when it is checked.
std::string reference_of(const std::string& definition);

/// A constraint's definition without "NOT VALID"; of a check, also without the casts between text types that
/// PostgreSQL writes by the column's type, and with lists of values sorted.
std::string constraint_meaning(const std::string& definition);

/// A default's expression, the clock's several names as one, and without the cast to the column's own type.
std::string default_meaning(const std::string& expression);

/// Whether every value of type `model` fits a column of type `head`, in form and length.
bool holds_all_of(const std::string& head, const std::string& model);

}  // namespace windlass::diagnose
