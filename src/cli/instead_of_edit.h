// windlass fix --new-revision: released revisions stay as they are, and a new one behind the heads brings
// every database to the catalog that the edited chain would make.
//
// Written only for a chain that runs as it was released: what a database holds that has run it is known then,
// and a clean database comes to the same by the same statements. Where only revisions that are not released
// keep the chain from its head, the new one goes before them: a released database cannot run them, either.
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
  fix::Sources& sources;
  std::function<base::Result<WholeCheck>()> check_copy;
  std::function<fix::Checked(const WholeCheck&)> checked_of;
  std::filesystem::path project;  ///< the original
  std::filesystem::path folder;   ///< for states
};

/// A mend that holds and edits released revisions, or comes behind them. The copy has it.
struct EditOfReleased {
  const diagnose::Finding& finding;
  const fix::Mend& mend;
  const fix::Judged& judged;                                       ///< of the mend
  const WholeCheck& before;                                        ///< of the copy without it
  const WholeCheck& after;                                         ///< with it
  const std::map<std::string, std::string>&old_texts, &new_texts;  ///< of its files
  /// The last released revision, where what follows it breaks the chain; empty: the chain runs.
  std::string last;
  std::vector<std::string> revisions;  ///< released ones that it edits; ids
  std::string by;                      ///< who says so
};

struct Instead {
  /// The new revision, proven; the copy has it in the edit's place. Where there is none the copy has no edit,
  /// either, but with `last`: a clean database needs it.
  std::optional<fix::Mend> mend;
  std::optional<WholeCheck> check;                          ///< of the copy with it
  std::map<std::string, std::string> old_texts, new_texts;  ///< of its files
  fix::Judged judged;
  fix::InsteadOfEdit told;
  std::string not_written;  ///< why there is none, as a clause
  bool not_needed = false;  ///< with `last`: the edit leads to the same catalog there
  bool unknown = false;     ///< with `last`: the released chain does not run
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
