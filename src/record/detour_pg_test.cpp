// Going on past what the server refuses: real clients, a real server.
#include <chrono>
#include <cstring>
#include <thread>

#include "pg/connection.h"
#include "record/record_fixture.h"
#include "sql/statement_kind.h"

namespace windlass::record {
namespace {

class DetourTest : public RecordTest {
 protected:
  void TearDown() override {
    RecordTest::TearDown();
    pg::Connection direct = pg::Connection::open(TestServer::get().conninfo()).value();
    EXPECT_TRUE(direct.execute("DROP SCHEMA IF EXISTS go CASCADE"));
  }

  /// Everything may be pretended but what brings rows.
  void go_on() {
    {
      pg::Connection direct = pg::Connection::open(TestServer::get().conninfo()).value();
      ASSERT_TRUE(direct.execute("DROP SCHEMA IF EXISTS go CASCADE; CREATE SCHEMA go"));
    }
    auto rescue = std::make_shared<RescueOptions>();
    rescue->wants_savepoint = [this](std::string_view text) {
      asked_.emplace_back(text);
      return only_.empty() || base::contains(text, only_);
    };
    rescue->wants_savepoint_to_parse = [](std::string_view) { return true; };
    rescue->fine = [this](std::string_view text) { fine_.emplace_back(text); };
    rescue->built = [this](std::string_view text, const std::vector<std::string>& reports) {
      built_.emplace_back(std::string(text), reports);
    };
    rescue->due = [this](std::string_view text) -> std::optional<Due> {
      if (waiting_.empty() || (!text.empty() && !base::contains(text, due_behind_))) return std::nullopt;
      Due due{0, waiting_.front()};
      waiting_.erase(waiting_.begin());
      return due;
    };
    rescue->ran_late = [this](const Due& due, const std::optional<ServerMessage>& error,
                              const std::vector<std::string>&) {
      late_.push_back(due.text + (error ? ": " + error->sqlstate : std::string()));
    };
    rescue->mended = [this](std::string_view text) { mended_.emplace_back(text); };
    rescue->decide = [this](const Refusal& refusal) {
      Rescue rescue = refusal.again ? rescue_again_ : rescue_;
      rescue.tag = sql::statement_kind(refusal.text);
      if (rescue.tag == "INSERT") rescue.tag = "INSERT 0 0";
      if (refusal.answers_rows || rescue.tag == "SELECT") rescue.way = Rescue::Way::PassOn;
      return rescue;
    };
    RecorderOptions options;
    options.rescue = std::move(rescue);
    start(std::move(options));
    client_ = pg::Connection::open(conninfo()).value();
  }

  /// By the simple protocol; "tag" or "SQLSTATE", and the transaction status after it.
  std::string run(const std::string& sql) { return outcome(PQexec(client_.native(), sql.c_str())); }
  std::string run_extended(const std::string& sql) {
    return outcome(PQexecParams(client_.native(), sql.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0));
  }
  std::string outcome(PGresult* raw) {
    const ResultPointer result = result_of(raw);
    const char* state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
    static constexpr const char* kStatus[] = {"I", "active", "T", "E", "unknown"};
    return std::string(state != nullptr ? state : PQcmdStatus(result.get())) + " " +
           kStatus[PQtransactionStatus(client_.native())];
  }
  Recording end() {
    client_.close();
    return recorder_->stop();
  }

