// E3, E4 and the enum that nobody creates: 42704 about a type that the project's code constructs as an
// enum. Alembic's add_column and alter_column never create the type; SQLAlchemy's create_table does so once
// per process; create_type=False (and, before 2.1, metadata=) keeps it from doing so.
#include <fmt/core.h>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/enum_fix.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "diagnose/server_error.h"
#include "sql/statement_kind.h"

namespace windlass::diagnose {

namespace {

void mend(const Context& context, Finding& finding, const Name& type, const run::EnumSeen& seen) {
  const EnumText text = enum_text(context, type, seen.labels, &seen, finding.location);
  finding.fix.summary = "Create the type in the revision, before the statement that uses it.";
  finding.fix.steps = {kImportPostgresql, fmt::format("Replace the type {} by:", at(seen.at)),
                       text.declaration,  fmt::format("Before the operation {}:", at(finding.location)),
                       text.create,       "In downgrade(), after the column or table is gone:",
                       text.drop};
  finding.fix.do_not =
      "Do not create the type by hand on the one database that fails: the next clean one fails again.";
}

/// Whether its order is at fault. What is taken away before it is made anew was to be there before.
bool created_later(const Context& context, const Name& type, const record::Statement& statement) {
  const auto plan = context.planned_later(type, statement.source.revision, statement.source.location.line);
  return plan && plan->replaces != Replaces::WhatIsThere;
}

}  // namespace

void enum_type_missing(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures()) {
    const record::Statement& statement = *failure.statement;
    if (claimed(findings, statement) || statement.error->sqlstate != "42704") continue;
    const std::optional<Name> name = missing_object(*statement.error, failure.reading);
    if (!name || name->kind != "type" || context.present(*name, statement)) continue;
    const EnumStory story = enum_story(context, statement, name->name);
    if (story.seen == nullptr) continue;
    const run::EnumSeen& seen = *story.seen;
    const std::string kind = sql::statement_kind(statement.text);
    const std::string who = sender(statement, place_of(context, statement));
    const std::optional<Sighting> dropped = context.last_drop(*name, statement);
    const bool raw = !by_itself(statement) && statement.source.operation != "connection";
    if (raw) continue;
    const bool flag_works = seen.create_type == false &&
                            (seen.type_class == "postgresql.ENUM" || !context.sqlalchemy_before(2, 1));
    std::string code, cause;
    std::vector<Exhibit> evidence;
    if (kind == "CREATE TABLE" && dropped && !flag_works) {
      code = "type-dropped-and-not-recreated";
      cause = fmt::format(
          "The type \"{}\" was dropped by {}, and {} does not create it again: SQLAlchemy creates an enum "
          "type once per "
          "process and remembers that it has.",
          name->text(), sender(*dropped->statement, place_of(context, *dropped->statement)), who);
      evidence.push_back(exhibit(*dropped, ""));
    } else if (kind == "ALTER TABLE" && !dropped) {
      if (created_later(context, *name, statement)) continue;
      code = "type-not-created-by-add-column";
      cause = fmt::format(
          "{} uses the enum type \"{}\", which nothing has created: Alembic creates an enum's type for "
          "op.create_table, but "
          "never for add_column, alter_column or a batch.",
          who, name->text());
    } else if (kind == "CREATE TABLE" && !dropped &&
               (flag_works || (seen.metadata && context.sqlalchemy_before(2, 1)))) {
      if (created_later(context, *name, statement)) continue;
      code = "never-created";
      cause = flag_works ? fmt::format(
                               "{} uses the enum type \"{}\", which nothing has created: create_type=False "
                               "tells SQLAlchemy not "
                               "to, and no revision before it does.",
                               who, name->text())
                         : fmt::format(
                               "{} uses the enum type \"{}\", which nothing has created: given metadata=, an "
                               "enum belongs to the "
                               "MetaData, and before SQLAlchemy 2.1 op.create_table does not create it.",
                               who, name->text());
    } else {
      continue;
    }
    Finding finding = finding_of(context, failure, code);
    finding.object = catalog::Object{"type", name->text()};
    finding.cause = cause;
    finding.evidence = std::move(evidence);
    finding.evidence.push_back(exhibit(statement, "failed", ""));
    finding.evidence.back().location = finding.location;
    finding.evidence.push_back(
        {seen.revision, seen.at, "", "",
         fmt::format("The type is written as {}{}.", seen.type_class,
                     seen.create_type
                         ? fmt::format(" with create_type={}", *seen.create_type ? "True" : "False")
                         : "")});
    mend(context, finding, *name, seen);
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
