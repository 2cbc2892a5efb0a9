#include "diagnose/cases/repairs.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "diagnose/both_made.h"
#include "diagnose/cases.h"
#include "diagnose/cases/catalogs.h"
#include "diagnose/compose.h"
#include "run/failure.h"

namespace windlass::diagnose {

namespace {

using catalog::Object;

std::string where(const RepairTrial& trial) {
  if (trial.at == "base") return "on an empty database";
  return trial.at.empty() ? "at the end of the chain" : "at revision " + trial.at;
}

std::string place(const base::Location& at) {
  return at.known() ? " (" + base::to_string(at) + ")" : std::string();
}

/// How the database ends otherwise than by the chain alone; what only the script makes is its own matter.
std::vector<catalog::Difference> ends_otherwise(const RepairTrial& trial, const run::Evidence& clean,
                                                const drift::Timeline& chain,
                                                const std::set<Object>& chance) {
  if (!trial.then || !trial.then->after_read || !clean.after_read) return {};
  std::vector<catalog::Difference> found =
      differences(clean.after, trial.then->after, clean, "the chain", "that database");
  std::erase_if(found, [&](const catalog::Difference& each) {
    return chance.contains(each.object) ||
           (each.change == catalog::Change::Created && !chain.objects.contains(each.object));
  });
  return by_themselves(found);
}

std::string stop_of(const run::Evidence& run) {
  const record::Statement* error = run::fatal_error(run);
  const std::string revision = run::stopped_in(run);
  std::string text = revision.empty() ? "stops" : "stops in revision " + revision;
  if (error != nullptr)
    return fmt::format("{}{}: {} (SQLSTATE {})", text, place(error->source.location),
                       base::one_line(error->error->message), error->error->sqlstate);
  if (run.exception) return text + ": " + base::split(to_string(*run.exception), '\n').front();
  return text + (run.timed_out ? ": it took too long" : "");
}

/// A sentence on the upgrade behind a trial.
std::string then_sentence(const RepairTrial& trial, Then then,
                          const std::vector<catalog::Difference>& otherwise) {
  const std::string when = fmt::format("Where it has run {}, `upgrade` ", where(trial));
  switch (then) {
    case Then::Stops:
      return when + stop_of(*trial.then) + ".";
    case Then::EndsOtherwise:
      return when + "passes, and the database ends otherwise than by the chain alone: " + listed(otherwise) +
             ".";
    case Then::AsWithout:
      return when + (run::succeeded(*trial.then)
                         ? "passes, and the database ends as by the chain alone."
                         : "stops where the chain stops by itself: what it would do there is not seen yet.");
    case Then::NotRun:
      break;
  }
  return trial.not_upgraded_because.empty() ? std::string()
                                            : when + "could not be run: " + trial.not_upgraded_because + ".";
}

/// A sentence on the script at the end of the chain, where it leaves all there as the chain made it.
std::string end_sentence(const RepairTrial& trial) {
  const std::string when = fmt::format("Run {}, ", where(trial));
  if (!trial.why_failed.empty()) return when + trial.why_failed + ".";
  return when + (trial.did_something ? "it leaves what the chain made." : "it changes nothing.");
}

/// What it makes of the chain's own, for a sentence: "it drops column a, column b; type t: labels ... in the
/// chain, ... in the script".
std::string change_words(const std::vector<catalog::Difference>& changed) {
  std::vector<std::string> dropped;
  std::vector<catalog::Difference> otherwise;
  for (const catalog::Difference& each : changed)
    if (each.change == catalog::Change::Dropped)
      dropped.push_back(catalog::to_string(each.object));
    else
      otherwise.push_back(each);
  std::string words;
  if (!dropped.empty()) words = "drops " + base::join(dropped, ", ");
  if (!otherwise.empty())
    words += (words.empty() ? "makes otherwise what the chain made: " : ", and makes otherwise: ") +
             listed(otherwise);
  return words;
}

std::string definition_words(const BothMade& both) {
  if (both.differences.empty()) return "with the same definition";
  if (both.as_at_end) return "and makes it as it is at the end of the chain, not as it is there";
  return "with another definition: " + listed(both.differences);
}

const record::Statement* statement_of(const record::Recording& recording, int n) {
  for (const record::Statement& statement : recording.statements)
    if (statement.n == n) return &statement;
  return nullptr;
}

/// The statement of the chain that stands at this place and makes the object.
const record::Statement* maker_in(const run::Evidence& run, const BothMade& both) {
  const record::Statement* found = nullptr;
  for (const record::Statement& statement : run.recording.statements)
    if (statement.source.revision == both.revision && statement.source.location == both.at &&
        std::any_of(statement.effects.begin(), statement.effects.end(),
                    [&](const catalog::Effect& effect) { return effect.object == both.object; }))
      found = &statement;
  return found;
}

class Judge {
 public:
  Judge(const std::vector<RepairTrial>& trials, const run::Evidence& clean, const drift::Timeline& chain,
        const std::set<Object>& chance)
      : trials_(trials), clean_(clean), chain_(chain) {
    for (const RepairTrial& trial : trials) {
      otherwise_.push_back(ends_otherwise(trial, clean, chain, chance));
      then_.push_back(outcome_of(trial, clean, chain, chance));
    }
  }

