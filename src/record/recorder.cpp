#include "record/recorder.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <list>
#include <mutex>
#include <thread>

#include "record/relay_loop.h"
#include "record/session.h"

namespace windlass::record {

namespace {

tl::unexpected<base::Error> failed(const std::string& on, int code) {
  return base::fail({"start the recorder", on, base::system_error_text(code),
                     "Check that the folder exists, is writable and has a short path.",
                     base::Exit::CouldNotLook});
}

base::Result<base::UniqueFd> listen_on(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return failed(path, ENAMETOOLONG);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  base::UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return failed(path, errno);
  ::unlink(path.c_str());
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::chmod(path.c_str(), 0777) != 0 || ::listen(socket.get(), 128) != 0)
    return failed(path, errno);
  return socket;
}

}  // namespace

class Recorder::State {
 public:
  explicit State(RecorderOptions options) : shared(std::move(options)) {}

  base::Result<void> start() {
    stop_event_ = base::UniqueFd(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    if (!stop_event_) return failed("an event", errno);
    shared.stop_fd = stop_event_.get();
    if (!shared.options.socket_folder.empty()) {
      path_ = (shared.options.socket_folder / ".s.PGSQL.5432").string();
      listeners_.push_back({WINDLASS_TRY(listen_on(path_)), false, {}});
    }
    for (RecorderOptions::Tcp& tcp : shared.options.tcp) {
      const int flags = ::fcntl(tcp.listener.get(), F_GETFL);
      if (flags < 0 || ::fcntl(tcp.listener.get(), F_SETFL, flags | O_NONBLOCK) != 0)
        return failed("a listening socket", errno);
      listeners_.push_back({std::move(tcp.listener), true, tcp.password});
    }
    WINDLASS_CHECK(loop_.start());
    acceptor_ = std::thread([this] { accept_all(); });
    return {};
  }

  Recording stop() {
    const std::lock_guard lock(stopping_);
    const uint64_t one = 1;
    if (stop_event_ && ::write(stop_event_.get(), &one, sizeof one) < 0 && errno != EAGAIN)
      shared.journal.remark(1, "the recorder could not be told to stop");
    if (acceptor_.joinable()) acceptor_.join();
    for (Begun& begun : begun_) begun.thread.join();
    begun_.clear();
    loop_.close();
    shared.detours.join();
    listeners_.clear();
    if (!path_.empty()) ::unlink(path_.c_str());
    path_.clear();
    return shared.journal.take();
  }

  void play(Played played) { loop_.play(std::move(played)); }

  Shared shared;

 private:
  struct Listener {
    base::UniqueFd socket;
    bool tcp = false;
    std::string password;
  };
  /// A thread that receives one client.
  struct Begun {
    std::thread thread;
    std::atomic<bool> done{false};
  };

  void accept_all() {
    std::vector<pollfd> fds;
    for (const Listener& listener : listeners_) fds.push_back({listener.socket.get(), POLLIN, 0});
    fds.push_back({stop_event_.get(), POLLIN, 0});
    bool last_round = false;
    while (!last_round) {
      if (::poll(fds.data(), fds.size(), -1) < 0 && errno != EINTR) return;
      // What has been connected before the stop is still served, if only to be ended.
      last_round = fds.back().revents != 0;
      for (size_t i = 0; i < listeners_.size(); ++i)
        if (fds[i].revents != 0) accept_from(listeners_[i]);
      reap();
    }
  }

  void accept_from(const Listener& listener) {
    while (true) {
      base::UniqueFd socket(::accept4(listener.socket.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
      if (!socket) {
        // Out of descriptors: the connection waits in the queue; do not spin.
        if (errno == EMFILE || errno == ENFILE) std::this_thread::sleep_for(std::chrono::milliseconds(10));
        return;
      }
      Begun& begun = begun_.emplace_back();
      auto shared_socket = std::make_shared<base::UniqueFd>(std::move(socket));
      begun.thread = std::thread([this, &begun, &listener, shared_socket] {
        if (auto relay = begin_session(shared, std::move(*shared_socket), listener.tcp, listener.password))
          loop_.add(std::move(relay));
        begun.done = true;
      });
    }
  }

  void reap() {
    for (auto begun = begun_.begin(); begun != begun_.end();) {
      if (!begun->done) {
        ++begun;
        continue;
      }
      begun->thread.join();
      begun = begun_.erase(begun);
    }
  }

  RelayLoop loop_{shared};
  std::mutex stopping_;
  base::UniqueFd stop_event_;
  std::vector<Listener> listeners_;
  std::string path_;
  std::thread acceptor_;
  std::list<Begun> begun_;  // touched by the acceptor, and by stop() after it has ended
};

Recorder::Recorder(std::unique_ptr<State> state) : state_(std::move(state)) {}

Recorder::~Recorder() { state_->stop(); }

base::Result<std::unique_ptr<Recorder>> Recorder::start(RecorderOptions options) {
  auto state = std::make_unique<State>(std::move(options));
  WINDLASS_CHECK(state->start());
  return std::unique_ptr<Recorder>(new Recorder(std::move(state)));
}

std::vector<Session> Recorder::sessions() const { return state_->shared.journal.sessions(); }

void Recorder::play(int session, char status, std::string bytes, std::function<void(bool)> done) {
  state_->play({session, status, std::move(bytes), std::move(done)});
}

void Recorder::hear_no_more() { state_->shared.deaf = true; }

Recording Recorder::stop() { return state_->stop(); }

std::vector<Tape> Recorder::tapes() { return state_->shared.tapes.take(); }

}  // namespace windlass::record
