// X2: a revision makes a part of its work durable before it is whole. What need not be durable is not: a
// commit of its own and an autocommit block that nothing needs go. What has to be gets the guarded form that
// takes what a killed run left, where it is what the revision makes.
#include <fmt/core.h>

#include <filesystem>

#include "base/text.h"
#include "fix/autocommit.h"
#include "fix/commits.h"
#include "fix/environment_source.h"
#include "fix/place.h"
#include "fix/re_runnable.h"

namespace windlass::fix {

namespace fs = std::filesystem;

Mended<Mend> hold_together(const Ground& ground) {
  const chain::Revision* revision = ground.revision();
  if (revision == nullptr) return another_kind();
  const PythonSource* source = WINDLASS_TRY(ground.sources.of(revision->file));
  const Node* upgrade = source->function("upgrade");
  if (upgrade == nullptr) return another_kind();
  Mend mend;
  std::vector<edit::Edit>& edits = mend.edits[source->file()];
  const std::vector<const Node*> own = commits_in(*source, *upgrade);
  if (parts_the_work(*source, own)) return another_kind();
  for (const Node* commit : own) edits.push_back(source->without(*commit));
  const bool commits = !edits.empty();
  bool blocks = false;
  for (const Node* block : autocommit_blocks(*source, *upgrade)) {
    if (block_is_needed(ground.evidence, *source, *block)) continue;
    for (edit::Edit& each : out_of_block(*source, *block)) {
      edits.push_back(std::move(each));
      blocks = true;
    }
  }
  if (edits.empty()) return another_kind();
  mend.summary = fmt::format("The revision is one transaction: {}.",
                             commits && blocks ? "its own commits and the autocommit block are taken out"
                             : commits         ? "its own commit is left to Alembic"
                                               : "nothing in the autocommit block needs to be outside of it");
  return mend;
}

Mended<Mend> guard_again(const Ground& ground) {
  const chain::Revision* revision = ground.revision();
  if (revision == nullptr) return not_mended("it is not known which revision it is");
  const PythonSource* env = WINDLASS_TRY(env_py(ground));
  const fs::path folder = fs::path(env->file()).parent_path();
  const fs::path from = fs::path(revision->file).parent_path();
  const std::string up = folder.lexically_relative(from.empty() ? "." : from).generic_string();
  const Guarded guarded = WINDLASS_TRY(fix::guarded(ground, *revision, up));
  if (!guarded.by_hand.empty()) return not_mended(guarded.by_hand.front());
  if (guarded.edits.empty()) return not_mended("nothing is left in the revision that could be guarded");
  Mend mend;
  mend.edits[revision->file] = guarded.edits;
  const std::string module = (folder / kGuardFile).string();
  if (const auto there = ground.sources.of(module); !there)
    mend.new_files[module] = guard_module();
  else if (!base::contains((*there)->text(), "windlass fix --idempotent"))
    return not_mended(fmt::format("there is a file {} already, of another origin", module));
  mend.summary = fmt::format("Run again, the revision goes on from what is there and is defined alike ({}).",
                             base::join(guarded.made, ", "));
  return mend;
}

}  // namespace windlass::fix