  std::vector<Finding> findings() {
    for (size_t i = 0; i < trials_.size(); ++i)
      for (const BothMade& both : both_made(chain_, trials_[i].position, trials_[i].recording)) {
        Both& known = objects_[both.object];
        if (known.trials.empty() || trials_[i].position > trials_[known.nearest].position) {
          known.made = both;
          known.nearest = i;
        }
        known.trials.push_back(i);
      }
    std::vector<const Both*> in_order;
    for (const auto& [object, both] : objects_) in_order.push_back(&both);
    std::stable_sort(in_order.begin(), in_order.end(), [&](const Both* a, const Both* b) {
      return place_of(a->made.revision) < place_of(b->made.revision);
    });
    std::vector<Finding> all;
    for (const Both* both : in_order) all.push_back(of_object(*both));
    for (size_t i = 0; i < trials_.size(); ++i)
      if (hurts(i) && std::none_of(objects_.begin(), objects_.end(), [&](const auto& each) {
            return std::count(each.second.trials.begin(), each.second.trials.end(), i) > 0;
          })) {
        all.push_back(of_upgrade(i));
        break;  // the others say the same of the same script
      }
    for (size_t i = 0; i < trials_.size(); ++i)
      if (trials_[i].at.empty())
        if (const auto changed = changed_of_chain(chain_, trials_[i].position, trials_[i].recording);
            !changed.empty())
          all.push_back(of_end(i, changed));
    return all;
  }

 private:
  struct Both {
    BothMade made;               // in the trial right before the chain makes it, or nearest to that
    size_t nearest = 0;          // that trial
    std::vector<size_t> trials;  // that made it
  };

  size_t place_of(const std::string& revision) const {
    const auto& all = chain_.revisions;
    return static_cast<size_t>(std::find(all.begin(), all.end(), revision) - all.begin());
  }

  bool hurts(size_t i) const { return then_[i] == Then::Stops || then_[i] == Then::EndsOtherwise; }

  Finding begun(size_t i, std::string code, const record::Statement* statement) const {
    Finding finding;
    finding.code = std::move(code);
    finding.scenario = run::to_string(run::Scenario::Repairs);
    finding.case_name =
        trials_[i].script + " at " + (trials_[i].at.empty() ? std::string("the end") : trials_[i].at);
    finding.location = statement != nullptr && statement->source.location.known()
                           ? statement->source.location
                           : base::Location{trials_[i].script, 0, 0};
    if (statement != nullptr) {
      finding.statement = short_statement(*statement);
      finding.evidence.push_back(
          exhibit(*statement, "created", fmt::format("The script, run {}.", where(trials_[i]))));
    }
    return finding;
  }

  void tell_stop(Finding& finding, size_t i) const {
    if (then_[i] != Then::Stops) return;
    const record::Statement* error = run::fatal_error(*trials_[i].then);
    if (error == nullptr) return;
    finding.message = error->error->message;
    finding.sqlstate = error->error->sqlstate;
    finding.evidence.push_back(exhibit(*error, "failed", fmt::format("`upgrade` behind it.")));
  }

