#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diagnose/test_evidence.h"

namespace windlass::diagnose {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

TestRun chain() {
  TestRun run;
  run.revision("001").revision("002", {"001"});
  run.begin();
  run.in("001", 9, "create_table").sql("CREATE TABLE users (id int)").creates("table", "public.users");
  run.finished("001").started("002");
  return run;
}

TEST(Swallowed, CommitAnsweredWithRollbackIsFoundThoughTheToolSaysSuccess) {
  TestRun run = chain();
  run.in("002", 9)
      .sql("ALTER TABLE nowhere ADD a int")
      .fails("42P01", "relation \"nowhere\" does not exist")
      .commit();
  run.evidence.versions.clear();
  run.evidence.steps.back().finished = true;
  const std::vector<Finding> found = run.findings();
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].code, "never-created");
  EXPECT_TRUE(found[0].root);
  EXPECT_EQ(found[1].code, "exit-zero-nothing-committed");
  EXPECT_EQ(found[1].follows_from, 1);
  EXPECT_EQ(found[2].code, "error-swallowed");
  EXPECT_EQ(found[2].follows_from, 1);
  EXPECT_EQ(run.verdict(), Verdict::Broken);
}

TEST(NothingCommitted, StatementBeforeConfigure) {
  TestRun run;
  run.revision("001");
  run.begin();
  run.in("", 41, "connection").sql("SET lock_timeout = '5s'");
  run.in("001", 9, "create_table").sql("CREATE TABLE users (id int)").creates("table", "public.users");
  run.finished("001").rollback();
  run.evidence.versions.clear();
  run.evidence.version_tables.clear();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "exit-zero-nothing-committed");
  EXPECT_EQ(f.location, (base::Location{"env.py", 41, 0}));
  EXPECT_THAT(f.cause, HasSubstr("there is no table alembic_version"));
  EXPECT_EQ(run.verdict(), Verdict::Broken);
}

TEST(NothingCommitted, CommitInARevision) {
  TestRun run = chain();
  run.in("002", 12, "connection").commit();
  run.last().source = {{"versions/002.py", 12, 0}, "002", "connection", ""};
  run.begin();
  run.in("002", 14).sql("CREATE TABLE b (id int)").creates("table", "public.b");
  run.finished("002").rollback();
  run.evidence.versions = {"001"};
  const Finding f = run.only();
  EXPECT_EQ(f.code, "exit-zero-nothing-committed");
  EXPECT_EQ(f.revision, "002");
  EXPECT_EQ(f.location.line, 12);
}

TEST(NothingCommitted, CommitByTheDriverBearsNoPlace) {
  TestRun run = chain();
  run.in("002", 12).sql("INSERT INTO users VALUES (1)").commit();
  run.last().source = {};
  run.begin();
  run.in("002", 14).sql("CREATE TABLE b (id int)").creates("table", "public.b");
  run.finished("002").rollback();
  run.evidence.versions = {"001"};
  const Finding f = run.only();
  EXPECT_EQ(f.code, "exit-zero-nothing-committed");
  EXPECT_EQ(f.location.line, 12);
}

TEST(NothingCommitted, NeverConnectedIsIncomplete) {
  TestRun run;
  run.revision("001");
  run.evidence.version_tables.clear();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "never-connected");
  EXPECT_EQ(run.verdict(), Verdict::Incomplete);
}

TEST(NothingCommitted, AnEmptyChainIsSound) {
  TestRun run;
  EXPECT_EQ(run.only().code, "none");
  EXPECT_EQ(run.verdict(), Verdict::Sound);
}

TEST(NothingCommitted, AMergeLeavesOnlyItsOwnRow) {
  TestRun run;
  run.revision("001").revision("a", {"001"}).revision("b", {"001"}).revision("m", {"a", "b"});
  run.begin().finished("001").finished("a").finished("b").finished("m").commit();
  EXPECT_EQ(run.only().code, "none");
  EXPECT_EQ(run.verdict(), Verdict::Sound);
}

TEST(NothingCommitted, ARunThatCouldNotBeReadIsNotSound) {
  TestRun run = chain();
  run.finished("002").commit();
  run.evidence.after_read = false;
  EXPECT_EQ(run.verdict(), Verdict::Incomplete);
}

