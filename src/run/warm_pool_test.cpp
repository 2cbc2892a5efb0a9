// Warm interpreters come and go: stood in for by shells that say what the Python part would.
#include "run/warm_pool.h"

#include <gtest/gtest.h>

namespace windlass::run {
namespace {

/// Each says `words` once it is there, and ends when it is asked for a run.
class Pool {
 public:
  explicit Pool(std::string words)
      : pool([this, words] {
          ++made;
          base::ProcessOptions options;
          options.arguments = {"/bin/sh", "-c", "printf '" + words + "' >&3; head -c 1 <&3 >/dev/null"};
          return WarmInterpreter::start(std::move(options), nullptr);
        }) {}

  int made = 0;
  WarmPool pool;
};

TEST(WarmPool, AnInterpreterServesOneRunAfterTheOther) {
  Pool warm("ready");
  ASSERT_TRUE(warm.pool.take());
  ASSERT_TRUE(warm.pool.take());
  EXPECT_EQ(warm.made, 1);
  const auto one = warm.pool.take(), other = warm.pool.take();
  ASSERT_TRUE(one && other);
  EXPECT_EQ(warm.made, 2);
}

TEST(WarmPool, OneThatHasGoneIsNotUsedAgain) {
  Pool warm("ready");
  {
    const auto one = warm.pool.take();
    ASSERT_TRUE(one);
    EXPECT_FALSE(one->fork("{}", {}, 1, 2, 2));
    EXPECT_FALSE(one->usable());
  }
  const auto fresh = warm.pool.take();
  ASSERT_TRUE(fresh);
  EXPECT_TRUE(fresh->usable());
  EXPECT_EQ(warm.made, 2);
}

TEST(WarmPool, WhereLibrariesMustNotBeSharedThereIsNoneAndNoOtherIsTried) {
  Pool warm("unfit a library started a thread");
  EXPECT_FALSE(warm.pool.take());
  EXPECT_FALSE(warm.pool.take());
  EXPECT_EQ(warm.made, 1);
}

}  // namespace
}  // namespace windlass::run
