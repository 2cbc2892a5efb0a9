#include "base/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <future>

namespace windlass::base {
namespace {

namespace fs = std::filesystem;

class FileTest : public testing::Test {
 protected:
  void SetUp() override { folder_ = *make_private_folder(fs::temp_directory_path(), "windlass-file-"); }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path folder_;
};

TEST_F(FileTest, APipeIsWrittenToAndStaysAPipe) {
  // What `--output /dev/null` must never do, as root above all: put a file in the place of the device.
  const fs::path pipe = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  auto reader = std::async(std::launch::async, [&] { return read_file(pipe); });
  ASSERT_TRUE(write_file(pipe, "through the pipe"));
  EXPECT_EQ(reader.get().value_or(""), "through the pipe");
  EXPECT_TRUE(fs::is_fifo(pipe));
}

TEST_F(FileTest, ALinkIsFollowed) {
  ASSERT_TRUE(write_file(folder_ / "real", "one"));
  fs::create_symlink("real", folder_ / "link");
  ASSERT_TRUE(write_file(folder_ / "link", "two"));
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_EQ(*read_file(folder_ / "real"), "two");
}

TEST_F(FileTest, AFileThatIsReplacedKeepsItsMode) {
  ASSERT_TRUE(write_file(folder_ / "secret", "one", 0600));
  ASSERT_TRUE(write_file(folder_ / "secret", "two"));
  EXPECT_EQ(fs::status(folder_ / "secret").permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

}  // namespace
}  // namespace windlass::base
