// The threads of the sessions that go on past failures.
#pragma once

#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/error.h"
#include "record/rescue.h"
#include "record/upstream.h"

namespace windlass::record {

class Detours {
 public:
  ~Detours() { join(); }
  /// Puts a hop between the recorder and `link`; what it returns takes the link's place. `options` outlives
  /// the session.
  base::Result<UpstreamLink> lead(UpstreamLink link, const RescueOptions& options, const std::string& token,
                                  int stop_fd);
  /// Waits for all of them; their sessions must have ended.
  void join();

 private:
  std::mutex mutex_;
  std::vector<std::thread> threads_;
};

}  // namespace windlass::record
