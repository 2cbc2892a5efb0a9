#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>

#include "diagnose/test_evidence.h"

namespace windlass::diagnose {
namespace {

using testing::Contains;
using testing::HasSubstr;

TestRun chain() {
  TestRun run;
  run.revision("001").revision("002", {"001"});
  run.begin();
  run.finished("001").started("002");
  return run;
}

TEST(Prerequisites, RoleMissingIsIncomplete) {
  TestRun run = chain();
  run.in("002", 9)
      .sql("GRANT SELECT ON t TO authenticated")
      .fails("42704", "role \"authenticated\" does not exist")
      .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "role-missing");
  EXPECT_TRUE(f.incomplete);
  EXPECT_THAT(f.fix.steps, Contains("[scratch]\nroles = [\"authenticated\"]"));
  EXPECT_EQ(run.verdict(), Verdict::Incomplete);
}

TEST(Prerequisites, SetRoleHasAnotherSqlstate) {
  TestRun run = chain();
  run.in("002", 9).sql("SET ROLE app").fails("22023", "role \"app\" does not exist").raises();
  EXPECT_EQ(run.only().code, "role-missing");
}

TEST(Prerequisites, ARoleThatALaterRevisionCreatesIsTheChainsFault) {
  TestRun run = chain();
  run.revision("003", {"002"});
  run.files["versions/003.py"] = "def upgrade():\n    op.execute('CREATE ROLE app')\n";
  run.in("002", 9).sql("GRANT SELECT ON t TO app").fails("42704", "role \"app\" does not exist").raises();
  EXPECT_EQ(run.only().code, "created-later");
  EXPECT_EQ(run.verdict(), Verdict::Broken);
}

struct ExtensionCase {
  const char* sqlstate;
  const char* message;
  const char* code;
  const char* step;
};
class Extension : public testing::TestWithParam<ExtensionCase> {};

TEST_P(Extension, IsIncomplete) {
  TestRun run = chain();
  run.in("002", 9).sql("CREATE something").fails(GetParam().sqlstate, GetParam().message).raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, GetParam().code);
  EXPECT_TRUE(f.incomplete);
  EXPECT_THAT(f.fix.steps, Contains(HasSubstr(GetParam().step)));
  EXPECT_EQ(run.verdict(), Verdict::Incomplete);
}

INSTANTIATE_TEST_SUITE_P(
    Messages, Extension,
    testing::Values(
        ExtensionCase{"0A000", "extension \"vector\" is not available", "extension-not-installed",
                      "postgresql-15-pgvector"},
        ExtensionCase{"58P01",
                      "could not open extension control file "
                      "\"/usr/share/postgresql/13/extension/postgis.control\": No such file or directory",
                      "extension-not-installed", "postgresql-15-postgis-3"},
        ExtensionCase{"42704", "type \"citext\" does not exist", "extension-not-created",
                      "extensions = [\"citext\"]"},
        ExtensionCase{"42883", "function uuid_generate_v4() does not exist", "extension-not-created",
                      "\"uuid-ossp\""},
        ExtensionCase{"42704", "operator class \"gin_trgm_ops\" does not exist for access method \"gin\"",
                      "extension-not-created", "pg_trgm"},
        ExtensionCase{"42704", "data type uuid has no default operator class for access method \"gist\"",
                      "extension-not-created", "\"btree_gist\""}));

TEST(Prerequisites, AnOperatorClassThatNoExtensionBringsIsNone) {
  TestRun run = chain();
  run.in("002", 9)
      .sql("CREATE INDEX i ON t USING gin (a)")
      .fails("42704", "data type text has no default operator class for access method \"gin\"")
      .raises();
  EXPECT_EQ(run.only().code, "statement-failed");
}

TEST(Prerequisites, ASettingOfTheServerIsIncompleteAndGivesTheLine) {
  struct Case {
    const char *sqlstate, *message, *step;
  };
  for (const Case& c : {Case{"55000", "logical decoding requires wal_level >= logical",
                             "settings = { wal_level = \"logical\" }"},
                        Case{"55000", "pg_stat_statements must be loaded via shared_preload_libraries",
                             "settings = { shared_preload_libraries = \"pg_stat_statements\" }"},
                        Case{"XX000", "extension \"timescaledb\" must be preloaded",
                             "settings = { shared_preload_libraries = \"timescaledb\" }"}}) {
    TestRun run = chain();
    run.in("002", 9).sql("SELECT something").fails(c.sqlstate, c.message).raises();
    const Finding f = run.only();
    EXPECT_EQ(f.code, "server-setting-missing");
    EXPECT_THAT(f.fix.steps, Contains(HasSubstr(c.step)));
    EXPECT_EQ(run.verdict(), Verdict::Incomplete);
  }
}

