// Which statement wrote to a table whose rows are others than before.
#include "run/table_rows.h"

#include <gtest/gtest.h>

namespace windlass::run {
namespace {

record::Statement sent(std::string text, std::string tag, std::optional<int64_t> rows = 1) {
  record::Statement statement;
  statement.text = std::move(text);
  statement.tag = std::move(tag);
  statement.rows = rows;
  return statement;
}

std::string by(const std::vector<record::Statement>& statements, const std::string& table = "public.plans",
               RowsOfTable before = {2, {}, "a"}, RowsOfTable after = {4, {}, "b"}) {
  const record::Recording run{{}, statements};
  const auto changed = rows_changed({{table, before}}, {{table, after}}, run);
  if (changed.empty()) return "none";
  return changed.front().by == nullptr ? "unknown" : changed.front().by->text;
}

TEST(RowsChanged, TheFirstThatDoesWhatHappenedDidIt) {
  const auto other = sent("INSERT INTO users VALUES (1)", "INSERT 0 1");
  const auto insert = sent("INSERT INTO plans SELECT 1", "INSERT 0 2"),
             again = sent("INSERT INTO plans SELECT 2", "INSERT 0 2"),
             update = sent("UPDATE plans SET price = 1", "UPDATE 4"),
             remove = sent("DELETE FROM plans WHERE n = 1", "DELETE 2");
  EXPECT_EQ(by({other, update, insert, again}), insert.text);
  EXPECT_EQ(by({insert, update, remove}, "public.plans", {4, {}, "a"}, {2, {}, "b"}), remove.text);
  EXPECT_EQ(by({remove, update, insert}, "public.plans", {2, {}, "a"}, {2, {}, "b"}), update.text);
}

TEST(RowsChanged, OfSeveralUpdatesTheOneThatSetsWhatHasChanged) {
  const auto seen = sent("UPDATE plans SET seen = now()", "UPDATE 2"),
             price = sent("UPDATE plans SET price = price * 100", "UPDATE 2");
  const RowsOfTable before{2, {{"name", "x"}, {"price", "1"}}, "a"},
      after{2, {{"name", "x"}, {"price", "2"}}, "b"};
  EXPECT_EQ(by({seen, price}, "public.plans", before, after), price.text);
  EXPECT_EQ(in_words({"public.plans", 2, 2, {"price"}, nullptr}),
            "the 2 rows of table \"public.plans\" have other values of price");
}

TEST(RowsChanged, OneThatMetNoRowDidNot) {
  const auto vain = sent("INSERT INTO plans VALUES (1) ON CONFLICT DO NOTHING", "INSERT 0 0", 0);
  const auto did = sent("DELETE FROM public.plans", "DELETE 2");
  EXPECT_EQ(by({vain, did}), did.text);
}

TEST(RowsChanged, ASchemaThatIsNamedCounts) {
  EXPECT_EQ(by({sent("UPDATE shop.plans SET n = 1", "UPDATE 1")}, "public.plans", {1, {}, "a"}, {1, {}, "b"}),
            "unknown");
  EXPECT_NE(by({sent("UPDATE shop.plans SET n = 1", "UPDATE 1")}, "shop.plans", {1, {}, "a"}, {1, {}, "b"}),
            "unknown");
}

TEST(RowsChanged, WhatChangesTheTableMayHaveLostThem) {
  auto drop = sent("DROP TABLE plans", "DROP TABLE", std::nullopt);
  drop.effects = {{{"table", "public.plans"}, catalog::Change::Dropped, "", "", "", false}};
  EXPECT_EQ(by({drop}, "public.plans", {2, {}, "a"}, {0, {}, ""}), drop.text);
  auto column = sent("ALTER TABLE plans DROP COLUMN n", "ALTER TABLE", std::nullopt);
  column.effects = {{{"column", "public.plans.n"}, catalog::Change::Dropped, "", "", "", false}};
  EXPECT_EQ(by({column}, "public.plans", {2, {}, "a"}, {2, {}, "b"}), column.text);
  auto rename = sent("ALTER TABLE old RENAME TO plans", "ALTER TABLE", std::nullopt);
  rename.effects = {{{"table", "public.plans"}, catalog::Change::Altered, "", "", "public.old", false}};
  EXPECT_EQ(by({rename, column}, "public.plans", {2, {{"n", "1"}}, "a"}, {2, {{"n", "2"}}, "b"}),
            column.text);
  column.effects.front().rolled_back = true;
  EXPECT_EQ(by({column}, "public.plans", {2, {}, "a"}, {2, {}, "b"}), "unknown");
}

TEST(RowsChanged, ABlockIsReadToo) {
  const auto block = sent("DO $$ BEGIN EXECUTE format('UPDATE %I SET n = 1', 'plans'); PERFORM plans; END $$",
                          "DO", std::nullopt);
  EXPECT_EQ(by({block}), block.text);
}

TEST(RowsChanged, WhatATriggerRecordsIsNoOnesFault) {
  const auto elsewhere = sent("INSERT INTO users VALUES (1)", "INSERT 0 1");
  EXPECT_EQ(by({elsewhere}), "none");
  EXPECT_EQ(by({elsewhere}, "public.plans", {4, {}, "a"}, {2, {}, "b"}), "unknown");
}

TEST(RowsChanged, NothingIsSaidOfEqualOnes) {
  const auto update = sent("UPDATE plans SET n = 1", "UPDATE 2");
  EXPECT_EQ(by({update}, "public.plans", {2, {}, "a"}, {2, {}, "a"}), "none");
  EXPECT_EQ(by({update}, "public.plans", {2, {}, ""}, {2, {}, ""}), "none") << "too much stands there";
}

}  // namespace
}  // namespace windlass::run
