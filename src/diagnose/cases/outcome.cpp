#include "diagnose/cases/outcome.h"

#include <utility>

#include "base/text.h"
#include "diagnose/compose.h"
#include "run/failure.h"

namespace windlass::diagnose {

std::string said(const run::Evidence& run) {
  if (const record::Statement* error = run::fatal_error(run)) return error->error->message;
  if (run.exception) return base::split(run::to_string(*run.exception), '\n').front();
  return run.timed_out ? "it did not end in its time" : last_words(run);
}

bool came_to_an_end(const run::Evidence& run) { return !run.timed_out && !run.server_died; }

Finding finding_of_stop(const run::Evidence& run, std::string code) {
  Finding finding;
  finding.code = std::move(code);
  finding.revision = run::stopped_in(run);
  finding.message = said(run);
  if (const record::Statement* error = run::fatal_error(run)) {
    finding.location = error->source.location;
    finding.statement = short_statement(*error);
    finding.statement_number = error->n;
    finding.sqlstate = error->error->sqlstate;
    finding.evidence.push_back(exhibit(*error, "failed"));
  }
  if (run.exception && !finding.location.known())
    for (const run::Frame& frame : run.exception->frames)
      if (frame.in_project) finding.location = frame.location;
  return finding;
}

}  // namespace windlass::diagnose
