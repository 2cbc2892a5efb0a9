// Turns answered statements of one session into Statement values: numbers
// transactions, counts repeats, parses the reports of the event triggers.
// This is the work that can wait until the bytes are on their way.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "record/journal.h"
#include "record/statement_text.h"

namespace windlass::record {

using ValuesPointer = std::shared_ptr<const std::vector<Parameter>>;

/// A statement as answered, before it is made a Statement.
struct Answered {
  TextPointer text;
  Protocol protocol = Protocol::Simple;
  std::string tag;
  double started = 0, ended = 0;
  ValuesPointer parameters;
  Boxed<ServerMessage> error;
  Boxed<ServerMessage> refused;
  std::vector<ServerMessage> notices;
  std::vector<std::string> events;  ///< payloads, not yet parsed
  bool skipped = false;
  char status = 'T';

  bool notable() const { return error || refused || skipped || !notices.empty() || !events.empty(); }
};

class StatementLog {
 public:
  StatementLog(Journal& journal, int session) : journal_(journal), session_(session) {}

  /// Something was answered. The last one stays open for what comes with the end of its string or pipeline.
  void answered(Answered answered);
  /// The last one answered, while it can still be added to; nullptr when there is none.
  Answered* last();
  /// The server is ready again, with this transaction status.
  void ready(char status);
  /// Hands what is complete to the journal.
  void settle();
  /// The session ended: hands over everything.
  void end();

 private:
  struct Kept {
    TextPointer text;
    ValuesPointer parameters;
    std::string shape;  // the text without its literals; empty until there are very many statements
    std::string tag;
    char status = 'I';
    size_t place = 0;
    uint64_t repeats = 0;
    double milliseconds = 0;
    int64_t rows = 0;
  };

  void hand_over(Answered& answered);
  bool count_as_repeat(const Answered& answered, std::optional<int64_t> rows);
  void flush(Kept& kept);
  void look_for_switches(const Answered& answered);

  Journal& journal_;
  const int session_;
  std::vector<Answered> open_;  // not yet handed over, in order
  size_t settled_ = 0;          // of open_, how many are final
  int transaction_ = 0;         // 0 outside
  int last_transaction_ = 0;
  uint64_t count_ = 0;
  // The latest statements that may be repeated, newest at ring_[newest_]; those before them follow backwards.
  static constexpr size_t kRing = 32;
  std::array<Kept, kRing> ring_;
  size_t newest_ = 0, kept_ = 0;
  bool consecutive_ = false;  // ring_[newest_] is the statement handed over last
};

}  // namespace windlass::record
