// A session that goes on past failures: a second hop, between the recorder and
// the server. To a statement inside a transaction it gives a savepoint; when
// the server refuses the statement, the transaction is rolled back to it, and
// what RescueOptions decides takes the statement's place. So it does where a
// statement stands alone outside a transaction: nothing has to be rolled back.
// The recorder above hears of it by a report of windlass's own (see Tracker::notice).
//
// Invariants: a failed transaction passes as it is, and so do several
// statements that are sent as one outside a transaction; the
// client's own savepoints, portals and prepared statements are left alone
// (windlass's commands bear names of their own, and no savepoint of
// windlass's is open while a command of the client's controls the
// transaction); a COPY in progress passes as it is. What RescueOptions::due
// names runs behind the statement that it was waiting for.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "record/rescue.h"
#include "record/upstream.h"
#include "record/wire_end.h"

namespace windlass::record {

class Detour {
 public:
  /// `client` is the recorder's side. `status` is the transaction status the server is known to be in; 0 when
  /// it has yet to say so.
  Detour(Stream client, UpstreamLink link, const RescueOptions& options, std::string token, int stop_fd);

  /// Serves the session to its end.
  void run();

 private:
  /// What came back for one piece of work, up to ReadyForQuery.
  struct Answer {
    std::string held;                  // the answers before the error, not passed on
    std::optional<std::string> error;  // the body of an ErrorResponse that was not passed on
    bool passed = false;               // an ErrorResponse was passed on
    bool columns = false;              // a RowDescription is among the answers
    bool alive = true;                 // false: one side has gone
  };
  enum class Outcome { Over, Passed, Pretended, Ran };

  bool from_client(const Message& message);
  bool from_server(const Message& message);
  bool query(const Message& message);
  bool batch(bool synced);
  bool segment(const std::vector<Message>& messages);
  Outcome one(const std::string& text, const std::string& bytes, int characters_before, std::string& tag);
  Outcome instead(const std::vector<std::string>& first);
  Outcome again(const std::string& text, const std::string& bytes, std::vector<std::string> first);
  Outcome prepare(const std::string& text, const std::string& bytes);
  void pretend(const Message& asked, const std::string& tag);

  void remember(const Message& message);
  std::string first_text(const std::vector<Message>& messages) const;
  std::string text_of(const std::vector<Message>& messages) const;
  void follow(std::string_view text);

  // Each false: the session is over.
  bool set_savepoint();
  bool release_savepoint();
  bool back_to_savepoint();
  /// What the server says of windlass's own commands.
  struct OwnAnswer {
    std::vector<std::string> reports;  // of the event triggers
    std::optional<std::string> error;  // the body of the first ErrorResponse
  };
  bool run_own(const std::vector<std::string>& commands, OwnAnswer* answer = nullptr);
  bool run_due(std::string_view text);
  bool build(const std::string& text, const std::vector<std::string>& aside);
  bool copy_through();

  /// Sends `bytes` and takes the answers. Where an error may be rescued, nothing is passed on before it is
  /// known that there is none, or rows come. The closing ReadyForQuery is passed on where `tell_ready`.
  Answer ask(std::string_view bytes, bool rescuable, bool tell_ready);
  void report(std::string_view error_body);

  Stream client_stream_;
  UpstreamLink link_;
  const RescueOptions& options_;
  const std::string token_;
  const Waiter waiter_;
  WireEnd client_, server_;
  char status_ = 'I';
  bool savepoint_ = false;  // windlass's savepoint is there
  int nested_ = 0;          // savepoints of the client's own
  std::vector<Message> batch_;
  bool ready_told_ = false;  // a COPY that passed ended with the client's own ReadyForQuery
  bool skipping_ = false;    // an error was passed on: the rest up to Sync is not run
  std::map<std::string, std::string> statements_;  // prepared, by name
  std::map<std::string, std::string> portals_;     // to the name of their statement
  std::set<std::string> pretended_;                // prepared statements that the server does not have
};

}  // namespace windlass::record
