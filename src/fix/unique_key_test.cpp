#include "fix/unique_key.h"

#include <gtest/gtest.h>

namespace windlass::fix {
namespace {

TEST(UniqueKey, IsReadFromWhatMakesIt) {
  const auto index = unique_key(
      "CREATE UNIQUE INDEX CONCURRENTLY by_name ON app.people USING btree (lower(name) DESC, \"Team\" "
      "text_ops) "
      "INCLUDE (id) WHERE state = 'in (use)';");
  ASSERT_TRUE(index.has_value());
  EXPECT_EQ(index->schema, "app");
  EXPECT_EQ(index->table, "people");
  EXPECT_EQ(index->expressions, (std::vector<std::string>{"lower(name)", "\"Team\""}));
  EXPECT_EQ(where_of(*index),
            " WHERE (state = 'in (use)') AND lower(name) IS NOT NULL AND \"Team\" IS NOT NULL");

  const auto constraint = unique_key(
      "ALTER TABLE ONLY \"Pets\" ADD CONSTRAINT once UNIQUE NULLS NOT DISTINCT (a, \"B\") INCLUDE (c)");
  ASSERT_TRUE(constraint.has_value());
  EXPECT_EQ(constraint->table, "Pets");
  EXPECT_EQ(constraint->expressions, (std::vector<std::string>{"a", "\"B\""}));
  EXPECT_EQ(where_of(*constraint), "");

  const auto key = unique_key("ALTER TABLE pets ADD PRIMARY KEY (id)");
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(where_of(*key), "");
}

TEST(UniqueKey, IsNoneOfAnythingElse) {
  for (const char* text : {"CREATE INDEX i ON people (name)", "ALTER TABLE people ADD CHECK (name <> '')",
                           "ALTER TABLE people ADD CONSTRAINT once UNIQUE USING INDEX i",
                           "INSERT INTO people (name) VALUES ('a')", "CREATE UNIQUE INDEX i ON people (name"})
    EXPECT_FALSE(unique_key(text).has_value()) << text;
}

}  // namespace
}  // namespace windlass::fix
