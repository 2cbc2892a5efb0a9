// Two reads made ready to be compared: what one of them could not see, or what only the servers' versions say
// differently, is no difference between the databases.
#pragma once

#include <string>
#include <vector>

#include "catalog/live_read.h"

namespace windlass::catalog {

struct Comparable {
  Snapshot a, b;  ///< as they were, but for what is named below
  /// What was not compared, and why: somebody may not see it, or windlass knows no such kind. What is equal
  /// then is equal as far as it was seen.
  std::vector<Noted> not_compared;
  /// What two major versions render, or default, differently, and is the same.
  std::vector<Noted> renderings;
  /// What a chain leaves to whoever sets a database up, and so is no difference: privileges that it grants
  /// nobody, versions of extensions.
  std::vector<Noted> unsaid = {};
};

/// Whether all of the schema was compared: what is noted of data (large objects are rows) leaves nothing open
/// that anything else is compared of, either.
bool compared_whole(const std::vector<Noted>& not_compared);

/// What is to be compared at all.
struct Wanted {
  bool owners = true, privileges = true, comments = true, column_order = true;
};

/// Whether servers of these majors mean the same by two definitions of one object.
bool same_definition(const Object& object, const std::string& a, int major_a, const std::string& b,
                     int major_b);

/// `a_name`, `b_name`: what the reasons call the two.
Comparable made_comparable(const LiveRead& a, const LiveRead& b, const std::string& a_name,
                           const std::string& b_name, const Wanted& wanted = {});

}  // namespace windlass::catalog
