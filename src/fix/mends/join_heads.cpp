// G2, G6: several heads, and nothing that tells them apart: one revision that follows them all.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "fix/mend.h"

namespace windlass::fix {

namespace {

/// The heads that the finding's advice joins; empty where it leaves them apart.
std::vector<std::string> heads_to_join(const Ground& ground) {
  constexpr std::string_view kCommand = "alembic merge ";
  for (const std::string& step : ground.finding.fix.steps) {
    if (!step.starts_with(kCommand)) continue;
    const size_t end = step.find(" -m ");
    const std::string named = step.substr(kCommand.size(), end - kCommand.size());
    return named == "heads" ? ground.evidence.chain.heads : base::split(named, ' ');
  }
  return {};
}

std::string listed(const std::vector<std::string>& ids) {
  return base::join({ids.begin(), ids.end() - 1}, ", ") + " and " + ids.back();
}

}  // namespace

Mended<Mend> join_heads(const Ground& ground) {
  const chain::Chain& chain = ground.evidence.chain;
  if (chain.bases.size() > 1)
    return not_mended(
        "the chain has several beginnings as well, and whether one of them was to follow another revision is "
        "for a person to decide");
  std::vector<std::string> heads = heads_to_join(ground);
  std::sort(heads.begin(), heads.end());  // the tool tells them in any order
  if (heads.size() < 2) return not_mended("the branches bear labels, by which they are told apart");
  // Of four there may be two pairs, each on a branch of its own.
  if (heads.size() > 3 && heads.size() != chain.heads.size())
    return not_mended("which of the heads belong to one branch is for a person to decide");
  if (!ground.new_revision) return not_mended("no revision can be written here");
  chain::NewRevision merge;
  merge.message = "merge " + listed(heads);
  merge.parents = heads;
  auto written = ground.new_revision(merge);
  if (!written)
    return not_mended(fmt::format("the merge revision could not be written: {}", written.error().got));
  Mend mend;
  mend.new_files[written->file] = std::move(written->text);
  mend.summary =
      fmt::format("Revision {}, as `alembic merge` writes it, follows {}.", written->id, listed(heads));
  return mend;
}

}  // namespace windlass::fix
