#include "run/going_on.h"

#include <gtest/gtest.h>

namespace windlass::run {

namespace {

/// One session that ended so, and one statement in it that was not answered.
record::Recording unanswered(const std::string& ended_by) {
  record::Recording recording;
  recording.sessions.push_back({});
  recording.sessions[0].n = 1;
  recording.sessions[0].ended_by = ended_by;
  recording.statements.push_back({});
  recording.statements[0].n = 7;
  recording.statements[0].session = 1;
  return recording;
}

TEST(ServerWentAway, UnderAStatementWithoutAnAnswer) {
  EXPECT_TRUE(server_went_away(unanswered("server"), 7));
  EXPECT_FALSE(server_went_away(unanswered("server"), 8));
  EXPECT_FALSE(server_went_away(unanswered("client"), 7));
  EXPECT_FALSE(server_went_away(unanswered("cut off"), 7));
}

TEST(ServerWentAway, NotWhereTheServerSaidWhy) {
  record::Recording said = unanswered("server");
  said.statements[0].error = record::ServerMessage{};
  EXPECT_FALSE(server_went_away(said, 7));
  said = unanswered("server");
  said.statements[0].refused = record::ServerMessage{};
  EXPECT_FALSE(server_went_away(said, 7));
}

TEST(ServerWentAway, NotAfterAnAnswer) {
  record::Recording answered = unanswered("server");
  answered.statements[0].tag = "CREATE TABLE";
  EXPECT_FALSE(server_went_away(answered, 7));
}

}  // namespace

}  // namespace windlass::run
