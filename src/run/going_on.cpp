#include "run/going_on.h"

#include <algorithm>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <utility>

#include "base/digest.h"
#include "catalog/event.h"
#include "record/rescue.h"
#include "run/late_runs.h"
#include "run/pretend.h"
#include "run/set_aside.h"

namespace windlass::run {

namespace {

/// A statement, told apart from its like by how often its text came before. Of a long text only its digest is
/// kept.
using Key = std::pair<std::string, int>;

std::string key_text(std::string_view text) {
  return text.size() <= 256 ? std::string(text) : base::sha256(text);
}

struct Refused {
  Key key;
  std::string sqlstate;
  bool passed_on = false;
  std::vector<catalog::Fact> wanted = {};        // Fault::wanted
  std::vector<std::string> needs = {};           // extensions that it was run again with
  std::vector<record::ServerMessage> more = {};  // what it met then, each an extension more
  bool mended = false;                           // and went well
  bool own_doing = false;                        // an extension that is there because of that
};

/// What reports tell of, put together.
std::vector<catalog::Fact> facts_of(const std::vector<std::string>& reports) {
  std::vector<catalog::Fact> facts;
  const auto forget = [&](const std::string& id) {
    std::erase_if(facts, [&](const catalog::Fact& fact) { return fact.id == id; });
  };
  for (const std::string& report : reports) {
    auto event = catalog::parse_event(report);
    if (!event) return {};
    for (const std::string& id : event->dropped_ids) forget(id);
    for (catalog::Fact& fact : event->facts) {
      forget(fact.id);
      facts.push_back(std::move(fact));
    }
  }
  return facts;
}

/// What the sessions of one run meet. The options are called from many threads; the rest is for after the
/// run.
class Journey {
 public:
  /// `planned`: the only statements that may have a savepoint; nullptr: all.
  explicit Journey(const std::set<Key>* planned) : planned_(planned) {
    if (planned_ != nullptr)
      for (const Key& key : *planned_) planned_texts_.insert(key.first);
  }

  record::RescueOptions options() {
    record::RescueOptions options;
    options.wants_savepoint = [this](std::string_view text) {
      const std::lock_guard lock(mutex_);
      const std::string name = key_text(text);
      const Key key(name, ++count_[name]);
      return planned_ == nullptr || planned_->contains(key);
    };
    options.wants_savepoint_to_parse = [this](std::string_view text) {
      const std::lock_guard lock(mutex_);
      return planned_ == nullptr || planned_texts_.contains(key_text(text));
    };
    options.decide = [this](const record::Refusal& refusal) {
      record::Rescue rescue = pretend(refusal);
      // Of the run that confirms, nobody asks it again.
      if (planned_ == nullptr && rescue.way == record::Rescue::Way::Pretend)
        rescue.aside = set_aside(refusal);
      const std::lock_guard lock(mutex_);
      const std::string name = key_text(refusal.text);
      if (refusal.again) {
        Refused* refused = last_of(refusal.text);
        if (refused != nullptr && add_need(*refused, refusal, rescue)) refused->more.push_back(refusal.error);
        return rescue;
      }
      refused_.push_back(
          {{name, count_[name]}, refusal.error.sqlstate, rescue.way == record::Rescue::Way::PassOn});
      refused_.back().own_doing =
          refusal.error.sqlstate == "42710" &&
          std::any_of(made_.begin(), made_.end(), [&](const std::string& extension) {
            return refusal.error.message.starts_with("extension \"" + extension + '"');
          });
      add_need(refused_.back(), refusal, rescue);
      if (rescue.way == record::Rescue::Way::Pretend)
        late_.refused(refused_.size() - 1, refusal.text, refusal.error);
      return rescue;
    };
    options.due = [this](std::string_view text) {
      const std::lock_guard lock(mutex_);
      return late_.due(text);
    };
    options.ran_late = [this](const record::Due& due, const std::optional<record::ServerMessage>& error,
                              const std::vector<std::string>& reports) {
      const std::lock_guard lock(mutex_);
      late_.ran(due, error, reports);
    };
    options.mended = [this](std::string_view text) {
      const std::lock_guard lock(mutex_);
      Refused* refused = last_of(text);
      if (refused == nullptr || refused->needs.empty()) return;
      refused->mended = true;
      made_.insert(refused->needs.begin(), refused->needs.end());
    };
    options.built = [this](std::string_view text, const std::vector<std::string>& reports) {
      const std::lock_guard lock(mutex_);
      if (Refused* refused = last_of(text)) refused->wanted = facts_of(reports);
    };
    options.fine = [this](std::string_view text) {
      const std::lock_guard lock(mutex_);
      const std::string name = key_text(text);
      fine_.insert({name, count_[name]});
    };
    return options;
  }

