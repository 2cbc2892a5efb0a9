// G4: an id that does not fit into alembic_version.version_num, a varchar(32).
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "fix/place.h"
#include "fix/revision_names.h"

namespace windlass::fix {

namespace {

constexpr size_t kLongest = 32;

/// The longest beginning that fits, cut where a word ends if one ends in its second half; no other
/// revision's.
std::string shortened(const std::string& id, const chain::Chain& chain) {
  std::string text = id.substr(0, kLongest);
  const size_t cut = text.find_last_of("_-");
  if (id[kLongest] != '_' && id[kLongest] != '-' && cut != std::string::npos && cut >= kLongest / 2)
    text.resize(cut);
  while (!text.empty() && (text.back() == '_' || text.back() == '-')) text.pop_back();
  for (int n = 2; chain.find(text) != nullptr; ++n) {
    const std::string end = fmt::format("_{}", n);
    text = text.substr(0, kLongest - end.size()) + end;
  }
  return text;
}

}  // namespace

Mended<Mend> shorten_revision_id(const Ground& ground) {
  const chain::Revision* revision = ground.revision();
  if (revision == nullptr || revision->id.size() <= kLongest)
    return not_mended("it is not known which revision it is");
  const std::string& id = revision->id;
  if (!base::is_utf8(id) || std::any_of(id.begin(), id.end(), [](char c) { return (c & 0x80) != 0; }))
    return not_mended("the id has other letters than ASCII");
  const std::string by = shortened(id, ground.evidence.chain);
  Mend mend;
  const PythonSource* own = WINDLASS_TRY(ground.sources.of(revision->file));
  mend.edits[revision->file] = with_other_id(*own, {"revision"}, id, by);
  if (mend.edits[revision->file].empty())
    return not_mended(fmt::format("{} does not write its id as one literal", revision->file));
  for (const chain::Revision& other : ground.evidence.chain.revisions) {
    const bool refers = base::contains(other.parents, id) || base::contains(other.depends_on, id);
    if (!refers) continue;
    const PythonSource* source = WINDLASS_TRY(ground.sources.of(other.file));
    std::vector<edit::Edit>& edits = mend.edits[other.file];
    edits = with_other_id(*source, {"down_revision", "depends_on"}, id, by);
    if (edits.empty())
      return not_mended(fmt::format("{} does not write its parent as a literal", other.file));
  }
  mend.summary = fmt::format(
      "Revision {} is called {}, which fits into the version table. A database that is there already must be "
      "told: "
      "UPDATE alembic_version SET version_num = '{}' WHERE version_num = '{}'.",
      id, by, by, id);
  return mend;
}

}  // namespace windlass::fix
