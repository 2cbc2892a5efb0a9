// An object that comes with an extension which the chain creates, but which is not there at this place: made
// only further on, dropped before, or in a schema that is not looked in. The object itself is created by
// nothing: its name stands in no CREATE. What no revision creates is extension_missing's.
#include <fmt/core.h>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/definition_parts.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "diagnose/server_error.h"
#include "sql/extension_objects.h"

namespace windlass::diagnose {

namespace {

struct Missing {
  const Context& context;
  const Failure& failure;
  Name name;       // of the object
  Name extension;  // that it comes from
};

Finding start(const Missing& m, std::string code) {
  Finding finding = finding_of(m.context, m.failure, std::move(code));
  finding.object = catalog::Object{"extension", m.extension.name};
  return finding;
}

/// "op.execute at x.py:9 uses the type "citext", which comes from the extension "citext"".
std::string uses(const Missing& m, const Finding& finding) {
  return fmt::format("{} uses the {}, which comes from the extension \"{}\"",
                     sender(*m.failure.statement, finding.location), the(m.name), m.extension.name);
}

void add_failing(const Missing& m, Finding& finding) {
  finding.evidence.push_back(exhibit(*m.failure.statement, "failed", ""));
  finding.evidence.back().location = finding.location;
}

std::string create_line(const Missing& m) {
  return fmt::format("op.execute('CREATE EXTENSION IF NOT EXISTS \"{}\"')", m.extension.name);
}

Finding created_later(const Missing& m, const Plan& plan) {
  Finding finding = start(m, plan.same_branch ? "created-later" : "created-on-other-branch");
  const bool same_revision = plan.revision == finding.revision;
  const std::string there = base::to_string(plan.location);
  finding.cause =
      uses(m, finding) +
      (same_revision ? fmt::format("; the same revision creates that extension only further down, {}.",
                                   at(plan.location))
       : plan.same_branch
           ? fmt::format("; only a later revision creates that extension: {} ({}).", plan.revision, there)
           : fmt::format("; revision {} creates that extension ({}), on another branch: nothing "
                         "says that it must run first.",
                         plan.revision, there));
  add_failing(m, finding);
  finding.evidence.push_back({plan.revision, plan.location, "", "", "Would create the extension."});
  Fix& fix = finding.fix;
  if (same_revision) {
    fix.summary = "Create the extension above its first use.";
    fix.steps = {
        fmt::format("Move the creation {} above {}.", at(plan.location), base::to_string(finding.location))};
  } else {
    fix.summary = "Create the extension earlier, before its first use.";
    fix.steps = {fmt::format("In revision {}, before {}:\n{}", finding.revision,
                             sender(*m.failure.statement, finding.location), create_line(m))};
    const std::string later = base::to_lower(m.context.source_line(plan.location));
    if (!base::contains(later, "if not exists"))
      fix.steps.push_back(
          fmt::format("Then write IF NOT EXISTS {}, too: a clean database has the extension by then, "
                      "and databases that have run it keep it.",
                      at(plan.location)));
    if (base::contains(later, " schema ")) fix.steps.emplace_back("Name the same SCHEMA as there.");
    if (!plan.same_branch)
      fix.steps.push_back(fmt::format("Or, in the file of revision {}:\ndepends_on = {}", finding.revision,
                                      python_strings({plan.revision})));
  }
  fix.do_not =
      "Do not create the extension by hand on the one database that fails: the next clean one fails again.";
  return finding;
}

Finding dropped_before(const Missing& m, const Sighting& dropped) {
  Finding finding = start(m, "dropped-before");
  finding.cause = fmt::format("{}; that extension was dropped by {} ({}).", uses(m, finding),
                              sender(*dropped.statement, place_of(m.context, *dropped.statement)),
                              by_whom(*dropped.statement));
  if (const auto made = m.context.last_creation(m.extension, *dropped.statement))
    finding.evidence.push_back(exhibit(*made, "Created it."));
  finding.evidence.push_back(exhibit(dropped, "Dropped it."));
  add_failing(m, finding);
  finding.fix.summary =
      "Take out the later use, or the earlier drop; or create the extension again before it is used.";
  finding.fix.steps = {create_line(m)};
  return finding;
}

/// Where the extension's objects are, if that is known and is not where the name says, or not where a name
/// without a schema is looked up; else empty.
std::string elsewhere(const Missing& m) {
  const std::string schema =
      text_part(m.context.definition_before({"extension", m.extension.name}, *m.failure.statement), "schema");
  const std::string looked_in = m.name.schema.empty() ? "public" : m.name.schema;
  return schema == looked_in || schema == "pg_catalog" ? "" : schema;
}

Finding other_schema(const Missing& m, const std::string& schema) {
  Finding finding = start(m, "schema-not-in-search-path");
  finding.cause =
      uses(m, finding) +
      (m.name.schema.empty()
           ? fmt::format("; that extension is in schema \"{}\", which is not in the session's "
                         "search_path.",
                         schema)
           : fmt::format("; that extension is in schema \"{}\", not in \"{}\".", schema, m.name.schema));
  if (const auto made = m.context.last_creation(m.extension, *m.failure.statement))
    finding.evidence.push_back(exhibit(*made, "Creates the extension."));
  add_failing(m, finding);
  const std::string full = sql_name({schema, m.name.name});
  finding.fix.summary = fmt::format("Name the schema: {}.", full);
  if (m.name.schema.empty())
    finding.fix.steps = {
        fmt::format("Or put the schema into the search_path of the connection, in env.py: SET "
                    "search_path TO public, {}.",
                    sql_name({schema}))};
  finding.fix.do_not = "Do not move the extension: what uses it elsewhere names it where it is.";
  return finding;
}

}  // namespace

void extension_out_of_reach(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures()) {
    const record::Statement& statement = *failure.statement;
    if (claimed(findings, statement)) continue;
    const auto name = missing_object(*statement.error, failure.reading);
    if (!name) continue;
    const std::string extension(sql::extension_of(name->kind, name->name));
    if (extension.empty()) continue;
    const std::string revision = finding_of(context, failure, "").revision;
    const int line = statement.source.location.line;
    // The chain may have one of that name of its own.
    if (context.present(*name, statement) || context.last_drop(*name, statement) ||
        context.planned_later(*name, revision, line))
      continue;
    const Missing m{context, failure, *name, {"extension", "", "", extension}};
    if (context.present(m.extension, statement) ||
        (context.existed_before_the_run(m.extension) && !context.last_drop(m.extension, statement))) {
      if (const std::string schema = elsewhere(m); !schema.empty())
        findings.push_back(other_schema(m, schema));
    } else if (const auto dropped = context.last_drop(m.extension, statement)) {
      findings.push_back(dropped_before(m, *dropped));
    } else if (const auto plan = context.planned_later(m.extension, revision, line)) {
      findings.push_back(created_later(m, *plan));
    }
  }
}

}  // namespace windlass::diagnose
