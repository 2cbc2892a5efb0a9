#include "edit/edit.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "edit/lines.h"
#include "edit/test_edits.h"

namespace windlass::edit {
namespace {

TEST(Edits, AreMadeAtOnceWhateverTheirOrder) {
  EXPECT_EQ(*edited("one two three", {{8, 13, "3"}, {0, 3, "1"}}), "1 two 3");
  EXPECT_EQ(*edited("ab", {{1, 1, "x"}, {1, 1, "y"}}), "axyb");
  EXPECT_EQ(*edited("", {{0, 0, "new"}}), "new");
}

TEST(Edits, ThatOverlapOrLieOutsideAreRefused) {
  EXPECT_FALSE(edited("abcdef", {{0, 3, ""}, {2, 4, ""}}));
  EXPECT_FALSE(edited("abc", {{2, 4, ""}}));
  EXPECT_FALSE(edited("abc", {{2, 1, ""}}));
}

TEST(Edits, MoveWhatStandsBehindThem) {
  const std::vector<Edit> edits = {{0, 3, "1"}, {8, 8, "very "}};
  EXPECT_EQ(moved(4, edits), 2U);   // "two"
  EXPECT_EQ(moved(8, edits), 11U);  // "three"
  EXPECT_EQ(moved(1, edits), 0U);
}

RC_GTEST_PROP(Edits, LeaveAllElseAsItIs, ()) {
  const std::string text = *any_source();
  const std::vector<Edit> edits = *any_edits(text);
  const std::string changed = *edited(text, edits);
  // Every byte outside of the spans is where moved() says.
  for (size_t i = 0; i < text.size(); ++i) {
    const bool inside =
        std::any_of(edits.begin(), edits.end(), [&](const Edit& e) { return e.begin <= i && i < e.end; });
    if (!inside) RC_ASSERT(changed.at(moved(i, edits)) == text[i]);
  }
}

RC_GTEST_PROP(Edits, OneAfterTheOtherAreOne, ()) {
  const std::string text = *any_source();
  const std::vector<Edit> first = *any_edits(text);
  const std::string between = *edited(text, first);
  const std::vector<Edit> then = *any_edits(between);
  const auto both = composed(text, first, then);
  RC_ASSERT(both.has_value());
  RC_ASSERT(*edited(text, *both) == *edited(between, then));
}

TEST(Lines, EndAsEditorsCountThem) {
  const Lines lines("a\nb\r\nc\rd");
  ASSERT_EQ(lines.count(), 4U);
  EXPECT_EQ(lines.line(2), "b\r\n");
  EXPECT_EQ(lines.line(4), "d");
  EXPECT_EQ(lines.line_at(5), 3);
  EXPECT_EQ(Lines("a\n").count(), 1U);
  EXPECT_EQ(lines.end(9), 8U);
}

TEST(Lines, CountColumnsInCharacters) {
  const std::string text = "x\nmüde = 1";
  EXPECT_EQ(Lines(text).position_at(text.find('=')), (Position{2, 6}));
}

TEST(Lines, KeepTheEndingAndTheIndentationOfTheText) {
  EXPECT_EQ(line_ending("a\r\nb\n"), "\r\n");
  EXPECT_EQ(line_ending("a\rb"), "\r");
  EXPECT_EQ(line_ending("a"), "\n");
  EXPECT_EQ(indentation_at("def f():\n\t  x = 1\n", 14), "\t  ");
}

}  // namespace
}  // namespace windlass::edit
