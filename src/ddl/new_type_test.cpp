// Types that are made anew while columns have them, and what no server writes anew.
#include <gtest/gtest.h>

#include <algorithm>

#include "catalog/compare.h"
#include "ddl/plan.h"

namespace windlass::ddl {

namespace {

using catalog::Fact;
using catalog::Snapshot;

Fact fact(const std::string& kind, const std::string& name, const std::string& definition,
          const std::string& id, const std::string& group) {
  Fact made;
  made.object = {kind, name};
  made.definition = definition;
  made.id = id;
  made.group = group;
  return made;
}

const std::map<std::string, Named> kNamed = {{"1247:5:0", {"type", "public.size"}},
                                             {"1259:1:0", {"table", "public.box"}},
                                             {"1259:2:0", {"table", "public.\"Small\""}}};

Fact composite(const std::string& attributes) {
  return fact("type", "public.size", R"j({"attributes":)j" + attributes + R"j(,"is":"composite"})j",
              "1247:5:0", "1247:5:0");
}
const std::string kTwo = R"j([["wide","integer"],["high","integer"]])j";
const std::string kThree = R"j([["wide","integer"],["deep","text"],["high","integer"]])j";

Fact box(const std::string& definition = "{}") {
  return fact("table", "public.box", definition, "1259:1:0", "1259:1:0");
}
Fact column(const std::string& type) {
  return fact("column", "public.box.size", R"j({"type":")j" + type + R"j("})j", "1259:1:1", "1259:1:0");
}

Schema schema(std::vector<Fact> facts) {
  Snapshot snapshot;
  snapshot.facts = std::move(facts);
  snapshot.sort();
  return Schema(std::move(snapshot), 15, kNamed,
                {{"1247:5", "TYPE", "size", "public", {"CREATE TYPE public.size AS (b)"}}});
}

std::vector<Step> planned(const Schema& a, const Schema& b) {
  return plan(a, b, catalog::compare(a.snapshot(), b.snapshot()));
}

TEST(NewType, AnAttributeInBetweenIsOneOfANewType) {
  const std::vector<Step> steps = planned(schema({composite(kTwo), box(), column("public.size")}),
                                          schema({composite(kThree), box(), column("public.size")}));
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps[0].loses, "");
  EXPECT_FALSE(steps[0].last);
  EXPECT_EQ(steps[0].statements,
            (std::vector<std::string>{
                "ALTER TYPE public.size RENAME TO size_windlass_old", "CREATE TYPE public.size AS (b)",
                "ALTER TABLE public.box ALTER COLUMN size TYPE public.size USING CASE WHEN size IS DISTINCT "
                "FROM NULL THEN ROW((size).wide, NULL, (size).high)::public.size END",
                "DROP TYPE public.size_windlass_old"}));
  EXPECT_TRUE(steps[1].last);
  EXPECT_EQ(steps[1].loses, "what is in high of values of public.size");
  EXPECT_EQ(steps[1].statements,
            (std::vector<std::string>{"ALTER TYPE public.size DROP ATTRIBUTE high",
                                      "ALTER TYPE public.size ADD ATTRIBUTE deep text",
                                      "ALTER TYPE public.size ADD ATTRIBUTE high integer"}));
}

TEST(NewType, WithinArraysAnAttributeInBetweenLosesThoseBehindIt) {
  const std::vector<Step> steps = planned(schema({composite(kTwo), box(), column("public.size[]")}),
                                          schema({composite(kThree), box(), column("public.size[]")}));
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_TRUE(steps[0].last);
}

TEST(NewType, AnAttributeAtTheEndIsAdded) {
  const std::string behind = R"j([["wide","integer"],["high","integer"],["deep","text"]])j";
  const std::vector<Step> steps = planned(schema({composite(kTwo), box(), column("public.size")}),
                                          schema({composite(behind), box(), column("public.size")}));
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].statements, std::vector<std::string>{"ALTER TYPE public.size ADD ATTRIBUTE deep text"});
}

TEST(NewType, WhatGoesGoesBeforeTheRestIsPutInOrder) {
  const std::string other = R"j([["deep","text"],["wide","integer"]])j";
  const std::vector<Step> steps = planned(schema({composite(kTwo), box(), column("public.size")}),
                                          schema({composite(other), box(), column("public.size")}));
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].statements, std::vector<std::string>{"ALTER TYPE public.size DROP ATTRIBUTE high"});
  EXPECT_EQ(steps[0].loses, "what is in high of values of public.size");
}

TEST(CatalogTables, AreNoneWhileTheyAreWrittenAnew) {
  const auto table = [](const std::string& value) {
    return box(R"j({"options":["user_catalog_table=)j" + value + R"j("]})j");
  };
  const std::string change = "ALTER TABLE public.box ALTER COLUMN size TYPE integer";
  for (const char* on : {"true", "on", "yes", "1"}) {
    const std::vector<Step> steps =
        planned(schema({table(on), column("text")}), schema({table(on), column("integer")}));
    ASSERT_EQ(steps.size(), 1U);
    EXPECT_EQ(steps[0].statements, std::vector<std::string>{change});
    const std::vector<std::string> around = {
        "ALTER TABLE public.box SET (user_catalog_table=false)", change,
        std::string("ALTER TABLE public.box SET (user_catalog_table='") + on + "')"};
    EXPECT_NE(std::find(steps[0].instead.begin(), steps[0].instead.end(), around), steps[0].instead.end());
  }
  for (const char* off : {"false", "f", "off", "no", "0"})
    for (const Step& step :
         planned(schema({table(off), column("text")}), schema({table(off), column("integer")})))
      for (const std::vector<std::string>& way : step.instead) EXPECT_EQ(way.size(), 1U);
}

TEST(CatalogTables, AreFoundBelowTheTableThatIsAltered) {
  const Fact small =
      fact("table", "public.Small", R"j({"options":["user_catalog_table=true"],"parents":["public.box"]})j",
           "1259:2:0", "1259:2:0");
  const std::vector<Step> steps =
      planned(schema({small, box(), column("text")}), schema({small, box(), column("integer")}));
  ASSERT_EQ(steps.size(), 1U);
  ASSERT_FALSE(steps[0].instead.empty());
  EXPECT_EQ(steps[0].instead.back().front(), "ALTER TABLE public.\"Small\" SET (user_catalog_table=false)");
}

}  // namespace

}  // namespace windlass::ddl
