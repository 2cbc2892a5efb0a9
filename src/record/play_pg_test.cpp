// Sending on a session in place of its client, with a real client and server.
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <optional>
#include <thread>

#include "record/messages.h"
#include "record/record_fixture.h"

namespace windlass::record {
namespace {

using ConnectionPointer = std::unique_ptr<PGconn, void (*)(PGconn*)>;

class PlayTest : public RecordTest {
 protected:
  ConnectionPointer connect() { return {PQconnectdb(conninfo().c_str()), PQfinish}; }

  static std::string value(const ConnectionPointer& connection, const char* query) {
    const ResultPointer result = result_of(PQexec(connection.get(), query));
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK || PQntuples(result.get()) != 1)
      return PQresultErrorMessage(result.get());
    return PQgetvalue(result.get(), 0, 0);
  }

  /// What `done` was told.
  bool play(int session, char status, std::string bytes) {
    std::mutex mutex;
    std::condition_variable told;
    std::optional<bool> answer;
    recorder_->play(session, status, std::move(bytes), [&](bool answered) {
      const std::lock_guard lock(mutex);
      answer = answered;
      told.notify_one();
    });
    std::unique_lock lock(mutex);
    EXPECT_TRUE(told.wait_for(lock, std::chrono::seconds(20), [&] { return answer.has_value(); }));
    return answer.value_or(false);
  }

  static std::string query(std::string_view text) { return text_message(wire::front::kQuery, text); }
};

TEST_F(PlayTest, GoesIntoTheClientsOwnTransactionAndIsRecordedAsItsOwn) {
  start();
  const ConnectionPointer connection = connect();
  PQclear(PQexec(connection.get(), "BEGIN"));
  const std::string marked = query(
      fmt::format("CREATE TEMP TABLE played (x int)\n/*wl:{};r=0001;f=a.py;l=3;c=1;o=execute*/", kToken));
  EXPECT_TRUE(play(1, 'T', marked + query("INSERT INTO played VALUES (7)")));
  EXPECT_EQ(PQtransactionStatus(connection.get()), PQTRANS_INTRANS);
  EXPECT_EQ(value(connection, "SELECT x FROM played"), "7");
  PQclear(PQexec(connection.get(), "ROLLBACK"));
  EXPECT_TRUE(base::contains(value(connection, "SELECT x FROM played"), "does not exist"));
  const Recording recording = recorder_->stop();
  ASSERT_GE(recording.statements.size(), 3u);
  EXPECT_EQ(recording.statements[1].text, "CREATE TEMP TABLE played (x int)");
  EXPECT_EQ(recording.statements[1].source.revision, "0001");
  EXPECT_EQ(recording.statements[1].transaction, recording.statements[0].transaction);
  EXPECT_EQ(recording.statements[2].tag, "INSERT 0 1");
}

TEST_F(PlayTest, TheClientHearsOfChangedSettingsAloneNotOfErrors) {
  start();
  const ConnectionPointer connection = connect();
  EXPECT_TRUE(play(1, 'I', query("SET DateStyle TO 'German'") + query("SELECT 1/0") + query("SELECT 2")));
  EXPECT_EQ(value(connection, "SELECT 3"), "3");
  EXPECT_STREQ(PQparameterStatus(connection.get(), "DateStyle"), "German, DMY");
  const Recording recording = recorder_->stop();
  ASSERT_GE(recording.statements.size(), 4u);
  EXPECT_EQ(recording.statements[1].error->sqlstate, "22012");
}

TEST_F(PlayTest, ManyMegabytesGoThrough) {
  start();
  const ConnectionPointer connection = connect();
  std::string bytes = query("CREATE TEMP TABLE long (t text)");
  for (int i = 0; i < 40; ++i)
    bytes += query("INSERT INTO long VALUES ('" + std::string(size_t{256} << 10, 'x') + "')");
  EXPECT_TRUE(play(1, 'I', bytes));
  EXPECT_EQ(value(connection, "SELECT sum(length(t)) FROM long"), std::to_string(40 * (256 << 10)));
}

TEST_F(PlayTest, IsRefusedWhereTheSessionIsNotWhatItMustBe) {
  start();
  {
    const ConnectionPointer connection = connect();
    EXPECT_FALSE(play(1, 'T', query("CREATE TABLE never ()")));  // it is idle
    EXPECT_FALSE(play(2, 'I', query("CREATE TABLE never ()")));  // there is none of that number
    PQsendQuery(connection.get(), "SELECT pg_sleep(0.3)");
    EXPECT_FALSE(play(1, 'I', query("CREATE TABLE never ()")));
    while (const ResultPointer result = result_of(PQgetResult(connection.get()))) {
    }
    EXPECT_TRUE(play(1, 'I', ""));
    EXPECT_EQ(value(connection, "SELECT count(*) FROM pg_class WHERE relname = 'never'"), "0");
  }
  recorder_->stop();
  EXPECT_FALSE(play(1, 'I', query("SELECT 1")));
}

TEST_F(PlayTest, AClientThatSpeaksMeanwhileIsAnsweredAfterwards) {
  start();
  const ConnectionPointer connection = connect();
  auto played = std::async(std::launch::async, [&] { return play(1, 'I', query("SELECT pg_sleep(0.5)")); });
  std::this_thread::sleep_for(std::chrono::milliseconds(150));
  EXPECT_EQ(value(connection, "SELECT 5"), "5");
  EXPECT_TRUE(played.get());
  EXPECT_EQ(value(connection, "SELECT 6"), "6");
}

TEST_F(PlayTest, ASessionThatDiesMeanwhileIsTold) {
  start();
  const ConnectionPointer connection = connect();
  EXPECT_FALSE(play(1, 'I', query("SELECT pg_terminate_backend(pg_backend_pid())") + query("SELECT 1")));
}

TEST_F(PlayTest, WhatAClientSentIsKeptAndCanBeSentAgain) {
  RecorderOptions options;
  options.keep_tapes = true;
  start(std::move(options));
  { PQclear(PQexec(connect().get(), "CREATE TEMP TABLE again (x int); INSERT INTO again VALUES (1)")); }
  recorder_->stop();
  const std::vector<Tape> tapes = recorder_->tapes();
  ASSERT_EQ(tapes.size(), 1u);
  EXPECT_EQ(tapes[0].session, 1);
  ASSERT_EQ(tapes[0].readies.size(), 2u);  // of the greeting, and of the query
  EXPECT_LE(tapes[0].readies[0].at, tapes[0].reads[0].at);
  EXPECT_LE(tapes[0].reads[0].at, tapes[0].readies[1].at);
  recorder_.reset();

  start();
  const ConnectionPointer connection = connect();
  EXPECT_TRUE(play(1, 'I', tapes[0].bytes.substr(0, tapes[0].reads[0].end)));
  EXPECT_EQ(value(connection, "SELECT x FROM again"), "1");
}

}  // namespace
}  // namespace windlass::record
