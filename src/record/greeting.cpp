#include "record/greeting.h"

#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

#include "base/digest.h"
#include "wire/bytes.h"
#include "wire/fields.h"
#include "wire/kind.h"
#include "wire/scram.h"

namespace windlass::record {

namespace {

constexpr char kTlsHandshake = 0x16;
constexpr size_t kMaxPasswordMessage = 10'000;

tl::unexpected<base::Error> left(std::string got) {
  return base::fail({"receive a client", "the recorder", std::move(got), "", base::Exit::CouldNotLook});
}

base::Result<void> start_tls(Stream& client, TlsServer& server, const Waiter& waiter) {
  ssl_st* const tls = WINDLASS_TRY(server.accept_on(client.fd()));
  client.use_tls(tls);
  while (true) {
    const int result = SSL_accept(tls);
    if (result == 1) return {};
    const int error = SSL_get_error(tls, result);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE)
      return left("the TLS handshake failed");
    if (!waiter.wait(client.fd(), error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT))
      return left("the TLS handshake did not end");
  }
}

std::string authentication(uint32_t code, std::string_view data) {
  std::string body, message;
  wire::append_u32(body, code);
  body.append(data);
  wire::append_message(message, wire::back::kAuthentication, body);
  return message;
}

}  // namespace

void refuse(Stream& client, const Waiter& waiter, std::string_view sqlstate, std::string_view message,
            std::string_view hint) {
  waiter.write_all(client, wire::encode_error("FATAL", sqlstate, message, hint));
}

base::Result<wire::FirstPacket> greet(Stream& client, TlsServer& tls, const Waiter& waiter) {
  bool first = true, asked_tls = false, asked_gss = false;
  while (true) {
    if (first) {
      first = false;
      char byte = 0;
      if (!waiter.wait(client.fd(), POLLIN)) return left("the client sent nothing");
      if (::recv(client.fd(), &byte, 1, MSG_PEEK) == 1 && byte == kTlsHandshake) {
        WINDLASS_CHECK(start_tls(client, tls, waiter));
        asked_tls = asked_gss = true;
      }
    }
    char head[4];
    if (!waiter.read_exactly(client, head, sizeof head))
      return left("closed before its startup packet was whole");
    const uint32_t length = wire::load_u32(head);
    if (length < 8 || length > wire::kMaxStartup) {
      refuse(client, waiter, "08P01", "invalid length of startup packet");
      return left("invalid length of startup packet");
    }
    std::string body(length - 4, '\0');
    if (!waiter.read_exactly(client, body.data(), body.size()))
      return left("closed before its startup packet was whole");
    auto packet = wire::parse_first_packet(body);
    if (!packet) {
      refuse(client, waiter, "08P01", packet.error().got, packet.error().hint);
      return left(packet.error().got);
    }
    if (std::holds_alternative<wire::SslRequest>(*packet) && !asked_tls) {
      asked_tls = true;
      if (!waiter.write_all(client, "S")) return left("closed during the TLS request");
      WINDLASS_CHECK(start_tls(client, tls, waiter));
    } else if (std::holds_alternative<wire::GssRequest>(*packet) && !asked_gss) {
      asked_gss = true;
      if (!waiter.write_all(client, "N")) return left("closed during the GSS request");
    } else if (std::holds_alternative<wire::Startup>(*packet) ||
               std::holds_alternative<wire::CancelRequest>(*packet)) {
      return packet;
    } else {
      refuse(client, waiter, "08P01", "encryption was asked for twice");
      return left("encryption was asked for twice");
    }
  }
}

base::Result<void> check_password(Stream& client, const std::string& password, const Waiter& waiter) {
  namespace back = wire::back;
  const auto broken = [&](const std::string& message) -> tl::unexpected<base::Error> {
    refuse(client, waiter, "08P01", message);
    return left(message);
  };
  std::string mechanisms;
  wire::append_text(mechanisms, "SCRAM-SHA-256");
  mechanisms.push_back('\0');
  if (!waiter.write_all(client, authentication(10, mechanisms))) return left("closed during authentication");

  auto message = waiter.read_message(client, kMaxPasswordMessage);
  if (!message || message->first != wire::front::kPassword) return broken("expected SASL response");
  wire::Reader reader(message->second);
  const std::string_view mechanism = reader.text();
  const uint32_t length = reader.u32();
  const std::string_view first = reader.bytes(length);
  if (!reader.ok() || mechanism != "SCRAM-SHA-256")
    return broken("client selected an invalid SASL mechanism");
  wire::ScramServer scram(password, base::random_hex(16), base::random_hex(18));
  const auto challenge = scram.first(first);
  if (!challenge) return broken(challenge.error().got);
  if (!waiter.write_all(client, authentication(11, *challenge))) return left("closed during authentication");

  message = waiter.read_message(client, kMaxPasswordMessage);
  if (!message || message->first != wire::front::kPassword) return broken("expected SASL response");
  const auto proof = scram.final(message->second);
  if (!proof) {
    refuse(client, waiter, "28P01", proof.error().got, proof.error().hint);
    return left(proof.error().got);
  }
  if (!waiter.write_all(client, authentication(12, *proof))) return left("closed during authentication");
  return {};
}

}  // namespace windlass::record
