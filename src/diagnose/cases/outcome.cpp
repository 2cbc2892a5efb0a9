#include "diagnose/cases/outcome.h"

#include "base/text.h"
#include "diagnose/compose.h"
#include "run/failure.h"

namespace windlass::diagnose {

std::string said(const run::Evidence& run) {
  if (const record::Statement* error = run::fatal_error(run)) return error->error->message;
  if (run.exception) return base::split(run::to_string(*run.exception), '\n').front();
  return run.timed_out ? "it did not end in its time" : last_words(run);
}

}  // namespace windlass::diagnose
