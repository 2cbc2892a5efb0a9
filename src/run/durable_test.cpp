#include "run/durable.h"

#include <gtest/gtest.h>

#include <string>

namespace windlass::run {
namespace {

struct Said {
  std::string tag;
  char status = 'T';
  std::optional<int64_t> rows = {};
  int session = 1;
  bool failed = false;
};

/// After which of them, counted from 1, something became durable.
std::vector<int> moments(const std::vector<Said>& all) {
  record::Recording recording;
  for (const Said& said : all) {
    record::Statement statement;
    statement.n = static_cast<int>(recording.statements.size()) + 1;
    statement.session = said.session;
    statement.tag = said.failed ? "" : said.tag;
    statement.status_after = said.status;
    statement.rows = said.rows;
    if (said.failed) statement.error = record::ServerMessage{};
    recording.statements.push_back(statement);
  }
  std::vector<int> numbers;
  for (const record::Statement* statement : durable_moments(recording)) numbers.push_back(statement->n);
  return numbers;
}

using Numbers = std::vector<int>;

TEST(Durable, ATransactionIsWithItsCommit) {
  EXPECT_EQ(moments({{"BEGIN"}, {"CREATE TABLE"}, {"CREATE INDEX"}, {"COMMIT", 'I'}}), Numbers{4});
}

TEST(Durable, AStatementOutsideATransactionIsByItself) {
  EXPECT_EQ(moments({{"CREATE INDEX", 'I'}, {"ALTER TYPE", 'I'}}), (Numbers{1, 2}));
}

TEST(Durable, WhatWroteNothingIsNot) {
  EXPECT_EQ(moments({{"BEGIN"}, {"SELECT 1", 'T', 1}, {"SET"}, {"COMMIT", 'I'}, {"SHOW", 'I'}}), Numbers{});
  EXPECT_EQ(moments({{"UPDATE 0", 'I', 0}, {"UPDATE 2", 'I', 2}}), Numbers{2});
}

TEST(Durable, WhatWasRolledBackIsNot) {
  EXPECT_EQ(moments({{"BEGIN"}, {"CREATE TABLE"}, {"ROLLBACK", 'I'}, {"COMMIT", 'I'}}), Numbers{});
  EXPECT_EQ(moments({{"CREATE TABLE", 'I', {}, 1, true}}), Numbers{});
  EXPECT_EQ(moments({{"BEGIN"}, {"CREATE TABLE"}, {"CREATE TABLE", 'E', {}, 1, true}, {"ROLLBACK", 'I'}}),
            Numbers{});
}

TEST(Durable, EachSessionHasATransactionOfItsOwn) {
  EXPECT_EQ(moments({{"BEGIN"}, {"CREATE TABLE"}, {"SELECT 1", 'I', 1, 2}, {"COMMIT", 'I'}}), Numbers{4});
}

}  // namespace
}  // namespace windlass::run
