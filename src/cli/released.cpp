#include "cli/released.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "chain/named.h"
#include "cli/lock_file.h"
#include "lock/make.h"

namespace windlass::cli {

namespace {

constexpr std::string_view kUnknown = "unknown", kNotNeeded = "not-needed", kNotWritten = "not-written";

std::string revisions_in_words(const std::vector<std::string>& ids) {
  return (ids.size() == 1 ? "revision " : "revisions ") + base::join(ids, ", ");
}

std::string catalog_of(const lock::Lock& lock, const std::string& id) {
  for (const lock::LockedRevision& each : lock.revisions)
    if (each.id == id) return each.catalog;
  return {};
}

/// "FORMAT:MAJOR" of a fingerprint: what two of them must share to be held against each other.
std::string_view kind_of(std::string_view fingerprint) {
  const size_t at = fingerprint.find(":sha256:");
  return at == std::string_view::npos ? std::string_view() : fingerprint.substr(0, at);
}

}  // namespace

base::Result<Released> Released::find(const std::string& option, bool must, const ProjectAtHand& at_hand,
                                      const chain::Chain& chain) {
  Released released;
  const std::filesystem::path file = lock_path(at_hand.project);
  released.lock_name_ = base::relative_to(file, at_hand.project.project);
  auto lock = read_lock(file, at_hand.project.project);
  if (!lock && must) return base::fail(std::move(lock).error());
  if (lock && *lock) released.lock_ = std::move((*lock)->lock);
  const bool configured = option.empty() && !at_hand.config.released.empty();
  const std::string& name = configured ? at_hand.config.released : option;
  std::set<std::string> ids;
  if (!name.empty()) {
    auto named = chain::revisions_named(chain, name, "find the revision that was released");
    if (!named) {
      if (configured)
        named.error().hint += fmt::format(" It stands in {}: [fix] released.",
                                          base::relative_to(at_hand.config.file, at_hand.project.project));
      return base::fail(std::move(named).error());
    }
    ids = chain::Ancestry(chain).with_ancestors(*named);
    released.by_ =
        configured ? base::relative_to(at_hand.config.file, at_hand.project.project) : "--released " + option;
  } else if (released.lock_) {
    ids = lock::ids_of(*released.lock_);
    released.by_ = released.lock_name_;
  } else if (must) {
    return base::fail(
        {"write new revisions in place of edits (--new-revision)", "this chain",
         "nothing says which revisions were released",
         fmt::format("Say --released REVISION, or [fix] released in windlass.toml; or let `windlass "
                     "prove` write {} for what you release.",
                     released.lock_name_),
         base::Exit::Usage});
  }
  for (const chain::Revision& revision : chain.revisions)
    if (ids.contains(revision.id)) released.ids_[revision.file] = revision.id;
  return released;
}

std::vector<std::string> Released::among(const std::vector<std::string>& files) const {
  std::vector<std::string> ids;
  for (const std::string& each : files)
    if (const auto found = ids_.find(each); found != ids_.end()) ids.push_back(found->second);
  return ids;
}

void Released::mark(fix::Patch& patch) const {
  const auto found = ids_.find(patch.file);
  if (found == ids_.end()) return;
  patch.released = found->second;
  patch.released_by = by_;
}

std::vector<std::string> Released::locked_tips() const {
  std::set<std::string> released;
  for (const auto& [file, id] : ids_) released.insert(id);
  std::set<std::string> tips;
  for (const lock::LockedRevision& each : lock_->revisions)
    if (released.contains(each.id)) tips.insert(each.id);
  for (const lock::LockedRevision& each : lock_->revisions)
    if (released.contains(each.id))
      for (const std::string& parent : each.parents) tips.erase(parent);
  return {tips.begin(), tips.end()};
}

Released::Known Released::known_to_lock(const std::vector<std::string>& edited,
                                        const run::Evidence& mended) const {
  if (!lock_ || !run::succeeded(mended) || !mended.after_read) return Known::No;
  const std::vector<std::string> tips = locked_tips();
  const auto known = chain::Ancestry(lock::chain_of(*lock_)).with_ancestors(tips);
  if (std::any_of(edited.begin(), edited.end(), [&](const auto& each) { return !known.contains(each); }))
    return Known::No;
  const lock::Lock now = lock::make_lock(mended);
  bool same = true;
  for (const std::string& each : tips) {
    const std::string was = catalog_of(*lock_, each), is = catalog_of(now, each);
    if (kind_of(was).empty() || kind_of(was) != kind_of(is)) return Known::No;
    same = same && was == is;
  }
  return same ? Known::Same : Known::Other;
}

std::string Released::last_before_others(const chain::Chain& chain) const {
  std::set<std::string> tips, followed;
  for (const auto& [file, id] : ids_) tips.insert(id);
  const std::set<std::string> released = tips;
  for (const chain::Revision& each : chain.revisions)
    for (const std::string& parent : each.parents) {
      if (released.contains(each.id)) tips.erase(parent);
      if (!released.contains(each.id)) followed.insert(parent);
    }
  return tips.size() == 1 && followed.contains(*tips.begin()) ? *tips.begin() : std::string();
}

bool Released::lock_agrees(const run::Evidence& run) const {
  std::vector<std::string> all;
  for (const auto& [file, id] : ids_) all.push_back(id);
  return known_to_lock(all, run) == Known::Same;
}

void Released::settle(fix::Fixed& fixed, const run::Evidence& mended) const {
  std::vector<std::string> edited;
  std::string because;
  int finding = 0;
  for (const fix::Patch& each : fixed.patches) {
    if (each.no_new_revision.verdict != kUnknown) continue;
    if (edited.empty()) finding = each.findings.front(), because = each.no_new_revision.because;
    if (!base::contains(edited, each.released)) edited.push_back(each.released);
  }
  if (edited.empty()) return;
  const Known known = known_to_lock(edited, mended);
  if (known != Known::No) {
    const std::string tips = revisions_in_words(locked_tips());
    because = known == Known::Same
                  ? fmt::format("behind {} the mended chain makes the catalog that {} knows of it", tips,
                                lock_name_)
                  : fmt::format(
                        "behind {} the mended chain makes another catalog than {} knows of it, and "
                        "what differs is not seen from here",
                        tips, lock_name_);
  }
  for (fix::Patch& each : fixed.patches)
    if (known != Known::No && each.no_new_revision.verdict == kUnknown)
      each.no_new_revision = {std::string(known == Known::Same ? kNotNeeded : kNotWritten), because};
  if (known == Known::Same) return;
  fixed.instructions.push_back(
      {finding,
       because,
       edited,
       by_,
       {"Once the patches are applied, hold each of these databases against the chain:",
        "windlass drift --url URL",
        "What it names has to come to them by a revision behind the heads, which changes nothing in a "
        "database "
        "that has it already."}});
}

}  // namespace windlass::cli
