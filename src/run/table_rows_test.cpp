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
               RowsOfTable before = {2, {}, "ab"}, RowsOfTable after = {4, {}, "aabb"}) {
  // One letter stands for a row.
  for (RowsOfTable* each : {&before, &after}) {
    std::string rows;
    for (const char letter : each->rows) rows += std::string(kRowDigest, letter);
    each->rows = rows;
  }
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
  EXPECT_EQ(by({insert, update, remove}, "public.plans", {4, {}, "abcd"}, {2, {}, "ab"}), remove.text);
  EXPECT_EQ(by({remove, update, insert}, "public.plans", {2, {}, "ab"}, {2, {}, "ac"}), update.text);
}

TEST(RowsChanged, OfSeveralUpdatesTheOneThatSetsWhatHasChanged) {
  const auto seen = sent("UPDATE plans SET seen = now()", "UPDATE 2"),
             price = sent("UPDATE plans SET price = price * 100", "UPDATE 2");
  const RowsOfTable before{2, {{"name", "x"}, {"price", "1"}}, "ab"},
      after{2, {{"name", "x"}, {"price", "2"}}, "cd"};
  EXPECT_EQ(by({seen, price}, "public.plans", before, after), price.text);
  EXPECT_EQ(in_words({"public.plans", 2, 2, 2, {"price"}, nullptr}),
            "2 rows of table \"public.plans\" have other values of price");
}

TEST(RowsChanged, OneFaultDoesNotHideAnother) {
  const auto insert = sent("INSERT INTO plans VALUES (1)", "INSERT 0 2"),
             update = sent("UPDATE plans SET price = price * 100", "UPDATE 4", 4);
  const std::string a(kRowDigest, 'a'), b(kRowDigest, 'b'), c(kRowDigest, 'c'), d(kRowDigest, 'd');
  const record::Recording run{{}, {insert, update}};
  const auto both = rows_changed({{"public.plans", {2, {}, a + b}}},
                                 {{"public.plans", {4, {{"price", ""}}, b + c + d + d}}}, run);
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(both[0].by->text, insert.text);
  EXPECT_EQ(both[1].by->text, update.text);
  EXPECT_EQ(in_words(both[1]), "1 row of table \"public.plans\" has other values");
  // Put in again and multiplied once, the new rows are like the old ones were; those are multiplied twice.
  const auto like_them = rows_changed({{"public.plans", {2, {}, a + b}}},
                                      {{"public.plans", {4, {{"price", ""}}, a + b + c + d}}}, run);
  ASSERT_EQ(like_them.size(), 2u);
  EXPECT_EQ(like_them[1].by->text, update.text);
  // An update that leaves them as they are has no part in it.
  const auto put_in = rows_changed({{"public.plans", {2, {}, a + b}}},
                                   {{"public.plans", {4, {{"price", ""}}, a + a + b + b}}}, run);
  ASSERT_EQ(put_in.size(), 1u);
  EXPECT_EQ(put_in[0].by->text, insert.text);
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
  EXPECT_EQ(by({drop}, "public.plans", {2, {}, "ab"}, {0, {}, ""}), drop.text);
  auto column = sent("ALTER TABLE plans DROP COLUMN n", "ALTER TABLE", std::nullopt);
  column.effects = {{{"column", "public.plans.n"}, catalog::Change::Dropped, "", "", "", false}};
  EXPECT_EQ(by({column}, "public.plans", {2, {}, "ab"}, {2, {}, "ac"}), column.text);
  auto rename = sent("ALTER TABLE old RENAME TO plans", "ALTER TABLE", std::nullopt);
  rename.effects = {{{"table", "public.plans"}, catalog::Change::Altered, "", "", "public.old", false}};
  EXPECT_EQ(by({rename, column}, "public.plans", {2, {{"n", "1"}}, "ab"}, {2, {{"n", "2"}}, "ac"}),
            column.text);
  column.effects.front().rolled_back = true;
  EXPECT_EQ(by({column}, "public.plans", {2, {}, "ab"}, {2, {}, "ac"}), "unknown");
}

TEST(RowsChanged, ABlockIsReadToo) {
  const auto block = sent("DO $$ BEGIN EXECUTE format('UPDATE %I SET n = 1', 'plans'); PERFORM plans; END $$",
                          "DO", std::nullopt);
  EXPECT_EQ(by({block}), block.text);
}

TEST(RowsChanged, WhatATriggerRecordsIsNoOnesFault) {
  const auto elsewhere = sent("INSERT INTO users VALUES (1)", "INSERT 0 1");
  EXPECT_EQ(by({elsewhere}), "none");
  EXPECT_EQ(by({elsewhere}, "public.plans", {4, {}, "abcd"}, {2, {}, "ab"}), "unknown");
}

TEST(RowsChanged, NothingIsSaidOfEqualOnes) {
  const auto update = sent("UPDATE plans SET n = 1", "UPDATE 2");
  EXPECT_EQ(by({update}, "public.plans", {2, {}, "ab"}, {2, {}, "ab"}), "none");
  EXPECT_EQ(by({update}, "public.plans", {2, {}, ""}, {2, {}, ""}), "none") << "too much stands there";
}

}  // namespace
}  // namespace windlass::run
