// What the Python part told of each step of a run, what its session sent
// during it, and so what a process holds after it that a fresh one would not.
//
// Two ask: what keeps steps for the next run (run/kept_run.h), and what asks
// whether a process that goes on differs from a fresh one (run/left_behind.h).
//
// Pure: no file, no clock.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "record/tape.h"

namespace windlass::run {

/// The Python part's event "plan".
struct Plan {
  struct Step {
    std::string revision, file;
  };
  std::vector<Step> steps;  ///< in the order in which they will be taken
  std::string libraries;
  std::vector<std::string> files;
};
std::optional<Plan> read_plan(std::string_view line);

/// A step as the Python part told of it.
struct ToldStep {
  std::string revision;
  double began = 0, next = 0;  ///< of the monotonic clock; next: when the one after it began, or it ended
  bool ended = false;
  bool cached = false;
  /// It is an upgrade, and told nothing but what sending its statements again would bring about.
  bool repeatable = true;
  /// What it told of, it did in its process and by its session: it reached nothing else.
  bool alone = true;
  std::string lines;  ///< its events
  std::string memo;   ///< JSON: the types that Alembic remembers after it; "null": also something else
  bool memo_told = false;
  int savepoints = 0;  ///< how many SQLAlchemy had numbered of its connection by the end of it
  std::vector<std::string> files, imported;
};

struct StepStory {
  std::optional<Plan> plan;
  std::vector<ToldStep> steps;
  bool holds = false;                 ///< the process holds what it held before the first step
  std::vector<std::string> changed;   ///< what it holds otherwise, in Python's words
  std::vector<std::string> imported;  ///< modules of the project's own that came with the steps
};

/// `events`: all that the Python part told.
StepStory read_story(std::string_view events);

/// What one session sent during a step.
struct SentInStep {
  std::string_view bytes;  ///< of the tape
  char before = 'I',
       after = 'I';  ///< the session's transaction status (ReadyForQuery) when it began and ended
};

/// Nothing where not all of it is of one session (`session`; 0: not known yet, and then set where it is
/// found), or not of a kind that can be sent again: a prepared statement that the driver counts on.
std::optional<SentInStep> sent_in_step(const ToldStep& told, std::span<const record::Tape> tapes,
                                       int& session);

/// Of a run of one step: what its process holds afterwards and a fresh one would not, in words ("Alembic
/// remembers types that it created"); empty: nothing. What was not told counts as held.
std::string held_after_step(std::string_view events, std::span<const record::Tape> tapes);

}  // namespace windlass::run
