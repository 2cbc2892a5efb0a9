#include "run/stop_script.h"

#include <gtest/gtest.h>

#include <functional>

namespace windlass::run {
namespace {

record::Statement sent(int n, std::string text, std::string tag) {
  record::Statement statement;
  statement.n = n;
  statement.session = 1;
  statement.text = std::move(text);
  statement.tag = std::move(tag);
  statement.status_after = 'T';
  return statement;
}

/// What an ordinary chain does over what it has made.
Evidence stopped() {
  Evidence run;
  record::Session session;
  session.n = 1;
  session.user = "app";
  session.database = "shop";
  run.recording.sessions = {session};
  record::Statement create = sent(4, "CREATE TABLE people (id integer)", "");
  record::ServerMessage error;
  error.sqlstate = "42P07";
  error.message = "relation \"people\" already exists";
  create.error = error;
  run.recording.statements = {sent(1, "BEGIN", "BEGIN"), sent(2, "show standard_conforming_strings", "SHOW"),
                              sent(3, "SELECT version_num FROM alembic_version", "SELECT 0"), create,
                              sent(5, "ROLLBACK", "ROLLBACK")};
  run.exit_code = 1;
  run.exception = PythonException{};
  run.exception->type = "sqlalchemy.exc.ProgrammingError";
  run.exception->message = "relation \"people\" already exists";
  return run;
}

TEST(StopScript, IsOfReadsAndOneRefusal) {
  const auto script = stop_script(stopped(), false);
  ASSERT_TRUE(script);
  EXPECT_EQ(script->database, "shop");
  EXPECT_EQ(script->role, "app");
  EXPECT_EQ(script->reads, (std::vector<std::string>{"show standard_conforming_strings",
                                                     "SELECT version_num FROM alembic_version"}));
  EXPECT_EQ(script->stop, "CREATE TABLE people (id integer)");
  EXPECT_EQ(script->refused.sqlstate, "42P07");
}

TEST(StopScript, IsNoneWhereAnythingElseHappened) {
  const auto none = [](const char* what, const std::function<void(Evidence&)>& change) {
    Evidence run = stopped();
    change(run);
    EXPECT_FALSE(stop_script(run, false)) << what;
  };
  const auto reads = [&none](const char* text) {
    none(text, [text](Evidence& run) { run.recording.statements[2].text = text; });
  };
  const auto stops = [&none](const char* text) {
    none(text, [text](Evidence& run) { run.recording.statements[3].text = text; });
  };
  EXPECT_FALSE(stop_script(stopped(), true)) << "its session had settings of its own";
  none("it ended well", [](Evidence& run) {
    run.exit_code = 0;
    run.exception.reset();
  });
  none("its time was up", [](Evidence& run) { run.timed_out = true; });
  none("another session", [](Evidence& run) { run.recording.sessions.push_back({}); });
  none("a program", [](Evidence& run) { run.children.push_back({"git", {}}); });
  none("values beside the text", [](Evidence& run) { run.recording.statements[2].parameters.push_back({}); });
  none("it did something", [](Evidence& run) { run.recording.statements[2].effects.push_back({}); });
  none("went on past the refusal",
       [](Evidence& run) { run.recording.statements.push_back(sent(6, "SELECT 1", "SELECT 1")); });
  none("the refusal did not end it", [](Evidence& run) { run.exception->message = "no"; });
  none("the server's moment", [](Evidence& run) { run.recording.statements[3].error->sqlstate = "57014"; });
  reads("INSERT INTO t VALUES (1)");
  reads("SELECT 1; SELECT 2");
  reads("SELECT * FROM t WHERE secret = '***'");
  reads("SELECT currval('s')");
  reads("BEGIN READ WRITE");
  reads("SAVEPOINT a");
  reads("DO $$ BEGIN PERFORM 1; END $$");
  reads("COPY t TO PROGRAM 'cat'");
  stops("INSERT INTO people VALUES (1)");
  stops("CREATE TABLE people AS SELECT nextval('s')");
  stops("CREATE INDEX CONCURRENTLY i ON people (id)");
  stops("ALTER TABLE people ADD COLUMN id serial");
  stops("CREATE EXTENSION hstore");
}

TEST(StopScript, WhatASessionSetMustHoldUntilTheStop) {
  Evidence run = stopped();
  run.recording.statements[1].text = "SET search_path TO shop";
  EXPECT_TRUE(stop_script(run, false));
  run.recording.statements[2] = sent(3, "ROLLBACK", "ROLLBACK");
  EXPECT_FALSE(stop_script(run, false));
}

}  // namespace
}  // namespace windlass::run
