#include "diagnose/first_creator.h"

#include <algorithm>

#include "base/text.h"
#include "diagnose/definition_parts.h"
#include "diagnose/enum_fix.h"
#include "sql/routine.h"

namespace windlass::diagnose {

namespace {

bool is_second_key(const Failure& failure) { return failure.statement->error->sqlstate == "42P16"; }

/// The constraint that is the table's primary key.
std::optional<catalog::Object> primary_key(const Context& context, const record::Statement& before,
                                           const Name& met) {
  const auto keys = context.objects_before(before, [&](const catalog::Object& each) {
    return each.kind == "constraint" &&
           matches({"table", parent_of(each)}, {"table", met.schema, "", met.table});
  });
  for (const catalog::Object& key : keys)
    if (text_part(context.definition_before(key, before), "definition").starts_with("PRIMARY KEY"))
      return key;
  return std::nullopt;
}

/// The creation of the routine with the parameters that the failing statement gives.
std::optional<Sighting> routine(const Context& context, const Failure& failure, const Name& met) {
  const auto parameters = sql::routine_parameters(failure.statement->text);
  if (!parameters) return std::nullopt;
  const auto made = context.changes_before(*failure.statement, [&](const catalog::Effect& effect) {
    const size_t open = effect.object.name.find('(');
    return effect.change == catalog::Change::Created && matches(effect.object, met) &&
           open != std::string::npos && effect.object.name.ends_with(')') &&
           sql::have_types(
               *parameters,
               std::string_view(effect.object.name).substr(open + 1, effect.object.name.size() - open - 2));
  });
  return made.empty() ? std::nullopt : std::optional(made.back());
}

/// A label comes with its type: the statement that created it names it.
std::optional<Sighting> type_of(const Context& context, const record::Statement& before, const Name& label) {
  const auto type = context.present({"type", label.schema, "", label.table}, before);
  return type && base::contains(labels_in(type->statement->text, label.table), label.name) ? type
                                                                                           : std::nullopt;
}

}  // namespace

FirstCreator first_creator(const Context& context, const Failure& failure, const Name& met) {
  const record::Statement& statement = *failure.statement;
  FirstCreator first{met, std::nullopt};
  if (is_second_key(failure))
    if (const auto key = primary_key(context, statement, met)) {
      const std::string schema = parent_of({"table", parent_of(*key)});
      if (schema != "public") first.name.schema = schema;
      first.name.name = last_part(*key);
    }
  if (met.kind == "function" || met.kind == "procedure" || met.kind == "aggregate")
    first.by = routine(context, failure, met);
  if (!first.by) first.by = context.present(first.name, statement);
  if (!first.by && !is_second_key(failure)) first.by = context.created_by_text(first.name, statement);
  if (!first.by && met.kind == "label") first.by = type_of(context, statement, met);
  return first;
}

bool two_keys_in_one(const Failure& failure, const Name& met) {
  return is_second_key(failure) && std::any_of(failure.reading.targets.begin(), failure.reading.targets.end(),
                                               [&](const sql::Target& target) {
                                                 return target.action == sql::Action::Create &&
                                                        target.kind == "table" && target.name == met.table;
                                               });
}

}  // namespace windlass::diagnose
