#include "record/detours.h"

#include <sys/socket.h>

#include <cerrno>
#include <memory>

#include "record/detour.h"

namespace windlass::record {

base::Result<UpstreamLink> Detours::lead(UpstreamLink link, const RescueOptions& options,
                                         const std::string& token, int stop_fd) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return base::fail({"go on past failures", "a pair of sockets", base::system_error_text(errno), "",
                       base::Exit::CouldNotLook});
  UpstreamLink near;
  near.stream = Stream(base::UniqueFd(ends[0]));
  near.greeting = std::move(link.greeting);
  near.cancel_key = link.cancel_key;
  auto detour =
      std::make_unique<Detour>(Stream(base::UniqueFd(ends[1])), std::move(link), options, token, stop_fd);
  const std::lock_guard lock(mutex_);
  threads_.emplace_back([served = std::move(detour)] { served->run(); });
  return near;
}

void Detours::join() {
  const std::lock_guard lock(mutex_);
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

}  // namespace windlass::record
