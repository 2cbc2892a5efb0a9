// An extension that is there already: of extensions IF NOT EXISTS says all there is to say.
#include <fmt/core.h>

#include "base/text.h"
#include "fix/place.h"

namespace windlass::fix {

Mended<Mend> guard_extension(const Ground& ground) {
  const Place place = WINDLASS_TRY(place_of(ground, ground.finding.location));
  const Node* sql = sql_literal(*place.source, *place.call);
  if (sql == nullptr) return not_mended("the statement is not written as one literal");
  const std::string written = base::to_lower(place.source->text_of(*sql));
  constexpr std::string_view kWords = "create extension ";
  const size_t at = written.find(kWords);
  if (at == std::string::npos || written.find(kWords, at + 1) != std::string::npos ||
      written.substr(at + kWords.size()).starts_with("if not exists"))
    return not_mended("the literal does not hold CREATE EXTENSION once");
  const size_t behind = sql->begin + at + kWords.size();
  Mend mend;
  mend.edits[place.source->file()] = {{behind, behind, "IF NOT EXISTS "}};
  mend.summary = "CREATE EXTENSION does nothing where the extension is there.";
  return mend;
}

}  // namespace windlass::fix
