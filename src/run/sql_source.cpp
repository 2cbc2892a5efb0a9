#include "run/sql_source.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "base/interrupt.h"

namespace windlass::run {

namespace {

constexpr size_t kPiece = size_t{1} << 16;
constexpr size_t kLongest = size_t{1} << 30;  // no server takes a longer statement
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

base::Error unreadable(const std::string& name, std::string got, std::string hint = {}) {
  return {"read the SQL", name, std::move(got), std::move(hint), base::Exit::CouldNotLook};
}

}  // namespace

base::Result<SqlSource> SqlSource::open(const std::filesystem::path& path, const std::string& name) {
  SqlSource source;
  source.name_ = name;
  source.file_.reset(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!source.file_) return base::fail(unreadable(name, base::system_error_text(errno)));
  return source;
}

/// Reads on; false at the end of the file.
base::Result<bool> SqlSource::fill() {
  if (base::interrupted() != 0) return base::fail(unreadable(name_, "interrupted"));
  buffer_.erase(0, at_);
  at_ = 0;
  const size_t held = buffer_.size();
  buffer_.resize(held + kPiece);
  ssize_t got = -1;
  do {
    got = ::read(file_.get(), buffer_.data() + held, kPiece);
  } while (got < 0 && errno == EINTR);
  buffer_.resize(held + static_cast<size_t>(got > 0 ? got : 0));
  if (got < 0) return base::fail(unreadable(name_, base::system_error_text(errno)));
  return got > 0;
}

base::Result<bool> SqlSource::next(std::string& line) {
  line.clear();
  bool ended = false;
  while (!ended) {
    if (at_ == buffer_.size() && !WINDLASS_TRY(fill())) break;
    const size_t newline = buffer_.find('\n', at_);
    ended = newline != std::string::npos;
    line.append(buffer_, at_, ended ? newline + 1 - at_ : std::string::npos);
    at_ = ended ? newline + 1 : buffer_.size();
    if (line.size() > kLongest)
      return base::fail(unreadable(fmt::format("{}:{}", name_, number_ + 1), "the line is longer than 1 GB"));
  }
  if (line.empty()) return false;
  ++number_;
  if (number_ == 1 && line.starts_with(kByteOrderMark)) line.erase(0, kByteOrderMark.size());
  if (line.find('\0') != std::string::npos)
    return base::fail(unreadable(fmt::format("{}:{}", name_, number_), "there is a NUL byte in it",
                                 "SQL is text without NUL bytes; is this another kind of file?"));
  return true;
}

base::Result<void> SqlSource::pass_over_rows() {
  std::string head;  // of the line, as far as it matters
  for (;;) {
    if (at_ == buffer_.size() && !WINDLASS_TRY(fill())) return {};
    const size_t newline = buffer_.find('\n', at_);
    const size_t end = newline == std::string::npos ? buffer_.size() : newline;
    if (head.size() < 4) head.append(buffer_, at_, std::min<size_t>(end - at_, 4));
    at_ = end;
    if (newline == std::string::npos) continue;
    ++at_;
    ++number_;
    if (head == "\\." || head == "\\.\r") return {};
    head.clear();
  }
}

}  // namespace windlass::run
