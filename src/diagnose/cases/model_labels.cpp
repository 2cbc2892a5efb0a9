#include "diagnose/cases/model_labels.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "diagnose/cases/catalogs.h"
#include "diagnose/compose.h"
#include "diagnose/definition_parts.h"
#include "diagnose/enum_labels_sql.h"

namespace windlass::diagnose {

namespace {

using Labels = std::vector<std::string>;

std::string definition_of(const catalog::Snapshot& snapshot, const catalog::Object& object) {
  const catalog::Fact* fact = snapshot.find(object);
  return fact == nullptr ? "" : fact->definition;
}

/// Whether a column of the models has the type at the head, too: what is sent there is refused there.
bool used_at_head(const run::MadeEnum& type, const catalog::Snapshot& models, const catalog::Snapshot& head) {
  return std::any_of(type.columns.begin(), type.columns.end(), [&](const std::string& column) {
    const std::string in_models = text_part(definition_of(models, {"column", column}), "type");
    return !in_models.empty() && in_models == text_part(definition_of(head, {"column", column}), "type");
  });
}

Labels without(const Labels& all, const Labels& others) {
  Labels rest;
  for (const std::string& label : all)
    if (std::find(others.begin(), others.end(), label) == others.end()) rest.push_back(label);
  return rest;
}

std::string quoted(const Labels& labels) {
  Labels words;
  for (size_t i = 0; i < labels.size() && i < 6; ++i) words.push_back("'" + labels[i] + "'");
  if (labels.size() > words.size()) words.push_back(fmt::format("{} more", labels.size() - words.size()));
  return base::join(words, ", ");
}

/// The models send names of members and the type has their values, or the other way round.
bool names_for_values(const run::MadeEnum& type, const Labels& sent, const Labels& taken, bool& sends_names) {
  if (type.python_class.empty() || type.names == type.values) return false;
  sends_names = sent == type.names;
  const Labels& other = sends_names ? type.values : type.names;
  return (sends_names || sent == type.values) && !taken.empty() && without(taken, other).empty();
}

void say_what_to_do(Finding& finding, const run::MadeEnum& type, const Labels& lacking, const Labels& taken) {
  bool sends_names = false;
  if (names_for_values(type, type.labels, taken, sends_names)) {
    finding.cause +=
        fmt::format(" sqlalchemy.Enum({0}) sends the {1} of {0}'s members, and the type has their {2}.",
                    type.python_class, sends_names ? "names" : "values", sends_names ? "values" : "names");
    if (sends_names) {
      finding.fix.summary = "Let the model send the values, which the databases hold.";
      finding.fix.steps = {
          fmt::format("sa.Enum({}, values_callable=lambda members: [m.value for m in members], "
                      "name=\"{}\")",
                      type.python_class, type.name)};
      finding.fix.steps.push_back(
          "Or rename the labels in a revision: ALTER TYPE ... RENAME VALUE keeps the rows.");
    } else {
      finding.fix.summary = "Rename the labels in a revision: ALTER TYPE ... RENAME VALUE keeps the rows.";
    }
    return;
  }
  finding.fix.summary = "Add the labels in a revision of their own:";
  finding.fix.steps.emplace_back("with op.get_context().autocommit_block():");
  for (const std::string& label : lacking)
    finding.fix.steps.push_back(
        fmt::format("    op.execute({})", python_strings({add_label_sql(*finding.object, label)})));
  // A label that was renamed in the models only.
  if (Labels more = without(taken, type.labels); !more.empty())
    finding.fix.steps.push_back(
        fmt::format("Where one of {} is the same under its old name, ALTER TYPE ... RENAME "
                    "VALUE instead: it keeps the rows.",
                    quoted(more)));
}

}  // namespace

std::optional<Finding> label_finding(const run::MadeEnum& type, const catalog::Snapshot& models,
                                     const catalog::Snapshot& head, const run::Evidence& clean) {
  const catalog::Object object{"type", type.schema + "." + type.name};
  const Labels taken = list_part(definition_of(head, object), "labels");
  if (head.find(object) == nullptr || taken == type.labels || !used_at_head(type, models, head))
    return std::nullopt;
  const Labels lacking = without(type.labels, taken), more = without(taken, type.labels);
  Finding finding;
  finding.code = "labels-differ-from-models";
  finding.object = object;
  finding.location = type.at;
  if (!lacking.empty()) {
    finding.cause = fmt::format(
        "The models send {} for type {}, which does not have {}: such an INSERT fails with 22P02. The "
        "chain's type has {}.",
        quoted(lacking), object.name, lacking.size() == 1 ? "that label" : "those labels", quoted(taken));
    say_what_to_do(finding, type, lacking, taken);
    finding.fix.do_not = "Do not DROP TYPE ... CASCADE: it drops every column of that type, with its data.";
  } else {
    finding.severity = Severity::Info;
    finding.root = false;
    finding.cause =
        more.empty() ? fmt::format(
                           "The labels of type {} stand in another order in the models ({}) than in the "
                           "chain ({}): ORDER BY and comparisons go by the chain's.",
                           object.name, quoted(type.labels), quoted(taken))
                     : fmt::format(
                           "Type {} has labels that the models do not know: {}. A row that holds one cannot "
                           "be read: SQLAlchemy raises LookupError.",
                           object.name, quoted(more));
    finding.fix.summary = more.empty()
                              ? "Nothing is to be done unless the application sorts by it."
                              : "Make sure that no row holds them any more; PostgreSQL cannot drop a label.";
  }
  finding.evidence.push_back({"", type.at, "", "", fmt::format("The models send {}.", quoted(type.labels))});
  if (const record::Statement* maker = maker_of(clean, object))
    finding.evidence.push_back(exhibit(*maker, "", fmt::format("The chain's type has {}.", quoted(taken))));
  return finding;
}

}  // namespace windlass::diagnose
