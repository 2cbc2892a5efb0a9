#include "cli/re_runnable.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "catalog/compare.h"
#include "chain/source_tree.h"
#include "diagnose/compose.h"
#include "edit/unified_diff.h"
#include "fix/re_runnable.h"
#include "run/run_again.h"

namespace windlass::cli {

namespace {

namespace fs = std::filesystem;

/// A revision that is worked on.
struct Work {
  const chain::Revision* revision = nullptr;
  fix::Guarded guarded;
  std::string before, after;  ///< texts of its file; equal where nothing is edited
  std::vector<std::string> by_hand;

  bool edited() const { return before != after; }
  void give_up(const std::string& because) {
    after = before;
    by_hand.insert(by_hand.begin(), because);
  }
};

const run::Evidence& clean_run(const WholeCheck& check) { return check.checked.first().outcome.evidence; }

base::Result<std::vector<const chain::Revision*>> revisions_meant(const chain::Chain& chain,
                                                                  const std::vector<std::string>& wanted) {
  std::vector<const chain::Revision*> found;
  for (const std::string& word : wanted) {
    std::vector<const chain::Revision*> meant;
    std::vector<std::string> ids;
    for (const chain::Revision& each : chain.revisions) {
      ids.push_back(each.id);
      if (each.id == word) meant = {&each};
      if (each.id == word) break;
      if (each.id.starts_with(word)) meant.push_back(&each);
    }
    if (meant.size() == 1) {
      found.push_back(meant.front());
      continue;
    }
    const std::string near = base::nearest(word, ids);
    return base::fail(
        {"read --idempotent", word,
         meant.empty() ? "the chain has no such revision" : "several revisions begin so",
         near.empty() ? "Words behind --idempotent are ids of revisions; the project's folder goes before it."
                      : fmt::format("Did you mean {}?", near),
         base::Exit::Usage});
  }
  if (wanted.empty())
    for (const chain::Revision& each : chain.revisions) found.push_back(&each);
  return found;
}

/// The folder of env.py, above one of the revisions' files; relative to the project.
std::optional<fs::path> script_folder(const fs::path& project,
                                      const std::vector<const chain::Revision*>& revisions) {
  std::error_code code;
  for (const chain::Revision* each : revisions)
    for (fs::path at = fs::path(each->file).parent_path();; at = at.parent_path()) {
      if (fs::exists(project / at / "env.py", code)) return at;
      if (at.empty() || at == at.parent_path()) break;
    }
  return std::nullopt;
}

class ReRunnableLoop {
 public:
  ReRunnableLoop(const ReRunnableGround& ground, WholeCheck check)
      : ground_(ground), before_(std::move(check)) {}

  base::Result<ReRunnable> run() {
    const run::Evidence& evidence = clean_run(before_);
    const auto wanted = WINDLASS_TRY(revisions_meant(evidence.chain, ground_.wanted));
    if (!run::succeeded(evidence) || !evidence.after_read) {
      add_remark(before_.report,
                 "No revision was made re-runnable, because the chain does not run to its end yet");
      result_.check = std::move(before_);
      return std::move(result_);
    }
    WINDLASS_CHECK(make_edits(wanted));
    WINDLASS_CHECK(prove());
    if (result_.interrupted != 0) return std::move(result_);
    name_what_is_written_again();
    tell();
    result_.check = after_ ? std::move(*after_) : std::move(before_);
    if (after_)
      for (const std::string& remark : rows_not_seen_) add_remark(result_.check.report, remark);
    return std::move(result_);
  }