TEST(Prerequisites, OtherUnsupportedFeaturesAreNoExtension) {
  TestRun run = chain();
  run.in("002", 9)
      .sql("ALTER TABLE t ALTER c TYPE int")
      .fails("0A000", "cannot alter type of a column used by a view or rule")
      .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "statement-failed");
  EXPECT_FALSE(f.incomplete);
}

constexpr const char* kNoFunction = "function uuid_generate_v4() does not exist";

TEST(ExtensionOutOfReach, CreatedByALaterRevision) {
  TestRun run = chain();
  run.revision("003", {"002"});
  run.files["versions/003.py"] = "def upgrade():\n    op.execute('CREATE EXTENSION \"uuid-ossp\"')\n";
  run.in("002", 9)
      .sql("CREATE TABLE t (a uuid DEFAULT uuid_generate_v4())")
      .fails("42883", kNoFunction)
      .raises();
  const Finding f = run.only();
  EXPECT_EQ(f.code, "created-later");
  EXPECT_FALSE(f.incomplete);
  EXPECT_EQ(f.object->name, "uuid-ossp");
  EXPECT_THAT(f.cause,
              HasSubstr("which comes from the extension \"uuid-ossp\"; only a later revision creates that "
                        "extension: 003 (versions/003.py:2)."));
  EXPECT_THAT(f.fix.steps, Contains(HasSubstr("CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\"")));
  EXPECT_THAT(f.fix.steps, Contains(HasSubstr("write IF NOT EXISTS at versions/003.py:2")));
  EXPECT_EQ(f.evidence.back().location.file, "versions/003.py");
  EXPECT_EQ(run.verdict(), Verdict::Broken);
}

TEST(ExtensionOutOfReach, CreatedFurtherDownOrOnAnotherBranch) {
  TestRun down = chain();
  down.files["versions/002.py"] =
      "def upgrade():\n    op.execute('CREATE INDEX')\n    op.execute('CREATE EXTENSION IF NOT EXISTS "
      "pg_trgm')\n";
  down.in("002", 2).sql("CREATE INDEX i ON t USING gin (a gin_trgm_ops)");
  down.fails("42704", "operator class \"gin_trgm_ops\" does not exist for access method \"gin\"").raises();
  EXPECT_EQ(down.only().code, "created-later");
  EXPECT_THAT(down.only().cause, HasSubstr("only further down, at versions/002.py:3."));

  TestRun branch = chain();
  branch.revision("b", {"001"});
  branch.files["versions/b.py"] = "def upgrade():\n    op.execute('CREATE EXTENSION citext')\n";
  branch.in("002", 9)
      .sql("CREATE TABLE t (a citext)")
      .fails("42704", "type \"citext\" does not exist")
      .raises();
  EXPECT_EQ(branch.findings()[0].code, "created-on-other-branch");
  EXPECT_THAT(branch.findings()[0].fix.steps, Contains(HasSubstr("depends_on = \"b\"")));
}

TEST(ExtensionOutOfReach, InASchemaThatIsNotLookedIn) {
  TestRun run = chain();
  run.in("001", 9).sql("CREATE EXTENSION \"uuid-ossp\" SCHEMA ext");
  run.creates("extension", "uuid-ossp", "{\"schema\":\"ext\"}");
  TestRun qualified = run;
  run.in("002", 9).sql("SELECT uuid_generate_v4()").fails("42883", kNoFunction).raises();
  EXPECT_EQ(run.only().code, "schema-not-in-search-path");
  EXPECT_THAT(run.only().fix.summary, HasSubstr("ext.uuid_generate_v4"));
  qualified.in("002", 9)
      .sql("SELECT public.uuid_generate_v4()")
      .fails("42883", "function public.uuid_generate_v4() does not exist")
      .raises();
  EXPECT_THAT(qualified.only().cause, HasSubstr("is in schema \"ext\", not in \"public\"."));
}

