// Comments that suppress: what is one, and which statement it is about.
#include "diagnose/suppress_comment.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace windlass::diagnose {
namespace {

/// The line of the statement that the only comment of `source` is about; -1 where there is not one comment.
int statement_of(std::string_view source) {
  const auto read = python_comments(source);
  return read.comments.size() == 1 ? read.comments[0].statement : -1;
}

TEST(SuppressComment, HasCodesAndAReason) {
  const auto read = python_comments("x = 1  # windlass: ignore[a-b, c-d]  the old server\n");
  ASSERT_EQ(read.comments.size(), 1u);
  EXPECT_EQ(read.comments[0].codes, (std::vector<std::string>{"a-b", "c-d"}));
  EXPECT_EQ(read.comments[0].reason, "the old server");
  EXPECT_EQ(read.comments[0].column, 8);
  EXPECT_TRUE(python_comments("# windlass: ignore[a]").comments[0].reason.empty());
  EXPECT_TRUE(python_comments("# windlass: ignore the next one").comments[0].codes.empty());
  EXPECT_TRUE(python_comments("# windlass is a tool\n# ignore[a] b\n").comments.empty());
}

TEST(SuppressComment, IsAboutItsStatementOrTheNext) {
  EXPECT_EQ(statement_of("f()\n# windlass: ignore[a] b\n\n# and more\ng(\n  1)\n"), 5);
  EXPECT_EQ(statement_of("f()\ng(1)  # windlass: ignore[a] b\nh()\n"), 2);
  EXPECT_EQ(statement_of("g(\n  1,\n  2)  # windlass: ignore[a] b\n"), 1);
  EXPECT_EQ(statement_of("g(\n  # windlass: ignore[a] b\n  2)\n"), 1);
  EXPECT_EQ(statement_of("a = 1 + \\\n  2  # windlass: ignore[a] b\n"), 1);
  EXPECT_EQ(statement_of("f()\n# windlass: ignore[a] b\n"), 0);
}

TEST(SuppressComment, EveryLineOfAStatementHasItsHead) {
  const auto read = python_comments("f(\"\"\"\n# no comment (\n\"\"\",\n1)\n\ng()\n");
  EXPECT_EQ(read.head(2), 1);
  EXPECT_EQ(read.head(4), 1);
  EXPECT_EQ(read.head(5), 0);
  EXPECT_EQ(read.head(6), 6);
  EXPECT_EQ(read.head(0), 0);
  EXPECT_EQ(read.head(99), 0);
}

TEST(SuppressComment, StringsAreNone) {
  EXPECT_EQ(statement_of("f('# windlass: ignore[a] b')\n"), -1);
  EXPECT_EQ(statement_of("f('it\\'s # windlass: ignore[a] b')\n"), -1);
  EXPECT_EQ(statement_of("f(\"\"\"\n# windlass: ignore[a] b\n\"\"\")\n"), -1);
  EXPECT_EQ(statement_of("f('''a\"''')  # windlass: ignore[a] b\n"), 1);
}

TEST(SuppressComment, KnowsDowngrade) {
  const auto read = python_comments(
      "def upgrade():\n    f()  # windlass: ignore[a] b\n\n\ndef downgrade():\n    g()  # windlass: "
      "ignore[a] b\n");
  ASSERT_EQ(read.comments.size(), 2u);
  EXPECT_FALSE(read.comments[0].in_downgrade);
  EXPECT_TRUE(read.comments[1].in_downgrade);
}

TEST(SuppressComment, InSqlAlsoInTheBodyOfABlock) {
  EXPECT_EQ(sql_comments("-- windlass: ignore[a] b\nCREATE TABLE t ()").size(), 1u);
  EXPECT_EQ(sql_comments("DO $$ BEGIN\n  -- windlass: ignore[a] it's so\n  x; END $$")[0].reason, "it's so");
  EXPECT_TRUE(sql_comments("SELECT '-- windlass: ignore[a] b'").empty());
  EXPECT_TRUE(sql_comments("SELECT 'two\n-- windlass: ignore[a] b\n'").empty());
}

RC_GTEST_PROP(SuppressCommentProperty, AnySourceIsRead, (const std::string& source)) {
  const auto read = python_comments(source);
  for (size_t line = 1; line < read.heads.size(); ++line)
    RC_ASSERT(read.heads[line] >= 0 && read.heads[line] <= static_cast<int>(line));
  (void)sql_comments(source);
}

}  // namespace
}  // namespace windlass::diagnose
