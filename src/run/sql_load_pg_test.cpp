// SQL loaded on a real server.
#include "run/sql_load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>

#include "base/file.h"
#include "base/text.h"
#include "catalog/compare.h"
#include "scratch/binaries.h"

namespace windlass::run {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SqlLoad : public ::testing::Test {
 protected:
  SqlLoad() : folder_(base::make_private_folder("/tmp", "sql-load-").value()) {
    settings_.place.environment = base::current_environment();
    base::set_environment(settings_.place.environment, "XDG_CACHE_HOME", (folder_ / "cache").string());
    scratch::FindOptions find;
    find.environment = settings_.place.environment;
    std::promise<base::Result<scratch::Binaries>> binaries;
    binaries.set_value(scratch::find_binaries(find));
    settings_.place.binaries = binaries.get_future().share();
    settings_.progress = [](const std::string&, size_t) {};
  }
  ~SqlLoad() override { base::remove_tree(folder_); }

  std::string file(const std::string& name, std::string_view text) {
    EXPECT_TRUE(base::write_file(folder_ / name, text));
    return (folder_ / name).string();
  }
  base::Result<LoadedSql> load_file(const std::string& name) {
    return load_sql(WINDLASS_TRY(look_at_file(name)), settings_);
  }
  LoadedSql load(std::string_view text) {
    auto done = load_file(file("a.sql", text));
    EXPECT_TRUE(done) << base::describe(done.error());
    return done ? *std::move(done) : LoadedSql();
  }
  /// "a.sql:3: what came back HINT: what to do".
  std::string refused(std::string_view text) {
    const auto done = load_file(file("a.sql", text));
    if (done) return "";
    EXPECT_EQ(done.error().exit, base::Exit::CouldNotLook);
    return std::filesystem::path(done.error().on).filename().string() + ": " + done.error().got +
           " HINT: " + done.error().hint;
  }
  /// The names of the facts of one kind.
  static std::vector<std::string> names(const LoadedSql& loaded, std::string_view kind) {
    std::vector<std::string> found;
    for (const catalog::Fact& fact : loaded.read.snapshot.facts)
      if (fact.object.kind == kind) found.push_back(fact.object.name);
    return found;
  }

