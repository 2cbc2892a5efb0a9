// The end of a run, read before and after its last session.
#include "run/end_state.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "pg/connection.h"
#include "run/place_fixture.h"

namespace windlass::run {

namespace {

class EndOfARun : public PlaceTest {
 protected:
  /// A session of the project's.
  void session(const std::string& sql, const std::string& database = "shop",
               const std::string& role = "app") {
    ASSERT_TRUE(place_->admit({role, database, {}}));
    pg::Connection connection = pg::Connection::open(place_->conninfo(database)).value();
    ASSERT_TRUE(connection.execute(sql));
  }
  static bool has_table(const EndState& end, const std::string& name) {
    if (end.databases.empty() || !end.databases[0].catalog) return false;
    const auto& facts = end.databases[0].catalog->facts;
    return std::any_of(facts.begin(), facts.end(), [&](const catalog::Fact& fact) {
      return fact.object.kind == "table" && fact.object.name == name;
    });
  }
};

TEST_F(EndOfARun, NobodyCame) {
  EndReading reading(*place_, {});
  reading.begin(0, "alembic_version");
  const EndState end = reading.take(0, "alembic_version");
  EXPECT_TRUE(end.databases.empty());
  EXPECT_FALSE(end.server_wide);
}

TEST_F(EndOfARun, ReadBeforeTheToolHasEnded) {
  session("CREATE TABLE alembic_version (version_num text); INSERT INTO alembic_version VALUES ('b'), ('a')");
  EndReading reading(*place_, {});
  reading.begin(1, "alembic_version");
  const EndState end = reading.take(1, "alembic_version");
  ASSERT_EQ(end.databases.size(), 1u);
  EXPECT_EQ(end.databases[0].visited.database, "shop");
  EXPECT_EQ(end.databases[0].visited.role, "app");
  ASSERT_TRUE(end.databases[0].version);
  EXPECT_EQ(end.databases[0].version->tables, std::vector<std::string>{"public.alembic_version"});
  EXPECT_EQ(end.databases[0].version->versions, (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(has_table(end, "public.alembic_version"));
}

TEST_F(EndOfARun, ReadAgainAfterALaterSession) {
  session("CREATE TABLE early (id int)");
  EndReading reading(*place_, {});
  reading.begin(1, "alembic_version");
  session("CREATE TABLE late (id int)");
  const EndState end = reading.take(2, "alembic_version");
  EXPECT_TRUE(has_table(end, "public.early"));
  EXPECT_TRUE(has_table(end, "public.late"));
}

TEST_F(EndOfARun, ReadAgainForAVersionTableOfAnotherName) {
  session("CREATE TABLE mine (version_num text); INSERT INTO mine VALUES ('1')");
  EndReading reading(*place_, {});
  reading.begin(1, "alembic_version");
  const EndState end = reading.take(1, "mine");
  ASSERT_EQ(end.databases.size(), 1u);
  ASSERT_TRUE(end.databases[0].version);
  EXPECT_EQ(end.databases[0].version->versions, std::vector<std::string>{"1"});
}

TEST_F(EndOfARun, SequencesThatGiveWhatIsTaken) {
  session(
      "CREATE TABLE behind (id serial PRIMARY KEY); INSERT INTO behind VALUES (1), (2);"
      "CREATE TABLE used (id serial PRIMARY KEY); INSERT INTO used DEFAULT VALUES;"
      "CREATE TABLE up (id bigint GENERATED ALWAYS AS IDENTITY UNIQUE);"
      "INSERT INTO up OVERRIDING SYSTEM VALUE VALUES (9223372036854775807), (3);"
      "CREATE TABLE far (id serial PRIMARY KEY); INSERT INTO far VALUES (5000);"
      "CREATE TABLE full_up (id smallserial PRIMARY KEY); INSERT INTO full_up VALUES (32767);"
      "SELECT setval('full_up_id_seq', 32767)");
  const EndState end = read_end_state(*place_, "");
  ASSERT_EQ(end.databases.size(), 1u);
  const auto& behind = end.databases[0].sequences_behind;
  ASSERT_EQ(behind.size(), 2u);
  EXPECT_EQ(behind[0].sequence, "public.behind_id_seq");
  EXPECT_EQ(behind[0].table, "public.behind");
  EXPECT_EQ(behind[0].key, "behind_pkey");
  EXPECT_EQ(behind[0].next, "1");
  EXPECT_EQ(behind[0].insert, 1);
  EXPECT_EQ(behind[1].table, "public.up");
  EXPECT_EQ(behind[1].taken, "3");
  EXPECT_EQ(behind[1].insert, 3);
}

TEST_F(EndOfARun, ADatabaseThatIsGoneIsLeftOut) {
  session("CREATE TABLE t (id int)");
  session("SELECT 1", "postgres");
  pg::Connection other = pg::Connection::open(place_->conninfo("postgres")).value();
  ASSERT_TRUE(other.execute("DROP DATABASE shop"));
  const EndState end = read_end_state(*place_, "alembic_version");
  ASSERT_EQ(end.databases.size(), 1u);
  EXPECT_EQ(end.databases[0].visited.database, "postgres");
}

TEST_F(EndOfARun, WhatBelongsToTheServerIsMeasuredFromBeforeTheFirstSession) {
  // The role that was expected is not the one that comes: nothing is left of it.
  session("CREATE ROLE made_by_the_chain", "store", "keeper");
  const EndState end = read_end_state(*place_, "");
  ASSERT_TRUE(end.server_wide);
  const auto names = [](const catalog::Snapshot& snapshot) {
    std::string all;
    for (const catalog::Fact& fact : snapshot.facts)
      if (fact.object.kind == "role" || fact.object.kind == "database") all += fact.object.name + " ";
    return all;
  };
  EXPECT_EQ(names(end.server_wide->before), "postgres store template0 template1 keeper ");
  EXPECT_EQ(names(end.server_wide->after), "postgres store template0 template1 keeper made_by_the_chain ");
}

}  // namespace

}  // namespace windlass::run
