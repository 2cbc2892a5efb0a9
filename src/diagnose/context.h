// Evidence with indexes over it: what every rule asks for, computed once.
//
// Which error is the root is decided here, and nowhere else:
//   - An error after which its transaction was good again (a savepoint rolled
//     back to), or after which the run ended well, was handled: no rule sees it.
//   - Of a transaction that stayed failed, the first error counts; the
//     25P02 after it are its consequences. It was swallowed when statements
//     followed, or when COMMIT was answered with ROLLBACK.
//   - Of a run that failed, the last such transaction holds the fatal error.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "diagnose/name.h"
#include "diagnose/source_scan.h"
#include "run/evidence.h"
#include "sql/targets.h"

namespace windlass::diagnose {

/// The source line at a place of the project; with line 0, the whole file. Empty when it cannot be read.
using SourceLines = std::function<std::string(const base::Location&)>;

struct Transaction {
  int session = 0;
  std::vector<const record::Statement*> statements;
  bool block = false;  ///< more than one statement on its own: BEGIN was sent
  bool committed = false;
  bool lost = false;           ///< COMMIT was answered with ROLLBACK
  std::vector<int> rollbacks;  ///< Statement::n of each ROLLBACK TO a savepoint
  int ended_at = 0;            ///< Statement::n of its last statement when it ended; 0 when it never did
  /// The first error from which it never recovered, or nullptr.
  const record::Statement* error = nullptr;
};

struct Failure {
  const record::Statement* statement = nullptr;
  const Transaction* transaction = nullptr;
  bool swallowed = false;  ///< the project went on after it
  /// The last statement answered "current transaction is aborted", or nullptr.
  const record::Statement* symptom = nullptr;
  sql::Reading reading;  ///< of the statement's text
};

/// One effect and the statement that had it.
struct Sighting {
  const record::Statement* statement = nullptr;
  const catalog::Effect* effect = nullptr;
};

/// A place in the source that would create an object.
struct Plan {
  std::string revision;
  base::Location location;
  bool same_branch = true;  ///< false: neither before nor after the failing revision
  Name name;
  Replaces replaces = Replaces::Nothing;  ///< what was there before, by the same source
};

class Context {
 public:
  Context(const run::Evidence& evidence, const SourceLines& source);
  Context(const Context&) = delete;

  const run::Evidence& evidence() const { return evidence_; }
  const std::vector<Transaction>& transactions() const { return transactions_; }
  const Transaction* transaction_of(const record::Statement& statement) const;
  /// Errors that were neither handled nor consequences of another; in order.
  const std::vector<Failure>& failures() const { return failures_; }

  /// Exit status 0, no exception, no timeout.
  bool tool_succeeded() const { return tool_succeeded_; }
  /// What was applied is not (all) recorded in the version table. False where it could not be read.
  bool versions_lost() const { return versions_lost_; }
  /// The tool succeeded and its version table says so too.
  bool ended_well() const { return tool_succeeded_ && !versions_lost_; }

  /// A clean run that ended well and whose last state was read: `evidence().after` is what the chain makes,
  /// and every statement that made it is in the recording. Rules about that state look nowhere else: cases
  /// begin from a saved state, and are compared with the clean run.
  bool whole_chain_known() const {
    return ended_well() && evidence_.after_read && evidence_.scenario == "clean";
  }

  /// The exception's message carries this error's.
  bool exception_is(const record::Statement& statement) const;
  /// It came out of SQLAlchemy or a driver.
  bool exception_from_database() const;

  /// The last change of an object before statement `n`, as its session could see it.
  std::optional<Sighting> last_creation(const Name& name, const record::Statement& before) const;
  /// The last creation, unless the object was dropped or renamed away after it.
  std::optional<Sighting> present(const Name& name, const record::Statement& before) const;
  /// The last statement that made an object, or gave it its name, and whose work was kept.
  std::optional<Sighting> maker(const catalog::Object& object) const;
  /// The last statement before this one that made it, or gave it its name; what was rolled back afterwards
  /// counts as well.
  std::optional<Sighting> made_before(const catalog::Object& object, const record::Statement& before) const;
  /// A successful statement whose text says that it creates the object: for what the effects do not show
  /// (event triggers switched off, kinds that fire none).
  std::optional<Sighting> created_by_text(const Name& name, const record::Statement& before) const;
  std::optional<Sighting> last_drop(const Name& name, const record::Statement& before) const;
  /// Every effect that is `wanted`, in order, as the session of `before` could see it.
  std::vector<Sighting> changes_before(const record::Statement& before,
                                       const std::function<bool(const catalog::Effect&)>& wanted) const;
  /// Created in a transaction of another session that was still open.
  std::optional<Sighting> uncommitted_elsewhere(const Name& name, const record::Statement& before) const;
  /// Every object that is there, as far as effects and the first snapshot tell; of those that are `wanted`
  /// alone, where it is given.
  std::vector<catalog::Object> objects_before(
      const record::Statement& statement,
      const std::function<bool(const catalog::Object&)>& wanted = {}) const;
  bool existed_before_the_run(const Name& name) const;
  /// The definition of an object at that moment, as canonical JSON; empty when unknown.
  std::string definition_before(const catalog::Object& object, const record::Statement& statement) const;

  /// Where a revision that had not run yet (or the failing one, further down) would create it; of a label, or
  /// create its type with it.
  std::optional<Plan> planned_later(const Name& name, const std::string& revision, int after_line) const;

  /// Where a source around the project that is no part of the chain would create it.
  std::optional<base::Location> planned_elsewhere(const Name& name) const;

  const chain::Revision* revision(const std::string& id) const { return evidence_.chain.find(id); }
  /// `ancestor` comes before `id` by parents or depends_on.
  bool is_ancestor(const std::string& ancestor, const std::string& id) const;

  /// Two revisions of the chain, neither of which comes before the other.
  bool on_other_branches(const std::string& a, const std::string& b) const;

  std::string source_line(const base::Location& location) const;
  std::string file_text(const std::string& file) const;

  /// Whether the run's SQLAlchemy is older than major.minor.patch; false when unknown.
  bool sqlalchemy_before(int major, int minor, int patch = 0) const;

  /// Alembic's own statement on its version table.
  bool is_version_statement(const record::Statement& statement) const;
  /// Whether Alembic's own book-keeping runs in this session (Session::n).
  bool keeps_versions(int session) const;

 private:
  void index_transactions();
  void judge_outcome();
  void judge_failures();
  bool visible(const Sighting& sighting, const record::Statement& to) const;
  template <typename Wanted>
  std::optional<Sighting> last_change(const record::Statement& before, Wanted wanted) const;

  const run::Evidence& evidence_;
  const SourceLines& source_;
  const chain::Ancestry ancestry_;
  std::vector<Transaction> transactions_;
  std::map<const record::Statement*, size_t> transaction_index_;
  std::vector<Failure> failures_;
  bool tool_succeeded_ = false;
  bool versions_lost_ = false;
  mutable std::map<std::string, std::vector<Declared>> declared_;
  mutable std::deque<catalog::Effect> supposed_;  // what created_by_text hands out
};

}  // namespace windlass::diagnose
