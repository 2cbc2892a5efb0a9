#include "diagnose/explain.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "base/text.h"
#include "diagnose/rules.h"

namespace windlass::diagnose {
namespace {

TEST(Explain, EveryCodeHasAPageWithItsFiveParts) {
  ASSERT_GT(finding_codes().size(), 50u);
  for (const std::string& code : finding_codes()) {
    const std::string_view page = explain_page(code);
    ASSERT_FALSE(page.empty()) << code;
    for (const char* heading : {"## What it means", "## Why it happens", "## How to be sure",
                                "## How to mend it", "## What not to do"})
      EXPECT_TRUE(base::contains(page, heading)) << code << " lacks " << heading;
    // A page that serves several codes must name each of them that has no page of its own name.
    if (page_of(code) != code && page_of(code) != "object-created-twice") {
      EXPECT_TRUE(base::contains(page, code) || base::contains(code, "several-bases")) << code;
    }
  }
}

TEST(Explain, EveryPageBelongsToSomeCode) {
  std::set<std::string> used;
  for (const std::string& code : finding_codes()) used.insert(std::string(page_of(code)) + ".md");
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(WINDLASS_SOURCE_ROOT) / "docs/findings"))
    EXPECT_TRUE(used.contains(entry.path().filename().string())) << entry.path();
}

TEST(Explain, PagesCanBeAskedForByTheirOwnName) {
  EXPECT_EQ(explain_page("second-connection"), explain_page("second-connection-deadlock"));
  EXPECT_TRUE(explain_page("no-such-code").empty());
  EXPECT_TRUE(explain_page("").empty());
}

TEST(Explain, CodesAreKebabCase) {
  for (const std::string& code : finding_codes())
    EXPECT_EQ(code.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), std::string::npos) << code;
}

}  // namespace
}  // namespace windlass::diagnose
