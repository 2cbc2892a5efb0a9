#include "run/rows_reach.h"

#include <gtest/gtest.h>

#include <functional>

namespace windlass::run {
namespace {

using catalog::Change;

record::Statement statement(const std::string& revision, const std::string& text) {
  record::Statement made;
  made.source.revision = revision;
  made.text = text;
  return made;
}

/// Eight revisions, a table that the first makes; what each of the others does is for the test to say.
class RowsReachTest : public testing::Test {
 protected:
  RowsReachTest() {
    for (int i = 0; i < 8; ++i) {
      chain::Revision revision;
      revision.id = std::to_string(i);
      if (i > 0) revision.parents = {order_.back()};
      order_.push_back(revision.id);
      clean_.chain.revisions.push_back(revision);
    }
    for (const std::string name : {"t", "other"})
      makes(0, "CREATE TABLE " + name + " (id int)", "table", name);
  }

  record::Statement& sends(int revision, const std::string& text) {
    const auto& all = clean_.recording.statements;
    auto at = clean_.recording.statements.begin();
    while (at != all.end() && std::stoi(at->source.revision) <= revision) ++at;
    return *clean_.recording.statements.insert(at, statement(std::to_string(revision), text));
  }
  void effect(record::Statement& of, Change change, const std::string& kind, const std::string& name,
              const std::string& after = "{}") {
    catalog::Effect effect;
    effect.object = {kind, "public." + name};
    effect.change = change;
    effect.after = after;
    of.effects.push_back(effect);
  }
  void makes(int revision, const std::string& text, const std::string& kind, const std::string& name,
             const std::string& definition = "{}") {
    effect(sends(revision, text), Change::Created, kind, name, definition);
  }

  std::vector<size_t> reaches() const {
    const RowsReach reach(clean_, order_);
    std::vector<size_t> all;
    for (size_t k = 0; k + 1 < order_.size(); ++k) all.push_back(reach.from(k));
    return all;
  }

