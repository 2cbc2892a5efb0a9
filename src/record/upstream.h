// The connection to the server behind the recorder.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "record/stream.h"
#include "wire/startup.h"

struct pg_conn;
struct pg_cancel;

namespace windlass::record {

struct Upstream {
  std::filesystem::path socket_folder;  ///< trust over a Unix socket
  int port = 5432;
  std::string conninfo;  ///< when not empty: a given server, by libpq's rules (TLS, SCRAM, service files)
};

/// What to ask of the upstream.
struct Admission {
  std::string role, database;
};

/// Keys of cancel requests, for servers where libpq alone knows the real key.
class CancelKeys {
 public:
  using Cancel = std::shared_ptr<pg_cancel>;
  void add(const std::string& key, Cancel cancel);
  void remove(const std::string& key);
  Cancel find(const std::string& key) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Cancel> keys_;
};

struct UpstreamLink {
  std::shared_ptr<pg_conn>
      owner;  ///< owns the socket of a given server; declared first, so that it outlives `stream`
  Stream stream;
  std::string greeting;    ///< the answers to the startup packet that libpq consumed
  std::string cancel_key;  ///< in CancelKeys, to be removed at the end
};

/// Connects, with the client's settings. To a scratch server the startup packet
/// has been sent when it returns, its answers are still to be read.
base::Result<UpstreamLink> connect_upstream(const Upstream& upstream, const wire::Startup& startup,
                                            const Admission& admission, CancelKeys& keys,
                                            const Waiter& waiter);

/// Hands a cancel request on and waits until the server has taken it.
void forward_cancel(const Upstream& upstream, const wire::CancelRequest& request, const CancelKeys& keys,
                    const Waiter& waiter);

}  // namespace windlass::record
