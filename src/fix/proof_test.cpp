#include "fix/proof.h"

#include <gtest/gtest.h>

namespace windlass::fix {
namespace {

using diagnose::Finding;

Finding found(const std::string& code, int line, const std::string& table = "t") {
  Finding finding;
  finding.code = code;
  finding.fingerprint = code + std::to_string(line);
  finding.location = {"0001.py", line, 0};
  finding.object = catalog::Object{"table", "public." + table};
  finding.cause = code + " happens";
  return finding;
}

/// A run of some revisions that ends with these tables.
run::Evidence ran(size_t revisions, const std::vector<std::string>& tables, int exit_code = 0) {
  run::Evidence run;
  run.exit_code = exit_code;
  for (size_t i = 0; i < revisions; ++i) {
    run.steps.emplace_back();
    run.steps.back().finished = true;
  }
  run.after_read = true;
  for (const std::string& table : tables)
    run.after.facts.push_back({{"table", "public." + table}, R"({"kind":"r"})", "", ""});
  run.after.sort();
  return run;
}

const std::map<std::string, std::vector<edit::Edit>> kInserted = {{"0001.py", {{4, 4, "new\n"}}}};
const std::map<std::string, std::string> kTexts = {{"0001.py", "one\nnew\ntwo\n"}};

struct Two {
  run::Evidence clean_before, past, clean_after;
  std::vector<Finding> before, after;
  Judged judged(const Finding& mended) const {
    return judge({&clean_before, &past, &before}, {&clean_after, nullptr, &after}, mended, kInserted, kTexts);
  }
};

Two mended_table() {
  return {ran(1, {}, 1), ran(2, {"t", "u"}), ran(2, {"t", "u"}), {found("table-created-twice", 2)}, {}};
}

TEST(Proof, HoldsWhereTheFindingIsGone) {
  const Two two = mended_table();
  const Judged judged = two.judged(two.before.front());
  EXPECT_TRUE(judged.proven) << judged.failed_because;
  EXPECT_EQ(judged.gone, std::vector<std::string>{"table-created-twice2"});
  EXPECT_EQ(judged.catalog, "equal");
}

TEST(Proof, FailsWhereTheFindingStays) {
  Two two = mended_table();
  two.after = two.before;
  EXPECT_EQ(two.judged(two.before.front()).failed_because, "the finding is there as before");
}

TEST(Proof, WhatAMendTakesAwayIsFound) {
  Two two = mended_table();
  two.clean_after = ran(2, {"t"});
  const Judged judged = two.judged(two.before.front());
  EXPECT_FALSE(judged.proven);
  EXPECT_EQ(judged.catalog, "different");
  EXPECT_NE(judged.failed_because.find("public.u"), std::string::npos) << judged.failed_because;
}

TEST(Proof, WhatTheMendedChainDropsItselfIsNotMissed) {
  Two two = mended_table();
  two.clean_after = ran(2, {"t"});
  record::Statement drop;
  drop.effects.push_back({{"table", "public.u"}, catalog::Change::Dropped, "{}", "", "", false});
  two.clean_after.recording.statements.push_back(drop);
  EXPECT_TRUE(two.judged(two.before.front()).proven);
}

TEST(Proof, AFindingInTheLinesThatItWroteIsItsOwn) {
  Two two = mended_table();
  two.after = {found("statement-failed", 2, "w")};
  const Judged judged = two.judged(two.before.front());
  EXPECT_FALSE(judged.proven);
  EXPECT_EQ(judged.caused, std::vector<std::string>{"statement-failed2"});
}

TEST(Proof, WhatStoodBehindItIsTakenNext) {
  Two two = mended_table();
  two.after = {found("statement-failed", 3, "w")};
  const Judged judged = two.judged(two.before.front());
  EXPECT_TRUE(judged.proven) << judged.failed_because;
  EXPECT_EQ(judged.come_to_light, std::vector<std::string>{"statement-failed3"});
}

TEST(Proof, AChainThatStopsEarlierIsNoBetter) {
  Two two = mended_table();
  two.clean_after = ran(0, {"t", "u"}, 1);
  EXPECT_NE(two.judged(two.before.front()).failed_because.find("stops earlier"), std::string::npos);
}

TEST(Proof, ASoundChainMustMakeTheSame) {
  const run::Evidence before = ran(2, {"t"}), more = ran(2, {"t", "new"});
  const std::vector<Finding> all = {found("sequence-behind", 1)}, none;
  const Judged judged =
      judge({&before, nullptr, &all}, {&more, nullptr, &none}, all.front(), kInserted, kTexts);
  EXPECT_FALSE(judged.proven);
  // But for what the finding is about.
  const std::vector<Finding> own = {found("defined-twice", 1, "new")};
  EXPECT_TRUE(
      judge({&before, nullptr, &own}, {&more, nullptr, &none}, own.front(), kInserted, kTexts).proven);
}

TEST(Proof, WhereNothingWasCommittedThereIsNoCatalogToKeep) {
  run::Evidence before = ran(2, {}), after = ran(2, {"t"});
  const std::vector<Finding> none;
  std::vector<Finding> seen = {found("exit-zero-nothing-committed", 2, "other")};
  EXPECT_TRUE(judge({&before, nullptr, &seen}, {&after, nullptr, &none}, seen.front(), {}, {}).proven);
  seen.front().scenario = "retry";
  EXPECT_FALSE(judge({&before, nullptr, &seen}, {&after, nullptr, &none}, seen.front(), {}, {}).proven);
}

}  // namespace
}  // namespace windlass::fix
