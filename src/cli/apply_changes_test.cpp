#include "cli/apply_changes.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/file.h"

namespace windlass::cli {
namespace {

class ApplyChanges : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = *base::make_private_folder(std::filesystem::temp_directory_path(), "windlass-apply-");
    for (const char* name : {"a.py", "b.py"}) ASSERT_TRUE(base::write_file(folder_ / name, "old\n"));
  }
  void TearDown() override { (void)base::remove_tree(folder_); }
  std::string text(const char* name) { return base::read_file(folder_ / name).value_or("?"); }
  std::filesystem::path folder_;
  const std::vector<fix::FileChange> changes_ = {{"a.py", "old\n", "new\n", {}},
                                                 {"b.py", "old\n", "newer\n", {}}};
};

TEST_F(ApplyChanges, AllOrNone) {
  ASSERT_TRUE(base::write_file(folder_ / "b.py", "changed meanwhile\n"));
  const auto refused = apply_changes(folder_, changes_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().on, "b.py");
  EXPECT_EQ(text("a.py"), "old\n");
  ASSERT_TRUE(base::write_file(folder_ / "b.py", "old\n"));
  ASSERT_TRUE(apply_changes(folder_, changes_));
  EXPECT_EQ(text("a.py"), "new\n");
  EXPECT_EQ(text("b.py"), "newer\n");
}

TEST_F(ApplyChanges, MakesANewFileWhereThereIsNone) {
  std::vector<fix::FileChange> changes = changes_;
  changes.push_back({"c.py", "", "made\n", {}, true});
  ASSERT_TRUE(base::write_file(folder_ / "c.py", "somebody's\n"));
  EXPECT_FALSE(apply_changes(folder_, changes));
  EXPECT_EQ(text("a.py"), "old\n");
  EXPECT_EQ(text("c.py"), "somebody's\n");
  std::filesystem::remove(folder_ / "c.py");
  ASSERT_TRUE(apply_changes(folder_, changes));
  EXPECT_EQ(text("a.py"), "new\n");
  EXPECT_EQ(text("c.py"), "made\n");
}

TEST_F(ApplyChanges, NotThroughALink) {
  std::filesystem::rename(folder_ / "b.py", folder_ / "c.py");
  std::filesystem::create_symlink(folder_ / "c.py", folder_ / "b.py");
  EXPECT_FALSE(apply_changes(folder_, changes_));
  EXPECT_EQ(text("a.py"), "old\n");
  EXPECT_EQ(text("c.py"), "old\n");
  EXPECT_FALSE(apply_changes(folder_, {{"../b.py", "old\n", "new\n", {}}}));
}

TEST_F(ApplyChanges, KeepsTheMode) {
  ASSERT_EQ(::chmod((folder_ / "a.py").c_str(), 0751), 0);
  ASSERT_TRUE(apply_changes(folder_, changes_));
  struct stat status {};
  ASSERT_EQ(::stat((folder_ / "a.py").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0751U);
}

}  // namespace
}  // namespace windlass::cli
