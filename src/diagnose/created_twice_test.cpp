#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diagnose/test_evidence.h"

namespace windlass::diagnose {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kCreate = "CREATE TYPE hierarchylevel AS ENUM ('COMPANY', 'TEAM')";
constexpr const char* kDo =
    "DO $$ BEGIN CREATE TYPE hierarchylevel AS ENUM ('COMPANY', 'TEAM'); EXCEPTION WHEN duplicate_object "
    "THEN NULL; END $$;";

TestRun chain() {
  TestRun run;
  run.revision("007").revision("008", {"007"}, "alembic/versions/008_hierarchy.py");
  run.begin();
  run.in("007", 9, "create_table").sql("CREATE TABLE users (id int)").creates("table", "public.users");
  run.finished("007");
  run.started("008");
  return run;
}

std::string all_steps(const Finding& finding) {
  std::string text = finding.fix.summary;
  for (const std::string& step : finding.fix.steps) text += "\n" + step;
  return text;
}

std::string all_notes(const Finding& finding) {
  std::string text;
  for (const Exhibit& exhibit : finding.evidence) text += exhibit.note + "\n";
  return text;
}

TEST(CreatedTwice, SeedOnSqlalchemy20) {
  TestRun run = chain();
  run.enum_seen("hierarchylevel", "sqlalchemy.Enum", false, "008", 13, {"COMPANY", "TEAM"});
  run.in("008", 24, "execute").sql(kDo).creates("type", "public.hierarchylevel");
  run.in("008", 33, "create_table", "auto")
      .sql(kCreate)
      .fails("42710", "type \"hierarchylevel\" already exists");
  run.raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "type-created-twice");
  EXPECT_EQ(f.revision, "008");
  EXPECT_EQ(f.sqlstate, "42710");
  EXPECT_EQ(f.location.line, 33);
  ASSERT_TRUE(f.object);
  EXPECT_EQ(f.object->name, "public.hierarchylevel");
  EXPECT_THAT(f.cause, HasSubstr("008_hierarchy.py:24"));
  EXPECT_THAT(f.cause, HasSubstr("008_hierarchy.py:33"));
  EXPECT_THAT(
      f.cause,
      HasSubstr("create_type=False does nothing on sqlalchemy.Enum before SQLAlchemy 2.1 (here 2.0.40)"));
  ASSERT_EQ(f.evidence.size(), 2u);
  EXPECT_EQ(f.evidence[0].effect, "created");
  EXPECT_EQ(f.evidence[0].location.line, 24);
  EXPECT_EQ(f.evidence[1].effect, "failed");
  EXPECT_THAT(
      all_steps(f),
      HasSubstr("postgresql.ENUM(\"COMPANY\", \"TEAM\", name=\"hierarchylevel\", create_type=False)"));
  EXPECT_THAT(f.fix.do_not, HasSubstr("CASCADE"));
  EXPECT_EQ(run.verdict(), Verdict::Broken);
}

TEST(CreatedTwice, SeedOnSqlalchemy14SaysThatVersion) {
  TestRun run = chain();
  run.evidence.tool.sqlalchemy = "1.4.46";
  run.enum_seen("hierarchylevel", "sqlalchemy.Enum", false, "008", 13);
  run.in("008", 24).sql(kDo).creates("type", "public.hierarchylevel");
  run.in("008", 33, "create_table", "auto")
      .sql(kCreate)
      .fails("42710", "type \"hierarchylevel\" already exists")
      .raises();
  EXPECT_THAT(run.only().cause, HasSubstr("(here 1.4.46)"));
}

TEST(CreatedTwice, SeedOnSqlalchemy21IsSound) {
  TestRun run = chain();
  run.evidence.tool.sqlalchemy = "2.1.0b4";
  run.enum_seen("hierarchylevel", "sqlalchemy.Enum", false, "008", 13);
  run.in("008", 24).sql(kDo).creates("type", "public.hierarchylevel");
  run.in("008", 33, "create_table")
      .sql("CREATE TABLE org_units (id int)")
      .creates("table", "public.org_units");
  run.finished("008").commit();
  EXPECT_EQ(run.only().code, "none");
  EXPECT_EQ(run.verdict(), Verdict::Sound);
}