TEST(HalfApplied, FollowsFromTheFailure) {
  TestRun run = chain();
  run.commit();
  run.in("002", 9, "create_index")
      .sql("CREATE INDEX CONCURRENTLY ix ON users (id)")
      .creates("index", "public.ix");
  run.begin();
  run.in("002", 14).sql("SELECT 1/0").fails("22012", "division by zero").raises();
  const std::vector<Finding> found = run.findings();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].code, "statement-failed");
  EXPECT_EQ(found[1].code, "half-applied");
  EXPECT_EQ(found[1].follows_from, 1);
  EXPECT_THAT(found[1].cause, HasSubstr("public.ix"));
}

TEST(HalfApplied, SaysWhatToRun) {
  TestRun run = chain();
  run.in("002", 9).sql("CREATE TABLE \"B\" (id int)").creates("table", "public.B");
  run.creates("column", "public.B.id")
      .creates("constraint", "public.B.B_pkey")
      .creates("index", "public.B_pkey");
  run.in("002", 10).sql("CREATE TYPE mood AS ENUM ('a')").creates("type", "public.mood");
  run.in("002", 11).sql("CREATE TABLE tmp (id int)").creates("table", "public.tmp");
  run.in("002", 12).sql("DROP TABLE tmp").drops("table", "public.tmp");
  run.commit().begin();
  run.in("002", 14).sql("SELECT 1/0").fails("22012", "division by zero").raises();
  const std::vector<Finding> found = run.findings();
  ASSERT_EQ(found.size(), 2u);
  std::string steps;
  for (const std::string& step : found[1].fix.steps) steps += step + "\n";
  EXPECT_THAT(steps,
              HasSubstr("SELECT 'table public.B' AS is_there WHERE to_regclass('public.\"B\"') IS NOT NULL"));
  EXPECT_THAT(steps, HasSubstr("DROP TYPE public.mood;\nDROP TABLE public.\"B\";\n"));
  EXPECT_THAT(steps, HasSubstr("alembic upgrade heads"));
  for (const char* absent : {"B_pkey", "tmp", "CASCADE", "by hand"})
    EXPECT_THAT(steps, Not(HasSubstr(absent)));
}

TEST(HalfApplied, RowsAreRemainsToo) {
  TestRun run = chain();
  run.in("002", 9).sql("INSERT INTO users VALUES (1)").rows(3);
  run.last().tag = "INSERT 0 3";
  run.commit().begin();
  run.in("002", 14).sql("SELECT 1/0").fails("22012", "division by zero").raises();
  const std::vector<Finding> found = run.findings();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[1].code, "half-applied");
  EXPECT_THAT(found[1].cause, HasSubstr("3 rows of INSERT"));
  EXPECT_THAT(found[1].fix.steps, Contains(HasSubstr("by hand")));
}

TEST(HalfApplied, AnInvalidIndexIsLeftByTheFailureItself) {
  TestRun run = chain();
  run.commit();
  run.in("002", 9, "create_index")
      .sql("CREATE UNIQUE INDEX CONCURRENTLY ix ON users (name)")
      .fails("23505", "could not create unique index \"ix\"")
      .raises();
  run.last().status_after = 'I';
  const std::vector<Finding> found = run.findings();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[1].code, "half-applied");
  EXPECT_THAT(found[1].cause, HasSubstr("invalid index"));
  EXPECT_THAT(found[1].fix.steps, Contains(HasSubstr("DROP INDEX ix;")));
  EXPECT_THAT(found[1].fix.steps, Not(Contains(HasSubstr("Split"))));
}

TEST(HalfApplied, NotWhereEachRevisionHasItsTransaction) {
  TestRun run = chain();
  run.commit().begin();
  run.in("002", 14).sql("CREATE TABLE b (id int)").creates("table", "public.b");
  run.in("002", 15).sql("SELECT 1/0").fails("22012", "division by zero").raises();
  EXPECT_EQ(run.only().code, "statement-failed");
}

TEST(NoTransaction, Concurrently) {
  TestRun run = chain();
  run.in("002", 9, "create_index").sql("CREATE INDEX CONCURRENTLY ix ON users (id)");
  run.fails("25001", "CREATE INDEX CONCURRENTLY cannot run inside a transaction block")
      .raises("sqlalchemy.exc.InternalError");
  const Finding f = run.only();
  EXPECT_EQ(f.code, "needs-no-transaction");
  EXPECT_THAT(f.fix.steps[1], HasSubstr("op.create_index(\"ix\""));
}

