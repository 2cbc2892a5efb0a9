// The order of a walk, and runs put together: pure.
#include "run/scenario.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <utility>

#include "run/case_pool.h"
#include "run/joined_evidence.h"

namespace windlass::run {
namespace {

using Ids = std::vector<std::string>;

chain::Revision revision(const std::string& id, Ids parents, Ids depends_on = {}) {
  chain::Revision made;
  made.id = id;
  made.parents = std::move(parents);
  made.depends_on = std::move(depends_on);
  return made;
}

/// 1 - 2a - 3 (merge of 2a and 2b); apart on its own, depending on 2b.
Evidence branched() {
  Evidence run;
  run.chain.revisions = {revision("1", {}), revision("2a", {"1"}), revision("2b", {"1"}),
                         revision("3", {"2a", "2b"}), revision("apart", {}, {"2b"})};
  return run;
}

TEST(Scenarios, AreKnownByTheirNames) {
  for (const Scenario scenario : all_scenarios()) EXPECT_EQ(scenario_named(to_string(scenario)), scenario);
  EXPECT_FALSE(scenario_named("population"));
  EXPECT_FALSE(scenario_named(""));
}

TEST(Scenarios, WalkAsTheToolDidAndThenOnParentsFirst) {
  Evidence run = branched();
  // 1.8 and 1.13 take branches in other orders: what was seen holds.
  run.steps = {{"1", "upgrade", 0, 0, true}, {"2b", "upgrade", 0, 0, true}, {"2a", "upgrade", 0, 0, false}};
  EXPECT_EQ(walk_order(run, "heads"), (Ids{"1", "2b", "2a", "3", "apart"}));
  run.steps.clear();
  EXPECT_EQ(walk_order(run, "heads"), (Ids{"1", "2a", "2b", "3", "apart"}));
}

TEST(Scenarios, WalkOnlyAsFarAsTheTarget) {
  Evidence run = branched();
  EXPECT_EQ(walk_order(run, "2a"), (Ids{"1", "2a"}));
  EXPECT_EQ(walk_order(run, "apart"), (Ids{"1", "2b", "apart"}));
  // A target that only Alembic can read: what it ran, and no more.
  run.steps = {{"1", "upgrade", 0, 0, true}};
  EXPECT_EQ(walk_order(run, "+1"), (Ids{"1"}));
  // env.py ran the chain for two databases.
  run.steps = {{"1", "upgrade", 0, 0, true}, {"2a", "upgrade", 0, 0, true}, {"1", "upgrade", 0, 0, true}};
  EXPECT_EQ(walk_order(run, "2a"), (Ids{"1", "2a"}));
}

TEST(Scenarios, GoDownByTheParent) {
  const Evidence run = branched();
  EXPECT_EQ(below(run.chain, "3"), "2a");
  EXPECT_EQ(below(run.chain, "1"), "base");
}

SharedEvidence a_run(const std::string& text, int deadlock_of) {
  auto run = std::make_shared<Evidence>();
  run->recording.sessions.push_back({});
  run->recording.sessions.push_back({});
  run->recording.sessions[0].n = 1;
  run->recording.sessions[1].n = 2;
  for (int n = 1; n <= 2; ++n) {
    record::Statement statement;
    statement.n = n;
    statement.session = n;
    statement.transaction = n;
    statement.text = text;
    run->recording.statements.push_back(statement);
  }
  EnumSeen seen;
  seen.name = "mood";
  seen.at = {"0002.py", 9, 1};
  run->enums.push_back(seen);
  run->deadlocks.push_back({deadlock_of, 2, 1.0});
  run->exit_code = text == "second" ? 1 : 0;
  return run;
}

TEST(JoinedEvidence, IsNumberedThroughAndEndsAsTheLast) {
  const Evidence all = joined({a_run("first", 1), a_run("second", 1)});
  ASSERT_EQ(all.recording.statements.size(), 4u);
  for (int i = 0; i < 4; ++i) {
    const record::Statement& statement = all.recording.statements[static_cast<size_t>(i)];
    EXPECT_EQ(statement.n, i + 1);
    EXPECT_EQ(statement.session, i + 1);
    EXPECT_EQ(statement.transaction, i + 1);
  }
  EXPECT_EQ(all.recording.statements[3].text, "second");
  EXPECT_EQ(all.recording.sessions.back().n, 4);
  EXPECT_EQ(all.exit_code, 1);
  ASSERT_EQ(all.deadlocks.size(), 1u);
  EXPECT_EQ(all.deadlocks[0].waiting, 3);
  EXPECT_EQ(all.enums.size(), 1u) << "each process builds the enums of all files anew";
}

/// How many of the cases that a pool for `side_by_side` is given are done, and how many at most at once.
std::pair<int, int> pooled(size_t side_by_side) {
  std::atomic<int> done{0}, now{0}, most{0};
  CasePool pool(side_by_side);
  for (int i = 0; i < 50; ++i)
    pool.give([&] {
      const int running = ++now;
      for (int seen = most; running > seen && !most.compare_exchange_weak(seen, running);) {
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      --now;
      ++done;
    });
  pool.finish();
  return {done, most};
}

TEST(CasePool, DoesAllThatItIsGivenAndNoMoreAtOnceThanItMay) {
  EXPECT_EQ(pooled(1), std::pair(50, 1));
  EXPECT_EQ(pooled(2), std::pair(50, 2));
  EXPECT_EQ(pooled(4), std::pair(50, 4));
}

}  // namespace
}  // namespace windlass::run
