// Rows put into tables of a real server.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.h"
#include "populate/fill.h"
#include "scratch/test_support.h"

namespace windlass::populate {
namespace {

class Fill : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto server = scratch::Server::start(scratch::test_options());
    ASSERT_TRUE(server) << base::describe(server.error());
    server_ = std::make_unique<scratch::Server>(std::move(*server));
  }
  static void TearDownTestSuite() { server_.reset(); }

  void SetUp() override {
    static int n = 0;
    name_ = fmt::format("fill{}", ++n);
    auto admin = pg::Connection::open(server_->conninfo("postgres"));
    ASSERT_TRUE(admin && admin->execute("CREATE DATABASE " + name_));
    auto connection = pg::Connection::open(server_->conninfo(name_));
    ASSERT_TRUE(connection);
    connection_ = std::move(*connection);
  }

  void run(const std::string& sql) {
    const auto done = connection_.execute(sql);
    ASSERT_TRUE(done) << sql << ": " << base::describe(done.error());
  }
  Rows filled(Strength strength = Strength::Full, Hints hints = {}, std::vector<std::string> leave_out = {}) {
    FillOrder order;
    order.strength = strength;
    order.hints = std::move(hints);
    order.leave_out = std::move(leave_out);
    auto rows = fill(connection_, order);
    EXPECT_TRUE(rows) << base::describe(rows.error());
    return rows ? *rows : Rows();
  }
  std::string ask(const std::string& sql) {
    const auto rows = connection_.query(sql);
    EXPECT_TRUE(rows) << base::describe(rows.error());
    return rows && rows->size() > 0 ? std::string(rows->at(0, 0)) : "";
  }
  static std::string unpopulated(const Rows& rows) {
    std::string text;
    for (const Unpopulated& each : rows.unpopulated) text += each.table + ": " + each.because + "\n";
    return text;
  }
  static size_t count(const Rows& rows, const std::string& table) {
    return static_cast<size_t>(std::count_if(rows.rows.begin(), rows.rows.end(),
                                             [&](const Row& row) { return row.table == table; }));
  }

  static std::unique_ptr<scratch::Server> server_;
  std::string name_;
  pg::Connection connection_;
};
std::unique_ptr<scratch::Server> Fill::server_;

TEST_F(Fill, MakesRowsOfEveryType) {
  run("CREATE TYPE mood AS ENUM ('happy', 'it''s \"sad\"'); CREATE TYPE comp AS (a int, b text, m mood, c "
      "date[]);"
      "CREATE TYPE fr AS RANGE (subtype = float8); CREATE DOMAIN short AS varchar(5) NOT NULL;"
      "CREATE DOMAIN shorts AS short[]");
  for (const char* type : {"smallint",
                           "integer",
                           "bigint",
                           "numeric",
                           "numeric(5,2)",
                           "numeric(2,2)",
                           "numeric(30)",
                           "real",
                           "double precision",
                           "bool",
                           "text",
                           "varchar",
                           "varchar(1)",
                           "varchar(40)",
                           "char(3)",
                           "char",
                           "\"char\"",
                           "name",
                           "bytea",
                           "date",
                           "time",
                           "timetz",
                           "timestamp",
                           "timestamptz(3)",
                           "interval",
                           "interval day to second",
                           "uuid",
                           "json",
                           "jsonb",
                           "jsonpath",
                           "inet",
                           "cidr",
                           "macaddr",
                           "macaddr8",
                           "bit",
                           "bit(7)",
                           "bit varying",
                           "bit varying(3)",
                           "mood",
                           "comp",
                           "short",
                           "shorts",
                           "int4range",
                           "int8range",
                           "numrange",
                           "tsrange",
                           "tstzrange",
                           "daterange",
                           "fr",
                           "xml",
                           "tsvector",
                           "tsquery",
                           "money",
                           "point",
                           "line",
                           "lseg",
                           "box",
                           "path",
                           "polygon",
                           "circle",
                           "pg_lsn",
                           "oid",
                           "regclass",
                           "regtype",
                           "regnamespace",
                           "txid_snapshot",
                           "int2vector",
                           "tid",
                           "xid"})
    run(fmt::format("CREATE TABLE \"of {0}\" (v {1} NOT NULL, many {1}[] NOT NULL)",
                    base::replace_all(type, "\"", "\"\""), type));
  if (connection_.server_version() >= 140000)
    run("CREATE TABLE mr (v datemultirange NOT NULL, w int4multirange NOT NULL)");
  for (const Strength strength : {Strength::Plain, Strength::Full})
    EXPECT_EQ(unpopulated(filled(strength)), "");
}