TEST(NoTransaction, SetTransactionIsAnotherMatter) {
  TestRun run = chain();
  run.in("002", 9).sql("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE");
  run.fails("25001", "SET TRANSACTION ISOLATION LEVEL must be called before any query").raises();
  EXPECT_EQ(run.only().code, "statement-failed");
}

TEST(RollbackInRevision, AlsoWhereItWasSentForACaughtError) {
  TestRun run;
  run.revision("001").revision("002", {"001"});
  run.begin();
  run.in("001", 9).sql("CREATE TABLE users (id int)").creates("table", "public.users");
  run.finished("001").started("002");
  run.in("002", 15).sql("ALTER TABLE users ADD id int").fails("42701", "column \"id\" already exists");
  run.in("002", 17).rollback();
  run.in("002", 18)
      .sql("ALTER TABLE users ADD b int")
      .fails("42P01", "relation \"users\" does not exist")
      .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "rollback-in-revision");
  EXPECT_EQ(f.location.line, 17);
  ASSERT_EQ(f.evidence.size(), 4u);
  EXPECT_THAT(f.evidence[1].note, HasSubstr("Caught before the ROLLBACK"));
}

TEST(RollbackInRevision, IsTheRoot) {
  TestRun run;
  run.revision("001").revision("002", {"001"});
  run.begin();
  run.sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
      .creates("table", "public.alembic_version");
  run.finished("001").started("002");
  run.in("002", 17).rollback();
  run.last().source = {{"versions/002.py", 17, 0}, "002", "execute", ""};
  for (record::Statement& statement : run.evidence.recording.statements)
    for (catalog::Effect& effect : statement.effects) effect.rolled_back = true;
  run.begin();
  run.in("002", 0, "version")
      .sql("UPDATE alembic_version SET version_num='002'")
      .fails("42P01", "relation \"alembic_version\" does not exist")
      .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "rollback-in-revision");
  EXPECT_EQ(f.location.line, 17);
}

TEST(SecondConnection, UncommittedElsewhere) {
  TestRun run = chain();
  run.in("002", 9, "create_table").sql("CREATE TABLE teams (id int)").creates("table", "public.teams");
  run.session(2)
      .in("002", 12, "connection")
      .sql("INSERT INTO teams VALUES (1)")
      .fails("42P01", "relation \"teams\" does not exist")
      .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "uncommitted-in-other-session");
  EXPECT_EQ(f.evidence[0].location.line, 9);
  EXPECT_EQ(f.evidence[1].location.line, 12);
}

TEST(SecondConnection, Deadlock) {
  TestRun run = chain();
  run.in("002", 9, "add_column").sql("ALTER TABLE users ADD a int").creates("column", "public.users.a");
  run.session(2).in("002", 12, "connection").sql("UPDATE users SET id = 1");
  run.last().tag.clear();
  run.evidence.deadlocks = {{2, 1, 3.0}};
  run.evidence.timed_out = true;
  const Finding f = run.only();
  EXPECT_EQ(f.code, "second-connection-deadlock");
  EXPECT_EQ(f.location.line, 12);
  EXPECT_EQ(run.verdict(), Verdict::Broken);
}

TEST(SecondConnection, TheCancelledStatementIsTheOneThatWaited) {
  TestRun run = chain();
  run.in("002", 9, "add_column").sql("ALTER TABLE users ADD a int").creates("column", "public.users.a");
  run.session(2).begin().in("002", 12, "connection").sql("UPDATE users SET id = 1");
  run.fails("57014", "canceling statement due to user request").raises("sqlalchemy.exc.OperationalError");
  run.evidence.deadlocks = {{2, 1, 0.5}};
  const Finding f = run.only();
  EXPECT_EQ(f.code, "second-connection-deadlock");
  EXPECT_EQ(f.location.line, 12);
  EXPECT_EQ(f.sqlstate, "57014");
}

