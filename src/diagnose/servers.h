// One list of what a chain's runs on several servers found. Pure.
#pragma once

#include <cstddef>
#include <vector>

#include "diagnose/diagnose.h"
#include "diagnose/finding.h"

namespace windlass::diagnose {

/// What one server's runs found; `place` is the server's among those asked for.
struct FoundOnServer {
  size_t place = 0;
  std::vector<Finding> findings;
};

/// Findings of equal fingerprint are one, which names its servers; a root on any of them is a root. Roots
/// first, numbered from 1.
std::vector<Finding> merge_servers(std::vector<FoundOnServer> each);

/// Broken where one is; sound only where all are, and each that was asked for could be run.
Verdict verdict_of_servers(const std::vector<Verdict>& each, bool all_ran);

}  // namespace windlass::diagnose