TEST(ExtensionOutOfReach, NotWhereItIsThereOrTheNameIsTheChainsOwn) {
  TestRun there = chain();
  there.in("001", 9).sql("CREATE EXTENSION \"uuid-ossp\"");
  there.creates("extension", "uuid-ossp", "{\"schema\":\"public\"}");
  there.in("002", 9).sql("SELECT uuid_generate_v4(1)");
  there.fails("42883", "function uuid_generate_v4(integer) does not exist").raises();
  EXPECT_EQ(there.only().code, "statement-failed");

  TestRun own = chain();
  own.revision("003", {"002"});
  own.files["versions/003.py"] =
      "def upgrade():\n    op.execute('CREATE EXTENSION \"uuid-ossp\"')\n"
      "    op.execute('CREATE FUNCTION uuid_generate_v4() RETURNS uuid LANGUAGE sql AS $$SELECT 1$$')\n";
  own.in("002", 9).sql("SELECT uuid_generate_v4()").fails("42883", kNoFunction).raises();
  EXPECT_EQ(own.only().object->kind, "function");
}

TEST(Prerequisites, AnExtensionThatTheChainDroppedIsNotOne) {
  TestRun run = chain();
  run.in("001", 9).sql("CREATE EXTENSION citext").creates("extension", "citext");
  run.in("001", 10).sql("DROP EXTENSION citext").drops("extension", "citext");
  run.in("002", 9).sql("CREATE TABLE t (a citext)").fails("42704", "type \"citext\" does not exist").raises();
  EXPECT_EQ(run.only().code, "dropped-before");
  EXPECT_THAT(run.only().cause, HasSubstr("was dropped by op.execute at versions/001.py:10"));
}

TEST(Environment, SettingMissingGivesTheLine) {
  TestRun run;
  run.revision("001");
  run.raises_python("KeyError", "'SECRET_KEY'", "", 12, "environment");
  run.evidence.exception->missing_keys = {"SECRET_KEY"};
  const Finding f = run.only();
  EXPECT_EQ(f.code, "setting-missing");
  EXPECT_THAT(f.fix.steps, Contains("[env]\nSECRET_KEY = \"value\""));
  EXPECT_THAT(f.fix.steps, Contains(HasSubstr("--env SECRET_KEY=value")));
  EXPECT_FALSE(f.fix.do_not.empty());
  EXPECT_EQ(run.verdict(), Verdict::Incomplete);
}

TEST(Environment, SeveralSettingsMissingGiveAllLines) {
  TestRun run;
  run.revision("001");
  run.raises_python("KeyError", "'DB_HOST'", "", 12, "environment");
  run.evidence.exception->missing_keys = {"DB_HOST", "DB_PORT", "SMTP_PORT"};
  const Finding f = run.only();
  EXPECT_THAT(f.fix.steps, Contains("[env]\nDB_HOST = \"{host}\"\nDB_PORT = \"{port}\"\nSMTP_PORT = \"1\""));
  EXPECT_THAT(f.cause, HasSubstr("settings DB_HOST, DB_PORT, SMTP_PORT"));
}

TEST(Environment, AnotherServicesUrlIsNotTheDatabases) {
  TestRun run;
  run.revision("001");
  run.raises_python("ValidationError", "Field required", "", 12, "environment");
  run.evidence.exception->missing_keys = {"SHOP_DSN", "DATABASE_URL", "REDIS_URL", "PUBLIC_API_URL"};
  EXPECT_THAT(run.only().fix.steps,
              Contains("[env]\nSHOP_DSN = \"{url}\"\nDATABASE_URL = \"{url}\"\nREDIS_URL = "
                       "\"redis://localhost\"\nPUBLIC_API_URL = \"http://localhost\""));
}

TEST(Prerequisites, AFullDiskIsNoFaultOfTheChain) {
  TestRun run;
  run.in("001", 9)
      .sql("INSERT INTO t SELECT 1")
      .fails("53100", "could not extend file: No space left on device")
      .raises();
  EXPECT_EQ(run.only().code, "statement-failed");
  EXPECT_EQ(run.verdict(), Verdict::Incomplete);
}

TEST(Environment, ModuleMissing) {
  TestRun run;
  run.revision("001", {}, "app/migrations/001.py");
  run.raises_python("ModuleNotFoundError", "No module named 'app'", "", 3, "environment");
  run.evidence.exception->missing_module = "app";
  const Finding f = run.only();
  EXPECT_EQ(f.code, "module-missing");
  EXPECT_THAT(f.fix.summary, HasSubstr("Python's path"));
}

