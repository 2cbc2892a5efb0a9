// What a scratch server held at one moment: the whole data folder, so that roles, settings of databases and
// their privileges are in it, too. A server can be started from it as often as wanted.
//
// Invariant: the file goes with the last owner of the state.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "scratch/common_files.h"

namespace windlass::scratch {

/// Databases whose files stand elsewhere.
struct CommonDatabases {
  std::shared_ptr<CommonFiles> files;
  std::map<std::string, std::string> oids;  ///< name -> number
};

class SavedState {
 public:
  SavedState(std::filesystem::path pack, std::set<std::string> roles, std::set<std::string> databases,
             CommonDatabases common)
      : pack_(std::move(pack)),
        roles_(std::move(roles)),
        databases_(std::move(databases)),
        common_(std::move(common)) {}
  ~SavedState();
  SavedState(const SavedState&) = delete;
  SavedState& operator=(const SavedState&) = delete;

  const std::filesystem::path& pack() const { return pack_; }  ///< see scratch/pack.h
  /// The identities that the server had got to know (scratch/identity.h): never made again.
  const std::set<std::string>& roles() const { return roles_; }
  const std::set<std::string>& databases() const { return databases_; }
  /// What is not in the pack.
  const CommonDatabases& common() const { return common_; }

 private:
  std::filesystem::path pack_;
  std::set<std::string> roles_, databases_;
  CommonDatabases common_;
};

}  // namespace windlass::scratch
