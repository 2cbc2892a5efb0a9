// JUnit XML: which revision gets which outcome, and that any text can be carried.
#include "report/junit.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/text.h"
#include "report/test_report.h"

namespace windlass::report {
namespace {

class JunitTest : public ReportTest {
 protected:
  std::string xml() const { return check_junit(report_); }
  /// The element of one test case.
  std::string test_case(const std::string& name) const {
    const std::string all = xml();
    const size_t at = all.find("name=\"" + name + "\" ");
    return at == std::string::npos ? "" : all.substr(at, all.find("</testcase>", at) - at);
  }
};

TEST_F(JunitTest, ARevisionPassesFailsOrIsSkipped) {
  run_.revision("009", {"008"});
  EXPECT_FALSE(base::contains(test_case("007"), "<failure")) << xml();
  EXPECT_FALSE(base::contains(test_case("007"), "<skipped"));
  EXPECT_TRUE(base::contains(test_case("008"), "<failure message=\"Type &quot;mood&quot;"));
  EXPECT_TRUE(base::contains(test_case("008"), "type=\"type-created-twice\""));
  EXPECT_TRUE(base::contains(test_case("009"), "<skipped message=\"the run ended before it, in 008\"/>"));
  EXPECT_TRUE(base::contains(xml(), "tests=\"4\" failures=\"1\" errors=\"0\" skipped=\"1\"")) << xml();
}

TEST_F(JunitTest, SeveralFindingsOfARevisionAreOneFailure) {
  add("index-created-twice", "008");
  const std::string shown = test_case("008");
  EXPECT_TRUE(base::contains(shown, "(and 1 more)"));
  EXPECT_TRUE(base::contains(shown, "Cause of index-created-twice."));
  EXPECT_EQ(shown.find("<failure"), shown.rfind("<failure"));
}

TEST_F(JunitTest, WhatHasNoRevisionIsSaidOfTheChain) {
  add("several-heads", "");
  EXPECT_TRUE(base::contains(test_case("chain"), "<failure message=\"Cause of several-heads.\""));
}

TEST_F(JunitTest, WarningsFailOnlyWhereTheyAreAskedTo) {
  add("half-applied", "007").severity = diagnose::Severity::Warning;
  EXPECT_TRUE(base::contains(test_case("007"), "<system-out>warning half-applied"));
  EXPECT_FALSE(base::contains(test_case("007"), "<failure"));
  report_.fail_on = "warning";
  EXPECT_TRUE(base::contains(test_case("007"), "<failure"));
}

TEST_F(JunitTest, WhatIsSuppressedOrKnownIsNoFailure) {
  report_.findings[0].suppressed = {"config", "planned", {"windlass.toml", 1, 1}};
  EXPECT_FALSE(base::contains(xml(), "<failure"));
  EXPECT_TRUE(base::contains(test_case("008"), "(suppressed: planned)"));
  EXPECT_TRUE(base::contains(test_case("008"), "<skipped")) << "it did not pass either";
  report_.findings[0].suppressed.reset();
  report_.findings[0].known = true;
  EXPECT_FALSE(base::contains(xml(), "<failure"));
}

TEST_F(JunitTest, WhatCouldNotBeLookedAtIsAnError) {
  report_.findings[0].incomplete = true;
  report_.verdict = diagnose::Verdict::Incomplete;
  EXPECT_TRUE(base::contains(test_case("008"), "<error message="));
  EXPECT_TRUE(base::contains(test_case("chain"), "<error message=\"incomplete: "));
  EXPECT_TRUE(base::contains(xml(), "errors=\"2\""));
}

TEST_F(JunitTest, AnErrorOfWindlassIsACaseWithAnError) {
  const std::string shown = error_junit({"start", "<x>", "no", "", base::Exit::CouldNotLook});
  EXPECT_TRUE(base::contains(shown, "<error message=\"could not start (&lt;x&gt;): no\"")) << shown;
  EXPECT_TRUE(base::contains(shown, "errors=\"1\""));
}

TEST(Xml, CharactersThatMayNotStandThereAreReplaced) {
  EXPECT_EQ(xml_text("a\x1b\x01<&>\"\n\t"), "a\xef\xbf\xbd\xef\xbf\xbd&lt;&amp;&gt;&quot;\n\t");
  EXPECT_EQ(xml_text("\xef\xbf\xbf|\xef\xbf\xbe|\xff"), "\xef\xbf\xbd|\xef\xbf\xbd|\xef\xbf\xbd");
  EXPECT_EQ(xml_attribute("a\n\tb\r"), "a&#10;&#9;b&#13;");
}

RC_GTEST_PROP(XmlProperty, AnyTextIsCarriedWithoutWhatXmlForbids, (const std::string& text)) {
  const std::string shown = xml_text(text);
  RC_ASSERT(base::is_utf8(shown));
  for (const char c : shown) {
    RC_ASSERT(c == '\n' || c == '\t' || static_cast<unsigned char>(c) >= 0x20);
    RC_ASSERT(c != '<' && c != '>' && c != '"');
  }
}

}  // namespace
}  // namespace windlass::report