TEST(SecondConnection, TheMigrationMayBeTheOneThatWaits) {
  TestRun run = chain();
  run.session(2).begin().in("001", 30).sql("SELECT id FROM users WHERE name = 'x'");
  run.in("001", 31).sql("SELECT id FROM roles");
  run.session(1).finished("001");
  run.in("002", 9, "alter_column").sql("ALTER TABLE users ALTER COLUMN id SET DEFAULT 1");
  run.fails("57014", "canceling statement due to user request").raises("sqlalchemy.exc.OperationalError");
  run.session(2).sql("ROLLBACK");
  run.evidence.deadlocks = {{1, 2, 5.0}};
  const Finding f = run.only();
  EXPECT_EQ(f.code, "second-connection-deadlock");
  EXPECT_EQ(f.location.line, 9);
  EXPECT_THAT(f.cause, HasSubstr("a second connection of this run holds"));
  EXPECT_EQ(f.evidence.front().location.line, 30)
      << "the statement that names the table, not the ROLLBACK after";
  EXPECT_THAT(f.fix.summary, HasSubstr(":30"));
}

TEST(SecondConnection, ACancelledWaitThatTheProjectCaughtIsStillAFinding) {
  TestRun run = chain();
  run.finished("002").commit();
  run.evidence.deadlocks = {{2, 1, 0.5}};
  EXPECT_EQ(run.only().code, "second-connection-deadlock");
  EXPECT_EQ(run.verdict(), Verdict::Broken);
}

TEST(Enums, NewLabelInTheSameTransaction) {
  TestRun run = chain();
  run.in("001", 30).sql("ALTER TYPE mood ADD VALUE 'CALM'");
  run.in("002", 9)
      .sql("UPDATE users SET mood = 'CALM'")
      .fails("55P04", "unsafe use of new value \"CALM\" of enum type \"mood\"")
      .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "new-enum-label-in-same-transaction");
  EXPECT_EQ(f.revision, "001");
  EXPECT_EQ(f.location.line, 30);
}

TEST(Casts, WithoutUsing) {
  TestRun run = chain();
  run.in("002", 9, "alter_column").sql("ALTER TABLE users ALTER COLUMN mood TYPE mood");
  run.fails("42804", "column \"mood\" cannot be cast automatically to type mood").raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "cast-needs-using");
  EXPECT_THAT(f.fix.steps[0],
              HasSubstr("op.alter_column(\"users\", \"mood\", type_=..., postgresql_using=\"mood::mood\")"));
}

TEST(Casts, TheDefault) {
  TestRun run = chain();
  run.in("002", 9, "alter_column").sql("ALTER TABLE users ALTER COLUMN mood TYPE mood USING mood::mood");
  run.fails("42804", "default for column \"mood\" cannot be cast automatically to type mood").raises();
  EXPECT_THAT(run.only().fix.steps[0], HasSubstr("server_default=None"));
}

TEST(Casts, AnInsertOfTheWrongTypeIsNot) {
  TestRun run = chain();
  run.in("002", 9)
      .sql("INSERT INTO users VALUES ('x')")
      .fails("42804", "column \"mood\" is of type mood but expression is of type text")
      .raises();
  EXPECT_EQ(run.only().code, "statement-failed");
}

TEST(Python, RowsExpected) {
  TestRun run = chain();
  run.in("002", 9, "connection").sql("SELECT id FROM users WHERE name = 'admin'").rows(0);
  run.raises_python("TypeError", "'NoneType' object is not subscriptable", "002", 10);
  const Finding f = run.only();
  EXPECT_EQ(f.code, "rows-expected");
  EXPECT_EQ(f.location.line, 10);
  EXPECT_EQ(f.evidence[0].location.line, 9);
}

TEST(Python, AnExceptionAfterRowsIsOnlyAnException) {
  TestRun run = chain();
  run.in("002", 9, "connection").sql("SELECT id FROM users").rows(3);
  run.raises_python("TypeError", "'NoneType' object is not subscriptable", "002", 10);
  const Finding f = run.only();
  EXPECT_EQ(f.code, "python-exception");
  EXPECT_EQ(f.location.line, 10);
  EXPECT_EQ(f.evidence[0].location.line, 9);
}

TEST(Python, AnErrorHandledOutsideATransactionIsNotTheCause) {
  TestRun run = chain();
  run.commit();
  run.in("002", 8, "connection")
      .sql("SELECT 1 FROM probe")
      .fails("42P01", "relation \"probe\" does not exist");
  run.raises_python("ValueError", "nope", "002", 20);
  EXPECT_EQ(run.only().code, "python-exception");
}

