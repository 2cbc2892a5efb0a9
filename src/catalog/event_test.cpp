#include "catalog/event.h"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <string>

namespace windlass::catalog {

namespace {

const char* const kReport =
    R"({"stamp":20,"previous":10,"trigger":"ddl_command_end","tag":"CREATE TABLE",)"
    R"("groups":["1259:1:0"],)"
    R"("facts":[["table","public.t",{"owner":"me", "access":"x"},"1259:1:0","1259:1:0"]]})";

TEST(EventTest, ReadsAReport) {
  const auto event = parse_event(kReport);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->stamp, 20);
  EXPECT_EQ(event->previous, 10);
  EXPECT_EQ(event->trigger, "ddl_command_end");
  ASSERT_EQ(event->facts.size(), 1u);
  EXPECT_EQ(event->facts[0].definition, R"({"access":"x","owner":"me"})");
  EXPECT_EQ(event->groups, std::vector<std::string>{"1259:1:0"});
}

TEST(EventTest, ReadsBase64WithLineEnds) {
  // {"stamp":1,"trigger":"sql_drop","tag":"DROP","dropped":[["table
  // column","s","c","s.t.c","1:2:3",["s","t","é"]]]}
  const auto event = parse_event(
      "eyJzdGFtcCI6MSwidHJpZ2dlciI6InNxbF9kcm9wIiwidGFnIjoiRFJPUCIsImRyb3BwZWQiOltb\n"
      "InRhYmxlIGNvbHVtbiIsInMiLCJjIiwicy50LmMiLCIxOjI6MyIsWyJzIiwidCIsIsOpIl1dXX0=");
  ASSERT_TRUE(event);
  ASSERT_EQ(event->dropped.size(), 1u);
  EXPECT_EQ(event->dropped[0], (Object{"column", "s.t.é"}));
  EXPECT_EQ(event->dropped_ids[0], "1:2:3");
}

TEST(EventTest, RefusesWhatIsNoReport) {
  for (const char* text : {"", "{", "[]", "{}", "!", "null", R"({"trigger":"sql_drop"})"})
    EXPECT_FALSE(parse_event(text)) << text;
}

TEST(EventTest, TellsWhatWentWrongInTheTrigger) {
  const auto event =
      parse_event(R"({"stamp":1,"trigger":"sql_drop","tag":"DROP TABLE","error":"XX000: oh"})");
  ASSERT_FALSE(event);
  EXPECT_EQ(event.error().got, "XX000: oh");
}

TEST(EventTest, SurvivesAnyBytes) {
  rc::check("a damaged report is read or refused", [](const std::string& bytes, unsigned place) {
    std::string text = kReport;
    text.replace(place % text.size(), bytes.size() % 8, bytes);
    static_cast<void>(parse_event(text));
    static_cast<void>(parse_event(bytes));
  });
}

}  // namespace

}  // namespace windlass::catalog
