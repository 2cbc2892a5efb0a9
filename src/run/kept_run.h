// What one run leaves for the next: the steps that it took, so that they can
// be taken again without their Python code.
//
// A step is kept as the bytes that its client sent between its beginning and
// the next one's, and is sent again on the same session, in the same
// transaction. So all that the server holds at the next step is there: open
// transaction, settings, locks, temporary tables, triggers that wait. What the
// process would hold is either restored (the types that Alembic remembers,
// modules) or keeps the step from being kept (a prepared statement that the
// driver counts on; what the project's own modules hold).
//
// Pure: no file, no clock.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "record/recording.h"
#include "record/tape.h"
#include "run/evidence.h"
#include "run/step_story.h"

namespace windlass::run {

struct KeptStep {
  std::string revision;
  bool repeatable = true;             ///< false: it runs each time; of the rest only the outcome is known
  std::string digest;                 ///< of the revision's file
  std::vector<Input> files;           ///< what else the step opened, but for libraries
  std::string bytes;                  ///< what the client sent, its marks with kNoToken
  char before = 'I';                  ///< the session's transaction status (ReadyForQuery) when it began
  char after = 'I';                   ///< ... and when the next began
  std::string events;                 ///< what the Python part told during it, in lines
  std::vector<std::string> imported;  ///< the modules that it imported
  std::string memo;                   ///< JSON: the types that Alembic remembers after it
  int savepoints = 0;                 ///< how many SQLAlchemy has numbered of its connection after it
  std::string outcome;                ///< digest of its statements and what the server said to them
};

/// Stands for the token of a run in what is kept: of one length with it, so that messages stay what they are.
inline constexpr std::string_view kNoToken = "00000000000000000000000000000000";

struct KeptRun {
  std::string circumstances;  ///< digest of all that is no file of the project: server, settings, environment
  std::string libraries;      ///< the Python part's stamp of what it had imported when the first step began
  std::vector<Input> files;   ///< opened by then; without libraries and the revisions' own
  int session = 0;            ///< record::Session::n
  std::vector<KeptStep> steps;
};

/// The digest of a file of the project; empty when it cannot be read.
using DigestOf = std::function<std::string(const std::string& file)>;

/// What a run leaves: `events` is all that the Python part told, `token` that of the run.
struct RunLeft {
  std::string_view events;
  std::span<const record::Tape> tapes;
  const Evidence& evidence;
  std::string token;
};

/// The steps of a clean run of upgrades, up to the first that did not end. Steps that this run itself had
/// from `taken` (may be nullptr) are as they are there. The circumstances are left empty. Nothing where no
/// step is repeatable.
std::optional<KeptRun> keep_steps(const RunLeft& left, const KeptRun* taken, const DigestOf& digest_of);

/// Steps [first, behind) of a plan.
struct StepRange {
  size_t first = 0, behind = 0;
  bool empty() const { return first >= behind; }
};

/// The longest range of steps of `plan` that were kept and can be taken: same files, same libraries. Not
/// always from the first one: they leave the session in the status in which they met it, and a step that is
/// not repeatable runs.
StepRange steps_to_reuse(const KeptRun& kept, const Plan& plan, const DigestOf& digest_of);

/// By revision: the digest of its statements and what the server said to them. Equal for two runs that did
/// the same.
std::map<std::string, std::string> outcomes(const record::Recording& recording);

/// `bytes` with the marks of another run: both tokens are of one length.
std::string with_token(std::string bytes, std::string_view before, std::string_view now);

/// MessagePack, with a version of the format in front; read_kept_run() takes nothing else.
std::string to_bytes(const KeptRun& kept);
std::optional<KeptRun> read_kept_run(std::string_view bytes);

}  // namespace windlass::run
