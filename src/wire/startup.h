// The first packet of a connection: it has a length but no kind.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"

namespace windlass::wire {

/// The server's own bound (MAX_STARTUP_PACKET_LENGTH).
constexpr uint32_t kMaxStartup = 10000;

struct SslRequest {};
struct GssRequest {};
/// Ends the statement of another connection; the key may be longer than four bytes from protocol 3.2 on.
struct CancelRequest {
  uint32_t pid = 0;
  std::string key;
};
struct Startup {
  uint32_t protocol = 0;                                      ///< major << 16 | minor
  std::vector<std::pair<std::string, std::string>> settings;  ///< "user" and "database" among them

  /// The value of `name`; empty when absent.
  std::string_view setting(std::string_view name) const;
};
using FirstPacket = std::variant<SslRequest, GssRequest, CancelRequest, Startup>;

/// Reads a packet without its length. The error's `got` can be shown to the client.
base::Result<FirstPacket> parse_first_packet(std::string_view body);

/// The packets with their length, ready to be sent.
std::string encode(const Startup& startup);
std::string encode(const CancelRequest& cancel);

}  // namespace windlass::wire
