#include "wire/scram.h"

#include <fmt/core.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdlib>
#include <utility>

namespace windlass::wire {

namespace {

constexpr size_t kDigest = 32;

std::string hmac(std::string_view key, std::string_view text) {
  std::string out(kDigest, '\0');
  unsigned length = 0;
  if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
            reinterpret_cast<const unsigned char*>(text.data()), text.size(),
            reinterpret_cast<unsigned char*>(out.data()), &length))
    std::abort();
  return out;
}

std::string hash(std::string_view text) {
  std::string out(kDigest, '\0');
  unsigned length = 0;
  if (EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(out.data()), &length,
                 EVP_sha256(), nullptr) != 1)
    std::abort();
  return out;
}

std::string exclusive_or(std::string a, std::string_view b) {
  for (size_t i = 0; i < a.size(); ++i) a[i] = static_cast<char>(a[i] ^ b[i]);
  return a;
}

tl::unexpected<base::Error> refuse(std::string got) {
  return base::fail({"check the password of a client", "the recorder's port", std::move(got),
                     "Use the connection string that windlass hands to the command.",
                     base::Exit::CouldNotLook});
}

/// Takes "x=value" off the front of `rest`, up to the next comma.
bool take(std::string_view& rest, char name, std::string_view& value) {
  if (rest.size() < 2 || rest[0] != name || rest[1] != '=') return false;
  const size_t comma = rest.find(',');
  value = rest.substr(2, comma == std::string_view::npos ? comma : comma - 2);
  rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
  return true;
}

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<size_t>(length));
  return out;
}

std::string from_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return {};
  std::string out(text.size() / 4 * 3, '\0');
  if (EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size())) < 0)
    return {};
  for (size_t i = 0; i < 2 && text[text.size() - 1 - i] == '='; ++i) out.pop_back();
  return out;
}

ScramServer::ScramServer(std::string password, std::string salt, std::string nonce, int iterations)
    : password_(std::move(password)),
      salt_(std::move(salt)),
      nonce_(std::move(nonce)),
      iterations_(iterations) {}

base::Result<std::string> ScramServer::first(std::string_view message) {
  // gs2-header: "n,," (no channel binding) or "y,," (the client could, and saw that we cannot).
  if (message.size() < 3 || (message[0] != 'n' && message[0] != 'y') || message[1] != ',')
    return refuse("malformed SCRAM message: channel binding is not offered here");
  const size_t end = message.find(',', 2);
  if (end == std::string_view::npos) return refuse("malformed SCRAM message");
  gs2_ = message.substr(0, end + 1);
  client_first_bare_ = message.substr(end + 1);
  std::string_view rest = client_first_bare_, user, nonce;
  // PostgreSQL takes the user from the startup packet; n= is empty or ignored.
  if (!take(rest, 'n', user) || !take(rest, 'r', nonce) || nonce.empty())
    return refuse("malformed SCRAM message");
  full_nonce_ = std::string(nonce) + nonce_;
  server_first_ = fmt::format("r={},s={},i={}", full_nonce_, to_base64(salt_), iterations_);
  return server_first_;
}

base::Result<std::string> ScramServer::final(std::string_view message) {
  std::string_view rest = message, binding, nonce, proof;
  if (full_nonce_.empty() || !take(rest, 'c', binding) || !take(rest, 'r', nonce))
    return refuse("malformed SCRAM message");
  const size_t at = message.rfind(",p=");
  if (at == std::string_view::npos) return refuse("malformed SCRAM message: no proof");
  proof = message.substr(at + 3);
  if (binding != to_base64(gs2_)) return refuse("malformed SCRAM message: channel binding does not match");
  if (nonce != full_nonce_) return refuse("malformed SCRAM message: nonce does not match");

  std::string salted(kDigest, '\0');
  if (PKCS5_PBKDF2_HMAC(password_.data(), static_cast<int>(password_.size()),
                        reinterpret_cast<const unsigned char*>(salt_.data()), static_cast<int>(salt_.size()),
                        iterations_, EVP_sha256(), kDigest,
                        reinterpret_cast<unsigned char*>(salted.data())) != 1)
    std::abort();
  const std::string client_key = hmac(salted, "Client Key");
  const std::string stored_key = hash(client_key);
  const std::string text =
      client_first_bare_ + "," + server_first_ + "," + std::string(message.substr(0, at));
  const std::string sent = from_base64(proof);
  if (sent.size() != kDigest) return refuse("malformed SCRAM message: proof of a wrong length");
  const std::string shown = hash(exclusive_or(sent, hmac(stored_key, text)));
  if (CRYPTO_memcmp(shown.data(), stored_key.data(), kDigest) != 0)
    return refuse("password authentication failed");
  return "v=" + to_base64(hmac(hmac(salted, "Server Key"), text));
}

}  // namespace windlass::wire
