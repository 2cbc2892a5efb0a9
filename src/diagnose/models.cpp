#include "diagnose/models.h"

#include <algorithm>

#include "base/text.h"

namespace windlass::diagnose {

namespace {

const run::ModelTable* model_of(const Context& context, const Name& name) {
  const bool column = name.kind == "column";
  if (!column && !kind_matches("table", name.kind)) return nullptr;
  const std::string& table = column ? name.table : name.name;
  for (const run::ModelTable& model : context.evidence().models) {
    if (model.name != table || (!name.schema.empty() && !same_schema(name.schema, model.schema))) continue;
    if (!column || std::find(model.columns.begin(), model.columns.end(), name.name) != model.columns.end())
      return &model;
  }
  return nullptr;
}

/// `__tablename__ = "users"` of a declarative class, or `Table("users", ...)`, the name perhaps on the next
/// line.
bool names_table(const std::vector<std::string>& lines, size_t at, const std::string& table) {
  const std::string& line = lines[at];
  if (!base::contains(line, '"' + table + '"') && !base::contains(line, '\'' + table + '\'')) return false;
  return base::contains(line, "__tablename__") || base::contains(line, "Table(") ||
         (at > 0 && base::trim(lines[at - 1]).ends_with("Table("));
}

}  // namespace

std::optional<base::Location> defined_by_models(const Context& context, const Name& name) {
  const run::ModelTable* model = model_of(context, name);
  if (model == nullptr) return std::nullopt;
  for (const run::Input& input : context.evidence().inputs) {
    const bool revision =
        std::any_of(context.evidence().chain.revisions.begin(), context.evidence().chain.revisions.end(),
                    [&](const chain::Revision& each) { return each.file == input.file; });
    if (revision || !input.file.ends_with(".py")) continue;
    const std::string text = context.file_text(input.file);
    if (!base::contains(text, model->name)) continue;
    const std::vector<std::string> lines = base::split(text, '\n');
    for (size_t i = 0; i < lines.size(); ++i)
      if (names_table(lines, i, model->name)) return base::Location{input.file, static_cast<int>(i) + 1, 0};
  }
  return base::Location{};
}

}  // namespace windlass::diagnose
