#include "fix/later.h"

#include <gtest/gtest.h>

#include "fix/loses.h"
#include "fix/python_source.h"

namespace windlass::fix {
namespace {

using catalog::Change;
using catalog::Effect;
using Columns = std::map<std::string, std::vector<std::optional<std::string>>>;

Effect made(std::string kind, std::string name, std::string definition = "{}") {
  return {{std::move(kind), std::move(name)}, Change::Created, "", std::move(definition), "", false};
}
Effect altered(std::string kind, std::string name, std::string before, std::string after) {
  return {
      {std::move(kind), std::move(name)}, Change::Altered, std::move(before), std::move(after), "", false};
}
Effect renamed(std::string kind, std::string from, std::string to) {
  return {{std::move(kind), std::move(to)}, Change::Altered, "{}", "{}", std::move(from), false};
}
Effect dropped(std::string kind, std::string name) {
  return {{std::move(kind), std::move(name)}, Change::Dropped, "{}", "", "", false};
}

struct Chain {
  record::Recording recording;

  Chain& sends(const std::string& text, std::vector<Effect> effects) {
    record::Statement statement;
    statement.n = static_cast<int>(recording.statements.size()) + 1;
    statement.text = text;
    statement.tag = text.substr(0, text.find(' '));
    statement.effects = std::move(effects);
    recording.statements.push_back(std::move(statement));
    return *this;
  }
  Later later(const std::vector<size_t>& own = {0}) const {
    const auto result = later_than(recording, own);
    EXPECT_TRUE(result.has_value()) << (result ? "" : result.error().because);
    return result.value_or(Later{});
  }
};

/// CREATE TABLE pets (a, b) with an index on b.
Chain pets() {
  const std::string index = R"({"definition":"CREATE INDEX ix ON app.pets","table":"app.pets"})";
  Chain chain;
  chain
      .sends("CREATE TABLE pets",
             {made("table", "app.pets"), made("column", "app.pets.a"),
              made("column", "app.pets.b", R"({"type":"integer"})"), made("constraint", "app.pets.pk")})
      .sends("CREATE INDEX ix", {made("index", "app.ix", index)});
  return chain;
}

TEST(Later, AWholeThatNothingTouchesHasNone) {
  const Later later = pets()
                          .sends("ALTER TABLE pets ADD COLUMN c int", {made("column", "app.pets.c")})
                          .sends("ALTER TABLE pets OWNER TO bob",
                                 {altered("table", "app.pets", R"({"owner":"a"})", R"({"owner":"bob"})")})
                          .sends("ALTER TABLE cats DROP COLUMN b", {dropped("column", "app.cats.b")})
                          .later();
  EXPECT_TRUE(later.empty());
}

TEST(Later, OfATableItsColumnsConstraintsAndIndexesCount) {
  const Later later =
      pets()
          .sends("ALTER TABLE pets ALTER b TYPE text",
                 {altered("column", "app.pets.b", R"({"type":"integer"})", R"({"type":"text"})")})
          .sends("ALTER TABLE pets RENAME a TO z", {renamed("column", "app.pets.a", "app.pets.z")})
          .sends("ALTER TABLE pets DROP CONSTRAINT pk", {dropped("constraint", "app.pets.pk")})
          .sends("UPDATE pets SET b = ''", {})
          .sends("ALTER TABLE pets DROP COLUMN b",
                 {dropped("column", "app.pets.b"), dropped("index", "app.ix")})
          .later({0, 1});
  EXPECT_EQ(later.sql, (std::vector<std::string>{
                           "ALTER TABLE pets ALTER b TYPE text", "ALTER TABLE pets RENAME a TO z",
                           "ALTER TABLE pets DROP CONSTRAINT pk", "ALTER TABLE pets DROP COLUMN b"}));
  EXPECT_TRUE(later.names.empty() && later.tables.empty() && later.columns.empty());
}

TEST(Later, AColumnThatCameLaterCountsWhereAnotherStatementSpeaksOfIt) {
  Chain chain = pets();
  chain.sends("ALTER TABLE pets ADD c int", {made("column", "app.pets.c")})
      .sends("ALTER TABLE pets ADD d int", {made("column", "app.pets.d")})
      .sends("ALTER TABLE pets DROP CONSTRAINT pk", {dropped("constraint", "app.pets.pk")})
      .sends("ALTER TABLE pets ADD CONSTRAINT pk PRIMARY KEY (a, d)", {made("constraint", "app.pets.pk")})
      .sends("ALTER TABLE pets ALTER d TYPE text",
             {altered("column", "app.pets.d", R"({"type":"integer"})", R"({"type":"text"})")});
  EXPECT_EQ(chain.later({0}).sql,
            (std::vector<std::string>{"ALTER TABLE pets ADD d int", "ALTER TABLE pets DROP CONSTRAINT pk",
                                      "ALTER TABLE pets ADD CONSTRAINT pk PRIMARY KEY (a, d)",
                                      "ALTER TABLE pets ALTER d TYPE text"}));
}

TEST(Later, AnIndexThatIsDroppedIsNotMadeOnAColumnThatIsCalledOtherwise) {
  Chain chain = pets();
  chain.recording.statements[1].effects[0].after =
      R"x({"definition":"CREATE INDEX ix ON app.pets USING btree (a, b)","table":"app.pets"})x";
  chain.sends("DROP INDEX ix", {dropped("index", "app.ix")})
      .sends("ALTER TABLE pets RENAME b TO c", {renamed("column", "app.pets.b", "app.pets.c")})
      .sends("ALTER TABLE pets DROP COLUMN z", {dropped("column", "app.pets.z")});
  EXPECT_EQ(chain.later({1}).columns, (Columns{{"b", {std::nullopt}}}));
  EXPECT_TRUE(chain.later({1}).sql.empty());
}

TEST(Later, ATableThatGoesTakesAllOfItAlong) {
  Chain chain = pets();
  chain.sends("DROP TABLE pets",
              {dropped("column", "app.pets.a"), dropped("column", "app.pets.b"), dropped("index", "app.ix"),
               dropped("constraint", "app.pets.pk"), dropped("table", "app.pets")});
  EXPECT_TRUE(chain.later({0}).empty());
  EXPECT_TRUE(chain.later({1}).empty());
}

TEST(Later, ARenamedTableIsFollowedByItsNewName) {
  Chain chain = pets();
  chain
      .sends("ALTER TABLE pets RENAME TO animals",
             {renamed("table", "app.pets", "app.animals"), renamed("column", "app.pets.b", "app.animals.b")})
      .sends("ALTER TABLE animals ALTER b TYPE text",
             {altered("column", "app.animals.b", R"({"type":"integer"})", R"({"type":"text"})")})
      .sends("ALTER TABLE animals RENAME TO beasts", {renamed("table", "app.animals", "app.beasts")});
  const Later table = chain.later({0});
  EXPECT_EQ(table.names, (std::vector<std::string>{"animals", "beasts"}));
  EXPECT_EQ(table.sql, (std::vector<std::string>{"ALTER TABLE pets RENAME TO animals",
                                                 "ALTER TABLE animals ALTER b TYPE text"}));
  const Later index = chain.later({1});
  EXPECT_EQ(index.tables, (std::vector<std::string>{"animals", "beasts"}));
  EXPECT_TRUE(index.sql.empty() && index.names.empty());
}

TEST(Later, AnIndexGoesWithItsColumnAndIsRenamedWithIt) {
  Chain chain = pets();
  chain
      .sends("ALTER TABLE pets RENAME b TO c",
             {renamed("column", "app.pets.b", "app.pets.c"),
              altered("index", "app.ix", "{\"definition\":1}", "{\"definition\":2}")})
      .sends("ALTER TABLE pets DROP COLUMN c", {dropped("column", "app.pets.c"), dropped("index", "app.ix")});
  const Later index = chain.later({1});
  EXPECT_EQ(index.columns, (Columns{{"b", {"c", std::nullopt}}}));
  EXPECT_EQ(index.sql, (std::vector<std::string>{"ALTER TABLE pets RENAME b TO c"}));
}

TEST(Later, AColumnThatIsAlteredIsKnownByItsNameBefore) {
  Chain chain;
  chain
      .sends("ALTER TABLE pets ALTER b TYPE text",
             {altered("column", "app.pets.b", R"({"type":"integer"})", R"({"type":"text"})")})
      .sends("ALTER TABLE pets RENAME b TO c", {renamed("column", "app.pets.b", "app.pets.c")})
      .sends("ALTER TABLE pets RENAME c TO d", {renamed("column", "app.pets.c", "app.pets.d")})
      .sends("ALTER TABLE pets DROP COLUMN d", {dropped("column", "app.pets.d")});
  const Later both = chain.later({0, 1});
  EXPECT_EQ(both.names, std::vector<std::string>{"d"});
  EXPECT_EQ(both.columns, (Columns{{"b", {std::nullopt}}}));
  EXPECT_EQ(chain.later({0}).names, (std::vector<std::string>{"c", "d"}));
}

TEST(Later, AnEnumTypeMadeAnewUnderItsNameKeepsIt) {
  Chain chain;
  chain.sends("CREATE TYPE mood", {made("type", "app.mood")})
      .sends("ALTER TYPE mood ADD VALUE 'x'", {altered("type", "app.mood", "{}", R"({"labels":["x"]})")})
      .sends("ALTER TYPE mood RENAME TO old", {renamed("type", "app.mood", "app.old")})
      .sends("CREATE TYPE mood AS ENUM ('y')", {made("type", "app.mood")})
      .sends("DROP TYPE old", {dropped("type", "app.old")});
  const Later later = chain.later();
  EXPECT_EQ(later.sql,
            (std::vector<std::string>{"ALTER TYPE mood RENAME TO old", "CREATE TYPE mood AS ENUM ('y')"}));
  EXPECT_TRUE(later.names.empty());
}

TEST(Later, AViewThatIsMadeAnewIsSaidToBe) {
  Chain chain;
  chain.sends("CREATE VIEW v", {made("view", "app.v")})
      .sends("DROP VIEW v", {dropped("view", "app.v")})
      .sends("CREATE VIEW v AS SELECT 2", {made("view", "app.v")});
  EXPECT_TRUE(chain.later().remade);
  EXPECT_TRUE(chain.later().sql.empty());
  Chain other;
  other.sends("CREATE FUNCTION f", {made("function", "app.f()")})
      .sends("CREATE OR REPLACE FUNCTION f",
             {altered("function", "app.f()", R"({"body":1})", R"({"body":2})")});
  EXPECT_TRUE(other.later().remade);
}

TEST(Later, WhatWasRolledBackOrIsOfAnotherDatabaseDoesNotCount) {
  Chain chain = pets();
  Effect undone = dropped("column", "app.pets.b");
  undone.rolled_back = true;
  chain.sends("ALTER TABLE pets DROP COLUMN b", {undone});
  chain.recording.sessions.resize(2);
  chain.recording.sessions[0].n = 1;
  chain.recording.sessions[0].database = "one";
  chain.recording.sessions[1].n = 2;
  chain.recording.sessions[1].database = "two";
  for (record::Statement& each : chain.recording.statements) each.session = 1;
  chain.sends("ALTER TABLE pets DROP COLUMN a", {dropped("column", "app.pets.a")});
  chain.recording.statements.back().session = 2;
  EXPECT_TRUE(chain.later().empty());
}

TEST(Later, OneCallForSeveralThingsCannotSayWhatOneOfThemIsCalled) {
  Chain chain;
  chain.sends("ALTER TABLE pets ADD a", {made("column", "app.pets.a")})
      .sends("ALTER TABLE cats ADD a", {made("column", "app.cats.a")})
      .sends("ALTER TABLE cats RENAME a TO b", {renamed("column", "app.cats.a", "app.cats.b")});
  const auto later = later_than(chain.recording, {0, 1});
  ASSERT_FALSE(later.has_value());
  EXPECT_NE(later.error().because.find("column app.cats.a"), std::string::npos);
}

TEST(Later, WhatHoldsDataIsNotDroppedTwice) {
  Chain chain;
  chain.sends("DROP TABLE pets", {dropped("table", "app.pets")})
      .sends("DROP VIEW v", {dropped("view", "app.v")})
      .sends("TRUNCATE TABLE logs", {})
      .sends("DELETE FROM logs", {})
      .sends("DELETE FROM logs WHERE a", {})
      .sends("TRUNCATE TABLE scraps", {})
      .sends("DROP TABLE scraps", {dropped("table", "app.scraps")})
      .sends("CREATE VIEW v", {made("view", "app.v")})
      .sends("CREATE TABLE pets", {made("table", "app.pets")});
  const auto loses = [&](size_t n) { return !loses_by_running_again(chain.recording, n).empty(); };
  EXPECT_TRUE(loses(0));
  EXPECT_FALSE(loses(1));
  EXPECT_TRUE(loses(2));
  EXPECT_TRUE(loses(3));
  EXPECT_FALSE(loses(4));
  EXPECT_FALSE(loses(5));
  EXPECT_FALSE(loses(6));
  EXPECT_TRUE(loses_by_running_again(Chain().sends("DELETE FROM somewhere", {}).recording, 0)
                  .starts_with("it empties"));
}

TEST(Later, IsSpelledInOneLineOrInSeveral) {
  const Later later{{"ALTER TABLE \"a\"\nDROP b"}, {"n"}, {"t"}, {{"b", {"c", std::nullopt}}}, true};
  EXPECT_EQ(in_python(later, "guard", "", true),
            "guard.Later(names=[\"n\"], tables=[\"t\"], columns={\"b\": [\"c\", None]}, remade=True, "
            "sql=[\"ALTER TABLE \\\"a\\\"\\nDROP b\"])");
  EXPECT_EQ(in_python({{"A", "B"}, {}, {}, {}, false}, "g", "  ", false),
            "g.Later(sql=[\n      \"A\",\n      \"B\",\n  ])");
}

}  // namespace
}  // namespace windlass::fix
