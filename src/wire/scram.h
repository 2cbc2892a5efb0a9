// The server's side of SCRAM-SHA-256 (RFC 5802, RFC 7677), without channel
// binding. Bytes in, bytes out; the caller brings the random parts.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace windlass::wire {

class ScramServer {
 public:
  /// `salt`: raw bytes. `nonce`: printable, without commas.
  ScramServer(std::string password, std::string salt, std::string nonce, int iterations = 4096);

  /// Takes the client-first-message, returns the server-first-message.
  base::Result<std::string> first(std::string_view client_first);
  /// Takes the client-final-message; the server-final-message ("v=...") when the proof holds.
  base::Result<std::string> final(std::string_view client_final);

 private:
  std::string password_, salt_, nonce_;
  int iterations_;
  std::string gs2_, client_first_bare_, server_first_, full_nonce_;
};

std::string to_base64(std::string_view bytes);
/// Empty when `text` is not base64.
std::string from_base64(std::string_view text);

}  // namespace windlass::wire
