#include "record/tls.h"

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <string_view>

namespace windlass::record {

namespace {

tl::unexpected<base::Error> failed() {
  char text[256] = "";
  ERR_error_string_n(ERR_get_error(), text, sizeof text);
  ERR_clear_error();
  return base::fail({"make a certificate", "the recorder", text,
                     "Ask the client for sslmode=disable: the connection never leaves this machine.",
                     base::Exit::CouldNotLook});
}

/// Clients with sslnegotiation=direct ask for this protocol by name.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* in,
                    unsigned in_size, void*) {
  static const unsigned char kOurs[] = "\x0apostgresql";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, kOurs, sizeof kOurs - 1, in, in_size) !=
      OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

bool add_extension(X509* certificate, int name, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, name, value);
  if (!extension) return false;
  const bool added = X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

}  // namespace

TlsServer::TlsServer() : context_(nullptr, SSL_CTX_free) {}
TlsServer::~TlsServer() = default;

base::Result<void> TlsServer::prepare() {
  if (context_) return {};
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, void (*)(X509*)> certificate(X509_new(), X509_free);
  if (!key || !certificate) return failed();
  X509* const x509 = certificate.get();
  X509_NAME* const name = X509_get_subject_name(x509);
  const auto* const common_name = reinterpret_cast<const unsigned char*>("localhost");
  const bool made = X509_set_version(x509, 2) == 1 && ASN1_INTEGER_set(X509_get_serialNumber(x509), 1) == 1 &&
                    X509_gmtime_adj(X509_getm_notBefore(x509), -86400) != nullptr &&
                    X509_gmtime_adj(X509_getm_notAfter(x509), 10 * 86400) != nullptr &&
                    X509_set_pubkey(x509, key.get()) == 1 &&
                    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0) == 1 &&
                    X509_set_issuer_name(x509, name) == 1 &&
                    add_extension(x509, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1") &&
                    X509_sign(x509, key.get(), EVP_sha256()) > 0;
  if (!made) return failed();
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context || SSL_CTX_use_certificate(context.get(), x509) != 1 ||
      SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1 ||
      SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1)
    return failed();
  // The server sends no tickets and never renegotiates; a read never has to write.
  SSL_CTX_set_options(context.get(), SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_num_tickets(context.get(), 0);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
  context_ = std::move(context);
  return {};
}

base::Result<ssl_st*> TlsServer::accept_on(int socket) {
  const std::lock_guard lock(mutex_);
  WINDLASS_CHECK(prepare());
  SSL* const tls = SSL_new(context_.get());
  if (!tls || SSL_set_fd(tls, socket) != 1) {
    SSL_free(tls);
    return failed();
  }
  SSL_set_accept_state(tls);
  return tls;
}

}  // namespace windlass::record
