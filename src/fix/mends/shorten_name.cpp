// S6: a name that is longer than the server keeps: written as the server has it, everywhere alike.
#include <fmt/core.h>

#include <cctype>

#include "base/text.h"
#include "fix/place.h"

namespace windlass::fix {

namespace {

void replace_in(const PythonSource& source, const Node& node, const std::string& kept, size_t& found,
                std::vector<edit::Edit>& edits) {
  if (node.is("Constant:str")) {
    const std::string_view written = source.text_of(node);
    for (size_t at = written.find(kept); at != std::string_view::npos;
         at = written.find(kept, at + kept.size())) {
      size_t end = at + kept.size();
      // What the server cuts off: the rest of the identifier.
      while (end < written.size() && (std::isalnum(static_cast<unsigned char>(written[end])) != 0 ||
                                      written[end] == '_' || (written[end] & 0x80) != 0))
        ++end;
      if (end == at + kept.size()) continue;
      edits.push_back({node.begin + at + kept.size(), node.begin + end, ""});
      ++found;
    }
  }
  for (const auto& [field, nodes] : node.fields)
    for (const Node& each : nodes) replace_in(source, each, kept, found, edits);
}

}  // namespace

Mended<Mend> shorten_name(const Ground& ground) {
  if (!ground.finding.object)
    return not_mended("two names are cut to one, and what they are to be called is for a person to decide");
  const std::string& name = ground.finding.object->name;
  const std::string kept = name.substr(name.rfind('.') + 1);
  const Place place = WINDLASS_TRY(place_of(ground, ground.finding.location));
  const PythonSource& source = *place.source;
  Mend mend;
  size_t found = 0;
  // In the whole file: its downgrade drops the object by the same name.
  replace_in(source, source.root(), kept, found, mend.edits[source.file()]);
  if (found == 0) return not_mended(fmt::format("{} does not write the name as a literal", source.file()));
  mend.summary = fmt::format("The name is written as the server has it, \"{}\".", kept);
  return mend;
}

}  // namespace windlass::fix
