// Where the cache is looked for.
#include "scratch/cache.h"

#include <gtest/gtest.h>

namespace windlass::scratch {
namespace {

TEST(CacheRoot, IsTheFirstThatIsSet) {
  EXPECT_EQ(cache_root({"WINDLASS_CACHE=/a", "XDG_CACHE_HOME=/b", "HOME=/c"}), "/a");
  EXPECT_EQ(cache_root({"XDG_CACHE_HOME=/b", "HOME=/c"}), "/b/windlass");
  EXPECT_EQ(cache_root({"XDG_CACHE_HOME=relative", "HOME=/c"}), "/c/.cache/windlass");
  EXPECT_EQ(cache_root({"WINDLASS_CACHE=", "HOME=/c"}), "/c/.cache/windlass");
  EXPECT_FALSE(cache_root({}).empty());
}

}  // namespace
}  // namespace windlass::scratch
