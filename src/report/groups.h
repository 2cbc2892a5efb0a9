// Findings as a person takes them in: each root with what follows from it.
#pragma once

#include <vector>

#include "diagnose/finding.h"

namespace windlass::report {

struct Group {
  const diagnose::Finding* root = nullptr;
  std::vector<const diagnose::Finding*> followers;  ///< also those that follow from a follower
  /// Of a remark (severity info): the later ones that say the same of other objects. One who has read the
  /// first knows them.
  std::vector<const diagnose::Finding*> alike = {};
};

/// Of the findings that count, in their order. What follows from none of them (its root is suppressed, known
/// or not shown) leads a group of its own.
std::vector<Group> grouped(const std::vector<diagnose::Finding>& findings);

}  // namespace windlass::report
