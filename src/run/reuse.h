// Takes the steps of a clean run that an earlier one took in the same way from
// the user's cache, and keeps this run's for the next (run/kept_run.h).
//
// Invariants: what differs in any way is run as ever; a run that reused steps
// is thrown away, and run again without, when the server said anything else
// to a statement than it did before (held()).
#pragma once

#include <ctime>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/unique_fd.h"
#include "run/check.h"
#include "run/kept_run.h"
#include "run/stage.h"

namespace windlass::run {

class Reuse {
 public:
  /// Empty where this run's steps cannot be taken from a cache: see CheckSettings::reuse.
  static std::unique_ptr<Reuse> begin(const CheckSettings& settings, Stage& stage);

  /// The descriptor at which the Python part hears the answers to its questions.
  int descriptor_for_tool() const { return theirs_.get(); }
  /// The tool has been started: its end of the answers is its own.
  void tool_started() { theirs_.reset(); }
  /// An event line of the Python part. It is added to `events`, before it those of reused steps that are
  /// over.
  void hear(std::string_view line, std::string& events);
  /// The run has ended. Where it ended in the midst of reused steps, those that `recording` has whole are
  /// added.
  void end(const record::Recording& recording, std::string& events);

  /// Whether the reused steps, and all before them, did what they did when they were kept, as far as
  /// `evidence` goes.
  bool held(const Evidence& evidence) const;
  /// What the cases of the scenarios go by, where the Python part told its plan; nothing otherwise.
  std::optional<CleanTrace> trace(std::string events) const;

  /// Keeps what this run leaves. A cache that cannot be written leaves the next run to itself.
  void keep(std::string_view events, const std::vector<record::Tape>& tapes, const Evidence& evidence) const;

 private:
  Reuse(const CheckSettings& settings, Stage& stage);
  void plan(std::string_view line);
  void play(double moment);
  void add_step(const KeptStep& step, bool finished, std::string& events) const;
  void answer(std::string_view line) const;
  std::string digest_of(const std::string& file) const;

  const CheckSettings& settings_;
  Stage& stage_;
  std::filesystem::path file_;
  timespec began_{};                            // of the system's clock, as files are stamped with it
  std::shared_ptr<const base::UniqueFd> ours_;  // the recorder's threads answer, too
  base::UniqueFd theirs_;
  std::optional<KeptRun> kept_;
  std::string circumstances_;
  StepRange range_;
  bool played_ = false, went_on_ = false;  // sent again; and then the Python part was heard
  double moment_ = 0;                      // of the step events
};

}  // namespace windlass::run