TEST_F(Fill, MeetsEveryKindOfConstraint) {
  run("CREATE TABLE a (id serial PRIMARY KEY, b_id int);"
      "CREATE TABLE b (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a_id int NOT NULL REFERENCES a);"
      "ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b;"
      "CREATE DOMAIN zip AS text CHECK (VALUE ~ '^[0-9]+$'); CREATE DOMAIN pct AS int NOT NULL CHECK (VALUE "
      "BETWEEN 0 AND 100);"
      "CREATE TABLE checks (id int PRIMARY KEY, z zip NOT NULL, p pct, k text NOT NULL CHECK (length(k) = 3),"
      "  s text NOT NULL CHECK (s IN ('x', 'y') AND s <> 'x'), lo int NOT NULL, hi int NOT NULL, CHECK (hi < "
      "lo),"
      "  n int NOT NULL CHECK (n > 5000 AND n % 2 = 0), one int, other int, CHECK (num_nonnulls(one, other) "
      "= 1));"
      "CREATE TABLE ev (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL, PRIMARY KEY (id, "
      "at)) PARTITION BY RANGE (at);"
      "CREATE TABLE ev_2031 PARTITION OF ev FOR VALUES FROM ('2031-01-01') TO ('2032-01-01');"
      "CREATE TABLE lst (r text NOT NULL) PARTITION BY LIST (r); CREATE TABLE lst_eu PARTITION OF lst FOR "
      "VALUES IN ('eu', 'uk');"
      "CREATE TABLE sub (id int, d date) PARTITION BY HASH (id);"
      "CREATE TABLE sub0 PARTITION OF sub FOR VALUES WITH (MODULUS 1, REMAINDER 0) PARTITION BY RANGE (d);"
      "CREATE TABLE sub00 PARTITION OF sub0 FOR VALUES FROM ('2030-05-01') TO ('2030-06-01');"
      "CREATE TABLE tree (id int PRIMARY KEY, parent int NOT NULL REFERENCES tree);"
      "CREATE TABLE m2m (a int REFERENCES a, b int REFERENCES b, PRIMARY KEY (a, b));"
      "CREATE TABLE pair (x text, y text, PRIMARY KEY (x, y)); CREATE TABLE to_pair (x text NOT NULL, y text "
      "NOT NULL, FOREIGN KEY (x, y) REFERENCES pair);"
      "CREATE SCHEMA \"My App\"; CREATE TABLE \"My App\".\"Order\" (\"Id\" uuid PRIMARY KEY DEFAULT "
      "gen_random_uuid(),"
      "  \"Line No\" smallint NOT NULL UNIQUE, during tsrange NOT NULL, EXCLUDE USING gist (during WITH &&));"
      "CREATE TABLE none (); CREATE TABLE gen (a int PRIMARY KEY, b int GENERATED ALWAYS AS (a * 2) STORED);"
      "CREATE TABLE lower_key (v text NOT NULL); CREATE UNIQUE INDEX ON lower_key (lower(v)) WHERE v <> '';"
      "CREATE TABLE flags (v bool PRIMARY KEY); CREATE TABLE kids () INHERITS (flags)");
  const Rows rows = filled();
  EXPECT_EQ(unpopulated(rows), "");
  EXPECT_GE(count(rows, "tree"), 2U);
  EXPECT_GE(count(rows, "m2m"), 2U);
  EXPECT_EQ(ask("SELECT count(*) > 0 FROM ev_2031"), "t");
  EXPECT_EQ(ask("SELECT count(*) > 0 FROM sub00"), "t");
}

TEST_F(Fill, LeavesSequencesAndSmallNumbersToTheChain) {
  run("CREATE TABLE t (id serial PRIMARY KEY, n bigint GENERATED BY DEFAULT AS IDENTITY, code varchar(3) "
      "UNIQUE)");
  EXPECT_EQ(unpopulated(filled()), "");
  EXPECT_EQ(ask("SELECT min(id) > 1000 AND min(n) > 1000 FROM t"), "t");
  EXPECT_EQ(ask("INSERT INTO t (code) VALUES ('ada') RETURNING id || ' ' || n"), "1 1");
}

