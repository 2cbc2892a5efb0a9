// The beginning of a session: a client is received, admitted and connected to
// the server. Everything here may wait, so it runs in a thread of its own.
#pragma once

#include <memory>
#include <string>

#include "record/relay.h"
#include "record/shared.h"

namespace windlass::record {

/// Serves `socket` from its first byte until messages can be relayed. Null when
/// there is nothing to relay: a cancel request, or a client that was turned away.
std::unique_ptr<Relay> begin_session(Shared& shared, base::UniqueFd socket, bool tcp,
                                     const std::string& password);

}  // namespace windlass::record