TEST(Environment, ADriverThatTheUrlAsksFor) {
  TestRun run;
  run.evidence.tool.sqlalchemy = "2.1.9";
  run.raises_python("ModuleNotFoundError", "No module named 'psycopg'", "", 3, "environment");
  run.evidence.exception->missing_module = "psycopg";
  const Finding f = run.only();
  EXPECT_EQ(f.code, "module-missing");
  EXPECT_THAT(f.fix.summary, HasSubstr("driver \"psycopg\""));
  EXPECT_THAT(f.fix.steps.front(), HasSubstr("from 2.1 on psycopg (this run: 2.1.9)"));
}

TEST(Environment, AnythingElseInEnvPy) {
  TestRun run;
  run.revision("001");
  run.raises_python("RuntimeError", "no config", "", 3, "environment");
  const Finding f = run.only();
  EXPECT_EQ(f.code, "environment-failed");
  EXPECT_TRUE(f.incomplete);
}

TEST(Environment, ADatabaseErrorInEnvPyIsNotOne) {
  TestRun run;
  run.revision("001");
  run.begin();
  run.in("", 30, "connection")
      .sql("SELECT * FROM tenants")
      .fails("42P01", "relation \"tenants\" does not exist")
      .raises();
  run.evidence.exception->phase = "environment";
  EXPECT_EQ(run.only().code, "never-created");
}

TEST(Graph, ProblemsBecomeFindings) {
  TestRun run;
  run.revision("001");
  run.evidence.graph_problems = {{"revision-missing",
                                  "003",
                                  {"versions/003.py", 4, 1},
                                  "Revision 003 follows 002, for which there is no file.",
                                  {},
                                  true}};
  run.raises_python("KeyError", "'002'", "", 1, "graph");
  const Finding f = run.only();
  EXPECT_EQ(f.code, "revision-missing");
  EXPECT_EQ(f.location.line, 4);
  EXPECT_EQ(run.verdict(), Verdict::Broken);
}

TEST(Graph, SeveralHeadsWarnUnlessTheBranchesAreLabelled) {
  TestRun run;
  run.revision("001").revision("a", {"001"}).revision("b", {"001"});
  run.evidence.graph_problems = {{"several-heads", "", {}, "There are two heads.", {}, false}};
  run.begin().finished("001").finished("a").finished("b").commit();
  run.evidence.versions = {"a", "b"};
  EXPECT_EQ(run.only().code, "several-heads");
  EXPECT_EQ(run.verdict(), Verdict::Sound);
  run.evidence.chain.revisions[1].labels = {"x"};
  run.evidence.chain.revisions[2].labels = {"y"};
  EXPECT_EQ(run.only().code, "none");
}

TEST(Graph, ALongIdThatWasRecordedIsNoFinding) {
  TestRun run;
  const std::string id(40, 'x');
  run.revision(id);
  run.evidence.graph_problems = {{"revision-id-too-long", id, {}, "Too long.", {}, false}};
  run.begin().finished(id).commit();
  EXPECT_EQ(run.only().code, "none");
}

TEST(Graph, ALongIdThatFails) {
  TestRun run;
  const std::string id(40, 'x');
  run.revision("001").revision(id, {"001"}, "versions/long.py");
  run.evidence.graph_problems = {{"revision-id-too-long", id, {}, "Too long.", {}, false}};
  run.begin().finished("001").started(id);
  run.in(id, 9, "create_table").sql("CREATE TABLE t (a int)").creates("table", "public.t");
  run.in(id, 0, "version")
      .sql("UPDATE alembic_version SET version_num='x'")
      .fails("22001", "value too long for type character varying(32)");
  run.raises("sqlalchemy.exc.DataError");
  const Finding f = run.only();
  EXPECT_EQ(f.code, "revision-id-too-long");
  EXPECT_EQ(f.location.file, "versions/long.py");
  EXPECT_THAT(f.cause, HasSubstr("40 characters"));
  // Alembic makes the table before the first revision: in a revision, and nowhere earlier, it can be widened.
  EXPECT_EQ(f.fix.steps.back(),
            "op.execute(\"ALTER TABLE alembic_version ALTER COLUMN version_num TYPE VARCHAR(128)\")");
  EXPECT_EQ(f.evidence.front().statement, "") << "a place in the source is no SQL";
  run.evidence.settings.version_table = "Versions";
  run.evidence.settings.version_table_schema = "meta";
  EXPECT_EQ(run.only().fix.steps.back(),
            "op.execute(\"ALTER TABLE meta.\\\"Versions\\\" ALTER COLUMN version_num TYPE VARCHAR(128)\")");
}