  const std::vector<size_t> next_ = {1, 2, 3, 4, 5, 6, 7}, whole_ = {7, 7, 7, 7, 7, 7, 7};
  std::vector<std::string> order_;
  Evidence clean_;
};

TEST_F(RowsReachTest, TheNextRevisionWhereEachHasATableOfItsOwn) {
  EXPECT_EQ(reaches(), next_);
  makes(3, "ALTER TABLE t ADD COLUMN a int", "column", "t.a");
  makes(5, "ALTER TABLE other ADD COLUMN a int", "column", "other.a");
  EXPECT_EQ(reaches(), next_);
}

TEST_F(RowsReachTest, FromAColumnToTheConstraintThatItsRowsMeet) {
  makes(3, "ALTER TABLE t ADD COLUMN a int", "column", "t.a");
  sends(6, "ALTER TABLE t ALTER COLUMN a SET NOT NULL");
  // Rows from before 3 have no value there; those that are put in at 3 or behind it may have one.
  EXPECT_EQ(reaches(), (std::vector<size_t>{6, 6, 6, 4, 5, 6, 7}));
}

TEST_F(RowsReachTest, ATableIsKnownByItsEffectsWhereTheTextDoesNotNameIt) {
  effect(sends(2, "DROP SCHEMA s CASCADE"), Change::Dropped, "column", "t.b");
  sends(4, "CREATE UNIQUE INDEX i ON \"t\" (id)");
  EXPECT_EQ(reaches(), (std::vector<size_t>{4, 4, 3, 4, 5, 6, 7}));
}

TEST_F(RowsReachTest, RowsThatAreWrittenAndReadLater) {
  sends(2, "UPDATE t SET id = NULL");
  sends(5, "INSERT INTO other SELECT id FROM t");
  EXPECT_EQ(reaches(), (std::vector<size_t>{5, 5, 3, 4, 5, 6, 7}));
}

TEST_F(RowsReachTest, WhatTheCodeIsGivenItMayWriteAnywhere) {
  sends(6, "ALTER TABLE other ALTER COLUMN id SET NOT NULL");
  const Evidence plain = clean_;
  for (const std::string text : {"SELECT id FROM t", "DELETE FROM t RETURNING id"}) {
    clean_ = plain;
    sends(3, text).source.operation = "connection";
    EXPECT_EQ(reaches(), (std::vector<size_t>{6, 6, 6, 4, 5, 6, 7})) << text;
  }
  // op.execute() gives nothing back; nor does a question about the catalog.
  clean_ = plain;
  sends(3, "SELECT setval('s', max(id)) FROM t").source.operation = "execute";
  sends(3, "SELECT 1 FROM pg_class WHERE relname = $1").source.operation = "connection";
  EXPECT_EQ(reaches(), next_);
}

TEST_F(RowsReachTest, TheToolsOwnTableIsNoneOfTheChain) {
  makes(0, "CREATE TABLE alembic_version ()", "table", "alembic_version");
  clean_.recording.statements.push_back(statement("", "SELECT version_num FROM alembic_version"));
  EXPECT_EQ(reaches(), next_);
  clean_.recording.statements.push_back(statement("", "SELECT id FROM t"));
  EXPECT_EQ(reaches(), whole_);
}

TEST_F(RowsReachTest, ATableThatNobodyPutRowsIntoIsEmpty) {
  makes(2, "CREATE TABLE young (id int)", "table", "young");
  makes(2, "ALTER TABLE young ADD COLUMN a int", "column", "young.a");
  sends(5, "ALTER TABLE young ALTER COLUMN a SET NOT NULL");
  EXPECT_EQ(reaches(), next_);
  // Its rows are made of those that were there before.
  sends(2, "INSERT INTO young SELECT id FROM t");
  EXPECT_EQ(reaches(), (std::vector<size_t>{5, 5, 3, 4, 5, 6, 7}));
}

TEST_F(RowsReachTest, ARenamedTableIsOneTable) {
  makes(1, "ALTER TABLE t ADD COLUMN a int", "column", "t.a");
  record::Statement& rename = sends(3, "ALTER TABLE t RENAME TO u");
  effect(rename, Change::Altered, "table", "u");
  rename.effects.back().renamed_from = "public.t";
  sends(6, "ALTER TABLE u ALTER COLUMN a SET NOT NULL");
  EXPECT_EQ(reaches(), (std::vector<size_t>{6, 6, 6, 4, 5, 6, 7}));
}

TEST_F(RowsReachTest, WhatIsNotKnownHasToDoWithAllTables) {
  sends(6, "ALTER TABLE t ALTER COLUMN id SET NOT NULL");
  for (const std::string text :
       {"DO $$ BEGIN EXECUTE format('x'); END $$", "CALL mend()", "ALTER DOMAIN d SET NOT NULL",
        "REFRESH MATERIALIZED VIEW m", "SET CONSTRAINTS ALL IMMEDIATE", "FROBNICATE"}) {
    const std::vector<record::Statement> before = clean_.recording.statements;
    sends(3, text);
    EXPECT_EQ(reaches(), (std::vector<size_t>{6, 6, 6, 4, 5, 6, 7})) << text;
    clean_.recording.statements = before;
  }
  sends(3, "DO $$ BEGIN UPDATE other SET id = 1; END $$");
  EXPECT_EQ(reaches(), next_);
}

TEST_F(RowsReachTest, RowsThatChangeByWhatNoStatementNames) {
  sends(3, "UPDATE other SET id = 1");
  sends(3, "DELETE FROM other");
  sends(6, "ALTER TABLE t ALTER COLUMN id SET NOT NULL");
  const std::vector<size_t> far = {6, 6, 6, 4, 5, 6, 7};
  const Evidence plain = clean_;
  EXPECT_EQ(reaches(), next_);
  makes(1, "CREATE TRIGGER g BEFORE UPDATE ON other EXECUTE FUNCTION f()", "trigger", "other.g");
  EXPECT_EQ(reaches(), (std::vector<size_t>{6, 6, 6, 4, 5, 6, 7}));
  clean_ = plain;
  makes(1, "CREATE VIEW id AS SELECT 1", "view", "id");
  EXPECT_EQ(reaches(), far);
  clean_ = plain;
  makes(0, "ALTER TABLE t ADD FOREIGN KEY (id) REFERENCES other ON DELETE CASCADE", "constraint", "t.k",
        R"({"definition":"FOREIGN KEY (id) REFERENCES other(id) ON DELETE CASCADE"})");
  EXPECT_EQ(reaches(), far);
}

TEST_F(RowsReachTest, ALabelOfAnEnumChangesNoRow) {
  effect(sends(3, "ALTER TYPE e ADD VALUE 'x'"), Change::Altered, "type", "e");
  sends(6, "ALTER TABLE t ALTER COLUMN id SET NOT NULL");
  EXPECT_EQ(reaches(), next_);
  effect(sends(3, "ALTER TYPE e RENAME TO f"), Change::Altered, "type", "f");
  EXPECT_EQ(reaches(), (std::vector<size_t>{6, 6, 6, 4, 5, 6, 7}));
}

class RowsMetTest : public RowsReachTest {
 protected:
  using Met = std::optional<std::set<std::string>>;
  Met met_at_3() const { return RowsReach(clean_, order_).met_from(2); }
  bool alone_at_3() const { return RowsReach(clean_, order_).leaves_rows_alone(3); }
};

TEST_F(RowsMetTest, WhatMakesNothingButNewThingsMeetsNoRow) {
  EXPECT_TRUE(alone_at_3());
  makes(3, "CREATE TABLE young (id int REFERENCES t)", "table", "young");
  makes(3, "CREATE UNIQUE INDEX i ON young (id)", "index", "i");
  makes(3, "ALTER TABLE young ADD COLUMN a int, ADD FOREIGN KEY (a) REFERENCES public.\"t\" (id)", "column",
        "young.a");
  makes(3, "CREATE VIEW v AS SELECT id FROM t", "view", "v");
  makes(3, "CREATE TYPE e AS ENUM ('a')", "type", "e");
  EXPECT_TRUE(alone_at_3());
  EXPECT_EQ(met_at_3(), Met(std::set<std::string>{}));
}

TEST_F(RowsMetTest, AColumnThatNoRowHasToHaveAValueInMeetsNone) {
  const Evidence plain = clean_;
  for (const std::string text :
       {"ALTER TABLE t ADD COLUMN a text", "ALTER TABLE public.t ADD a kind[], ADD b int"}) {
    clean_ = plain;
    makes(3, text, "column", "t.a");
    EXPECT_TRUE(alone_at_3()) << text;
  }
  for (const std::string text :
       {"ALTER TABLE t ADD COLUMN a int NOT NULL", "ALTER TABLE t ADD COLUMN a int DEFAULT 1",
        "ALTER TABLE t ADD COLUMN a serial", "ALTER TABLE t ADD COLUMN a int UNIQUE",
        "ALTER TABLE t ADD COLUMN a int CHECK (id > 0)",
        "ALTER TABLE t ADD COLUMN a int, ALTER id SET NOT NULL", "ALTER TABLE t ADD COLUMN a strict",
        "ALTER TABLE t ADD COLUMN a int; DELETE FROM t"}) {
    clean_ = plain;
    makes(0, "CREATE DOMAIN strict AS int NOT NULL", "domain", "strict");
    makes(3, text, "column", "t.a");
    EXPECT_EQ(met_at_3(), Met(std::set<std::string>{"t"})) << text;
  }
  clean_ = plain;
  effect(sends(3, "ALTER TABLE t ADD COLUMN a int"), Change::Created, "constraint", "t.a_not_null");
  EXPECT_FALSE(alone_at_3()) << "it did more than its text says";
}

TEST_F(RowsMetTest, TheTablesWhoseRowsMayDecide) {
  sends(3, "UPDATE t SET id = 1");
  EXPECT_EQ(met_at_3(), Met(std::set<std::string>{"t"}));
  sends(3, "INSERT INTO other SELECT 1");
  EXPECT_EQ(met_at_3(), Met(std::set<std::string>({"other", "t"})));
}

TEST_F(RowsMetTest, AnyTableWhereItIsNotKnown) {
  const Evidence plain = clean_;
  const std::vector<std::function<void()>> reasons = {
      [&] { sends(3, "DO $$ BEGIN EXECUTE format('x'); END $$"); },
      [&] { sends(3, "SELECT relname FROM pg_stat_user_tables WHERE n_live_tup > 0"); },
      [&] { sends(3, "SELECT pg_total_relation_size(16384)"); },
      [&] {
        makes(1, "CREATE EVENT TRIGGER g ON ddl_command_end EXECUTE FUNCTION f()", "event trigger", "g");
      },
      [&] { clean_.recording.statements.push_back(statement("", "SELECT id FROM t")); },
      [&] { clean_.exit_code = 1; },
  };
  for (const auto& reason : reasons) {
    clean_ = plain;
    reason();
    EXPECT_EQ(met_at_3(), std::nullopt);
    EXPECT_FALSE(alone_at_3());
  }
}

TEST_F(RowsReachTest, TheWholeWayWhereTheChainIsNotToBeReadLikeThis) {
  const Evidence plain = clean_;
  const std::vector<std::function<void()>> reasons = {
      [&] { clean_.exit_code = 1; },
      [&] { clean_.chain.revisions[4].depends_on = {"1"}; },
      [&] { clean_.chain.revisions[4].parents = {"2"}; },
      [&] { makes(5, "CREATE TABLE p PARTITION OF t DEFAULT", "table", "p", R"({"partition":"DEFAULT"})"); },
      [&] { makes(5, "CREATE TABLE \"a.b\" ()", "table", "a.b"); },
      [&] { makes(5, "CREATE TABLE p () INHERITS (t)", "table", "p", R"({"parents":["t"]})"); },
      [&] { clean_.recording.statements.push_back(statement("", "UPDATE t SET id = 1")); },
  };
  for (const auto& reason : reasons) {
    clean_ = plain;
    reason();
    EXPECT_EQ(reaches(), whole_);
  }
}

}  // namespace
}  // namespace windlass::run
