#include "cli/fix_loop.h"

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "chain/source_tree.h"
#include "cli/instead_of_edit.h"
#include "cli/re_runnable.h"
#include "cli/released.h"
#include "cli/uncovered.h"
#include "edit/unified_diff.h"
#include "fix/mend.h"
#include "fix/proof.h"
#include "run/import_path.h"
#include "run/project_copy.h"
#include "scratch/run_folder.h"

namespace windlass::cli {

namespace {

using diagnose::Finding;

fix::Checked checked_of(const WholeCheck& check) {
  fix::Checked result;
  result.clean = &check.checked.first().outcome.evidence;
  if (check.checked.first().past) result.past = &*check.checked.first().past;
  result.findings = &check.report.findings;
  return result;
}

/// The mends of one run of the command.
class FixLoop {
 public:
  FixLoop(const FixOptions& options, const ProjectAtHand& at_hand,
          const std::vector<std::string>& environment, const std::function<void(const std::string&)>& say)
      : options_(options), at_hand_(at_hand), environment_(environment), say_(say) {}

  base::Result<FixRun> run() {
    result_.project = at_hand_.project.project;
    say_("Running the chain");
    WholeCheck original = WINDLASS_TRY(check(options_, at_hand_));
    result_.git_root = original.report.git_root;
    result_.from_git_root = original.report.from_git_root;
    if (result_.interrupted = original.interrupted; result_.interrupted != 0) return std::move(result_);
    released_ = WINDLASS_TRY(Released::find(options_.released, options_.new_revision, at_hand_,
                                            original.checked.first().outcome.evidence.chain));
    WINDLASS_CHECK(copy_project(original.settings));
    // First what any run meets, each trial of which is one run; then what only the other scenarios show.
    std::optional<WholeCheck> last = WINDLASS_TRY(mend_all(std::move(original)));
    if (last && (options_.all || !options_.scenarios.empty() || !at_hand_.config.scenarios.empty())) {
      with_scenarios_ = true;
      say_("Running the scenarios");
      WholeCheck wider = WINDLASS_TRY(check_copy());
      if (result_.interrupted = wider.interrupted; result_.interrupted != 0) return std::move(result_);
      last = WINDLASS_TRY(mend_all(std::move(wider)));
    }
    if (last && options_.idempotent) last = WINDLASS_TRY(make_re_runnable(std::move(*last)));
    if (!last) return std::move(result_);
    result_.verdict = last->report.verdict;
    result_.fixed.could_look = last->report.verdict != diagnose::Verdict::Incomplete;
    for (const Finding& each : last->report.findings)
      if (wanted(each)) ++result_.fixed.left;
    result_.remarks = last->report.remarks;
    if (options_.new_revision) released_.settle(result_.fixed, last->checked.first().outcome.evidence);
    return std::move(result_);
  }

 private:
  /// The chain in `where`, the scenarios only when it is their turn. Of repair scripts nothing is mended.
  base::Result<WholeCheck> check(WholeCheckOptions options, ProjectAtHand where) const {
    where.config.repairs.clear();
    if (!with_scenarios_) {
      options.scenarios.clear();
      options.all = false;
      where.config.scenarios.clear();
    }
    return whole_check(options, where, environment_, {.keep_past = true, .progress = false, .lock = false});
  }

  base::Result<void> copy_project(const run::CheckSettings& settings) {
    base::SystemUser owner = base::current_system_user();
    if (!options_.place.run_as.empty()) owner = WINDLASS_TRY(base::find_system_user(options_.place.run_as));
    folder_ = WINDLASS_TRY(scratch::RunFolder::make(scratch::run_parents(environment_), owner));
    copy_ = WINDLASS_TRY(run::ProjectCopy::make(settings.project, folder_.path()));
    // A package of the project that is installed in place is imported from the copy, too.
    std::string path;
    for (const std::filesystem::path& each :
         WINDLASS_TRY(run::import_path(at_hand_.interpreter.program, at_hand_.project.folder)))
      if (const std::filesystem::path copied = copy_->in_copy(each); copied != each)
        path += (path.empty() ? "" : ":") + copied.string();
    if (path.empty()) return {};
    if (const auto given = base::environment_value(environment_, "PYTHONPATH"); given && !given->empty())
      path += ":" + *given;
    copied_import_path_ = path;
    return {};
  }

