#include "cli/instead_of_edit.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/file.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "cli/kept_end.h"
#include "diagnose/compose.h"
#include "fix/operations.h"
#include "fix/revision_names.h"

namespace windlass::cli {

namespace {

const run::Evidence& clean_run(const WholeCheck& check) { return check.checked.first().outcome.evidence; }

std::vector<std::string> refusals(const std::vector<run::TakenStep>& steps) {
  std::vector<std::string> sentences;
  for (const run::TakenStep& each : steps)
    if (!each.step.refused_by.empty()) sentences.push_back(each.step.refused_by);
  return sentences;
}

std::string losses(const run::Turned& turned) {
  std::vector<std::string> all;
  for (const run::TakenStep& each : turned.losing)
    if (!each.step.loses.empty() && !base::contains(all, each.step.loses)) all.push_back(each.step.loses);
  return base::join(all, "; ");
}

/// The first schema, but for public, that holds one of the objects and that no source names: an argument or
/// the environment says it, and elsewhere it may be another one. Empty where there is none.
std::string schema_of_no_source(const std::vector<catalog::Object>& objects, const run::Evidence& run,
                                const std::filesystem::path& project) {
  std::string texts;
  for (const run::Input& each : run.inputs)
    if (const auto text = base::read_file(project / each.file)) texts += *text + "\n";
  for (const catalog::Object& each : objects) {
    const std::string schema = catalog::schema_and_name(each.name).first;
    if (!schema.empty() && schema != "public" && !base::contains(texts, schema)) return schema;
  }
  return {};
}

/// The heads that have one of the revisions behind them.
std::vector<std::string> heads_behind(const chain::Chain& chain, const std::vector<std::string>& revisions) {
  const chain::Ancestry ancestry(chain);
  std::vector<std::string> heads;
  for (const std::string& head : chain.heads) {
    const auto before = ancestry.with_ancestors({head});
    if (std::any_of(revisions.begin(), revisions.end(),
                    [&](const std::string& each) { return before.contains(each); }))
      heads.push_back(head);
  }
  return heads;
}

std::string several_heads(const std::vector<std::string>& heads) {
  return fmt::format("several heads stand behind what was released ({}), and a revision follows one",
                     base::join(heads, ", "));
}

/// Of the new revision: "mend defined-twice of pets_by_name".
std::string message_of(const diagnose::Finding& finding, const std::vector<std::string>& revisions) {
  return fmt::format("mend {} of {}", finding.code,
                     finding.object ? diagnose::last_part(*finding.object) : base::join(revisions, ", "));
}

class Writing {
 public:
  Writing(const InsteadGround& ground, const EditOfReleased& edit) : ground_(ground), edit_(edit) {}

  base::Result<Instead> run() {
    result_.told.parents =
        between() ? std::vector{edit_.last} : heads_behind(clean_run(edit_.before).chain, edit_.revisions);
    if (result_.told.parents.size() != 1)
      result_.not_written = several_heads(result_.told.parents);
    else
      WINDLASS_CHECK(try_it());
    if (result_.interrupted != 0 || result_.mend) return std::move(result_);
    WINDLASS_CHECK(between() ? write(edit_.new_texts) : put_back());
    return std::move(result_);
  }

 private:
  bool between() const { return !edit_.last.empty(); }
  std::string end() const { return between() ? edit_.last : "heads"; }

  base::Result<void> try_it() {
    auto mended = keep_end(edit_.after.settings, end(), ground_.folder / "mended");
    WINDLASS_CHECK(put_back());
    if (!mended) return gave_up(mended.error());
    auto released = keep_end(edit_.before.settings, end(), ground_.folder / "released");
    result_.unknown = !released && between();
    if (!released) return gave_up(released.error());
    if (result_.interrupted = mended->interrupted + released->interrupted; result_.interrupted != 0)
      return {};
    changes_ = !differences_of_ends(released->evidence, mended->evidence, "released", "edited").empty();
    result_.not_needed = between() && !changes_ && edit_.mend.afterwards.empty();
    if (result_.not_needed) return {};
    if (auto planned = plan(*released, *mended); !planned) return gave_up(planned.error());
    if (!result_.not_written.empty()) return {};
    return prove(*released, *mended);
  }

