// Warm interpreters come and go: stood in for by shells that say what the Python part would.
#include "run/warm_pool.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace windlass::run {
namespace {

/// Each says `words` once it is there, and then does as `afterwards` has it: ends when it is asked for a run.
class Pool {
 public:
  explicit Pool(std::string words, std::string afterwards = "head -c 1 <&3 >/dev/null")
      : pool([this, words, afterwards] {
          ++made;
          base::ProcessOptions options;
          options.arguments = {"/bin/sh", "-c", "printf '" + words + "' >&3; " + afterwards};
          return WarmInterpreter::start(std::move(options), "[]", nullptr);
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

TEST(WarmPool, OneThatIsGivenUpEndsWhatItBegan) {
  const std::filesystem::path told = std::filesystem::path(testing::TempDir()) / "warm_pool_test_ended";
  std::filesystem::remove(told);
  {
    // It answers an order with a word that nobody expects, and then sees the socket end.
    Pool warm("ready",
              "head -c 1 <&3 >/dev/null; printf odd >&3; head -c 1 <&3 >/dev/null; echo >" + told.string());
    const auto one = warm.pool.take();
    ASSERT_TRUE(one);
    EXPECT_FALSE(one->fork("{}", {}, 1, 2, 2));
  }
  EXPECT_TRUE(std::filesystem::exists(told));
  std::filesystem::remove(told);
}

TEST(WarmPool, AListOfLibrariesMayBeLong) {
  // A variable of the environment may not be: 128 KiB is the kernel's limit.
  base::ProcessOptions options;
  options.arguments = {"/bin/sh", "-c", "printf \"$(wc -c <&4)\" >&3"};
  const auto warm = WarmInterpreter::start(std::move(options), std::string(1'000'000, 'x'), nullptr);
  ASSERT_TRUE(warm);
  const auto ready = (*warm)->ready(std::chrono::seconds(10));
  ASSERT_FALSE(ready);
  EXPECT_EQ(ready.error().got, "1000000");
}

TEST(WarmPool, WhereLibrariesMustNotBeSharedThereIsNoneAndNoOtherIsTried) {
  Pool warm("unfit a library started a thread");
  EXPECT_EQ(warm.pool.none_because(), "");
  EXPECT_FALSE(warm.pool.take());
  EXPECT_FALSE(warm.pool.take());
  EXPECT_EQ(warm.made, 1);
  EXPECT_EQ(warm.pool.none_because(), "a library started a thread");
}

}  // namespace
}  // namespace windlass::run