TEST(CreatedTwice, VariantAFirstByTableThenByHandAndSwallowed) {
  TestRun run = chain();
  run.enum_seen("hierarchylevel", "sqlalchemy.Enum", {}, "008", 10);
  run.in("008", 11, "create_table", "auto").sql(kCreate).creates("type", "public.hierarchylevel");
  run.in("008", 11, "create_table")
      .sql("CREATE TABLE org_units (id SERIAL)")
      .creates("table", "public.org_units");
  run.in("008", 17, "execute").sql(kCreate).fails("42710", "type \"hierarchylevel\" already exists");
  run.in("008", 20, "create_table").sql("CREATE TABLE hierarchy_permissions (id SERIAL)");
  run.fails("25P02", "current transaction is aborted, commands ignored until end of transaction block")
      .raises();
  const std::vector<Finding> found = run.findings();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].code, "type-created-twice");
  EXPECT_TRUE(found[0].root);
  EXPECT_EQ(found[0].location.line, 17);
  EXPECT_THAT(found[0].cause, HasSubstr("by itself"));
  EXPECT_THAT(all_steps(found[0]), HasSubstr("Delete op.execute at alembic/versions/008_hierarchy.py:17"));
  EXPECT_EQ(found[1].code, "error-swallowed");
  EXPECT_FALSE(found[1].root);
  EXPECT_EQ(found[1].follows_from, found[0].id);
  EXPECT_EQ(found[1].sqlstate, "25P02");
}

TEST(CreatedTwice, VariantBCheckedCreateThenInline) {
  TestRun run = chain();
  run.enum_seen("hierarchylevel", "sqlalchemy.Enum", {}, "008", 10);
  run.in("008", 12, "Enum.create", "checked").sql(kCreate).creates("type", "public.hierarchylevel");
  run.in("008", 15, "create_table", "auto")
      .sql(kCreate)
      .fails("42710", "type \"hierarchylevel\" already exists")
      .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "type-created-twice");
  EXPECT_THAT(all_notes(f), HasSubstr("checkfirst"));
  EXPECT_THAT(f.cause, HasSubstr("without create_type=False"));
}

TEST(CreatedTwice, VariantCFlagLostByCopy) {
  TestRun run = chain();
  run.evidence.tool.sqlalchemy = "1.4.46";
  run.enum_seen("hierarchylevel", "postgresql.ENUM", false, "008", 10);
  run.in("008", 11, "Enum.create", "checked").sql(kCreate).creates("type", "public.hierarchylevel");
  run.in("008", 18, "create_table", "auto")
      .sql(kCreate)
      .fails("42710", "type \"hierarchylevel\" already exists")
      .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "type-created-twice");
  EXPECT_THAT(f.cause, HasSubstr("2.0.14"));
  EXPECT_THAT(all_steps(f), HasSubstr("SQLAlchemy 2.0.14 or newer"));
}

TEST(CreatedTwice, VariantDModelsImported) {
  TestRun run = chain();
  run.enum_seen("hierarchylevel", "sqlalchemy.Enum", false, "008", 17);
  run.in("008", 13).sql(kCreate).creates("type", "public.hierarchylevel");
  run.in("008", 14, "create_table", "auto")
      .sql(kCreate)
      .fails("42710", "type \"hierarchylevel\" already exists")
      .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "type-created-twice");
  EXPECT_THAT(f.cause, HasSubstr("op.execute at alembic/versions/008_hierarchy.py:13"));
}