TEST(Graph, ASyntaxErrorInTheEnvironmentIsNotTheChains) {
  TestRun run;
  run.revision("001").revision("002", {"001"}, "versions/002_x.py");
  run.raises_python("SyntaxError", "invalid syntax (env.py, line 10)", "", 10, "environment");
  const Finding f = run.only();
  EXPECT_EQ(f.code, "environment-failed");
  EXPECT_TRUE(f.incomplete);
  EXPECT_EQ(run.verdict(), Verdict::Incomplete);
}

TEST(Graph, SyntaxErrorFromTheException) {
  TestRun run;
  run.revision("001").revision("002", {"001"}, "versions/002_x.py");
  run.raises_python("SyntaxError", "invalid syntax (002_x.py, line 7)", "", 1, "graph");
  const Finding f = run.only();
  EXPECT_EQ(f.code, "revision-syntax-error");
  EXPECT_EQ(f.location, (base::Location{"versions/002_x.py", 7, 0}));
}

/// A finding about the heads of a chain of these revisions, each with parents and labels.
Finding about_heads(
    const std::vector<std::tuple<std::string, std::vector<std::string>, std::vector<std::string>>>&
        revisions) {
  TestRun run;
  for (const auto& [id, parents, labels] : revisions) {
    run.revision(id, parents);
    run.evidence.chain.revisions.back().labels = labels;
  }
  run.evidence.graph_problems = {{"several-heads", "", {}, "There are several heads.", {}, false}};
  run.finished(run.evidence.chain.heads.back());
  return run.findings().at(0);
}

TEST(SeveralHeads, LabelsTellBranchesApartAndTheMainLineNeedsNone) {
  EXPECT_EQ(about_heads({{"a", {}, {}}, {"b", {"a"}, {}}, {"c", {"a"}, {}}}).severity, Severity::Warning);
  EXPECT_EQ(about_heads({{"a", {}, {}}, {"b", {}, {}}}).severity, Severity::Warning);
  EXPECT_EQ(about_heads({{"a", {}, {"x"}}, {"b", {}, {"y"}}}).severity, Severity::Info);
  EXPECT_EQ(about_heads({{"a", {}, {"x"}}, {"b", {}, {}}}).severity, Severity::Info);
  EXPECT_EQ(about_heads({{"a", {}, {}}, {"b", {"a"}, {"x"}}, {"c", {"a"}, {}}}).severity, Severity::Info);
}

TEST(SeveralHeads, OnlyThoseThatNothingTellsApartAreToBeJoined) {
  const Finding f = about_heads({{"a", {}, {"x"}}, {"b", {"a"}, {}}, {"c", {"a"}, {}}, {"d", {}, {}}});
  EXPECT_EQ(f.severity, Severity::Warning);
  EXPECT_THAT(f.fix.steps, Contains("alembic merge b c -m \"merge\""));
}

TEST(Order, RootsComeBeforeWarnings) {
  TestRun run;
  run.revision("001").revision("002");
  run.evidence.graph_problems = {{"several-heads", "", {}, "There are two heads.", {}, false}};
  run.begin();
  run.in("002", 14).sql("SELECT 1/0").fails("22012", "division by zero").raises();
  const std::vector<Finding> found = run.findings();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].code, "statement-failed");
  EXPECT_EQ(found[0].id, 1);
  EXPECT_EQ(found[1].id, 2);
}

TEST(Fingerprints, TellTwoMissingRevisionsApart) {
  TestRun run;
  run.revision("001");
  run.evidence.graph_problems = {
      {"revision-missing", "001", {"versions/001.py", 5, 0}, "Revision 001 comes after 0007.", {}, true},
      {"revision-missing", "001", {"versions/001.py", 5, 0}, "Revision 001 comes after 0008.", {}, true}};
  run.raises_python("KeyError", "'0007'", "", 1, "graph");
  const std::vector<Finding> found = run.findings();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_NE(found[0].fingerprint, found[1].fingerprint);
}

}  // namespace
}  // namespace windlass::diagnose
