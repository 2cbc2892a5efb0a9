// Partitions that come and go: what is planned beside the table itself.
#include <gtest/gtest.h>

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

const std::map<std::string, Named> kNamed = {{"1259:1:0", {"table", "public.p"}},
                                             {"1259:2:0", {"table", "public.q"}},
                                             {"1259:3:0", {"table", "public.d"}}};

Fact parent() {
  return fact("table", "public.p", R"j({"partitioned_by":"RANGE (x)"})j", "1259:1:0", "1259:1:0");
}
Fact part() {
  return fact("table", "public.q", R"j({"parents":["public.p"],"partition":"FOR VALUES FROM (1) TO (2)"})j",
              "1259:2:0", "1259:2:0");
}
Fact rest() {
  return fact("table", "public.d", R"j({"parents":["public.p"],"partition":"DEFAULT"})j", "1259:3:0",
              "1259:3:0");
}

Schema schema(std::vector<Fact> facts) {
  Snapshot snapshot;
  snapshot.facts = std::move(facts);
  snapshot.sort();
  return Schema(
      std::move(snapshot), 15, kNamed,
      {{"1259:2", "TABLE", "q", "public", {"CREATE TABLE public.q (x integer)"}},
       {"0:0", "TABLE ATTACH", "q", "public", {"ALTER TABLE ONLY public.p ATTACH PARTITION public.q"}}});
}

std::vector<Step> planned(const Schema& a, const Schema& b) {
  return plan(a, b, catalog::compare(a.snapshot(), b.snapshot()));
}

TEST(Partitions, RowsOfTheDefaultOneRefuseANewOne) {
  const std::vector<Step> steps = planned(schema({parent(), rest()}), schema({parent(), rest(), part()}));
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps[1].statements.front(), "ALTER TABLE ONLY public.p ATTACH PARTITION public.q");
  EXPECT_EQ(steps[1].refused_by, "rows of the default partition that belong into it");
}

TEST(Partitions, WithoutADefaultOneNothingRefusesANewOne) {
  const std::vector<Step> steps = planned(schema({parent()}), schema({parent(), part()}));
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps[1].refused_by, "");
}

TEST(Partitions, OneThatAForeignKeySeesIsDetachedFirst) {
  const Fact key =
      fact("constraint", "public.t.k", R"j({"definition":"FOREIGN KEY (x) REFERENCES public.p(x)"})j",
           "2606:9:0", "1259:8:0");
  const std::vector<Step> steps = planned(schema({parent(), part(), key}), schema({parent(), key}));
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].statements, (std::vector<std::string>{"ALTER TABLE public.p DETACH PARTITION public.q",
                                                           "DROP TABLE public.q"}));
  EXPECT_EQ(steps[0].loses, "all rows of public.q");
}

TEST(Partitions, OneThatNoneSeesIsDropped) {
  const std::vector<Step> steps = planned(schema({parent(), part()}), schema({parent()}));
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].statements, std::vector<std::string>{"DROP TABLE public.q"});
}

}  // namespace

}  // namespace windlass::ddl
