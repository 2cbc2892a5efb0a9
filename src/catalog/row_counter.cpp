#include "catalog/row_counter.h"

#include <fmt/core.h>

#include <charconv>

#include "pg/connection.h"

namespace windlass::catalog {

RowCounter::RowCounter() = default;
RowCounter::RowCounter(RowCounter&&) noexcept = default;
RowCounter& RowCounter::operator=(RowCounter&&) noexcept = default;
RowCounter::~RowCounter() = default;

base::Result<RowCounter> RowCounter::open(const std::string& conninfo, std::chrono::milliseconds timeout) {
  RowCounter counter;
  counter.connection_ = std::make_unique<pg::Connection>(WINDLASS_TRY(pg::Connection::open(conninfo)));
  counter.timeout_ = timeout;
  return counter;
}

base::Result<int64_t> RowCounter::count(const std::string& sql) {
  // A policy must not hide a row: the server refuses the question then.
  WINDLASS_CHECK(
      connection_->execute(fmt::format("BEGIN READ ONLY; SET LOCAL statement_timeout = {0}; SET LOCAL "
                                       "lock_timeout = {0}; SET LOCAL row_security = off",
                                       timeout_.count())));
  const auto rows = connection_->query(sql);
  const auto ended = connection_->execute("ROLLBACK");
  if (!rows) return base::fail(rows.error());
  if (!ended) return base::fail(ended.error());
  int64_t n = 0;
  const std::string_view digits = rows->size() == 1 ? rows->at(0, 0) : std::string_view();
  if (std::from_chars(digits.data(), digits.data() + digits.size(), n).ec != std::errc())
    return base::fail({"count rows", sql, "no number came back", "", base::Exit::CouldNotLook});
  return n;
}

}  // namespace windlass::catalog
