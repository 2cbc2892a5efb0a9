#include "record/session.h"

#include <csignal>

#include "record/greeting.h"

namespace windlass::record {

namespace {
constexpr int kGreetingLimit = 60'000;  // milliseconds, as the server's authentication_timeout

Upstream upstream_of(const Shared& shared) {
  return shared.options.upstream_later ? shared.options.upstream_later() : shared.options.upstream;
}

}  // namespace

std::unique_ptr<Relay> begin_session(Shared& shared, base::UniqueFd socket, bool tcp,
                                     const std::string& password) {
  // A write to a closed TLS socket must come back as an error; other writes use MSG_NOSIGNAL.
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);

  Session session;
  session.started = shared.journal.now();
  const Waiter waiter(shared.stop_fd, kGreetingLimit);
  Stream client(std::move(socket));
  auto packet = greet(client, shared.tls, waiter);
  session.tls = client.tls();
  const auto over = [&](std::string remark, std::string ended_by) -> std::unique_ptr<Relay> {
    session.ended = shared.journal.now();
    session.ended_by = std::move(ended_by);
    session.remarks.push_back(std::move(remark));
    shared.journal.open_session(session);
    return nullptr;
  };
  if (!packet) return over(packet.error().got, "client");
  if (const auto* cancel = std::get_if<wire::CancelRequest>(&*packet)) {
    forward_cancel(upstream_of(shared), *cancel, shared.cancel_keys, waiter);
    return nullptr;
  }
  const wire::Startup startup = std::move(std::get<wire::Startup>(*packet));
  StartupRequest request;
  request.tls = client.tls();
  request.tcp = tcp;
  request.user = startup.setting("user");
  request.database = startup.setting("database").empty() ? request.user : startup.setting("database");
  for (const auto& setting : startup.settings)
    if (setting.first != "user" && setting.first != "database") request.settings.push_back(setting);
  session.user = request.user;
  session.database = request.database;
  session.application_name = shared.options.masker.mask(startup.setting("application_name"));

  if (!password.empty()) {
    if (const auto checked = check_password(client, password, waiter); !checked)
      return over(checked.error().got, "client");
  }
  const auto turn_away = [&](const base::Error& error) {
    const std::string message = shared.options.masker.mask("windlass could not " + error.attempted + " on " +
                                                           error.on + ": " + error.got);
    refuse(client, waiter, "08006", message, error.hint);
    return over(message, "server");
  };
  base::Result<Admission> admission = Admission{request.user, request.database};
  if (shared.options.admit) admission = shared.options.admit(request);
  if (!admission) return turn_away(admission.error());
  auto link = connect_upstream(upstream_of(shared), startup, *admission, shared.cancel_keys, waiter);
  if (link && shared.options.rescue)
    link =
        shared.detours.lead(std::move(*link), *shared.options.rescue, shared.options.token, shared.stop_fd);
  if (!link) return turn_away(link.error());

  const int number = shared.journal.open_session(session);
  return std::make_unique<Relay>(shared, number, std::move(client), std::move(*link));
}

}  // namespace windlass::record
