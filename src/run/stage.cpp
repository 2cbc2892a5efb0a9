#include "run/stage.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "base/digest.h"
#include "base/file.h"
#include "run/client_folder.h"

namespace windlass::run {

namespace {

/// A loopback socket on a port that the kernel chooses, for runs without a namespace of their own.
base::Result<base::UniqueFd> listen_on_loopback(int& port) {
  const auto refuse = [] {
    return base::fail(
        {"listen on loopback", "127.0.0.1", base::system_error_text(errno), "", base::Exit::CouldNotLook});
  };
  base::UniqueFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!listener) return refuse();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), length) != 0 ||
      ::listen(listener.get(), 128) != 0 ||
      ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0)
    return refuse();
  port = ntohs(address.sin_port);
  return listener;
}

}  // namespace

base::Result<std::unique_ptr<Stage>> Stage::prepare(StageSettings settings) {
  std::unique_ptr<Stage> stage(new Stage);
  stage->settings_ = std::move(settings);
  const SharedServer& server = stage->settings_.place.server;
  stage->token_ = server ? server->token() : base::random_hex(16);
  stage->run_folder_ = WINDLASS_TRY(scratch::RunFolder::make());
  stage->folder_ = WINDLASS_TRY(make_client_folder(stage->run_folder_, stage->settings_.run_as));
  stage->endpoint_.socket_folder = stage->folder_;
  stage->no_room_because_ = stage->settings_.no_isolation_because;
  stage->room_ = stage->settings_.room;
  if (!stage->room_ && stage->no_room_because_.empty()) {
    if (auto room = NetworkRoom::make())
      stage->room_ = std::make_shared<const NetworkRoom>(std::move(*room));
    else
      stage->no_room_because_ = room.error().got;
  }
  stage->endpoint_.password = base::random_hex(12);
  if (stage->room_) {
    stage->listener_ = WINDLASS_TRY(stage->room_->listener());
    stage->endpoint_.tcp_port = stage->room_->port();
  } else {
    stage->listener_ = WINDLASS_TRY(listen_on_loopback(stage->endpoint_.tcp_port));
  }
  stage->identity_ = project_identity(stage->settings_.environment);
  if (!stage->settings_.database.empty()) stage->identity_.database = stage->settings_.database;
  stage->masker_ = base::Masker::from_environment(stage->environment());
  stage->masker_.add(stage->endpoint_.password);
  WINDLASS_CHECK(stage->start_recorder());
  return stage;
}

Stage::~Stage() {
  place_is(false);
  stop_watching();
  stop_recording();
  if (place_) place_->close();
}

std::vector<std::string> Stage::environment() const {
  return child_environment(settings_.environment, identity_, endpoint_);
}

std::string Stage::project_user() const {
  return settings_.run_as ? settings_.run_as->name : base::current_system_user().name;
}

base::Result<void> Stage::start_recorder() {
  record::RecorderOptions options;
  options.token = token_;
  options.parameters = settings_.parameters;
  options.masker = masker_;
  options.socket_folder = folder_;
  // Inside the room nobody but the project can reach the port; outside it, the
  // port is open to every user of the machine, and the password is the lock.
  options.tcp.push_back({std::move(listener_), room_ ? std::string() : endpoint_.password});
  options.admit = [this](const record::StartupRequest& request) -> base::Result<record::Admission> {
    ScratchPlace* place = WINDLASS_TRY(await_place());
    return place->admit(request);
  };
  options.upstream_later = [this]() -> record::Upstream {
    const auto place = await_place();
    return place ? (*place)->upstream() : record::Upstream{};
  };
  options.on_statement = settings_.on_statement;
  options.rescue = settings_.rescue;
  options.keep_tapes = settings_.keep_tapes;
  recorder_ = WINDLASS_TRY(record::Recorder::start(std::move(options)));
  return {};
}

base::Result<ScratchPlace*> Stage::await_place() {
  std::unique_lock lock(mutex_);
  opened_.wait(lock, [this] { return open_.has_value(); });
  if (*open_) return place_.get();
  return base::fail({"lead a session to the scratch server", "", "the server did not come up", "",
                     base::Exit::CouldNotLook});
}

void Stage::place_is(bool open) {
  {
    const std::lock_guard lock(mutex_);
    if (open_ == true) return;
    open_ = open;
  }
  opened_.notify_all();
}

base::Result<void> Stage::open_place() {
  settings_.place.token = token_;
  settings_.place.expected_role = identity_.user;
  settings_.place.expected_database = identity_.database;
  auto place = ScratchPlace::open(settings_.place);
  if (!place) {
    place_is(false);
    return tl::unexpected(std::move(place).error());
  }
  place_ = std::move(*place);
  place_is(true);
  watch_ =
      std::make_unique<LockWatch>(place_->conninfo("postgres"), [this] { return recorder_->sessions(); });
  return {};
}

std::optional<size_t> Stage::ended_sessions() const {
  const std::vector<record::Session> sessions = recorder_->sessions();
  const bool open = std::any_of(sessions.begin(), sessions.end(),
                                [](const record::Session& session) { return session.ended_by.empty(); });
  return open ? std::nullopt : std::optional(sessions.size());
}

record::Recording Stage::stop_recording() {
  if (!recorder_) return {};
  record::Recording recording = recorder_->stop();
  tapes_ = recorder_->tapes();
  recorder_.reset();
  return recording;
}

void Stage::play(int session, char status, std::string bytes, std::function<void(bool)> done) {
  if (!recorder_) return done(false);
  recorder_->play(session, status, std::move(bytes), std::move(done));
}

std::vector<Evidence::Deadlock> Stage::stop_watching() {
  if (!watch_) return {};
  std::vector<Evidence::Deadlock> found = watch_->stop();
  watch_.reset();
  return found;
}

}  // namespace windlass::run
