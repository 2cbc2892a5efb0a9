// The read of a database that others work in, against a real server.
#include "catalog/live_read.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <set>

#include "base/text.h"
#include "catalog/comparable.h"
#include "catalog/compare.h"
#include "catalog/snapshot.h"
#include "catalog/snapshot_file.h"
#include "pg/connection.h"
#include "run/place_fixture.h"

namespace windlass::run {

namespace {

class LiveRead : public PlaceTest {
 protected:
  LiveRead() {
    EXPECT_TRUE(place_->admit({"app", "shop", {}}));
    connection_ = pg::Connection::open(place_->conninfo("shop")).value();
  }

  void sql(const std::string& text) {
    const auto done = connection_.execute(text);
    ASSERT_TRUE(done) << base::describe(done.error());
  }
  catalog::LiveRead read(const catalog::LiveReadOptions& options = {}, const std::string& more = {}) {
    auto done = catalog::read_live(place_->conninfo("shop") + more, options);
    EXPECT_TRUE(done) << base::describe(done.error());
    return done ? *std::move(done) : catalog::LiveRead();
  }
  static bool has(const catalog::LiveRead& read, const catalog::Object& object) {
    return read.snapshot.find(object) != nullptr;
  }

  pg::Connection connection_;
};

TEST_F(LiveRead, InPartsAndAtOnceAreTheSame) {
  sql("CREATE SCHEMA s; DO $$ BEGIN FOR n IN 1..60 LOOP "
      "EXECUTE format('CREATE TABLE s.t%s (id int PRIMARY KEY, name text NOT NULL CHECK (name <> ''''))', "
      "n); "
      "EXECUTE format('CREATE VIEW s.v%s AS SELECT id FROM s.t%s', n, n); "
      "EXECUTE format('CREATE FUNCTION s.f%s() RETURNS int LANGUAGE sql AS ''SELECT %s''', n, n); "
      "END LOOP; END $$");
  const catalog::LiveRead at_once = read();
  catalog::LiveReadOptions parts;
  parts.chunk = 7;
  const catalog::LiveRead in_parts = read(parts);
  EXPECT_GT(at_once.snapshot.facts.size(), 300u);
  EXPECT_EQ(catalog::snapshot_json(in_parts), catalog::snapshot_json(at_once));
  const auto whole = catalog::read_snapshot(connection_);
  ASSERT_TRUE(whole);
  catalog::LiveRead of_effects;
  of_effects.snapshot = *whole;
  of_effects.server_major = at_once.server_major;
  const catalog::Comparable both = catalog::made_comparable(of_effects, at_once, "A", "B");
  EXPECT_TRUE(catalog::compare(both.a, both.b).empty()) << "the readers that effects use";
  EXPECT_EQ(at_once.database, "shop");
  EXPECT_FALSE(at_once.standby);
}

TEST_F(LiveRead, TwoAtOnceDoNotDisturbEachOther) {
  ASSERT_TRUE(connection_.execute("CREATE TABLE t (id int PRIMARY KEY, name text)"));
  const catalog::LiveRead alone = read();
  auto other = std::async(std::launch::async, [&] { return read(); });
  const catalog::LiveRead one = read();
  EXPECT_EQ(catalog::snapshot_json(one), catalog::snapshot_json(alone));
  EXPECT_EQ(catalog::snapshot_json(other.get()), catalog::snapshot_json(alone));
}

/// Counts tables in the moment that it is told of, after one more was made.
class Counting : public catalog::Companion {
 public:
  Counting(std::string conninfo, bool comes) : conninfo_(std::move(conninfo)), comes_(comes) {}
  bool comes(const catalog::Surroundings& there) override {
    this->there = there;
    return comes_;
  }
  void read(const std::string& snapshot) override {
    pg::Connection connection = pg::Connection::open(conninfo_).value();
    ASSERT_TRUE(connection.execute("CREATE TABLE late (id int)"));
    ASSERT_TRUE(
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT " +
                           pg::quote_literal(snapshot)));
    tables = connection.query("SELECT relname FROM pg_class WHERE relname IN ('t', 'late')").value().size();
  }
  void leave() override { left = true; }
  catalog::Surroundings there;
  int tables = -1;
  bool left = false;

