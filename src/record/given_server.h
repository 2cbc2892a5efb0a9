// A server the user named (--scratch-url): libpq connects, and afterwards lends
// its socket and TLS state for raw messages.
#pragma once

#include <string>

#include "record/upstream.h"

namespace windlass::record {

/// `link.greeting` holds what a server would have answered to `startup`.
base::Result<UpstreamLink> connect_given_server(const std::string& conninfo, const wire::Startup& startup,
                                                const Admission& admission, CancelKeys& keys);

}  // namespace windlass::record