 private:
  base::Result<void> make_edits(const std::vector<const chain::Revision*>& wanted) {
    const run::Evidence& evidence = clean_run(before_);
    const auto folder = script_folder(ground_.copy.project(), wanted);
    if (wanted.empty()) return {};
    if (!folder)
      return base::fail({"make revisions re-runnable", wanted.front()->file, "no env.py stands above it",
                         "The module that compares definitions is put beside env.py, within the project.",
                         base::Exit::CouldNotLook});
    module_file_ = (*folder / fix::kGuardFile).string();
    const fs::path module_path = ground_.copy.project() / module_file_;
    std::error_code code;
    module_is_new_ = !fs::exists(fs::symlink_status(module_path, code));
    if (!module_is_new_) {
      module_before_ = WINDLASS_TRY(base::read_file(module_path));
      if (!base::contains(module_before_, "windlass fix --idempotent"))
        return base::fail({"make revisions re-runnable", module_file_,
                           "there is a file of this name already, of another origin",
                           "Rename it, or move it.", base::Exit::CouldNotLook});
      // One of an earlier windlass does not know what calls say by now; a person's own changes stay.
      module_is_old_ = !base::contains(module_before_, "class Later");
    }
    fix::Sources sources([&](const std::vector<std::string>& files) {
      return chain::read_trees(ground_.interpreter, ground_.copy.project(), files);
    });
    for (const chain::Revision* revision : wanted) {
      Work work;
      work.revision = revision;
      diagnose::Finding finding;
      finding.revision = revision->id;
      const fs::path from = fs::path(revision->file).parent_path();
      const std::string up = folder->lexically_relative(from.empty() ? "." : from).generic_string();
      auto guarded =
          run::reached_without_links(ground_.copy.project(), revision->file)
              ? fix::guarded({finding, evidence, before_.report.findings, sources}, *revision, up)
              : fix::Mended<fix::Guarded>(fix::not_mended(fmt::format(
                    "{} is reached by way of a link, or lies outside of the project", revision->file)));
      if (!guarded) {
        work.by_hand.push_back(guarded.error().because);
        works_.push_back(std::move(work));
        continue;
      }
      work.guarded = std::move(*guarded);
      work.by_hand = work.guarded.by_hand;
      work.before = work.after = WINDLASS_TRY(base::read_file(ground_.copy.project() / revision->file));
      if (auto changed = edit::edited(work.before, work.guarded.edits))
        work.after = std::move(*changed);
      else
        work.by_hand.insert(work.by_hand.begin(), "two changes meet at one place of " + revision->file);
      works_.push_back(std::move(work));
    }
    return {};
  }

  bool any_edited() const {
    return std::any_of(works_.begin(), works_.end(), [](const Work& each) { return each.edited(); });
  }

  void give_up_all(const std::string& because) {
    for (Work& each : works_)
      if (each.edited()) each.give_up(because);
  }

  Work* work_of(const std::string& revision) {
    for (Work& each : works_)
      if (each.revision->id == revision) return &each;
    return nullptr;
  }

  /// Takes out what does not hold, until the rest does.
  base::Result<void> prove() {
    while (any_edited()) {
      ground_.say("Running the chain over its own result");
      if (module_is_new_ || module_is_old_)
        WINDLASS_CHECK(ground_.copy.write(module_file_, fix::guard_module()));
      WINDLASS_CHECK(write());
      after_ = WINDLASS_TRY(ground_.check_copy());
      if (result_.interrupted = after_->interrupted; result_.interrupted != 0) return {};
      const run::Evidence& evidence = clean_run(*after_);
      if (!run::succeeded(evidence)) {
        const auto stopped = std::find_if(evidence.steps.begin(), evidence.steps.end(),
                                          [](const run::Step& step) { return !step.finished; });
        const std::string because = fmt::format(
            "edited so, the chain fails: {}",
            base::one_line(evidence.exception ? first_line(evidence.exception->message) : "the tool stops"));
        Work* work = stopped != evidence.steps.end() ? work_of(stopped->revision) : nullptr;
        if (work == nullptr || !work->edited()) work = WINDLASS_TRY(to_blame());
        if (result_.interrupted != 0) return {};
        told_.insert(work->revision->id);
        work->give_up(because);
        continue;
      }
      const auto differences = catalog::compare(clean_run(before_).after, evidence.after, "before", "mended");
      if (!differences.empty() || !evidence.after_read) {
        give_up_all("edited so, the chain makes another catalog: " +
                    (differences.empty() ? "it could not be read" : differences.front().sentence));
        continue;
      }
      std::set<std::string> only;
      for (const Work& each : works_)
        if (!ground_.wanted.empty()) only.insert(each.revision->id);
      const auto first = WINDLASS_TRY(run::run_first(after_->settings));
      const run::RanAgain again = WINDLASS_TRY(run::run_again(*first, only));
      if (result_.interrupted = again.interrupted; result_.interrupted != 0) return {};
      if (!again.unknown_because.empty() || !again.differences.empty()) {
        give_up_all("run over its own result, the chain " +
                    (again.unknown_because.empty() ? "makes another catalog: " + again.differences.front()
                                                   : "could not be judged: " + again.unknown_because));
        continue;
      }
      bool taken_out = false;
      for (const auto& [revision, failure] : again.failed) {
        Work* work = work_of(revision);
        if (work == nullptr || told_.contains(revision)) continue;
        told_.insert(revision);
        taken_out = taken_out || work->edited();
        work->give_up(fmt::format("run again on the database that the chain has made, it does not hold: {}",
                                  base::one_line(failure.because)));
      }
      taken_out = taken_out || WINDLASS_TRY(prove_over_rows(*first, only));
      if (result_.interrupted != 0) return {};
      if (!taken_out) return {};
    }
    // Nothing is left of it.
    WINDLASS_CHECK(write());
    if (module_is_new_ && !module_file_.empty()) {
      std::error_code code;
      fs::remove(ground_.copy.project() / module_file_, code);
    } else if (module_is_old_) {
      WINDLASS_CHECK(ground_.copy.write(module_file_, module_before_));
    }
    after_.reset();
    return {};
  }

