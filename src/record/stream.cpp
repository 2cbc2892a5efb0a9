#include "record/stream.h"

#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <climits>

#include "wire/bytes.h"
#include "wire/framer.h"

namespace windlass::record {

namespace {

long long now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Stream::Stream(base::UniqueFd socket) : owned_(std::move(socket)), fd_(owned_.get()) {
  ::fcntl(fd_, F_SETFL, ::fcntl(fd_, F_GETFL) | O_NONBLOCK);
  ::fcntl(fd_, F_SETFD, FD_CLOEXEC);
}

Stream Stream::borrowed(int socket, ssl_st* tls) {
  Stream stream;
  stream.fd_ = socket;
  stream.tls_ = tls;
  if (tls) SSL_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return stream;
}

Stream::~Stream() = default;

void Stream::use_tls(ssl_st* tls) {
  owned_tls_ = {tls, SSL_free};
  tls_ = tls;
  SSL_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

bool Stream::pending() const { return tls_ && SSL_pending(tls_) > 0; }

IoResult Stream::tls_result(int result) {
  const int error = SSL_get_error(tls_, result);
  ERR_clear_error();
  switch (error) {
    case SSL_ERROR_WANT_READ:
      wants_read_ = true;
      return {IoStatus::Again, 0};
    case SSL_ERROR_WANT_WRITE:
      wants_write_ = true;
      return {IoStatus::Again, 0};
    case SSL_ERROR_ZERO_RETURN:
      return {IoStatus::Closed, 0};
    case SSL_ERROR_SYSCALL:
      return {errno == 0 ? IoStatus::Closed : IoStatus::Failed, 0};
    default:
      return {IoStatus::Failed, 0};
  }
}

IoResult Stream::read(char* into, size_t room) {
  wants_write_ = wants_read_ = false;
  if (tls_) {
    errno = 0;
    const int count = SSL_read(tls_, into, static_cast<int>(std::min<size_t>(room, INT_MAX)));
    if (count > 0) return {IoStatus::Done, static_cast<size_t>(count)};
    return tls_result(count);
  }
  while (true) {
    const ssize_t count = ::recv(fd_, into, room, 0);
    if (count > 0) return {IoStatus::Done, static_cast<size_t>(count)};
    if (count == 0) return {IoStatus::Closed, 0};
    if (errno == EINTR) continue;
    return {errno == EAGAIN || errno == EWOULDBLOCK ? IoStatus::Again : IoStatus::Failed, 0};
  }
}

IoResult Stream::write(const char* from, size_t count) {
  wants_write_ = wants_read_ = false;
  if (tls_) {
    errno = 0;
    const int written = SSL_write(tls_, from, static_cast<int>(std::min<size_t>(count, INT_MAX)));
    if (written > 0) return {IoStatus::Done, static_cast<size_t>(written)};
    return tls_result(written);
  }
  while (true) {
    const ssize_t written = ::send(fd_, from, count, MSG_NOSIGNAL);
    if (written >= 0) return {IoStatus::Done, static_cast<size_t>(written)};
    if (errno == EINTR) continue;
    return {errno == EAGAIN || errno == EWOULDBLOCK ? IoStatus::Again : IoStatus::Failed, 0};
  }
}

void Stream::end_writing() {
  // TLS cannot be closed one way and still be read by every peer; the alert alone is understood.
  if (tls_)
    SSL_shutdown(tls_);
  else if (fd_ >= 0)
    ::shutdown(fd_, SHUT_WR);
}

Waiter::Waiter(int stop_fd, int milliseconds) : stop_fd_(stop_fd), deadline_(now_ms() + milliseconds) {}

bool Waiter::wait(int fd, short events) const {
  while (true) {
    const long long left = deadline_ - now_ms();
    if (left <= 0) return false;
    pollfd fds[2] = {{fd, events, 0}, {stop_fd_, POLLIN, 0}};
    const int count = ::poll(fds, 2, static_cast<int>(left));
    if (count < 0 && errno != EINTR) return false;
    if (count <= 0) continue;
    if (fds[1].revents != 0) return false;
    if (fds[0].revents != 0) return true;
  }
}

bool Waiter::wait_either(int one, int other, bool& one_ready, bool& other_ready) const {
  while (true) {
    const long long left = deadline_ - now_ms();
    if (left <= 0) return false;
    pollfd fds[3] = {{one, POLLIN, 0}, {other, POLLIN, 0}, {stop_fd_, POLLIN, 0}};
    const int count = ::poll(fds, 3, static_cast<int>(std::min<long long>(left, INT_MAX)));
    if (count < 0 && errno != EINTR) return false;
    if (count <= 0) continue;
    if (fds[2].revents != 0) return false;
    one_ready = fds[0].revents != 0;
    other_ready = fds[1].revents != 0;
    return true;
  }
}

bool Waiter::read_exactly(Stream& stream, char* into, size_t count) const {
  while (count > 0) {
    const IoResult result = stream.read(into, count);
    if (result.status == IoStatus::Again) {
      if (!wait(stream.fd(), stream.wants_write() ? POLLOUT : POLLIN)) return false;
      continue;
    }
    if (result.status != IoStatus::Done) return false;
    into += result.count;
    count -= result.count;
  }
  return true;
}

bool Waiter::write_all(Stream& stream, std::string_view bytes) const {
  while (!bytes.empty()) {
    const IoResult result = stream.write(bytes.data(), bytes.size());
    if (result.status == IoStatus::Again) {
      if (!wait(stream.fd(), stream.wants_read() ? POLLIN : POLLOUT)) return false;
      continue;
    }
    if (result.status != IoStatus::Done) return false;
    bytes.remove_prefix(result.count);
  }
  return true;
}

std::optional<std::pair<char, std::string>> Waiter::read_message(Stream& stream, size_t limit) const {
  char header[wire::kHeaderSize];
  if (!read_exactly(stream, header, sizeof header)) return std::nullopt;
  const uint32_t length = wire::load_u32(header + 1);
  if (length < 4 || length - 4 > limit) return std::nullopt;
  std::string body(length - 4, '\0');
  if (!read_exactly(stream, body.data(), body.size())) return std::nullopt;
  return std::pair(header[0], std::move(body));
}

}  // namespace windlass::record
