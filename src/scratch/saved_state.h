// What a scratch server held when it was stopped on purpose: the whole data folder, so that roles, settings
// of databases and their privileges are in it, too. A server can be started from it as often as wanted.
//
// Invariant: the file goes with the last owner of the state.
#pragma once

#include <filesystem>
#include <memory>
#include <set>
#include <string>

namespace windlass::scratch {

class SavedState {
 public:
  SavedState(std::filesystem::path pack, std::set<std::string> roles, std::set<std::string> databases);
  ~SavedState();
  SavedState(const SavedState&) = delete;
  SavedState& operator=(const SavedState&) = delete;

  const std::filesystem::path& pack() const { return pack_; }  ///< see scratch/pack.h
  /// The identities that the server had got to know (scratch/identity.h): never made again.
  const std::set<std::string>& roles() const { return roles_; }
  const std::set<std::string>& databases() const { return databases_; }

 private:
  std::filesystem::path pack_;
  std::set<std::string> roles_, databases_;
};

}  // namespace windlass::scratch
