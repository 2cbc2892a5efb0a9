#include "fix/frozen.h"

#include <gtest/gtest.h>

namespace windlass::fix {
namespace {

const base::Location kPlace{"versions/0001.py", 9};

/// Revision 0001 makes people (id, name, nickname) at one place; 0002 sends `later`.
class Recorded {
 public:
  Recorded() {
    for (const char* id : {"0001", "0002"}) {
      chain::Revision revision;
      revision.id = id;
      evidence.chain.revisions.push_back(revision);
      run::Step step;
      step.revision = id;
      evidence.steps.push_back(step);
    }
    record::Statement& made =
        add("0001",
            "CREATE TABLE people (id SERIAL NOT NULL, name TEXT NOT NULL, nickname TEXT, PRIMARY KEY (id))");
    made.source.location = kPlace;
    for (const char* column : {"id", "name", "nickname"})
      made.effects.push_back({{"column", std::string("public.people.") + column},
                              catalog::Change::Created,
                              "",
                              "{\"type\":\"text\"}",
                              "",
                              false});
    made.effects.push_back({{"table", "public.people"}, catalog::Change::Created, "", "{}", "", false});
    made.effects.push_back({{"constraint", "public.people.people_pkey"},
                            catalog::Change::Created,
                            "",
                            "{\"definition\":\"PRIMARY KEY (id)\"}",
                            "",
                            false});
  }

  record::Statement& add(const std::string& revision, const std::string& text) {
    record::Statement statement;
    statement.n = static_cast<int>(evidence.recording.statements.size()) + 1;
    statement.text = text;
    statement.length = text.size();
    statement.source.revision = revision;
    statement.source.location = {"versions/" + revision + ".py", 20};
    evidence.recording.statements.push_back(statement);
    return evidence.recording.statements.back();
  }

  record::Statement& refused(const std::string& text, const std::string& sqlstate,
                             const std::string& message) {
    record::ServerMessage error;
    error.sqlstate = sqlstate;
    error.message = message;
    record::Statement& statement = add("0002", text);
    statement.refused = error;
    return statement;
  }

  Mended<Frozen> frozen() const { return fix::frozen(evidence, kPlace, "0001"); }

  run::Evidence evidence;
};

TEST(Frozen, LeavesOutWhatTheChainMakesLater) {
  Recorded run;
  run.refused("ALTER TABLE people ADD COLUMN nickname TEXT", "42701",
              "column \"nickname\" of relation \"people\" already exists");
  run.add("0002", "ALTER TABLE people ALTER COLUMN name SET NOT NULL");
  const auto frozen = run.frozen();
  ASSERT_TRUE(frozen.has_value()) << frozen.error().because;
  EXPECT_EQ(frozen->statements,
            (std::vector<std::string>{
                "CREATE TABLE people (\n    id SERIAL NOT NULL,\n    name TEXT,\n    PRIMARY KEY (id)\n)"}));
  EXPECT_EQ(frozen->left_out, (std::vector<catalog::Object>{{"column", "public.people.nickname"}}));
  EXPECT_EQ(frozen->made, (std::vector<catalog::Object>{{"table", "public.people"}}));
}

TEST(Frozen, WhatWasChangedOrDroppedSinceIsNotKnown) {
  Recorded changed;
  changed.add("0002", "ALTER TABLE people ALTER COLUMN name TYPE TEXT");
  EXPECT_FALSE(changed.frozen().has_value());
  Recorded dropped;
  dropped.refused("ALTER TABLE people DROP COLUMN fax", "42703",
                  "column \"fax\" of relation \"people\" does not exist");
  EXPECT_FALSE(dropped.frozen().has_value());
  // What the chain makes only after it was asked for is a fault of its own.
  dropped.add("0002", "ALTER TABLE people ADD COLUMN fax TEXT")
      .effects.push_back(
          {{"column", "public.people.fax"}, catalog::Change::Created, "", "{\"type\":\"text\"}", "", false});
  EXPECT_TRUE(dropped.frozen().has_value());
}

TEST(Frozen, NeedsTheWholeChain) {
  Recorded run;
  run.evidence.steps.pop_back();
  EXPECT_FALSE(run.frozen().has_value());
}

TEST(Frozen, NothingButDefinitionsMayBeSentThere) {
  Recorded run;
  run.add("0001", "INSERT INTO people (name) VALUES ('first')").source.location = kPlace;
  EXPECT_FALSE(run.frozen().has_value());
}

}  // namespace
}  // namespace windlass::fix
