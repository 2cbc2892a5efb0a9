// G4: the revision's own work succeeds, then Alembic cannot write its id into alembic_version
// (VARCHAR(32)): 22001.
#include <fmt/core.h>

#include <algorithm>

#include "diagnose/compose.h"
#include "diagnose/rules.h"

namespace windlass::diagnose {

namespace {

/// As the column counts them: not bytes.
size_t characters(const std::string& id) {
  return static_cast<size_t>(std::count_if(
      id.begin(), id.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

}  // namespace

void revision_id_too_long(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures()) {
    const record::Statement& statement = *failure.statement;
    if (claimed(findings, statement) || statement.error->sqlstate != "22001" ||
        !context.is_version_statement(statement))
      continue;
    Finding finding = finding_of(context, failure, "revision-id-too-long");
    // The version statement may carry no revision of its own: it is the one being applied.
    for (const run::Step& step : context.evidence().steps)
      if (finding.revision.empty() && !step.finished) finding.revision = step.revision;
    const chain::Revision* revision = context.revision(finding.revision);
    if (revision != nullptr) {
      finding.location = revision->id_at.known() ? revision->id_at : base::Location{revision->file, 0, 0};
      finding.evidence.push_back({revision->id, finding.location, "", "",
                                  fmt::format("{} characters long.", characters(revision->id))});
    }
    finding.cause = fmt::format(
        "The id of revision {} is {} characters long, and the version table holds 32: everything the "
        "revision did succeeded, "
        "then Alembic could not record it.",
        finding.revision, characters(finding.revision));
    finding.evidence.push_back(exhibit(statement, "failed", "Alembic's own statement."));
    finding.fix.summary =
        "Shorten the id to at most 32 characters, here and in the down_revision of its children.";
    const run::MigrationSettings& settings = context.evidence().settings;
    const std::string widen = fmt::format("ALTER TABLE {} ALTER COLUMN version_num TYPE VARCHAR(128)",
                                          sql_name({settings.version_table_schema, settings.version_table}));
    finding.fix.steps = {
        "If some database has recorded the long id (its column was widened by hand), keep the id and let the "
        "revision widen the column itself, as the first line of its upgrade(). Alembic has made the table by "
        "then, on a clean database too:",
        fmt::format("op.execute({})", python_strings({widen}))};
    finding.fix.do_not =
        "Do not rename the id of a revision that a database has recorded without updating its version table.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
