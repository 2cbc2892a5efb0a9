// `prove --since REVISION`: what windlass.lock vouches for, so that it is not run again.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "cli/lock_file.h"
#include "run/evidence.h"
#include "run/proven.h"
#include "run/repair_run.h"

namespace windlass::cli {

struct Since {
  run::Proven proven;
  std::vector<std::string> ids;                  ///< the revisions that are meant
  std::map<run::Scenario, std::string> whole;    ///< run from the beginning all the same: why
  std::map<run::Scenario, std::string> not_run;  ///< not run at all: why
};

struct SinceAsked {
  std::string revision;                           ///< as the user named it
  const LockFile& lock;                           ///< what lies there
  std::string lock_file;                          ///< its name
  std::vector<run::Scenario> required;            ///< scenarios that the proof needs
  const std::vector<run::RepairScript>& scripts;  ///< of `hybrid`
  std::filesystem::path project;
};

/// The lock that there must be for it: whole, and not wrongly signed.
base::Result<LockFile> lock_for_since(const std::string& revision, const std::filesystem::path& file,
                                      const std::filesystem::path& project);

/// What need not be run after the clean run `clean`. Nothing, where that did not come to the chain. An error
/// where the lock does not stand for the revisions: it says which one was changed, and what else.
base::Result<Since> since_of(const SinceAsked& asked, const run::Evidence& clean);

/// The scripts among the lock's inputs.
void add_scripts(const std::vector<run::RepairScript>& scripts, lock::Lock& lock);

}  // namespace windlass::cli
