#include "run/models_run.h"

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "base/text.h"

namespace windlass::run {

namespace {

std::vector<std::pair<std::string, std::string>> extensions_of(const catalog::Snapshot& catalog) {
  std::vector<std::pair<std::string, std::string>> found;
  for (const catalog::Fact& fact : catalog.facts) {
    if (fact.object.kind != "extension") continue;
    const nlohmann::json definition = nlohmann::json::parse(fact.definition, nullptr, false);
    if (!definition.is_object()) continue;
    // As pg_identify_object has it: quoted where it must be.
    std::string name = fact.object.name;
    if (name.starts_with('"')) name = base::replace_all(name.substr(1, name.size() - 2), "\"\"", "\"");
    found.emplace_back(std::move(name), definition.value("schema", "public"));
  }
  return found;
}

}  // namespace

MakeModels models_beside(const Evidence& clean) { return {clean.database, extensions_of(clean.after)}; }

std::string why_not_made(const Evidence& run) {
  if (run.timed_out) return "creating the models was ended after its time";
  if (run.models_made.made) return "the catalog could not be read after the models had been created";
  if (!run.models_made.not_because.empty()) return run.models_made.not_because;
  if (run.exception) return "env.py failed: " + base::one_line(to_string(*run.exception));
  return "env.py ended without running migrations";
}

}  // namespace windlass::run
