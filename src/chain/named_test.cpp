#include "chain/named.h"

#include <gtest/gtest.h>

namespace windlass::chain {
namespace {

using Texts = std::vector<std::string>;

Revision revision(const std::string& id, Texts parents = {}, Texts labels = {}) {
  Revision made;
  made.id = id;
  made.parents = std::move(parents);
  made.labels = std::move(labels);
  return made;
}

/// aa11 - aa22 - ab33 (billing) - ab44
///             \ cc55 (shop) - cc66
Chain branches() {
  Chain chain;
  chain.revisions = {revision("aa11"),
                     revision("aa22", {"aa11"}),
                     revision("ab33", {"aa22"}, {"billing"}),
                     revision("ab44", {"ab33"}),
                     revision("cc55", {"aa22"}, {"shop"}),
                     revision("cc66", {"cc55"})};
  sort_revisions(chain);
  find_ends(chain);
  return chain;
}

Chain line() {
  Chain chain;
  chain.revisions = {revision("2024-01"), revision("2024-02", {"2024-01"}), revision("2024-03", {"2024-02"})};
  sort_revisions(chain);
  find_ends(chain);
  return chain;
}

/// The ids, or what is said against the name.
Texts named(const Chain& chain, const std::string& name) {
  const auto ids = revisions_named(chain, name, "find a revision");
  return ids ? *ids : Texts{ids.error().got};
}

TEST(RevisionsNamed, ByIdOrItsBeginning) {
  EXPECT_EQ(named(branches(), "ab33"), Texts{"ab33"});
  EXPECT_EQ(named(branches(), "ab4"), Texts{"ab44"});
  EXPECT_EQ(named(branches(), "a"), Texts{"several begin so: aa11, aa22, ab33, ab44"});
  EXPECT_EQ(named(branches(), "zz"), Texts{"the chain has no such revision"});
  EXPECT_EQ(named(branches(), ""), Texts{"the chain has no such revision"});
}

TEST(RevisionsNamed, ByTheEnds) {
  EXPECT_EQ(named(line(), "head"), Texts{"2024-03"});
  EXPECT_EQ(named(branches(), "heads"), (Texts{"ab44", "cc66"}));
  EXPECT_EQ(named(branches(), "head"), Texts{"several heads: ab44, cc66"});
  EXPECT_EQ(named(line(), "base"), Texts{});
}

TEST(RevisionsNamed, ByALabel) {
  EXPECT_EQ(named(branches(), "billing"), Texts{"ab33"});
  EXPECT_EQ(named(branches(), "shop@head"), Texts{"cc66"});
  EXPECT_EQ(named(branches(), "billing@heads"), Texts{"ab44"});
  EXPECT_EQ(named(branches(), "shop@ab"), Texts{"the chain has no such revision"});
  EXPECT_EQ(named(branches(), "shop@aa1"), Texts{"aa11"});
  EXPECT_EQ(named(branches(), "nothing@head"), Texts{"the chain has no such revision"});
}

TEST(RevisionsNamed, ByStepsFromThere) {
  EXPECT_EQ(named(line(), "head-1"), Texts{"2024-02"});
  EXPECT_EQ(named(line(), "head~2"), Texts{"2024-01"});
  EXPECT_EQ(named(line(), "-1"), Texts{"2024-02"});
  EXPECT_EQ(named(line(), "2024-02+1"), Texts{"2024-03"});
  EXPECT_EQ(named(branches(), "shop@head-1"), Texts{"cc55"});
  EXPECT_EQ(named(line(), "head-3"), Texts{});  // the base
  EXPECT_EQ(named(line(), "head-4"), Texts{"none is before 2024-01"});
  EXPECT_EQ(named(line(), "head+1"), Texts{"none is behind 2024-03"});
  EXPECT_EQ(named(branches(), "aa22+1"), Texts{"several are one step behind aa22: ab33, cc55"});
  EXPECT_EQ(named(branches(), "-1"), Texts{"several heads: ab44, cc66"});
  EXPECT_EQ(named(line(), "head-99999999999999999999999"), Texts{"the chain has no such revision"});
}

TEST(RevisionsNamed, AnIdThatEndsLikeStepsIsAnId) {
  EXPECT_EQ(named(line(), "2024-01"), Texts{"2024-01"});
  EXPECT_EQ(named(line(), "2024-0"), Texts{"several begin so: 2024-01, 2024-02, 2024-03"});
}

}  // namespace
}  // namespace windlass::chain
