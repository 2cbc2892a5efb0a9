#include "catalog/owners.h"

#include <gtest/gtest.h>

namespace windlass::catalog {

namespace {

TEST(OwnersTest, OwnersAndTheirGrantsFollow) {
  std::vector<Fact> facts = {
      {{"table", "a.t"}, R"({"owner":"old"})", "1259:1:0", "1259:1:0"},
      {{"table", "a.u"}, R"({"owner":"other"})", "1259:2:0", "1259:2:0"},
      {{"privilege", "table a.t"}, R"(["=r/old","new=w/old","old=r*w/old"])", "a:1259:1:0", "acl:1259:1:0"},
      {{"privilege", "column a.t.i"}, R"(["\"O=d\"=r/old"])", "a:1259:1:1", "acl:1259:1:0"},
      {{"privilege", "table a.u"}, R"(["old=r/other"])", "a:1259:2:0", "acl:1259:2:0"}};
  reassign(facts, {"old"}, "new", {"1259:1:0"});
  EXPECT_EQ(facts[0].definition, R"({"owner":"new"})");
  EXPECT_EQ(facts[1].definition, R"({"owner":"other"})");
  EXPECT_EQ(facts[2].definition, R"(["=r/new","new=r*w/new"])");
  EXPECT_EQ(facts[3].definition, R"(["\"O=d\"=r/new"])");
  EXPECT_EQ(facts[4].definition, R"(["old=r/other"])");
}

}  // namespace

}  // namespace windlass::catalog
