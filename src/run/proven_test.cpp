#include "run/proven.h"

#include <gtest/gtest.h>

namespace windlass::run {
namespace {

using Texts = std::vector<std::string>;

chain::Revision revision(const std::string& id, Texts parents = {}) {
  chain::Revision made;
  made.id = id;
  made.parents = std::move(parents);
  return made;
}

/// 1 - a1 - a2 - m - 9
///   \ b1 ------/
chain::Chain merged() {
  chain::Chain chain;
  chain.revisions = {revision("1"),         revision("a1", {"1"}),       revision("a2", {"a1"}),
                     revision("b1", {"1"}), revision("m", {"a2", "b1"}), revision("9", {"m"})};
  return chain;
}

TEST(ProvenAtTheBeginning, AsFarAsOneProcessLeads) {
  const Texts order = {"1", "a1", "b1", "a2", "m", "9"};
  EXPECT_EQ(proven_at_the_beginning(order, merged(), {"1", "a1", "a2", "b1", "m"}), 5U);
  EXPECT_EQ(proven_at_the_beginning(order, merged(), {"1"}), 1U);
  EXPECT_EQ(proven_at_the_beginning(order, merged(), {}), 0U);
  EXPECT_EQ(proven_at_the_beginning(order, merged(), {"1", "a1", "a2", "b1", "m", "9"}), 6U);
}

TEST(ProvenAtTheBeginning, NotWhatStandsOnAnotherBranch) {
  // a2 is proven, and is taken here on a database that has b1.
  EXPECT_EQ(proven_at_the_beginning({"1", "a1", "b1", "a2", "m", "9"}, merged(), {"1", "a1", "a2"}), 2U);
  // All of them are proven, but no upgrade to one revision leads to b1 and a1 alone.
  EXPECT_EQ(proven_at_the_beginning({"1", "b1", "a1", "a2", "m", "9"}, merged(), {"1", "a1", "a2", "b1"}),
            2U);
}

}  // namespace
}  // namespace windlass::run
