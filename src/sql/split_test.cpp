#include "sql/split.h"

#include <gtest/gtest.h>
#include <pg_query.h>
#include <rapidcheck.h>

#include <string>

namespace windlass::sql {
namespace {

std::vector<std::string> parts(std::string_view text) {
  std::vector<std::string> result;
  for (const StatementSpan& span : split(text)) result.emplace_back(span.in(text));
  return result;
}

using Parts = std::vector<std::string>;

TEST(Split, AtSemicolonsOutsideOfEverythingElse) {
  EXPECT_EQ(parts("SELECT 1; SELECT 2"), (Parts{"SELECT 1", "SELECT 2"}));
  EXPECT_EQ(parts("SELECT ';' ; SELECT \"a;b\" ;"), (Parts{"SELECT ';'", "SELECT \"a;b\""}));
  EXPECT_EQ(parts("SELECT 'it''s;' ;SELECT E'a\\';b'"), (Parts{"SELECT 'it''s;'", "SELECT E'a\\';b'"}));
  EXPECT_EQ(parts("SELECT 'a\\'; SELECT 1"), (Parts{"SELECT 'a\\'", "SELECT 1"}));
  EXPECT_EQ(parts("DO $$ BEGIN; END $$; SELECT $x$ ; $$ $x$"),
            (Parts{"DO $$ BEGIN; END $$", "SELECT $x$ ; $$ $x$"}));
  EXPECT_EQ(parts("SELECT $1; SELECT a$1;"), (Parts{"SELECT $1", "SELECT a$1"}));
  EXPECT_EQ(parts("SELECT 1 -- one; two\n; SELECT /* a; /* b; */ c; */ 2"),
            (Parts{"SELECT 1", "SELECT /* a; /* b; */ c; */ 2"}));
  EXPECT_EQ(parts("CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b); SELECT 1"),
            (Parts{"CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b)", "SELECT 1"}));
  EXPECT_EQ(parts("SELECT U&'\\0041;' ; SELECT N';'"), (Parts{"SELECT U&'\\0041;'", "SELECT N';'"}));
}

TEST(Split, LeavesOutWhatHoldsNoStatement) {
  EXPECT_EQ(parts(""), Parts{});
  EXPECT_EQ(parts(" ; ;; -- nothing\n /* nor here */ ;"), Parts{});
  EXPECT_EQ(parts("-- why\nSELECT 1;\n-- the end\n"), (Parts{"-- why\nSELECT 1"}));
}

TEST(Split, KeepsAtomicBodiesTogether) {
  const std::string function =
      "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 ELSE 2 END; "
      "SELECT 2; END";
  EXPECT_EQ(parts(function + "; SELECT 1"), (Parts{function, "SELECT 1"}));
  EXPECT_EQ(parts("CREATE PROCEDURE p() BEGIN ATOMIC INSERT INTO t VALUES (1); END; SELECT 2"),
            (Parts{"CREATE PROCEDURE p() BEGIN ATOMIC INSERT INTO t VALUES (1); END", "SELECT 2"}));
  EXPECT_EQ(
      parts("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; BEGIN; SELECT 1; END; SELECT 2")
          .size(),
      5u);
}

TEST(Split, WhatIsNeverEndedReachesToTheEnd) {
  EXPECT_EQ(parts("SELECT 'a; b"), (Parts{"SELECT 'a; b"}));
  EXPECT_EQ(parts("SELECT $a$ ; $b$"), (Parts{"SELECT $a$ ; $b$"}));
  EXPECT_EQ(parts("SELECT (1; SELECT 2"), (Parts{"SELECT (1; SELECT 2"}));
}

TEST(Split, AgreesWithTheServersParser) {
  const char* const kTexts[] = {
      "SELECT 1; SELECT 2;",
      "CREATE TABLE t (a int, b text DEFAULT ';'); CREATE INDEX ON t (a); COMMENT ON TABLE t IS 'a;b'",
      "DO $$ BEGIN RAISE NOTICE ';'; END $$; INSERT INTO t VALUES (1, E'\\';'), (2, 'x'); SELECT 1 WHERE 1<2 "
      "AND 3>-1",
      "CREATE FUNCTION f(a int) RETURNS int BEGIN ATOMIC SELECT a; SELECT CASE a WHEN 1 THEN 2 END; END; "
      "SELECT f(1)",
      "CREATE RULE r AS ON UPDATE TO t DO INSTEAD (SELECT 1; SELECT 2); BEGIN; COMMIT",
      "/* a */ SELECT 1 /* ; */; -- b;\nSELECT $tag$ $$ ; $tag$;",
  };
  for (const char* text : kTexts) {
    const PgQuerySplitResult result = pg_query_split_with_parser(text);
    ASSERT_EQ(result.error, nullptr) << text;
    EXPECT_EQ(split(text).size(), static_cast<size_t>(result.n_stmts)) << text;
    pg_query_free_split_result(result);
  }
}

TEST(Split, SpansOfAnyTextAreInOrderAndInside) {
  EXPECT_TRUE(rc::check([] {
    const auto letters =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab;'\"$-/*()\\\n E\x80")));
    size_t last = 0;
    for (const StatementSpan& span : split(letters)) {
      RC_ASSERT(span.start >= last);
      RC_ASSERT(span.length > 0u);
      RC_ASSERT(span.start + span.length <= letters.size());
      last = span.start + span.length;
    }
  }));
}

}  // namespace
}  // namespace windlass::sql