TEST(Python, AnExceptionRaisedFromADatabaseErrorHasThatAsRoot) {
  TestRun run = chain();
  run.in("002", 8).sql("SELECT 1/0").fails("22012", "division by zero");
  run.raises_python("RuntimeError", "migration 002 failed", "002", 20);
  const Finding f = run.only();
  EXPECT_EQ(f.code, "statement-failed");
  EXPECT_EQ(f.sqlstate, "22012");
}

TEST(Python, ARevisionWhoseTopLevelRaisesIsTheChainsFault) {
  TestRun run;
  run.revision("001").revision("002", {"001"});
  run.raises_python("ImportError", "cannot import name 'Level' from 'app.models'", "002", 4, "graph");
  run.evidence.exception->revision.clear();
  run.evidence.exception->missing_module = "app.models";
  const Finding f = run.only();
  EXPECT_EQ(f.code, "python-exception");
  EXPECT_EQ(f.revision, "002");
  EXPECT_EQ(run.verdict(), Verdict::Broken);
}

TEST(Python, CatalogQuestionsAreNoExpectedRows) {
  TestRun run = chain();
  run.in("002", 9, "Enum.create")
      .sql("SELECT pg_type.typname FROM pg_type WHERE pg_type.typname = 'mood'")
      .rows(0);
  run.raises_python("TypeError", "'NoneType' object is not callable", "002", 10);
  EXPECT_EQ(run.only().code, "python-exception");
}

TEST(Tool, FailureWithoutAnyReason) {
  TestRun run = chain();
  run.evidence.exit_code = 255;
  run.evidence.err = "FAILED: Can't locate revision identified by 'zzz'\n";
  const Finding f = run.only();
  EXPECT_EQ(f.code, "tool-failed");
  EXPECT_THAT(f.cause, HasSubstr("Can't locate revision"));
}

TEST(Tool, ProbesThatFailInASoundRunAreNoFinding) {
  TestRun run = chain();
  run.session(2)
      .in("", 5, "connection")
      .sql("SELECT 1 FROM alembic_version")
      .fails("42P01", "relation \"alembic_version\" does not exist");
  run.session(1).finished("002").commit();
  EXPECT_EQ(run.only().code, "none");
  EXPECT_EQ(run.verdict(), Verdict::Sound);
}

TEST(Tool, ADeadServerIsTheCauseAlsoWhereTheDriverRaisedWithoutAnAnswer) {
  TestRun run = chain();
  run.in("002", 9).sql("SELECT 1");
  run.raises_python("sqlalchemy.exc.OperationalError", "server closed the connection unexpectedly", "", 9,
                    "environment");
  run.evidence.server_died = true;
  EXPECT_EQ(run.only().code, "server-died");
}

TEST(Tool, TimedOutServerDiedSelfCheckAreIncomplete) {
  TestRun late = chain();
  late.evidence.timed_out = true;
  EXPECT_EQ(late.only().code, "timed-out");
  EXPECT_EQ(late.verdict(), Verdict::Incomplete);
  TestRun dead = chain();
  dead.evidence.server_died = true;
  EXPECT_EQ(dead.only().code, "server-died");
  EXPECT_EQ(dead.verdict(), Verdict::Incomplete);
  TestRun lost = chain();
  lost.finished("002").commit();
  lost.evidence.self_check = {"table public.x is there and was not seen to be created"};
  EXPECT_EQ(lost.only().code, "self-check");
  EXPECT_EQ(lost.verdict(), Verdict::Incomplete);
}

TEST(Tool, AnErrorInsideWindlassIsNotTheChains) {
  const std::string where = "PL/pgSQL function pg_windlass.on_end() line 9 at assignment";
  TestRun run = chain();
  run.in("002", 14).sql("CREATE TABLE t (x int)").fails("42883", "function pg_catalog.f() does not exist");
  run.last().error->where = where;
  run.raises();
  EXPECT_EQ(run.only().code, "self-check");
  EXPECT_EQ(run.verdict(), Verdict::Incomplete);
  TestRun cancelled = chain();
  cancelled.in("002", 14).sql("CREATE TABLE t (x int)").fails("57014", "canceling statement due to timeout");
  cancelled.last().error->where = where;
  cancelled.raises();
  EXPECT_EQ(cancelled.only().code, "statement-failed");
}

