#include "record/upstream.h"

#include <fmt/core.h>
#include <libpq-fe.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>

#include "record/given_server.h"
#include "wire/bytes.h"

namespace windlass::record {

namespace {

base::Result<Stream> connect_socket(const Upstream& upstream) {
  const std::string path = (upstream.socket_folder / fmt::format(".s.PGSQL.{}", upstream.port)).string();
  const auto failed = [&](int code) {
    return base::fail({"connect to the scratch server", path, base::system_error_text(code),
                       "The server may have died: its log says why.", base::Exit::CouldNotLook});
  };
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return failed(ENAMETOOLONG);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  base::UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) return failed(errno);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return failed(errno);
  return Stream(std::move(socket));
}

}  // namespace

void CancelKeys::add(const std::string& key, Cancel cancel) {
  const std::lock_guard lock(mutex_);
  keys_[key] = std::move(cancel);
}

void CancelKeys::remove(const std::string& key) {
  const std::lock_guard lock(mutex_);
  keys_.erase(key);
}

CancelKeys::Cancel CancelKeys::find(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = keys_.find(key);
  return found == keys_.end() ? nullptr : found->second;
}

base::Result<UpstreamLink> connect_upstream(const Upstream& upstream, const wire::Startup& startup,
                                            const Admission& admission, CancelKeys& keys,
                                            const Waiter& waiter) {
  if (!upstream.conninfo.empty()) return connect_given_server(upstream.conninfo, startup, admission, keys);
  wire::Startup asked;
  asked.protocol = startup.protocol;
  asked.settings.emplace_back("user", admission.role);
  asked.settings.emplace_back("database", admission.database);
  for (const auto& [name, value] : startup.settings)
    if (name != "user" && name != "database") asked.settings.emplace_back(name, value);
  UpstreamLink link;
  link.stream = WINDLASS_TRY(connect_socket(upstream));
  if (!waiter.write_all(link.stream, wire::encode(asked)))
    return base::fail({"connect to the scratch server", upstream.socket_folder.string(),
                       "it did not take the startup packet", "The server may have died: its log says why.",
                       base::Exit::CouldNotLook});
  return link;
}

void forward_cancel(const Upstream& upstream, const wire::CancelRequest& request, const CancelKeys& keys,
                    const Waiter& waiter) {
  if (!upstream.conninfo.empty()) {
    std::string key;
    wire::append_u32(key, request.pid);
    key += request.key;
    const CancelKeys::Cancel cancel = keys.find(key);
    char error[256];
    if (cancel) PQcancel(cancel.get(), error, sizeof error);
    return;
  }
  auto server = connect_socket(upstream);
  if (!server || !waiter.write_all(*server, wire::encode(request))) return;
  // The server closes once the signal is sent; only then may the client go on.
  char byte;
  while (waiter.read_exactly(*server, &byte, 1)) {
  }
}

}  // namespace windlass::record
