#include "run/project_copy.h"

#include <gtest/gtest.h>

#include <chrono>

#include "base/file.h"

namespace windlass::run {
namespace {

namespace fs = std::filesystem;

class ProjectCopyTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = *base::make_private_folder(fs::temp_directory_path(), "windlass-copy-");
    for (const char* file :
         {"repo/.git/HEAD", "repo/libs/a.py", "repo/api/alembic.ini", "repo/api/versions/1.py",
          "repo/api/node_modules/x.js", "repo/api/.venv/pyvenv.cfg", "repo/target/CACHEDIR.TAG",
          "repo/build/dev/CMakeCache.txt", "repo/api/__pycache__/a.pyc"}) {
      fs::create_directories((folder_ / file).parent_path());
      ASSERT_TRUE(base::write_file(folder_ / file, file));
    }
    fs::create_symlink("versions", folder_ / "repo/api/linked");
    fs::create_directory(folder_ / "to");
  }
  void TearDown() override { (void)base::remove_tree(folder_); }
  fs::path folder_;
};

TEST_F(ProjectCopyTest, IsOfTheWholeRepositoryButForWhatIsNoSource) {
  const auto copy = ProjectCopy::make(folder_ / "repo/api", folder_ / "to");
  ASSERT_TRUE(copy) << copy.error().got;
  EXPECT_EQ(copy->project(), folder_ / "to/repo/api");
  EXPECT_TRUE(fs::exists(folder_ / "to/repo/libs/a.py"));
  EXPECT_TRUE(fs::exists(folder_ / "to/repo/api/versions/1.py"));
  EXPECT_TRUE(fs::is_symlink(folder_ / "to/repo/api/.venv"));
  EXPECT_TRUE(fs::is_symlink(folder_ / "to/repo/api/linked"));
  EXPECT_TRUE(fs::is_symlink(folder_ / "to/repo/target"));
  EXPECT_TRUE(fs::is_symlink(folder_ / "to/repo/build/dev"));
  for (const char* gone : {".git", "api/node_modules", "api/__pycache__"})
    EXPECT_FALSE(fs::exists(folder_ / "to/repo" / gone)) << gone;
  EXPECT_EQ(copy->in_copy(folder_ / "repo/libs"), folder_ / "to/repo/libs");
  EXPECT_EQ(copy->in_copy("/elsewhere"), "/elsewhere");
}

TEST_F(ProjectCopyTest, IsWrittenToAndNothingElse) {
  auto copy = ProjectCopy::make(folder_ / "repo/api", folder_ / "to");
  ASSERT_TRUE(copy);
  ASSERT_TRUE(copy->write("versions/1.py", "new"));
  const auto first = fs::last_write_time(folder_ / "to/repo/api/versions/1.py");
  ASSERT_TRUE(copy->write("versions/1.py", "wen"));
  EXPECT_GE(fs::last_write_time(folder_ / "to/repo/api/versions/1.py") - first, std::chrono::seconds(1));
  EXPECT_EQ(base::read_file(folder_ / "repo/api/versions/1.py").value_or(""), "repo/api/versions/1.py");
  for (const char* file : {"linked/1.py", ".venv/pyvenv.cfg", "../../../x.py", "/x.py"})
    EXPECT_FALSE(copy->write(file, "x")) << file;
}

}  // namespace
}  // namespace windlass::run