  std::vector<Refused> refused() const { return refused_; }
  std::set<Key> fine() const { return fine_; }
  const LateRuns& late() const { return late_; }

 private:
  /// The latest refusal of this text, or nullptr.
  Refused* last_of(std::string_view text) {
    const std::string name = key_text(text);
    const Key key(name, count_[name]);
    const auto found = std::find_if(refused_.rbegin(), refused_.rend(),
                                    [&](const Refused& each) { return each.key == key; });
    return found == refused_.rend() ? nullptr : &*found;
  }

  static bool add_need(Refused& refused, const record::Refusal& refusal, const record::Rescue& rescue) {
    const std::string extension = missing_extension(refusal.error);
    if (rescue.way != record::Rescue::Way::Again || extension.empty()) return false;
    refused.needs.push_back(extension);
    return true;
  }

  std::mutex mutex_;
  const std::set<Key>* planned_;
  std::set<std::string> planned_texts_;
  std::map<std::string, int> count_;
  std::vector<Refused> refused_;
  std::set<Key> fine_;
  std::set<std::string> made_;  // extensions
  LateRuns late_;
};

/// Statement::n of what was refused, in the order of `refused`: what the recorder noted and what was decided
/// come in the same order. 0 for what was passed on, which it notes as an error.
std::vector<int> numbers_of(const std::vector<Refused>& refused, const record::Recording& recording) {
  std::vector<int> numbers(refused.size());
  size_t next = 0;
  for (const record::Statement& statement : recording.statements) {
    if (!statement.refused) continue;
    while (next < refused.size() && refused[next].passed_on) ++next;
    if (next == refused.size()) break;
    if (refused[next].sqlstate == statement.refused->sqlstate) numbers[next] = statement.n;
    ++next;
  }
  return numbers;
}

struct Pass {
  CheckOutcome outcome;
  std::vector<Refused> refused;
  std::vector<int> numbers;  // Statement::n of each
  std::vector<LateRun> late;
  std::set<Key> fine;
};

base::Result<Pass> run_past(const CheckSettings& settings, const CheckHooks& hooks,
                            const std::set<Key>* planned) {
  Journey journey(planned);
  CheckSettings again = settings;
  again.stage.rescue = std::make_shared<const record::RescueOptions>(journey.options());
  again.stage.place.keep = false;
  again.keep = {};
  Pass pass;
  CheckHooks with_late = hooks;
  with_late.on_recording = [&](record::Recording& recording) {
    pass.refused = journey.refused();
    pass.numbers = numbers_of(pass.refused, recording);
    pass.late = journey.late().insert(recording, pass.numbers);
  };
  pass.outcome = WINDLASS_TRY(run_check(again, with_late));
  pass.fine = journey.fine();
  return pass;
}

bool same(const PythonException& a, const PythonException& b) {
  return a.type == b.type && a.revision == b.revision && a.phase == b.phase;
}

/// The last statement that a revision sent before it was left.
int last_statement_of(const Pass& pass, const record::Recording& recording, const std::string& revision) {
  const auto late = [&](int n) {
    return std::any_of(pass.late.begin(), pass.late.end(),
                       [n](const LateRun& run) { return run.statement == n; });
  };
  int last = 0;
  for (const record::Statement& statement : recording.statements)
    if (statement.source.revision == revision && !late(statement.n)) last = statement.n;
  return last;
}

/// The statements that showed a fault of their own when they ran late.
std::set<Key> failed_late(const Pass& pass, const record::Recording& recording) {
  std::set<Key> keys;
  for (const LateRun& run : pass.late)
    if (recording.statements[static_cast<size_t>(run.statement) - 1].refused)
      keys.insert(pass.refused[run.refusal].key);
  return keys;
}

}  // namespace

bool worth_going_on(const Evidence& faithful) {
  if (faithful.exit_code == 0 || faithful.timed_out || faithful.server_died || faithful.exit_signal != 0 ||
      !faithful.deadlocks.empty() || !faithful.exception || faithful.steps.empty())
    return false;
  return faithful.exception->phase == "revision" || faithful.exception->phase == "tool";
}

bool server_went_away(const record::Recording& recording, int statement) {
  const auto asked = std::find_if(recording.statements.begin(), recording.statements.end(),
                                  [&](const record::Statement& each) { return each.n == statement; });
  if (asked == recording.statements.end() || asked->failed() || asked->refused || asked->skipped ||
      !asked->tag.empty())
    return false;
  return std::any_of(recording.sessions.begin(), recording.sessions.end(), [&](const record::Session& each) {
    return each.n == asked->session && each.ended_by == "server";
  });
}

base::Result<GoneOn> go_on(const CheckSettings& settings, const CheckHooks& hooks, const Evidence& faithful) {
  Pass first = WINDLASS_TRY(run_past(settings, hooks, nullptr));
  GoneOn result;
  result.evidence = std::move(first.outcome.evidence);
  result.interrupted = first.outcome.interrupted;
  if (result.interrupted != 0) return result;
  if (!succeeded(result.evidence)) {
    const std::vector<Step>& steps = result.evidence.steps;
    const bool open = !steps.empty() && !steps.back().finished;
    result.ended_early =
        (open ? "in revision " + steps.back().revision : std::string("outside any revision")) +
        (result.evidence.exception ? ": " + to_string(*result.evidence.exception) : std::string());
  }
  result.evidence.models = faithful.models;
  result.evidence.other_sources = faithful.other_sources;
  result.evidence.extensions_available = faithful.extensions_available;

  const record::Recording& recording = result.evidence.recording;
  std::map<int, const Refused*> refusals;
  for (size_t i = 0; i < first.refused.size(); ++i) refusals[first.numbers[i]] = &first.refused[i];
  std::map<int, const LateRun*> late;  // by its own statement
  std::map<const Refused*, int> done_late;
  for (const LateRun& run : first.late) {
    late[run.statement] = &run;
    if (!recording.statements[static_cast<size_t>(run.statement) - 1].refused)
      done_late[&first.refused[run.refusal]] = run.statement;
  }
  struct Found {
    Fault fault;
    const Refused* refused = nullptr;
  };
  std::vector<Found> found;
  for (const record::Statement& statement : recording.statements) {
    if (!statement.refused) continue;
    Fault fault{statement.n, -1, false};
    if (const auto run = late.find(statement.n); run != late.end()) {
      fault.again = true;
      found.push_back({fault, &first.refused[run->second->refusal]});
      continue;
    }
    const auto known = refusals.find(statement.n);
    const Refused* refused = known == refusals.end() ? nullptr : known->second;
    if (refused != nullptr && refused->own_doing) continue;
    if (refused != nullptr) {
      fault.wanted = refused->wanted;
      if (refused->mended) fault.extensions = refused->needs;
      if (const auto ran = done_late.find(refused); ran != done_late.end()) fault.late = ran->second;
    }
    found.push_back({fault, refused});
    if (refused == nullptr || !refused->mended) continue;
    for (const record::ServerMessage& error : refused->more) {
      fault.error = error;
      found.push_back({fault, refused});
    }
  }
  for (size_t i = 0; i < result.evidence.left.size(); ++i) {
    const int last = last_statement_of(first, recording, result.evidence.left[i].revision);
    if (!server_went_away(recording, last)) found.push_back({{last, static_cast<int>(i), false}});
  }
  std::stable_sort(found.begin(), found.end(),
                   [](const Found& a, const Found& b) { return a.fault.statement < b.fault.statement; });

  if (found.size() > 1) {
    // Savepoints can make failures of their own: this time only what failed has one.
    std::set<Key> planned;
    for (const Refused& refused : first.refused) planned.insert(refused.key);
    Pass second = WINDLASS_TRY(run_past(settings, hooks, &planned));
    result.interrupted = second.outcome.interrupted;
    std::set<Key> again;
    for (const Refused& refused : second.refused) again.insert(refused.key);
    const std::vector<PythonException>& left = second.outcome.evidence.left;
    const std::set<Key> again_late = failed_late(second, second.outcome.evidence.recording);
    for (auto& [fault, refused] : found) {
      if (fault.exception >= 0) {
        const PythonException& exception = result.evidence.left[static_cast<size_t>(fault.exception)];
        fault.confirmed = std::any_of(left.begin(), left.end(),
                                      [&](const PythonException& other) { return same(exception, other); });
      } else {
        fault.confirmed = refused != nullptr && (fault.again ? again_late : again).contains(refused->key);
      }
    }
    std::erase_if(found, [&](const Found& each) {
      return each.refused != nullptr && second.fine.contains(each.refused->key);
    });
  }
  for (Found& each : found) result.faults.push_back(std::move(each.fault));
  return result;
}

}  // namespace windlass::run
