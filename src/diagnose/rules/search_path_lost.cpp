// S1: a statement of the run has set search_path for its session (a pg_dump file does:
// set_config('search_path', '', false)), and later names without a schema find nothing.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "diagnose/server_error.h"
#include "sql/statement_kind.h"
#include "sql/tokens.h"

namespace windlass::diagnose {

namespace {

/// SET [SESSION] search_path or set_config('search_path', ..., false); not SET LOCAL, not in a definition.
bool sets_path(const std::string& text) {
  if (!base::contains(base::to_lower(text), "search_path")) return false;
  const std::string kind = sql::statement_kind(text);
  const std::vector<sql::Token> words = sql::tokens(text, 64);
  if (kind == "SET") return words.size() > 1 && !words[1].is("local");
  if (kind != "SELECT") return false;
  for (size_t i = 0; i + 2 < words.size(); ++i)
    if (words[i].is("set_config") && base::equal_ignoring_case(words[i + 2].text, "search_path")) return true;
  return false;
}

}  // namespace

void search_path_lost(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures()) {
    const record::Statement& statement = *failure.statement;
    if (claimed(findings, statement)) continue;
    const bool no_schema = no_schema_selected(*statement.error);
    const std::optional<Name> name = missing_object(*statement.error, failure.reading);
    if (!no_schema && (!name || !name->schema.empty() || name->kind == "schema")) continue;
    const record::Statement* setter = nullptr;
    for (const record::Statement& earlier : context.evidence().recording.statements)
      if (earlier.n < statement.n && earlier.session == statement.session && !earlier.failed() &&
          sets_path(earlier.text))
        setter = &earlier;
    if (setter == nullptr) continue;
    const bool is_version = name && name->name == context.evidence().settings.version_table;
    if (!no_schema && !is_version && !context.present(*name, statement) &&
        !context.existed_before_the_run(*name))
      continue;
    Finding finding = finding_of(context, failure, "search-path-lost");
    if (name) finding.object = catalog::Object{name->kind, name->text()};
    const base::Location place = place_of(context, *setter);
    finding.cause = fmt::format(
        "{} has set search_path for the rest of the session, so {} no longer finds {}, which it names "
        "without a schema.",
        sender(*setter, place), sender(statement, finding.location),
        no_schema ? "any schema to create in" : the(*name));
    finding.evidence = {
        exhibit(*setter, "altered", "From here on, names without a schema are looked up elsewhere."),
        exhibit(statement, "failed", is_version ? "Alembic's own table is looked up without a schema." : "")};
    finding.revision = setter->source.revision.empty() ? finding.revision : setter->source.revision;
    if (place.known()) {
      finding.location = place;
      finding.statement = short_statement(*setter);
    }
    finding.fix.summary = "Put search_path back at the end of the revision that sets it.";
    finding.fix.steps = {
        "op.execute(\"RESET search_path\")   # as the last statement of upgrade()",
        "Or take the set_config('search_path', ...) line out of the dump that the revision runs."};
    finding.fix.do_not =
        "Do not set version_table_schema only to find the table again: the revisions after it would still "
        "create their objects in the wrong schema.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
