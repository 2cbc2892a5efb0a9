#include "fix/table_text.h"

#include <gtest/gtest.h>

namespace windlass::fix {
namespace {

TEST(TableText, IsTakenApartAndPutTogether) {
  const auto table = table_text(
      "\nCREATE TABLE app.people (\n\tid SERIAL NOT NULL, \n\tname VARCHAR(80) DEFAULT 'a, (b', \n"
      "\tboth TEXT GENERATED ALWAYS AS (name || nick) STORED, \n\tPRIMARY KEY (id), \n"
      "\tCONSTRAINT \"Named\" CHECK (name <> ')'), \n\tFOREIGN KEY(team, place) REFERENCES app.teams (id, "
      "place)\n)"
      " PARTITION BY RANGE (id)\n\n");
  ASSERT_TRUE(table.has_value());
  ASSERT_EQ(table->elements.size(), 6u);
  EXPECT_EQ(table->elements[1].name, "name");
  EXPECT_EQ(table->elements[1].constraint, "");
  EXPECT_EQ(table->elements[2].columns, (std::vector<std::string>{"name", "nick"}));
  EXPECT_EQ(table->elements[3].constraint, "PRIMARY KEY");
  EXPECT_EQ(table->elements[4].name, "Named");
  EXPECT_EQ(table->elements[4].columns, (std::vector<std::string>{"name"}));
  EXPECT_EQ(table->elements[5].columns, (std::vector<std::string>{"team", "place"}));
  EXPECT_EQ(table->elements[5].refers_schema, "app");
  EXPECT_EQ(table->elements[5].refers_to, "teams");
  EXPECT_EQ(table->elements[5].refers_columns, (std::vector<std::string>{"id", "place"}));
  EXPECT_EQ(to_sql(*table),
            "CREATE TABLE app.people (\n    id SERIAL NOT NULL,\n    name VARCHAR(80) DEFAULT 'a, (b',\n"
            "    both TEXT GENERATED ALWAYS AS (name || nick) STORED,\n    PRIMARY KEY (id),\n"
            "    CONSTRAINT \"Named\" CHECK (name <> ')'),\n"
            "    FOREIGN KEY(team, place) REFERENCES app.teams (id, place)\n) PARTITION BY RANGE (id)");
}

TEST(TableText, IsNoneOfWhatIsCutOffOrLikeAnother) {
  EXPECT_FALSE(table_text("CREATE TABLE a AS SELECT 1").has_value());
  EXPECT_FALSE(table_text("CREATE TABLE a (id INTEGER, name").has_value());
  EXPECT_FALSE(table_text("CREATE TABLE a (LIKE b)").has_value());
}

TEST(TableText, NotNullIsSaidOnce) {
  const auto table =
      table_text("CREATE TABLE a (b INTEGER DEFAULT 1 NOT NULL, c TEXT CHECK (c IS NOT NULL))");
  ASSERT_TRUE(table.has_value());
  EXPECT_EQ(with_not_null(table->elements[0], false).text, "b INTEGER DEFAULT 1");
  EXPECT_EQ(with_not_null(table->elements[0], true).text, "b INTEGER DEFAULT 1 NOT NULL");
  EXPECT_EQ(with_not_null(table->elements[1], false).text, "c TEXT CHECK (c IS NOT NULL)");
  EXPECT_EQ(with_not_null(table->elements[1], true).text, "c TEXT CHECK (c IS NOT NULL) NOT NULL");
}

TEST(TableText, LosesALabel) {
  EXPECT_EQ(without_label("CREATE TYPE mood AS ENUM ('it''s', 'sad', 'new')", "sad"),
            "CREATE TYPE mood AS ENUM ('it''s', 'new')");
  EXPECT_EQ(without_label("CREATE TYPE mood AS ENUM ('it''s', 'sad')", "it's"),
            "CREATE TYPE mood AS ENUM ('sad')");
  EXPECT_EQ(without_label("CREATE TYPE mood AS ENUM ('sad')", "happy"), "CREATE TYPE mood AS ENUM ('sad')");
}

TEST(TableText, ReadsAConstraintAsTheServerRendersIt) {
  const auto unique = constraint_element("UNIQUE NULLS NOT DISTINCT (a, \"B\")");
  ASSERT_TRUE(unique.has_value());
  EXPECT_EQ(unique->constraint, "UNIQUE");
  EXPECT_EQ(unique->columns, (std::vector<std::string>{"a", "B"}));
  EXPECT_FALSE(constraint_element("TRIGGER").has_value());
}

}  // namespace
}  // namespace windlass::fix
