// A column filled in batches, each committed by itself, as lines of a revision. Pure.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "fix/table_then.h"

namespace windlass::fix {

struct Backfill {
  std::string op = "op", sa = "sa";  ///< what the revision calls them
  TableThen table;
  std::string column;
  std::string table_sql;      ///< as SQL names it where the revision runs
  std::string value;          ///< an SQL expression
  bool value_decided = true;  ///< false: `value` stands for what a person has to decide
};

/// Names of Python that the lines use.
inline constexpr std::array<std::string_view, 7> kNamesOfBatches = {"value", "fill",  "connection", "keys",
                                                                    "first", "after", "pages"};

/// Every row that holds NULL there gets the value: within an autocommit block, by ranges of the primary key
/// (of pages, where the table has none), and at last all that is left. Can be run again where it was cut off.
std::vector<std::string> in_batches(const Backfill& backfill);

/// `in_batches`, and then NOT NULL without a scan under a lock that stops everything: by a CHECK that is
/// added NOT VALID and validated first. `alter`: the operation that makes it NOT NULL.
std::vector<std::string> in_batches_and_not_null(const Backfill& backfill, const std::string& alter);

}  // namespace windlass::fix
