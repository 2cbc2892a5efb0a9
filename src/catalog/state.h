// The facts of one database as they change: what effects are measured against.
//
// Invariants: a group is always whole (an event brings all facts of a group it
// reads); undoing in the reverse order of applying restores every fact.
#pragma once

#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "catalog/effect.h"
#include "catalog/event.h"
#include "catalog/fact.h"

namespace windlass::catalog {

class State {
 public:
  /// What one change replaced: the groups and their facts before it.
  struct Undo {
    std::vector<std::pair<std::string, std::vector<Fact>>> groups;
  };

  State() = default;
  explicit State(const Snapshot& snapshot);

  /// Takes the event in; what it changed. An object whose row stays but whose name changes is altered, with
  /// `renamed_from`. `undo`, when given, is extended by what brings the state back.
  std::vector<Effect> apply(const Event& event, Undo* undo = nullptr);

  /// A role got another name: owners and grantees in the definitions follow. No effect of its own.
  void rename_role(const std::string& from, const std::string& to, Undo* undo = nullptr);

  /// REASSIGN OWNED BY `from` TO `to`, which sends no event: what it changed.
  std::vector<Effect> reassign_owned(const std::set<std::string>& from, const std::string& to,
                                     Undo* undo = nullptr);

  /// Takes back what `undo` remembers; the changes must be undone latest first.
  void undo(const Undo& undo);

  Snapshot snapshot() const;

 private:
  const std::vector<Fact>& group(const std::string& name) const;
  void replace(const std::string& group, std::vector<Fact> facts);

  std::map<std::string, std::vector<Fact>> groups_;
  std::unordered_map<std::string, std::string> group_of_;  // a fact's id -> its group
};

}  // namespace windlass::catalog
