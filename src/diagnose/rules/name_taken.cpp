// One name for two things: tables, views, sequences and indexes of a schema share their names, and a UNIQUE,
// PRIMARY KEY or EXCLUDE constraint has an index of its own name. Servers that keep the names of indexes by
// table (MySQL) let a chain use one for several tables.
//
// Not told here: one thing that is made twice (created_twice.cpp), for which the same table would have to be
// meant, and a type beside a table's row type.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/definition_parts.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "diagnose/server_error.h"

namespace windlass::diagnose {

namespace {

/// One of the two that want the name.
struct Bearer {
  std::string kind;   ///< as in catalog/object.h
  std::string table;  ///< of an index or a constraint, as it is written there
  std::string words;  ///< `index of table "owners"`
};

bool of_a_table(std::string_view kind) { return kind == "index" || kind == "constraint"; }

bool has_index(const std::string& definition) {
  return definition.starts_with("UNIQUE") || definition.starts_with("PRIMARY KEY") ||
         definition.starts_with("EXCLUDE");
}

std::string in_quotes(std::string_view name) { return fmt::format("\"{}\"", name); }

std::string one(const Bearer& thing) {
  const bool vowel = thing.words.starts_with("index") || thing.words.starts_with("EXCLUDE");
  return (vowel ? "an " : "a ") + thing.words;
}

Bearer bearer(const std::string& kind, const std::string& definition, const std::string& table) {
  if (!of_a_table(kind)) return {kind, "", kind};
  // "UNIQUE (name)" and "PRIMARY KEY" alike.
  const std::string how = definition.starts_with("UNIQUE")        ? "UNIQUE "
                          : definition.starts_with("PRIMARY KEY") ? "PRIMARY KEY "
                          : definition.starts_with("EXCLUDE")     ? "EXCLUDE "
                                                                  : "";
  return {kind, table, fmt::format("{}{} of table {}", kind == "index" ? "" : how, kind, in_quotes(table))};
}

/// What the failing statement would make under the name.
const sql::Target* wanted(const Failure& failure, const std::string& name) {
  for (const sql::Target& target : failure.reading.targets)
    if (target.action == sql::Action::Create && target.name == name &&
        (target.kind != "constraint" || has_index(target.definition)))
      return &target;
  return nullptr;
}

/// What has the name; nothing where it is not clear which, or where nothing is known to.
std::optional<catalog::Object> holder(const Context& context, const record::Statement& failed,
                                      const std::string& schema, const std::string& name) {
  const std::string in = schema.empty() ? "public" : schema;
  std::vector<catalog::Object> found = context.objects_before(failed, [&](const catalog::Object& each) {
    if (last_part(each) != name) return false;
    if (each.kind == "constraint")
      return has_index(text_part(context.definition_before(each, failed), "definition")) &&
             parent_of({"table", parent_of(each)}) == in;
    return kind_matches(each.kind, "relation") && parent_of(each) == in;
  });
  // The constraint and its index are one.
  if (std::any_of(found.begin(), found.end(),
                  [](const catalog::Object& each) { return each.kind == "constraint"; }))
    std::erase_if(found, [](const catalog::Object& each) { return each.kind == "index"; });
  return found.size() == 1 ? std::optional(found.front()) : std::nullopt;
}

std::string table_of(const Context& context, const record::Statement& failed, const catalog::Object& held) {
  if (held.kind == "constraint") return parent_of(held);
  return held.kind == "index" ? text_part(context.definition_before(held, failed), "table") : "";
}

std::string remark(const Bearer& first, const Bearer& second) {
  if (first.kind == "constraint" || second.kind == "constraint")
    return "The index of such a constraint has the constraint's name, and the tables, views, sequences and "
           "indexes of a schema share their names, whatever table they belong to.";
  return "The tables, views, sequences and indexes of a schema share their names, whatever table they belong "
         "to.";
}

}  // namespace

void name_taken(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures()) {
    const record::Statement& failed = *failure.statement;
    if (failed.error->sqlstate != "42P07" || claimed(findings, failed)) continue;
    const std::optional<Name> met = existing_object(*failed.error, failure.reading);
    if (!met) continue;
    const sql::Target* want = wanted(failure, met->name);
    if (want == nullptr) continue;
    const std::optional<catalog::Object> held =
        holder(context, failed, of_a_table(want->kind) ? want->table_schema : want->schema, met->name);
    if (!held || of_a_table(held->kind) + of_a_table(want->kind) == 0) continue;
    const std::string table = table_of(context, failed, *held);
    if (of_a_table(held->kind) && of_a_table(want->kind) &&
        (table.empty() || last_part({"table", table}) == want->table))
      continue;

    const Bearer first = bearer(held->kind, text_part(context.definition_before(*held, failed), "definition"),
                                last_part({"table", table}));
    const Bearer second = bearer(want->kind, want->definition, want->table);
    const base::Location place = place_of(context, failed);
    const std::optional<Sighting> maker = context.made_before(*held, failed);
    Finding finding = finding_of(context, failure, "name-taken");
    finding.object = *held;
    finding.cause =
        fmt::format("{} gives {} the name {}, which is taken: {} has it{}. {}", sender(failed, place),
                    one(second), in_quotes(met->name), one(first),
                    maker ? fmt::format(", made by {} ({})",
                                        sender(*maker->statement, place_of(context, *maker->statement)),
                                        by_whom(*maker->statement))
                          : " since before the chain started",
                    remark(first, second));
    if (maker) finding.evidence.push_back(exhibit(*maker, fmt::format("The {}.", first.words)));
    finding.evidence.push_back(exhibit(failed, "failed", fmt::format("The {}.", second.words)));
    finding.evidence.back().location = place;
    const std::string with_table =
        second.table.empty() || base::contains(met->name, second.table)
            ? std::string()
            : fmt::format(", with the table in it: {}", in_quotes(second.table + "_" + met->name));
    finding.fix.summary = fmt::format("Give the {} another name{}.", second.words, with_table);
    finding.fix.steps = {
        fmt::format("Write it at {}, in the models, and where a later revision drops it by its name.",
                    place.known() ? base::to_string(place) : std::string("that place")),
        "A naming_convention on MetaData puts the table into the names that nobody gives."};
    finding.fix.do_not = fmt::format(
        "Do not leave the {} out, and do not write IF NOT EXISTS (if_not_exists=True): both are meant, and "
        "the second would be missing without a word.",
        second.kind);
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
