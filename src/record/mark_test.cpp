#include "record/mark.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace windlass::record {
namespace {

TEST(Mark, ReadsEveryField) {
  const Source source = parse_mark("r=008;f=versions/a~20b~7E.py;l=12;c=5;o=create_table;e=auto");
  EXPECT_EQ(source.revision, "008");
  EXPECT_EQ(source.location, (base::Location{"versions/a b~.py", 12, 5}));
  EXPECT_EQ(source.operation, "create_table");
  EXPECT_EQ(source.emitted, "auto");
}

TEST(Mark, ReadsThePlaceOfAHelper) {
  const Source source = parse_mark("f=versions/a.py;l=12;c=5;h=app/db.py;i=9;j=3;o=execute");
  EXPECT_EQ(source.location, (base::Location{"versions/a.py", 12, 5}));
  EXPECT_EQ(source.helper, (base::Location{"app/db.py", 9, 3}));
}

TEST(Mark, TakesWhatIsMissingOrBrokenAsUnknown) {
  EXPECT_EQ(parse_mark("").location.file, "");
  EXPECT_EQ(parse_mark(";;;=;x;l=abc;l=-4;f=a~2").location, (base::Location{"a~2", 0, 0}));
}

TEST(Mark, TakesOffEachMarkOfTheRunAndNoOther) {
  const MarkReader reader("tok");
  const auto stripped = reader.strip("/*wl:tok;r=1*/SELECT 1; /*wl:tok;r=2*/SELECT 2 /*wl:other;r=3*/");
  EXPECT_EQ(stripped.text, "SELECT 1; SELECT 2 /*wl:other;r=3*/");
  ASSERT_EQ(stripped.marks.size(), 2u);
  EXPECT_EQ(stripped.marks[0].first, 0u);
  EXPECT_EQ(stripped.marks[1].first, 10u);
  EXPECT_EQ(stripped.marks[1].second.revision, "2");
}

TEST(Mark, LeavesAnUnendedMark) {
  const MarkReader reader("tok");
  EXPECT_EQ(reader.strip("SELECT 1 /*wl:tok;r=1").text, "SELECT 1 /*wl:tok;r=1");
  EXPECT_TRUE(reader.strip("SELECT 1 /*wl:tok;r=1").marks.empty());
}

TEST(Mark, WithoutATokenNothingIsAMark) {
  const MarkReader reader("");
  EXPECT_FALSE(reader.any("/*wl:;r=1*/SELECT 1"));
  EXPECT_EQ(reader.strip("/*wl:;r=1*/SELECT 1").text, "/*wl:;r=1*/SELECT 1");
}

TEST(Mark, AnyTextAroundMarksIsKept) {
  EXPECT_TRUE(rc::check([](const std::vector<std::string>& parts) {
    const MarkReader reader("tok");
    std::string marked, plain;
    for (const std::string& part : parts) {
      marked += part + "\n/*wl:tok;r=x;l=1*/";
      plain += part;
    }
    const auto stripped = reader.strip(marked);
    RC_ASSERT(stripped.text == plain);
    RC_ASSERT(stripped.marks.size() == parts.size());
  }));
}

}  // namespace
}  // namespace windlass::record
