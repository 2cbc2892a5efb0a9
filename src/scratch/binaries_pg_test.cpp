// Finding server binaries, with those of this machine and with made-up ones.
#include "scratch/binaries.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "base/text.h"
#include "scratch/bundle.h"
#include "scratch/test_support.h"

namespace windlass::scratch {
namespace {

namespace fs = std::filesystem;

/// A bin folder whose postgres says it is `version`.
fs::path fake(const fs::path& bindir, const std::string& version) {
  fs::create_directories(bindir);
  for (const char* name : {"postgres", "initdb"}) {
    std::ofstream(bindir / name) << "#!/bin/sh\necho 'postgres (PostgreSQL) " << version << " (Fake 1)'\n";
    ::chmod((bindir / name).c_str(), 0755);
  }
  return bindir;
}

FindOptions only(const fs::path& root, const std::string& path = "/nowhere") {
  FindOptions options;
  options.environment = {"PATH=" + path};
  options.distribution_folders = {(root / "*" / "bin").string()};
  return options;
}

class BinariesTest : public testing::Test {
 protected:
  // The server's user must be able to enter.
  void SetUp() override { ::chmod(folder_.path().c_str(), 0755); }
  TestFolder folder_;
};

TEST_F(BinariesTest, OfThisMachine) {
  const auto found = test_binaries();
  ASSERT_TRUE(found) << base::describe(found.error());
  EXPECT_GE(found->major, kOldestMajor);
  FindOptions options;
  options.environment = base::current_environment();
  base::unset_environment(options.environment, "PG_BINDIR");
  options.requested = found->bindir.string();
  EXPECT_EQ(find_binaries(options)->found_by, "--postgres");
  options.requested = found->bindir.parent_path().string();
  EXPECT_EQ(find_binaries(options)->bindir, found->bindir);
}

TEST_F(BinariesTest, TheNewestWinsAndNumbersAreNumbers) {
  fake(folder_.path() / "a" / "bin", "14.2");
  fake(folder_.path() / "b" / "bin", "15.9");
  fake(folder_.path() / "c" / "bin", "15.10");
  fake(folder_.path() / "d" / "bin", "9.6.24");
  const auto search = search_binaries(only(folder_.path()));
  ASSERT_TRUE(search);
  ASSERT_TRUE(search->chosen);
  EXPECT_EQ(search->chosen->version, "15.10");
  EXPECT_EQ(search->chosen->major, 15);
  EXPECT_EQ(search->chosen->found_by, "distribution folder");
  ASSERT_EQ(search->candidates.size(), 4U);
  for (const Candidate& candidate : search->candidates)
    EXPECT_EQ(candidate.rejected.empty(), candidate.version == "15.10") << candidate.rejected;
  EXPECT_TRUE(base::contains(search->candidates[3].rejected, "too old")) << search->candidates[3].rejected;
}

TEST_F(BinariesTest, ByVersion) {
  fake(folder_.path() / "a" / "bin", "14.2");
  fake(folder_.path() / "b" / "bin", "15.9");
  fake(folder_.path() / "c" / "bin", "18beta2");
  FindOptions options = only(folder_.path());
  for (const auto& [wanted, version] : std::vector<std::pair<std::string, std::string>>{
           {"14", "14.2"}, {"14.2", "14.2"}, {"15", "15.9"}, {"18", "18beta2"}}) {
    options.requested = wanted;
    const auto found = find_binaries(options);
    ASSERT_TRUE(found) << base::describe(found.error());
    EXPECT_EQ(found->version, version);
  }
  for (const char* absent : {"16", "14.3", "1"}) {
    options.requested = absent;
    const auto found = find_binaries(options);
    ASSERT_FALSE(found) << absent;
    EXPECT_EQ(found.error().exit, base::Exit::CouldNotLook);
    EXPECT_TRUE(base::contains(found.error().got, "it is version 15.9, not ")) << found.error().got;
  }
}

TEST_F(BinariesTest, NamedOnesAreTakenOrRefused) {
  fake(folder_.path() / "new" / "bin", "17.1");
  fake(folder_.path() / "elsewhere", "15.1");
  FindOptions options = only(folder_.path());
  base::set_environment(options.environment, "PG_BINDIR", (folder_.path() / "elsewhere").string());
  EXPECT_EQ(find_binaries(options)->version, "15.1");
  EXPECT_EQ(find_binaries(options)->found_by, "PG_BINDIR");

  fs::create_directories(folder_.path() / "empty");
  base::set_environment(options.environment, "PG_BINDIR", (folder_.path() / "empty").string());
  EXPECT_FALSE(find_binaries(options)) << "a wrong PG_BINDIR must not go unnoticed";
  options.requested = (folder_.path() / "no such folder").string();
  EXPECT_EQ(find_binaries(options).error().exit, base::Exit::Usage);
}

TEST_F(BinariesTest, NoneAtAllSaysHowToInstall) {
  const auto found = find_binaries(only(folder_.path()));
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().exit, base::Exit::CouldNotLook);
  for (const char* word : {"apt-get install postgresql", "dnf install", "brew install", "--scratch-url"})
    EXPECT_TRUE(base::contains(found.error().hint, word)) << found.error().hint;
}

TEST_F(BinariesTest, ThroughPathAndLinks) {
  fake(folder_.path() / "real", "16.1");
  fs::create_directories(folder_.path() / "links");
  fs::create_symlink(folder_.path() / "real" / "postgres", folder_.path() / "links" / "postgres");
  FindOptions options = only(folder_.path() / "none", (folder_.path() / "links").string());
  const auto found = find_binaries(options);
  ASSERT_TRUE(found) << base::describe(found.error());
  EXPECT_EQ(found->found_by, "PATH");
  EXPECT_EQ(found->bindir, fs::canonical(folder_.path() / "real"));
}

TEST_F(BinariesTest, AFolderTheServersUserCannotEnterIsRefusedNow) {
  if (::geteuid() != 0) return;  // then the server's user is the caller
  fake(folder_.path() / "closed" / "bin", "16.1");
  ::chmod((folder_.path() / "closed").c_str(), 0700);
  FindOptions options = only(folder_.path() / "none");
  options.requested = (folder_.path() / "closed" / "bin").string();
  const auto found = find_binaries(options);
  ASSERT_FALSE(found);
  const std::string closed = fs::canonical(folder_.path() / "closed").string();
  for (const std::string& words :
       {"user " + server_user()->name, "may not enter " + closed + ":", "`chmod o+x " + closed + "`"})
    EXPECT_TRUE(base::contains(found.error().got, words)) << found.error().got;

  // Where every folder is open it is the program itself.
  ::chmod((folder_.path() / "closed").c_str(), 0755);
  ::chmod((folder_.path() / "closed" / "bin" / "postgres").c_str(), 0700);
  EXPECT_TRUE(base::contains(find_binaries(options).error().got, "cannot run it: Permission denied"))
      << find_binaries(options).error().got;
}

TEST_F(BinariesTest, ABundleGetsItsLinks) {
  const fs::path native = folder_.path() / "package" / "native";
  fake(native / "bin", "17.6");
  fs::create_directories(native / "lib");
  std::ofstream(native / "lib" / "libx.so.6.1") << "x";
  std::ofstream(native / "pg-symlinks.json")
      << R"([{"source":"native/lib/libx.so.6.1","target":"native/lib/libx.so.6"},
             { "source" : "native/lib/gone.so.1", "target" : "native/lib/gone.so" },
             {"source":"native/lib/libx.so.6.1","target":"native/../../../evil"},
             {"source":"/etc/passwd","target":"/etc/passwd2"}])";
  FindOptions options = only(folder_.path() / "none");
  for (const char* below :
       {"package", "package/", "package/native", "package/native/bin", "package/native/bin/"}) {
    options.requested = (folder_.path() / below).string();
    const auto found = find_binaries(options);
    ASSERT_TRUE(found) << base::describe(found.error());
    EXPECT_EQ(found->bindir, native / "bin");
    EXPECT_EQ(fs::read_symlink(native / "lib" / "libx.so.6"), "libx.so.6.1");
    fs::remove(native / "lib" / "libx.so.6");
  }
  EXPECT_FALSE(fs::exists(fs::symlink_status(native / "lib" / "gone.so")));
  EXPECT_FALSE(fs::exists(fs::symlink_status(folder_.path() / "evil")));
}

}  // namespace
}  // namespace windlass::scratch
