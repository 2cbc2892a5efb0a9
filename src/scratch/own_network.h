// The scratch server's own, empty network.
//
// A migration can make the *server* connect somewhere: dblink, postgres_fdw, a
// subscription, COPY … FROM PROGRAM. The project's process is kept from other
// servers by its own network namespace; this keeps the server from them.
#pragma once

namespace windlass::scratch {

/// Moves the calling process (between fork and exec) into a network namespace with nothing but a loopback
/// device. Where the kernel forbids it, it stays where it is. For base::ProcessOptions::before_exec: only
/// async-signal-safe calls. An ordinary user needs a user namespace for it, in which ids stay as they are; an
/// errno value comes back where that was made and could not be filled (the process is then of no use).
int enter_own_network();

}  // namespace windlass::scratch