TestRun with_downgrade(const std::string& downgrade, const std::string& emitted) {
  TestRun run = chain();
  run.files["versions/002.py"] = "def upgrade():\n    pass\n\n\ndef downgrade():\n" + downgrade;
  run.in("002", 9, emitted == "auto" ? "create_table" : "Enum.create", emitted)
      .sql("CREATE TYPE mood AS ENUM ('A')")
      .creates("type", "public.mood");
  run.finished("002").commit();
  return run;
}

TEST(TypeLeft, ToldAsInformationOnly) {
  const std::vector<Finding> found = with_downgrade("    op.drop_table('t')\n", "auto").findings();
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].code, "type-left-by-downgrade");
  EXPECT_EQ(found[0].severity, Severity::Info);
  EXPECT_EQ(found[0].certainty, Certainty::Static);
}

TEST(TypeLeft, WordsOfOtherThingsAreNoDoubt) {
  // Names, comments and data may hold the type's name, or a word that would mean something as code.
  for (const char* downgrade :
       {"    op.drop_table('moods')\n", "    # for the enum\n    op.drop_table('job_executions')\n",
        "    op.drop_column('people', 'mood')\n",
        "    with op.batch_alter_table('people') as batch:\n        batch.drop_column('mood')\n",
        "    op.drop_index(op.f('ix'), table_name='t')\n    op.drop_table('t')\n",
        "    op.execute('DELETE FROM settings')\n    op.drop_table('t')\n",
        "    if x:\n        op.drop_table('t')\n    op.add_column('p', sa.Column('y', sa.String(2)))\n"})
    EXPECT_EQ(with_downgrade(downgrade, "auto").findings().size(), 1u) << downgrade;
}

TEST(TypeLeft, SilentWhereTheRevisionLooksForTheType) {
  TestRun run = chain();
  run.files["versions/002.py"] = "def downgrade():\n    op.drop_table('t')\n";
  run.in("002", 8).sql("SELECT 1 FROM pg_catalog.pg_type WHERE typname = 'mood'").rows(0);
  run.in("002", 9).sql("CREATE TYPE mood AS ENUM ('A')").creates("type", "public.mood");
  run.finished("002").commit();
  EXPECT_TRUE(run.findings().empty());
}

TEST(TypeLeft, SilentWhereTheChainDropsTheTypeItself) {
  TestRun run = with_downgrade("    op.drop_table('t')\n", "auto");
  run.in("002", 12).sql("DROP TYPE mood").drops("type", "public.mood");
  EXPECT_TRUE(run.findings().empty());
}

TEST(TypeLeft, SilentWhereTheRevisionReplacesTheType) {
  TestRun run = chain();
  run.files["versions/002.py"] = "def downgrade():\n    op.drop_column('t', 'x')\n";
  run.in("002", 8)
      .sql("ALTER TYPE mood RENAME TO mood_old")
      .renames("type", "public.mood", "public.mood_old");
  run.in("002", 9).sql("CREATE TYPE mood AS ENUM ('A')").creates("type", "public.mood");
  run.in("002", 10).sql("DROP TYPE mood_old").drops("type", "public.mood_old");
  run.finished("002").commit();
  EXPECT_TRUE(run.findings().empty());
}

TEST(TypeLeft, SilentInDoubt) {
  EXPECT_TRUE(with_downgrade("    op.drop_table('t')\n    op.execute('DROP TYPE mood')\n", "auto")
                  .findings()
                  .empty());
  EXPECT_TRUE(with_downgrade("    op.drop_table('t')\n    clean_up()\n", "auto").findings().empty());
  EXPECT_TRUE(with_downgrade("    op.drop_table('t')\n    sa.Enum(name='mood').drop(op.get_bind())\n", "auto")
                  .findings()
                  .empty());
  EXPECT_TRUE(with_downgrade("    raise NotImplementedError\n", "auto").findings().empty());
  for (const char* doubt :
       {"    op.execute(CLEAN)\n", "    op.execute(f'DROP {what} mood')\n",
        "    op.execute('DROP SCHEMA app CASCADE')\n", "    op.get_bind().execute(sql)\n",
        "    mood.drop(op.get_bind())\n", "    alembic_helpers.drop_types()\n", "    op.invoke(x)\n"})
    EXPECT_TRUE(with_downgrade(std::string("    op.drop_table('t')\n") + doubt, "auto").findings().empty())
        << doubt;
  EXPECT_TRUE(with_downgrade("    op.drop_table('t')\n", "checked").findings().empty());
}

}  // namespace
}  // namespace windlass::diagnose
