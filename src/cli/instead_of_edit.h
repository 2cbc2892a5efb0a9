// windlass fix --new-revision: released revisions stay as they are, and a new one behind the heads brings
// every database to the catalog that the edited chain would make.
//
// Written only for a chain that runs to its head as it was released: what a database holds that has run it
// is known then, and a clean database comes to the same by the same statements.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/whole_check.h"
#include "fix/fixed.h"
#include "fix/mend.h"
#include "fix/proof.h"
#include "run/project_copy.h"

namespace windlass::cli {

struct InsteadGround {
  run::ProjectCopy& copy;
  fix::RevisionWriter new_revision;
  std::function<base::Result<WholeCheck>()> check_copy;
  std::function<fix::Checked(const WholeCheck&)> checked_of;
  std::filesystem::path project;  ///< the original
  std::filesystem::path folder;   ///< for states
};

/// A mend that holds and edits released revisions, or comes behind them. The copy has it.
struct EditOfReleased {
  const diagnose::Finding& finding;
  const fix::Mend& mend;
  const fix::Judged& judged;                            ///< of the mend
  const WholeCheck& before;                             ///< of the copy without it; its clean run ended well
  const WholeCheck& after;                              ///< with it
  const std::map<std::string, std::string>& old_texts;  ///< of its files, without it
  std::vector<std::string> revisions;                   ///< released ones that it edits; ids
  std::string by;                                       ///< who says so
};

struct Instead {
  /// The new revision, proven; the copy has it in the edit's place. Without it the copy is as before the
  /// edit.
  std::optional<fix::Mend> mend;
  std::optional<WholeCheck> check;  ///< of the copy with it
  fix::Judged judged;
  fix::InsteadOfEdit told;
  std::string not_written;  ///< why there is none, as a clause
  int interrupted = 0;      ///< the signal that ended it early
};

/// A mend that edits nothing: a revision with `statements` behind the head that has `revisions` behind it.
fix::Mended<fix::Mend> revision_behind(const fix::RevisionWriter& write, const chain::Chain& chain,
                                       const diagnose::Finding& finding,
                                       const std::vector<std::string>& revisions,
                                       const std::vector<std::string>& statements);

/// Of a mend that leads to another catalog, or says what is to be done afterwards.
base::Result<Instead> write_instead(const InsteadGround& ground, const EditOfReleased& edit);

}  // namespace windlass::cli
