#include "run/database_copy.h"

#include <utility>

#include "base/digest.h"
#include "pg/connection.h"

namespace windlass::run {

DatabaseCopy::DatabaseCopy(std::string admin, std::string name)
    : admin_(std::move(admin)), name_(std::move(name)) {}

DatabaseCopy::DatabaseCopy(DatabaseCopy&& other) noexcept
    : admin_(std::move(other.admin_)),
      name_(std::move(other.name_)),
      made_(std::exchange(other.made_, false)) {}

base::Result<DatabaseCopy> DatabaseCopy::make(const ScratchPlace& place, const std::string& database) {
  DatabaseCopy copy(place.conninfo("postgres"), "windlass_copy_" + base::random_hex(8));
  pg::Connection connection = WINDLASS_TRY(pg::Connection::open(copy.admin_));
  WINDLASS_CHECK(connection.execute("CREATE DATABASE " + pg::quote_identifier(copy.name_) + " TEMPLATE " +
                                    pg::quote_identifier(database)));
  copy.made_ = true;
  return copy;
}

DatabaseCopy::~DatabaseCopy() {
  if (!made_) return;
  if (auto connection = pg::Connection::open(admin_))
    static_cast<void>(connection->execute("DROP DATABASE " + pg::quote_identifier(name_) + " WITH (FORCE)"));
}

}  // namespace windlass::run
