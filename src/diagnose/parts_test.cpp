// The parts the rules stand on: names in error messages, reading of sources; and properties of the whole.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "diagnose/server_error.h"
#include "diagnose/source_scan.h"
#include "diagnose/test_evidence.h"

namespace windlass::diagnose {
namespace {

record::ServerMessage error(std::string sqlstate, std::string message) {
  record::ServerMessage result;
  result.sqlstate = std::move(sqlstate);
  result.message = std::move(message);
  return result;
}

std::string missing(const std::string& sqlstate, const std::string& message, const std::string& text = "") {
  const auto name = missing_object(error(sqlstate, message), sql::read_targets(text));
  return name ? name->kind + " " + name->text() : "";
}

TEST(ServerError, MissingObjects) {
  EXPECT_EQ(missing("42P01", "relation \"app.users\" does not exist"), "relation app.users");
  EXPECT_EQ(missing("42P01", "view \"v\" does not exist"), "view v");
  EXPECT_EQ(missing("42703", "column \"a\" of relation \"t\" does not exist"), "column t.a");
  EXPECT_EQ(missing("42703", "column users.x does not exist", "SELECT users.x FROM users"), "column users.x");
  EXPECT_EQ(missing("42703", "column u.x does not exist", "SELECT u.x FROM users u"), "column users.x");
  EXPECT_EQ(missing("42703", "column \"x\" does not exist", "CREATE INDEX i ON s.t (x)"), "column s.t.x");
  EXPECT_EQ(missing("42704", "type \"mood[]\" does not exist"), "type mood");
  EXPECT_EQ(missing("42704", "constraint \"c\" of relation \"t\" does not exist"), "constraint t.c");
  EXPECT_EQ(missing("42704", "trigger \"tr\" for table \"t\" does not exist"), "trigger t.tr");
  EXPECT_EQ(missing("42704", "index \"i\" does not exist"), "index i");
  EXPECT_EQ(missing("3F000", "schema \"app\" does not exist"), "schema app");
  EXPECT_EQ(missing("42883", "function app.f(integer, text) does not exist"), "function app.f");
  EXPECT_EQ(missing("42883", "function \"F\"() does not exist"), "function F");
  EXPECT_EQ(missing("42883", "operator does not exist: text % text"), "");
  EXPECT_EQ(missing("22023", "invalid value for parameter \"x\": \"y\""), "");
  EXPECT_EQ(missing("23505", "duplicate key"), "");
}

TEST(ServerError, OtherLanguagesKeepTheQuotedName) {
  EXPECT_EQ(missing("42P01", "Relation »users« existiert nicht", ""), "");
  EXPECT_EQ(missing("42P01", "la relation « users » n'existe pas"), "relation users");
}

TEST(SourceScan, Declarations) {
  const std::vector<Declared> found = declared_in(R"(
"""A docstring about CREATE TABLE nothing."""
# op.create_table('commented')
def upgrade():
    op.create_table('a', sa.Column('id', sa.Integer),
        sa.Column("kind", sa.Enum('X', name="kind")), schema="s")
    with op.batch_alter_table('b') as batch_op:
        batch_op.add_column(sa.Column('c', sa.Text()))
    op.create_index(op.f('ix_a'), 'a', ['id'])
    op.execute("CREATE EXTENSION "
               "hstore")
    op.rename_table('old', 'new')

def downgrade():
    op.create_table('never')
)");
  std::vector<std::string> names;
  for (const Declared& declared : found)
    names.push_back(declared.name.kind + " " + declared.name.text() + ":" + std::to_string(declared.line));
  EXPECT_EQ(names, (std::vector<std::string>{"table s.a:5", "column s.a.id:5", "column s.a.kind:6",
                                             "type kind:6", "column b.c:8", "index ix_a:9",
                                             "extension hstore:10", "table new:12"}));
}

TEST(SourceScan, WhatIsMadeAnew) {
  const std::vector<Declared> found = declared_in(R"py(
def upgrade():
    op.drop_table('a')
    op.create_table('a')
    op.execute("DROP INDEX IF EXISTS i")
    op.create_index('i', 'a', ['x'])
    op.drop_column('b', 'c')
    op.add_column('b', sa.Column('c'))
    op.drop_constraint('u', 't', type_='unique')
    op.create_unique_constraint('u', 't', ['x'])
    with op.batch_alter_table('d') as batch_op:
        batch_op.drop_column('e')
        batch_op.add_column(sa.Column('e'))
    op.execute("ALTER TYPE mood RENAME TO mood_old")
    op.execute("CREATE TYPE mood AS ENUM ('ok')")
    op.create_table('fresh')
    op.add_column('other', sa.Column('c'))
    op.create_table('late')
    op.drop_table('late')
)py");
  std::vector<std::string> anew;
  for (const Declared& declared : found)
    if (declared.replaces != Replaces::Nothing)
      anew.push_back(declared.name.text() + (declared.replaces == Replaces::WhatIsThere ? "" : "?"));
  EXPECT_EQ(anew, (std::vector<std::string>{"a", "i?", "b.c", "t.u", "d.e", "mood"}));
}

TEST(SourceScan, FunctionText) {
  EXPECT_EQ(function_text("x = 1\ndef downgrade() -> None:\n    a()\n\nclass B: pass\n", "downgrade"),
            "def downgrade() -> None:\n    a()\n\n");
  EXPECT_EQ(function_text("def downgrade_all():\n    a()\n", "downgrade"), "");
}

TEST(SourceScan, LoopAround) {
  const std::string source =
      "def upgrade():\n"
      "    for n in ('a', 'b'):\n"
      "        # for nobody\n"
      "        if n:\n"
      "            op.create_index(n, 't', [n])\n"
      "    op.create_index('c', 't', ['c'])\n"
      "    [op.execute(s) for s in STATEMENTS]\n"
      "    if x:  # for y\n"
      "        op.execute('a')\n";
  EXPECT_EQ(loop_around(source, 5), 2);
  EXPECT_EQ(loop_around(source, 6), 0);
  EXPECT_EQ(loop_around(source, 7), 7);
  EXPECT_EQ(loop_around(source, 9), 0);
  EXPECT_EQ(loop_around(source, 99), 0);
  EXPECT_EQ(loop_around("", 1), 0);
}

TEST(SourceScan, TheTableOfAnIndexThatIsDropped) {
  const std::string source =
      "def upgrade():\n"
      "    op.drop_index(op.f('ix_a'), table_name='apples')\n"
      "    op.drop_index('ix_b', 'pears')\n"
      "    with op.batch_alter_table('plums') as batch_op:\n"
      "        batch_op.drop_index(\n"
      "            batch_op.f('ix_c'))\n"
      "    op.drop_index(name, table_name=table)\n";
  EXPECT_EQ(indexed_table(source, 2), "apples");
  EXPECT_EQ(indexed_table(source, 3), "pears");
  EXPECT_EQ(indexed_table(source, 5), "plums");
  EXPECT_EQ(indexed_table(source, 6), "plums");
  EXPECT_EQ(indexed_table(source, 7), "");
  EXPECT_EQ(indexed_table(source, 1), "");
}

TEST(SourceScan, ReadsAnything) {
  rc::check("any text is read", [](const std::string& text) { declared_in(text); });
  rc::check("any prefix is read", [] {
    const std::string whole =
        "def upgrade():\n  op.create_table('a', sa.Column(\"b\", sa.Enum(name='''c''')))\n  x.create(y)\ndef "
        "downgrade(\n";
    declared_in(std::string_view(whole).substr(0, *rc::gen::inRange<size_t>(0, whole.size() + 1)));
  });
}

TEST(Properties, AnyEvidenceIsJudged) {
  rc::check("no crash, ids in order, never sound after a failure", [] {
    TestRun run;
    const auto one_of = [](std::vector<std::string> values) { return *rc::gen::elementOf(values); };
    run.revision("001").revision("002", {one_of({"001", "nope", "002"})});
    const int count = *rc::gen::inRange(0, 12);
    for (int i = 0; i < count; ++i) {
      run.session(*rc::gen::inRange(1, 3));
      const int what = *rc::gen::inRange(0, 8);
      if (what == 0) run.begin();
      if (what == 1) run.commit();
      if (what == 2) run.rollback();
      if (what == 3) run.finished(one_of({"001", "002"}));
      if (what > 3) {
        run.in(one_of({"", "001", "002"}), *rc::gen::inRange(0, 99),
               one_of({"execute", "create_table", "add_column", "MetaData.create_all", "version", ""}),
               one_of({"", "auto", "checked"}));
        run.sql(
            one_of({"CREATE TYPE m AS ENUM ('a')", "CREATE TABLE t (a m)", "ALTER TABLE t ADD a int",
                    "DROP TYPE m", "SELECT 1", "", "DO $$ BEGIN", "ROLLBACK TO s", "SET search_path = ''"}));
        if (what == 5)
          run.creates(one_of({"type", "table", "column", "index"}),
                      one_of({"public.m", "public.t", "public.t.a", "x", ""}));
        if (what == 6) run.drops(one_of({"type", "table"}), one_of({"public.m", "public.t"}));
        if (what == 7)
          run.fails(one_of({"42710", "42P07", "42701", "42P01", "42703", "42704", "42883",
                            "3F000", "25P02", "25001", "55P04", "42804", "22001", "23505",
                            "42P16", "0A000", "58P01", "42830", "22023", "XX000", ""}),
                    one_of({"type \"m\" already exists", "relation \"t\" does not exist",
                            "column \"a\" of relation \"t\" already exists", "column t.a does not exist",
                            "\"", "", "extension \"x\" is not available", "role \"r\" does not exist",
                            "function f() does not exist", "no schema has been selected to create in"}));
      }
    }
    run.evidence.exit_code = *rc::gen::inRange(0, 2);
    if (*rc::gen::arbitrary<bool>()) run.raises();
    if (*rc::gen::arbitrary<bool>())
      run.enum_seen("m", one_of({"sqlalchemy.Enum", "postgresql.ENUM"}), false, "001", 3);
    run.evidence.timed_out = *rc::gen::arbitrary<bool>();
    if (*rc::gen::arbitrary<bool>()) run.evidence.deadlocks = {{2, 1, 1.0}};
    run.evidence.graph_problems.resize(*rc::gen::inRange(0, 2));
    run.evidence.tool.sqlalchemy = one_of({"", "1.4.46", "2", "x", "2.1.0b4"});
    const std::vector<Finding> findings = run.findings();
    int id = 0;
    for (const Finding& finding : findings) {
      RC_ASSERT(finding.id == ++id);
      RC_ASSERT(!finding.follows_from ||
                (*finding.follows_from > 0 && *finding.follows_from <= static_cast<int>(findings.size())));
      RC_ASSERT(finding.fingerprint.size() == 16u);
    }
    const bool failed = run.evidence.exit_code != 0 || run.evidence.timed_out || run.evidence.exception;
    if (failed) {
      RC_ASSERT(run.verdict() != Verdict::Sound);
      RC_ASSERT(!findings.empty());
    }
  });
}

}  // namespace
}  // namespace windlass::diagnose
