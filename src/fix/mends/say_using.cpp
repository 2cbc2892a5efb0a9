// E11: a column changes to a type that its values are not cast to by themselves.
#include <fmt/core.h>

#include "base/text.h"
#include "fix/place.h"

namespace windlass::fix {

namespace {

/// The literal behind postgresql_using= in the finding's advice; empty where it has none.
std::string using_of(const diagnose::Finding& finding) {
  constexpr std::string_view kArgument = "postgresql_using=";
  for (const std::string& step : finding.fix.steps) {
    const size_t at = step.find(kArgument);
    if (at == std::string::npos) continue;
    const size_t begin = at + kArgument.size();
    if (begin >= step.size() || (step[begin] != '"' && step[begin] != '\'')) return "";
    for (size_t end = begin + 1; end < step.size(); ++end) {
      if (step[end] == '\\')
        ++end;
      else if (step[end] == step[begin])
        return step.substr(begin, end + 1 - begin);
    }
  }
  return "";
}

}  // namespace

Mended<Mend> say_using(const Ground& ground) {
  if (ground.finding.sqlstate != "42804")
    return not_mended("what becomes of values that the new type does not know is for a person to decide");
  const Place place = WINDLASS_TRY(place_of(ground, ground.finding.location));
  if (place.operation != "alter_column")
    return not_mended(fmt::format("{} is no op.alter_column", where(*place.source, *place.call)));
  if (base::contains(ground.finding.message, "default")) return set_default_anew(ground, place);
  if (keyword(*place.call, "postgresql_using") != nullptr)
    return not_mended("it says postgresql_using already");
  const std::string text = using_of(ground.finding);
  if (text.empty()) return not_mended("it is not known what type the column is to have");
  const size_t end = end_of_arguments(*place.call);
  if (end == 0) return not_mended("the call has no arguments");
  Mend mend;
  mend.edits[place.source->file()] = {{end, end, ", postgresql_using=" + text}};
  mend.summary = "The values are converted by a cast.";
  return mend;
}

}  // namespace windlass::fix
