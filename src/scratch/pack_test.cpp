// Packing and unpacking, and packs that are damaged or made to do harm.
#include "scratch/pack.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdint>
#include <cstring>
#include <fstream>

#include "base/file.h"
#include "base/unique_fd.h"

namespace windlass::scratch {
namespace {

namespace fs = std::filesystem;

class Pack : public testing::Test {
 protected:
  Pack() : root_(base::make_private_folder("/tmp", "pack-test-").value()) {}
  ~Pack() override { base::remove_tree(root_); }

  base::UniqueFd written(const std::string& bytes) {
    const fs::path path = root_ / fmt::format("pack{}", ++count_);
    std::ofstream(path, std::ios::binary) << bytes;
    return base::UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  }
  static std::string pack_of(const std::string& index, const std::string& contents) {
    const uint64_t numbers[2] = {32 + index.size() + contents.size(), index.size()};
    std::string bytes = "windlass-pack-2\n";
    bytes.append(reinterpret_cast<const char*>(numbers), 16);
    return bytes + index + contents;
  }

  fs::path root_;
  int count_ = 0;
};

TEST_F(Pack, ComesBackAsItWas) {
  const fs::path from = root_ / "from";
  fs::create_directories(from / "a b" / "c");
  fs::create_directories(from / "left out");
  const std::string large(700000, 'x');
  const std::vector<std::pair<std::string, std::string>> files = {
      {"empty", ""},
      {"a b/c/zeros", std::string(20000, '\0')},
      {"a b/large", large + std::string(5000, '\0')},
      {"text", "hello\n"}};
  for (const auto& [name, bytes] : files) std::ofstream(from / name, std::ios::binary) << bytes;
  std::ofstream(from / "left out" / "file") << "x";
  const fs::path to = root_ / "pack";
  ASSERT_TRUE(write_pack(from, to,
                         {[](const std::string& path) { return path == "left out"; },
                          [](const std::string& path) { return path.starts_with("a b"); }}));
  EXPECT_LT(fs::file_size(to), large.size() + 1000);
  const base::UniqueFd fd(::open(to.c_str(), O_RDONLY | O_CLOEXEC));
  ASSERT_TRUE(is_pack(fd.get()));
  int calls = 0;
  const auto done = unpack(fd.get(), root_ / "copy", {}, [&]() -> base::Result<void> {
    ++calls;
    EXPECT_TRUE(fs::exists(root_ / "copy" / "text"));
    EXPECT_TRUE(fs::exists(root_ / "copy" / "a b" / "c"));
    EXPECT_FALSE(fs::exists(root_ / "copy" / "a b" / "large"));
    return {};
  });
  EXPECT_EQ(calls, 1);
  ASSERT_TRUE(done) << base::describe(done.error());
  for (const auto& [name, bytes] : files)
    EXPECT_EQ(base::read_file(root_ / "copy" / name).value(), bytes) << name;
  EXPECT_FALSE(fs::exists(root_ / "copy" / "left out"));
  struct stat info {};
  ::stat((root_ / "copy" / "text").c_str(), &info);
  EXPECT_EQ(info.st_mode & 0777, 0600U);
}

TEST_F(Pack, CutShortIsNoPack) {
  const std::string whole = pack_of("f 3 3 a\n", "abc");
  ASSERT_TRUE(is_pack(written(whole).get()));
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_FALSE(is_pack(written(whole.substr(0, size)).get())) << size;
  EXPECT_FALSE(is_pack(written(whole + "x").get()));
  std::string lying = whole;
  const uint64_t huge = ~uint64_t{0};
  std::memcpy(lying.data() + 24, &huge, 8);
  EXPECT_FALSE(is_pack(written(lying).get()));
}

TEST_F(Pack, NeverLeavesItsFolder) {
  for (const char* index : {"f 1 1 ../evil\n", "f 1 1 /tmp/evil\n", "d ..\n", "d a/../../b\n", "f 1 1 a//b\n",
                            "f 1 1 \n", "f 1\n", "f x 1 a\n", "g 1 1 a\n", "-\n-\n", "f 1 1 a", "\n",
                            "f 99999999999999999999999 1 a\n", "f 9 9 a\n"}) {
    const auto done = unpack(written(pack_of(index, "x")).get(), root_ / fmt::format("to{}", ++count_), {});
    // A last line without its end is read as one; all the others are refused.
    EXPECT_EQ(done.has_value(), std::string(index) == "f 1 1 a") << index;
  }
  EXPECT_FALSE(fs::exists(root_ / "evil"));
  EXPECT_FALSE(fs::exists(root_ / "b"));
}

}  // namespace
}  // namespace windlass::scratch
