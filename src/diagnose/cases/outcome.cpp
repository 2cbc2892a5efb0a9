#include "diagnose/cases/outcome.h"

#include "base/text.h"
#include "diagnose/compose.h"

namespace windlass::diagnose {

const record::Statement* last_error(const run::Evidence& run) {
  const record::Statement* found = nullptr;
  for (const record::Statement& statement : run.recording.statements)
    if (run.exception && run::tells_of(*run.exception, statement)) found = &statement;
  return found;
}

std::string said(const run::Evidence& run) {
  if (const record::Statement* error = last_error(run)) return error->error->message;
  if (run.exception) return base::split(run::to_string(*run.exception), '\n').front();
  return run.timed_out ? "it did not end in its time" : last_words(run);
}

}  // namespace windlass::diagnose
