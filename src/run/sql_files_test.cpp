#include "run/sql_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <sys/stat.h>
#include <algorithm>

#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "run/sql_source.h"

namespace windlass::run {
namespace {

using ::testing::ElementsAre;
using Kind = GivenFile::Kind;

class SqlFilesTest : public ::testing::Test {
 protected:
  SqlFilesTest() : folder_(base::make_private_folder("/tmp", "sql-files-").value()) {}
  ~SqlFilesTest() override { base::remove_tree(folder_); }
  std::string file(const std::string& name, std::string_view text) {
    const auto path = folder_ / name;
    std::filesystem::create_directories(path.parent_path());
    EXPECT_TRUE(base::write_file(path, text));
    return path.string();
  }
  Kind kind(const std::string& name) {
    const auto given = look_at_file(name);
    EXPECT_TRUE(given) << base::describe(given.error());
    return given ? given->kind : Kind::Sql;
  }
  std::string refused(const std::string& name) {
    const auto given = look_at_file(name);
    return given ? "" : given.error().got;
  }

  std::filesystem::path folder_;
};

TEST_F(SqlFilesTest, WhatAFileIs) {
  EXPECT_EQ(kind(file("a.sql", "SELECT 1;")), Kind::Sql);
  EXPECT_EQ(kind(file("nothing.sql", "-- nothing")), Kind::Sql);
  EXPECT_EQ(refused(file("empty.sql", "")), "it is empty");
  EXPECT_EQ(kind(file("kept", "\n {\"schema\":")), Kind::Snapshot);
  EXPECT_EQ(kind(file("a.json", "nothing of the kind")), Kind::Snapshot);
  EXPECT_EQ(kind(file("a.dump", "PGDMP\x01\x0e")), Kind::Archive);
  std::string tar(1024, '\0');
  tar.replace(0, 7, "toc.dat").replace(257, 5, "ustar");
  EXPECT_EQ(kind(file("a.tar", tar)), Kind::Archive);
  file("dumped/toc.dat", "PGDMP");
  EXPECT_EQ(kind((folder_ / "dumped").string()), Kind::Archive);
  EXPECT_EQ(kind(folder_.string()), Kind::Folder);
  EXPECT_EQ(refused(file("a.gz", "\x1f\x8b\x08")), "it is compressed (gzip)");
  EXPECT_EQ(refused(file("u.sql", std::string_view("\xff\xfeS\0", 4))), "it is written in UTF-16");
  EXPECT_EQ(refused(file("app.db", "SQLite format 3")), "it is a database of SQLite");
}

TEST_F(SqlFilesTest, OfAPipeACopyIsRead) {
  const std::string pipe = (folder_ / "pipe").string();
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  base::ProcessOptions writer;
  writer.arguments = {"/bin/sh", "-c", "echo 'SELECT 1;' > " + pipe};
  base::Process process = base::Process::start(writer).value();
  std::filesystem::path copy;
  {
    const auto given = look_at_file(pipe);
    ASSERT_TRUE(given);
    EXPECT_EQ(given->kind, Kind::Sql);
    EXPECT_EQ(given->name, pipe);
    EXPECT_EQ(base::read_file(given->path).value(), "SELECT 1;\n");
    copy = given->path;
  }
  EXPECT_FALSE(std::filesystem::exists(copy));
}

TEST_F(SqlFilesTest, AFolderInItsOrder) {
  for (const char* name : {"V10__c.sql", "V2__b.SQL", "V1__a.sql", ".hidden.sql", "notes.txt", "3.up.sql",
                           "3.down.sql", "4.down.sql", "more/x.sql"})
    file(std::string("all/") + name, "");
  const auto files = sql_files(look_at_file((folder_ / "all").string()).value(), {}, {});
  ASSERT_TRUE(files);
  std::vector<std::string> names;
  for (const SqlFile& each : files->files) names.push_back(each.path.filename().string());
  EXPECT_THAT(names, ElementsAre("3.up.sql", "4.down.sql", "V1__a.sql", "V2__b.SQL", "V10__c.sql"));
  EXPECT_THAT(files->remarks, ElementsAre("1 file *.down.sql, which stand beside *.up.sql, were left out.",
                                          "Folders in it were not looked into: more."));
  const auto none = sql_files(look_at_file((folder_ / "all").string() + "/more/..").value(), {}, {});
  EXPECT_TRUE(none);
  std::filesystem::create_directories(folder_ / "nothing" / "here");
  const auto empty = sql_files(look_at_file((folder_ / "nothing").string()).value(), {}, {});
  ASSERT_FALSE(empty);
  EXPECT_EQ(empty.error().got, "there is no file *.sql in it");
}

TEST_F(SqlFilesTest, AnArchiveWithoutPgRestore) {
  const auto files = sql_files(look_at_file(file("a.dump", "PGDMP")).value(), {}, {"PATH=/nowhere"});
  ASSERT_FALSE(files);
  EXPECT_TRUE(base::contains(files.error().got, "pg_restore")) << files.error().got;
  EXPECT_TRUE(base::contains(files.error().hint, "pg_dump -Fp")) << files.error().hint;
}

TEST(NaturalOrder, NumbersAsNumbers) {
  std::vector<std::string> names = {"b", "a10", "a9", "a09", "a", "a1b2", "a1b10", "20240101_x", "3", "A"};
  std::sort(names.begin(), names.end(), natural_less);
  EXPECT_THAT(names, ElementsAre("3", "20240101_x", "A", "a", "a1b2", "a1b10", "a09", "a9", "a10", "b"));
  std::vector<std::string> versions = {"V1.10__d.sql", "V1.2__c.sql", "V1__a.sql",
                                       "V2.sql",       "V1.1.sql",    "V1.sql"};
  std::sort(versions.begin(), versions.end(), natural_less);
  EXPECT_THAT(versions,
              ElementsAre("V1.sql", "V1__a.sql", "V1.1.sql", "V1.2__c.sql", "V1.10__d.sql", "V2.sql"));
}

TEST(NaturalOrder, IsOne) {
  EXPECT_TRUE(rc::check([] {
    const auto name = rc::gen::container<std::string>(rc::gen::elementOf(std::string("019ab._")));
    const std::string a = *name, b = *name, c = *name;
    RC_ASSERT(!natural_less(a, a));
    RC_ASSERT(a == b || natural_less(a, b) != natural_less(b, a));
    if (natural_less(a, b) && natural_less(b, c)) RC_ASSERT(natural_less(a, c));
  }));
}

TEST_F(SqlFilesTest, LinesAndRowsThatArePassedOver) {
  const std::string rows(200'000, 'x');
  auto source = SqlSource::open(file("a.sql",
                                     "\xef\xbb\xbf"
                                     "COPY t FROM stdin;\n1\t\\.\n" +
                                         rows + "\n\\.\r\nSELECT 1"),
                                "a.sql")
                    .value();
  std::string line;
  EXPECT_TRUE(source.next(line).value());
  EXPECT_EQ(line, "COPY t FROM stdin;\n");
  EXPECT_TRUE(source.pass_over_rows());
  EXPECT_TRUE(source.next(line).value());
  EXPECT_EQ(line, "SELECT 1");
  EXPECT_EQ(source.number(), 5u);
  EXPECT_FALSE(source.next(line).value());
  auto binary = SqlSource::open(file("b.sql", std::string_view("SELECT 1;\n\0", 11)), "b.sql").value();
  EXPECT_TRUE(binary.next(line).value());
  const auto nul = binary.next(line);
  ASSERT_FALSE(nul);
  EXPECT_EQ(nul.error().on, "b.sql:2");
}

}  // namespace
}  // namespace windlass::run
