// X4: a DO block that catches every error caught one that was not meant. What it makes says which error it
// was to bear: that it is there already. The others are let out, so that what was hidden can be mended with
// it.
#include <fmt/core.h>

#include <array>
#include <regex>

#include "base/text.h"
#include "fix/place.h"
#include "sql/targets.h"

namespace windlass::fix {

namespace {

/// The condition of "is there already", by the kind that is made; empty for others.
std::string_view already_there(std::string_view kind) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kConditions = {
      {{"table", "duplicate_table"},
       {"view", "duplicate_table"},
       {"materialized view", "duplicate_table"},
       {"sequence", "duplicate_table"},
       {"index", "duplicate_table"},
       {"column", "duplicate_column"},
       {"type", "duplicate_object"},
       {"constraint", "duplicate_object"},
       {"trigger", "duplicate_object"},
       {"policy", "duplicate_object"},
       {"function", "duplicate_function"},
       {"schema", "duplicate_schema"}}};
  for (const auto& [made, condition] : kConditions)
    if (made == kind) return condition;
  return "";
}

/// What the block was to bear, where it makes things of one kind and does nothing else that may fail on what
/// is there.
Mended<std::string> condition_of(const sql::Reading& reading) {
  std::string found;
  for (const sql::Target& target : reading.targets) {
    if (target.implied || target.action == sql::Action::Refer) continue;
    // A column is altered as a table's part: the table itself is only named.
    if (target.action == sql::Action::Alter && target.kind == "table") continue;
    const std::string_view one = target.action == sql::Action::Create ? already_there(target.kind) : "";
    if (one.empty() || (!found.empty() && found != one))
      return not_mended("which error the block was to bear is for a person to decide");
    found = one;
  }
  if (found.empty()) return not_mended("which error the block was to bear is for a person to decide");
  return found;
}

}  // namespace

Mended<Mend> narrow_the_catch(const Ground& ground) {
  const Place place = WINDLASS_TRY(place_of(ground, ground.finding.location));
  const PythonSource& source = *place.source;
  const Node* sql = sql_literal(source, *place.call);
  if (sql == nullptr || !is_one_command(sql->text))
    return not_mended(
        fmt::format("{} does not write the block as one command in one literal", where(source, *place.call)));
  const sql::Reading reading = sql::read_targets(sql->text);
  if (reading.caught != std::vector<std::string>{"others"})
    return not_mended("the block catches more than WHEN OTHERS");
  const std::string condition = WINDLASS_TRY(condition_of(reading));
  const std::string written(source.text_of(*sql));
  static const std::regex kOthers("\\bwhen\\s+(others)\\b", std::regex::icase);
  std::vector<edit::Edit> edits;
  for (auto each = std::sregex_iterator(written.begin(), written.end(), kOthers);
       each != std::sregex_iterator(); ++each) {
    const size_t at = sql->begin + static_cast<size_t>(each->position(1));
    edits.push_back({at, at + static_cast<size_t>(each->length(1)), condition});
  }
  if (edits.size() != 1)
    return not_mended(fmt::format("{} does not write WHEN OTHERS once", where(source, *place.call)));
  Mend mend;
  mend.edits[source.file()] = std::move(edits);
  mend.summary = fmt::format("The block bears that it is there already ({}), and no other error.", condition);
  mend.uncovers = true;
  return mend;
}

}  // namespace windlass::fix
