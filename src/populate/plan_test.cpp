#include "populate/plan.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "populate/collision.h"
#include "populate/dials.h"

namespace windlass::populate {
namespace {

enum : Oid { kInt = 23, kText = 25, kBool = 16 };

Types types() {
  Types types;
  types[kInt].name = "int4";
  types[kInt].category = 'N';
  types[kText].name = "text";
  types[kText].category = 'S';
  types[kBool].name = "bool";
  types[kBool].category = 'B';
  return types;
}

Table table(std::vector<Column> columns, std::vector<Rule> rules = {}) {
  Table made;
  made.oid = 1;
  made.schema = "public";
  made.name = "t";
  made.columns = std::move(columns);
  made.rules = std::move(rules);
  return made;
}

Column column(const char* name, Oid type, bool not_null = false) {
  Column made;
  made.name = name;
  made.type = type;
  made.not_null = not_null;
  return made;
}

Rule rule(char kind, std::vector<std::string> columns, Oid referenced = 0) {
  Rule made;
  made.kind = kind;
  made.columns = std::move(columns);
  made.referenced = referenced;
  return made;
}

const Value& first(const PlannedRow& row, size_t column) {
  return row.columns[column].values[row.columns[column].start];
}

TEST(Carriers, AreWhatKeepsRowsApart) {
  const Table one = table(
      {column("id", kInt), column("flag", kBool), column("role", kInt), column("name", kText)},
      {rule('p', {"id"}), rule('u', {"flag", "name"}), rule('u', {"id", "role"}), rule('f', {"role"}, 7)});
  EXPECT_EQ(carriers(one, types()), (std::vector<std::string>{"id", "name"}));
  // Of references alone: the rows that they lead to keep them apart.
  EXPECT_TRUE(carriers(table({column("a", kInt), column("b", kInt)},
                             {rule('p', {"a", "b"}), rule('f', {"a"}, 7), rule('f', {"b"}, 8)}),
                       types())
                  .empty());
}

TEST(Plan, PlainRowsFillEveryColumnWithWhatTheChainMentionsFirst) {
  Hints hints;
  hints.values[{"t", "status"}] = {"new", "paid", "gone"};
  hints.values[{"t", "code"}] = {"admin"};
  const Table one = table({column("id", kInt, true), column("status", kText), column("code", kText)},
                          {rule('p', {"id"}), rule('u', {"code"})});
  const auto rows = plan_rows(one, types(), hints, Strength::Plain);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(first(rows[0], 1).text, "new");
  EXPECT_EQ(first(rows[1], 1).text, "paid");
  // A key never takes what a chain mentions: it may be about to insert it.
  for (const PlannedRow& row : rows) {
    EXPECT_EQ(first(row, 2).kind, ValueKind::Key);
    for (const Value& value : row.columns[2].values) EXPECT_NE(value.text, "admin");
    for (const Choices& choices : row.columns) EXPECT_TRUE(choices.values[choices.start].text);
  }
}

TEST(Plan, FullRowsAddEdges) {
  Hints hints;
  hints.values[{"t", "status"}] = {"new", "paid", "gone"};
  const Table one =
      table({column("id", kInt, true), column("status", kText), column("n", kInt)}, {rule('p', {"id"})});
  const auto rows = plan_rows(one, types(), hints, Strength::Full);
  const auto about = [&](ValueKind kind) {
    return std::find_if(rows.begin() + 2, rows.end(),
                        [&](const PlannedRow& row) { return row.about == kind; });
  };
  for (const ValueKind kind : {ValueKind::Null, ValueKind::Duplicate, ValueKind::Longest, ValueKind::Empty,
                               ValueKind::Zero, ValueKind::Ordinary, ValueKind::FromChain})
    EXPECT_NE(about(kind), rows.end()) << static_cast<int>(kind);
  EXPECT_EQ(about(ValueKind::Default), rows.end());
  EXPECT_EQ(first(*about(ValueKind::Null), 1).text, std::nullopt);
  EXPECT_EQ(first(*about(ValueKind::FromChain), 1).text, "gone");
  EXPECT_EQ(first(*about(ValueKind::Zero), 2).text, "0");
  EXPECT_NE(first(*about(ValueKind::Ordinary), 1).kind, ValueKind::FromChain);
}

TEST(Plan, ANumberThatAComingTypeDoesNotHold) {
  Hints hints;
  hints.coming_types[{"t", "n"}] = "SMALLINT";
  hints.coming_types[{"t", "m"}] = "bigint";
  const Table one = table({column("n", kInt), column("m", kInt)}, {});
  const auto rows = plan_rows(one, types(), hints, Strength::Full);
  const auto longest = std::find_if(rows.begin(), rows.end(),
                                    [](const PlannedRow& row) { return row.about == ValueKind::Longest; });
  ASSERT_NE(longest, rows.end());
  EXPECT_EQ(first(*longest, 0).text, "32768");
  EXPECT_NE(first(*longest, 1).kind, ValueKind::Longest);
  for (const PlannedRow& row : plan_rows(one, types(), hints, Strength::Plain))
    EXPECT_EQ(row.about, ValueKind::Ordinary);
}

TEST(Dials, SetEveryCombinationOnceAndTheNearestFirst) {
  const auto value = [](const char* text) { return std::vector<Value>{{ValueKind::Ordinary, text}}; };
  Dials dials({{{"a"}, {value("a0"), value("a1"), value("a2")}, 1}, {{"b"}, {value("b0"), value("b1")}, 0}});
  std::vector<std::string> seen = {*dials.cells()[0].value.text + *dials.cells()[1].value.text};
  while (dials.turn("check", {"a", "b"}))
    seen.push_back(*dials.cells()[0].value.text + *dials.cells()[1].value.text);
  EXPECT_EQ(seen.front(), "a1b0");
  EXPECT_EQ(seen.size(), 6U);
  std::sort(seen.begin(), seen.end());
  EXPECT_EQ(std::unique(seen.begin(), seen.end()), seen.end());
  EXPECT_FALSE(dials.turn("other", {"no such column"}));
  int single = 0;
  while (dials.turn_one_of_all()) ++single;
  EXPECT_EQ(single, 3);
}

TEST(Dials, DoNotTurnWhatALaterOneHides) {
  const auto value = [](const char* text) { return std::vector<Value>{{ValueKind::Ordinary, text}}; };
  Dials dials({{{"a"}, {value("a0"), value("a1"), value("a2")}, 0},
               {{"a"}, {value("key"), {{ValueKind::Null, {}}}}, 0}});
  EXPECT_EQ(dials.cells()[0].value.text, "key");
  EXPECT_TRUE(dials.turn("check", {"a"}));
  EXPECT_EQ(dials.cells()[0].value.text, std::nullopt);
  EXPECT_FALSE(dials.turn("check", {"a"}));
}

TEST(Collision, IsFoundByTheKeyOfTheDetail) {
  Rows rows;
  rows.rows = {
      {"public", "roles", {{"id", {ValueKind::Key, "7"}}, {"is_on", {ValueKind::Ordinary, "true"}}}}};
  EXPECT_NE(row_with_key(rows, "public", "roles", "Key (is_on)=(t) already exists."), nullptr);
  EXPECT_NE(row_with_key(rows, "", "roles", "Key (id, is_on)=(7, t) already exists."), nullptr);
  EXPECT_EQ(row_with_key(rows, "public", "roles", "Key (id)=(8) already exists."), nullptr);
  EXPECT_EQ(row_with_key(rows, "public", "others", "Key (id)=(7) already exists."), nullptr);
  EXPECT_EQ(row_with_key(rows, "public", "roles", "Key (lower(name))=(x) already exists."), nullptr);
}

TEST(InsertText, IsSqlThatPeopleCanRead) {
  EXPECT_EQ(insert_text({"public",
                         "t",
                         {{"id", {ValueKind::Key, "7"}},
                          {"My Col", {ValueKind::Null, {}}},
                          {"d", {ValueKind::Default, {}}}}}),
            "INSERT INTO t (id, \"My Col\") VALUES ('7', NULL)");
  EXPECT_EQ(insert_text({"App", "t", {}}), "INSERT INTO \"App\".t DEFAULT VALUES");
}

TEST(Plan, NumbersAtTheEdgeOfWhatThereIsAreNoNeighboursOfOthers) {
  Rule range = rule('c', {"n", "t"});
  range.definition =
      "CHECK (n >= '-9223372036854775808'::bigint AND n <= 99999999999999999999 AND length(t) <= "
      "9223372036854775807 AND length(t) > 99999999999999999999)";
  const Table one = table({column("n", kInt, true), column("t", kText, true)}, {range});
  const auto rows = plan_rows(one, types(), {}, Strength::Plain);
  ASSERT_EQ(rows.size(), 2U);
  std::vector<std::string> offered;
  for (const Value& value : rows[0].columns[0].values) offered.push_back(value.text.value_or("NULL"));
  EXPECT_EQ(std::count(offered.begin(), offered.end(), "-9223372036854775808"), 1);
  EXPECT_EQ(std::count(offered.begin(), offered.end(), "99999999999999999999"), 1);
}

}  // namespace
}  // namespace windlass::populate
