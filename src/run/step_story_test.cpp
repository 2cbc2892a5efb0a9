#include "run/step_story.h"

#include <gtest/gtest.h>

#include "record/messages.h"

namespace windlass::run {
namespace {

/// A run of one step, and what its one session sent.
class HeldAfterStep : public testing::Test {
 protected:
  std::string held(const std::string& during = {}, const std::string& after = kHeld,
                   const std::string& memo = "{}") {
    record::Tape tape;
    tape.session = 1;
    tape.readies.push_back({100.5, 'T'});
    tape.sent(sent_, 101.1);
    tape.readies.push_back({101.2, 'T'});
    return held_after_step(R"({"event":"hello","began":100.0})"
                           "\n"
                           R"({"event":"step","revision":"1","direction":")" +
                               direction_ + R"(","phase":"start","t":1})" + "\n" + during + "\n" +
                               (memo.empty() ? "" : R"({"event":"memo","names":)" + memo + "}\n") +
                               R"({"event":"step","revision":"1","phase":"end","t":2})" + "\n" + after + "\n",
                           {&tape, 1});
  }

  static constexpr const char* kHeld = R"({"event":"held","changed":[],"imported":[]})";
  std::string direction_ = "upgrade";
  std::string sent_ = record::text_message(wire::front::kQuery, "CREATE TABLE t (x int)");
};

TEST_F(HeldAfterStep, NothingByStatementsAlone) {
  EXPECT_EQ(held(), "");
  EXPECT_EQ(held(R"({"event":"inputs","files":["a.sql"]})"), "");
}

TEST_F(HeldAfterStep, TypesThatAlembicRemembers) {
  EXPECT_EQ(held("", kHeld, R"({"enums":[[null,"mood"]]})"), "Alembic remembers types that it created");
  EXPECT_EQ(held("", kHeld, "null"), "Alembic remembers types that it created");
  EXPECT_EQ(held("", kHeld, ""), "Alembic remembers types that it created");
}

TEST_F(HeldAfterStep, WhatModulesHold) {
  EXPECT_EQ(held("", R"({"event":"held","changed":["helper.seen"]})"),
            "its process holds something else: helper.seen");
  EXPECT_EQ(held("", R"({"event":"held","changed":[],"imported":["helper"]})"),
            "it imported modules of the project: helper");
  EXPECT_EQ(held("", ""), "what its process holds is not known");
}

TEST_F(HeldAfterStep, MoreThanStatements) {
  for (const char* more :
       {R"({"event":"connect","driver":"psycopg2"})", R"({"event":"child","argv0":"psql"})",
        R"({"event":"wrote"})", R"({"event":"listed"})"})
    EXPECT_EQ(held(more), "it did more than send statements") << more;
  direction_ = "downgrade";
  EXPECT_EQ(held(), "it did more than send statements");
}

TEST_F(HeldAfterStep, AStatementThatTheDriverPrepared) {
  sent_ = record::text_message(wire::front::kParse, std::string("one\0SELECT 1\0\0", 14)) +
          record::text_message(wire::front::kSync, "");
  EXPECT_EQ(held(), "it did not send all by one session, or left prepared statements");
}

TEST_F(HeldAfterStep, NoStepAtAll) { EXPECT_EQ(held_after_step("", {}), "it was not one step"); }

}  // namespace
}  // namespace windlass::run
