// The tracker without sockets: what is recorded of what both sides say.
#include "record/tracker.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "wire/bytes.h"

namespace windlass::record {
namespace {

using namespace std::string_literals;

class TrackerTest : public testing::Test {
 protected:
  TrackerTest() {
    settings_.token = "tok";
    settings_.marks = MarkReader("tok");
    session_ = journal_.open_session({});
    restart();
  }
  void restart() { tracker_ = std::make_unique<Tracker>(settings_, journal_, session_); }

  std::string client(char kind, const std::string& body) {
    std::string message, replacement;
    wire::append_message(message, kind, body);
    wire::Piece piece{kind, static_cast<uint32_t>(message.size()), message, true, true};
    tracker_->clock(time_ += 0.001);
    return tracker_->client(piece, replacement) == Verdict::Replace ? replacement : message;
  }
  bool server(char kind, const std::string& body = {}) {
    std::string message;
    wire::append_message(message, kind, body);
    wire::Piece piece{kind, static_cast<uint32_t>(message.size()), message, true, true};
    tracker_->clock(time_ += 0.001);
    return tracker_->server(piece) != Verdict::Drop;
  }
  void query(const std::string& text) { client('Q', text + '\0'); }
  void parse(const std::string& name, const std::string& text, const std::string& types = "\0\0"s) {
    client('P', name + '\0' + text + '\0' + types);
  }
  void bind_execute(const std::string& name) {
    client('B', "\0"s + name + "\0\0\0\0\0\0\0"s);
    client('E', "\0\0\0\0\0"s);
  }
  void sync() { client('S', ""); }
  void complete(const std::string& tag) { server('C', tag + '\0'); }
  void error(const std::string& sqlstate) { server('E', "SERROR\0VERROR\0C"s + sqlstate + "\0Mfailed\0\0"s); }
  void ready(const std::string& status = "I") {
    server('Z', status);
    tracker_->settle();
  }
  std::vector<Statement> statements() {
    tracker_->end();
    return journal_.take().statements;
  }

