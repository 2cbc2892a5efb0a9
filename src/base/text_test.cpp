#include "base/text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace windlass::base {
namespace {

TEST(Text, FoldsWhiteSpaceToOneLine) { EXPECT_EQ(one_line("  SELECT\n\t 1 ;\n"), "SELECT 1 ;"); }

TEST(Text, ShortensWithoutCuttingACharacter) {
  EXPECT_EQ(shorten("abc", 3), "abc");
  EXPECT_EQ(shorten("abcd", 3), "abc…");
  EXPECT_EQ(shorten("aé", 2), "a…");  // é is two bytes: the cut falls before it
}

TEST(Text, CountsEditsIncludingSwaps) {
  EXPECT_EQ(edit_distance("users", "users"), 0u);
  EXPECT_EQ(edit_distance("users", "user"), 1u);
  EXPECT_EQ(edit_distance("usres", "users"), 1u);
  EXPECT_EQ(edit_distance("", "abc"), 3u);
}

TEST(Text, FindsTheNearestNameOnlyWhenItIsNear) {
  EXPECT_EQ(nearest("documnets", {"users", "documents"}), "documents");
  EXPECT_EQ(nearest("users", {"documents", "teams"}), "");
  EXPECT_EQ(nearest("ab", {"xy"}), "");
}

TEST(Text, KnowsWellFormedUtf8) {
  EXPECT_TRUE(is_utf8("aé€😀"));
  EXPECT_FALSE(is_utf8("\xc0\xaf"));          // overlong
  EXPECT_FALSE(is_utf8("\xed\xa0\x80"));      // surrogate
  EXPECT_FALSE(is_utf8("\xf4\x90\x80\x80"));  // above U+10FFFF
  EXPECT_EQ(valid_utf8("a\xff"
                       "b"),
            "a\xef\xbf\xbd"
            "b");
}

TEST(Text, ReadsDurationsAsPeopleDo) {
  EXPECT_EQ(duration_text(0.0123), "12 ms");
  EXPECT_EQ(duration_text(0.614), "0.61 s");
  EXPECT_EQ(duration_text(184), "3 min 4 s");
}

TEST(Text, JoinUndoesSplit) {
  rc::check("join(split(text)) is text",
            [](const std::string& text) { RC_ASSERT(join(split(text, ','), ",") == text); });
}

TEST(Text, AnyBytesBecomeValidUtf8) {
  rc::check("valid_utf8 gives UTF-8 and leaves UTF-8 alone", [](const std::string& bytes) {
    const std::string text = valid_utf8(bytes);
    RC_ASSERT(is_utf8(text));
    RC_ASSERT(valid_utf8(text) == text);
  });
}

TEST(Text, EditDistanceIsSymmetric) {
  rc::check("distance(a, b) == distance(b, a)", [](const std::string& a, const std::string& b) {
    RC_ASSERT(edit_distance(a, b) == edit_distance(b, a));
  });
}

}  // namespace
}  // namespace windlass::base
