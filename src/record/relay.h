// A session under way: bytes go both ways, the tracker looks on.
//
// Invariant: no call waits.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "record/channel.h"
#include "record/played.h"
#include "record/shared.h"

namespace windlass::record {

class Relay {
 public:
  Relay(Shared& shared, int session, Stream client, UpstreamLink link);

  int session() const { return session_; }
  enum Side { Client = 0, Server = 1 };
  int fd(Side side) const { return side == Client ? client_.fd() : link_.stream.fd(); }
  /// What poll(2) shall wait for: POLLIN, POLLOUT, both or nothing.
  short interest(Side side) const;
  /// poll(2) saw `events`.
  void handle(Side side, short events);
  /// Bytes are waiting that poll(2) does not see.
  bool buffered() const { return (up_.more_to_read() && !must_wait(Client)) || down_.more_to_read(); }
  /// The work that can wait until the bytes are on their way.
  void settle() { tracker_.settle(); }

  /// See Recorder::play.
  void play(Played played);

  /// Who ended it; empty while it goes on.
  std::string ended();
  bool client_gone() const { return terminated_ || up_.ended(); }
  double last_active() const { return last_active_; }
  /// Writes the end into the journal. The last call.
  void finish(const std::string& ended_by);

 private:
  void remark_broken();
  bool client_speaks() const;
  /// What the client sends while its place is taken is read afterwards: its answers are its own.
  bool must_wait(Side side) const { return side == Client && played_ != nullptr; }
  Verdict from_client(const wire::Piece& piece, std::string& replacement);
  Verdict from_server(const wire::Piece& piece);

  Shared& shared_;
  const int session_;
  Stream client_;
  UpstreamLink link_;
  Tracker tracker_;
  Channel up_, down_;
  Turns turns_;
  std::optional<Tape> tape_;
  std::function<void(bool)> played_;  // while the answers to what was played are coming
  double last_active_ = 0;
  bool terminated_ = false, half_closed_ = false, up_discarded_ = false, remarked_ = false;
};

}  // namespace windlass::record
