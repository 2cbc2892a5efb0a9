#include "run/dotenv.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace windlass::run {
namespace {

std::string value_of(std::string_view text, const std::string& name, const Variables& known = {}) {
  for (const auto& [key, value] : parse_dotenv(text, known))
    if (key == name) return value;
  return "(none)";
}

TEST(Dotenv, PlainExportedAndCommentedValues) {
  const char* text =
      "# comment\n\nA=1\nexport B = two words  # behind\r\nC=a#b\nD=\nE=#only\nnot a line\n=x\n";
  EXPECT_EQ(value_of(text, "A"), "1");
  EXPECT_EQ(value_of(text, "B"), "two words");
  EXPECT_EQ(value_of(text, "C"), "a#b");
  EXPECT_EQ(value_of(text, "D"), "");
  EXPECT_EQ(value_of(text, "E"), "");
  EXPECT_EQ(parse_dotenv(text).size(), 5u);
}

TEST(Dotenv, QuotesAndEscapes) {
  EXPECT_EQ(value_of("A='x # \\n ${B}' # c", "A"), "x # \\n ${B}");
  EXPECT_EQ(value_of("A=\"x\\n\\\"y\\\" \\$ \\z\"", "A"), "x\n\"y\" $ \\z");
  EXPECT_EQ(value_of("A=\"one\ntwo\"\nB=3", "A"), "one\ntwo");
  EXPECT_EQ(value_of("A=\"one\ntwo\"\nB=3", "B"), "3");
  EXPECT_EQ(value_of("A=\"never closed\nB=3", "B"), "3");
}

TEST(Dotenv, ReferencesLookIntoTheFileThenOutside) {
  EXPECT_EQ(value_of("USER_=me\nURL=postgres://${USER_}@${HOST:-db}/${NAME}", "URL", {{"NAME", "app"}}),
            "postgres://me@db/app");
  EXPECT_EQ(value_of("A=\"${B}\"", "A", {{"B", "x"}}), "x");
  EXPECT_EQ(value_of("A=pa$$word$1", "A"), "pa$$word$1");
  EXPECT_EQ(value_of("A=${unclosed", "A"), "${unclosed");
  EXPECT_EQ(value_of("A=${B-x}${B:-y}", "A", {{"B", ""}}), "y");
}

TEST(Dotenv, TheLastOfANameCounts) { EXPECT_EQ(value_of("A=1\nA=2\n", "A"), "2"); }

RC_GTEST_PROP(DotenvProperty, AnyTextIsRead, (const std::string& text)) {
  for (const auto& [name, value] : parse_dotenv("A=" + text)) RC_ASSERT(!name.empty());
}

}  // namespace
}  // namespace windlass::run