  /// What the new revision does, both ways.
  base::Result<void> plan(const KeptEnd& released, const KeptEnd& mended) {
    std::vector<catalog::Object> objects;
    if (edit_.finding.object) objects.push_back(*edit_.finding.object);
    if (changes_) {
      const BothWays ways = WINDLASS_TRY(turn_both_ways(released, mended));
      result_.told.upgrade = fix::statements_of(ways.there.keeping);
      wanted_.upgrade = fix::operations_of(ways.there.keeping);
      result_.told.may_refuse = refusals(ways.there.keeping);
      result_.told.left = ways.there.left;
      for (const run::TakenStep& each : ways.there.keeping) objects.push_back(each.step.object);
      if (!ways.there.losing.empty())
        result_.not_written = "what leads there loses data: " + losses(ways.there);
      else if (!ways.there.proven)
        result_.not_written = "the statements that lead there could not be proven: " + ways.there.because;
      else
        plan_downgrade(ways.back);
    }
    for (const std::string& each : edit_.mend.afterwards) {
      result_.told.upgrade.push_back(each);
      wanted_.upgrade.push_back(fix::op_execute(each));
    }
    const std::string schema = schema_of_no_source(objects, clean_run(edit_.before), ground_.copy.project());
    if (result_.not_written.empty() && !schema.empty())
      result_.not_written = fmt::format(
          "what differs is in the schema {}, which no source of the project names: the statements would be "
          "of that one alone",
          schema);
    if (result_.not_written.empty() && wanted_.upgrade.empty())
      result_.not_written = "no statement leads there: " + base::join(result_.told.left, "; ");
    return {};
  }

  void plan_downgrade(const run::Turned& back) {
    if (back.proven && back.losing.empty()) {
      result_.told.downgrade = fix::statements_of(back.keeping);
      wanted_.downgrade = fix::operations_of(back.keeping);
      return;
    }
    result_.told.no_way_back = back.losing.empty()
                                   ? "the statements that lead back could not be proven: " + back.because
                                   : "what leads back loses data: " + losses(back);
    const std::string text = base::one_line(result_.told.no_way_back);
    wanted_.downgrade = {"raise NotImplementedError(" +
                         diagnose::python_strings({"There is no way back: " + text}) + ")"};
  }

  /// The clean chain, and a database at the end of the released one: both must come to the mended catalog.
  base::Result<void> prove(const KeptEnd& released, const KeptEnd& mended) {
    wanted_.message = message_of(edit_.finding, edit_.revisions);
    wanted_.parents = result_.told.parents;
    const auto written = ground_.new_revision(wanted_);
    if (!written) {
      result_.not_written = "it could not be written: " + written.error().got;
      return {};
    }
    if (!run::reached_without_links(ground_.project, written->file)) {
      result_.not_written =
          written->file + " would be reached by way of a link, or lie outside of the project";
      return {};
    }
    fix::Mend mend;
    mend.new_files[written->file] = written->text;
    result_.old_texts = {{written->file, ""}};
    result_.new_texts = {{written->file, written->text}};
    if (between()) WINDLASS_CHECK(follow(mend, written->id));
    if (!result_.not_written.empty()) return {};
    mend.summary = fmt::format(
        "Revision {}, as the project's own Alembic writes it, follows {}{}; {} {} as {}.", written->id,
        result_.told.parents.front(), between() ? ", before " + base::join(result_.told.children, ", ") : "",
        base::join(edit_.revisions, ", "), edit_.revisions.size() == 1 ? "stays" : "stay",
        edit_.revisions.size() == 1 ? "it was released" : "they were released");
    WINDLASS_CHECK(write(result_.new_texts));
    WholeCheck check = WINDLASS_TRY(ground_.check_copy());
    if (result_.interrupted = check.interrupted; result_.interrupted != 0) return {};
    WINDLASS_CHECK(compare(*written, mend, check, released, mended));
    if (result_.interrupted != 0) return {};
    if (result_.not_written.empty()) {
      result_.told.id = written->id;
      result_.told.instead_of = edit_.revisions;
      result_.told.by = edit_.by;
      result_.mend = std::move(mend);
      result_.check = std::move(check);
      return {};
    }
    WINDLASS_CHECK(ground_.copy.remove(written->file));
    result_.old_texts.erase(written->file);
    return write(result_.old_texts);
  }

  /// What followed the last released revision follows the new one.
  base::Result<void> follow(fix::Mend& mend, const std::string& id) {
    for (const chain::Revision& each : clean_run(edit_.before).chain.revisions) {
      if (!base::contains(each.parents, edit_.last)) continue;
      const auto source = ground_.sources.of(each.file);
      const auto edits = source ? fix::with_other_id(**source, {"down_revision"}, edit_.last, id)
                                : std::vector<edit::Edit>();
      if (edits.empty() || !run::reached_without_links(ground_.project, each.file)) {
        result_.not_written = each.file + " does not write its parent as a literal that can be edited";
        return {};
      }
      std::string& old_text = result_.old_texts[each.file];
      old_text = WINDLASS_TRY(base::read_file(ground_.copy.project() / each.file));
      result_.new_texts[each.file] = edit::edited(old_text, edits).value_or(old_text);
      mend.edits[each.file] = edits;
      result_.told.children.push_back(each.id);
    }
    return {};
  }

