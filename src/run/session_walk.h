// One session's transactions, as its statements and the event triggers'
// reports tell of them: which reports still count.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "record/recording.h"
#include "run/change_log.h"
#include "run/unreported.h"

namespace windlass::run {

class SessionWalk {
 public:
  /// `claims` is extended by what the texts say of objects that no event trigger reports.
  SessionWalk(record::Recording& recording, ChangeLog& log, ClaimReader& reader, std::vector<Claim>& claims)
      : recording_(recording), log_(log), reader_(reader), claims_(claims) {}

  /// Takes the statement's reports in, fills its effects, and follows what it did to the transaction.
  void take(size_t statement);
  /// The session is over: what was not committed is gone. `read`: the database afterwards, where it was read.
  void end(const catalog::Snapshot* read = nullptr);

 private:
  /// One report, or an effect that no report told of.
  struct Step {
    size_t statement = 0;
    int64_t stamp = 0;
    std::vector<size_t> numbers;  ///< in the log
    size_t first = 0, count = 0;  ///< its effects in the statement
    bool alive = true;
    bool certain = false;  ///< no subtransaction can have undone it: once committed it stays
  };
  struct Savepoint {
    std::string name;
    size_t position = 0;  ///< in changes_
  };

  /// Returns how many reports it took: an ALTER that drops something sends two.
  size_t take_event(size_t statement, size_t event);
  void fold_from(size_t position, size_t statement);
  void take_text(size_t statement);
  void take_reassign(size_t statement);
  /// What the report's memory says of the reports before it.
  void remember(const catalog::Event& event);
  void set_alive(Step& change, bool alive);
  void undo_from(size_t position);
  bool left_no_trace(const Step& change, const catalog::Snapshot& read) const;
  void move_transaction(const record::Statement& statement, size_t first_change);

  record::Recording& recording_;
  ChangeLog& log_;
  ClaimReader& reader_;
  std::vector<Claim>& claims_;
  std::vector<Step> changes_;
  size_t open_ = 0;  ///< the first change of the transaction under way
  std::vector<Savepoint> savepoints_;
  bool failed_ = false;     ///< the transaction under way has failed
  bool forgotten_ = false;  ///< RESET ALL wiped the reports' memory
};

}  // namespace windlass::run
