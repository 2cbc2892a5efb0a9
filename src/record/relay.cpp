#include "record/relay.h"

#include <poll.h>

#include <chrono>
#include <utility>

#include "wire/kind.h"

namespace windlass::record {

namespace {

double monotonic_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

Relay::Relay(Shared& shared, int session, Stream client, UpstreamLink link)
    : shared_(shared),
      session_(session),
      client_(std::move(client)),
      link_(std::move(link)),
      tracker_(shared.tracker, shared.journal, session),
      up_(client_, link_.stream, Tracker::client_hold,
          [this](const wire::Piece& piece, std::string& replacement) {
            return from_client(piece, replacement);
          }),
      down_(link_.stream, client_, Tracker::server_hold,
            [this](const wire::Piece& piece, std::string&) { return from_server(piece); }) {
  if (shared_.options.keep_tapes) tape_.emplace().session = session;
  last_active_ = shared_.journal.now();
  tracker_.clock(last_active_);
  if (!link_.greeting.empty()) down_.prepend(link_.greeting);
}

Verdict Relay::from_client(const wire::Piece& piece, std::string& replacement) {
  if (piece.first && piece.kind == wire::front::kTerminate) terminated_ = true;
  if (shared_.deaf) return Verdict::Drop;
  turns_.asked(piece);
  // The moment after it was read: whatever was sent before that moment may be among it, nothing sent after.
  if (tape_) tape_->sent(piece.bytes, monotonic_seconds());
  return tracker_.client(piece, replacement);
}

Verdict Relay::from_server(const wire::Piece& piece) {
  turns_.answered(piece);
  const bool ready = piece.kind == wire::back::kReadyForQuery && piece.whole();
  if (tape_ && ready) tape_->readies.push_back({monotonic_seconds(), turns_.status()});
  const Verdict verdict = tracker_.server(piece);
  if (!played_) return verdict;
  if (ready && turns_.open() == 0) std::exchange(played_, {})(true);
  return piece.kind == wire::back::kParameterStatus ? verdict : Verdict::Drop;
}

/// Whether the client has sent something that was not read yet.
bool Relay::client_speaks() const {
  pollfd unread{client_.fd(), POLLIN, 0};
  return ::poll(&unread, 1, 0) != 0;
}

void Relay::play(Played played) {
  const bool possible = !played_ && turns_.idle() && turns_.status() == played.status && up_.empty() &&
                        !up_.waiting() && !client_gone() && !down_.ended() && !client_speaks();
  if (!possible || played.bytes.empty()) return played.done(possible);
  last_active_ = shared_.journal.now();
  tracker_.clock(last_active_);
  played_ = std::move(played.done);
  up_.prepend(played.bytes);
}

short Relay::interest(Side side) const {
  const Channel& reads = side == Client ? up_ : down_;
  const Channel& writes = side == Client ? down_ : up_;
  const bool read = reads.wants_read() && !must_wait(side);
  return static_cast<short>((read ? POLLIN : 0) | (writes.waiting() ? POLLOUT : 0));
}

void Relay::handle(Side side, short events) {
  last_active_ = shared_.journal.now();
  tracker_.clock(last_active_);
  Channel& reads = side == Client ? up_ : down_;
  Channel& writes = side == Client ? down_ : up_;
  if (events & POLLOUT) writes.write();
  // Hang-ups and errors are found by reading, after what is still there.
  if ((events & ~POLLOUT) != 0 && !must_wait(side)) reads.read();
}

void Relay::remark_broken() {
  if (remarked_ || (!up_.broken() && !down_.broken())) return;
  remarked_ = true;
  shared_.journal.remark(session_, up_.broken() ? "the client sent a message of impossible length"
                                                : "the server sent a message of impossible length");
}

std::string Relay::ended() {
  remark_broken();
  // A client that takes nothing more is gone; the server shall notice as it would without us.
  if (down_.write_failed()) return "client";
  if (down_.ended() && !down_.waiting()) return client_gone() ? "client" : "server";
  if (up_.write_failed() && !up_discarded_) {
    // The server may have said why before it closed: that is still read and passed on.
    up_discarded_ = true;
    up_.discard();
  }
  if (up_.ended() && !up_.waiting() && !half_closed_) {
    half_closed_ = true;
    if (link_.stream.tls()) return "client";
    if (!terminated_) link_.stream.end_writing();
  }
  return {};
}

void Relay::finish(const std::string& ended_by) {
  const double now = shared_.journal.now();
  tracker_.clock(now);
  tracker_.end();
  if (played_) std::exchange(played_, {})(false);
  if (tape_) shared_.tapes.add(std::move(*tape_));
  if (!link_.cancel_key.empty()) shared_.cancel_keys.remove(link_.cancel_key);
  shared_.journal.change_session(session_, [&](Session& session) {
    session.ended = now;
    session.ended_by = ended_by;
    if (ended_by == "server") session.remarks.push_back("the server closed the connection");
  });
}

}  // namespace windlass::record
