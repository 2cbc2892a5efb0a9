#include "run/change_log.h"

#include <algorithm>

namespace windlass::run {

std::vector<catalog::Effect> ChangeLog::enter(Entry& entry) {
  entry.undo = {};
  if (entry.event) return state_.apply(*entry.event, &entry.undo);
  if (!entry.owners.empty()) return state_.reassign_owned(entry.owners, entry.to, &entry.undo);
  state_.rename_role(entry.from, entry.to, &entry.undo);
  return {};
}

std::pair<size_t, std::vector<catalog::Effect>> ChangeLog::apply(const catalog::Event& event) {
  Entry entry;
  entry.event = &event;
  auto effects = enter(entry);
  entries_.push_back(std::move(entry));
  return {entries_.size() - 1, std::move(effects)};
}

size_t ChangeLog::rename_role(std::string from, std::string to) {
  Entry entry;
  entry.from = std::move(from);
  entry.to = std::move(to);
  enter(entry);
  entries_.push_back(std::move(entry));
  return entries_.size() - 1;
}

std::pair<size_t, std::vector<catalog::Effect>> ChangeLog::reassign_owned(std::set<std::string> from,
                                                                          std::string to) {
  Entry entry;
  entry.owners = std::move(from);
  entry.to = std::move(to);
  auto effects = enter(entry);
  entries_.push_back(std::move(entry));
  return {entries_.size() - 1, std::move(effects)};
}

void ChangeLog::set_alive(const std::vector<size_t>& numbers, bool alive) {
  std::vector<size_t> changing;
  for (const size_t number : numbers)
    if (entries_[number].alive != alive) changing.push_back(number);
  if (changing.empty()) return;
  const size_t first = *std::min_element(changing.begin(), changing.end());
  for (size_t i = entries_.size(); i-- > first;)
    if (entries_[i].alive) state_.undo(entries_[i].undo);
  for (const size_t number : changing) entries_[number].alive = alive;
  for (size_t i = first; i < entries_.size(); ++i)
    if (entries_[i].alive) enter(entries_[i]);
}

}  // namespace windlass::run
