// E5: a downgrade that leaves its types behind.
#include <fmt/core.h>

#include "base/text.h"
#include "catalog/object.h"
#include "fix/enum_spelling.h"
#include "fix/place.h"

namespace windlass::fix {

namespace {

constexpr std::string_view kDropType = "DROP TYPE ";

/// The statements that the finding's advice has for what is left behind: every one drops a type.
Mended<std::vector<std::string>> drops(const Ground& ground) {
  std::vector<std::string> found;
  for (const std::string& step : ground.finding.fix.steps) {
    const size_t call = step.find("op.execute(");
    if (call == std::string::npos) continue;
    if (!base::contains(step, kDropType))
      return not_mended("it leaves more behind than types, which may hold rows");
    found.push_back(step.substr(call + 3));
  }
  if (found.empty()) return not_mended("what the downgrade is to take back is for a person to decide");
  return found;
}

}  // namespace

Mended<Mend> drop_type_in_downgrade(const Ground& ground) {
  const chain::Revision* revision = ground.revision();
  if (revision == nullptr) return not_mended("it is not known which revision it is");
  const PythonSource* source = WINDLASS_TRY(ground.sources.of(revision->file));
  const Node* downgrade = source->function("downgrade");
  if (downgrade == nullptr) return not_mended("the revision has no downgrade");
  const std::vector<Node>& body = downgrade->children("body");
  if (does_nothing(body) || body.back().is("Raise") || body.back().is("Return"))
    return not_mended("whether there is to be a way back is for a person to decide");
  const std::string op = WINDLASS_TRY(op_of(*source));
  std::vector<std::string> lines;
  for (const std::string& statement : WINDLASS_TRY(drops(ground))) lines.push_back(op + "." + statement);
  Mend mend;
  mend.edits[source->file()] = {source->behind(body.back(), lines)};
  mend.summary = fmt::format("The downgrade of revision {} drops the {} that its upgrade creates.",
                             revision->id, lines.size() == 1 ? "type" : "types");
  return mend;
}

}  // namespace windlass::fix