 private:
  std::string conninfo_;
  bool comes_;
};

TEST_F(LiveRead, ACompanionReadsOfTheSameMoment) {
  sql("CREATE TABLE t (id int); CREATE VIEW v AS SELECT id FROM t");
  for (const int64_t chunk : {1000, 1}) {
    Counting companion(place_->conninfo("shop"), true);
    catalog::LiveReadOptions options;
    options.companion = &companion;
    options.chunk = chunk;
    const catalog::LiveRead read = this->read(options);
    EXPECT_EQ(companion.tables, 1);
    EXPECT_FALSE(has(read, {"table", "public.late"}));
    EXPECT_FALSE(companion.there.pooled);
    EXPECT_EQ(companion.there.relations, 2);
    EXPECT_GT(companion.there.locks, 100);
    EXPECT_EQ(companion.there.role, "windlass");
    EXPECT_FALSE(companion.left);
    sql("DROP TABLE late");
  }
  Counting away(place_->conninfo("shop"), false);
  catalog::LiveReadOptions options;
  options.companion = &away;
  EXPECT_TRUE(has(read(options), {"table", "public.t"}));
  EXPECT_EQ(away.tables, -1);
}

TEST_F(LiveRead, IsOfOneMoment) {
  sql("CREATE TABLE t (id int)");
  catalog::LiveReadOptions options;
  options.chunk = 1;
  // Nothing may be held that a change has to wait for, once its part is read; what comes later is not seen.
  const catalog::LiveRead before = read(options);
  sql("ALTER TABLE t ADD COLUMN later int");
  EXPECT_FALSE(has(before, {"column", "public.t.later"}));
  EXPECT_TRUE(has(read(options), {"column", "public.t.later"}));
}

TEST_F(LiveRead, NeedsNoRightAndSaysWhatItCannotSee) {
  sql("CREATE SCHEMA closed; CREATE TABLE closed.t (id serial); CREATE VIEW closed.v AS SELECT id FROM "
      "closed.t;"
      "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER other FOREIGN DATA WRAPPER w;"
      "CREATE USER MAPPING FOR app SERVER other OPTIONS (password 'secret');"
      "CREATE SUBSCRIPTION sub CONNECTION 'host=nowhere password=secret' PUBLICATION p"
      " WITH (connect = false, enabled = false, slot_name = NONE);"
      "CREATE ROLE reader LOGIN; REVOKE ALL ON DATABASE shop FROM PUBLIC; GRANT CONNECT ON DATABASE shop TO "
      "reader");
  catalog::LiveReadOptions options;
  options.sequence_positions = true;
  const catalog::LiveRead all = read(options);
  EXPECT_TRUE(all.not_visible.empty());
  const catalog::LiveRead some = read(options, " user=reader");
  EXPECT_TRUE(has(some, {"table", "closed.t"}));
  EXPECT_TRUE(has(some, {"view", "closed.v"}));
  std::set<std::string> kinds;
  for (const catalog::Noted& each : some.not_visible) kinds.insert(each.object.kind);
  EXPECT_TRUE(kinds.contains("user mapping"));
  EXPECT_TRUE(kinds.contains("sequence")) << "its position";
  EXPECT_EQ(kinds.contains("subscription"), some.server_major < 14);
  EXPECT_FALSE(base::contains(catalog::snapshot_json(all), "secret"));
  // What one cannot see is no difference.
  const catalog::Comparable both = catalog::made_comparable(all, some, "A", "B");
  EXPECT_TRUE(catalog::compare(both.a, both.b).empty());
  EXPECT_EQ(both.not_compared.size(), some.not_visible.size());
}

TEST_F(LiveRead, SequencePositionsAndRolesOnRequest) {
  sql("CREATE SEQUENCE used; CREATE SEQUENCE fresh; SELECT nextval('used'), nextval('used');"
      "CREATE ROLE other NOLOGIN; GRANT other TO app; ALTER DATABASE shop SET work_mem = '5MB'");
  sql("CREATE DATABASE neighbour");
  const catalog::LiveRead plain = read();
  EXPECT_FALSE(has(plain, {"role", "other"}));
  EXPECT_FALSE(base::contains(plain.snapshot.find({"sequence", "public.used"})->definition, "position"));
  catalog::LiveReadOptions options;
  options.sequence_positions = options.roles = true;
  const catalog::LiveRead asked = read(options);
  EXPECT_TRUE(base::contains(asked.snapshot.find({"sequence", "public.used"})->definition, "\"position\":2"));
  EXPECT_TRUE(base::contains(asked.snapshot.find({"sequence", "public.fresh"})->definition,
                             "\"position\":\"not used yet\""));
  EXPECT_TRUE(has(asked, {"role", "other"}));
  ASSERT_TRUE(has(asked, {"database", "current"}));
  EXPECT_TRUE(base::contains(asked.snapshot.find({"database", "current"})->definition, "work_mem=5MB"));
  EXPECT_FALSE(has(asked, {"database", "neighbour"}));
  // Held against a read that did not ask for them, they are no difference.
  const catalog::Comparable both = catalog::made_comparable(plain, asked, "A", "B");
  EXPECT_TRUE(catalog::compare(both.a, both.b).empty());
}

TEST_F(LiveRead, DoesNotWaitForEverForALock) {
  sql("CREATE TABLE t (id int); CREATE VIEW v AS SELECT id FROM t");
  sql("BEGIN; LOCK TABLE t, v IN ACCESS EXCLUSIVE MODE");
  catalog::LiveReadOptions options;
  options.lock_wait = std::chrono::milliseconds(100);
  const auto done = catalog::read_live(place_->conninfo("shop"), options);
  sql("ROLLBACK");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().attempted, "read the catalog");
  EXPECT_TRUE(base::contains(done.error().got, "55P03")) << done.error().got;
  EXPECT_TRUE(base::contains(done.error().hint, "--lock-wait")) << done.error().hint;
  EXPECT_TRUE(has(read(options), {"view", "public.v"}));
}

