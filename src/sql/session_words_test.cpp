#include "sql/session_words.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace windlass::sql {
namespace {

std::string keeps(std::string_view text) { return session_words(text).keeps; }
std::string sees(std::string_view text) { return session_words(text).sees; }

TEST(SessionWords, WhatACommandLeavesInItsSession) {
  EXPECT_EQ(keeps("SET search_path TO a"), "SET");
  EXPECT_EQ(keeps("/* x */ set local role b"), "SET");
  EXPECT_EQ(keeps("SET CONSTRAINTS ALL DEFERRED"), "SET");
  EXPECT_EQ(keeps("RESET ALL"), "RESET");
  EXPECT_EQ(keeps("DISCARD TEMP"), "DISCARD");
  EXPECT_EQ(keeps("PREPARE p AS SELECT 1"), "PREPARE");
  EXPECT_EQ(keeps("LISTEN news"), "LISTEN");
  EXPECT_EQ(keeps("LOAD 'auto_explain'"), "LOAD");
  EXPECT_EQ(keeps("DECLARE c CURSOR WITH HOLD FOR SELECT 1"), "DECLARE");
  EXPECT_EQ(keeps("SELECT pg_catalog.set_config('search_path', '', false)"), "set_config");
  EXPECT_EQ(keeps("SELECT \"set_config\"('a.b', '1', true)"), "set_config");
  EXPECT_EQ(keeps("SELECT pg_try_advisory_lock(1)"), "pg_try_advisory_lock");
  EXPECT_EQ(keeps("SELECT setseed(0.5)"), "setseed");
  for (const char* temporary : {"CREATE TEMP TABLE t (x int)", "CREATE LOCAL TEMPORARY TABLE t (x int)",
                                "SELECT 1 INTO TEMP t", "CREATE OR REPLACE TEMPORARY VIEW v AS SELECT 1"})
    EXPECT_EQ(keeps(temporary), "a temporary table") << temporary;
  EXPECT_EQ(sees("DROP TABLE pg_temp.t"), "pg_temp");
}

TEST(SessionWords, WhatIsInForceFromTheNextLoginOn) {
  for (const char* text : {"ALTER ROLE app SET search_path = a", "ALTER DATABASE \"d\" CONNECTION LIMIT 3",
                           "ALTER USER u NOLOGIN", "ALTER SYSTEM SET wal_level = 'logical'",
                           "REVOKE CONNECT ON DATABASE d FROM PUBLIC"})
    EXPECT_EQ(keeps(text), "what is in force from the next login on") << text;
  EXPECT_EQ(keeps("ALTER USER MAPPING FOR u SERVER s OPTIONS (SET password 'x')"), "");
  EXPECT_EQ(keeps("GRANT SELECT ON t TO app"), "");
}

TEST(SessionWords, TheWordOfAnotherCommandIsNone) {
  for (const char* text :
       {"UPDATE t SET x = 1", "ALTER TABLE t ALTER c SET NOT NULL", "ALTER TABLE t SET SCHEMA s",
        "CREATE TABLE t (p int REFERENCES q ON DELETE SET NULL, temp float, \"temporary\" int)",
        "INSERT INTO t VALUES ('set the table'), ('; set x to 1')",
        "COMMENT ON TABLE t IS 'Set when done; reset later'",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path = '' AS 'SELECT 1'",
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN UPDATE t SET x = 1; RETURN 1; END $$",
        "DO $$ DECLARE x int; BEGIN UPDATE t SET x = 1; IF x THEN INSERT INTO t VALUES (1) ON CONFLICT (x) "
        "DO "
        "UPDATE SET x = 2; END IF; END $$"}) {
    EXPECT_EQ(keeps(text), "") << text;
    EXPECT_EQ(session_words(text).body_keeps, "") << text;
    EXPECT_EQ(sees(text), "") << text;
  }
}

TEST(SessionWords, InABlockItIsReadWhereAStatementMayBegin) {
  EXPECT_EQ(keeps("DO $$ BEGIN SET x.y = 1; END $$"), "SET");
  EXPECT_EQ(keeps("DO $$ BEGIN IF true THEN reset role; END IF; END $$"), "RESET");
  EXPECT_EQ(keeps("DO $a$ BEGIN EXECUTE 'SET ROLE a'; END $a$"), "SET");
  EXPECT_EQ(keeps("DO $a$ BEGIN EXECUTE format('ALTER DATABASE %I SET x = 1', current_database()); END $a$"),
            "what is in force from the next login on");
  EXPECT_EQ(keeps("DO $$ BEGIN COMMIT; END $$"), "a COMMIT or ROLLBACK in a block");
  EXPECT_EQ(keeps("DO $a$ BEGIN EXECUTE $b$CREATE TEMP TABLE t AS SELECT 1$b$; END $a$"),
            "a temporary table");
}

TEST(SessionWords, OfAFunctionItIsTheBodys) {
  const SessionWords words = session_words(
      "CREATE OR REPLACE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM "
      "set_config('a.b', '1', false); INSERT INTO log VALUES (1); RETURN NEW; END $$");
  EXPECT_EQ(words.keeps, "");
  EXPECT_EQ(words.body_keeps, "set_config");
  EXPECT_FALSE(words.writes);
  EXPECT_FALSE(words.unseen);
  EXPECT_EQ(session_words("CREATE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC SET x = 1; END").body_keeps, "SET");
  EXPECT_EQ(session_words("CREATE FUNCTION f() RETURNS int AS 'lib', 'f' LANGUAGE C").body_keeps,
            "a library");
}

TEST(SessionWords, WhatShowsASession) {
  EXPECT_EQ(sees("SELECT currval('s')"), "currval");
  EXPECT_EQ(sees("INSERT INTO t SELECT lastval()"), "lastval");
  EXPECT_EQ(sees("SELECT * FROM pg_stat_activity"), "pg_stat_activity");
  EXPECT_EQ(sees("SELECT dblink_connect('x', 'y')"), "dblink_connect");
  EXPECT_EQ(sees("SELECT txid_current()"), "txid_current");
  EXPECT_EQ(sees("SELECT xmin FROM t"), "xmin");
  EXPECT_EQ(sees("CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()"), "event trigger");
  EXPECT_EQ(sees("CREATE SERVER s FOREIGN DATA WRAPPER w"), "server");
  EXPECT_EQ(sees("SELECT pg_catalog.pg_table_is_visible(c.oid) FROM pg_catalog.pg_class c"), "");
}

TEST(SessionWords, WhatMattersWithinATransaction) {
  EXPECT_TRUE(session_words("ALTER TYPE mood ADD VALUE IF NOT EXISTS 'x'").adds_label);
  EXPECT_TRUE(session_words("CREATE TYPE mood AS ENUM ('a')").makes_enum);
  EXPECT_TRUE(session_words("ALTER TABLE t ADD CONSTRAINT c UNIQUE (x) DEFERRABLE").defers);
  EXPECT_FALSE(session_words("ALTER TABLE t ADD CONSTRAINT c UNIQUE (x) NOT DEFERRABLE").defers);
  EXPECT_TRUE(session_words("CREATE CONSTRAINT TRIGGER c AFTER INSERT ON t EXECUTE FUNCTION f()").defers);
  EXPECT_TRUE(session_words("CREATE TABLE t (at timestamptz DEFAULT now())").asks_clock);
  EXPECT_TRUE(session_words("INSERT INTO t VALUES ('now')").asks_clock);
  EXPECT_TRUE(session_words("COPY t FROM STDIN WITH (FREEZE)").in_transaction);
  EXPECT_TRUE(session_words("CREATE SEQUENCE s CACHE 20").caches);
  EXPECT_FALSE(session_words("CREATE SEQUENCE s CACHE 1").caches);
  for (const char* unseen : {"DO $$ BEGIN END $$", "CALL p()", "CREATE EXTENSION hstore"})
    EXPECT_TRUE(session_words(unseen).unseen) << unseen;
  EXPECT_TRUE(session_words("ALTER EXTENSION hstore UPDATE").extension);
}

TEST(SessionWords, WhatWritesRows) {
  for (const char* text :
       {"INSERT INTO t VALUES (1)", "UPDATE t SET x = 1", "DELETE FROM t",
        "WITH x AS (DELETE FROM t RETURNING 1) SELECT 1", "COPY t FROM STDIN", "TRUNCATE t",
        "SELECT nextval('s')", "MERGE INTO t USING u ON true WHEN MATCHED THEN DO NOTHING"})
    EXPECT_TRUE(session_words(text).writes) << text;
  for (const char* text : {"SELECT 1 FOR UPDATE", "GRANT SELECT, INSERT, UPDATE ON t TO a",
                           "CREATE POLICY p ON t FOR UPDATE USING (true)",
                           "CREATE TRIGGER g BEFORE INSERT OR UPDATE OF x ON t EXECUTE FUNCTION f()",
                           "ALTER TABLE t ALTER id SET DEFAULT nextval('s'::regclass)",
                           "CREATE TABLE t (p int REFERENCES q ON UPDATE CASCADE)"})
    EXPECT_FALSE(session_words(text).writes) << text;
}

TEST(SessionWords, WhatIsCalled) {
  const std::vector<std::string> calls = session_words("SELECT a.total(1), \"Other\"(2)").calls;
  EXPECT_EQ(calls, (std::vector<std::string>{"total", "Other"}));
  const auto deep = session_words("DO $$ BEGIN PERFORM fill('x'); END $$").calls;
  EXPECT_EQ(std::count(deep.begin(), deep.end(), "fill"), 1);
}

TEST(SessionWords, OfTransactions) {
  for (const char* text :
       {"BEGIN", "START TRANSACTION", "COMMIT", "ROLLBACK TO SAVEPOINT a", "SAVEPOINT a", "RELEASE a"})
    EXPECT_TRUE(is_transaction_command(text)) << text;
  EXPECT_FALSE(is_transaction_command("SELECT 1"));
}

}  // namespace
}  // namespace windlass::sql
