// A scratch server with a database "shop" of a role "app": what tests of reading have in common.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <future>
#include <memory>
#include <utility>

#include "base/file.h"
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
    place_.reset();
    base::remove_tree(cache_);
  }

  std::filesystem::path cache_;
  std::unique_ptr<ScratchPlace> place_;
};

}  // namespace windlass::run
