// E7, E9: the source gives an enum type other labels than the type has. The second list was never sent:
// SQLAlchemy's memory, checkfirst and guards in SQL all go by the name alone.
//
// It speaks of labels that the type never gets, by no later statement either. Labels that the type has and
// the source leaves out do no harm: they are a reference, or a later revision's.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/definition_parts.h"
#include "diagnose/enum_labels_sql.h"
#include "diagnose/enum_uses.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "sql/statement_kind.h"

namespace windlass::diagnose {

namespace {

using Labels = std::vector<std::string>;

struct Drift {
  const Context& context;
  const DeclaredEnum& declared;
  const catalog::Fact& type;  ///< at the end
  Labels had;                 ///< by the type, when the statement ran
  Labels missing;             ///< declared there, and never a label of the type
  bool order_only = false;
};

/// The type that is meant; nullptr where it is not there at the end, or where it cannot be told from another.
const catalog::Fact* type_of(const Context& context, const DeclaredEnum& declared) {
  const catalog::Fact* found = nullptr;
  for (const catalog::Fact& fact : context.evidence().after.facts) {
    if (fact.object.kind != "type" || !has_part(fact.definition, "labels")) continue;
    const bool meant = declared.how == "column" ? is_called(fact.object, declared.column_type)
                                                : matches(fact.object, declared.name);
    if (!meant) continue;
    if (found != nullptr) return nullptr;
    found = &fact;
  }
  return found;
}

std::optional<Drift> drift_of(const Context& context, const DeclaredEnum& declared) {
  const catalog::Fact* type = type_of(context, declared);
  if (type == nullptr || (declared.how == "column" && !still_has_type(context, declared)))
    return std::nullopt;
  // Renamed away, or dropped, to be made anew: the name is free, and the labels given here are sent.
  const auto same = [&](const catalog::Object& object) { return object == type->object; };
  if (context.objects_before(*declared.statement, same).empty()) return std::nullopt;
  Drift drift{context, declared, *type, {}, {}, false};
  drift.had = list_part(context.definition_before(type->object, *declared.statement), "labels");
  if (drift.had.empty()) return std::nullopt;  // made by this very statement, or not known
  std::set<std::string> later(drift.had.begin(), drift.had.end());
  bool altered = false;
  for (const record::Statement& statement : context.evidence().recording.statements)
    for (const catalog::Effect& effect : statement.effects) {
      if (effect.object != type->object || effect.rolled_back) continue;
      if (effect.change == catalog::Change::Altered) altered = true;
      if (statement.n < declared.statement->n) continue;
      for (std::string& label : list_part(effect.after, "labels")) later.insert(std::move(label));
    }
  for (std::string& label : list_part(type->definition, "labels")) later.insert(std::move(label));
  for (const std::string& label : declared.labels)
    if (!later.contains(label) && !base::contains(drift.missing, label)) drift.missing.push_back(label);
  if (!drift.missing.empty()) return drift;
  // A label that was added stands last, wherever the source has it: only of a type as it was made does
  // another order mean another list.
  const bool refers = std::any_of(context.evidence().enums.begin(), context.evidence().enums.end(),
                                  [&](const run::EnumSeen& seen) {
                                    return seen.name == declared.name.name && seen.create_type == false &&
                                           seen.revision == declared.revision;
                                  });
  const bool makes = declared.how != "column" || declared.statement->source.operation == "create_table";
  if (altered || refers || !makes || declared.labels.size() != drift.had.size() ||
      declared.labels == drift.had)
    return std::nullopt;
  drift.order_only = true;
  return drift;
}

std::string listed(const Labels& labels) {
  Labels quoted;
  for (const std::string& label : labels) quoted.push_back('"' + label + '"');
  return base::shorten(base::join(quoted, ", "), 200);
}

/// Why the list of labels was not looked at.
std::string reason(const Drift& drift) {
  const std::string& how = drift.declared.how;
  if (how == "block")
    return "The block creates the type only where none of that name is there; it does not compare labels.";
  if (how == "create")
    return "create() with checkfirst asks whether a type of that name is there, not which labels it has.";
  const std::string& operation = drift.declared.statement->source.operation;
  if (operation != "create_table" && operation != "Table.create" && operation != "MetaData.create_all")
    return "The statement bears the type's name alone: the labels in Python are never sent.";
  return "SQLAlchemy creates an enum type once in a process and goes by its name alone; with "
         "create_type=False it "
         "does not create it at all. Either way the labels given here are never sent.";
}

/// The label of the type that differs from `label` in its letters' case only.
const std::string* twin_of(const Drift& drift, const Labels& now, const std::string& label) {
  for (const std::string& other : now)
    if (base::equal_ignoring_case(other, label) && !base::contains(drift.declared.labels, other))
      return &other;
  return nullptr;
}

void mend(const Drift& drift, Finding& finding) {
  const Labels now = list_part(drift.type.definition, "labels");
  const auto execute = [](const std::string& sql) {
    return fmt::format("op.execute({})", python_strings({sql}));
  };
  Fix& fix = finding.fix;
  fix.do_not =
      "Do not DROP TYPE ... CASCADE to make it anew: it drops every column of that type, with its data. Do "
      "not "
      "change the labels in a revision that has run elsewhere: write a new one.";
  const bool none_in_common =
      std::none_of(drift.declared.labels.begin(), drift.declared.labels.end(),
                   [&](const std::string& label) { return base::contains(now, label); });
  const bool twins = std::any_of(drift.missing.begin(), drift.missing.end(), [&](const std::string& label) {
    return twin_of(drift, now, label) != nullptr;
  });
  if (drift.order_only) {
    fix.summary =
        "Values of an enum compare in the order of its labels: decide which order is meant, and write it in "
        "both "
        "places.";
    return;
  }
  if (none_in_common && !twins) {
    fix.summary =
        fmt::format("The two lists have nothing in common: give the second type a name of its own.");
    fix.steps = {fmt::format("postgresql.ENUM({}, name=\"...\")", python_strings(drift.declared.labels)),
                 "The application's model must use that name, too."};
    return;
  }
  fix.summary = twins ? "Rename the labels, in a new revision (or correct the list in the source)."
                      : "Add the labels, in a new revision (or correct the list in the source).";
  std::vector<std::string> adds;
  for (const std::string& label : drift.missing) {
    if (const std::string* twin = twin_of(drift, now, label))
      fix.steps.push_back(execute(rename_label_sql(drift.type.object, *twin, label)));
    else
      adds.push_back("    " + execute(add_label_sql(drift.type.object, label)));
  }
  if (adds.empty()) return;
  fix.steps.emplace_back("with op.get_context().autocommit_block():");
  fix.steps.insert(fix.steps.end(), adds.begin(), adds.end());
}

/// "A DO block ..."; a piece of code ("op.execute ...") stays as it is.
std::string capital(std::string text) {
  const size_t end = text.find_first_of(" .");
  if (end != std::string::npos && text[end] == ' ' && text[0] >= 'a' && text[0] <= 'z')
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

Finding finding_of_drift(const Drift& drift, bool last) {
  const DeclaredEnum& declared = drift.declared;
  const Context& context = drift.context;
  Finding finding = finding_at(context, "enum-labels-differ", declared.revision, declared.at);
  finding.severity = last && !drift.order_only ? Severity::Error : Severity::Warning;
  finding.object = drift.type.object;
  finding.statement = short_statement(*declared.statement);
  const auto made = context.maker(drift.type.object);
  const std::string who = declared.how == "create"
                              ? fmt::format("The enum's own .create() {}", at(declared.at))
                              : capital(sender(*declared.statement, declared.at));
  const std::string what = declared.how == "column" ? fmt::format("column \"{}\"", declared.column)
                                                    : fmt::format("type \"{}\"", drift.type.object.name);
  const std::string first =
      made ? fmt::format(", made by {},", sender(*made->statement, place_of(context, *made->statement))) : "";
  if (drift.order_only)
    finding.cause = fmt::format(
        "{} gives {} the labels {}; the type \"{}\"{} has them in another order: {}. Which one is greater is "
        "what "
        "the type says.",
        who, what, listed(declared.labels), drift.type.object.name, first, listed(drift.had));
  else
    finding.cause = fmt::format(
        "{} gives {} the labels {}, but the type \"{}\"{} was there with {}, and stays as it is: no row can "
        "hold "
        "{} (22P02, \"invalid input value for enum\").",
        who, what, listed(declared.labels), drift.type.object.name, first, listed(drift.had),
        listed(drift.missing));
  if (made) finding.evidence.push_back(exhibit(*made, "The labels: " + listed(drift.had) + "."));
  finding.evidence.push_back(exhibit(*declared.statement, "skipped", reason(drift)));
  mend(drift, finding);
  return finding;
}

}  // namespace

void enum_labels(const Context& context, std::vector<Finding>& findings) {
  if (!context.whole_chain_known()) return;
  const std::vector<DeclaredEnum> all = declared_enums(context);
  std::set<std::string> told;
  // Of a list that stands in several places of a revision, a column's is told: it says where the value would
  // go.
  std::vector<const DeclaredEnum*> columns_first;
  for (const bool column : {true, false})
    for (const DeclaredEnum& declared : all)
      if ((declared.how == "column") == column) columns_first.push_back(&declared);
  for (const DeclaredEnum* each : columns_first) {
    const DeclaredEnum& declared = *each;
    const auto drift = drift_of(context, declared);
    if (!drift) continue;
    const std::string key =
        drift->type.object.name + '\n' + declared.revision + '\n' + base::join(declared.labels, "\n");
    if (!told.insert(key).second) continue;
    const bool last = std::none_of(all.begin(), all.end(), [&](const DeclaredEnum& other) {
      return other.statement->n > declared.statement->n && other.labels != declared.labels &&
             type_of(context, other) == &drift->type;
    });
    findings.push_back(finding_of_drift(*drift, last));
  }
}

}  // namespace windlass::diagnose
