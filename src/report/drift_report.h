// A drift as its renderers read it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "diagnose/finding.h"
#include "drift/data_questions.h"
#include "drift/drift.h"

namespace windlass::report {

/// What `upgrade` would do now: tried on a twin of the database, without rows.
struct UpgradeTried {
  std::string verdict = "not-run";  ///< "passes", "fails", "not-run"
  std::string because;              ///< it was not run, or there was nothing to run
  std::string failed;               ///< the revision that it stops in; empty where that is none
  std::vector<std::string> ran;     ///< revisions that it came through
  std::vector<diagnose::Finding> findings;
  std::vector<std::string> remarks;  ///< how the twin is not like the database
};

/// Rows of the database that stand in the way of the chain.
struct DataDanger {
  drift::DataQuestion question;
  int64_t rows = 0;  ///< of kMostRowsCounted: that many at least
};

/// What --inspect-data found.
struct DataInspected {
  bool asked = false;
  size_t questions = 0;  ///< that were answered
  std::vector<DataDanger> dangers;
  std::vector<drift::NotAsked> not_asked;  ///< also what was asked and not answered
};

struct DriftReport {
  std::string database;        ///< as the user named it, without a password
  std::string server;          ///< its version
  std::string scratch_server;  ///< version of the one that the chain ran on
  std::string claim;           ///< --claim; empty: none
  drift::Drift drift;
  UpgradeTried upgrade;
  DataInspected data;
  std::vector<std::string> remarks;  ///< sentences about what could not be looked at

  /// 0: nothing to say against it; 1: it is not where it says, or nowhere, or an upgrade of it fails, or rows
  /// stand in the way; 3: not everything could be seen.
  int exit_status() const;
};

}  // namespace windlass::report
