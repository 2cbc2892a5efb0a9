#include "diagnose/duplicate_differs.h"

#include <gtest/gtest.h>

#include "diagnose/enum_fix.h"
#include "diagnose/test_evidence.h"

namespace windlass::diagnose {
namespace {

using Words = std::vector<std::string>;

/// A table made in 0002 and wanted again, with another column, in 0003; `rest` is what comes after that.
class DuplicateDiffersTest : public testing::Test {
 protected:
  void SetUp() override {
    run_.revision("0002").revision("0003", {"0002"});
    run_.begin();
    run_.in("0002", 10, "create_table")
        .sql("CREATE TABLE pets (id int)")
        .creates("table", "public.pets", R"({"owner":"a"})")
        .creates("column", "public.pets.id", R"({"type":"integer"})");
    run_.in("0003", 20, "create_table")
        .sql("CREATE TABLE pets (id int, name text)")
        .fails("42P07", "relation \"pets\" already exists");
    wanted_ = {fact("table", "public.pets", R"({"owner":"a"})"),
               fact("column", "public.pets.id", R"({"type":"integer"})"),
               fact("column", "public.pets.name", R"({"type":"text"})")};
  }

  static catalog::Fact fact(const char* kind, const char* name, const char* definition) {
    return {{kind, name}, definition, name, "1"};
  }

  std::optional<DuplicateDiffers> found(const std::string& revision = "", const std::string& later = "",
                                        const std::vector<Undone>& undone = {}) {
    const record::Statement& failed = run_.last();
    std::vector<record::Statement> statements = run_.evidence.recording.statements;
    if (!later.empty()) {
      statements.push_back(failed);
      statements.back().n = failed.n + 1;
      statements.back().source.revision = revision;
      statements.back().text = later;
    }
    const SourceLines no_source = [](const base::Location&) { return std::string(); };
    const Context context(run_.evidence, no_source);
    return duplicate_differs(context, failed, wanted_, statements, undone);
  }

  TestRun run_;
  std::vector<catalog::Fact> wanted_;
};

TEST_F(DuplicateDiffersTest, ToldWithBothPlaces) {
  const auto differs = found();
  ASSERT_TRUE(differs);
  const Finding& finding = differs->finding;
  EXPECT_EQ(finding.code, "duplicate-differs");
  EXPECT_EQ(finding.severity, Severity::Warning);
  EXPECT_TRUE(finding.root);
  EXPECT_EQ(finding.revision, "0003");
  EXPECT_NE(finding.cause.find("column \"name\" (text) is wanted and not there"), std::string::npos)
      << finding.cause;
  ASSERT_EQ(finding.evidence.size(), 2u);
  EXPECT_EQ(finding.evidence[0].revision, "0002");
  EXPECT_EQ(differs->lacking, (std::vector<catalog::Object>{{"column", "public.pets.name"}}));
}

TEST_F(DuplicateDiffersTest, SilentWhereTheyAreEqualOrNothingWasBuilt) {
  wanted_.pop_back();
  EXPECT_FALSE(found());
  wanted_.clear();
  EXPECT_FALSE(found());
}

TEST_F(DuplicateDiffersTest, SilentWhereALaterStatementHasTheLastWord) {
  // Made later, wherever that is.
  EXPECT_FALSE(found("0004", "ALTER TABLE pets ADD COLUMN name text"));
  EXPECT_FALSE(found("0003", "ALTER TABLE pets DROP COLUMN name"));
  EXPECT_TRUE(found("0004", "ALTER TABLE pets DROP COLUMN name"));
  EXPECT_TRUE(found("0003", "ALTER TABLE pets ADD COLUMN age int"));
}

TEST_F(DuplicateDiffersTest, SilentWhereAFaultBeforeItMayBeTheReason) {
  const auto undone = [](const char* text, bool duplicate) {
    Undone fault;
    fault.reading = sql::read_targets(text);
    fault.duplicate = duplicate;
    return std::vector<Undone>{fault};
  };
  EXPECT_FALSE(found("", "", undone("ALTER TABLE pets ADD COLUMN name nosuch", false)));
  EXPECT_TRUE(found("", "", undone("ALTER TABLE pets ADD COLUMN age nosuch", false)));
  // A duplicate is there, as it is.
  EXPECT_TRUE(found("", "", undone("CREATE TABLE pets (id int, name text)", true)));
  Undone left;
  left.declared = declared_in("def upgrade():\n    op.add_column(\"pets\", sa.Column(\"name\"))\n");
  EXPECT_FALSE(found("", "", {left}));
}

/// What the second statement wants is the table as 0002 made it; `change` is what came between.
class RepeatsTheFirstTest : public testing::Test {
 protected:
  void SetUp() override {
    run_.revision("0002").revision("0003", {"0002"}).revision("0004", {"0003"});
    run_.begin();
    run_.in("0002", 10, "create_table")
        .sql("CREATE TABLE pets (id int, name text UNIQUE)")
        .creates("table", "public.pets", "{}")
        .creates("column", "public.pets.id", R"({"type":"integer"})")
        .creates("column", "public.pets.name", R"({"type":"text"})")
        .creates("constraint", "public.pets.pets_name_key", R"x({"definition":"UNIQUE (name)"})x");
    run_.in("0003", 12, "alter_column").sql("ALTER TABLE pets ALTER COLUMN id TYPE bigint");
    run_.last().effects.push_back({{"column", "public.pets.id"},
                                   catalog::Change::Altered,
                                   R"({"type":"integer"})",
                                   R"({"type":"bigint"})",
                                   "",
                                   false});
  }

