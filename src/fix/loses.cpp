#include "fix/loses.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/location.h"
#include "base/text.h"
#include "catalog/object.h"
#include "fix/statement_words.h"
#include "sql/written_tables.h"

namespace windlass::fix {

namespace {

using catalog::Change;
using catalog::Effect;

/// Whether the table that is emptied goes for good further down: then it is a new one each time.
bool goes_further_down(const record::Recording& recording, size_t statement) {
  const auto emptied = sql::written_tables(recording.statements[statement].text);
  return !emptied.empty() && std::all_of(emptied.begin(), emptied.end(), [&](const sql::WrittenTable& table) {
    return std::any_of(recording.statements.begin() + static_cast<std::ptrdiff_t>(statement),
                       recording.statements.end(), [&](const record::Statement& later) {
                         return std::any_of(
                             later.effects.begin(), later.effects.end(), [&](const Effect& effect) {
                               return effect.object.kind == "table" && effect.change == Change::Dropped &&
                                      !effect.rolled_back && effect.object.name.ends_with("." + table.name);
                             });
                       });
  });
}

}  // namespace

std::string loses_by_running_again(const record::Recording& recording, size_t statement) {
  const record::Statement& own = recording.statements[statement];
  const bool empties_table = own.tag.starts_with("TRUNCATE") ||
                             (own.tag.starts_with("DELETE") && begins_with_word(own.text, "delete") &&
                              !names_word(base::to_lower(own.text), "where"));
  if (empties_table && !goes_further_down(recording, statement))
    return "it empties a table: run again, it would take out what came into it since";
  for (const Effect& effect : recording.statements[statement].effects) {
    const std::string& kind = effect.object.kind;
    if (effect.rolled_back || effect.change != Change::Dropped ||
        (kind != "table" && kind != "column" && kind != "sequence"))
      continue;
    for (size_t n = statement + 1; n < recording.statements.size(); ++n)
      for (const Effect& again : recording.statements[n].effects) {
        const bool comes = again.object == effect.object && !again.rolled_back &&
                           (again.change == Change::Created || !again.renamed_from.empty());
        if (comes)
          return fmt::format(
              "it drops {}, and {} makes another one of that name: run again, it would drop that one, with "
              "what is in it",
              catalog::to_string(effect.object), base::to_string(recording.statements[n].source.location));
      }
  }
  return {};
}

}  // namespace windlass::fix
