#include "sql/routine.h"

#include <gtest/gtest.h>

namespace windlass::sql {
namespace {

using Parameters = std::vector<std::string>;

TEST(Routine, ParametersWithoutTheirDefaults) {
  EXPECT_EQ(routine_parameters(
                "CREATE FUNCTION app.\"Sum\"(a int DEFAULT 1, b numeric(10, 2) = f(1, 2), OUT c text) "
                "RETURNS text LANGUAGE sql AS 'SELECT (1)'"),
            (Parameters{"a int", "b numeric(10, 2)", "OUT c text"}));
  EXPECT_EQ(routine_parameters("create or replace procedure p() language sql as ''"), Parameters{});
  EXPECT_EQ(routine_parameters("CREATE AGGREGATE s(*) (SFUNC = f, STYPE = int)"), Parameters{"*"});
  EXPECT_EQ(routine_parameters("CREATE TABLE f (a int)"), std::nullopt);
  EXPECT_EQ(routine_parameters("CREATE TRIGGER t BEFORE INSERT ON x EXECUTE FUNCTION f(a)"), std::nullopt);
  EXPECT_EQ(routine_parameters("CREATE FUNCTION f(a int, b"), std::nullopt);
}

TEST(Routine, TypesAsTheCatalogNamesThem) {
  EXPECT_TRUE(have_types({"a int", "varchar(20)", "INOUT c timestamptz", "OUT d text"},
                         "integer, character varying, timestamp with time zone"));
  EXPECT_TRUE(have_types({"a app.mood", "b mood", "c \"Kind\"[]"}, "app.mood, app.mood, app.\"Kind\"[]"));
  EXPECT_TRUE(
      have_types({"at timestamp(3)", "t time"}, "timestamp without time zone, time without time zone"));
  EXPECT_TRUE(have_types({}, ""));
  EXPECT_FALSE(have_types({"a int"}, "bigint"));
  EXPECT_FALSE(have_types({"a int"}, ""));
  EXPECT_FALSE(have_types({"a int", "b int"}, "integer"));
}

}  // namespace
}  // namespace windlass::sql