  /// The check of the copy as it is now.
  base::Result<WholeCheck> check_copy() const {
    WholeCheckOptions options = options_;
    options.no_cache = true;  // a folder that will be gone
    // Before what the user says with --env, which is stronger.
    if (!copied_import_path_.empty())
      options.place.env.insert(options.place.env.begin(), {"PYTHONPATH", copied_import_path_});
    ProjectAtHand copied = at_hand_;
    for (diagnose::Suppression& each : copied.config.suppress) {
      if (!each.file.empty()) each.file = copy_->in_copy(each.file).string();
      if (!each.at.file.empty()) each.at.file = copy_->in_copy(each.at.file).string();
    }
    for (std::filesystem::path* each :
         {&copied.project.project, &copied.project.folder, &copied.project.config_file})
      *each = copy_->in_copy(*each);
    return check(std::move(options), std::move(copied));
  }

  bool asked_for(const Finding& finding) const {
    return options_.only.empty() || base::contains(options_.only, finding.code);
  }

  bool wanted(const Finding& finding) const {
    // What follows from another finding goes with it. A chain with several heads runs: it is no root of a
    // failure.
    if (!finding.counts() || finding.follows_from) return false;
    if (!finding.root && finding.severity != diagnose::Severity::Warning) return false;
    // What suppresses nothing here may do so in a scenario that is not run.
    if (finding.code == "suppression-unused") return false;
    if (!asked_for(finding)) return false;
    // Remarks are mended where the other scenarios are asked for: they show what comes of them.
    return finding.severity != diagnose::Severity::Info || with_scenarios_ || !options_.only.empty();
  }

  /// The number of a finding in the result, which it gets when it is first spoken of.
  int id_of(const Finding& finding) {
    for (const Finding& known : result_.fixed.findings)
      if (known.fingerprint == finding.fingerprint) return known.id;
    result_.fixed.findings.push_back(finding);
    result_.fixed.findings.back().id = static_cast<int>(result_.fixed.findings.size());
    return result_.fixed.findings.back().id;
  }

  /// Mends what can be mended of it; the check of the copy at the end. Nothing when it was interrupted.
  base::Result<std::optional<WholeCheck>> mend_all(WholeCheck check) {
    while (const Finding* next = next_of(check.report.findings)) {
      const Finding finding = *next;
      tried_.insert(finding.fingerprint);
      if (finding.follows_from && !can_be_mended(finding, check)) continue;  // its root speaks for it
      const int id = id_of(finding);
      if (finding.incomplete) {
        result_.fixed.instructions.push_back({id, "something outside of the chain is missing"});
        continue;
      }
      if (finding.location.known() && !run::reached_without_links(copy_->project(), finding.location.file)) {
        result_.fixed.instructions.push_back(
            {id, fmt::format("{} is reached by way of a link, or lies outside of the project",
                             finding.location.file)});
        continue;
      }
      fix::Sources sources(reader());
      const fix::Checked before = checked_of(check);
      const fix::Ground ground{finding, before.evidence(), check.report.findings, sources,
                               writer(before.evidence())};
      fix::Mended<std::vector<fix::Mend>> mends = fix::mends(ground);
      std::vector<std::string> behind;  // released revisions that no edit is known of
      if (!mends && options_.new_revision && run::succeeded(*before.clean)) {
        if (const chain::Revision* of = ground.revision()) behind = released_.among({of->file});
        const auto statements = behind.empty() ? std::vector<std::string>() : fix::statements_behind(ground);
        if (statements.empty())
          behind.clear();
        else
          mends = revision_behind(ground.new_revision, ground.evidence.chain, finding, behind, statements)
                      .map([](fix::Mend mend) { return std::vector<fix::Mend>{std::move(mend)}; });
      }
      if (!mends) {
        result_.fixed.instructions.push_back({id, mends.error().because});
        result_.fixed.instructions.back().steps = mends.error().steps;
        continue;
      }
      // Whether a new revision will do is known of a chain that runs: what keeps it from that comes first.
      if (options_.new_revision && finding.severity != diagnose::Severity::Error &&
          !run::succeeded(*before.clean) && !released_.among(fix::files_of(mends->front())).empty() &&
          later_.insert(finding.fingerprint).second) {
        tried_.erase(finding.fingerprint);
        continue;
      }
      if (mends->front().uncovers) {
        Uncovered found = WINDLASS_TRY(
            uncover({*copy_, reader(), ground.new_revision, [this] { return check_copy(); }, checked_of},
                    mends->front(), check));
        if (result_.interrupted = found.interrupted; result_.interrupted != 0)
          return std::optional<WholeCheck>();
        if (!found.mend) {
          result_.fixed.instructions.push_back({id, found.hidden});
          continue;
        }
        mends->front() = std::move(*found.mend);
      }
      const size_t told = result_.fixed.instructions.size();
      for (const fix::Mend& mend : *mends) {
        // Of several that do not hold, the last says why.
        result_.fixed.instructions.erase(result_.fixed.instructions.begin() + static_cast<ptrdiff_t>(told),
                                         result_.fixed.instructions.end());
        auto tried = WINDLASS_TRY(try_mend(finding, id, mend, check, behind, sources));
        if (result_.interrupted != 0) return std::optional<WholeCheck>();
        if (!tried) continue;
        check = std::move(*tried);
        break;
      }
    }
    return std::optional<WholeCheck>(std::move(check));
  }

