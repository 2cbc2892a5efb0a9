#include "populate/values.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace windlass::populate {
namespace {

enum : Oid {
  kInt = 23,
  kVarchar = 1043,
  kText = 25,
  kNumeric = 1700,
  kBool = 16,
  kMood = 9001,
  kShort = 9002,
  kMoods = 9003,
  kComposite = 9004,
  kOdd = 9005,
  kDate = 1082
};

const Types& types() {
  static const Types all = [] {
    Types types;
    const auto add = [&](Oid oid, const char* name, char kind, char category) -> Type& {
      types[oid].name = name;
      types[oid].kind = kind;
      types[oid].category = category;
      return types[oid];
    };
    add(kInt, "int4", 'b', 'N');
    add(kText, "text", 'b', 'S');
    add(kVarchar, "varchar", 'b', 'S');
    add(kNumeric, "numeric", 'b', 'N');
    add(kBool, "bool", 'b', 'B');
    add(kDate, "date", 'b', 'D');
    add(kMood, "mood", 'e', 'E').labels = {"happy", "sad"};
    add(kShort, "short", 'd', 'S').base = kVarchar;
    types[kShort].modifier = 9;
    add(kMoods, "_mood", 'b', 'A').element = kMood;
    add(kComposite, "comp", 'c', 'C').fields = {{kInt, -1}, {kText, -1}};
    add(kOdd, "odd", 'b', 'U');
    return types;
  }();
  return all;
}

const Values kValues(types());

int varchar(int length) { return length + 4; }

RC_GTEST_PROP(Values, ForKeysAreDistinctAndFar, ()) {
  const int row = *rc::gen::inRange(1, 600), other = *rc::gen::inRange(1, 600),
            column = *rc::gen::inRange(0, 30);
  RC_PRE(row != other);
  for (const Field field :
       {Field{kInt, -1}, Field{kText, -1}, Field{kVarchar, varchar(12)}, Field{kDate, -1}})
    RC_ASSERT(kValues.unusual(field, {row, column}) != kValues.unusual(field, {other, column}));
  RC_ASSERT(std::stol(*kValues.unusual({kInt, -1}, {row, column})) > 1'000'000);
}

RC_GTEST_PROP(Values, OfTextKeepToTheLength, ()) {
  const int length = *rc::gen::inRange(1, 3000);
  const Seed seed{*rc::gen::inRange(1, 600), *rc::gen::inRange(0, 30)};
  const Field field{kVarchar, varchar(length)};
  const auto limit = static_cast<size_t>(length);
  RC_ASSERT(kValues.ordinary(field, seed)->size() <= limit);
  RC_ASSERT(kValues.unusual(field, seed)->size() <= limit);
  RC_ASSERT(kValues.longest(field, seed)->size() == std::min<size_t>(limit, 2000));
  for (const std::string& form : kValues.other_forms(field, seed)) RC_ASSERT(form.size() <= limit);
}

RC_GTEST_PROP(Values, OfNumericKeepToThePrecision, ()) {
  const int precision = *rc::gen::inRange(1, 20), scale = *rc::gen::inRange(0, precision + 1);
  const std::string value = *kValues.ordinary({kNumeric, (precision << 16 | scale) + 4},
                                              {*rc::gen::inRange(1, 600), *rc::gen::inRange(0, 30)});
  const size_t point = value.find('.');
  const std::string whole = value.substr(0, point);
  RC_ASSERT(whole == "0" || static_cast<int>(whole.size()) <= precision - scale);
  RC_ASSERT((point != std::string::npos) == (scale > 0));
}

TEST(Values, GrowFromColumnToColumn) {
  EXPECT_LT(*kValues.ordinary({kDate, -1}, {1, 2}), *kValues.ordinary({kDate, -1}, {1, 3}));
  EXPECT_LT(std::stoi(*kValues.ordinary({kInt, -1}, {1, 2})),
            std::stoi(*kValues.ordinary({kInt, -1}, {1, 3})));
}

TEST(Values, GoThroughDomainsArraysAndComposites) {
  EXPECT_EQ(kValues.longest({kShort, -1}, {1, 0})->size(), 5U);
  EXPECT_EQ(kValues.ordinary({kMoods, -1}, {1, 0}), "{\"happy\",\"sad\"}");
  EXPECT_EQ(kValues.ordinary({kComposite, -1}, {1, 0})->front(), '(');
  EXPECT_TRUE(kValues.has_few({kMood, -1}));
  EXPECT_TRUE(kValues.has_few({kBool, -1}));
}

TEST(Values, OfAnUnknownTypeAreGuesses) {
  EXPECT_EQ(kValues.ordinary({kOdd, -1}, {1, 0}), std::nullopt);
  EXPECT_FALSE(kValues.other_forms({kOdd, -1}, {1, 0}).empty());
  EXPECT_EQ(kValues.ordinary({4711, -1}, {1, 0}), std::nullopt);
}

TEST(Values, JustBeyondWhatAWholeNumberHolds) {
  EXPECT_EQ(kValues.just_beyond({kInt, -1}, "smallint"), "32768");
  EXPECT_EQ(kValues.just_beyond({kInt, -1}, "INTEGER"), std::nullopt);
  EXPECT_EQ(kValues.just_beyond({kInt, -1}, "bigint"), std::nullopt);
  EXPECT_EQ(kValues.just_beyond({kInt, -1}, "text"), std::nullopt);
  EXPECT_EQ(kValues.just_beyond({kNumeric, -1}, "bigint"), "9223372036854775808");
  EXPECT_EQ(kValues.just_beyond({kNumeric, ((12 << 16) | 2) + 4}, "integer"), "2147483648");
  EXPECT_EQ(kValues.just_beyond({kNumeric, ((11 << 16) | 2) + 4}, "integer"), std::nullopt);
  EXPECT_EQ(kValues.just_beyond({kText, -1}, "integer"), std::nullopt);
}

}  // namespace
}  // namespace windlass::populate
