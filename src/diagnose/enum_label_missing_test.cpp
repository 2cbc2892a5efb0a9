#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "diagnose/label_wanted.h"
#include "diagnose/server_error.h"
#include "diagnose/test_evidence.h"

namespace windlass::diagnose {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kMood = R"({"is":"enum","labels":["sad","ok","happy"]})";

/// 001 has made app.mood; 002 is being applied; 003 has not run.
TestRun chain() {
  TestRun run;
  run.revision("001").revision("002", {"001"}).revision("003", {"002"});
  run.begin();
  run.in("001", 9)
      .sql("CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'happy')")
      .creates("type", "app.mood", kMood);
  run.finished("001").started("002");
  return run;
}

TestRun& alters(TestRun& run, const std::string& before, const std::string& after) {
  run.last().effects.push_back({{"type", "app.mood"}, catalog::Change::Altered, before, after, "", false});
  return run;
}

Finding refused(TestRun run, const std::string& sql, const std::string& message) {
  run.in("002", 12).sql(sql).fails("22P02", message).raises();
  return run.only();
}

std::string steps(const Finding& finding) {
  std::string text = finding.fix.summary;
  for (const std::string& step : finding.fix.steps) text += "\n" + step;
  return text;
}

TEST(EnumLabelMissing, WithTheLabelsOfThatMoment) {
  TestRun run = chain();
  run.in("002", 10).sql("ALTER TYPE app.mood ADD VALUE 'late'");
  alters(run, kMood, R"({"is":"enum","labels":["sad","ok","happy","late"]})");
  const Finding f =
      refused(run, "INSERT INTO t VALUES ('hapy')", "invalid input value for enum app.mood: \"hapy\"");
  EXPECT_EQ(f.code, "enum-label-missing");
  EXPECT_EQ(f.object, (catalog::Object{"type", "app.mood"}));
  EXPECT_THAT(f.cause, HasSubstr("its labels are \"sad\", \"ok\", \"happy\", \"late\"."));
  EXPECT_THAT(steps(f), HasSubstr("The nearest label is \"happy\". If that is meant, write it."));
  EXPECT_THAT(steps(f), HasSubstr("ALTER TYPE app.mood ADD VALUE IF NOT EXISTS 'hapy'"));
}

TEST(EnumLabelMissing, NothingIsNearWhatIsFar) {
  const Finding f =
      refused(chain(), "INSERT INTO t VALUES ('x')", "invalid input value for enum app.mood: \"x\"");
  EXPECT_THAT(steps(f), Not(HasSubstr("nearest")));
}

TEST(EnumLabelMissing, AddedByALaterRevision) {
  for (const char* line :
       {"op.execute(\"ALTER TYPE app.mood ADD VALUE IF NOT EXISTS 'glad'\")",
        "op.execute(\"CREATE TYPE app.mood AS ENUM ('glad')\")",
        "postgresql.ENUM('sad', 'glad', name='mood', schema='app').create(op.get_bind())"}) {
    TestRun run = chain();
    run.files["versions/003.py"] = std::string("def upgrade():\n    ") + line + "\n";
    const Finding f =
        refused(run, "INSERT INTO t VALUES ('glad')", "invalid input value for enum app.mood: \"glad\"");
    EXPECT_THAT(f.cause, HasSubstr("Only a later revision adds it: 003 (versions/003.py:2).")) << line;
    EXPECT_EQ(f.evidence.back().location.file, "versions/003.py");
    EXPECT_THAT(steps(f), HasSubstr("Move the use to a revision after 003."));
    const Finding other =
        refused(run, "INSERT INTO t VALUES ('bad')", "invalid input value for enum app.mood: \"bad\"");
    EXPECT_THAT(other.cause, Not(HasSubstr("later"))) << line;
  }
}

TEST(EnumLabelMissing, RenamedOrTakenAwayBefore) {
  TestRun renamed = chain();
  renamed.in("002", 10).sql("ALTER TYPE app.mood RENAME VALUE 'sad' TO 'blue'");
  alters(renamed, kMood, R"({"is":"enum","labels":["blue","ok","happy"]})");
  Finding f =
      refused(renamed, "INSERT INTO t VALUES ('sad')", "invalid input value for enum app.mood: \"sad\"");
  EXPECT_THAT(f.cause,
              HasSubstr("until op.execute at versions/002.py:10 (revision 002) renamed it to \"blue\"."));
  EXPECT_EQ(f.fix.summary, "Write the label's new name, \"blue\".");

  TestRun anew = chain();
  anew.in("002", 10).sql("DROP TYPE app.mood").drops("type", "app.mood");
  anew.in("002", 11).sql("CREATE TYPE app.mood AS ENUM ('a', 'b', 'c')");
  anew.creates("type", "app.mood", R"({"is":"enum","labels":["a","b","c"]})");
  f = refused(anew, "INSERT INTO t VALUES ('sad')", "invalid input value for enum app.mood: \"sad\"");
  EXPECT_THAT(f.cause, HasSubstr("until op.execute at versions/002.py:11 (revision 002) took it away."));
}

TEST(EnumLabelMissing, OfTypesWithOneNameAllThatMayBeMeant) {
  TestRun run = chain();
  run.in("002", 10)
      .sql("CREATE TYPE mood AS ENUM ('up')")
      .creates("type", "public.mood", R"({"is":"enum","labels":["up"]})");
  Finding f = refused(run, "INSERT INTO t VALUES ('hapy')", "invalid input value for enum mood: \"hapy\"");
  EXPECT_THAT(f.cause, HasSubstr("\"app.mood\" has \"sad\", \"ok\", \"happy\"; \"public.mood\" has \"up\""));
  EXPECT_THAT(steps(f), HasSubstr("ALTER TYPE ... ADD VALUE 'hapy'"));
  // The one that has the label did not refuse it.
  f = refused(run, "INSERT INTO t VALUES ('ok')", "invalid input value for enum mood: \"ok\"");
  EXPECT_EQ(f.object, (catalog::Object{"type", "public.mood"}));
  f = refused(run, "INSERT INTO t VALUES ('hapy')", "invalid input value for enum app.mood: \"hapy\"");
  EXPECT_EQ(f.object, (catalog::Object{"type", "app.mood"}));
}

TEST(EnumLabelMissing, AValueOfTheRowsIsNotLaidToTheStatement) {
  const char* message = "invalid input value for enum app.mood: \"default\"";
  Finding f = refused(chain(), "INSERT INTO t SELECT word::app.mood FROM words", message);
  EXPECT_EQ(f.code, "enum-label-missing");
  EXPECT_THAT(f.cause,
              HasSubstr("comes upon the value \"default\", from a row, a parameter or an expression"));
  f = refused(chain(), "ALTER TABLE w ALTER COLUMN \"Word\" TYPE app.mood USING \"Word\"::app.mood", message);
  EXPECT_EQ(f.code, "cast-needs-using");
  EXPECT_THAT(f.cause, HasSubstr("a row holds a value that app.mood does not know"));
  EXPECT_THAT(f.cause, HasSubstr("its labels are \"sad\", \"ok\", \"happy\""));
  EXPECT_THAT(steps(f), HasSubstr("UPDATE w SET \\\"Word\\\" = ... WHERE \\\"Word\\\" = 'default'"));
  f = refused(chain(), "ALTER TABLE w ALTER COLUMN a TYPE app.mood USING 'default'::app.mood", message);
  EXPECT_EQ(f.code, "enum-label-missing");
}

TEST(EnumLabelMissing, ThatAlterTypeNames) {
  const auto altered = [](TestRun run, const char* text, const char* label) {
    run.in("002", 12)
        .sql(text)
        .fails("22023", std::string("\"") + label + "\" is not an existing enum label")
        .raises();
    return run.only();
  };
  Finding f = altered(chain(), "ALTER TYPE app.mood ADD VALUE 'glad' AFTER 'hapy'", "hapy");
  EXPECT_EQ(f.code, "enum-label-missing");
  EXPECT_EQ(f.object, (catalog::Object{"type", "app.mood"}));
  EXPECT_THAT(steps(f), HasSubstr("The nearest label is \"happy\""));
  EXPECT_THAT(steps(f), Not(HasSubstr("ADD VALUE")));
  TestRun again = chain();
  again.in("002", 10).sql("ALTER TYPE app.mood RENAME VALUE 'sad' TO 'blue'");
  alters(again, kMood, R"({"is":"enum","labels":["blue","ok","happy"]})");
  EXPECT_EQ(altered(again, "ALTER TYPE app.mood RENAME VALUE 'sad' TO 'blue'", "sad").fix.summary,
            "Take it out: the label has that name already.");
  EXPECT_EQ(altered(again, "ALTER TYPE app.mood RENAME VALUE 'sad' TO 'low'", "sad").fix.summary,
            "Write the label's new name, \"blue\".");
}

TEST(RowTypeRefused, WhereTheProjectWritesAnEnumOfThatName) {
  TestRun run = chain();
  run.in("002", 10).sql("CREATE TABLE app.\"Status\" (id int)").creates("table", "app.Status", "{}");
  run.in("002", 11, "create_table")
      .sql("CREATE TABLE job (s app.\"Status\")")
      .creates("table", "public.job", "{}");
  run.creates("column", "public.job.s", R"({"type":"app.\"Status\""})");
  TestRun composite = run;
  run.enum_seen("Status", "postgresql.ENUM", false, "002", 11);
  const char* message = "malformed record literal: \"a\"";
  const Finding f = refused(run, "INSERT INTO job (s) VALUES ('a')", message);
  EXPECT_EQ(f.code, "enum-is-a-row-type");
  EXPECT_EQ(f.object, (catalog::Object{"column", "public.job.s"}));
  EXPECT_EQ(f.evidence.size(), 3u);
  // A row of that table may have been meant.
  EXPECT_EQ(refused(composite, "INSERT INTO job (s) VALUES ('a')", message).code, "statement-failed");
  EXPECT_EQ(refused(run, "INSERT INTO other (s) VALUES ('a')", message).code, "statement-failed");
}