TEST(CreatedTwice, LabelsThatDifferAreToBeDecidedOn) {
  TestRun run = chain();
  run.in("007", 20).sql("CREATE TYPE mood AS ENUM ('a', 'b')").creates("type", "public.mood");
  run.in("008", 21)
      .sql("CREATE TYPE public.mood AS ENUM ('a', 'c')")
      .fails("42710", "type \"mood\" already exists")
      .raises();
  const Finding f = run.only();
  EXPECT_THAT(f.fix.steps.back(), HasSubstr("The labels differ."));
  // Which of them, a finding of its own says.
  EXPECT_EQ(all_notes(f).find("differ"), std::string::npos);
  EXPECT_THAT(f.cause, HasSubstr("in revision 007 and again in revision 008"));
}

TEST(CreatedTwice, ATypeThatWasRolledBackWithASavepointIsNotTheFirst) {
  TestRun run = chain();
  run.sql("SAVEPOINT s");
  run.in("008", 9).sql(kCreate).creates("type", "public.hierarchylevel");
  run.last().effects.back().rolled_back = true;
  run.rollback_to("s");
  run.in("008", 12).sql(kCreate).creates("type", "public.hierarchylevel");
  run.in("008", 30).sql(kCreate).fails("42710", "type \"hierarchylevel\" already exists").raises();
  EXPECT_EQ(run.only().evidence[0].location.line, 12);
}

TEST(CreatedTwice, CreateAllIsTheRoot) {
  TestRun run;
  run.revision("001").revision("002", {"001"});
  run.begin();
  run.in("001", 12, "MetaData.create_all")
      .sql("CREATE TABLE users (id int)")
      .creates("table", "public.users");
  run.finished("001").started("002");
  run.in("002", 14, "create_table")
      .sql("CREATE TABLE users (id int)")
      .fails("42P07", "relation \"users\" already exists")
      .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "created-by-create-all");
  EXPECT_EQ(f.revision, "001");
  EXPECT_EQ(f.location.line, 12);
}

/// The same column by Table.create in revision 001 and by an operation in 002; `source` is 001's text.
Finding by_table_create(const std::string& source, bool through_helper) {
  TestRun run;
  run.revision("001").revision("002", {"001"});
  run.files["versions/001.py"] = source;
  run.begin();
  run.in("001", 12, "Table.create")
      .sql("CREATE TABLE users (id int, a int)")
      .creates("table", "public.users");
  run.creates("column", "public.users.a");
  if (through_helper) run.last().source.helper = {"app/setup.py", 6, 0};
  run.finished("001").started("002");
  run.in("002", 14, "add_column")
      .sql("ALTER TABLE users ADD COLUMN a int")
      .fails("42701", "column \"a\" of relation \"users\" already exists")
      .raises();
  return run.only();
}

TEST(CreatedTwice, TableCreateOfAModelIsCreateAllToo) {
  const std::string imports =
      "from app.models import User\n\ndef upgrade():\n    User.__table__.create(op.get_bind())\n";
  EXPECT_EQ(by_table_create(imports, false).code, "created-by-create-all");
  EXPECT_EQ(by_table_create("", true).code, "created-by-create-all");
  EXPECT_THAT(all_steps(by_table_create(imports, false)), HasSubstr("Replace Table.create"));
}

TEST(CreatedTwice, ARevisionThatSpellsItsTableOutIsNoModel) {
  EXPECT_EQ(
      by_table_create("users = sa.Table('users', sa.MetaData(), sa.Column('a', sa.Integer))\n", false).code,
      "column-created-twice");
}

TEST(CreatedTwice, CreateAllBeforeTheChainIsNotARevisionToFreeze) {
  TestRun run;
  run.revision("001");
  run.begin();
  run.in("", 8, "MetaData.create_all").sql("CREATE TABLE users (id int)").creates("table", "public.users");
  run.started("001");
  run.in("001", 14, "create_table")
      .sql("CREATE TABLE users (id int)")
      .fails("42P07", "relation \"users\" already exists")
      .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "created-by-create-all");
  EXPECT_THAT(all_steps(f), HasSubstr("out of what runs before the migrations"));
  EXPECT_THAT(all_steps(f), testing::Not(HasSubstr("Freeze")));
}

