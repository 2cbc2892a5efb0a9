#include "populate/pattern.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <regex>

namespace windlass::populate {
namespace {

/// The patterns of real checks. ECMAScript reads these as PostgreSQL does.
constexpr const char* kPatterns[] = {"^[0-9]{5}$",
                                     "^[0-9a-f]{6}$",
                                     "^AB-[0-9]{4}-XY$",
                                     "^[a-z][a-z0-9_-]*$",
                                     "^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+[.][A-Za-z]{2,}$",
                                     "^\\d{3}-\\d{2}-\\d{4}$",
                                     "^(EUR|USD|CHF)$",
                                     "^#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$",
                                     "^(?:\\+\\d{1,3} )?\\(?\\d{3}\\)?$",
                                     "^[^ @]+$",
                                     "^[[:upper:]]{2}[[:digit:]]+$",
                                     "^(([a-z]{2,3})(-[A-Z]{2})?)$",
                                     "^v\\d+(\\.\\d+){2}$",
                                     "^https?://[^/]+/.*$",
                                     "^[]x]y-?$",
                                     "a.c"};

RC_GTEST_PROP(Pattern, ATextThatItMatches, ()) {
  const int row = *rc::gen::inRange(1, 300);
  for (const char* pattern : kPatterns)
    for (const bool roomy : {false, true}) {
      const auto text = text_for_pattern(pattern, {row, 3}, roomy);
      RC_ASSERT(text.has_value());
      // ECMAScript has no [] x]: the one member set that begins with ] is looked at by itself.
      if (std::string_view(pattern).starts_with("^[]")) {
        RC_ASSERT(text->front() == ']' || text->front() == 'x');
        continue;
      }
      if (!std::regex_search(*text, std::regex(pattern))) RC_FAIL(pattern + (": " + *text));
    }
}

TEST(Pattern, AnotherTextForAnotherSeed) {
  EXPECT_NE(text_for_pattern("^[0-9]{5}$", {1, 0}, false), text_for_pattern("^[0-9]{5}$", {2, 0}, false));
  EXPECT_NE(text_for_pattern("^(EUR|USD)$", {1, 0}, false), text_for_pattern("^(EUR|USD)$", {2, 0}, false));
}

TEST(Pattern, AsShortAsMayBeOrWithRoom) {
  EXPECT_EQ(text_for_pattern("^a{2,9}b?$", {1, 0}, false), "aa");
  EXPECT_EQ(text_for_pattern("^a{2,9}b?$", {1, 0}, true), "aaaaab");
  EXPECT_EQ(text_for_pattern("^ä{2}$", {1, 0}, false), "ää");
}

TEST(Pattern, WhatIsNotKnownIsLeftAlone) {
  for (const char* pattern :
       {"^(?=a)b", "^(a)\\1$", "(?i)abc", "***:abc", "[a", "(a", "a)", "a{", "a{3,1}", "*", "[[=a=]]", "\\",
        "[^\\", "a{9999}", "((a{900}){900}){900}", "[[:nonesuch:]]"})
    EXPECT_EQ(text_for_pattern(pattern, {1, 0}, true), std::nullopt) << pattern;
}

RC_GTEST_PROP(Pattern, AnyTextIsReadToAnEnd, (const std::string& pattern)) {
  const auto text = text_for_pattern("[a(" + pattern, {1, 0}, true);
  RC_ASSERT(!text || text->size() <= 2000);
}

}  // namespace
}  // namespace windlass::populate
