#include "base/toml_text.h"

#include <gtest/gtest.h>

namespace windlass::base {
namespace {

TEST(TomlText, TellsAHeaderThatTheLibraryCannotBear) {
  EXPECT_EQ(line_of_bad_toml_header("a = 1\n[[[1]]]\n"), 2);
  EXPECT_EQ(line_of_bad_toml_header("[[="), 1);
  EXPECT_EQ(line_of_bad_toml_header("  [[ \n"), 1);
  EXPECT_EQ(line_of_bad_toml_header("\n[\\a]"), 2);
  EXPECT_EQ(line_of_bad_toml_header("[[suppress]]\n[[ \"a\" ]]\n[check]\n[a.b]\na = [[1], [2]]\n"), 0);
  EXPECT_EQ(line_of_bad_toml_header(""), 0);
}

}  // namespace
}  // namespace windlass::base