  /// What a second run does to rows that are made up for it. Whether an edit was given up, since it loses
  /// them. Of what writes rows in the revisions, a person is told.
  base::Result<bool> prove_over_rows(const run::FirstRun& first, const std::set<std::string>& only) {
    ground_.say("Running the chain over its own result, with rows in its tables");
    const run::RanAgain again = WINDLASS_TRY(run::run_again(first, only, run::Tables::Filled));
    if (result_.interrupted = again.interrupted; result_.interrupted != 0) return false;
    bool taken_out = false;
    rows_not_seen_.clear();
    written_ = again.written;
    const auto not_seen = [&](const std::string& what) {
      rows_not_seen_.push_back("What a second run does to rows is not known " + what);
    };
    if (!again.unknown_because.empty()) not_seen("as a whole: " + base::one_line(again.unknown_because));
    for (const std::string& difference : again.differences)
      not_seen(fmt::format("of a trigger or a function: {}", difference));
    for (const auto& [revision, failure] : again.failed) {
      Work* work = work_of(revision);
      if (told_.contains(revision)) continue;
      const std::string because = base::one_line(failure.because);
      if (failure.stopped) {
        // That loses nothing: what was dropped since then may be in the way of rows that came behind it.
        not_seen(fmt::format("of revision {}: over rows that were made up for it, it stops: {}", revision,
                             because));
      } else if (work != nullptr && (work->edited() || work->by_hand.empty())) {
        told_.insert(revision);
        taken_out = taken_out || work->edited();
        work->give_up("run again with rows in its tables, it does not leave them as they are: " + because);
      } else if (work == nullptr) {
        not_seen(fmt::format("of revision {}: {}", revision, because));
      }
    }
    for (const populate::Unpopulated& each : again.unpopulated)
      not_seen(fmt::format("in table \"{}\", which took none: {}", each.table, base::one_line(each.because)));
    return taken_out;
  }

  /// The place of a statement that the mended chain sent, in the files as they are: an edit moves lines.
  base::Location where_it_stands(const run::RanAgain::Written& written) const {
    for (const record::Statement& statement : clean_run(before_).recording.statements)
      if (statement.source.revision == written.revision && statement.text == written.statement)
        return statement.source.location;
    return {written.location.file, 0, 0};
  }

  /// Adds what was seen to be written twice to what a person has to do, where that is not said already.
  void name_what_is_written_again() {
    for (const run::RanAgain::Written& each : written_) {
      Work* work = work_of(each.revision);
      if (work == nullptr) continue;
      const std::string at = base::to_string(where_it_stands(each));
      if (std::any_of(work->by_hand.begin(), work->by_hand.end(),
                      [&](const std::string& said) { return said.starts_with(at + " "); }))
        continue;
      work->by_hand.push_back(fmt::format(
          "{} ({}): over what it has written before, it writes once more, and {}: let it leave alone what is "
          "there, or what it has changed",
          at, base::shorten(base::one_line(each.statement), 60), each.sentence));
    }
  }

