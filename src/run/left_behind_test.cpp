#include "run/left_behind.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>

namespace windlass::run {
namespace {

using Texts = std::vector<std::string>;

/// A chain of four revisions, each with its texts; run at once, and the second one alone.
class LeftBehindTest : public testing::Test {
 protected:
  LeftBehindTest() {
    for (size_t i = 0; i < order_.size(); ++i) {
      chain::Revision revision;
      revision.id = order_[i];
      if (i > 0) revision.parents = {order_[i - 1]};
      chain_.revisions.push_back(revision);
    }
    chain_.heads = {order_.back()};
    chain_.bases = {order_.front()};
  }

  Evidence run_of(const Texts& ids) const {
    Evidence run;
    run.chain = chain_;
    record::Session session;
    session.n = 1;
    session.ended = 9;
    session.ended_by = "client";
    run.recording.sessions = {session};
    int transaction = 0;
    const auto add = [&](const std::string& text, const std::string& revision, const std::string& operation) {
      record::Statement statement;
      statement.session = 1;
      statement.transaction = transaction;
      statement.source.revision = revision;
      statement.source.operation = operation;
      statement.text = text;
      statement.status_after = 'T';
      run.recording.statements.push_back(statement);
    };
    for (const std::string& id : ids) {
      if (transaction == 0 || each_its_own_) {
        ++transaction;
        add("BEGIN", "", "");
        for (const std::string& text : of_env_) add(text, "", "connection");
      }
      for (const std::string& text : texts_.at(id)) add(text, id, "execute");
      add("UPDATE alembic_version SET version_num='" + id + "'", id, "version");
      Step step;
      step.revision = id;
      step.finished = true;
      run.steps.push_back(step);
      run.versions = {id};
    }
    return run;
  }

  std::string left(const std::string& held = {}) const {
    return LeftBehind(clean_with(), order_, to_).by(step_left(alone_with(), held, order_[1]), 1);
  }

  Evidence clean_with() const {
    Evidence clean = run_of(order_);
    change_clean_(clean);
    return clean;
  }
  Evidence alone_with() const {
    Evidence alone = run_of({"2"});
    change_alone_(alone);
    return alone;
  }

