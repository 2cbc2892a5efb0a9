#include "diagnose/label_wanted.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "diagnose/definition_parts.h"
#include "diagnose/server_error.h"

namespace windlass::diagnose {

namespace {

constexpr size_t kMostLabels = 12, kShortest = 3;

std::string list_of(const std::vector<std::string>& labels) {
  if (labels.empty()) return "no label at all";
  std::vector<std::string> quoted;
  for (size_t i = 0; i < std::min(labels.size(), kMostLabels); ++i) quoted.push_back('"' + labels[i] + '"');
  const size_t more = labels.size() - quoted.size();
  return base::join(quoted, ", ") + (more == 0 ? "" : fmt::format(" and {} more", more));
}

/// Without what people write now so, now so: case, blanks, hyphens, underscores.
std::string bare(const std::string& label) {
  std::string kept;
  for (const char c : base::to_lower(label))
    if (c != ' ' && c != '-' && c != '_') kept += c;
  return kept;
}

}  // namespace

std::optional<LabelWanted> label_wanted(const Context& context, const Failure& failure) {
  const record::Statement& statement = *failure.statement;
  const auto unknown = unknown_label(*statement.error);
  if (!unknown) return std::nullopt;
  LabelWanted wanted;
  wanted.label = unknown->label;
  wanted.type = {"type", unknown->schema, "", unknown->type};
  for (const sql::Target& target : failure.reading.targets)
    if (unknown->type.empty() && target.kind == "label") {
      wanted.of_alter_type = true;
      wanted.type = {"type", target.table_schema, "", target.table};
    }
  for (const catalog::Object& object : context.objects_before(statement, [&](const catalog::Object& each) {
         return each.kind == "type" && matches(each, wanted.type);
       })) {
    const std::string definition = context.definition_before(object, statement);
    if (text_part(definition, "is") != "enum") continue;
    std::vector<std::string> labels = list_part(definition, "labels");
    // One that has it is not the one that refused it.
    if (!base::contains(labels, wanted.label)) wanted.types.push_back({object, std::move(labels)});
  }
  if (wanted.types.empty()) return std::nullopt;
  // Inside a block or a function the literal stands in a string.
  wanted.in_text = base::contains(statement.text, "'" + base::replace_all(wanted.label, "'", "''") + "'");
  return wanted;
}

std::string labels_in_words(const LabelWanted& wanted) {
  if (wanted.types.size() == 1) return "its labels are " + list_of(wanted.types.front().labels);
  std::vector<std::string> each;
  for (const EnumThere& type : wanted.types)
    each.push_back(fmt::format("\"{}\" has {}", type.type.name, list_of(type.labels)));
  return fmt::format(
      "several schemas have a type of that name, and the server does not say which is meant: {}",
      base::join(each, "; "));
}

std::string nearest_label(const LabelWanted& wanted) {
  std::vector<std::string> all;
  for (const EnumThere& type : wanted.types) all.insert(all.end(), type.labels.begin(), type.labels.end());
  for (const std::string& label : all)
    if (!bare(label).empty() && bare(label) == bare(wanted.label)) return label;
  return wanted.label.size() < kShortest ? "" : base::nearest(wanted.label, all);
}

}  // namespace windlass::diagnose
