#include "record/tape.h"

#include <gtest/gtest.h>

#include "record/messages.h"

namespace windlass::record {
namespace {

namespace front = wire::front;

std::string parse(std::string_view name, std::string_view text) {
  std::string body;
  wire::append_text(body, name);
  wire::append_text(body, text);
  body += std::string(2, '\0');  // no parameter types
  return message(front::kParse, body);
}

std::string close_statement(std::string_view name) {
  std::string body = "S";
  wire::append_text(body, name);
  return message(front::kClose, body);
}

TEST(Tape, CountsTheAnswersThatEndWithReadyForQuery) {
  const Asked asked = asked_by(text_message(front::kQuery, "BEGIN") + parse("", "SELECT 1") + sync_message());
  EXPECT_EQ(asked.answers, 2u);
  EXPECT_TRUE(asked.synced);
  EXPECT_TRUE(asked.sound);
  EXPECT_FALSE(asked.prepares);
}

TEST(Tape, WhatNoSyncFollowsIsNotAnswered) {
  EXPECT_FALSE(asked_by(parse("", "SELECT 1")).synced);
  EXPECT_FALSE(asked_by(sync_message() + message(front::kFlush, "")).synced);
}

TEST(Tape, AStatementWithANameThatIsLeftIsOneTheClientCountsOn) {
  EXPECT_TRUE(asked_by(parse("s1", "SELECT 1") + sync_message()).prepares);
  EXPECT_FALSE(asked_by(parse("s1", "SELECT 1") + close_statement("s1") + sync_message()).prepares);
  EXPECT_TRUE(asked_by(parse("s1", "SELECT 1") + close_statement("s2") + sync_message()).prepares);
}

TEST(Tape, HalfAMessageAndTheEndOfTheSessionAreNotSentAgain) {
  const std::string query = text_message(front::kQuery, "SELECT 1");
  EXPECT_TRUE(asked_by(query).sound);
  EXPECT_FALSE(asked_by(query.substr(0, query.size() - 1)).sound);
  EXPECT_FALSE(asked_by(query + message(front::kTerminate, "")).sound);
  EXPECT_FALSE(asked_by(query + message(front::kCopyFail, "no")).sound);
  EXPECT_FALSE(asked_by(std::string("Q\0\0\0\1", 5)).sound);
  EXPECT_TRUE(asked_by("").sound);
}

TEST(Tape, KeepsNothingBeyondItsLength) {
  Tape tape;
  tape.sent(std::string(Tape::kLongest, 'x'), 1);
  EXPECT_TRUE(tape.whole);
  tape.sent("y", 2);
  EXPECT_FALSE(tape.whole);
  EXPECT_EQ(tape.bytes.size(), Tape::kLongest);
  EXPECT_EQ(tape.reads.size(), 1u);
}

}  // namespace
}  // namespace windlass::record
