// Follows one session's messages in both directions and matches what the
// server answers to what the client asked.
//
// Invariants: it never delays or alters a message except for windlass's own
// reports and marks; whatever the two sides send, it neither fails nor keeps
// more than bounded state per message under way.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/secrets.h"
#include "record/mark.h"
#include "record/parameters_mode.h"
#include "record/queue.h"
#include "record/statement_log.h"
#include "record/statement_text.h"
#include "sql/split.h"
#include "wire/framer.h"

namespace windlass::record {

/// What becomes of a piece.
enum class Verdict { Keep, Drop, Replace };

/// What the recorder's sessions share; outlives them.
struct TrackerSettings {
  std::string token;
  MarkReader marks{""};
  ParametersMode parameters = ParametersMode::Types;
  base::Masker masker;
};

class Tracker {
 public:
  Tracker(const TrackerSettings& settings, Journal& journal, int session);

  /// The moment at which the next pieces arrived (Journal::now).
  void clock(double now) { now_ = now; }
  /// A piece from the client; `replacement` is what to send when the verdict is Replace.
  Verdict client(const wire::Piece& piece, std::string& replacement);
  Verdict server(const wire::Piece& piece);
  /// The work that may wait until the bytes are on their way.
  void settle();
  /// No more will come.
  void end();

  /// How much of each kind the framers must hold together.
  static wire::Hold client_hold(char kind);
  static wire::Hold server_hold(char kind);

 private:
  enum class Wait : uint8_t { Simple, Parse, Bind, Describe, Execute, Close, Sync, Function, CopyMarker };

  struct Prepared {
    TextPointer text;  // null until settled
    std::string raw;   // the text before that
    Source source;
    std::vector<uint32_t> types;
    ValuesPointer type_list;  // made of `types` at first need
  };
  using PreparedPointer = std::shared_ptr<Prepared>;
  struct Portal {
    PreparedPointer prepared;
    ValuesPointer parameters;
  };
  struct Expected {
    Wait kind = Wait::Sync;
    double sent = 0;
    PreparedPointer prepared;  // Parse, Bind, Describe, Execute
    ValuesPointer parameters;  // Execute
    // Simple: the string, how it was cut, and how far the answers have come.
    std::string raw;
    std::vector<std::pair<size_t, Source>> marks;
    std::vector<sql::StatementSpan> spans;
    std::vector<TextPointer> texts;
    size_t answered = 0;
    bool cut = false;  // spans and texts are there
    bool failed = false;
  };

  // tracker_client.cpp: what the client sends
  Verdict query(const wire::Piece& piece, std::string& replacement);
  Verdict parse(const wire::Piece& piece, std::string& replacement);
  Verdict begin_passing(const wire::Piece& piece, size_t text_at, std::string& replacement);
  void end_passing();
  void bind(const wire::Piece& piece);
  void execute(const wire::Piece& piece);
  void describe(const wire::Piece& piece);
  void close(const wire::Piece& piece);
  Expected& expect(Wait kind);
  PreparedPointer find_prepared(std::string_view name);
  ValuesPointer read_values(const wire::Piece& piece, const Prepared& prepared) const;

  // tracker_server.cpp: what the server answers
  void pop(Wait kind);
  void complete(std::string_view tag);
  void suspended();
  void fail(std::string_view body);
  void ready(char status);
  Verdict notice(const wire::Piece& piece);
  ServerMessage read_refused(std::string_view report) const;
  void skip(Expected& expected, const Prepared* failed, bool& absorbed);
  void leave_copy();
  void start_of(const Expected& expected);
  Answered answer(TextPointer text, Protocol protocol);
  ValuesPointer parameters_of(const Expected& expected);
  static bool ends_transaction(std::string_view tag, std::string_view text);
  void cut(Expected& expected);
  const TextPointer& text_of(Prepared& prepared);

  const TrackerSettings& settings_;
  Journal& journal_;
  const int session_;
  StatementLog log_;
  double now_ = 0;

  Queue<Expected> expected_;
  std::map<std::string, PreparedPointer, std::less<>> prepared_;
  std::map<std::string, Portal, std::less<>> portals_;
  PreparedPointer unnamed_statement_;
  Portal unnamed_portal_;

  std::unique_ptr<PassingText> passing_;  // the text of a Query or Parse too large to be held
  PreparedPointer passing_into_;          // Parse; Query: the entry at the back
  bool passing_parse_tail_ = false;

  std::vector<ServerMessage> notices_;  // of the statement being answered
  std::vector<std::string> events_;
  Boxed<ServerMessage> refused_;  // what the statement being answered met, when the run goes on past it
  size_t notices_dropped_ = 0;
  double cycle_start_ = -1;  // when the oldest message of the statement being answered was sent
  double last_answer_ = 0;
  bool failed_pipeline_ = false;  // the server discards until Sync
  PreparedPointer failed_;
  bool copy_in_ = false;
};

}  // namespace windlass::record