  TrackerSettings settings_;
  Journal journal_;
  int session_ = 0;
  std::unique_ptr<Tracker> tracker_;
  double time_ = 0;
};

TEST_F(TrackerTest, CountsConsecutiveExecutesOfAPreparedStatement) {
  parse("s1", "SELECT 1");
  sync();
  server('1');
  ready();
  for (int i = 0; i < 1000; ++i) {
    bind_execute("s1");
    sync();
    server('2');
    complete("SELECT 1");
    ready();
  }
  const auto recorded = statements();
  ASSERT_EQ(recorded.size(), 1u);
  EXPECT_EQ(recorded[0].executions, 1000u);
  EXPECT_EQ(recorded[0].rows, 1000);
  EXPECT_EQ(recorded[0].protocol, Protocol::Extended);
}

TEST_F(TrackerTest, ANoticeOrAnErrorIsNeverCountedAway) {
  parse("s1", "SELECT 1");
  server('1');
  for (int i = 0; i < 3; ++i) {
    bind_execute("s1");
    sync();
    server('2');
    if (i == 1) server('N', "SNOTICE\0VNOTICE\0C00000\0Mhear\0\0"s);
    complete("SELECT 1");
    ready();
  }
  const auto recorded = statements();
  ASSERT_EQ(recorded.size(), 3u);
  EXPECT_EQ(recorded[1].notices.at(0).message, "hear");
}

TEST_F(TrackerTest, TheSameSimpleQueryTwiceIsTwoStatements) {
  for (int i = 0; i < 2; ++i) {
    query("SELECT 1");
    complete("SELECT 1");
    ready();
  }
  EXPECT_EQ(statements().size(), 2u);
}

TEST_F(TrackerTest, ALoopOfAMillionTurnsDoesNotFillTheMemory) {
  for (int i = 0; i < 30'000; ++i) {
    for (const char* text : {"BEGIN", "UPDATE t SET x = 1", "COMMIT"}) {
      query(text);
      complete(text[0] == 'U' ? "UPDATE 1" : text);
      ready(text[0] == 'C' ? "I" : "T");
    }
  }
  const auto recorded = statements();
  EXPECT_LT(recorded.size(), 11'000u);
  uint64_t executions = 0;
  for (const Statement& statement : recorded) executions += statement.executions;
  EXPECT_EQ(executions, 90'000u);
}

TEST_F(TrackerTest, NorDoesAMillionRowsInsertedOneByOne) {
  for (int i = 0; i < 200'000; ++i) {
    query("INSERT INTO t VALUES (" + std::to_string(i) + ", 'x" + std::to_string(i) + "')");
    complete("INSERT 0 1");
    ready();
  }
  for (const char* text : {"DROP ROLE a", "DROP ROLE b"}) {
    query(text);
    complete("DROP ROLE");
    ready();
  }
  const auto recorded = statements();
  EXPECT_LT(recorded.size(), 100'010u);
  uint64_t rows = 0;
  for (const Statement& statement : recorded) rows += static_cast<uint64_t>(statement.rows.value_or(0));
  EXPECT_EQ(rows, 200'000u);
  EXPECT_EQ(recorded.back().text, "DROP ROLE b");
  EXPECT_EQ(recorded[recorded.size() - 2].text, "DROP ROLE a");
}

TEST_F(TrackerTest, AfterAnErrorThePipelineIsSkippedUntilSync) {
  for (const char* text : {"SELECT 1", "SELECT 1/0", "SELECT 2", "SELECT 3"}) {
    parse("", text);
    bind_execute("");
  }
  sync();
  parse("", "SELECT 4");
  bind_execute("");
  sync();
  server('1'), server('2'), complete("SELECT 1");
  server('1'), server('2'), error("22012");
  ready();
  server('1'), server('2'), complete("SELECT 1");
  ready();
  const auto recorded = statements();
  ASSERT_EQ(recorded.size(), 5u);
  EXPECT_EQ(recorded[0].tag, "SELECT 1");
  EXPECT_EQ(recorded[1].error->sqlstate, "22012");
  EXPECT_TRUE(recorded[2].skipped && recorded[3].skipped);
  EXPECT_EQ(recorded[3].transaction, recorded[0].transaction);
  EXPECT_EQ(recorded[4].text, "SELECT 4");
  EXPECT_EQ(recorded[4].tag, "SELECT 1");
  EXPECT_NE(recorded[4].transaction, recorded[0].transaction);
}

TEST_F(TrackerTest, AFailedParseIsOneStatementNotTwo) {
  parse("", "SELEC 1");
  bind_execute("");
  sync();
  error("42601");
  ready();
  const auto recorded = statements();
  ASSERT_EQ(recorded.size(), 1u);
  EXPECT_EQ(recorded[0].text, "SELEC 1");
  EXPECT_FALSE(recorded[0].skipped);
}

TEST_F(TrackerTest, ADeferredConstraintFailsTheLastStatementOfThePipeline) {
  parse("", "INSERT INTO t VALUES (1)");
  bind_execute("");
  sync();
  server('1'), server('2'), complete("INSERT 0 1");
  error("23503");
  ready();
  const auto recorded = statements();
  ASSERT_EQ(recorded.size(), 1u);
  EXPECT_EQ(recorded[0].error->sqlstate, "23503");
  EXPECT_EQ(recorded[0].tag, "");
}

TEST_F(TrackerTest, CopyInAPipelineReadsTheSyncAmongItsData) {
  parse("", "COPY t FROM STDIN");
  bind_execute("");
  sync();
  server('1'), server('2'), server('G', "\0\0\0"s);
  client('d', "1\n");
  client('d', "2\n");
  client('c', "");
  sync();
  complete("COPY 2");
  ready();
  query("SELECT 1");
  complete("SELECT 1");
  ready();
  const auto recorded = statements();
  ASSERT_EQ(recorded.size(), 2u);
  EXPECT_EQ(recorded[0].rows, 2);
  EXPECT_EQ(recorded[1].text, "SELECT 1");
  EXPECT_EQ(recorded[1].tag, "SELECT 1");
}

TEST_F(TrackerTest, DataSentAfterAFailedCopyIsIgnored) {
  query("COPY t FROM STDIN");
  server('G', "\0\0\0"s);
  client('d', "x\n");
  error("22P02");
  ready();
  client('d', "y\n");
  client('c', "");
  query("SELECT 1");
  complete("SELECT 1");
  ready();
  const auto recorded = statements();
  ASSERT_EQ(recorded.size(), 2u);
  EXPECT_EQ(recorded[0].error->sqlstate, "22P02");
  EXPECT_EQ(recorded[1].tag, "SELECT 1");
}

TEST_F(TrackerTest, TypesComeFromParseOrFromTheServer) {
  parse("a", "SELECT $1", "\0\x01\0\0\0\x17"s);
  bind_execute("a");
  parse("b", "SELECT $1, $2");
  client('D', "Sb\0"s);
  bind_execute("b");
  sync();
  server('1'), server('2'), complete("SELECT 1");
  server('1'), server('t', "\0\x02\0\0\0\x19\0\0\xff\xff"s), server('T', "\0\0"s), server('2'),
      complete("SELECT 1");
  ready();
  const auto recorded = statements();
  ASSERT_EQ(recorded.size(), 2u);
  ASSERT_EQ(recorded[0].parameters.size(), 1u);
  EXPECT_EQ(recorded[0].parameters[0].type, "int4");
  EXPECT_FALSE(recorded[0].parameters[0].value);
  EXPECT_EQ(recorded[1].parameters.at(0).type, "text");
  EXPECT_EQ(recorded[1].parameters.at(1).type, "65535");
}

TEST_F(TrackerTest, ValuesOnlyWhereAskedFor) {
  for (const ParametersMode mode : {ParametersMode::Off, ParametersMode::Types, ParametersMode::Values}) {
    settings_.parameters = mode;
    restart();
    parse("", "SELECT $1, $2", "\0\x02\0\0\0\x17\0\0\0\x11"s);
    client('B',
           "\0\0\0\x02\0\0\0\x01\0\x02\0\0\0\x02"
           "42\0\0\0\x01\xfe\0\0"s);
    client('E', "\0\0\0\0\0"s);
    sync();
    server('1'), server('2'), complete("SELECT 1");
    ready();
    tracker_->end();
  }
  const auto recorded = journal_.take().statements;
  ASSERT_EQ(recorded.size(), 3u);
  EXPECT_TRUE(recorded[0].parameters.empty());
  EXPECT_EQ(recorded[1].parameters.at(0).type, "int4");
  EXPECT_FALSE(recorded[1].parameters.at(0).value);
  EXPECT_EQ(recorded[2].parameters.at(0).value, "42");
  EXPECT_EQ(recorded[2].parameters.at(1).value, "\\xfe");
}

TEST_F(TrackerTest, TakesTheRunsReportsOutAndNothingElse) {
  query("CREATE TABLE t ()");
  EXPECT_FALSE(server('N', "SINFO\0VINFO\0C00000\0Mwindlass:tok:{}\0\0"s));
  EXPECT_TRUE(server('N', "SINFO\0VINFO\0C00000\0Mwindlass:other:{}\0\0"s));
  EXPECT_TRUE(server('N', "SNOTICE\0VNOTICE\0C00000\0Mwindlass:tok:{}\0\0"s));
  complete("CREATE TABLE");
  ready();
  const auto recorded = statements();
  ASSERT_EQ(recorded.size(), 1u);
  EXPECT_EQ(recorded[0].notices.size(), 2u);
}

TEST_F(TrackerTest, StripsMarksAndCorrectsTheLength) {
  const std::string sent = client('Q', "/*wl:tok;r=1*/SELECT 1\0"s);
  EXPECT_EQ(sent, "Q\0\0\0\x0dSELECT 1\0"s);
  const std::string parsed = client('P', "n\0/*wl:tok;r=1*/SELECT 1\0\0\0"s);
  EXPECT_EQ(parsed, "P\0\0\0\x11n\0SELECT 1\0\0\0"s);
}

TEST_F(TrackerTest, WhatWasUnderWayAtTheEndHasNeitherTagNorError) {
  query("SELECT pg_sleep(100); SELECT 2");
  const auto recorded = statements();
  ASSERT_EQ(recorded.size(), 2u);
  EXPECT_TRUE(recorded[0].tag.empty() && !recorded[0].error && !recorded[0].skipped);
  EXPECT_TRUE(recorded[1].skipped);
}

TEST_F(TrackerTest, WhateverBothSidesSayItGoesOn) {
  EXPECT_TRUE(rc::check([this](const std::vector<std::pair<bool, std::string>>& said) {
    restart();
    for (const auto& [from_client, body] : said) {
      const std::string kinds = from_client ? "QPBEDCSFdcfHX" : "C123TtnsZENGWIKVSRAd";
      const char kind = kinds[body.size() % kinds.size()];
      if (from_client)
        client(kind, body);
      else
        server(kind, body);
      tracker_->settle();
    }
    tracker_->end();
  }));
}

}  // namespace
}  // namespace windlass::record
