// A scratch server with a database "shop" of a role "app": what tests of reading have in common.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/file.h"
#include "pg/connection.h"
#include "run/scratch_place.h"
#include "scratch/binaries.h"

namespace windlass::run {

class PlaceTest : public ::testing::Test {
 protected:
  PlaceTest() : cache_(base::make_private_folder("/tmp", "place-test-").value()) {
    PlaceSettings settings;
    settings.environment = base::current_environment();
    base::set_environment(settings.environment, "XDG_CACHE_HOME", cache_.string());
    scratch::FindOptions find;
    find.environment = settings.environment;
    std::promise<base::Result<scratch::Binaries>> binaries;
    binaries.set_value(scratch::find_binaries(find));
    settings.binaries = binaries.get_future().share();
    settings.token = "0123456789abcdef0123456789abcdef";
    settings.expected_role = "app";
    settings.expected_database = "shop";
    place_ = std::move(ScratchPlace::open(std::move(settings)).value());
  }
  ~PlaceTest() override {
    connection_.reset();
    place_.reset();
    base::remove_tree(cache_);
  }

  /// A superuser's own, to a database that a session of "app" has been admitted to; of one database in a
  /// test.
  pg::Connection& connection(const std::string& database = "shop") {
    if (!connection_) {
      EXPECT_TRUE(place_->admit({"app", database, {}}));
      connection_.emplace(pg::Connection::open(place_->conninfo(database)).value());
    }
    return *connection_;
  }

  std::filesystem::path cache_;
  std::unique_ptr<ScratchPlace> place_;

 private:
  std::optional<pg::Connection> connection_;
};

}  // namespace windlass::run
