// A client that is not heard any more, with a real client and server.
#include <atomic>
#include <chrono>
#include <thread>

#include "record/record_fixture.h"

namespace windlass::record {
namespace {

using HearNoMoreTest = RecordTest;

TEST_F(HearNoMoreTest, NothingBehindAStatementReachesTheServerAlsoIfItWasSentBefore) {
  RecorderOptions options;
  std::atomic<Recorder*> recorder{nullptr};
  options.on_statement = [&](const Statement& statement) {
    if (statement.text.starts_with("CREATE TABLE heard")) {
      // Its answer is with the client by now, which sends the next one at once.
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      recorder.load()->hear_no_more();
    }
  };
  start(std::move(options));
  recorder = recorder_.get();
  std::unique_ptr<PGconn, void (*)(PGconn*)> client(PQconnectdb(conninfo().c_str()), PQfinish);
  EXPECT_EQ(PQresultStatus(result_of(PQexec(client.get(), "CREATE TABLE heard ()")).get()), PGRES_COMMAND_OK);
  ASSERT_EQ(PQsendQuery(client.get(), "CREATE TABLE unheard ()"), 1);
  std::this_thread::sleep_for(std::chrono::milliseconds(400));
  client.reset();
  (void)recorder_->stop();
  const base::Output there =
      psql({"-Atc", "SELECT relname FROM pg_class WHERE relname ~ 'heard'"}, {}, TestServer::get().sockets());
  EXPECT_EQ(there.out, "heard\n");
  (void)psql({"-c", "DROP TABLE heard"}, {}, TestServer::get().sockets());
}

}  // namespace
}  // namespace windlass::record
