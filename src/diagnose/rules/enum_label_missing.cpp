// 22P02: a value that is no label of the enum type. What the type has at this moment is known from the
// effects; what was meant is not: the nearest label is named as that, and a label that a later revision adds,
// or an earlier one took away, by its place.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/definition_parts.h"
#include "diagnose/enum_labels_sql.h"
#include "diagnose/label_wanted.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"

namespace windlass::diagnose {

namespace {

struct Case {
  const Context& context;
  const Failure& failure;
  const LabelWanted& wanted;
  const record::Statement& statement() const { return *failure.statement; }
  /// The type; nullptr where several may be meant.
  const catalog::Object* type() const {
    return wanted.types.size() == 1 ? &wanted.types.front().type : nullptr;
  }
};

/// ALTER COLUMN ... TYPE over rows with other values is a matter of the conversion: cast_needs_using.
bool converts_rows(const Case& c) {
  return !c.wanted.in_text && std::any_of(c.failure.reading.targets.begin(), c.failure.reading.targets.end(),
                                          [](const sql::Target& target) {
                                            return target.kind == "column" &&
                                                   target.action == sql::Action::Alter &&
                                                   !target.type.empty();
                                          });
}

struct Gone {
  Sighting how;
  std::string new_name;  // empty: it is no label any more
};

/// What the label was renamed to; empty where more than its name changed.
std::string renamed_to(const std::vector<std::string>& before, const std::vector<std::string>& after,
                       const std::string& label) {
  std::string name;
  if (before.size() != after.size()) return "";
  for (size_t i = 0; i < before.size(); ++i) {
    if (before[i] == after[i]) continue;
    if (before[i] != label) return "";
    name = after[i];
  }
  return name;
}

/// The last statement after which a type of that name did not have the label any more.
std::optional<Gone> taken_away(const Case& c) {
  std::optional<Gone> gone;
  if (c.type() == nullptr) return gone;
  std::vector<std::string> labels;
  for (const Sighting& change : c.context.changes_before(
           c.statement(), [&](const catalog::Effect& effect) { return effect.object == *c.type(); })) {
    // One that is dropped, to be made anew, has the labels that it had.
    if (change.effect->change == catalog::Change::Dropped) continue;
    const bool anew =
        change.effect->change == catalog::Change::Created || !change.effect->renamed_from.empty();
    std::vector<std::string> now = list_part(change.effect->after, "labels");
    if (!anew) labels = list_part(change.effect->before, "labels");
    if (base::contains(labels, c.wanted.label) && !base::contains(now, c.wanted.label))
      gone = Gone{change, anew ? "" : renamed_to(labels, now, c.wanted.label)};
    labels = std::move(now);
  }
  return gone;
}

std::string type_words(const Case& c) {
  return fmt::format("enum type \"{}\"", c.type() != nullptr ? c.type()->name : c.wanted.type.text());
}

std::string cause_of(const Case& c, const Finding& finding, const std::optional<Gone>& gone,
                     const std::optional<Plan>& plan) {
  const std::string who = sender(c.statement(), finding.location);
  std::string text =
      c.wanted.in_text
          ? fmt::format(
                "{} uses \"{}\" as a label of {}, which has none of that name at this place of the chain; "
                "{}.",
                who, c.wanted.label, type_words(c), labels_in_words(c.wanted))
          : fmt::format(
                "{} comes upon the value \"{}\", from a row, a parameter or an expression, where {} wants a "
                "label; at this place of the chain {}.",
                who, c.wanted.label, type_words(c), labels_in_words(c.wanted));
  if (gone) {
    const std::string place = sender(*gone->how.statement, place_of(c.context, *gone->how.statement));
    const std::string whose = by_whom(*gone->how.statement);
    text += gone->new_name.empty()
                ? fmt::format(" It had that label until {} ({}) took it away.", place, whose)
                : fmt::format(" It had that label until {} ({}) renamed it to \"{}\".", place, whose,
                              gone->new_name);
  }
  if (plan)
    text += plan->revision == finding.revision
                ? fmt::format(" The same revision adds it, only further down, {}.", at(plan->location))
            : plan->same_branch ? fmt::format(" Only a later revision adds it: {} ({}).", plan->revision,
                                              base::to_string(plan->location))
                                : fmt::format(
                                      " Revision {} adds it ({}), on another branch: nothing says that it "
                                      "must run first.",
                                      plan->revision, base::to_string(plan->location));
  return text;
}

/// How the label comes to be there before it is used: from PostgreSQL's side it must have been committed.
std::string add_step(const Case& c, const std::string& lead) {
  const std::string sql = c.type() != nullptr ? add_label_sql(*c.type(), c.wanted.label)
                                              : fmt::format("ALTER TYPE ... ADD VALUE '{}'",
                                                            base::replace_all(c.wanted.label, "'", "''"));
  return fmt::format("{}\nwith op.get_context().autocommit_block():\n    op.execute({})", lead,
                     python_strings({sql}));
}

/// Whether the statement would give the label a name that it has already.
bool renames_to(const Case& c, const std::string& name) {
  return !name.empty() && std::any_of(c.failure.reading.targets.begin(), c.failure.reading.targets.end(),
                                      [&](const sql::Target& target) {
                                        return target.kind == "label" && target.new_name == name;
                                      });
}

void mend(const Case& c, Finding& finding, const std::optional<Gone>& gone, const std::optional<Plan>& plan) {
  Fix& fix = finding.fix;
  const std::string nearest = nearest_label(c.wanted);
  if (plan && !plan->same_branch) {
    fix.summary = fmt::format("Say that revision {} needs revision {}.", finding.revision, plan->revision);
    fix.steps = {fmt::format("In the file of revision {}:\ndepends_on = {}", finding.revision,
                             python_strings({plan->revision}))};
  } else if (plan) {
    const bool same = plan->revision == finding.revision;
    std::string lead =
        fmt::format("{} it in a revision before {}", same ? "Add" : "Or add", finding.revision);
    // A label that comes with a type made anew hinders nobody.
    if (plan->name.kind == "label")
      lead += same ? fmt::format(", and take that out {}", at(plan->location))
                   : fmt::format(", and let {} say ADD VALUE IF NOT EXISTS, too",
                                 base::to_string(plan->location));
    fix.summary = "Add the label before it is used, or use it after it is added.";
    if (!same) fix.steps = {fmt::format("Move the use to a revision after {}.", plan->revision)};
    fix.steps.push_back(add_step(c, lead + ":"));
  } else if (gone && renames_to(c, gone->new_name)) {
    fix.summary = "Take it out: the label has that name already.";
  } else if (gone && !gone->new_name.empty()) {
    fix.summary = fmt::format("Write the label's new name, \"{}\".", gone->new_name);
  } else {
    fix.summary = c.wanted.of_alter_type
                      ? "Write a label that the type has."
                      : "Write a label that the type has, or give it this one before it is used.";
  }
  if (!nearest.empty() && !(gone && gone->new_name == nearest))
    fix.steps.insert(fix.steps.begin(),
                     fmt::format("The nearest label is \"{}\"{}. If that is meant, write it.", nearest,
                                 base::equal_ignoring_case(nearest, c.wanted.label)
                                     ? " (labels are told apart by case, too)"
                                     : ""));
  if (!c.wanted.in_text)
    fix.steps.emplace_back(
        "The value does not stand in the statement: see which row, parameter or expression gives it, and "
        "give a label "
        "there.");
  if (!plan && !c.wanted.of_alter_type && (!gone || gone->new_name.empty()))
    fix.steps.push_back(
        add_step(c, "If the type should have this label, add it in a revision before this one:"));
  fix.do_not =
      "Do not DROP TYPE ... CASCADE to make it anew: it drops every column of that type, with its data.";
}

}  // namespace

void enum_label_missing(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures()) {
    if (claimed(findings, *failure.statement)) continue;
    const auto wanted = label_wanted(context, failure);
    if (!wanted) continue;
    const Case c{context, failure, *wanted};
    if (converts_rows(c)) continue;
    Finding finding = finding_of(context, failure, "enum-label-missing");
    finding.object = c.type() != nullptr ? *c.type() : catalog::Object{"type", wanted->type.text()};
    const auto gone = taken_away(c);
    const auto plan =
        context.planned_later({"label", c.type() != nullptr ? parent_of(*c.type()) : wanted->type.schema,
                               wanted->type.name, wanted->label},
                              finding.revision, failure.statement->source.location.line);
    finding.cause = cause_of(c, finding, gone, plan);
    for (const EnumThere& type : wanted->types)
      if (const auto made =
              context.present({"type", parent_of(type.type), "", last_part(type.type)}, *failure.statement))
        finding.evidence.push_back(exhibit(*made, wanted->types.size() == 1
                                                      ? "Creates the type."
                                                      : fmt::format("Creates \"{}\".", type.type.name)));
    if (gone)
      finding.evidence.push_back(
          exhibit(gone->how, gone->new_name.empty() ? "Took the label away." : "Renamed the label."));
    finding.evidence.push_back(exhibit(*failure.statement, "failed", failure.statement->error->where));
    finding.evidence.back().location = finding.location;
    if (plan) finding.evidence.push_back({plan->revision, plan->location, "", "", "Would add the label."});
    mend(c, finding, gone, plan);
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
