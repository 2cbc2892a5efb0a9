// The changes of one database, in order, each of which can be taken out again
// (a rollback) or put back in, whatever came after it.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "catalog/state.h"

namespace windlass::run {

class ChangeLog {
 public:
  explicit ChangeLog(const catalog::Snapshot& start) : state_(start) {}

  /// Applies a report; returns its number and what it changed. `event` must outlive the log.
  std::pair<size_t, std::vector<catalog::Effect>> apply(const catalog::Event& event);
  /// A role got another name.
  size_t rename_role(std::string from, std::string to);

  /// REASSIGN OWNED; its number and what it changed.
  std::pair<size_t, std::vector<catalog::Effect>> reassign_owned(std::set<std::string> from, std::string to);

  /// Takes out (or puts back in) the changes of these numbers; a change that is so already stays so.
  void set_alive(const std::vector<size_t>& numbers, bool alive);
  bool alive(size_t number) const { return entries_[number].alive; }

  catalog::Snapshot snapshot() const { return state_.snapshot(); }

 private:
  struct Entry {
    const catalog::Event* event = nullptr;  ///< nullptr: roles
    std::string from, to;                   ///< a role's new name
    std::set<std::string> owners;           ///< not empty: what these own goes to `to`
    bool alive = true;
    catalog::State::Undo undo;
  };
  std::vector<catalog::Effect> enter(Entry& entry);

  catalog::State state_;
  std::vector<Entry> entries_;
};

}  // namespace windlass::run
