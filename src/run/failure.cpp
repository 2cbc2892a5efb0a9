#include "run/failure.h"

#include "base/text.h"

namespace windlass::run {

namespace {

std::string words_of(const Evidence& run) {
  if (const record::Statement* error = fatal_error(run)) return error->error->message;
  if (run.exception) return base::split(to_string(*run.exception), '\n').front();
  return run.timed_out ? "timed out" : run.server_died ? "server died" : "";
}

}  // namespace

const record::Statement* fatal_error(const Evidence& run) {
  const record::Statement* found = nullptr;
  for (const record::Statement& statement : run.recording.statements)
    if (run.exception && tells_of(*run.exception, statement)) found = &statement;
  return found;
}

std::string stopped_in(const Evidence& run) {
  for (const Step& step : run.steps)
    if (step.direction == "upgrade" && !step.finished) return step.revision;
  return run.exception ? run.exception->revision : "";
}

bool failed_alike(const Evidence& a, const Evidence& b) {
  return !succeeded(a) && !succeeded(b) && stopped_in(a) == stopped_in(b) && words_of(a) == words_of(b);
}

}  // namespace windlass::run
