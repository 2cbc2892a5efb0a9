#include "run/by_hand.h"

#include <gtest/gtest.h>

namespace windlass::run {
namespace {

TEST(ByHand, SubscriptionsOfAnotherServerHaveNoNumberHere) {
  catalog::LiveRead original, copy;
  original.snapshot.facts = {{{"subscription", "news"}, "{}", "6100:16391:0", "6100:16391:0"},
                             {{"comment", "subscription news"}, "{}", "6100:16391:0", "6100:16391:0"},
                             {{"table", "public.t"}, "{}", "1259:16385:0", "1259:16385:0"}};
  add_subscriptions(original, copy);
  ASSERT_EQ(copy.snapshot.facts.size(), 2U);
  for (const catalog::Fact& fact : copy.snapshot.facts) {
    EXPECT_NE(fact.object.kind, "table");
    EXPECT_EQ(fact.id + fact.group, "");
  }
}

}  // namespace
}  // namespace windlass::run