  std::filesystem::path folder_;
  SqlLoadSettings settings_;
};

TEST_F(SqlLoad, EachStatementCommitsByItselfUnlessTheFileSaysOtherwise) {
  const LoadedSql loaded = load(
      "CREATE TABLE a (id int);\nCREATE INDEX CONCURRENTLY ia ON a (id);\n"
      "BEGIN;\nCREATE TABLE b (id int);\nCOMMIT;\nBEGIN;\nCREATE TABLE c (id int);\nROLLBACK;\nCREATE TABLE "
      "d (id int)");
  EXPECT_THAT(names(loaded, "table"), ElementsAre("public.a", "public.b", "public.d"));
  EXPECT_THAT(names(loaded, "index"), ElementsAre("public.ia"));
  EXPECT_EQ(loaded.read.made_from, "the SQL");
  EXPECT_TRUE(loaded.remarks.empty()) << loaded.remarks[0];
  EXPECT_THAT(refused("SELECT 1;\nBEGIN;\nCREATE TABLE b (id int);\n"),
              HasSubstr("a.sql:2: the transaction that begins here is still open"));
}

TEST_F(SqlLoad, ARefusalNamesThePlaceTheStatementAndWhatWasSaid) {
  EXPECT_THAT(
      refused("CREATE TABLE a (id int);\n\n-- next\nCREATE TABLE b (\n  id nothing\n);\nSELECT 1;"),
      HasSubstr(
          "a.sql:4: 42704: type \"nothing\" does not exist; the statement: CREATE TABLE b ( id nothing )"));
  EXPECT_THAT(refused("SELECT :later;"), HasSubstr("psql's variable :later is not set"));
  EXPECT_THAT(refused("CREATE EXTENSION not_there;"), HasSubstr("Install the package that holds"));
  EXPECT_THAT(refused("COPY a FROM '/etc/passwd';"), HasSubstr("a file of the server's machine"));
  EXPECT_THAT(refused("\n\\! date\n"), HasSubstr("a.sql:2: \\!: it runs a program"));
  EXPECT_THAT(refused("\\frobnicate\n"), HasSubstr("a.sql:1: \\frobnicate: windlass does not know it"));
  EXPECT_THAT(refused("\\i a.sql\n"), HasSubstr("there is no such file"));
  EXPECT_THAT(refused("\\ir a.sql\n"), HasSubstr("the file includes itself"));
  EXPECT_THAT(refused("\\if true\nSELECT 1;\n"), HasSubstr("a.sql:1: this \\if is never ended"));
  EXPECT_THAT(refused("SELECT pg_terminate_backend(pg_backend_pid());"), HasSubstr("a.sql:1: "));
  EXPECT_THAT(refused("CREATE TABLE `t` (id int);"), HasSubstr("MySQL"));
}

TEST_F(SqlLoad, RolesThatNobodyMakes) {
  const LoadedSql loaded = load(
      "CREATE TABLE t (id int);\nALTER TABLE t OWNER TO \"The App\";\nGRANT SELECT ON t TO reader;\n"
      "CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';\n"
      "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f();\nALTER EVENT TRIGGER e OWNER TO "
      "postgres;\n");
  EXPECT_THAT(
      loaded.remarks,
      ElementsAre("3 roles that it names and does not make: made for it (The App, postgres, reader)."));
  EXPECT_TRUE(
      base::contains(loaded.read.snapshot.find({"table", "public.t"})->definition, "\"owner\":\"The App\""));
  const LoadedSql in_block = load(
      "BEGIN;\nCREATE TYPE e AS ENUM ('a');\nCREATE TABLE t (e e);\nGRANT SELECT ON t TO reader;\n"
      "GRANT SELECT ON t TO writer;\nCOMMIT;\n");
  EXPECT_THAT(in_block.remarks,
              ElementsAre("2 roles that it names and does not make: made for it (reader, writer)."));
  EXPECT_THAT(names(in_block, "table"), ElementsAre("public.t"));
  EXPECT_TRUE(
      load("CREATE ROLE own NOLOGIN;\nCREATE TABLE t ();\nALTER TABLE t OWNER TO own;").remarks.empty());
}

TEST_F(SqlLoad, RolesThatNobodyCanMake) {
  EXPECT_THAT(refused("CREATE TABLE t ();\nGRANT SELECT ON t TO pg_of_tomorrow;\n"),
              HasSubstr("a.sql:2: 42704: role \"pg_of_tomorrow\" does not exist"));
  EXPECT_THAT(refused("DROP ROLE nobody;"), HasSubstr("role \"nobody\" does not exist"));
}

TEST_F(SqlLoad, ADumpOfAnotherVersion) {
  const LoadedSql loaded = load(
      "--\n-- PostgreSQL database dump\n--\n\n\\restrict x7\n-- Dumped from database version 99.1\n"
      "SET transaction_timeout_of_tomorrow = 0;\nSELECT pg_catalog.set_config('search_path', '', false);\n"
      "DROP TABLE public.old;\nALTER TABLE ONLY public.old DROP CONSTRAINT old_pkey;\n"
      "CREATE TABLE public.t (id integer NOT NULL);\nCOPY public.t (id) FROM stdin;\n1\n\\N\nDROP TABLE "
      "x;\n\\.\n\nINSERT INTO public.t VALUES (1), (1);\nDROP ROLE nobody;\n"
      "ALTER TABLE ONLY public.t ADD CONSTRAINT t_pkey PRIMARY KEY (id);\n"
      "--\n-- PostgreSQL database dump complete\n--\n\\unrestrict x7\n");
  EXPECT_THAT(
      loaded.remarks,
      ElementsAre(
          "The rows of 1 COPY and 1 INSERT were passed over.",
          "Settings that this server does not know were passed over: transaction_timeout_of_tomorrow.",
          "3 DROPs of what is not there: passed over."));
  EXPECT_THAT(names(loaded, "constraint"), ElementsAre("public.t.t_pkey"));
  EXPECT_EQ(loaded.read.says_owners, catalog::Says::Nothing);
  EXPECT_THAT(load("-- PostgreSQL database dump\nCREATE TABLE t ();\n").remarks,
              ElementsAre("The line that ends a dump is missing: is it cut off?"));
  EXPECT_EQ(loaded.read.says_privileges, catalog::Says::Nothing);
  EXPECT_THAT(
      refused("-- PostgreSQL database dump\n-- Dumped from database version 99.1\nCREATE SOMETHING NEW;\n"),
      HasSubstr("load it with --postgres 99"));
  EXPECT_THAT(refused("DROP TABLE old;"), HasSubstr("42P01"))
      << "only a dump speaks of what may not be there";
  EXPECT_EQ(
      load("-- PostgreSQL database dump\nCREATE TABLE t ();\nALTER TABLE t OWNER TO app;\n").read.says_owners,
      catalog::Says::All);
}

TEST_F(SqlLoad, TextOfAnotherEncoding) {
  const LoadedSql loaded = load(
      "\xef\xbb\xbfSET client_encoding = 'LATIN1';\r\nCREATE TABLE caf\xe9 (id int);\r\nCOMMENT ON TABLE "
      "caf\xe9 IS "
      "'\xfc\\';\r\n");
  EXPECT_THAT(names(loaded, "table"), ElementsAre("public.caf\xc3\xa9"));
  EXPECT_THAT(refused("CREATE TABLE caf\xe9 (id int);"), HasSubstr("22021"));
  EXPECT_THAT(refused("SET client_encoding = 'SJIS';\nSELECT 1;"), HasSubstr("written in SJIS"));
  const LoadedSql old =
      load("SET standard_conforming_strings = off;\nCOMMENT ON SCHEMA public IS 'a\\'; b';\n");
  EXPECT_TRUE(base::contains(old.read.snapshot.find({"comment", "schema public"})->definition, "a'; b"));
}

TEST_F(SqlLoad, WhatPsqlDoesByItself) {
  file("part.sql", "CREATE TABLE :\"name\" (id int);\n\\q\nnonsense;\n");
  const LoadedSql loaded = load(
      "\\set ON_ERROR_STOP on\n\\set name 'from a part'\n\\pset pager off\n\\ir part.sql\n"
      "SELECT 'x_' || 1 AS made, NULL AS none \\gset p_\nCREATE TABLE :p_made ();\n"
      "\\if :{?p_none}\nCREATE TABLE wrong ();\n\\elif false\n\\else\nCREATE TABLE fine\n\\if off\n "
      "nonsense (\n\\endif\n();\n\\endif\n"
      "SELECT 'CREATE TABLE g' || n || ' ()' FROM generate_series(1, 2) n \\gexec\n"
      "\\copy t from 'nowhere.csv' with csv\n"
      "\\encoding LATIN1\nCOMMENT ON TABLE g1 IS '\xfc';\nSELECT 1 \\; SELECT 2;\n\\dt+ *.*\n");
  EXPECT_THAT(names(loaded, "table"),
              ElementsAre("public.fine", "public.from a part", "public.g1", "public.g2", "public.x_1"));
  EXPECT_THAT(loaded.remarks, ElementsAre("The rows of 1 COPY were passed over."));
  EXPECT_THAT(refused("\\set x `date`\n"), HasSubstr("a.sql:1: \\set with `backquotes`: it runs a program"));
  EXPECT_THAT(refused("SELECT 1 WHERE false \\gset\n"), HasSubstr("the statement answered with 0 rows"));
  EXPECT_THAT(refused("\\if maybe\n\\endif\n"), HasSubstr("it is no condition"));
}

TEST_F(SqlLoad, DatabasesOfADump) {
  const LoadedSql one = load(
      "CREATE ROLE own;\nCREATE DATABASE other;\nCREATE DATABASE shop WITH TEMPLATE = template0 ENCODING = "
      "'LATIN1' LOCALE = "
      "'xx_XX';\n"
      "ALTER DATABASE shop OWNER TO own;\nCOMMENT ON DATABASE elsewhere IS 'x';\n\\connect shop\nCREATE "
      "TABLE t (id int);\n"
      "\\connect -reuse-previous=on \"dbname='shop' user='own'\"\nCREATE SCHEMA s;\n\\c postgres\nCREATE "
      "TABLE left_out ();\n");
  EXPECT_THAT(names(one, "table"), ElementsAre("public.t"));
  EXPECT_TRUE(base::contains(one.read.snapshot.find({"schema", "s"})->definition, "\"owner\":\"own\""));
  EXPECT_THAT(one.remarks, ElementsAre("What it says of a database as such was passed over: elsewhere.",
                                       "What it puts into postgres was left out."));
  EXPECT_THAT(refused("\\c one\nCREATE TABLE t ();\n\\c two\nCREATE TABLE t ();\n"),
              HasSubstr("it fills several databases: one, two"));
  EXPECT_THAT(refused("BEGIN;\n\\c one\n"), HasSubstr("a.sql:2: the transaction that begins at"));
}

TEST_F(SqlLoad, AFolderIsASessionForEachFile) {
  std::filesystem::create_directories(folder_ / "all");
  file("all/2.sql", "CREATE TABLE late ();\n");
  file("all/1.sql", "CREATE SCHEMA s;\nSET search_path = s;\nCREATE TABLE early ();\n");
  auto loaded = load_file((folder_ / "all").string());
  ASSERT_TRUE(loaded) << base::describe(loaded.error());
  EXPECT_THAT(names(*loaded, "table"), ElementsAre("public.late", "s.early"));
}

TEST_F(SqlLoad, NoLongerThanItMay) {
  settings_.timeout = std::chrono::milliseconds(1500);
  EXPECT_THAT(refused("SELECT 1;\nSELECT pg_sleep(60);\n"),
              HasSubstr("a.sql:2: it takes longer than --timeout allows"));
}

TEST_F(SqlLoad, NothingAtAll) {
  EXPECT_THAT(load("-- nothing\n").remarks, ElementsAre("It holds no statement."));
}

}  // namespace
}  // namespace windlass::run
