// The third net: a network namespace in which the recorder is the only server.
//
// The project's process joins three namespaces made here: a network with
// nothing but a loopback device on which the recorder listens; a view of the
// file system in which the sockets of other PostgreSQL servers are hidden (a
// Unix socket is reached by path, whatever the network); and, for an
// unprivileged caller, a user namespace that owns the two. See network_namespaces(7),
// mount_namespaces(7), user_namespaces(7).
//
// This keeps a project from reaching another server by mistake. It is no
// prison: code that sets out to leave it, as root, can.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/unique_fd.h"

namespace windlass::run {

class NetworkRoom {
 public:
  /// Makes the namespaces and a socket that listens on 127.0.0.1:`port` inside them.
  /// Fails where the kernel or a container forbids it; `got` then says what it answered.
  static base::Result<NetworkRoom> make();

  /// The listening socket, for a recorder (which stays outside).
  base::Result<base::UniqueFd> listener() const;
  int port() const { return kPort; }

  /// Joins the namespaces; for base::ProcessOptions::before_exec. The room must outlive the call.
  std::function<int()> enter() const;

 private:
  /// PostgreSQL's own port: the namespace is empty, so it is free, and code
  /// that forgets the port still arrives.
  static constexpr int kPort = 5432;

  base::UniqueFd user_, network_, mounts_, listener_;
};

/// The paths of Unix sockets in `listing` (the text of /proc/net/unix) that
/// PostgreSQL servers listen on: their last part begins with ".s.PGSQL.".
std::vector<std::string> postgres_sockets(std::string_view listing);

}  // namespace windlass::run
