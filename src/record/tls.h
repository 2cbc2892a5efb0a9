// The recorder's own certificate: made at first need, kept in memory only.
#pragma once

#include <memory>
#include <mutex>

#include "base/error.h"

struct ssl_ctx_st;
struct ssl_st;

namespace windlass::record {

/// Makes server-side TLS states. Safe to call from several threads.
class TlsServer {
 public:
  TlsServer();
  ~TlsServer();
  /// A state for a connection on `socket`; the caller frees it (Stream::use_tls) and does SSL_accept.
  base::Result<ssl_st*> accept_on(int socket);

 private:
  base::Result<void> prepare();

  std::mutex mutex_;
  std::unique_ptr<ssl_ctx_st, void (*)(ssl_ctx_st*)> context_;
};

}  // namespace windlass::record