TEST_F(LiveRead, WhatItDoesNotModelIsCounted) {
  sql("SELECT lo_create(0)");
  const catalog::LiveRead found = read();
  ASSERT_EQ(found.not_modelled.size(), 1u);
  EXPECT_EQ(found.not_modelled[0].object.kind, "large object");
}

TEST_F(LiveRead, WhatBelongsToAPlatformIsLeftOut) {
  sql("CREATE ROLE supabase_admin; CREATE SCHEMA vault AUTHORIZATION supabase_admin;"
      "CREATE TABLE vault.secrets (id int PRIMARY KEY, note text); ALTER TABLE vault.secrets OWNER TO "
      "supabase_admin;"
      "COMMENT ON COLUMN vault.secrets.note IS 'theirs'; GRANT SELECT ON vault.secrets TO PUBLIC;"
      "CREATE TABLE vault.mine (id int)");
  const catalog::LiveRead found = read();
  for (const catalog::Fact& fact : found.snapshot.facts)
    EXPECT_FALSE(base::contains(fact.object.name, "vault.secrets")) << to_string(fact.object);
  EXPECT_TRUE(has(found, {"table", "vault.mine"}));
  const auto platform =
      std::find_if(found.ignored.begin(), found.ignored.end(),
                   [](const catalog::Ignored& each) { return each.owner == "platform Supabase"; });
  ASSERT_NE(platform, found.ignored.end());
  EXPECT_EQ(platform->objects, 2u);
}

}  // namespace

}  // namespace windlass::run
