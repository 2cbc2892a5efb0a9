// One thread that serves all sessions under way. A thread for each would cost
// a switch per message; so many small messages of several clients are taken up
// together.
#pragma once

#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/error.h"
#include "base/unique_fd.h"
#include "record/relay.h"

namespace windlass::record {

class RelayLoop {
 public:
  explicit RelayLoop(Shared& shared) : shared_(shared) {}
  ~RelayLoop() { close(); }

  base::Result<void> start();
  /// From any thread.
  void add(std::unique_ptr<Relay> relay);
  /// See Recorder::play; from any thread.
  void play(Played played);
  /// Takes no more; returns when all sessions have ended. To be called after Shared::stop_fd became readable.
  void close();

 private:
  struct Seat;
  struct Watch {
    Seat* seat = nullptr;
    Relay::Side side = Relay::Client;
    short registered = 0;  // 0: not in the set
  };
  struct Seat {
    std::unique_ptr<Relay> relay;
    Watch watches[2];
    bool touched = true;
  };

  void run();
  void take_newcomers();
  void take_played();
  void register_interest(Watch& watch);
  bool tend(Seat& seat, bool stopping, double stopped_at);

  Shared& shared_;
  base::UniqueFd epoll_, wake_;
  std::thread thread_;
  std::vector<std::unique_ptr<Seat>> seats_;  // of the loop's thread only

  std::mutex mutex_;
  std::vector<std::unique_ptr<Relay>> newcomers_;
  std::vector<Played> played_;
  bool closing_ = false, over_ = false;  // over: the thread has ended
};

}  // namespace windlass::record