struct KindCase {
  const char* code;
  const char* first;
  const char* kind;
  const char* object;
  const char* second;
  const char* sqlstate;
  const char* message;
};

class EveryKind : public testing::TestWithParam<KindCase> {};

TEST(CreatedTwice, ALineThatMakesOthersIsNotToldToGo) {
  TestRun run = chain();
  run.in("007", 31, "create_index").sql("CREATE INDEX ix_b ON t (b)").creates("index", "public.ix_b");
  run.in("008", 41, "create_index").sql("CREATE INDEX ix_a ON t (a)").creates("index", "public.ix_a");
  run.in("008", 41, "create_index")
      .sql("CREATE INDEX ix_b ON t (b)")
      .fails("42P07", "relation \"ix_b\" already exists")
      .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "index-created-twice");
  EXPECT_THAT(f.fix.summary, HasSubstr("leave it out of what op.create_index"));
  EXPECT_THAT(f.fix.steps, testing::ElementsAre(HasSubstr("makes index \"ix_a\", too, which must stay")));
}

TEST(CreatedTwice, ALoopThatFailsInItsFirstRoundIsNotToldToGo) {
  TestRun run = chain();
  run.files["alembic/versions/008_hierarchy.py"] =
      "def upgrade():\n    for n in 'ab':\n        op.create_index(n, 't', [n])\n";
  run.in("007", 31, "create_index").sql("CREATE INDEX a ON t (a)").creates("index", "public.a");
  run.in("008", 3, "create_index")
      .sql("CREATE INDEX a ON t (a)")
      .fails("42P07", "relation \"a\" already exists")
      .raises();
  EXPECT_THAT(run.only().fix.steps, testing::ElementsAre(HasSubstr("stands in a loop (line 2 of")));
}

TEST(CreatedTwice, TheHelperThatSentItIsNamed) {
  TestRun run = chain();
  run.in("007", 31).sql("CREATE TYPE mood AS ENUM ('a')").creates("type", "public.mood");
  run.evidence.recording.statements.back().source.helper = {"app/db.py", 9, 5};
  run.in("008", 41)
      .sql("CREATE TYPE mood AS ENUM ('a')")
      .fails("42710", "type \"mood\" already exists")
      .raises();
  const Finding f = run.only();
  EXPECT_THAT(f.cause, HasSubstr("31 (by way of app/db.py:9)"));
  ASSERT_EQ(f.evidence.size(), 2u);
  EXPECT_EQ(f.evidence[0].helper, (base::Location{"app/db.py", 9, 5}));
  EXPECT_FALSE(f.evidence[1].helper.known());
}

