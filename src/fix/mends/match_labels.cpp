// E12: the models send labels that the enum type does not have: the members' names for their values, or new
// ones.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "fix/mend.h"
#include "fix/place.h"

namespace windlass::fix {

namespace {

bool is_enum_call(const PythonSource& source, const Node& call) {
  const Node* callee = call.child("func");
  const std::string name = callee != nullptr ? source.qualified(*callee) : "";
  return name == "sqlalchemy.Enum" || name == "sqlalchemy.types.Enum" ||
         name == "sqlalchemy.sql.sqltypes.Enum" || name == "sqlalchemy.dialects.postgresql.ENUM";
}

/// The class in "sa.Enum(State, values_callable=...)" of the finding's advice.
std::string class_of(const std::string& step) {
  constexpr std::string_view kCall = "sa.Enum(";
  const size_t at = step.find(kCall), end = step.find(',');
  return at == std::string::npos || end == std::string::npos
             ? ""
             : step.substr(at + kCall.size(), end - at - kCall.size());
}

/// The databases hold the members' values: the models are told to send them, wherever the file of the class
/// uses it.
Mended<Mend> send_values(const Ground& ground) {
  const base::Location& at = ground.finding.location;
  if (!at.known() || at.line == 0) return not_mended("it is not known where the models write the type");
  const PythonSource* source = WINDLASS_TRY(ground.sources.of(at.file));
  const std::string members = class_of(ground.finding.fix.steps.front());
  const std::string& object = ground.finding.object->name;
  const std::string type = object.substr(object.rfind('.') + 1);
  Mend mend;
  for (const Node* call :
       source->all([&](const Node& node) { return node.is("Call") && is_enum_call(*source, node); })) {
    const Node* first = positional(*call, 0);
    const Node* named = keyword(*call, "name");
    const bool of_type = named == nullptr || string_value(named->child("value")) == type;
    if (first == nullptr || !first->is("Name") || first->text != members || !of_type) continue;
    if (keyword(*call, "values_callable") != nullptr)
      return not_mended(fmt::format("{} says values_callable already", where(*source, *call)));
    const size_t end = end_of_arguments(*call);
    mend.edits[at.file].push_back({end, end, ", values_callable=lambda members: [m.value for m in members]"});
  }
  if (mend.edits.empty())
    return not_mended(fmt::format("{} does not write sqlalchemy.Enum({}, ...)", at.file, members));
  mend.summary = "The models send the members' values, which the type has.";
  return mend;
}

/// Labels that are only added: a revision behind the head, each committed before anything uses it.
Mended<Mend> add_labels(const Ground& ground) {
  const chain::Chain& chain = ground.evidence.chain;
  if (chain.heads.size() != 1) return not_mended("the chain has several heads, and a revision follows one");
  if (!ground.new_revision) return not_mended("no revision can be written here");
  const std::vector<std::string>& steps = ground.finding.fix.steps;
  const bool only_added = std::all_of(steps.begin() + 1, steps.end(), [](const std::string& step) {
    return step.starts_with("    op.execute(") && base::contains(step, "ADD VALUE");
  });
  if (steps.size() < 2 || !only_added)
    return not_mended(
        "the type has labels, too, that the models do not know, and which of them was renamed is for a "
        "person to decide");
  chain::NewRevision wanted;
  wanted.message =
      "add labels of " + ground.finding.object->name.substr(ground.finding.object->name.rfind('.') + 1);
  wanted.parents = chain.heads;
  wanted.upgrade = {base::join(steps, "\n")};
  auto written = ground.new_revision(wanted);
  if (!written) return not_mended(fmt::format("the revision could not be written: {}", written.error().got));
  Mend mend;
  mend.new_files[written->file] = std::move(written->text);
  mend.summary = fmt::format(
      "Revision {} adds the labels. Its downgrade does nothing: PostgreSQL drops no label.", written->id);
  return mend;
}

}  // namespace

Mended<Mend> match_labels(const Ground& ground) {
  const std::vector<std::string>& steps = ground.finding.fix.steps;
  if (ground.finding.severity == diagnose::Severity::Info || steps.empty() || !ground.finding.object)
    return not_mended("which of the two lists is meant is for a person to decide");
  if (base::contains(steps.front(), "values_callable=")) return send_values(ground);
  if (base::contains(steps.front(), "autocommit_block")) return add_labels(ground);
  return not_mended("which of the two lists is meant is for a person to decide");
}

}  // namespace windlass::fix