  bool can_be_mended(const Finding& finding, const WholeCheck& check) const {
    fix::Sources sources(reader());
    return fix::mends({finding, checked_of(check).evidence(), check.report.findings, sources}).has_value();
  }

  /// Reads the copy's sources.
  fix::Sources::Reader reader() const {
    return [this](const std::vector<std::string>& files) {
      return chain::read_trees(at_hand_.interpreter.program, copy_->project(), files);
    };
  }

  /// Writes new revisions, for a chain as it is in the copy.
  fix::RevisionWriter writer(const run::Evidence& evidence) const {
    return [this, &evidence](const chain::NewRevision& wanted) {
      chain::LoadSettings settings;
      settings.project = copy_->project();
      settings.folder = copy_->in_copy(at_hand_.project.folder);
      settings.config_file = copy_->in_copy(at_hand_.project.config_file);
      settings.section = at_hand_.project.section;
      settings.interpreter = at_hand_.interpreter.program;
      return chain::write_new_revision(settings, evidence.chain, wanted);
    };
  }

  /// What a failed run leaves is a matter of its own where the failure itself is left to a person.
  bool outlives_its_root(const Finding& finding, const std::vector<Finding>& findings) const {
    if (finding.code != "half-applied" || !finding.counts() || !finding.follows_from || !asked_for(finding))
      return false;
    return std::any_of(findings.begin(), findings.end(), [&](const Finding& each) {
      return each.id == *finding.follows_from && (tried_.contains(each.fingerprint) || !asked_for(each));
    });
  }

  const Finding* next_of(const std::vector<Finding>& findings) const {
    const Finding* last = nullptr;
    for (const Finding& each : findings) {
      if (tried_.contains(each.fingerprint)) continue;
      if (!wanted(each) && !outlives_its_root(each, findings)) continue;
      if (!later_.contains(each.fingerprint)) return &each;
      if (last == nullptr) last = &each;
    }
    return last;
  }

