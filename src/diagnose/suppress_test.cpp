// Suppressions: what they match, what goes with it, and when one that matches nothing is said.
#include "diagnose/suppress.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "diagnose/test_evidence.h"

namespace windlass::diagnose {
namespace {

class SuppressTest : public ::testing::Test {
 protected:
  SuppressTest() { run_.revision("0001").revision("0002", {"0001"}, "versions/0002.py"); }

  /// 0002 creates a table that 0001 made.
  void created_twice(const std::string& sql = "CREATE TABLE t ()") {
    run_.begin();
    run_.in("0001", 10).sql("CREATE TABLE t ()").creates("table", "public.t").finished("0001");
    run_.started("0002");
    run_.in("0002", 12).sql(sql).fails("42P07", "relation \"t\" already exists").raises();
  }
  void sound() {
    run_.begin();
    run_.in("0001", 10).sql("CREATE TABLE t ()").creates("table", "public.t").finished("0001");
    run_.in("0002", 12).sql("CREATE TABLE u ()").creates("table", "public.u").finished("0002");
    run_.commit();
  }
  std::vector<Finding> suppressed(const std::vector<Suppression>& configured = {}) {
    auto findings = run_.findings();
    const SourceLines source = [this](const base::Location& at) {
      const auto found = run_.files.find(at.file);
      return found == run_.files.end() ? std::string() : found->second;
    };
    suppress(run_.evidence, source, configured, findings);
    return findings;
  }
  /// "code (by: reason)" of each finding.
  std::string told(const std::vector<Suppression>& configured = {}) {
    std::string text;
    for (const Finding& finding : suppressed(configured)) {
      text += (text.empty() ? "" : ", ") + finding.code;
      if (finding.suppressed) text += " (" + finding.suppressed->by + ": " + finding.suppressed->reason + ")";
    }
    return text;
  }
  static Suppression entry(std::string revision = "", std::string file = "", std::string object = "") {
    return {"table-created-twice", "planned",         std::move(revision),
            std::move(file),       std::move(object), {"windlass.toml", 3, 0}};
  }
  /// Line 12 of 0002 is the statement; `line` holds `text`.
  void write(int line, const std::string& text, const std::string& statement = "    op.execute(X)") {
    std::string file;
    for (int at = 1; at <= 12; ++at)
      file += at == line ? text + (at == 12 ? "" : "\n") : at == 12 ? statement + "\n" : "x = 1\n";
    run_.files["versions/0002.py"] = file;
  }

