// Roots with what follows from them, and how the text folds and counts them.
#include "report/groups.h"

#include "base/text.h"
#include "report/test_report.h"

namespace windlass::report {
namespace {

class GroupsTest : public ReportTest {
 protected:
  void follow(diagnose::Finding& finding, int id) {
    finding.follows_from = id;
    finding.root = false;
  }
};

TEST_F(GroupsTest, FollowersStandUnderTheirLastRoot) {
  follow(add("error-swallowed", "008"), 1);
  follow(add("half-applied", "009"), 2);
  add("index-created-twice", "010");
  const auto groups = grouped(report_.findings);
  ASSERT_EQ(groups.size(), 2u);
  ASSERT_EQ(groups[0].followers.size(), 2u);
  EXPECT_EQ(groups[0].followers[1]->code, "half-applied");
  EXPECT_EQ(groups[1].root->code, "index-created-twice");
}

TEST_F(GroupsTest, WhatDoesNotCountIsInNone) {
  follow(add("error-swallowed", "008"), 1);
  report_.findings[0].known = true;
  const auto groups = grouped(report_.findings);
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups[0].root->code, "error-swallowed") << "new, though its root is known";
}

TEST_F(GroupsTest, RemarksOfOneKindAreToldOnce) {
  for (const char* revision : {"003", "005", "007"}) {
    diagnose::Finding& finding = add("type-left-by-downgrade", revision);
    finding.severity = diagnose::Severity::Info;
    finding.cause = std::string("Revision ") + revision + " leaves \"mood_" + revision + "\" behind.";
    finding.object = catalog::Object{"type", std::string("public.mood_") + revision};
  }
  diagnose::Finding& other = add("type-left-by-downgrade", "009");
  other.severity = diagnose::Severity::Info;
  other.cause = "Something else.";
  add("index-created-twice", "010");
  add("index-created-twice", "011");
  const auto groups = grouped(report_.findings);
  ASSERT_EQ(groups.size(), 5u);
  EXPECT_EQ(groups[1].alike.size(), 2u);
  EXPECT_TRUE(groups[2].alike.empty()) << "it says something else";
  EXPECT_TRUE(groups[3].alike.empty()) << "an error is told in full";
  const std::string text = check_text(report_, {});
  EXPECT_TRUE(base::contains(text, "The same of 2 more:\n    type-left-by-downgrade  revision 005"));
  const std::string verbose = check_text(report_, {false, 96, true});
  EXPECT_TRUE(base::contains(verbose, "info  type-left-by-downgrade  revision 007"));
}

TEST_F(GroupsTest, IdsThatLeadInACircleLoseNothing) {
  report_.findings.clear();
  follow(add("a", ""), 2);
  follow(add("b", ""), 1);
  size_t shown = 0;
  for (const Group& group : grouped(report_.findings)) shown += 1 + group.followers.size();
  EXPECT_EQ(shown, 2u);
}

TEST_F(GroupsTest, TheTextNamesAndCountsFollowersAndShowsThemWhenAsked) {
  for (int i = 0; i < 12; ++i)
    follow(add("object-missing-" + std::to_string(i), "009", {"v/009.py", i + 1, 0}), 1);
  const std::string shown = text();
  EXPECT_TRUE(base::contains(shown, "1 error, 12 that follow\n")) << shown;
  EXPECT_TRUE(base::contains(
      shown, "\n  12 findings follow from it\n    object-missing-0  revision 009  v/009.py:1\n"));
  EXPECT_TRUE(base::contains(shown, "    and 2 more (--verbose)\n"));
  EXPECT_FALSE(base::contains(shown, "Cause of object-missing-3."));
  TextStyle verbose;
  verbose.verbose = true;
  EXPECT_TRUE(base::contains(text(verbose), "Cause of object-missing-3."));
  EXPECT_TRUE(base::contains(
      text(verbose), "  This only follows from type-created-twice  revision 008  versions/008.py:38.\n"));
}

TEST_F(GroupsTest, TheTextSaysWhatDoesNotCountAndWhy) {
  report_.findings[0].suppressed = {"config", "the old\nserver", {"windlass.toml", 3, 1}};
  add("index-created-twice", "008").known = true;
  const std::string shown = text();
  EXPECT_TRUE(base::contains(shown, "the chain is broken - 1 known, 1 suppressed\n")) << shown;
  EXPECT_TRUE(
      base::contains(shown,
                     "\nSuppressed\n  type-created-twice  revision 008  versions/008.py:38: the old server "
                     "(windlass.toml:3)\n"));
  EXPECT_TRUE(base::contains(shown, "none counts"));
  EXPECT_FALSE(base::contains(shown, "What to do now"));
  EXPECT_FALSE(base::contains(shown, "Known (in the baseline)"));
  add("view-created-twice", "008");
  EXPECT_FALSE(base::contains(text(), "none counts"));
}

}  // namespace
}  // namespace windlass::report
