#include "lock/changes.h"

#include <gtest/gtest.h>

namespace windlass::lock {
namespace {

using Statements = std::map<std::string, std::vector<std::string>>;

struct Written {
  std::string id, parent, digest;
};

std::vector<std::string> parents(const Written& written) {
  return written.parent.empty() ? std::vector<std::string>() : std::vector<std::string>{written.parent};
}

Lock locked(const std::vector<Written>& all) {
  Lock lock;
  for (const Written& each : all)
    lock.revisions.push_back(
        {each.id, parents(each), {}, each.id + ".py", each.digest, "", {"CREATE TABLE t" + each.id + " ()"}});
  return lock;
}

chain::Chain chain_of(const std::vector<Written>& all, const std::map<std::string, std::string>& files = {}) {
  chain::Chain chain;
  for (const Written& each : all) {
    chain::Revision revision;
    revision.id = each.id;
    revision.parents = parents(each);
    const auto file = files.find(each.id);
    revision.file = file == files.end() ? each.id + ".py" : file->second;
    revision.digest = each.digest;
    chain.revisions.push_back(revision);
  }
  return chain;
}

const std::vector<Written> kThree = {{"1", "", "a"}, {"2", "1", "b"}, {"3", "2", "c"}};

TEST(Changes, NothingIsChangedByWhatComesBehindTheHeads) {
  auto more = kThree;
  more.push_back({"4", "3", "d"});
  EXPECT_TRUE(changes(locked(kThree), chain_of(more), {}, {}).empty());
}

TEST(Changes, AnEditedRevisionIsToldWithTheFirstStatementThatDiffers) {
  auto edited = kThree;
  edited[1].digest = "other";
  auto found = changes(locked(kThree), chain_of(edited), {}, {});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, ChangeKind::Edited);
  EXPECT_FALSE(found[0].statements_seen);
  found = changes(locked(kThree), chain_of(edited), {{"2", {"CREATE TABLE t2 ()"}}}, {"2"});
  EXPECT_TRUE(found[0].statements_seen);
  EXPECT_FALSE(found[0].statement);
  found = changes(locked(kThree), chain_of(edited), {{"2", {"CREATE TABLE t2 (id integer)"}}}, {"2"});
  EXPECT_EQ(found[0].statement->is, "CREATE TABLE t2 (id integer)");
}

TEST(Changes, ARenumberedRevisionIsOneChangeAndNotThoseBehindIt) {
  const std::vector<Written> now = {{"1", "", "a"}, {"2b", "1", "b2"}, {"3", "2b", "c2"}};
  auto found = changes(locked(kThree), chain_of(now, {{"2b", "2.py"}}), {}, {});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, ChangeKind::Renumbered);
  EXPECT_EQ(found[0].now_id, "2b");
  // Also in another file, where it sends the same.
  found = changes(locked(kThree), chain_of(now), {{"2b", {"CREATE TABLE t2 ()"}}}, {});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, ChangeKind::Renumbered);
}

TEST(Changes, WhatWasPutInBeforeALockedRevisionIsNamed) {
  const std::vector<Written> now = {{"1", "", "a"}, {"new", "1", "n"}, {"2", "new", "b2"}, {"3", "2", "c"}};
  const auto found = changes(locked(kThree), chain_of(now), {}, {});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, ChangeKind::Moved);
  EXPECT_EQ(found[0].inserted, std::vector<std::string>{"new"});
}

TEST(Changes, AReorderedChainIsToldForEachThatMoved) {
  const std::vector<Written> now = {{"1", "", "a"}, {"3", "1", "c2"}, {"2", "3", "b2"}};
  const auto found = changes(locked(kThree), chain_of(now), {}, {});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].parents_now, std::vector<std::string>{"3"});
}

TEST(Changes, ARemovedRevision) {
  const auto found = changes(locked(kThree), chain_of({{"1", "", "a"}, {"2", "1", "b"}}), {}, {});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kind, ChangeKind::Removed);
  EXPECT_EQ(found[0].id, "3");
}

}  // namespace
}  // namespace windlass::lock
