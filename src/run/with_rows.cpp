#include "run/with_rows.h"

#include <fmt/core.h>

#include <memory>
#include <utility>

#include "populate/collision.h"
#include "run/failure.h"
#include "sql/statement_kind.h"
#include "sql/tokens.h"

namespace windlass::run {

namespace {

constexpr int kMostSeeded = 5;  // tables, for each of which the chain is run once more

/// An INSERT that writes what it says itself, and not what it reads from a table.
bool inserts_literals(const std::string& text) {
  if (sql::statement_kind(text) != "INSERT") return false;
  for (const sql::Token& token : sql::tokens(text, 2000))
    if (token.is("select") || token.is("from")) return false;
  return true;
}

/// The table whose keys the chain's own INSERT and a row of windlass's both have; empty where that is not why
/// it failed.
std::string seeded_table(const RunDone& done) {
  const record::Statement* error = fatal_error(*done.evidence);
  if (error == nullptr || error->error->sqlstate != "23505" || !inserts_literals(error->text)) return {};
  const record::ServerMessage& said = *error->error;
  const populate::Row* row = populate::row_with_key(done.rows, said.schema, said.table, said.detail);
  return row == nullptr ? std::string() : row->schema + "." + row->table;
}

}  // namespace

populate::Hints hints_of(const Evidence& run, const std::string& last) {
  populate::Hints hints;
  bool there = false;
  for (const record::Statement& statement : run.recording.statements) {
    const std::string& revision = statement.source.revision;
    if (there && !revision.empty() && revision != last) break;
    there = there || (!last.empty() && revision == last);
    populate::read_hints(statement.text, hints);
  }
  return hints;
}

base::Result<WithRows> upgrade_with_rows(ScenarioRunner& runner, const std::string& target,
                                         const SharedState& state, populate::FillOrder order) {
  WithRows result;
  CaseTrace trace;
  for (int again = 0;; ++again) {
    result.done = WINDLASS_TRY(runner.run(
        {.target = target, .from = state, .rows = std::make_shared<const populate::FillOrder>(order)}));
    const std::string table =
        succeeded(*result.done.evidence) || again == kMostSeeded ? std::string() : seeded_table(result.done);
    add_trace(trace, result.done.trace);
    if (table.empty()) {
      result.done.trace = std::move(trace);
      return result;
    }
    order.leave_out.push_back(table);
    result.seeded.push_back(
        {table, fmt::format("revision {} inserts rows there, and no other keys than theirs could be made",
                            stopped_in(*result.done.evidence))});
  }
}

}  // namespace windlass::run
