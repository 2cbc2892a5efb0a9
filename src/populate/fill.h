// Puts rows into every table of a database.
//
// Invariants: each row is in by itself, checks that were put off included; a table that takes none is named
// with what refused it, and hinders no other; sequences are left where they are, and no number near them is
// used.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "pg/connection.h"
#include "populate/mentions.h"
#include "populate/rows.h"

namespace windlass::populate {

struct FillOrder {
  Strength strength = Strength::Plain;
  Hints hints;
  std::vector<std::string> leave_out;  ///< tables, by name with or without their schema
  /// These tables alone, by name without their schema, with those that they refer to, those that refer to
  /// them, and what these others cannot have a row without; absent: all tables.
  std::optional<std::set<std::string>> only = std::nullopt;
  std::chrono::milliseconds time{20'000};  ///< for all of it; what is not done by then is named so
};

/// `connection` is a superuser's; its timeouts are set. Fails where the structure cannot be read or the
/// connection is lost.
base::Result<Rows> fill(pg::Connection& connection, const FillOrder& order);

}  // namespace windlass::populate