  base::Result<void> compare(const chain::RevisionFile& written, const fix::Mend& mend,
                             const WholeCheck& check, const KeptEnd& released, const KeptEnd& mended) {
    std::map<std::string, std::vector<edit::Edit>> edits = mend.edits;
    edits[written.file] = {{0, 0, written.text}};
    result_.judged = fix::judge(ground_.checked_of(edit_.before), ground_.checked_of(check), edit_.finding,
                                edits, result_.new_texts);
    if (!result_.judged.proven) {
      result_.not_written =
          fmt::format("it was tried ({}) and does not hold: {}", written.file, result_.judged.failed_because);
      return {};
    }
    const run::Evidence& edited = clean_run(edit_.after);
    std::vector<std::string> rest;
    if (run::succeeded(edited))
      rest =
          differences_of_ends(edited, clean_run(check), "the edited chain", "the one with the new revision");
    if (between() && rest.empty()) {
      const run::CheckOutcome there = WINDLASS_TRY(run_to(check.settings, written.id));
      if (result_.interrupted = there.interrupted; result_.interrupted != 0) return {};
      rest = run::succeeded(there.evidence)
                 ? differences_of_ends(mended.evidence, there.evidence, "the edited chain",
                                       "the one with the new revision")
                 : std::vector<std::string>{"it does not come so far"};
    }
    if (!rest.empty()) {
      result_.not_written = "tried on a clean database, it leads elsewhere: " + rest.front();
      return {};
    }
    return try_on_released(written.id, released, mended, check.settings);
  }

  base::Result<void> try_on_released(const std::string& id, const KeptEnd& released, const KeptEnd& mended,
                                     const run::CheckSettings& settings) {
    const run::CheckOutcome outcome = WINDLASS_TRY(run_from(released, settings, id));
    if (result_.interrupted = outcome.interrupted; result_.interrupted != 0) return {};
    const run::Evidence& evidence = outcome.evidence;
    std::vector<std::string> ran;
    for (const run::Step& step : evidence.steps) ran.push_back(step.revision);
    if (!run::succeeded(evidence) || !evidence.after_read || ran != std::vector<std::string>{id}) {
      result_.not_written = "tried on a database at the end of the released chain, it does not run";
      return {};
    }
    if (const auto rest =
            differences_of_ends(mended.evidence, evidence, "the edited chain", "the released database");
        !rest.empty())
      result_.not_written =
          "tried on a database at the end of the released chain, it leads elsewhere: " + rest.front();
    // Of rows no catalog tells.
    const auto& mended_behind = mended.evidence.sequences_behind;
    for (const run::SequenceBehind& each : evidence.sequences_behind)
      if (std::none_of(mended_behind.begin(), mended_behind.end(),
                       [&](const run::SequenceBehind& other) { return other.sequence == each.sequence; }))
        result_.not_written = fmt::format(
            "tried on a database at the end of the released chain, it leaves sequence {} behind its rows",
            each.sequence);
    return {};
  }

  base::Result<void> gave_up(const base::Error& error) {
    if (result_.interrupted = base::interrupted(); result_.interrupted != 0) return {};
    result_.not_written = fmt::format("what leads there could not be found: {}: {}", error.attempted,
                                      base::one_line(error.got));
    return {};
  }

  base::Result<void> write(const std::map<std::string, std::string>& texts) {
    for (const auto& [file, text] : texts) WINDLASS_CHECK(ground_.copy.write(file, text));
    return {};
  }

  /// The copy without the edit.
  base::Result<void> put_back() {
    for (const auto& [file, text] : edit_.old_texts)
      if (edit_.mend.new_files.contains(file))
        WINDLASS_CHECK(ground_.copy.remove(file));
      else
        WINDLASS_CHECK(ground_.copy.write(file, text));
    return {};
  }

  const InsteadGround& ground_;
  const EditOfReleased& edit_;
  chain::NewRevision wanted_;
  bool changes_ = false;  ///< the edit leads to another catalog
  Instead result_;
};

}  // namespace

fix::Mended<fix::Mend> revision_behind(const fix::RevisionWriter& write, const chain::Chain& chain,
                                       const diagnose::Finding& finding,
                                       const std::vector<std::string>& revisions,
                                       const std::vector<std::string>& statements) {
  chain::NewRevision wanted;
  wanted.message = message_of(finding, revisions);
  wanted.parents = heads_behind(chain, revisions);
  if (wanted.parents.size() != 1) return fix::not_mended(several_heads(wanted.parents));
  for (const std::string& each : statements) wanted.upgrade.push_back(fix::op_execute(each));
  const auto written = write(wanted);
  if (!written)
    return fix::not_mended("the new revision could not be written: " + base::one_line(written.error().got));
  fix::Mend mend;
  mend.new_files[written->file] = written->text;
  mend.afterwards = statements;
  mend.summary = fmt::format("Revision {} follows {}.", written->id, wanted.parents.front());
  return mend;
}

base::Result<Instead> write_instead(const InsteadGround& ground, const EditOfReleased& edit) {
  return Writing(ground, edit).run();
}

}  // namespace windlass::cli
