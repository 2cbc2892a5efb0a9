// A scratch server on which the SQL of probes is run: what the tests that go through them have in common.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "pg/connection.h"
#include "run/place_fixture.h"
#include "run/probe_file.h"

namespace windlass::run {

class ProbeTest : public PlaceTest {
 protected:
  ProbeTest() {
    EXPECT_TRUE(place_->admit({"app", "shop", {}}));
    connection_ = pg::Connection::open(place_->conninfo("shop")).value();
    major_ = connection_.server_version() / 10000;
  }

  /// All statements of one key, as far as the first that is refused, which fails the test.
  bool run(const Probe& probe, const std::string& key) {
    for (const auto& [step, sql] : probe.steps) {
      if (step != key || sql.starts_with("none")) continue;
      const auto done = connection_.execute(sql);
      EXPECT_TRUE(done) << key << ": " << sql << "\n" << base::describe(done.error());
      if (!done) return false;
    }
    return true;
  }

  pg::Connection connection_;
  int major_ = 0;
};

}  // namespace windlass::run
