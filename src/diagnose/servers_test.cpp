// Findings of several servers become one list that names where each occurs.
#include "diagnose/servers.h"

#include <gtest/gtest.h>

namespace windlass::diagnose {
namespace {

Finding found(int id, const std::string& fingerprint, std::optional<int> follows_from = {}) {
  Finding finding;
  finding.id = id;
  finding.fingerprint = finding.code = fingerprint;
  finding.follows_from = follows_from;
  finding.root = !follows_from;
  return finding;
}

using Places = std::vector<size_t>;

TEST(MergeServers, EqualFingerprintsAreOneFindingThatNamesItsServers) {
  const auto all = merge_servers({{0, {found(1, "a"), found(2, "b")}}, {2, {found(1, "b"), found(2, "c")}}});
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].code, "a");
  EXPECT_EQ(all[0].servers, Places{0});
  EXPECT_EQ(all[1].code, "b");
  EXPECT_EQ(all[1].servers, (Places{0, 2}));
  EXPECT_EQ(all[2].code, "c");
  EXPECT_EQ(all[2].servers, Places{2});
  for (size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i].id, static_cast<int>(i) + 1);
}

TEST(MergeServers, WhatFollowsNamesItsRootByTheNewNumber) {
  // "d" is the second server's own, and so is the number of its root there.
  const auto all = merge_servers(
      {{0, {found(1, "a"), found(2, "b", 1)}}, {1, {found(1, "c"), found(2, "a"), found(3, "d", 1)}}});
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[0].code, "a");
  EXPECT_EQ(all[1].code, "c");
  EXPECT_EQ(all[2].code, "b");
  EXPECT_EQ(all[2].follows_from, 1);
  EXPECT_EQ(all[3].code, "d");
  EXPECT_EQ(all[3].follows_from, 2);
}

TEST(MergeServers, ARootOnOneServerIsARoot) {
  const auto all = merge_servers({{0, {found(1, "a"), found(2, "b", 1)}}, {1, {found(1, "b")}}});
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[1].code, "b");
  EXPECT_TRUE(all[1].root);
  EXPECT_FALSE(all[1].follows_from);
  EXPECT_EQ(all[1].servers, (Places{0, 1}));
}

TEST(MergeServers, TwoOfOneFingerprintOnOneServerStayTwo) {
  const auto all = merge_servers(
      {{0, {found(1, "a"), found(2, "a")}}, {1, {found(1, "a"), found(2, "a"), found(3, "a")}}});
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].servers, (Places{0, 1}));
  EXPECT_EQ(all[1].servers, (Places{0, 1}));
  EXPECT_EQ(all[2].servers, Places{1});
}

TEST(MergeServers, TheVerdictIsTheWorstAndNeverSoundWhereOneDidNotRun) {
  using V = Verdict;
  EXPECT_EQ(verdict_of_servers({V::Sound, V::Sound}, true), V::Sound);
  EXPECT_EQ(verdict_of_servers({V::Sound, V::Sound}, false), V::Incomplete);
  EXPECT_EQ(verdict_of_servers({V::Sound, V::Incomplete}, true), V::Incomplete);
  EXPECT_EQ(verdict_of_servers({V::Incomplete, V::Broken, V::Sound}, false), V::Broken);
  EXPECT_EQ(verdict_of_servers({}, true), V::Incomplete);
}

}  // namespace
}  // namespace windlass::diagnose
