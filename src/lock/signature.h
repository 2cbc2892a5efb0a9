// Ed25519 (RFC 8032) over the text of a lock. OpenSSL does it.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace windlass::lock {

/// `text` with a signature by the private key `pem` (PKCS #8, as `openssl genpkey -algorithm ed25519` writes
/// it, not encrypted) behind it, in place of any that is there. `key_file` names it in errors.
base::Result<std::string> sign(std::string_view text, std::string_view pem, const std::string& key_file);

/// What the signature behind a lock is worth.
enum class Signature {
  None,   ///< there is none
  Wrong,  ///< it is not one of this text by the key it names
  Other,  ///< it is, and by another key than the one that was expected
  Good,
};
/// `public_pem`: the key that it must be by, as `openssl pkey -pubout` writes it; empty: whichever it names.
base::Result<Signature> verify(std::string_view text, std::string_view public_pem,
                               const std::string& key_file);

/// The key that the signature names, in base64; empty where there is none.
std::string signed_by(std::string_view text);

}  // namespace windlass::lock
