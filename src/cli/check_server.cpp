#include "cli/check_server.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "base/file.h"
#include "base/printable.h"
#include "base/text.h"
#include "diagnose/going_on.h"
#include "record/recording_json.h"
#include "run/going_on.h"

namespace windlass::cli {

namespace {

/// A line per revision while it runs, on a terminal only.
class Progress {
 public:
  explicit Progress(bool on) : on_(on) {}
  void operator()(const run::Step& step) {
    if (!on_) return;
    if (!step.finished) {
      started_ = std::chrono::steady_clock::now();
      std::fprintf(stderr, "  %s ...", base::printable(step.revision).c_str());
      open_ = true;
    } else if (open_) {
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started_;
      std::fprintf(stderr, "\r\x1b[K  %s  %s\n", base::printable(step.revision).c_str(),
                   base::duration_text(took.count()).c_str());
      open_ = false;
    }
  }
  /// The first root, before the others are looked for.
  void tell_first(const std::vector<diagnose::Finding>& findings) {
    if (!on_ || findings.empty()) return;
    end();
    const diagnose::Finding& first = findings.front();
    std::fprintf(stderr, "%s: %s\nGoing on past it, to see what lies behind.\n",
                 base::printable(base::to_string(first.location)).c_str(),
                 base::printable(first.cause).c_str());
  }
  void end() {
    if (open_) std::fputc('\n', stderr);
    open_ = false;
  }

 private:
  bool on_, open_ = false;
  std::chrono::steady_clock::time_point started_;
};

/// Which revisions raised and were left there: what comes after that place is not known.
std::string left_early(const run::Evidence& gone_on) {
  std::vector<std::string> revisions;
  for (const run::PythonException& exception : gone_on.left)
    if (std::find(revisions.begin(), revisions.end(), exception.revision) == revisions.end())
      revisions.push_back(exception.revision);
  if (revisions.empty()) return {};
  return fmt::format("{} {} raised, and was left there: what it does after that place was not tried",
                     revisions.size() == 1 ? "revision" : "each of the revisions",
                     base::join(revisions, ", "));
}

}  // namespace

base::Result<ServerCheck> check_server(const run::CheckSettings& given, const diagnose::SourceLines& source,
                                       const ServerCheckOptions& options) {
  run::CheckSettings settings = given;
  settings.reuse = options.reuse;
  Progress progress(options.progress);
  run::CheckHooks hooks;
  hooks.on_step = [&](const run::Step& step) { progress(step); };
  ServerCheck check;
  check.outcome = WINDLASS_TRY(run::run_check(settings, hooks));
  progress.end();
  const run::Evidence& evidence = check.outcome.evidence;
  if (check.interrupted = check.outcome.interrupted; check.interrupted != 0) return check;

  // Before the runs that go on: the recording is there also when those are interrupted.
  if (!options.recording.empty()) {
    const record::RecordingDocument document{
        {"alembic", "upgrade", settings.to}, evidence.exit_code, evidence.recording};
    WINDLASS_CHECK(base::write_file(options.recording, record::to_json(document)));
  }

  check.findings = diagnose::diagnose(evidence, source);
  if (!options.first && run::worth_going_on(evidence)) {
    progress.tell_first(check.findings);
    auto gone_on = run::go_on(settings, hooks, evidence);
    progress.end();
    if (!gone_on) {
      check.remarks.push_back("what lies behind the first failure could not be looked at: " +
                              gone_on.error().got);
    } else if (gone_on->interrupted != 0) {
      check.interrupted = gone_on->interrupted;
      return check;
    } else {
      diagnose::add_later_findings(check.findings, *gone_on, source);
      check.went_past = run::WentPast{gone_on->faults.size(), gone_on->ended_early.empty()};
      if (std::string left = left_early(gone_on->evidence); !left.empty())
        check.remarks.push_back(std::move(left));
      if (!gone_on->ended_early.empty())
        check.remarks.push_back("the run past the failures ended early, " +
                                base::split(gone_on->ended_early, '\n').front() +
                                "; what lies behind that place was not seen");
      if (options.keep_past) check.past = std::move(gone_on->evidence);
    }
  }
  check.verdict = diagnose::verdict_of(evidence, check.findings);
  return check;
}

}  // namespace windlass::cli
