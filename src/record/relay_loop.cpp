#include "record/relay_loop.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

namespace windlass::record {

namespace {

// epoll(7) has the same bits as poll(2) on Linux; held to it here.
static_assert(EPOLLIN == POLLIN && EPOLLOUT == POLLOUT && EPOLLHUP == POLLHUP && EPOLLERR == POLLERR);

constexpr double kQuiet = 0.02;  // seconds without a byte after which a stopped session is over
constexpr double kDrain = 1.0;   // seconds a stopped session may at most go on

tl::unexpected<base::Error> failed(int code) {
  return base::fail({"start the recorder", "its event loop", base::system_error_text(code),
                     "Raise the limit of open files (ulimit -n).", base::Exit::CouldNotLook});
}

}  // namespace

base::Result<void> RelayLoop::start() {
  epoll_ = base::UniqueFd(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll_) return failed(errno);
  wake_ = base::UniqueFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake_) return failed(errno);
  epoll_event wake{};
  wake.events = EPOLLIN;
  wake.data.ptr = nullptr;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &wake) != 0) return failed(errno);
  epoll_event stop{};
  stop.events = EPOLLIN | EPOLLONESHOT;
  stop.data.ptr = this;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, shared_.stop_fd, &stop) != 0) return failed(errno);
  thread_ = std::thread([this] { run(); });
  return {};
}

void RelayLoop::add(std::unique_ptr<Relay> relay) {
  {
    const std::lock_guard lock(mutex_);
    newcomers_.push_back(std::move(relay));
  }
  ::eventfd_write(wake_.get(), 1);
}

void RelayLoop::play(Played played) {
  std::unique_lock lock(mutex_);
  if (over_) {
    lock.unlock();
    return played.done(false);
  }
  played_.push_back(std::move(played));
  ::eventfd_write(wake_.get(), 1);
}

void RelayLoop::close() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  ::eventfd_write(wake_.get(), 1);
  thread_.join();
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  take_played();  // what came too late
}

void RelayLoop::take_newcomers() {
  const std::lock_guard lock(mutex_);
  for (std::unique_ptr<Relay>& relay : newcomers_) {
    auto seat = std::make_unique<Seat>();
    seat->relay = std::move(relay);
    seat->watches[0] = {seat.get(), Relay::Client, 0};
    seat->watches[1] = {seat.get(), Relay::Server, 0};
    seats_.push_back(std::move(seat));
  }
  newcomers_.clear();
}

void RelayLoop::take_played() {
  std::vector<Played> all;
  {
    const std::lock_guard lock(mutex_);
    all.swap(played_);
  }
  for (Played& played : all) {
    const auto seat = std::find_if(seats_.begin(), seats_.end(), [&](const std::unique_ptr<Seat>& each) {
      return each->relay->session() == played.session;
    });
    if (seat == seats_.end()) {
      played.done(false);
      continue;
    }
    (*seat)->relay->play(std::move(played));
    (*seat)->touched = true;
  }
}

void RelayLoop::register_interest(Watch& watch) {
  const short wanted = watch.seat->relay->interest(watch.side);
  if (wanted == watch.registered) return;
  epoll_event event{};
  event.events = static_cast<uint32_t>(wanted);
  event.data.ptr = &watch;
  // Without any interest a closed socket would still wake us, again and again: it leaves the set.
  const int operation = wanted == 0 ? EPOLL_CTL_DEL : watch.registered == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  ::epoll_ctl(epoll_.get(), operation, watch.seat->relay->fd(watch.side), &event);
  watch.registered = wanted;
}

/// Brings one session up to date; false when it is over.
bool RelayLoop::tend(Seat& seat, bool stopping, double stopped_at) {
  Relay& relay = *seat.relay;
  relay.settle();
  std::string ended_by = relay.ended();
  if (ended_by.empty() && stopping) {
    const double now = shared_.journal.now();
    const bool quiet = now - std::max(stopped_at, relay.last_active()) > kQuiet && !relay.buffered();
    if ((quiet && !relay.client_gone()) || now - stopped_at > kDrain)
      ended_by = relay.client_gone() ? "client" : "cut off";
  }
  if (!ended_by.empty()) {
    relay.finish(ended_by);
    // Closing alone does not take a socket out of the set while a child forked
    // just now still has it open.
    for (const Watch& watch : seat.watches)
      if (watch.registered != 0) ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, relay.fd(watch.side), nullptr);
    return false;
  }
  register_interest(seat.watches[0]);
  register_interest(seat.watches[1]);
  return true;
}

void RelayLoop::run() {
  // A write to a closed TLS socket must come back as an error; other writes use MSG_NOSIGNAL.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);

  bool stopping = false, buffered = false;
  double stopped_at = 0;
  epoll_event events[64];
  while (true) {
    const int limit = buffered ? 0 : stopping ? 20 : -1;
    const int count = ::epoll_wait(epoll_.get(), events, 64, limit);
    for (int i = 0; i < count; ++i) {
      if (events[i].data.ptr == nullptr) {
        eventfd_t ignored;
        ::eventfd_read(wake_.get(), &ignored);
        take_newcomers();
        take_played();
        continue;
      }
      if (events[i].data.ptr == this) {
        stopping = true;
        stopped_at = shared_.journal.now();
        continue;
      }
      auto* const watch = static_cast<Watch*>(events[i].data.ptr);
      watch->seat->touched = true;
      watch->seat->relay->handle(watch->side, static_cast<short>(events[i].events));
    }
    buffered = false;
    for (auto seat = seats_.begin(); seat != seats_.end();) {
      if ((*seat)->relay->buffered()) {
        for (const Relay::Side side : {Relay::Client, Relay::Server}) (*seat)->relay->handle(side, POLLIN);
        (*seat)->touched = true;
      }
      if (((*seat)->touched || stopping) && !tend(**seat, stopping, stopped_at)) {
        seat = seats_.erase(seat);
        continue;
      }
      (*seat)->touched = false;
      buffered = buffered || (*seat)->relay->buffered();
      ++seat;
    }
    if (stopping && seats_.empty()) {
      const std::lock_guard lock(mutex_);
      if (closing_ && newcomers_.empty()) return;
    }
  }
}

}  // namespace windlass::record