TEST_P(EveryKind, BothPlacesAreNamed) {
  const KindCase& c = GetParam();
  TestRun run = chain();
  run.in("007", 31).sql(c.first).creates(c.kind, c.object);
  run.in("008", 41).sql(c.second).fails(c.sqlstate, c.message).raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, c.code);
  ASSERT_EQ(f.evidence.size(), 2u) << f.cause;
  EXPECT_EQ(f.evidence[0].location.line, 31);
  EXPECT_EQ(f.evidence[1].location.line, 41);
  EXPECT_THAT(f.cause, HasSubstr(":31"));
  EXPECT_THAT(f.cause, HasSubstr(":41"));
  EXPECT_FALSE(f.fix.summary.empty());
  EXPECT_THAT(f.fix.do_not, Not(testing::IsEmpty()));
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, EveryKind,
    testing::Values(
        KindCase{"table-created-twice", "CREATE TABLE t (a int)", "table", "public.t",
                 "CREATE TABLE t (b int)", "42P07", "relation \"t\" already exists"},
        KindCase{"table-created-twice", "CREATE TABLE \"My T\" (a int)", "table", "public.My T",
                 "CREATE TABLE \"My T\" ()", "42P07", "relation \"My T\" already exists"},
        KindCase{"column-created-twice", "ALTER TABLE users ADD COLUMN age int", "column", "public.users.age",
                 "ALTER TABLE users ADD age text", "42701",
                 "column \"age\" of relation \"users\" already exists"},
        KindCase{"index-created-twice", "CREATE INDEX ix ON users (id)", "index", "public.ix",
                 "CREATE INDEX ix ON users (id)", "42P07", "relation \"ix\" already exists"},
        KindCase{"constraint-created-twice",
                 "ALTER TABLE users ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES users", "constraint",
                 "public.users.fk", "ALTER TABLE users ADD CONSTRAINT fk FOREIGN KEY (id) REFERENCES users",
                 "42710", "constraint \"fk\" for relation \"users\" already exists"},
        KindCase{"constraint-created-twice", "ALTER TABLE users ADD CONSTRAINT uq UNIQUE (id)", "constraint",
                 "public.users.uq", "ALTER TABLE users ADD CONSTRAINT uq UNIQUE (id)", "42P07",
                 "relation \"uq\" already exists"},
        KindCase{"constraint-created-twice", "CREATE TABLE users (id int PRIMARY KEY)", "constraint",
                 "public.users.users_pkey", "ALTER TABLE users ADD PRIMARY KEY (id)", "42P16",
                 "multiple primary keys for table \"users\" are not allowed"},
        KindCase{"schema-created-twice", "CREATE SCHEMA app", "schema", "app", "CREATE SCHEMA app", "42P06",
                 "schema \"app\" already exists"},
        KindCase{"sequence-created-twice", "CREATE SEQUENCE s", "sequence", "public.s", "CREATE SEQUENCE s",
                 "42P07", "relation \"s\" already exists"},
        KindCase{"view-created-twice", "CREATE VIEW v AS SELECT 1", "view", "public.v",
                 "CREATE VIEW v AS SELECT 2", "42P07", "relation \"v\" already exists"},
        KindCase{"view-created-twice", "CREATE MATERIALIZED VIEW v AS SELECT 1", "materialized view",
                 "public.v", "CREATE MATERIALIZED VIEW v AS SELECT 2", "42P07",
                 "relation \"v\" already exists"},
        KindCase{"function-created-twice", "CREATE FUNCTION f() ...", "function", "public.f()",
                 "CREATE FUNCTION f() RETURNS int", "42723",
                 "function \"f\" already exists with same argument types"},
        KindCase{"trigger-created-twice", "CREATE TRIGGER tr BEFORE INSERT ON users", "trigger",
                 "public.users.tr", "CREATE TRIGGER tr BEFORE INSERT ON users", "42710",
                 "trigger \"tr\" for relation \"users\" already exists"},
        KindCase{"policy-created-twice", "CREATE POLICY p ON users", "policy", "public.users.p",
                 "CREATE POLICY p ON users", "42710", "policy \"p\" for table \"users\" already exists"},
        KindCase{"extension-created-twice", "CREATE EXTENSION hstore", "extension", "hstore",
                 "CREATE EXTENSION hstore", "42710", "extension \"hstore\" already exists"},
        KindCase{"role-created-twice", "CREATE ROLE r", "role", "r", "CREATE ROLE r", "42710",
                 "role \"r\" already exists"},
        KindCase{"type-created-twice", "CREATE DOMAIN d AS int", "type", "public.d",
                 "CREATE DOMAIN d AS text", "42710", "type \"d\" already exists"},
        KindCase{"label-created-twice", "ALTER TYPE mood ADD VALUE 'x'", "label", "public.mood.x",
                 "ALTER TYPE mood ADD VALUE 'x'", "42710", "enum label \"x\" already exists"}));