TEST(EnumLabelMissing, NotOfOtherTypes) {
  EXPECT_EQ(refused(chain(), "SELECT 'x'::int", "invalid input syntax for type integer: \"x\"").code,
            "statement-failed");
  EXPECT_EQ(refused(chain(), "SELECT 'x'::other", "invalid input value for enum other: \"x\"").code,
            "statement-failed");
}

TEST(EnumLabelMissing, TheSentenceIsReadInSeveralLanguages) {
  const auto read = [](const char* message) {
    record::ServerMessage error;
    error.sqlstate = "22P02";
    error.message = message;
    const auto found = unknown_label(error);
    return found ? found->schema + "|" + found->type + "|" + found->label : "";
  };
  EXPECT_EQ(read("invalid input value for enum mood: \"a: \"b\"\""), "|mood|a: \"b\"");
  EXPECT_EQ(read("invalid input value for enum app.\"Unit: Kind\": \"\""), "app|Unit: Kind|");
  EXPECT_EQ(read("ungültiger Eingabewert für Enum mood: »x«"), "|mood|x");
  EXPECT_EQ(read("valeur en entrée invalide pour le enum mood : « x »"), "|mood|x");
  EXPECT_EQ(read("la sintaxis de entrada no es válida para el enum app.mood: «x»"), "app|mood|x");
  EXPECT_EQ(read("invalid input syntax for type integer: \"x\""), "");
  EXPECT_EQ(read("malformed array literal"), "");
}

}  // namespace
}  // namespace windlass::diagnose