TEST_F(Fill, HoldsEdgesWhereTheyAreAllowed) {
  run("CREATE TABLE t (id int PRIMARY KEY, v varchar(7), w text NOT NULL DEFAULT 'given', n int, u text "
      "UNIQUE)");
  filled();
  EXPECT_EQ(ask("SELECT count(*) > 0 FROM t WHERE length(v) = 7"), "t");
  EXPECT_EQ(ask("SELECT count(*) > 0 FROM t WHERE v IS NULL AND n IS NULL"), "t");
  EXPECT_EQ(ask("SELECT count(*) > 0 FROM t WHERE v = ''"), "t");
  EXPECT_EQ(ask("SELECT count(*) > 0 FROM t WHERE n = 0"), "t");
  EXPECT_EQ(ask("SELECT count(*) > 0 FROM t WHERE w = 'given'"), "t");
  EXPECT_EQ(ask("SELECT count(*) > 0 FROM (SELECT FROM t GROUP BY v, w, n HAVING count(*) > 1) AS equal"),
            "t");
}

TEST_F(Fill, PlainRowsAreFullAndDistinct) {
  run("CREATE TABLE t (id int PRIMARY KEY, v text, n numeric(8,2), d date)");
  EXPECT_EQ(filled(Strength::Plain).rows.size(), 2U);
  EXPECT_EQ(ask("SELECT count(DISTINCT v) = 2 AND count(DISTINCT n) = 2 AND count(DISTINCT d) = 2 FROM t"),
            "t");
}

TEST_F(Fill, TakesWhatTheChainMentions) {
  run("CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY, status text, owner int, "
      "size text)");
  Hints hints;
  read_hints("UPDATE t SET rank = CASE status WHEN 'new' THEN 1 WHEN 'paid' THEN 2 END", hints);
  read_hints("ALTER TABLE t ADD CONSTRAINT x FOREIGN KEY (owner) REFERENCES users", hints);
  read_hints("ALTER TABLE t ALTER COLUMN size TYPE integer USING size::integer", hints);
  filled(Strength::Plain, hints);
  EXPECT_EQ(ask("SELECT string_agg(status, ',' ORDER BY status) FROM t"), "new,paid");
  EXPECT_EQ(ask("SELECT count(*) FROM t JOIN users ON users.id = t.owner"), "2");
  EXPECT_EQ(ask("SELECT bool_and(size ~ '^[0-9]+$') FROM t"), "t");
}

TEST_F(Fill, OfTheTablesThatAreAskedFor) {
  run("CREATE TABLE far (id int PRIMARY KEY); CREATE TABLE must (id int PRIMARY KEY);"
      "CREATE TABLE may (id int PRIMARY KEY, far int REFERENCES far);"
      "CREATE TABLE asked (id int PRIMARY KEY, may int REFERENCES may);"
      "CREATE TABLE child (id int PRIMARY KEY, asked int REFERENCES asked, must int NOT NULL REFERENCES "
      "must);"
      "CREATE TABLE grandchild (id int PRIMARY KEY, child int REFERENCES child)");
  FillOrder order;
  order.strength = Strength::Full;
  order.only = {{"asked"}};
  const auto rows = fill(connection_, order);
  ASSERT_TRUE(rows) << base::describe(rows.error());
  EXPECT_EQ(unpopulated(*rows), "");
  for (const char* table : {"asked", "may", "child", "must"}) EXPECT_GT(count(*rows, table), 0u) << table;
  for (const char* table : {"far", "grandchild"})
    EXPECT_EQ(ask(fmt::format("SELECT count(*) FROM {}", table)), "0");
}

TEST_F(Fill, NamesATableThatTakesNone) {
  run("CREATE TABLE refuse (id int PRIMARY KEY); CREATE TABLE after (id int PRIMARY KEY, r int NOT NULL "
      "REFERENCES refuse);"
      "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no rows here'; END $$;"
      "CREATE TRIGGER t BEFORE INSERT ON refuse FOR EACH ROW EXECUTE FUNCTION no();"
      "CREATE TABLE hope (v text NOT NULL CHECK (md5(v) = 'no such digest')); CREATE TABLE fine (id int "
      "PRIMARY "
      "KEY);"
      "CREATE TABLE alembic_version (version_num varchar(32))");
  const Rows rows = filled(Strength::Full, {}, {"alembic_version"});
  std::vector<std::string> lines = base::split(unpopulated(rows), '\n');
  std::sort(lines.begin(), lines.end());
  EXPECT_EQ(base::join(lines, "\n"),
            "\npublic.after: the foreign key after_r_fkey asks for a row of public.refuse, which has none\n"
            "public.hope: the constraint hope_v_check refuses every row that was tried: CHECK ((md5(v) "
            "= 'no such digest'::text))\n"
            "public.refuse: the server says: no rows here (SQLSTATE P0001; PL/pgSQL function no() line 1 at "
            "RAISE)");
  EXPECT_EQ(ask("SELECT count(*) FROM alembic_version"), "0");
  EXPECT_EQ(ask("SELECT count(*) > 0 FROM fine"), "t");
}

}  // namespace
}  // namespace windlass::populate
