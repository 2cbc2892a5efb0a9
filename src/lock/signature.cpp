#include "lock/signature.h"

#include <fmt/core.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>
#include <optional>

#include "lock/lock_text.h"

namespace windlass::lock {

namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

constexpr size_t kKeyBytes = 32, kSignatureBytes = 64;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string to_base64(std::string_view bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes_of(bytes),
                                     static_cast<int>(bytes.size()));
  text.resize(static_cast<size_t>(length));
  return text;
}

/// Nothing where `text` is not the base64 of so many bytes.
std::optional<std::string> from_base64(std::string_view text, size_t count) {
  if (text.size() != 4 * ((count + 2) / 3)) return std::nullopt;
  std::string bytes(3 * (text.size() / 4), '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), bytes_of(text),
                                     static_cast<int>(text.size()));
  if (length < static_cast<int>(count)) return std::nullopt;
  bytes.resize(count);
  return bytes;
}

std::optional<std::string> raw_public(EVP_PKEY* key) {
  std::string raw(kKeyBytes, '\0');
  size_t length = raw.size();
  if (EVP_PKEY_get_id(key) != EVP_PKEY_ED25519 ||
      EVP_PKEY_get_raw_public_key(key, reinterpret_cast<unsigned char*>(raw.data()), &length) != 1 ||
      length != kKeyBytes)
    return std::nullopt;
  return raw;
}

base::Error no_key(const std::string& file, const char* kind) {
  return {
      "read a key", file, fmt::format("it holds no {} Ed25519 key in PEM that is not encrypted", kind),
      "`openssl genpkey -algorithm ed25519 -out key.pem` makes one, `openssl pkey -in key.pem -pubout -out "
      "key.pub` writes its public half.",
      base::Exit::Usage};
}

/// Without a password: it is never asked for on a terminal.
int no_password(char*, int, int, void*) { return 0; }

}  // namespace

base::Result<std::string> sign(std::string_view text, std::string_view pem, const std::string& key_file) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> source(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  const Key key(PEM_read_bio_PrivateKey(source.get(), nullptr, no_password, nullptr), EVP_PKEY_free);
  const auto named = key ? raw_public(key.get()) : std::nullopt;
  if (!named) return base::fail(no_key(key_file, "private"));
  const std::string_view signed_text = part_signature(text).text;
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  std::string value(kSignatureBytes, '\0');
  size_t length = value.size();
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(value.data()), &length,
                     bytes_of(signed_text), signed_text.size()) != 1)
    return base::fail({"sign the lock", key_file, "OpenSSL could not", "", base::Exit::CouldNotLook});
  return with_signature(signed_text, to_base64(*named), to_base64(value));
}

base::Result<Signature> verify(std::string_view text, std::string_view public_pem,
                               const std::string& key_file) {
  std::optional<std::string> expected;
  if (!public_pem.empty()) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> source(
        BIO_new_mem_buf(public_pem.data(), static_cast<int>(public_pem.size())), BIO_free);
    const Key key(PEM_read_bio_PUBKEY(source.get(), nullptr, no_password, nullptr), EVP_PKEY_free);
    expected = key ? raw_public(key.get()) : std::nullopt;
    if (!expected) return base::fail(no_key(key_file, "public"));
  }
  const Signed parted = part_signature(text);
  if (parted.key.empty() && parted.value.empty()) return Signature::None;
  const auto named = from_base64(parted.key, kKeyBytes), value = from_base64(parted.value, kSignatureBytes);
  if (!named || !value) return Signature::Wrong;
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(*named), named->size()),
                EVP_PKEY_free);
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  const bool good = key && context &&
                    EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
                    EVP_DigestVerify(context.get(), bytes_of(*value), value->size(), bytes_of(parted.text),
                                     parted.text.size()) == 1;
  if (!good) return Signature::Wrong;
  return expected && *expected != *named ? Signature::Other : Signature::Good;
}

std::string signed_by(std::string_view text) { return part_signature(text).key; }

}  // namespace windlass::lock
