// S3: two constraints, or two indexes, of one table that differ in nothing but their names. Nobody notices:
// both are kept up with every write, and a downgrade that drops one leaves the other.
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/definition_parts.h"
#include "diagnose/name.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "sql/tokens.h"

namespace windlass::diagnose {

namespace {

using Twins = std::map<std::string, std::vector<const catalog::Fact*>>;  // what they are -> those that are it

/// The index's definition with the name taken out: "CREATE INDEX " + name + " ON ...".
std::string without_name(const std::string& definition) {
  std::string text;
  const std::vector<sql::Token> words = sql::tokens(definition, 8);
  for (size_t i = 0; i + 2 < words.size(); ++i)
    if (words[i].is("index") && words[i + 2].is("on"))
      return definition.substr(0, words[i].offset) + definition.substr(words[i + 2].offset);
  return "";
}

/// Partitions have what their parents have; a child of an inheritance tree, its constraints.
std::set<std::string> descended_tables(const catalog::Snapshot& end) {
  std::set<std::string> names;
  for (const catalog::Fact& fact : end.facts)
    if (fact.object.kind == "table" &&
        (has_part(fact.definition, "partition") || has_part(fact.definition, "parents")))
      names.insert(fact.object.name);
  return names;
}

Twins constraints_of(const catalog::Snapshot& end, const std::set<std::string>& descended) {
  Twins twins;
  for (const catalog::Fact& fact : end.facts) {
    if (fact.object.kind != "constraint" || descended.contains(parent_of(fact.object))) continue;
    const std::string definition = text_part(fact.definition, "definition");
    if (definition.starts_with("PRIMARY KEY") || definition.empty()) continue;
    twins[parent_of(fact.object) + '\n' + definition].push_back(&fact);
  }
  return twins;
}

/// Indexes, but for those of a primary key and of a constraint that may be deferred: both are more than an
/// index.
Twins indexes_of(const catalog::Snapshot& end, const std::set<std::string>& descended) {
  std::map<std::string, std::string> constraints;  // "public.name" of an index -> its constraint's definition
  for (const catalog::Fact& fact : end.facts)
    if (fact.object.kind == "constraint") {
      const std::string table = parent_of(fact.object);
      constraints[table.substr(0, table.find('.') + 1) + fact.object.name.substr(table.size() + 1)] =
          text_part(fact.definition, "definition");
    }
  Twins twins;
  for (const catalog::Fact& fact : end.facts) {
    if (fact.object.kind != "index" || has_part(fact.definition, "partition_of") ||
        has_part(fact.definition, "replica_identity") || denies_part(fact.definition, "valid") ||
        descended.contains(text_part(fact.definition, "table")))
      continue;
    if (const auto own = constraints.find(fact.object.name); own != constraints.end())
      if (own->second.starts_with("PRIMARY KEY") || own->second.starts_with("EXCLUDE") ||
          base::contains(own->second, "DEFERRABLE"))
        continue;
    const std::string definition = without_name(text_part(fact.definition, "definition"));
    if (!definition.empty()) twins[definition].push_back(&fact);
  }
  return twins;
}

Finding finding_of_twins(const Context& context, const catalog::Fact& first, const catalog::Fact& second) {
  const auto one = context.maker(first.object), two = context.maker(second.object);
  Finding finding = finding_at(context, "defined-twice", two ? two->statement->source.revision : "",
                               two ? place_of(context, *two->statement) : base::Location{});
  finding.severity = Severity::Warning;
  finding.object = second.object;
  if (two) finding.statement = short_statement(*two->statement);
  const auto maker = [&](const std::optional<Sighting>& sighting) {
    return sighting
               ? fmt::format(" ({})", sender(*sighting->statement, place_of(context, *sighting->statement)))
               : std::string();
  };
  finding.cause = fmt::format("{} \"{}\"{} and {} \"{}\"{} are one and the same under two names: {}.",
                              first.object.kind == "index" ? "Index" : "Constraint", first.object.name,
                              maker(one), second.object.kind, second.object.name, maker(two),
                              base::shorten(text_part(second.definition, "definition"), 200));
  for (const auto& made : {one, two})
    if (made) {
      const std::string& operation = made->statement->source.operation;
      finding.evidence.push_back(
          exhibit(*made, operation == "add_column" || operation == "create_table"
                             ? "ForeignKey(...), unique=True or index=True on a column makes one by itself."
                             : ""));
    }
  finding.fix.summary =
      fmt::format("Make the {} in one place; drop the other in a new revision.", first.object.kind);
  const std::string name = second.object.kind == "index"
                               ? last_part(second.object)
                               : second.object.name.substr(parent_of(second.object).size() + 1);
  const std::string where =
      second.object.kind == "constraint" ? parent_of(second.object) : second.object.name;
  const size_t dot = where.find('.');
  const std::string schema = where.substr(0, dot);
  const std::string in_schema = schema == "public" ? "" : ", schema=" + python_strings({schema});
  finding.fix.steps = {second.object.kind == "constraint"
                           ? fmt::format("op.drop_constraint({}, {}{})", python_strings({name}),
                                         python_strings({where.substr(dot + 1)}), in_schema)
                           : fmt::format("op.drop_index({}{})", python_strings({name}), in_schema)};
  finding.fix.do_not = "Do not drop both, and not the one that a downgrade or the models name.";
  return finding;
}

/// In the order in which they were made; those whose maker is not known first.
void by_age(const Context& context, std::vector<const catalog::Fact*>& facts) {
  const auto age = [&](const catalog::Fact* fact) {
    const auto made = context.maker(fact->object);
    return made ? made->statement->n : 0;
  };
  std::stable_sort(facts.begin(), facts.end(),
                   [&](const catalog::Fact* a, const catalog::Fact* b) { return age(a) < age(b); });
}

}  // namespace

void defined_twice(const Context& context, std::vector<Finding>& findings) {
  if (!context.whole_chain_known()) return;
  const catalog::Snapshot& end = context.evidence().after;
  const std::set<std::string> descended = descended_tables(end);
  Twins constraints = constraints_of(end, descended);
  std::set<std::string> told;  // indexes of constraints that are told of
  for (auto& [what, facts] : constraints) {
    if (facts.size() < 2) continue;
    by_age(context, facts);
    for (size_t i = 1; i < facts.size(); ++i) {
      const std::string table = parent_of(facts[i]->object);
      told.insert(table.substr(0, table.find('.') + 1) + facts[i]->object.name.substr(table.size() + 1));
      findings.push_back(finding_of_twins(context, *facts[0], *facts[i]));
    }
  }
  for (auto& [what, facts] : indexes_of(end, descended)) {
    if (facts.size() < 2) continue;
    std::vector<const catalog::Fact*> sorted = facts;
    by_age(context, sorted);
    for (size_t i = 1; i < sorted.size(); ++i)
      if (!told.contains(sorted[i]->object.name))
        findings.push_back(finding_of_twins(context, *sorted[0], *sorted[i]));
  }
}

}  // namespace windlass::diagnose
