// X8, E6: what PostgreSQL runs only outside of a transaction, and a label that is used before it is
// committed.
#include <fmt/core.h>

#include "fix/enum_spelling.h"
#include "fix/place.h"

namespace windlass::fix {

Mended<Mend> run_outside_transaction(const Ground& ground) {
  const Place place = WINDLASS_TRY(statement_alone(ground, ground.finding.location));
  const PythonSource& source = *place.source;
  const std::string op = WINDLASS_TRY(op_of(source));
  for (const Node* at = source.parent(*place.statement); at != nullptr; at = source.parent(*at))
    if (at->is("With"))
      return not_mended(fmt::format("{} stands in a block of `with`", where(source, *place.call)));
  const std::string block = fmt::format("with {}.get_context().autocommit_block():", op);

  const Node* function = source.function_of(*place.statement);
  const std::string_view unit = edit::indentation_at(source.text(), function->children("body").front().begin);
  Mend mend;
  std::vector<edit::Edit>& edits = mend.edits[source.file()];
  edits.push_back(source.before(*place.statement, {block}));
  const edit::Lines& lines = source.lines();
  const auto texts = source.all([](const Node& node) {
    return node.is("Constant:str") || node.is("Constant:bytes") || node.is("JoinedStr");
  });
  for (int line = lines.line_at(place.statement->begin); line <= lines.line_at(place.statement->end - 1);
       ++line) {
    const size_t begin = lines.start(line);
    // A line that begins within a literal is a part of its value.
    const bool literal = std::any_of(texts.begin(), texts.end(), [&](const Node* text) {
      return text->begin < begin && begin < text->end;
    });
    if (!literal && lines.line(line).find_first_not_of(" \t\r\n") != std::string_view::npos)
      edits.push_back({begin, begin, std::string(unit)});
  }
  mend.summary =
      fmt::format("{} runs outside of the transaction.",
                  place.operation.empty() ? std::string("The statement") : "op." + place.operation);
  return mend;
}

}  // namespace windlass::fix