TEST(CreatedTwice, TheTextServesWhereNoEffectWasSeen) {
  TestRun run = chain();
  run.in("008", 24).sql(kDo);
  run.in("008", 33, "create_table", "auto")
      .sql(kCreate)
      .fails("42710", "type \"hierarchylevel\" already exists")
      .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "type-created-twice");
  ASSERT_EQ(f.evidence.size(), 2u);
  EXPECT_EQ(f.evidence[0].location.line, 24);
}

TEST(CreatedTwice, AnEnumNamedLikeATable) {
  TestRun run = chain();
  run.in("008", 9).sql("CREATE TYPE status AS ENUM ('a')").creates("type", "public.status");
  run.in("008", 12, "create_table")
      .sql("CREATE TABLE status (id int)")
      .fails("42710", "type \"status\" already exists")
      .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "type-created-twice");
  EXPECT_THAT(all_notes(f), HasSubstr("The first is a type, the second a table."));
}

TEST(CreatedTwice, TwoSessionsAtOnce) {
  TestRun run = chain();
  run.session(2).in("", 4).sql("CREATE TABLE mood (id int)").creates("table", "public.mood");
  run.session(1).in("008", 9).sql("CREATE TYPE mood AS ENUM ('a')");
  run.fails("23505", "duplicate key value violates unique constraint \"pg_type_typname_nsp_index\"");
  run.last().error->detail = "Key (typname, typnamespace)=(mood, 2200) already exists.";
  run.last().error->schema = "pg_catalog";
  run.raises("sqlalchemy.exc.IntegrityError");
  const Finding f = run.only();
  EXPECT_EQ(f.code, "created-at-the-same-time");
  EXPECT_EQ(f.object->name, "public.mood");
  EXPECT_THAT(f.cause, HasSubstr("in session 1"));
  EXPECT_THAT(f.cause, HasSubstr("env.py:4 in session 2"));
}

TEST(CreatedTwice, AnOrdinaryUniqueViolationIsNotOne) {
  TestRun run = chain();
  run.in("008", 9)
      .sql("INSERT INTO users VALUES (1)")
      .fails("23505", "duplicate key value violates unique constraint \"users_pkey\"");
  run.raises("sqlalchemy.exc.IntegrityError");
  EXPECT_EQ(run.only().code, "statement-failed");
}

TEST(CreatedTwice, HandledInASavepointIsSound) {
  TestRun run = chain();
  run.in("008", 9).sql(kCreate).creates("type", "public.hierarchylevel");
  run.sql("SAVEPOINT sa_savepoint_1");
  run.in("008", 12).sql(kCreate).fails("42710", "type \"hierarchylevel\" already exists");
  run.rollback_to("sa_savepoint_1");
  run.finished("008").commit();
  EXPECT_EQ(run.only().code, "none");
  EXPECT_EQ(run.verdict(), Verdict::Sound);
}

TEST(CreatedTwice, HandledInASavepointIsNotTheRootOfALaterFailure) {
  TestRun run = chain();
  run.in("008", 9).sql(kCreate).creates("type", "public.hierarchylevel");
  run.sql("SAVEPOINT a");
  run.in("008", 12).sql(kCreate).fails("42710", "type \"hierarchylevel\" already exists");
  run.rollback_to("a");
  run.in("008", 20).sql("SELECT 1/0").fails("22012", "division by zero").raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "statement-failed");
  EXPECT_EQ(f.sqlstate, "22012");
}

TEST(CreatedTwice, FingerprintIgnoresLines) {
  const auto make = [](int shift) {
    TestRun run = chain();
    run.in("008", 24 + shift).sql(kDo).creates("type", "public.hierarchylevel");
    run.in("008", 33 + shift, "create_table", "auto")
        .sql(kCreate)
        .fails("42710", "type \"hierarchylevel\" already exists")
        .raises();
    return run.only().fingerprint;
  };
  EXPECT_EQ(make(0), make(17));
  EXPECT_EQ(make(0).size(), 16u);
}

}  // namespace
}  // namespace windlass::diagnose