  TestRun run_;
};

TEST_F(SuppressTest, AnEntryMatchesByCodeAndWhatNarrowsIt) {
  created_twice();
  const std::string yes = "table-created-twice (config: planned)";
  EXPECT_EQ(told(), "table-created-twice");
  EXPECT_EQ(told({entry()}), yes);
  EXPECT_EQ(told({entry("0002", "versions/0002.py", "public.t")}), yes);
  EXPECT_EQ(told({entry("", "", "table public.t")}), yes);
  EXPECT_EQ(told({entry("", "", "public.u")}), "table-created-twice");
  EXPECT_EQ(told({entry("", "versions/0003.py")}), "table-created-twice");
  EXPECT_EQ(suppressed({entry()})[0].suppressed->location, (base::Location{"windlass.toml", 3, 0}));
}

TEST_F(SuppressTest, ACommentMatchesAtItsStatement) {
  created_twice();
  const std::string yes = "table-created-twice (source: planned)";
  write(12, "    op.execute(X)  # windlass: ignore[table-created-twice] planned\n");
  EXPECT_EQ(told(), yes);
  write(11, "    # windlass: ignore[index-created-twice, table-created-twice] planned");
  EXPECT_EQ(suppressed()[0].suppressed->location, (base::Location{"versions/0002.py", 11, 5}));
  write(10, "    # windlass: ignore[table-created-twice] planned");
  EXPECT_EQ(told(), "table-created-twice") << "another statement stands between";
  write(11, "    # windlass: ignore[index-created-twice] planned");
  EXPECT_EQ(told(), "table-created-twice");
}

TEST_F(SuppressTest, ACommentInTheSqlMatchesItsStatement) {
  created_twice("-- windlass: ignore[table-created-twice] planned\nCREATE TABLE t ()");
  EXPECT_EQ(told(), "table-created-twice (source: planned)");
  run_.files["versions/0002.py"] = "X = '''\n-- windlass: ignore[table-created-twice] planned\nCREATE'''\n";
  EXPECT_EQ(suppressed()[0].suppressed->location, (base::Location{"versions/0002.py", 2, 1}));
}

TEST_F(SuppressTest, WithoutAReasonItIsNotHeeded) {
  created_twice();
  write(11, "    # windlass: ignore[table-created-twice]");
  const auto findings = suppressed();
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_FALSE(findings[0].suppressed);
  EXPECT_EQ(findings[1].code, "suppression-without-reason");
  EXPECT_EQ(findings[1].severity, Severity::Warning);
  EXPECT_EQ(findings[1].id, 2);
  EXPECT_FALSE(findings[1].fingerprint.empty());
}

TEST_F(SuppressTest, WhatFollowsGoesWithItsRoot) {
  run_.begin();
  run_.in("0001", 10).sql("CREATE TABLE t ()").creates("table", "public.t").finished("0001");
  run_.started("0002");
  run_.in("0002", 12).sql("CREATE TABLE t ()").fails("42P07", "relation \"t\" already exists");
  run_.in("0002", 14).sql("SELECT 1").fails("25P02", "current transaction is aborted").raises();
  EXPECT_EQ(told({entry()}), "table-created-twice (config: planned), error-swallowed (config: planned)");
}

TEST_F(SuppressTest, AnUnusedOneIsSaidWhereWindlassLooked) {
  sound();
  EXPECT_EQ(told({entry()}), "suppression-unused");
  EXPECT_EQ(told({entry("0002")}), "suppression-unused");
  write(11, "    # windlass: ignore[table-created-twice] planned");
  const auto findings = suppressed();
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].code, "suppression-unused");
  EXPECT_EQ(findings[0].revision, "0002");
  EXPECT_EQ(findings[0].location, (base::Location{"versions/0002.py", 11, 5}));
  EXPECT_EQ(verdict_of(run_.evidence, findings), Verdict::Sound);
}

TEST_F(SuppressTest, AnUnusedOneIsLeftAloneWhereNobodyLooked) {
  created_twice();
  run_.revision("0003", {"0002"});
  EXPECT_EQ(told({entry("0003")}), "table-created-twice");
  EXPECT_EQ(told({entry("", "versions/0003.py")}), "table-created-twice");
  run_.files["versions/0003.py"] = "# windlass: ignore[index-created-twice] planned\nf()\n";
  EXPECT_EQ(told(), "table-created-twice");
  // The first revision did run to its end.
  EXPECT_EQ(told({entry("0001")}), "table-created-twice, suppression-unused");
}

TEST_F(SuppressTest, InDowngradeNothingIsJudged) {
  sound();
  run_.files["versions/0002.py"] =
      "def downgrade():\n    f()  # windlass: ignore[index-created-twice] planned\n";
  EXPECT_EQ(told(), "");
}

TEST_F(SuppressTest, WhatCanMatchNothingIsAlwaysSaid) {
  created_twice();
  EXPECT_EQ(told({entry("0009")}), "table-created-twice, suppression-unused");
  write(11, "    # windlass: ignore[table-create-twice] planned");
  EXPECT_TRUE(base::contains(suppressed().back().cause, "did you mean table-created-twice?"));
  write(11, "    # windlass: ignore table-created-twice");
  EXPECT_TRUE(base::contains(suppressed().back().cause, "names no code"));
}

TEST_F(SuppressTest, FingerprintsStayWhenLinesMove) {
  sound();
  write(11, "    # windlass: ignore[table-created-twice] planned");
  const std::string before = suppressed()[0].fingerprint;
  run_.files["versions/0002.py"] = "\n\n" + run_.files["versions/0002.py"];
  EXPECT_EQ(suppressed()[0].fingerprint, before);
  EXPECT_EQ(suppressed()[0].location.line, 13);

  // A windlass.toml above the project has an absolute path, which differs from copy to copy.
  Suppression here = entry(), there = entry();
  here.at.file = "/home/a/repository/windlass.toml";
  there.at.file = "/ci/repository/windlass.toml";
  run_.files.clear();
  EXPECT_EQ(suppressed({here})[0].fingerprint, suppressed({there})[0].fingerprint);
}

}  // namespace
}  // namespace windlass::diagnose