  std::optional<DuplicateDiffers> found(const char* text, const std::vector<catalog::Fact>& wanted) {
    run_.in("0004", 20).sql(text).fails("42P07", "relation \"pets\" already exists");
    const SourceLines no_source = [](const base::Location&) { return std::string(); };
    const Context context(run_.evidence, no_source);
    return duplicate_differs(context, run_.last(), wanted, run_.evidence.recording.statements, {});
  }
  static catalog::Fact fact(const char* kind, const char* name, const char* definition) {
    return {{kind, name}, definition, name, "1"};
  }

  TestRun run_;
  std::vector<catalog::Fact> first_ = {
      fact("table", "public.pets", "{}"), fact("column", "public.pets.id", R"({"type":"integer"})"),
      fact("column", "public.pets.name", R"({"type":"text"})"),
      fact("constraint", "public.pets.pets_name_key", R"x({"definition":"UNIQUE (name)"})x")};
};

TEST_F(RepeatsTheFirstTest, SaysWhoChangedItSince) {
  const auto differs = found("CREATE TABLE pets (id int, name text UNIQUE)", first_);
  ASSERT_TRUE(differs);
  EXPECT_TRUE(differs->as_first_made);
  EXPECT_NE(
      differs->finding.cause.find("repeats the definition that table \"public.pets\" had at first, made by "
                                  "op.create_table at versions/0002.py:10, and that revision 0003 "
                                  "(versions/0003.py:12) changed since: column \"id\": bigint there, integer "
                                  "wanted."),
      std::string::npos)
      << differs->finding.cause;
  ASSERT_EQ(differs->finding.evidence.size(), 3u);
  Finding duplicate;
  duplicate.fix.summary = "Take the second one out.";
  tell_beside(duplicate, *differs);
  EXPECT_EQ(duplicate.fix.summary, "Take the second one out.");
  EXPECT_EQ(duplicate.fix.steps.size(), 1u);
}

TEST_F(RepeatsTheFirstTest, NotWhereItDiffersFromTheFirstAsWell) {
  first_.push_back(fact("column", "public.pets.born", R"({"type":"date"})"));
  const auto differs = found("CREATE TABLE pets (id int, name text UNIQUE, born date)", first_);
  ASSERT_TRUE(differs);
  EXPECT_FALSE(differs->as_first_made);
  first_.pop_back();
  first_.pop_back();  // without the constraint
  const auto less = found("CREATE TABLE pets (id int, name text)", first_);
  ASSERT_TRUE(less);
  EXPECT_FALSE(less->as_first_made);
}

TEST_F(RepeatsTheFirstTest, SeveralColumnsInOneStatement) {
  const auto differs =
      found("ALTER TABLE pets ADD COLUMN id smallint, ADD COLUMN name varchar, ADD COLUMN born date",
            {fact("column", "public.pets.id", R"({"type":"smallint"})"),
             fact("column", "public.pets.name", R"({"type":"character varying"})"),
             fact("column", "public.pets.born", R"({"type":"date"})")});
  ASSERT_TRUE(differs);
  EXPECT_EQ(differs->finding.object, (catalog::Object{"table", "public.pets"}));
  EXPECT_NE(
      differs->finding.cause.find("wants other columns of table \"public.pets\" than those that are there"),
      std::string::npos);
  // What is not there is no duplicate.
  EXPECT_EQ(differs->finding.cause.find("born"), std::string::npos) << differs->finding.cause;
}

TEST_F(RepeatsTheFirstTest, APrimaryKeyOfAnotherName) {
  run_.in("0003", 13).sql("ALTER TABLE pets ADD CONSTRAINT \"the key\" PRIMARY KEY (id)");
  run_.creates("constraint", "public.pets.the key", R"x({"definition":"PRIMARY KEY (id)"})x");
  const auto same =
      found("ALTER TABLE pets ADD PRIMARY KEY (id)",
            {fact("constraint", "public.pets.pets_pkey", R"x({"definition":"PRIMARY KEY (id)"})x")});
  EXPECT_FALSE(same);
  const auto other =
      found("ALTER TABLE pets ADD PRIMARY KEY (name)",
            {fact("constraint", "public.pets.pets_pkey", R"x({"definition":"PRIMARY KEY (name)"})x")});
  ASSERT_TRUE(other);
  EXPECT_EQ(other->finding.object, (catalog::Object{"constraint", "public.pets.the key"}));
}

TEST_F(DuplicateDiffersTest, TheDuplicateItselfAsksFirstWhichOneIsMeant) {
  Finding duplicate;
  duplicate.fix.summary = "Take the second one out.";
  duplicate.fix.steps = {kTheyDiffer, "Delete it."};
  duplicate.fix.do_not = "Do not guard it.";
  tell_beside(duplicate, {});
  const Fix once = duplicate.fix;
  EXPECT_NE(once.summary.find("decide which of the two definitions is meant"), std::string::npos);
  EXPECT_EQ(once.steps,
            (Words{"Where the one that is there is meant:", "Take the second one out.", "Delete it.",
                   "Where the other one is meant: see the advice of that finding."}));
  EXPECT_EQ(once.do_not, "Do not guard it.");
  // Met again at that place.
  tell_beside(duplicate, {});
  EXPECT_EQ(duplicate.fix.steps, once.steps);
}

}  // namespace
}  // namespace windlass::diagnose