  Texts order_ = {"1", "2", "3", "4"};
  std::map<std::string, Texts> texts_ = {{"1", {"CREATE TABLE t (x int)"}},
                                         {"2", {"ALTER TABLE t ADD y int"}},
                                         {"3", {"CREATE INDEX i ON t (x)"}},
                                         {"4", {"ALTER TABLE t ALTER x SET NOT NULL"}}};
  Texts of_env_;
  std::string to_ = "heads";
  chain::Chain chain_;
  bool each_its_own_ = false;
  std::function<void(Evidence&)> change_clean_ = [](Evidence&) {}, change_alone_ = [](Evidence&) {};
};

TEST_F(LeftBehindTest, NothingByAnEverydayRevision) {
  EXPECT_EQ(left(), "");
  each_its_own_ = true;
  EXPECT_EQ(left(), "");
  to_ = "4";
  EXPECT_EQ(left(), "");
}

TEST_F(LeftBehindTest, WhatTheProcessHolds) { EXPECT_EQ(left("Alembic remembers"), "Alembic remembers"); }

TEST_F(LeftBehindTest, OnlyByOneStepThatWentWell) {
  change_alone_ = [](Evidence& run) { run.exit_code = 1; };
  EXPECT_EQ(left(), "the run failed");
  change_alone_ = [](Evidence& run) { run.steps.push_back(run.steps.front()); };
  EXPECT_EQ(left(), "it was not one step");
  change_alone_ = [](Evidence& run) { run.versions = {"1", "2"}; };
  EXPECT_EQ(left(), "the version table holds something else");
  change_alone_ = [](Evidence& run) { run.deadlocks.push_back({1, 2, 3}); };
  EXPECT_EQ(left(), "sessions waited for one another");
}

TEST_F(LeftBehindTest, OnlyOnAPlainLine) {
  chain_.revisions[2].depends_on = {"1"};
  EXPECT_EQ(left(), "the rest of the chain is no plain line");
  chain_.revisions[2].depends_on.clear();
  chain_.revisions[3].parents = {"3", "2"};
  EXPECT_EQ(left(), "the rest of the chain is no plain line");
  chain_.revisions[3].parents = {"3"};
  chain_.heads = {"4", "9"};
  EXPECT_EQ(left(), "the chain has several heads");
  to_ = "+2";
  EXPECT_EQ(left(), "the target is no revision of the chain");
}

TEST_F(LeftBehindTest, WhatWasBeforeMayBranch) {
  chain_.revisions[0].parents = {"a", "b"};
  EXPECT_EQ(left(), "");
}

TEST_F(LeftBehindTest, OnlyWhereTheCleanRunCameToItsEnd) {
  change_clean_ = [](Evidence& run) { run.steps.back().finished = false; };
  EXPECT_EQ(left(), "the clean run did not come to its end");
  change_clean_ = [](Evidence& run) { run.exit_code = 1; };
  EXPECT_EQ(left(), "the clean run did not come to its end");
}

TEST_F(LeftBehindTest, ASecondSession) {
  const auto open_beside = [](double started, double ended) {
    return [=](Evidence& run) {
      record::Session other;
      other.n = 2;
      other.started = started;
      other.ended = ended;
      other.ended_by = "client";
      run.recording.sessions.front().started = 2;
      run.recording.sessions.push_back(other);
    };
  };
  const std::string beside = "another session was open beside that of the revisions";
  change_clean_ = open_beside(1, 3);
  EXPECT_EQ(left(), beside);
  change_clean_ = open_beside(0, 1);
  EXPECT_EQ(left(), "");
  change_alone_ = open_beside(3, 4);
  EXPECT_EQ(left(), beside);
  change_alone_ = [](Evidence& run) { run.recording.statements.back().session = 2; };
  EXPECT_EQ(left(), "revisions came through several sessions");
}

TEST_F(LeftBehindTest, WhatItLeavesInItsSession) {
  texts_["2"] = {"SET search_path TO a"};
  EXPECT_EQ(left(), "it leaves in its session: SET");
  each_its_own_ = true;
  EXPECT_EQ(left(), "it leaves in its session: SET");
  texts_["2"] = {"CREATE EXTENSION hstore"};
  EXPECT_EQ(left(), "it makes or changes an extension");
}

TEST_F(LeftBehindTest, WhatAnotherRevisionLeavesIsThatOnes) {
  texts_["3"] = {"SET search_path TO a"};
  EXPECT_EQ(left(), "");
}

TEST_F(LeftBehindTest, WhatAnyRevisionCouldSee) {
  texts_["4"] = {"SELECT currval('s')"};
  EXPECT_EQ(left(), "the chain speaks of currval");
}

TEST_F(LeftBehindTest, FunctionsOfTheDatabase) {
  const auto with_function = [](Evidence& run) {
    run.before.facts.push_back({{"function", "public.fill(integer)"},
                                R"({"definition":"CREATE FUNCTION fill() AS 'SELECT 1'"})",
                                "",
                                ""});
  };
  change_alone_ = with_function;
  EXPECT_EQ(left(), "");
  texts_["2"] = {"SELECT fill(1)"};
  EXPECT_EQ(left(), "it calls a function of the database: fill");
  texts_["2"] = {"CREATE TRIGGER g AFTER INSERT ON t EXECUTE FUNCTION fill()"};
  EXPECT_EQ(left(), "");
  texts_["2"] = {"INSERT INTO t VALUES (1)"};
  EXPECT_EQ(left(), "rows that it writes may call a function of the database");
  change_alone_ = [](Evidence&) {};
  EXPECT_EQ(left(), "");
  change_clean_ = [](Evidence& run) {
    run.before.facts.push_back({{"function", "public.f()"},
                                R"j({"definition":"CREATE FUNCTION f() AS $$ BEGIN SET x.y = 1; END $$"})j",
                                "",
                                ""});
  };
  EXPECT_EQ(left(), "a function does this: SET");
}

TEST_F(LeftBehindTest, WhatEnvironmentSendsEachProcessSends) {
  of_env_ = {"SET LOCAL lock_timeout = 5"};
  EXPECT_EQ(left(), "");
  // In the transaction of the first revision of a process only.
  each_its_own_ = true;
  change_clean_ = [](Evidence& run) {
    auto& all = run.recording.statements;
    std::erase_if(all, [&](const record::Statement& statement) {
      return statement.transaction > 1 && statement.source.revision.empty() && statement.text != "BEGIN";
    });
  };
  EXPECT_EQ(left(), "before the first revision, in its transaction: SET");
  change_clean_ = [](Evidence&) {};
  of_env_ = {"INSERT INTO log VALUES (1)"};
  each_its_own_ = false;
  EXPECT_EQ(left(), "it changes the database outside of revisions");
}

TEST_F(LeftBehindTest, ALabelWithinATransaction) {
  texts_["2"] = {"ALTER TYPE mood ADD VALUE 'x'"};
  EXPECT_EQ(left(), "a label that the transaction added may not be used in it");
  each_its_own_ = true;
  EXPECT_EQ(left(), "");
}

TEST_F(LeftBehindTest, ATypeWithinATransaction) {
  texts_["2"] = {"CREATE TYPE mood AS ENUM ('a')"};
  EXPECT_EQ(left(), "");
  texts_["3"] = {"ALTER TYPE mood ADD VALUE 'x'"};
  EXPECT_EQ(left(), "a label may be used in the transaction that made its type");
}

TEST_F(LeftBehindTest, RowsWithinATransaction) {
  texts_["2"] = {"INSERT INTO t VALUES (1)"};
  EXPECT_EQ(left(), "");
  texts_["1"] = {"CREATE TABLE t (x int REFERENCES u DEFERRABLE INITIALLY DEFERRED)"};
  const std::string waits = "constraints wait for the end of the transaction in which it writes rows";
  EXPECT_EQ(left(), waits);
  texts_["1"] = {"CREATE TABLE t (at timestamptz DEFAULT now())"};
  EXPECT_EQ(left(), "rows that it writes bear the time of the transaction");
  texts_["1"] = {"CREATE SEQUENCE s CACHE 5"};
  EXPECT_EQ(left(), "its session may hold numbers of a sequence");
  each_its_own_ = true;
  texts_["1"] = {"CREATE TABLE t (x int REFERENCES u DEFERRABLE, at timestamptz DEFAULT now())"};
  EXPECT_EQ(left(), "");
  each_its_own_ = false;
  texts_["1"] = {"CREATE TABLE t (x int)"};
  change_clean_ = [](Evidence& run) {
    run.before.facts.push_back(
        {{"constraint", "public.k.c"}, R"({"definition":"UNIQUE (a) DEFERRABLE"})", "", ""});
  };
  EXPECT_EQ(left(), waits);
}

TEST_F(LeftBehindTest, WhatIsNotSeenWithinATransaction) {
  texts_["2"] = {"DO $$ BEGIN CREATE TABLE u (x int); END $$"};
  EXPECT_EQ(left(), "what it does is not seen, in a transaction that goes on");
  each_its_own_ = true;
  EXPECT_EQ(left(), "");
}

TEST_F(LeftBehindTest, ATransactionThatItEndsItself) {
  change_alone_ = [](Evidence& run) { run.recording.statements.back().transaction = 7; };
  EXPECT_EQ(left(), "it ends its transaction itself");
}

TEST_F(LeftBehindTest, ASavepointThatIsLeft) {
  texts_["2"] = {"SAVEPOINT a", "CREATE TABLE u (x int)"};
  EXPECT_EQ(left(), "it leaves a savepoint");
  texts_["2"].push_back("RELEASE SAVEPOINT a");
  EXPECT_EQ(left(), "");
}

TEST_F(LeftBehindTest, CopyFreeze) {
  texts_["3"] = {"COPY t FROM STDIN (FREEZE)"};
  EXPECT_EQ(left(), "COPY FREEZE goes by what the transaction made");
}

TEST_F(LeftBehindTest, ADriverThatPrepares) {
  for (const char* id : {"2", "3", "4"}) texts_[id] = {"SELECT x FROM t", "SELECT x FROM t"};
  change_clean_ = [](Evidence& run) {
    run.tool.driver = "psycopg 3.1";
    for (record::Statement& statement : run.recording.statements)
      statement.protocol = record::Protocol::Extended;
  };
  EXPECT_EQ(left(), "the driver prepares what it sends again and again");
}

TEST_F(LeftBehindTest, ATextThatIsCut) {
  change_clean_ = [](Evidence& run) { run.recording.statements[2].digest = "sha256:x"; };
  EXPECT_EQ(left(), "a text is too long to be read");
}

TEST_F(LeftBehindTest, TheLastRevisionIsTheCaseBeforeIt) {
  const LeftBehind last(clean_with(), order_, to_);
  EXPECT_EQ(last.not_alone(step_left(run_of({"4"}), "", "4"), 3), "");
  EXPECT_EQ(last.not_alone(step_left(run_of({"3", "4"}), "", "4"), 3), "it was not one step");
}

}  // namespace
}  // namespace windlass::run
