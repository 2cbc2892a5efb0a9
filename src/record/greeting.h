// How a client is received: TLS, the startup packet, the password.
#pragma once

#include <string>
#include <variant>

#include "record/stream.h"
#include "record/tls.h"
#include "wire/startup.h"

namespace windlass::record {

/// Answers SSLRequest and GSSENCRequest, and takes TLS without a request
/// (sslnegotiation=direct). The result is a Startup or a CancelRequest. A
/// client that sends anything else has been answered when the error comes back.
base::Result<wire::FirstPacket> greet(Stream& client, TlsServer& tls, const Waiter& waiter);

/// SCRAM-SHA-256. AuthenticationOk is left to the upstream server.
base::Result<void> check_password(Stream& client, const std::string& password, const Waiter& waiter);

/// Sends a FATAL error; the connection is to be closed after it.
void refuse(Stream& client, const Waiter& waiter, std::string_view sqlstate, std::string_view message,
            std::string_view hint = {});

}  // namespace windlass::record
