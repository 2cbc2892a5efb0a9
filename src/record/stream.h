// A connected socket that never blocks, bare or under TLS.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/unique_fd.h"

struct ssl_st;

namespace windlass::record {

enum class IoStatus { Done, Again, Closed, Failed };

struct IoResult {
  IoStatus status = IoStatus::Done;
  size_t count = 0;
};

class Stream {
 public:
  Stream() = default;
  /// Takes the socket and makes it non-blocking.
  explicit Stream(base::UniqueFd socket);
  /// A socket and TLS state that someone else owns and closes.
  static Stream borrowed(int socket, ssl_st* tls);
  Stream(Stream&&) noexcept = default;
  Stream& operator=(Stream&&) noexcept = default;
  ~Stream();

  int fd() const { return fd_; }
  bool tls() const { return tls_ != nullptr; }
  /// From now on through this TLS state, which the stream owns.
  void use_tls(ssl_st* tls);

  IoResult read(char* into, size_t room);
  IoResult write(const char* from, size_t count);
  /// Bytes that TLS has already taken off the socket: poll(2) does not see them.
  bool pending() const;
  /// Whether the last call must wait for the socket in the other direction.
  bool wants_write() const { return wants_write_; }
  bool wants_read() const { return wants_read_; }
  /// No more will be written: the other side sees the end.
  void end_writing();

 private:
  IoResult tls_result(int result);

  base::UniqueFd owned_;
  int fd_ = -1;
  std::unique_ptr<ssl_st, void (*)(ssl_st*)> owned_tls_{nullptr, nullptr};
  ssl_st* tls_ = nullptr;
  bool wants_write_ = false, wants_read_ = false;
};

/// Waiting calls for the handshakes, which go to and fro in small steps.
/// Every one of them ends when `stop_fd` becomes readable or time runs out.
class Waiter {
 public:
  Waiter(int stop_fd, int milliseconds);
  /// False when time is up or the recorder stops.
  bool wait(int fd, short events) const;
  /// Until one of two can be read; says which. False as above.
  bool wait_either(int one, int other, bool& one_ready, bool& other_ready) const;
  bool read_exactly(Stream& stream, char* into, size_t count) const;
  bool write_all(Stream& stream, std::string_view bytes) const;
  /// One message with kind and length; nullopt when it is longer than `limit` or the stream ends.
  std::optional<std::pair<char, std::string>> read_message(Stream& stream, size_t limit) const;

 private:
  int stop_fd_;
  long long deadline_;
};

}  // namespace windlass::record
