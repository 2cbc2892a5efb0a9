// The recorder: a proxy between a migration tool and a server, on which
// everything the tool says and hears is written down.
//
// The client sees what it would see without it, with one exception: the
// reports of windlass's event triggers (INFO lines with the run's token) are
// taken out, and so are the marks that windlass's own Python part puts before
// statements on their way to the server.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/secrets.h"
#include "base/unique_fd.h"
#include "record/journal.h"
#include "record/parameters_mode.h"
#include "record/recording.h"
#include "record/rescue.h"
#include "record/tape.h"
#include "record/tls.h"
#include "record/upstream.h"

namespace windlass::record {

struct StartupRequest {
  std::string user, database;  ///< database as the protocol has it: the user's name when none was given
  std::vector<std::pair<std::string, std::string>> settings;  ///< the others: application_name, options, ...
  bool tls = false, tcp = false;
};

struct RecorderOptions {
  Upstream upstream;
  /// For a server that is still coming up: asked after `admit` (which may wait for it), in place of
  /// `upstream`.
  std::function<Upstream()> upstream_later;
  std::string token;  ///< of the run; marks and reports with another one are left alone
  ParametersMode parameters = ParametersMode::Types;
  base::Masker masker;
  /// Listens on <folder>/.s.PGSQL.5432 (mode 0777: the folder, made by the caller, keeps others out). Empty:
  /// no Unix socket.
  std::filesystem::path socket_folder;
  struct Tcp {
    base::UniqueFd listener;  ///< already listening, perhaps in another network namespace
    std::string password;     ///< empty: no password is asked
  };
  std::vector<Tcp> tcp;
  /// Called before the upstream is connected, from the session's thread; an
  /// error becomes an ErrorResponse to the client. Absent: user and database as asked.
  std::function<base::Result<Admission>(const StartupRequest&)> admit;
  /// Go on past what the server refuses; absent: every session is relayed as it is. Called from the sessions'
  /// threads.
  std::shared_ptr<const RescueOptions> rescue;
  /// Keep what the clients send (Recorder::tapes).
  bool keep_tapes = false;
  /// Told of each statement, from the session's threads, one at a time.
  std::function<void(const Statement&)> on_statement;
};

class Recorder {
 public:
  static base::Result<std::unique_ptr<Recorder>> start(RecorderOptions options);
  ~Recorder();
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// The sessions so far; from any thread.
  std::vector<Session> sessions() const;
  /// Sends `bytes` on session `session` as if its client had, and keeps the answers from the client, but for
  /// changes of the session's settings, which it would be told in any case. `status`: the transaction status
  /// (ReadyForQuery) that the session must be in. `done` is called once, from a thread of the recorder's,
  /// with whether all was answered; false also where the session has ended, is not idle or in another status,
  /// and then nothing was sent unless the session ended meanwhile. From any thread.
  void play(int session, char status, std::string bytes, std::function<void(bool)> done);
  /// Nothing that clients say from now on reaches the server, also if it was sent before. From any thread;
  /// from on_statement: of that statement's session nothing behind it does.
  void hear_no_more();
  /// Ends all sessions and returns everything recorded (nothing, the second time).
  /// Sessions whose client has gone are first read to their end, a second at most.
  Recording stop();
  /// What the clients of the ended sessions sent, with keep_tapes; nothing, the second time.
  std::vector<Tape> tapes();

 private:
  class State;
  explicit Recorder(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace windlass::record
