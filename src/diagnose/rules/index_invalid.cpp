// X3: an index that no query uses is left at the end: CREATE INDEX CONCURRENTLY failed and its error was
// caught, or IF NOT EXISTS was content with the remains of an earlier try. Of a partitioned table: one made
// with ON ONLY that was never completed by ATTACH PARTITION.
#include <fmt/core.h>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/definition_parts.h"
#include "diagnose/name.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "sql/statement_kind.h"

namespace windlass::diagnose {

namespace {

struct Tries {
  const record::Statement* failed = nullptr;   ///< that left it
  const record::Statement* skipped = nullptr;  ///< that was content with it
};

Tries tries_of(const Context& context, const catalog::Object& index) {
  Tries tries;
  for (const record::Statement& statement : context.evidence().recording.statements)
    for (const sql::Target& target : sql::read_targets(statement.text).targets) {
      if (target.kind != "index" || target.action != sql::Action::Create || target.name != last_part(index))
        continue;
      if (statement.failed()) {
        if (tries.failed == nullptr || statement.error->sqlstate != "42P07") tries.failed = &statement;
      } else if (tries.failed != nullptr && target.guarded) {
        tries.skipped = &statement;
      }
    }
  return tries;
}

}  // namespace

void index_invalid(const Context& context, std::vector<Finding>& findings) {
  if (!context.whole_chain_known()) return;
  for (const catalog::Fact& fact : context.evidence().after.facts) {
    if (fact.object.kind != "index" || !denies_part(fact.definition, "valid")) continue;
    const std::string definition = text_part(fact.definition, "definition");
    const bool of_partitions = base::contains(definition, " ON ONLY ");
    const Tries tries = tries_of(context, fact.object);
    const auto made = context.maker(fact.object);
    const record::Statement* statement = tries.failed != nullptr ? tries.failed
                                         : made                  ? made->statement
                                                                 : nullptr;
    Finding finding =
        finding_at(context, "index-invalid", statement != nullptr ? statement->source.revision : "",
                   statement != nullptr ? statement->source.location : base::Location{});
    finding.severity = of_partitions ? Severity::Warning : Severity::Error;
    finding.object = fact.object;
    if (statement != nullptr) finding.statement = short_statement(*statement);
    const std::string who =
        statement != nullptr ? sender(*statement, statement->source.location) : std::string("a statement");
    const std::string name = sql_name_of(fact.object);
    if (of_partitions) {
      finding.cause = fmt::format(
          "Index \"{}\" of a partitioned table, made by {} with ON ONLY, is not valid at the end of the "
          "chain: some "
          "partition has no index attached to it, so it indexes nothing as a whole.",
          fact.object.name, who);
      finding.fix.summary =
          "Make the index on every partition and attach each: the last one makes the whole valid.";
      finding.fix.steps = {fmt::format(
          "op.execute({})", python_strings({fmt::format("ALTER INDEX {} ATTACH PARTITION ...", name)}))};
      if (statement != nullptr) finding.evidence.push_back(exhibit(*statement, "created", ""));
      finding.fix.do_not = "Do not count on it for uniqueness: it checks nothing where it is not attached.";
      findings.push_back(std::move(finding));
      continue;
    }
    const std::string said =
        tries.failed != nullptr ? fmt::format(" ({})", in_sentence(tries.failed->error->message)) : "";
    finding.cause = fmt::format(
        "{} failed{} and left index \"{}\" invalid: it is in the catalog, no query uses it, every write pays "
        "for "
        "it{}, and the chain ends as if all were well.",
        tries.failed != nullptr ? who : "The CREATE INDEX CONCURRENTLY", said, fact.object.name,
        base::contains(definition, "CREATE UNIQUE") ? ", rows that break it are there already" : "");
    if (tries.failed != nullptr) {
      finding.sqlstate = tries.failed->error->sqlstate;
      finding.message = tries.failed->error->message;
      finding.evidence.push_back(exhibit(*tries.failed, "failed", tries.failed->error->detail));
    } else if (made) {
      finding.evidence.push_back(exhibit(*made, ""));
    }
    if (tries.skipped != nullptr)
      finding.evidence.push_back(
          exhibit(*tries.skipped, "skipped",
                  "IF NOT EXISTS asks for the name only: the invalid index was enough for it."));
    finding.fix.summary = "Mend what made it fail, and drop the remains before each try.";
    finding.fix.steps = {
        "with op.get_context().autocommit_block():",
        fmt::format("    op.execute({})",
                    python_strings({fmt::format("DROP INDEX CONCURRENTLY IF EXISTS {}", name)})),
        fmt::format("    op.execute({})",
                    python_strings({base::replace_all(definition, " INDEX ", " INDEX CONCURRENTLY ")}))};
    finding.fix.do_not =
        "Do not catch the error of CREATE INDEX CONCURRENTLY, and do not write IF NOT EXISTS there: the next "
        "try "
        "takes the invalid index for a good one.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