  /// The check with the mend; nothing where it does not hold, and the copy is as before. `behind`: released
  /// revisions behind which it comes, and which it does not edit.
  base::Result<std::optional<WholeCheck>> try_mend(const Finding& finding, int id, const fix::Mend& mend,
                                                   const WholeCheck& check,
                                                   const std::vector<std::string>& behind,
                                                   fix::Sources& sources) {
    std::map<std::string, std::string> old_texts, new_texts;
    for (const auto& [file, text] : mend.new_files) {
      if (!run::reached_without_links(result_.project, file)) {
        result_.fixed.instructions.push_back(
            {id, fmt::format("{} would be reached by way of a link, or lie outside of the project", file)});
        return std::optional<WholeCheck>();
      }
      old_texts[file];
      new_texts[file] = text;
    }
    for (const auto& [file, edits] : mend.edits) {
      if (!run::reached_without_links(result_.project, file)) {
        result_.fixed.instructions.push_back(
            {id, fmt::format("{} is reached by way of a link, or lies outside of the project", file)});
        return std::optional<WholeCheck>();
      }
      old_texts[file] = WINDLASS_TRY(base::read_file(copy_->project() / file));
      auto changed = edit::edited(old_texts[file], edits);
      if (!changed) {
        result_.fixed.instructions.push_back({id, "two changes meet at one place of " + file});
        return std::optional<WholeCheck>();
      }
      new_texts[file] = std::move(*changed);
    }
    say_(fmt::format("Trying a mend of {} ({})", finding.code, base::to_string(finding.location)));
    WINDLASS_CHECK(write(new_texts));
    WholeCheck after = WINDLASS_TRY(check_copy());
    if (result_.interrupted = after.interrupted; result_.interrupted != 0) return std::optional<WholeCheck>();
    fix::Judged judged =
        fix::judge(checked_of(check), checked_of(after), finding, fix::all_edits(mend), new_texts);
    if (!judged.proven) {
      for (const chain::Revision& each : after.checked.first().outcome.evidence.chain.revisions)
        if (std::filesystem::path(each.file).is_absolute()) {
          judged.failed_because =
              fmt::format("run on a copy, the tool still takes {} from where it is", each.file);
          break;
        }
      result_.fixed.instructions.push_back(
          {id, fmt::format("a mend was tried ({}) and does not hold: {}",
                           base::join(fix::files_of(mend), ", "), judged.failed_because)});
      for (const auto& [file, text] : mend.new_files) {
        WINDLASS_CHECK(copy_->remove(file));
        old_texts.erase(file);
      }
      WINDLASS_CHECK(write(old_texts));
      return std::optional<WholeCheck>();
    }
    fix::NoNewRevision none;
    if (const auto edited = behind.empty() ? released_.among(fix::files_of(mend)) : behind;
        options_.new_revision && !edited.empty()) {
      const std::string last = last_that_runs(mend, check);
      none = seen_of_released(mend, judged, check, last);
      if (none.verdict.empty()) {
        say_(fmt::format("Writing a new revision in place of an edit of {}", base::join(edited, ", ")));
        Instead instead = WINDLASS_TRY(write_instead(
            {*copy_, writer(check.checked.first().outcome.evidence), sources, [&] { return check_copy(); },
             checked_of, result_.project, folder_.path()},
            {finding, mend, judged, check, after, old_texts, new_texts, last, edited, released_.by()}));
        if (result_.interrupted = instead.interrupted; result_.interrupted != 0)
          return std::optional<WholeCheck>();
        if (instead.mend) {
          keep(id, *instead.mend, instead.judged, check.report.findings, instead.check->report.findings,
               instead.old_texts, instead.new_texts);
          for (fix::Patch& each : result_.fixed.patches)
            if (each.is_new && instead.mend->new_files.contains(each.file))
              each.instead_of_edit = instead.told;
          return std::move(instead.check);
        }
        if (last.empty()) {
          // An edit would part the databases that have it from those that are made from now on.
          result_.fixed.instructions.push_back(
              {id, fmt::format("a mend edits what was released ({}), and no new revision takes its place: {}",
                               base::join(edited, ", "), instead.not_written)});
          return std::optional<WholeCheck>();
        }
        none = without_new_revision(id, edited, last, instead);
      }
      if (none.verdict != "not-needed") edited_already_ = true;
    }
    const size_t kept = result_.fixed.patches.size();
    keep(id, mend, judged, check.report.findings, after.report.findings, old_texts, new_texts);
    for (size_t i = kept; i < result_.fixed.patches.size(); ++i)
      if (fix::Patch& each = result_.fixed.patches[i]; !each.released.empty()) each.no_new_revision = none;
    return std::optional<WholeCheck>(std::move(after));
  }

  /// Of a chain that breaks: the last released revision, where that is reached and the mend edits no other.
  std::string last_that_runs(const fix::Mend& mend, const WholeCheck& before) const {
    const run::Evidence& clean = before.checked.first().outcome.evidence;
    const std::vector<std::string> files = fix::files_of(mend);
    if (run::succeeded(clean) || released_.among(files).size() != files.size()) return {};
    return released_.last_before_others(clean.chain);
  }

  /// Where a clean database needs the edit, and no new revision was written.
  fix::NoNewRevision without_new_revision(int id, const std::vector<std::string>& edited,
                                          const std::string& last, const Instead& instead) {
    if (instead.not_needed)
      return {"not-needed",
              fmt::format("at revision {} the chain makes the same catalog with it and without it", last)};
    if (instead.unknown) return {"unknown", kNotSeen};
    result_.fixed.instructions.push_back(
        {id,
         instead.not_written,
         edited,
         released_.by(),
         {"Once the patches are applied, see for each of these databases what leads there:",
          fmt::format("windlass diff URL chain@{} --sql", last)}});
    return {"not-written", instead.not_written};
  }

  static constexpr const char* kNotSeen =
      "the chain did not run to its end without the edit, so what such a database holds was not seen";

  /// Why no new revision takes the place of a mend of released ones; empty where one may. `last`: as of
  /// last_that_runs().
  fix::NoNewRevision seen_of_released(const fix::Mend& mend, const fix::Judged& judged,
                                      const WholeCheck& before, const std::string& last) const {
    const run::Evidence& clean = before.checked.first().outcome.evidence;
    if (!run::succeeded(clean) && last.empty()) return {"unknown", kNotSeen};
    if (edited_already_ && !released_.lock_agrees(clean))
      return {
          "unknown",
          "another edit of what was released was needed first, so what such a database holds was not seen"};
    if (!last.empty()) return {};
    if (judged.catalog == "unknown") return {"unknown", "the catalog at the end of the chain was not read"};
    if (judged.catalog == "equal" && mend.afterwards.empty())
      return {"not-needed", "the chain ends in the same catalog with it and without it"};
    return {};
  }

