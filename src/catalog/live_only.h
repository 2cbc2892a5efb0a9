// What only a read of a real database knows: where the other side of a comparison is a chain, whose facts
// come from event triggers, it is not compared.
#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "catalog/comparable.h"
#include "catalog/live_read.h"
#include "pg/connection.h"

namespace windlass::catalog {

/// The statements that ask for it, and their answers taken into `snapshot`: attributes and facts.
std::vector<std::string> live_only_sql(int server_major);
void add_live_only(const std::vector<pg::Rows>& answers, Snapshot& snapshot);

/// Takes it out of a read that is held against a chain; what may matter is noted in `unsaid`.
void leave_out_live_only(LiveRead& read, std::vector<Noted>& unsaid);

/// Makes it comparable: taken out where only one side was asked (`a_has`, `b_has`), and of the order of
/// columns only what both sides have said differently. What is taken out is noted in `both.unsaid`.
void settle_live_only(Comparable& both, bool a_has, bool b_has);

}  // namespace windlass::catalog
