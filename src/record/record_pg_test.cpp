// The recorder between real clients and a real server.
#include "record/record_fixture.h"

namespace windlass::record {
namespace {

std::vector<std::string> texts(const Recording& recording) {
  std::vector<std::string> result;
  for (const Statement& statement : recording.statements) result.push_back(statement.text);
  return result;
}

TEST_F(RecordTest, SplitsAStringAndNamesTheStatementThatFailed) {
  start();
  const auto output =
      psql({"-c",
            "CREATE TEMP TABLE a (x int); INSERT INTO a SELECT generate_series(1, 5); SELECT 1/0; SELECT 2"});
  EXPECT_TRUE(base::contains(output.err, "division by zero")) << output.err;
  const Recording recording = recorder_->stop();
  ASSERT_EQ(recording.statements.size(), 4u);
  EXPECT_EQ(recording.statements[0].tag, "CREATE TABLE");
  EXPECT_EQ(recording.statements[1].tag, "INSERT 0 5");
  EXPECT_EQ(recording.statements[1].rows, 5);
  ASSERT_TRUE(recording.statements[2].error);
  EXPECT_EQ(recording.statements[2].error->sqlstate, "22012");
  EXPECT_TRUE(recording.statements[3].skipped);
  for (const Statement& statement : recording.statements)
    EXPECT_EQ(statement.transaction, 1) << statement.text;
  EXPECT_EQ(recording.statements[3].status_after, 'I');
  ASSERT_EQ(recording.sessions.size(), 1u);
  EXPECT_EQ(recording.sessions[0].ended_by, "client");
  EXPECT_EQ(recording.sessions[0].application_name, "psql");
  EXPECT_GT(recording.sessions[0].backend_pid, 0);
}

TEST_F(RecordTest, ASyntaxErrorBelongsToItsStatementAndKeepsTheOthersFromRunning) {
  start();
  psql({"-c", "SELECT 'ä'; SELECT 'b'; SELEC 3; SELECT 4"});
  const Recording recording = recorder_->stop();
  ASSERT_EQ(recording.statements.size(), 4u);
  EXPECT_TRUE(recording.statements[0].skipped);
  EXPECT_TRUE(recording.statements[1].skipped);
  ASSERT_TRUE(recording.statements[2].error);
  EXPECT_EQ(recording.statements[2].error->position, 1);
  EXPECT_TRUE(recording.statements[3].skipped);
}

TEST_F(RecordTest, NumbersTransactions) {
  start();
  psql({"-f", "-"},
       "SELECT 1;\nBEGIN;\nSELECT 2;\nSAVEPOINT s;\nSELECT 1/0;\nSELECT 3;\nROLLBACK TO s;\nCOMMIT;\nSELECT "
       "4;\n");
  const Recording recording = recorder_->stop();
  ASSERT_EQ(recording.statements.size(), 9u);
  const std::vector<int> numbers = {1, 2, 2, 2, 2, 2, 2, 2, 3};
  std::string statuses;
  for (size_t i = 0; i < 9; ++i) {
    EXPECT_EQ(recording.statements[i].transaction, numbers[i]) << recording.statements[i].text;
    statuses += recording.statements[i].status_after;
  }
  EXPECT_EQ(statuses, "ITTTEETII");
  EXPECT_EQ(recording.statements[5].error->sqlstate, "25P02");
}

TEST_F(RecordTest, CopiesBothWays) {
  start();
  const auto output = psql({"-c", "CREATE TABLE copied (x int, y text)", "-c", "\\copy copied from stdin",
                            "-c", "\\copy copied to stdout", "-c", "DROP TABLE copied"},
                           "1\tone\n2\ttwo\n");
  EXPECT_TRUE(base::contains(output.out, "1\tone\n2\ttwo\n")) << output.out << output.err;
  const Recording recording = recorder_->stop();
  ASSERT_EQ(recording.statements.size(), 4u);
  EXPECT_EQ(recording.statements[1].tag, "COPY 2");
  EXPECT_EQ(recording.statements[2].rows, 2);
}

TEST_F(RecordTest, PassesNotificationsOn) {
  start();
  const auto output =
      psql({"-c", "LISTEN windlass_test", "-c", "NOTIFY windlass_test, 'hello'", "-c", "SELECT 1"});
  EXPECT_TRUE(base::contains(output.out, "payload \"hello\"")) << output.out;
  EXPECT_EQ(texts(recorder_->stop()),
            (std::vector<std::string>{"LISTEN windlass_test", "NOTIFY windlass_test, 'hello'", "SELECT 1"}));
}

TEST_F(RecordTest, TakesReportsOutOfTheStreamAndKeepsOtherNotices) {
  start();
  const std::string report = fmt::format("RAISE INFO 'windlass:{}:{{\"broken\":'", kToken);
  const auto output =
      psql({"-c", "DO $$BEGIN RAISE NOTICE 'seen'; " + report + "; RAISE INFO 'windlass:other:{}'; END$$"});
  EXPECT_TRUE(base::contains(output.err, "NOTICE:  seen"));
  EXPECT_TRUE(base::contains(output.err, "windlass:other:"));
  EXPECT_FALSE(base::contains(output.err, kToken)) << output.err;
  const Recording recording = recorder_->stop();
  ASSERT_EQ(recording.statements.size(), 1u);
  EXPECT_EQ(recording.statements[0].notices.size(), 2u);
  // What cannot be read is said, not swallowed.
  ASSERT_EQ(recording.sessions[0].remarks.size(), 1u);
  EXPECT_TRUE(base::contains(recording.sessions[0].remarks[0], "could not be read"));
}

TEST_F(RecordTest, TakesMarksOffAndKeepsTheErrorPositionRight) {
  start();
  const std::string mark = fmt::format("/*wl:{};r=008;f=versions/008~20b.py;l=6;o=execute*/", kToken);
  auto client = pg::Connection::open(conninfo());
  ASSERT_TRUE(client);
  const std::unique_ptr<PGresult, void (*)(PGresult*)> result(
      PQexec(client->native(), (mark + "SELECT nowhere").c_str()), PQclear);
  EXPECT_STREQ(PQresultErrorField(result.get(), PG_DIAG_STATEMENT_POSITION), "8");
  const std::unique_ptr<PGresult, void (*)(PGresult*)> shown(
      PQexecParams(client->native(),
                   (mark + "SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()").c_str(), 0,
                   nullptr, nullptr, nullptr, nullptr, 0),
      PQclear);
  EXPECT_STREQ(PQgetvalue(shown.get(), 0, 0),
               "SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()");
  client->close();
  const Recording recording = recorder_->stop();
  ASSERT_EQ(recording.statements.size(), 2u);
  for (const Statement& statement : recording.statements) {
    EXPECT_EQ(statement.source.location.file, "versions/008 b.py");
    EXPECT_EQ(statement.source.location.line, 6);
    EXPECT_EQ(statement.source.revision, "008");
    EXPECT_EQ(statement.source.operation, "execute");
  }
  EXPECT_EQ(recording.statements[0].text, "SELECT nowhere");
}

TEST_F(RecordTest, CancelsAStatement) {
  start();
  auto client = pg::Connection::open(conninfo());
  ASSERT_TRUE(client);
  PQsendQuery(client->native(), "SELECT pg_sleep(60)");
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  PGcancel* const cancel = PQgetCancel(client->native());
  char error[256];
  EXPECT_EQ(PQcancel(cancel, error, sizeof error), 1) << error;
  PQfreeCancel(cancel);
  PGresult* const result = PQgetResult(client->native());
  EXPECT_STREQ(PQresultErrorField(result, PG_DIAG_SQLSTATE), "57014");
  PQclear(result);
  client->close();
  const Recording recording = recorder_->stop();
  ASSERT_EQ(recording.statements.size(), 1u);
  EXPECT_EQ(recording.statements[0].error->sqlstate, "57014");
}

}  // namespace
}  // namespace windlass::record