  /// The check of the copy with what makes revisions re-runnable; nothing when it was interrupted.
  base::Result<std::optional<WholeCheck>> make_re_runnable(WholeCheck check) {
    say_("Making revisions re-runnable");
    ReRunnable made = WINDLASS_TRY(cli::make_re_runnable(
        {options_.revisions, at_hand_.interpreter.program, *copy_, [&] { return check_copy(); }, say_},
        std::move(check)));
    if (result_.interrupted = made.interrupted; result_.interrupted != 0) return std::optional<WholeCheck>();
    for (ReRunnable::Revision& each : made.revisions) {
      const int id = id_of(each.finding);
      if (!each.by_hand.empty()) result_.fixed.instructions.push_back({id, base::join(each.by_hand, "; ")});
      for (fix::Patch& patch : each.patches) {
        patch.id = static_cast<int>(result_.fixed.patches.size()) + 1;
        patch.findings = patch.proof.gone = {id};
        released_.mark(patch);
        if (options_.new_revision && !patch.released.empty())
          patch.no_new_revision = {"not-needed", "the chain ends in the same catalog with it and without it"};
        result_.fixed.change(patch.file, patch.edits, patch.before, patch.after, patch.is_new);
        result_.fixed.patches.push_back(std::move(patch));
      }
    }
    return std::optional<WholeCheck>(std::move(made.check));
  }

  base::Result<void> write(const std::map<std::string, std::string>& texts) {
    for (const auto& [file, text] : texts) WINDLASS_CHECK(copy_->write(file, text));
    return {};
  }

  void keep(int id, const fix::Mend& mend, const fix::Judged& judged, const std::vector<Finding>& before,
            const std::vector<Finding>& after, std::map<std::string, std::string>& old_texts,
            std::map<std::string, std::string>& new_texts) {
    fix::Proof proof;
    for (const std::string& each : judged.gone)
      for (const Finding& finding : before)
        if (finding.fingerprint == each && finding.counts() && finding.severity != diagnose::Severity::Info)
          proof.gone.push_back(id_of(finding));
    // What was left to a person before, and is gone with this, is left to nobody; it is tried anew if it
    // comes again.
    std::erase_if(result_.fixed.instructions, [&](const fix::Instruction& each) {
      const bool gone = each.released.empty() &&
                        std::find(proof.gone.begin(), proof.gone.end(), each.finding) != proof.gone.end();
      for (const Finding& known : result_.fixed.findings)
        if (gone && known.id == each.finding) tried_.erase(known.fingerprint);
      return gone;
    });
    for (const std::string& each : judged.come_to_light)
      for (const Finding& finding : after)
        if (finding.fingerprint == each) proof.come_to_light.push_back(id_of(finding));
    proof.catalog = judged.catalog;
    proof.differences = judged.differences;
    for (const auto& [file, edits] : fix::all_edits(mend)) {
      fix::Patch patch;
      patch.id = static_cast<int>(result_.fixed.patches.size()) + 1;
      patch.findings = {id};
      patch.file = file;
      patch.is_new = mend.new_files.contains(file);
      patch.summary = mend.summary;
      patch.edits = edit::sorted(edits);
      patch.diff = patch.is_new ? edit::diff_of_new(new_texts[file], file)
                                : edit::unified_diff(old_texts[file], patch.edits, file).value_or("");
      patch.proof = proof;
      released_.mark(patch);
      result_.fixed.change(file, patch.edits, old_texts[file], new_texts[file], patch.is_new);
      patch.before = std::move(old_texts[file]);
      patch.after = std::move(new_texts[file]);
      result_.fixed.patches.push_back(std::move(patch));
    }
  }

  const FixOptions& options_;
  const ProjectAtHand& at_hand_;
  const std::vector<std::string>& environment_;
  const std::function<void(const std::string&)>& say_;
  scratch::RunFolder folder_;
  std::optional<run::ProjectCopy> copy_;
  std::string copied_import_path_;  ///< PYTHONPATH of the runs on the copy; empty: as it is
  Released released_;
  bool edited_already_ = false;  ///< of databases that have released revisions it is not known what they hold
  bool with_scenarios_ = false;
  std::set<std::string> tried_;
  std::set<std::string> later_;  ///< findings that wait for a chain that runs
  FixRun result_;
};

}  // namespace

base::Result<FixRun> find_mends(const FixOptions& options, const ProjectAtHand& at_hand,
                                const std::vector<std::string>& environment,
                                const std::function<void(const std::string&)>& say) {
  return FixLoop(options, at_hand, environment, say).run();
}

}  // namespace windlass::cli
