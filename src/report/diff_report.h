// Two databases (or what stands for one) compared: what the renderers of a diff read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "catalog/comparable.h"
#include "catalog/compare.h"
#include "run/turn.h"

namespace windlass::report {

/// One of the two that are compared.
struct DiffSide {
  std::string kind;                       ///< "url", "snapshot", "chain", "sql"
  std::string name;                       ///< as the user named it, without a password
  std::string server;                     ///< version; empty where none was asked
  std::string fingerprint;                ///< catalog::fingerprint()
  std::vector<std::string> remarks = {};  ///< of SQL: what was made up to load it, and what was passed over
};

struct DiffReport {
  DiffSide a, b;
  /// Read from A to B: "created" is only in B, "dropped" only in A.
  std::vector<catalog::Difference> differences;
  std::vector<catalog::Noted> not_compared, renderings, unsaid;  ///< see catalog::Comparable
  std::optional<run::Turned> turned = {};  ///< where the statements that turn A into B are wanted

  /// "different"; "incomplete" where none was found, and not all of the schema could be seen; "equal".
  std::string verdict() const;
};

}  // namespace windlass::report
