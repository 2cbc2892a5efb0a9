#include "fix/dependents.h"

#include <gtest/gtest.h>

#include "fix/test_sources.h"

namespace windlass::fix {
namespace {

TEST(Dependents, AreReadFromTheServersLines) {
  EXPECT_EQ(dependent_of("column mood of table people depends on type mood"),
            (Dependent{"column", "people", "mood"}));
  EXPECT_EQ(dependent_of("column A of b of table app.\"My \"\"table\" depends on type mood"),
            (Dependent{"column", "My \"table", "A of b"}));
  EXPECT_EQ(dependent_of("default value for column mood of table people depends on type mood"),
            (Dependent{"column", "people", "mood"}));
  EXPECT_EQ(dependent_of("constraint pets_owner_fkey on table pets depends on table people"),
            (Dependent{"constraint", "pets", "pets_owner_fkey"}));
  EXPECT_EQ(dependent_of("view app.glad depends on type mood"), (Dependent{"view", "", "glad"}));
  EXPECT_EQ(dependent_of("materialized view glad depends on type mood"),
            (Dependent{"materialized view", "", "glad"}));
  EXPECT_EQ(dependent_of("function cheer(mood, text) depends on type mood"),
            (Dependent{"function", "", "cheer"}));
}

TEST(Dependents, WhatTheServerDoesNotListIsNotKnown) {
  EXPECT_EQ(dependent_of("and 3 other objects (see server log for list)"), std::nullopt);
  EXPECT_EQ(dependent_of("column a of composite type pair depends on type mood"), std::nullopt);
  EXPECT_EQ(dependent_of("operator +(mood,mood) depends on type mood"), std::nullopt);
}

TEST(Dependents, TheRefusedDropIsNamed) {
  const auto type = drop_refused("cannot drop type app.\"Mood\" because other objects depend on it");
  ASSERT_TRUE(type);
  EXPECT_EQ(type->kind, "type");
  EXPECT_EQ(type->schema, "app");
  EXPECT_EQ(type->name, "Mood");
  const auto column =
      drop_refused("cannot drop column total of table \"Invoice\" because other objects depend on it");
  ASSERT_TRUE(column);
  EXPECT_EQ(column->kind, "column");
  EXPECT_EQ(column->name, "total");
  EXPECT_FALSE(
      drop_refused("cannot drop index people_pkey because constraint people_pkey on table people "
                   "requires it"));
}

std::vector<Dependent> taken(const std::string& line) {
  const auto source =
      source_of("from alembic import op\nimport sqlalchemy as sa\n\ndef downgrade():\n" + line);
  std::vector<Dependent> all;
  for (const Node* call : source->all([](const Node& node) { return node.is("Call"); }))
    for (Dependent& each : taken_away_by(*source, *call)) all.push_back(std::move(each));
  return all;
}

TEST(Dependents, AreTakenAwayByOperationsAndBySql) {
  using All = std::vector<Dependent>;
  EXPECT_EQ(taken("    op.drop_table('people')\n"), (All{{"table", "", "people"}}));
  EXPECT_EQ(taken("    op.drop_column(table_name='people', column_name='mood')\n"),
            (All{{"column", "people", "mood"}}));
  EXPECT_EQ(taken("    op.alter_column('people', 'mood', type_=sa.Text())\n"),
            (All{{"column", "people", "mood"}}));
  EXPECT_EQ(taken("    op.alter_column('people', 'mood', nullable=True)\n"), (All{}));
  EXPECT_EQ(taken("    with op.batch_alter_table('people') as batch:\n        batch.drop_column('mood')\n"),
            (All{{"column", "people", "mood"}}));
  EXPECT_EQ(taken("    op.execute('DROP VIEW app.glad')\n"), (All{{"view", "", "glad"}}));
  EXPECT_EQ(taken("    op.execute(sa.text('ALTER TABLE people ALTER COLUMN mood TYPE text'))\n"),
            (All{{"column", "people", "mood"}}));
  EXPECT_EQ(taken("    op.execute('ALTER TABLE people ALTER COLUMN mood SET NOT NULL')\n"), (All{}));
  EXPECT_EQ(taken("    op.drop_table(NAME)\n"), (All{}));
}

TEST(Dependents, GoWithTheirTable) {
  const Dependent column{"column", "people", "mood"};
  EXPECT_TRUE(takes_away({"table", "", "people"}, column));
  EXPECT_TRUE(takes_away(column, column));
  EXPECT_FALSE(takes_away({"table", "", "pets"}, column));
  EXPECT_FALSE(takes_away({"column", "people", "name"}, column));
}

}  // namespace
}  // namespace windlass::fix
