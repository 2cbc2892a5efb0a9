#include "wire/startup.h"

#include <fmt/core.h>

#include "wire/bytes.h"

namespace windlass::wire {

namespace {

constexpr uint32_t kSslCode = 1234u << 16 | 5679;
constexpr uint32_t kGssCode = 1234u << 16 | 5680;
constexpr uint32_t kCancelCode = 1234u << 16 | 5678;
constexpr size_t kMaxCancelKey = 256;

tl::unexpected<base::Error> refuse(std::string got) {
  return base::fail({"read the first packet of a connection", "a client of the recorder", std::move(got),
                     "Connect with a client that speaks the PostgreSQL protocol, version 3.",
                     base::Exit::CouldNotLook});
}

std::string with_length(std::string_view body) {
  std::string packet;
  append_u32(packet, static_cast<uint32_t>(body.size() + 4));
  packet.append(body);
  return packet;
}

}  // namespace

std::string_view Startup::setting(std::string_view name) const {
  for (const auto& [key, value] : settings)
    if (key == name) return value;
  return {};
}

base::Result<FirstPacket> parse_first_packet(std::string_view body) {
  if (body.size() > kMaxStartup - 4) return refuse("invalid length of startup packet");
  Reader reader(body);
  const uint32_t code = reader.u32();
  if (!reader.ok()) return refuse("invalid length of startup packet");
  if (code == kSslCode) return SslRequest{};
  if (code == kGssCode) return GssRequest{};
  if (code == kCancelCode) {
    CancelRequest cancel;
    cancel.pid = reader.u32();
    if (!reader.ok() || reader.left() < 4 || reader.left() > kMaxCancelKey)
      return refuse("invalid length of cancel request");
    cancel.key = reader.rest();
    return cancel;
  }
  if (code >> 16 != 3)
    return refuse(fmt::format("unsupported frontend protocol {}.{}: only version 3 is spoken here",
                              code >> 16, code & 0xffff));
  Startup startup;
  startup.protocol = code;
  while (true) {
    const std::string_view name = reader.text();
    if (!reader.ok()) return refuse("invalid startup packet layout: expected terminator as last byte");
    if (name.empty()) break;
    const std::string_view value = reader.text();
    if (!reader.ok()) return refuse(fmt::format("invalid startup packet layout: no value for \"{}\"", name));
    startup.settings.emplace_back(name, value);
  }
  if (reader.left() != 0) return refuse("invalid startup packet layout: bytes after the terminator");
  if (startup.setting("user").empty()) return refuse("no PostgreSQL user name specified in startup packet");
  return startup;
}

std::string encode(const Startup& startup) {
  std::string body;
  append_u32(body, startup.protocol);
  for (const auto& [name, value] : startup.settings) {
    append_text(body, name);
    append_text(body, value);
  }
  body.push_back('\0');
  return with_length(body);
}

std::string encode(const CancelRequest& cancel) {
  std::string body;
  append_u32(body, kCancelCode);
  append_u32(body, cancel.pid);
  body += cancel.key;
  return with_length(body);
}

}  // namespace windlass::wire
