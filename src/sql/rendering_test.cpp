#include "sql/rendering.h"

#include <gtest/gtest.h>

#include <string>

namespace windlass::sql {
namespace {

TEST(Rendering, FunctionsBySqlSyntax) {
  EXPECT_TRUE(rendered_alike("btrim('xax'::text, 'x'::text)", "TRIM(BOTH 'x'::text FROM 'xax'::text)"));
  EXPECT_TRUE(rendered_alike("\"substring\"('abc'::text, 1, 2)", "SUBSTRING('abc'::text FROM 1 FOR 2)"));
  EXPECT_FALSE(rendered_alike("btrim('xax'::text)", "TRIM(BOTH 'x'::text FROM 'xax'::text)"));
  // Another function, with another type.
  EXPECT_FALSE(rendered_alike("date_part('year'::text, now())", "EXTRACT(year FROM now())"));
  EXPECT_TRUE(rendered_alike("CHECK ((btrim(a) <> ''::text))", "CHECK ((TRIM(BOTH FROM a) <> ''::text))"));
}

TEST(Rendering, ColumnsOfTheOnlyRelation) {
  EXPECT_TRUE(rendered_alike(" SELECT users.id\n   FROM app.users;", " SELECT id\n   FROM app.users;"));
  EXPECT_TRUE(rendered_alike("SELECT u.id FROM app.users u WHERE (u.n > 1) ORDER BY u.id",
                             "SELECT id FROM app.users u WHERE (n > 1) ORDER BY id"));
  // Within a query inside, the outer one's columns keep their relation: taken away, they might be others.
  EXPECT_FALSE(rendered_alike("SELECT (SELECT u.id FROM p) FROM u", "SELECT (SELECT id FROM p) FROM u"));
  EXPECT_FALSE(
      rendered_alike("SELECT a.id FROM a JOIN b USING (id)", "SELECT b.id FROM a JOIN b USING (id)"));
  EXPECT_FALSE(rendered_alike("SELECT u.id FROM u", "SELECT u.no FROM u"));
}

TEST(Rendering, ParametersOfProcedures) {
  const auto procedure = [](const std::string& parameter) {
    return "CREATE OR REPLACE PROCEDURE a.p(" + parameter +
           ")\n LANGUAGE sql\nAS $procedure$SELECT 1$procedure$";
  };
  EXPECT_TRUE(rendered_alike(procedure("x integer"), procedure("IN x integer")));
  EXPECT_FALSE(rendered_alike(procedure("x integer"), procedure("INOUT x integer")));
}

TEST(Rendering, WhatCannotBeReadIsNotAlike) {
  EXPECT_FALSE(rendered_alike("FOR VALUES (1", "for values (1"));
  EXPECT_TRUE(rendered_alike("no (sql", "no (sql")) << "equal texts need not be read";
  EXPECT_FALSE(rendered_alike("", "1"));
}

}  // namespace
}  // namespace windlass::sql