  pg::Connection client_;
  Rescue rescue_{Rescue::Way::Pretend, {}, ""}, rescue_again_{Rescue::Way::Pretend, {}, ""};
  std::vector<std::string> mended_;
  std::vector<std::pair<std::string, std::vector<std::string>>> built_;
  std::string only_;
  std::vector<std::string> asked_, fine_;
  std::string due_behind_;
  std::vector<std::string> waiting_, late_;
};

TEST_F(DetourTest, WhatIsRefusedSeemsToSucceed) {
  go_on();
  EXPECT_EQ(run("BEGIN"), "BEGIN T");
  EXPECT_EQ(run("CREATE TABLE go.t (id int)"), "CREATE TABLE T");
  EXPECT_EQ(run("CREATE TABLE go.t (id int, more text)"), "CREATE TABLE T");
  EXPECT_EQ(run("INSERT INTO go.missing VALUES (1)"), "INSERT 0 0 T");
  EXPECT_EQ(run("SELECT 1 FROM go.missing"), "42P01 T");
  EXPECT_EQ(run("INSERT INTO go.t VALUES (1)"), "INSERT 0 1 T");
  EXPECT_EQ(run("COMMIT"), "COMMIT I");
  EXPECT_EQ(run("SELECT * FROM go.t"), "SELECT 1 I");
  const Recording recording = end();
  ASSERT_EQ(recording.statements.size(), 8u);
  const auto& statements = recording.statements;
  ASSERT_TRUE(statements[2].refused);
  EXPECT_EQ(statements[2].refused->sqlstate, "42P07");
  EXPECT_EQ(statements[2].refused->severity, "ERROR");
  EXPECT_EQ(statements[2].refused->message, "relation \"t\" already exists");
  EXPECT_FALSE(statements[2].error);
  EXPECT_EQ(statements[3].refused->sqlstate, "42P01");
  EXPECT_EQ(statements[3].refused->position, 13);
  EXPECT_FALSE(statements[4].refused);
  EXPECT_EQ(statements[4].error->sqlstate, "42P01");
  EXPECT_EQ(statements[4].status_after, 'T');
  for (size_t i = 0; i < 7; ++i) EXPECT_EQ(statements[i].transaction, 1) << i;
}

TEST_F(DetourTest, ItIsRunAgainWithWhatEachRefusalAsksFor) {
  rescue_ = {Rescue::Way::Again, {"CREATE TYPE go.a AS ENUM ('x')"}, ""};
  rescue_again_ = {Rescue::Way::Again, {"CREATE TYPE go.b AS ENUM ('y')"}, ""};
  go_on();
  EXPECT_EQ(run("BEGIN"), "BEGIN T");
  EXPECT_EQ(run("CREATE TABLE go.t (a go.a, b go.b)"), "CREATE TABLE T");
  // Nobody can help this one: nothing is left of the tries.
  rescue_.first = {"CREATE TYPE go.c AS ENUM ('z')"};
  EXPECT_EQ(run("CREATE TABLE go.u (a go.never)"), "CREATE TABLE T");
  EXPECT_EQ(run("INSERT INTO go.t VALUES ('x', 'y')"), "INSERT 0 1 T");
  EXPECT_EQ(run("COMMIT"), "COMMIT I");
  EXPECT_EQ(run("SELECT NULL::go.c"), "42704 I");
  EXPECT_EQ(run("SELECT a FROM go.t"), "SELECT 1 I");
  const Recording recording = end();
  EXPECT_EQ(mended_, std::vector<std::string>{"CREATE TABLE go.t (a go.a, b go.b)"});
  ASSERT_GT(recording.statements.size(), 2u);
  EXPECT_EQ(recording.statements[1].refused->sqlstate, "42704");
  EXPECT_EQ(recording.statements[2].refused->message, "type \"go.never\" does not exist");
}

TEST_F(DetourTest, WhatIsBuiltAsideLeavesNothing) {
  rescue_.aside = {"DROP TABLE go.t CASCADE"};
  go_on();
  EXPECT_EQ(run("BEGIN"), "BEGIN T");
  EXPECT_EQ(run("CREATE TABLE go.t (id int)"), "CREATE TABLE T");
  EXPECT_EQ(run("CREATE VIEW go.v AS SELECT id FROM go.t"), "CREATE VIEW T");
  EXPECT_EQ(run("INSERT INTO go.t VALUES (7)"), "INSERT 0 1 T");
  EXPECT_EQ(run("CREATE TABLE go.t (id int, more text)"), "CREATE TABLE T");
  EXPECT_EQ(run_extended("CREATE TABLE go.t (id bigint)"), "CREATE TABLE T");
  // The command fails, or the statement does: nobody hears of it.
  EXPECT_EQ(run("CREATE VIEW go.v AS SELECT id FROM go.t"), "CREATE VIEW T");
  rescue_.aside = {"DROP TABLE go.missing"};
  EXPECT_EQ(run("CREATE TABLE go.t (id int, never text)"), "CREATE TABLE T");
  EXPECT_EQ(run("SELECT id FROM go.v WHERE id = 7"), "SELECT 1 T");
  EXPECT_EQ(run("INSERT INTO go.t VALUES (8)"), "INSERT 0 1 T");
  EXPECT_EQ(run("COMMIT"), "COMMIT I");
  const Recording recording = end();
  ASSERT_EQ(built_.size(), 2u);
  EXPECT_EQ(built_[0].first, "CREATE TABLE go.t (id int, more text)");
  EXPECT_EQ(built_[1].first, "CREATE TABLE go.t (id bigint)");
  ASSERT_EQ(recording.statements.size(), 11u);
  EXPECT_TRUE(recording.statements[4].refused);
  EXPECT_TRUE(recording.statements[4].notices.empty());
  EXPECT_TRUE(recording.statements[4].events.empty());
}

TEST_F(DetourTest, OutsideATransactionWithoutASavepoint) {
  go_on();
  EXPECT_EQ(run("CREATE TABLE go.t (id int)"), "CREATE TABLE I");
  EXPECT_EQ(run("CREATE TABLE go.t (id int, more text)"), "CREATE TABLE I");
  EXPECT_EQ(run_extended("INSERT INTO go.missing VALUES (1)"), "INSERT 0 0 I");
  EXPECT_EQ(run_extended("INSERT INTO go.t VALUES (1)"), "INSERT 0 1 I");
  EXPECT_EQ(run("SELECT 1; SELECT 1/0; SELECT 2"), "22012 I");
  EXPECT_EQ(run("CREATE INDEX CONCURRENTLY i ON go.t (id)"), "CREATE INDEX I");
  EXPECT_EQ(run("VACUUM go.t"), "VACUUM I");
  EXPECT_EQ(run("SELECT * FROM go.t"), "SELECT 1 I");
  const Recording recording = end();
  EXPECT_EQ(recording.statements[1].refused->sqlstate, "42P07");
  EXPECT_EQ(recording.statements[2].refused->sqlstate, "42P01");
  EXPECT_FALSE(recording.statements[3].refused);
}

TEST_F(DetourTest, SeveralStatementsSentAsOneShareTheTransactionThatTheServerMakesForThem) {
  go_on();
  EXPECT_EQ(run("CREATE TABLE go.t (id int)"), "CREATE TABLE I");
  // LOCK TABLE stands in no string by itself.
  EXPECT_EQ(run("LOCK TABLE go.t; INSERT INTO go.t VALUES (1)"), "INSERT 0 1 I");
  EXPECT_EQ(run("INSERT INTO go.t VALUES (2); INSERT INTO go.missing VALUES (3)"), "42P01 I");
  EXPECT_EQ(run("SELECT * FROM go.t"), "SELECT 1 I");
  PGconn* raw = client_.native();
  ASSERT_EQ(PQenterPipelineMode(raw), 1);
  for (const char* sql : {"INSERT INTO go.t VALUES (4)", "INSERT INTO go.missing VALUES (5)"})
    ASSERT_EQ(PQsendQueryParams(raw, sql, 0, nullptr, nullptr, nullptr, nullptr, 0), 1);
  ASSERT_EQ(PQpipelineSync(raw), 1);
  EXPECT_EQ(pipeline_results(raw, 1),
            (std::vector<ExecStatusType>{PGRES_COMMAND_OK, PGRES_FATAL_ERROR, PGRES_PIPELINE_SYNC}));
  EXPECT_EQ(PQexitPipelineMode(raw), 1);
  EXPECT_EQ(run("SELECT * FROM go.t"), "SELECT 1 I");
}

TEST_F(DetourTest, OutsideATransactionOnlyWhatIsPlanned) {
  only_ = "missing";
  go_on();
  EXPECT_EQ(run("CREATE TABLE go.t (id int)"), "CREATE TABLE I");
  EXPECT_EQ(run("CREATE TABLE go.t (id int)"), "42P07 I");
  EXPECT_EQ(run("DROP TABLE go.missing"), "DROP TABLE I");
}

TEST_F(DetourTest, OutsideATransactionNothingIsSetAside) {
  rescue_.aside = {"DROP TABLE go.t CASCADE"};
  go_on();
  EXPECT_EQ(run("CREATE TABLE go.t (id int)"), "CREATE TABLE I");
  EXPECT_EQ(run("INSERT INTO go.t VALUES (7)"), "INSERT 0 1 I");
  EXPECT_EQ(run("CREATE TABLE go.t (id int, more text)"), "CREATE TABLE I");
  EXPECT_EQ(run("SELECT id FROM go.t"), "SELECT 1 I");
  EXPECT_TRUE(built_.empty());
}

TEST_F(DetourTest, AgainOutsideATransaction) {
  go_on();
  rescue_ = {Rescue::Way::Again, {"CREATE TABLE go.missing (id int)"}, ""};
  EXPECT_EQ(run("INSERT INTO go.missing VALUES (1)"), "INSERT 0 1 I");
  EXPECT_EQ(run("SELECT * FROM go.missing"), "SELECT 1 I");
}

TEST_F(DetourTest, ByTheExtendedProtocolToo) {
  go_on();
  run("BEGIN");
  EXPECT_EQ(run_extended("CREATE TABLE go.t (id int)"), "CREATE TABLE T");
  EXPECT_EQ(run_extended("CREATE TABLE go.t (id int)"), "CREATE TABLE T");
  // Refused when it is parsed.
  EXPECT_EQ(run_extended("INSERT INTO go.missing VALUES (1)"), "INSERT 0 0 T");
  EXPECT_EQ(run_extended("SELECT 1 FROM go.missing"), "42P01 T");
  EXPECT_EQ(run_extended("SELECT 7"), "SELECT 1 T");
  EXPECT_EQ(run_extended("COMMIT"), "COMMIT I");
  EXPECT_EQ(run("SELECT * FROM go.t"), "SELECT 0 I");
  const Recording recording = end();
  EXPECT_EQ(recording.statements[2].refused->sqlstate, "42P07");
  EXPECT_EQ(recording.statements[3].refused->sqlstate, "42P01");
  EXPECT_EQ(recording.statements[4].error->sqlstate, "42P01");
}

TEST_F(DetourTest, PreparedOnceAndRunLater) {
  go_on();
  PGconn* const native = client_.native();
  run("BEGIN");
  run("CREATE TABLE go.t (id int PRIMARY KEY)");
  EXPECT_EQ(outcome(PQprepare(native, "p", "INSERT INTO go.t VALUES ($1)", 0, nullptr)), " T");
  const char* const one[] = {"1"};
  for (const char* expected : {"INSERT 0 1 T", "INSERT 0 0 T"})
    EXPECT_EQ(outcome(PQexecPrepared(native, "p", 1, one, nullptr, nullptr, 0)), expected);
  // The client's unnamed statement outlives windlass's own commands.
  EXPECT_EQ(outcome(PQprepare(native, "", "INSERT INTO go.t VALUES ($1)", 0, nullptr)), " T");
  const char* const two[] = {"2"};
  EXPECT_EQ(outcome(PQexecPrepared(native, "", 1, two, nullptr, nullptr, 0)), "INSERT 0 1 T");
  // What could not be prepared says so.
  EXPECT_EQ(outcome(PQprepare(native, "q", "INSERT INTO go.missing VALUES ($1)", 0, nullptr)), "42P01 T");
  EXPECT_EQ(outcome(PQdescribePrepared(native, "p")), " T");
  EXPECT_EQ(run("COMMIT"), "COMMIT I");
  EXPECT_EQ(run("SELECT * FROM go.t"), "SELECT 2 I");
}

TEST_F(DetourTest, APipelineGoesOnAfterEachOfItsStatements) {
  go_on();
  PGconn* const native = client_.native();
  ASSERT_EQ(PQenterPipelineMode(native), 1);
  for (const char* text : {"BEGIN", "CREATE TABLE go.t (id int)", "CREATE TABLE go.t (id int)",
                           "INSERT INTO go.missing VALUES (1)", "INSERT INTO go.t VALUES (1)", "COMMIT"})
    PQsendQueryParams(native, text, 0, nullptr, nullptr, nullptr, nullptr, 0);
  PQpipelineSync(native);
  std::string seen;
  for (int nulls = 0; nulls < 20;) {
    const ResultPointer result = result_of(PQgetResult(native));
    if (!result) {
      ++nulls;
      continue;
    }
    if (PQresultStatus(result.get()) == PGRES_PIPELINE_SYNC) break;
    seen += std::string(PQcmdStatus(result.get())) + ";";
  }
  EXPECT_EQ(seen, "BEGIN;CREATE TABLE;CREATE TABLE;INSERT 0 0;INSERT 0 1;COMMIT;");
  ASSERT_EQ(PQexitPipelineMode(native), 1);
  EXPECT_EQ(run("SELECT * FROM go.t"), "SELECT 1 I");
  const Recording recording = end();
  ASSERT_EQ(recording.statements.size(), 7u);
  EXPECT_TRUE(recording.statements[2].refused);
  EXPECT_TRUE(recording.statements[3].refused);
  EXPECT_FALSE(recording.statements[4].refused);
}

TEST_F(DetourTest, AnErrorThatIsPassedOnEndsThePipelineUpToItsSync) {
  go_on();
  PGconn* const native = client_.native();
  run("BEGIN");
  ASSERT_EQ(PQenterPipelineMode(native), 1);
  for (const char* text : {"SELECT 1", "SELECT 1/0", "SELECT 2"})
    PQsendQueryParams(native, text, 0, nullptr, nullptr, nullptr, nullptr, 0);
  PQpipelineSync(native);
  PQsendQueryParams(native, "SELECT 3", 0, nullptr, nullptr, nullptr, nullptr, 0);
  PQpipelineSync(native);
  EXPECT_EQ(pipeline_results(native, 2),
            (std::vector<ExecStatusType>{PGRES_TUPLES_OK, PGRES_FATAL_ERROR, PGRES_PIPELINE_ABORTED,
                                         PGRES_PIPELINE_SYNC, PGRES_TUPLES_OK, PGRES_PIPELINE_SYNC}));
}

TEST_F(DetourTest, EachStatementOfAStringByItself) {
  go_on();
  run("BEGIN");
  EXPECT_EQ(run("CREATE TABLE go.t (id int); CREATE TABLE go.t (id int); INSERT INTO go.t VALUES (1)"),
            "INSERT 0 1 T");
  EXPECT_EQ(
      run("INSERT INTO go.t VALUES (2); SELECT 'ä'; SELECT * FROM go.missing; INSERT INTO go.t VALUES (3)"),
      "42P01 T");
  EXPECT_EQ(run("INSERT INTO go.t VALUES (4); COMMIT"), "COMMIT I");
  EXPECT_EQ(run("SELECT * FROM go.t"), "SELECT 3 I");
  const Recording recording = end();
  ASSERT_EQ(recording.statements.size(), 11u);
  EXPECT_EQ(recording.statements[2].text, "CREATE TABLE go.t (id int)");
  EXPECT_TRUE(recording.statements[2].refused);
  EXPECT_TRUE(recording.statements[6].error);
  EXPECT_EQ(recording.statements[6].text, "SELECT * FROM go.missing");
  EXPECT_TRUE(recording.statements[7].skipped);
}

TEST_F(DetourTest, TheClientsOwnSavepointsAreLeftAlone) {
  go_on();
  run("BEGIN");
  run("CREATE TABLE go.t (id int)");
  run("SAVEPOINT mine");
  // Whoever makes a savepoint expects an error: it is told, and what it does about it works.
  EXPECT_EQ(run("CREATE TABLE go.t (id int)"), "42P07 T");
  EXPECT_EQ(run("ROLLBACK TO SAVEPOINT mine"), "ROLLBACK T");
  EXPECT_EQ(run("CREATE TABLE go.t (id int)"), "CREATE TABLE T");  // pretended again
  run("SAVEPOINT within");
  run("INSERT INTO go.t VALUES (1)");
  EXPECT_EQ(run("RELEASE SAVEPOINT within"), "RELEASE T");
  run("SAVEPOINT again");
  run("INSERT INTO go.t VALUES (2)");
  EXPECT_EQ(run("ROLLBACK TO again"), "ROLLBACK T");
  EXPECT_EQ(run("COMMIT AND CHAIN"), "COMMIT T");
  EXPECT_EQ(run("ROLLBACK"), "ROLLBACK I");
  EXPECT_EQ(run("SELECT * FROM go.t"), "SELECT 1 I");
}

TEST_F(DetourTest, OnlyWhatHasASavepoint) {
  go_on();
  only_ = "go.t";
  run("BEGIN");
  run("CREATE TABLE go.t (id int)");
  EXPECT_EQ(run("CREATE TABLE go.t (id int)"), "CREATE TABLE T");
  EXPECT_EQ(run("CREATE TABLE go.u (id int)"), "CREATE TABLE T");
  EXPECT_EQ(run("CREATE TABLE go.u (id int)"), "42P07 E");
  EXPECT_EQ(run("SELECT 1"), "25P02 E");
  EXPECT_EQ(run("COMMIT"), "ROLLBACK I");
  EXPECT_EQ(fine_, std::vector<std::string>{"CREATE TABLE go.t (id int)"});
}

TEST_F(DetourTest, ALabelMadeAndUsedInOneTransactionWhereTheServerAllowsIt) {
  // From 17 on a label of a type that the transaction made may be used; not where a savepoint stands around
  // the making.
  go_on();
  only_ = "CREATE TABLE";
  run("BEGIN");
  run("CREATE TABLE go.t (id int)");
  EXPECT_EQ(run("CREATE TABLE go.t (id int)"), "CREATE TABLE T");
  EXPECT_EQ(run("CREATE TYPE go.mood AS ENUM ('a')"), "CREATE TYPE T");
  EXPECT_EQ(run("ALTER TYPE go.mood ADD VALUE 'b'"), "ALTER TYPE T");
  EXPECT_EQ(run("CREATE TABLE go.m (m go.mood DEFAULT 'b')"), "CREATE TABLE T");
  run("COMMIT");
  const bool allowed = client_.server_version() >= 170000;
  const Recording recording = end();
  const Boxed<ServerMessage>& refused = recording.statements[5].refused;
  EXPECT_EQ(refused.has_value(), !allowed);
  if (refused) {
    EXPECT_EQ(refused->sqlstate, "55P04");
  }
}

TEST_F(DetourTest, AgainAfterWhatWasMissing) {
  go_on();
  rescue_ = {Rescue::Way::Again, {"CREATE TABLE go.missing (id int)"}, ""};
  run("BEGIN");
  EXPECT_EQ(run("INSERT INTO go.missing VALUES (1)"), "INSERT 0 1 T");
  EXPECT_EQ(run_extended("INSERT INTO go.missing SELECT generate_series(1, 3)"), "INSERT 0 3 T");
  // What is to come first fails, and so does the second attempt.
  EXPECT_EQ(run("INSERT INTO go.other VALUES (1)"), "INSERT 0 0 T");
  rescue_ = {Rescue::Way::Instead, {"CREATE INDEX i ON go.missing (id)"}, ""};
  EXPECT_EQ(run("CREATE INDEX CONCURRENTLY i ON go.missing (id)"), "CREATE INDEX T");
  EXPECT_EQ(run("COMMIT"), "COMMIT I");
  EXPECT_EQ(run("SELECT * FROM pg_indexes WHERE schemaname = 'go'"), "SELECT 1 I");
  const Recording recording = end();
  EXPECT_TRUE(recording.statements[1].refused);
  EXPECT_EQ(recording.statements[1].tag, "INSERT 0 1");
  EXPECT_FALSE(recording.statements[2].refused);
}

TEST_F(DetourTest, WhatIsDueRunsBehindTheStatementThatItWaitedFor) {
  go_on();
  due_behind_ = "go.team";
  waiting_ = {"CREATE TABLE go.member (team int REFERENCES go.team)", "CREATE TABLE go.member ()",
              "CREATE INDEX ON go.member (team)"};
  for (const bool extended : {false, true}) {
    SCOPED_TRACE(extended);
    const auto send = [&](const std::string& sql) { return extended ? run_extended(sql) : run(sql); };
    const std::vector<std::string> due = waiting_;
    EXPECT_EQ(send("BEGIN"), "BEGIN T");
    EXPECT_EQ(send("CREATE TABLE go.other (id int)"), "CREATE TABLE T");
    EXPECT_TRUE(late_.empty());
    EXPECT_EQ(send("CREATE TABLE go.team (id int PRIMARY KEY)"), "CREATE TABLE T");
    EXPECT_EQ(late_, (std::vector<std::string>{due[0], due[1] + ": 42P07", due[2]}));
    EXPECT_EQ(send("SELECT 1 FROM pg_indexes WHERE schemaname = 'go' AND tablename = 'member'"),
              "SELECT 1 T");
    EXPECT_EQ(send("ROLLBACK"), "ROLLBACK I");
    waiting_ = due;
    late_.clear();
  }
  // By itself, it is a transaction of its own.
  EXPECT_EQ(run("CREATE TABLE go.team (id int PRIMARY KEY)"), "CREATE TABLE I");
  EXPECT_EQ(late_.size(), 3u);
  EXPECT_EQ(run("SELECT 1 FROM go.member"), "SELECT 0 I");
  const Recording recording = end();
  EXPECT_EQ(recording.statements.size(), 12u);  // of windlass's own, none
}

TEST_F(DetourTest, CopyPasses) {
  go_on();
  PGconn* const native = client_.native();
  run("BEGIN");
  run("CREATE TABLE go.t (id int)");
  const auto copy = [&](const char* sql, const char* data) {
    const ResultPointer begun = result_of(PQexec(native, sql));
    if (PQresultStatus(begun.get()) != PGRES_COPY_IN) return std::string(PQresultErrorMessage(begun.get()));
    PQputCopyData(native, data, static_cast<int>(std::strlen(data)));
    PQputCopyEnd(native, nullptr);
    std::string done = outcome(PQgetResult(native));
    while (PGresult* more = PQgetResult(native)) PQclear(more);
    return done.substr(0, done.rfind(' '));
  };
  EXPECT_EQ(copy("COPY go.t FROM STDIN", "1\n2\n"), "COPY 2");
  EXPECT_EQ(run("SELECT * FROM go.t"), "SELECT 2 T");
  EXPECT_EQ(copy("COPY go.t FROM STDIN (FREEZE)", "3\n"), "COPY 1");
  EXPECT_EQ(run("INSERT INTO go.missing VALUES (1)"), "INSERT 0 0 T");
  EXPECT_EQ(run("COMMIT"), "COMMIT I");
}

TEST_F(DetourTest, MuchAtOnceAndNoticesOnTheWay) {
  go_on();
  run("BEGIN");
  EXPECT_EQ(run("SELECT repeat('x', 1000) FROM generate_series(1, 20000)"), "SELECT 20000 T");
  EXPECT_EQ(run("DO $$ BEGIN FOR i IN 1..2000 LOOP RAISE NOTICE 'n %', i; END LOOP; END $$"), "DO T");
  const std::string large = "SELECT '" + std::string(20'000'000, 'y') + "'";
  EXPECT_EQ(run(large), "SELECT 1 T");
  EXPECT_EQ(run_extended(large), "SELECT 1 T");
  EXPECT_EQ(run("ROLLBACK"), "ROLLBACK I");
}

TEST_F(DetourTest, ASessionThatIsKilled) {
  go_on();
  run("BEGIN");
  run("CREATE TABLE go.t (id int)");
  run("SELECT pg_terminate_backend(pg_backend_pid())");
  EXPECT_EQ(PQstatus(client_.native()), CONNECTION_BAD);
  const Recording recording = end();
  ASSERT_EQ(recording.sessions.size(), 1u);
  EXPECT_EQ(recording.sessions[0].ended_by, "server");
}

TEST_F(DetourTest, StopsWhileAStatementRuns) {
  go_on();
  run("BEGIN");
  ASSERT_EQ(PQsendQuery(client_.native(), "SELECT pg_sleep(60)"), 1);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  const auto begun = std::chrono::steady_clock::now();
  recorder_->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
}

}  // namespace
}  // namespace windlass::record