  static std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

  /// The first edited revision with which the chain fails, that stops in one which is not edited: found by
  /// halves, since those before it do no harm.
  base::Result<Work*> to_blame() {
    std::vector<Work*> edited;
    for (Work& each : works_)
      if (each.edited()) edited.push_back(&each);
    size_t good = 0, bad = edited.size();  // so many of the first hold; so many fail
    while (bad - good > 1) {
      const size_t half = (good + bad) / 2;
      ground_.say(fmt::format("Finding the edit that another revision stops with, one of {}", bad - good));
      for (size_t n = 0; n < edited.size(); ++n) {
        const Work& each = *edited[n];
        WINDLASS_CHECK(ground_.copy.write(each.revision->file, n < half ? each.after : each.before));
      }
      const WholeCheck tried = WINDLASS_TRY(ground_.check_copy());
      if (result_.interrupted = tried.interrupted; result_.interrupted != 0) return edited.front();
      (run::succeeded(clean_run(tried)) ? good : bad) = half;
    }
    return edited[bad - 1];
  }

  base::Result<void> write() {
    for (const Work& each : works_)
      if (!each.guarded.edits.empty()) WINDLASS_CHECK(ground_.copy.write(each.revision->file, each.after));
    return {};
  }

  void tell() {
    bool module_told = !module_is_new_ && !module_is_old_;
    for (Work& work : works_) {
      if (!work.edited() && work.by_hand.empty()) continue;
      ReRunnable::Revision told;
      told.finding = finding_of(work);
      told.by_hand = std::move(work.by_hand);
      if (work.edited()) {
        const std::string summary = fmt::format(
            "{} through {}: what is there already and equal is left alone, what differs stops the migration "
            "with both definitions.",
            base::join(work.guarded.made, ", ") + (work.guarded.made.size() == 1 ? " goes" : " go"),
            fix::kGuardFile);
        if (!module_told)
          told.patches.push_back(
              patch_of(module_file_, summary, module_before_, std::string(fix::guard_module()),
                       {{0, module_before_.size(), std::string(fix::guard_module())}}, module_is_new_));
        module_told = true;
        told.patches.push_back(
            patch_of(work.revision->file, summary, work.before, work.after, work.guarded.edits, false));
      }
      result_.revisions.push_back(std::move(told));
    }
  }

  static diagnose::Finding finding_of(const Work& work) {
    diagnose::Finding finding;
    finding.code = "not-re-runnable";
    finding.severity = diagnose::Severity::Warning;
    finding.certainty = diagnose::Certainty::Static;
    finding.revision = work.revision->id;
    finding.location = work.guarded.first.known() ? work.guarded.first : work.revision->id_at;
    finding.cause = fmt::format(
        "Revision {} cannot be run again on a database that has some of what it makes.", finding.revision);
    finding.fingerprint = diagnose::fingerprint(finding);
    return finding;
  }

  static fix::Patch patch_of(const std::string& file, const std::string& summary, const std::string& before,
                             const std::string& after, const std::vector<edit::Edit>& edits, bool is_new) {
    fix::Patch patch;
    patch.file = file;
    patch.is_new = is_new;
    patch.summary = summary;
    patch.before = before;
    patch.after = after;
    patch.edits = edit::sorted(edits);
    patch.diff =
        is_new ? edit::diff_of_new(after, file) : edit::unified_diff(before, patch.edits, file).value_or("");
    patch.proof.catalog = "equal";
    patch.proof.run_again = true;
    return patch;
  }

  const ReRunnableGround& ground_;
  WholeCheck before_;
  std::optional<WholeCheck> after_;
  std::vector<Work> works_;
  std::set<std::string> told_;
  std::vector<run::RanAgain::Written> written_;
  std::vector<std::string> rows_not_seen_;
  std::string module_file_, module_before_;
  bool module_is_new_ = false, module_is_old_ = false;
  ReRunnable result_;
};

}  // namespace

base::Result<ReRunnable> make_re_runnable(const ReRunnableGround& ground, WholeCheck check) {
  return ReRunnableLoop(ground, std::move(check)).run();
}

}  // namespace windlass::cli
