// What was refused because an object is missing that the chain makes only later, a key to refer to among
// them: it is run as soon as the chain has made that, as if its place had been behind. So what stands on it
// can show its own faults.
//
// Only what adds an object and nothing else is run: a table with a foreign key to a table that comes later, a
// view, an index, a column. What drops, renames, changes or writes rows may be meant for another object than
// the one that comes.
//
// Pure.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "record/recording.h"
#include "record/rescue.h"

namespace windlass::run {

/// One statement that ran late, in a recording.
struct LateRun {
  size_t refusal = 0;  ///< its number
  int statement = 0;   ///< Statement::n of the late run
};

class LateRuns {
 public:
  /// A statement was refused and pretended to have been done: refusal number `refusal` of the run.
  void refused(size_t refusal, const std::string& text, const record::ServerMessage& error);
  /// RescueOptions::due.
  std::optional<record::Due> due(std::string_view text);
  /// RescueOptions::ran_late.
  void ran(const record::Due& due, const std::optional<record::ServerMessage>& error,
           const std::vector<std::string>& reports);

  /// Puts a statement for each late run that did something, or showed a fault of its own, behind the one that
  /// it had waited for: with the refused statement's text and source, and with Statement::refused where it
  /// failed. All statements are numbered anew. `refusals`: Statement::n of the refusals, by their numbers, 0
  /// where a refusal left no trace; numbered anew, too.
  std::vector<LateRun> insert(record::Recording& recording, std::vector<int>& refusals) const;

 private:
  struct Waiting {
    size_t refusal = 0;
    std::string text;
    std::set<std::string> names;                 // that the text speaks of
    std::string behind;                          // the text of the statement that made what it waited for
    std::string said;                            // what it was refused with
    bool in_doubt = false;                       // what it speaks of was changed or taken away meanwhile
    bool ready = false;                          // that has been made, and it has not been run since
    bool over = false;                           // it went well, or will not be tried again
    bool done = false;                           // it went well
    size_t order = 0;                            // of the late runs
    std::optional<record::ServerMessage> error;  // a fault of its own
    std::vector<std::string> reports;
  };
  void went_well(std::string_view text);

  std::vector<Waiting> waiting_;
  size_t ran_ = 0;
};

}  // namespace windlass::run
