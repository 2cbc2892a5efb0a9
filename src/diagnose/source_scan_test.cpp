#include "diagnose/source_scan.h"

#include <gtest/gtest.h>

namespace windlass::diagnose {

namespace {

TEST(EndOfCall, IsWhereItsBracketCloses) {
  const std::string source = "x = 1\nop.create_table(\n    \"a)\",\n    b(1),\n)\ny(2)\n";
  EXPECT_EQ(end_of_call(source, 2), 5);
  EXPECT_EQ(end_of_call(source, 6), 6);
  EXPECT_EQ(end_of_call(source, 1), 1);
  EXPECT_EQ(end_of_call("f(\n1", 1), 1);
}

}  // namespace

}  // namespace windlass::diagnose