  Finding of_object(const Both& both) const {
    const RepairTrial& nearest = trials_[both.nearest];
    Finding finding =
        begun(both.nearest, "created-by-repair-script", statement_of(nearest.recording, both.made.statement));
    finding.object = both.made.object;
    finding.revision = both.made.revision;
    finding.cause = fmt::format("{} makes {}, which {}{} makes, too, {}.", base::to_string(finding.location),
                                the(both.made.object),
                                both.made.revision.empty() ? "env.py" : "revision " + both.made.revision,
                                place(both.made.at), definition_words(both.made));
    if (const record::Statement* maker = maker_in(clean_, both.made))
      finding.evidence.push_back(exhibit(*maker, "created", "The chain."));
    if (const std::string sentence = then_sentence(nearest, then_[both.nearest], otherwise_[both.nearest]);
        !sentence.empty())
      finding.cause += " " + sentence;
    tell_stop(finding, both.nearest);
    for (const RepairTrial& trial : trials_)
      if (trial.at.empty() && changed_of_chain(chain_, trial.position, trial.recording).empty())
        finding.cause += " " + end_sentence(trial);
    // Behind a chain that breaks by itself nothing has been seen to be harmless.
    const bool harmless =
        (both.made.differences.empty() || both.made.as_at_end) && nearest.then &&
        run::succeeded(*nearest.then) &&
        std::none_of(both.trials.begin(), both.trials.end(), [&](size_t i) { return hurts(i); });
    finding.severity = harmless ? Severity::Info : Severity::Warning;
    finding.fix.summary =
        !harmless ? "Let the chain alone make it: take it out of the script, or the script out of use."
                  : "Nothing has to be done; a script whose work the chain does can go.";
    if (!harmless) {
      finding.fix.steps = {
          "Where the script has run already, `windlass drift --url URL` says so, and what else the database "
          "lacks or has too much of.",
      };
      finding.fix.do_not =
          "Do not put IF NOT EXISTS into the revision alone: a database with the script's definition would "
          "then pass for one with the chain's.";
    }
    seal(finding);
    return finding;
  }

  /// Of a script that departs from the chain without making what that makes: `told` is what it comes to.
  Finding departure(size_t i, const record::Statement* statement, const std::string& told) const {
    Finding finding = begun(i, "repair-script-departs", statement);
    if (statement != nullptr) finding.evidence.back().effect = "altered";
    finding.cause = base::to_string(finding.location) + told;
    finding.severity = Severity::Warning;
    finding.fix.summary = "Do in a revision what the script does, so that every database has it.";
    finding.fix.steps = {
        "Where the script has run already, `windlass drift --url URL` says so, and what differs there."};
    return finding;
  }

  Finding of_upgrade(size_t i) const {
    const RepairTrial& trial = trials_[i];
    Finding finding =
        departure(i, first_effect(trial, nullptr),
                  " leads away from the chain. " + then_sentence(trial, then_[i], otherwise_[i]));
    tell_stop(finding, i);
    if (then_[i] == Then::Stops) finding.revision = run::stopped_in(*trial.then);
    if (then_[i] == Then::EndsOtherwise) finding.object = otherwise_[i].front().object;
    seal(finding);
    return finding;
  }

  Finding of_end(size_t i, const std::vector<catalog::Difference>& changed) const {
    const Object& object = changed.front().object;
    Finding finding = departure(i, first_effect(trials_[i], &object),
                                fmt::format(", run {}, {}.", where(trials_[i]), change_words(changed)));
    finding.object = object;
    if (std::any_of(changed.begin(), changed.end(), [](const catalog::Difference& each) {
          return each.change == catalog::Change::Dropped &&
                 (each.object.kind == "column" || each.object.kind == "table");
        }))
      finding.fix.do_not = "Do not run it on a database that is in use: what it drops goes with its rows.";
    seal(finding);
    return finding;
  }

  /// The first statement of the script that changed something (of `object`, where one is meant), or nullptr.
  static const record::Statement* first_effect(const RepairTrial& trial, const Object* object) {
    for (const record::Statement& statement : trial.recording.statements) {
      for (const catalog::Effect& effect : statement.effects)
        if (!effect.rolled_back && (object == nullptr || effect.object == *object)) return &statement;
      if (object == nullptr && wrote_rows(statement)) return &statement;
    }
    return nullptr;
  }

  /// Where the script was run first is chance.
  static void seal(Finding& finding) {
    Finding alike = finding;
    alike.cause = alike.message = finding.case_name.substr(0, finding.case_name.rfind(" at "));
    finding.fingerprint = fingerprint(alike);
    finding.occurs = {{finding.scenario, finding.case_name}};
  }

  const std::vector<RepairTrial>& trials_;
  const run::Evidence& clean_;
  const drift::Timeline& chain_;
  std::vector<Then> then_;
  std::vector<std::vector<catalog::Difference>> otherwise_;
  std::map<Object, Both> objects_;
};

}  // namespace

Then outcome_of(const RepairTrial& trial, const run::Evidence& clean, const drift::Timeline& chain,
                const std::set<Object>& chance) {
  if (!trial.then) return Then::NotRun;
  if (!run::succeeded(*trial.then))
    return run::failed_alike(clean, *trial.then) ? Then::AsWithout : Then::Stops;
  return ends_otherwise(trial, clean, chain, chance).empty() ? Then::AsWithout : Then::EndsOtherwise;
}

std::vector<Finding> repair_findings(const std::vector<RepairTrial>& trials, const run::Evidence& clean,
                                     const drift::Timeline& chain, const std::set<Object>& chance) {
  return Judge(trials, clean, chain, chance).findings();
}

}  // namespace windlass::diagnose
