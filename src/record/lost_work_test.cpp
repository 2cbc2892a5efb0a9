#include "record/lost_work.h"

#include <gtest/gtest.h>

namespace windlass::record {
namespace {

Statement statement(int n, int transaction, const char* text, const char* tag) {
  Statement made;
  made.n = n;
  made.session = 1;
  made.transaction = transaction;
  made.text = text;
  made.tag = tag;
  if (made.tag.empty()) made.error = ServerMessage{};
  return made;
}

TEST(LostWork, ACommitAnsweredWithRollbackAndItsFirstError) {
  Recording recording;
  recording.statements = {statement(1, 1, "BEGIN", "BEGIN"), statement(2, 1, "SELECT 1/0", ""),
                          statement(3, 1, "SELECT 1", ""), statement(4, 1, "COMMIT", "ROLLBACK"),
                          statement(5, 2, "CREATE TABLE t ()", "CREATE TABLE")};
  ASSERT_EQ(lost_work(recording).size(), 1u);
  EXPECT_EQ(lost_work(recording)[0].commit, 4);
  EXPECT_EQ(lost_work(recording)[0].error, 2);
  EXPECT_FALSE(lost_work(recording)[0].went_on);
  recording.statements[4].effects.push_back(
      {{"table", "public.t"}, catalog::Change::Created, "", "{}", "", false});
  EXPECT_TRUE(lost_work(recording)[0].went_on);
  recording.statements[3].text = "end";
  EXPECT_EQ(lost_work(recording).size(), 1u);
}

TEST(LostWork, ARollbackThatWasAskedForIsNone) {
  Recording recording;
  recording.statements = {statement(1, 1, "BEGIN", "BEGIN"), statement(2, 1, "SELECT 1/0", ""),
                          statement(3, 1, "ROLLBACK", "ROLLBACK"), statement(4, 2, "BEGIN", "BEGIN"),
                          statement(5, 2, "COMMIT", "COMMIT")};
  EXPECT_TRUE(lost_work(recording).empty());
}

}  // namespace
}  // namespace windlass::record
