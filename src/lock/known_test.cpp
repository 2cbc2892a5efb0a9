#include "lock/known.h"

#include <gtest/gtest.h>

namespace windlass::lock {
namespace {

using Texts = std::vector<std::string>;

Lock three() {
  Lock lock;
  lock.with = {"0.1.0", "3.11.2", "1.13.2", "2.0.40", "psycopg2 2.9.9", "15.20", "2026-11-27"};
  lock.revisions = {{"0001", {}, {}, "1.py", "sha256:01", "2:15:sha256:c1", {}},
                    {"0002", {"0001"}, {}, "2.py", "sha256:02", "2:15:sha256:c2", {}},
                    {"0003", {"0002"}, {}, "3.py", "sha256:03", "2:15:sha256:c3", {}}};
  return lock;
}

/// What is said where the chain is as `now` has it.
Texts why(const Lock& lock, const Lock& now, const Texts& ids, const Texts& changed_inputs = {}) {
  chain::Chain chain = chain_of(now);
  for (size_t i = 0; i < now.revisions.size(); ++i) chain.revisions[i].file = now.revisions[i].file;
  const std::vector<Change> changed = changes(lock, chain, {}, {});
  return why_not_known(lock, ids, {chain, now, changed, changed_inputs});
}

TEST(Known, AsItIs) {
  EXPECT_EQ(why(three(), three(), {"0003"}), Texts{});
  Lock more = three();
  more.revisions.push_back({"0004", {"0003"}, {}, "4.py", "sha256:04", "2:15:sha256:c4", {}});
  EXPECT_EQ(why(three(), more, {"0003"}), Texts{});
  EXPECT_EQ(why(three(), more, {"0004"}), Texts{"revision 0004 is not in it"});
}

TEST(Known, WhatIsBehindMayChange) {
  Lock edited = three();
  edited.revisions[2].digest = "sha256:other";
  EXPECT_EQ(why(three(), edited, {"0002"}), Texts{});
  EXPECT_EQ(why(three(), edited, {"0003"}), Texts{"revision 0003 was edited"});
}

TEST(Known, NotWhereARevisionBeforeItIsAnother) {
  Lock renumbered = three();
  renumbered.revisions[0].id = "first";
  renumbered.revisions[1].parents = {"first"};
  EXPECT_EQ(why(three(), renumbered, {"0002"}), Texts{"revision 0001 is now first"});
  Lock put_in = three();
  put_in.revisions.insert(put_in.revisions.begin() + 1, {"new", {"0001"}, {}, "n.py", "sha256:n", "", {}});
  put_in.revisions[2].parents = {"new"};
  EXPECT_EQ(why(three(), put_in, {"0003"}),
            (Texts{"revision 0002 stood on 0001 and now stands on new", "revision new is not in it"}));
  Lock gone = three();
  gone.revisions.erase(gone.revisions.begin());
  gone.revisions[0].parents = {};
  EXPECT_EQ(why(three(), gone, {"0003"}).front(), "revision 0001 is gone");
}

TEST(Known, NotWithOtherVersions) {
  Lock other = three();
  other.with = {"0.1.0", "3.11.9", "1.13.2", "2.0.40", "psycopg2 2.9.9", "15.21", "2030-01-01"};
  EXPECT_EQ(why(three(), other, {"0003"}), Texts{});
  other.with = {"0.1.0", "3.12.0", "1.13.2", "2.1.0", "psycopg2 2.9.9", "16.1", "2030-01-01"};
  EXPECT_EQ(why(three(), other, {"0003"}),
            (Texts{"it was proven with PostgreSQL 15, and this is 16",
                   "it was proven with Python 3.11, and this is 3.12",
                   "it was proven with SQLAlchemy 2.0.40, and this is 2.1.0"}));
  Lock silent = three();
  silent.with = {};
  EXPECT_EQ(why(silent, three(), {"0003"}), Texts{});
}

TEST(Known, NotWithOtherFiles) {
  EXPECT_EQ(why(three(), three(), {"0001"}, {"env.py"}), Texts{"env.py is not what it was"});
}

TEST(Known, NotWhereItLeadsElsewhere) {
  Lock elsewhere = three();
  elsewhere.revisions[1].catalog = "2:15:sha256:other";
  EXPECT_EQ(why(three(), elsewhere, {"0001"}), Texts{});
  EXPECT_EQ(
      why(three(), elsewhere, {"0002"}),
      Texts{"what there is behind revision 0002 is not what there was, though no file of it was changed"});
}

TEST(Known, OnBranchesTheCatalogTellsNothing) {
  Lock branches = three();
  branches.revisions[2].parents = {"0001"};
  Lock other = branches;
  other.revisions[1].catalog = "2:15:sha256:other";
  EXPECT_EQ(why(branches, other, {"0002"}), Texts{});
}

}  // namespace
}  // namespace windlass::lock
