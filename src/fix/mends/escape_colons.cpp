// X11: a colon in a literal that sqlalchemy.text() takes for a parameter.
#include <fmt/core.h>

#include <cctype>

#include "base/text.h"
#include "fix/place.h"

namespace windlass::fix {

namespace {

/// The name in "A value is required for bind parameter 'name'"; empty for any other message.
std::string parameter_of(const std::string& message) {
  constexpr std::string_view kWords = "required for bind parameter '";
  const size_t at = message.find(kWords);
  if (at == std::string::npos) return "";
  const size_t begin = at + kWords.size(), end = message.find('\'', begin);
  return end == std::string::npos ? "" : message.substr(begin, end - begin);
}

bool is_word(char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0; }

}  // namespace

Mended<Mend> escape_colons(const Ground& ground) {
  const std::string name = parameter_of(ground.finding.message);
  if (name.empty()) return not_mended("what the exception is about is for a person to decide");
  const Place place = WINDLASS_TRY(place_of(ground, ground.finding.location));
  const PythonSource& source = *place.source;
  const Node* sql = sql_literal(source, *place.call);
  if (sql == nullptr) return not_mended("the SQL is not written as one literal");
  if (keyword(*place.call, "parameters") != nullptr || positional(*place.call, 1) != nullptr)
    return not_mended("the statement has parameters, of which this may be one");
  const std::string_view written = source.text_of(*sql);
  const size_t quote = written.find_first_of("'\"");
  const bool raw = written.substr(0, quote).find_first_of("rR") != std::string_view::npos;
  Mend mend;
  std::vector<edit::Edit>& edits = mend.edits[source.file()];
  for (size_t at = written.find(':'); at != std::string_view::npos; at = written.find(':', at + 1)) {
    // SQLAlchemy's own rule: no colon and no word before it, a word behind it.
    const bool parameter = at + 1 < written.size() && is_word(written[at + 1]) && at > 0 &&
                           written[at - 1] != ':' && !is_word(written[at - 1]) && written[at - 1] != '\\';
    if (parameter) edits.push_back({sql->begin + at, sql->begin + at, raw ? "\\" : "\\\\"});
  }
  if (edits.empty()) return not_mended("no such parameter stands in the literal");
  mend.summary = fmt::format("The colon before \"{}\" is escaped, so that it is no parameter.", name);
  return mend;
}

}  // namespace windlass::fix
