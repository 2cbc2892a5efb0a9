#include "drift/drift.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "drift/timeline.h"

namespace windlass::drift {
namespace {

using catalog::Change;
using catalog::Fact;
using catalog::Object;

/// A chain as a list of effects, in a few words each.
class Chain {
 public:
  run::Evidence evidence;

  Chain() {
    evidence.after_read = true;
    evidence.version_tables = {"public.alembic_version"};
    evidence.settings.version_table = "alembic_version";
    evidence.role = "postgres";
  }
  Chain& revision(const std::string& id, std::vector<std::string> parents) {
    chain::Revision revision;
    revision.id = id;
    revision.parents = std::move(parents);
    evidence.chain.revisions.push_back(revision);
    chain::find_ends(evidence.chain);
    run::Step step;
    step.revision = id;
    step.finished = true;
    evidence.steps.push_back(step);
    return *this;
  }
  Chain& does(Change change, const std::string& kind, const std::string& name, const std::string& after,
              const std::string& renamed_from = "") {
    record::Statement statement;
    statement.n = static_cast<int>(evidence.recording.statements.size()) + 1;
    statement.source.revision = evidence.steps.back().revision;
    statement.source.location = {"versions/" + statement.source.revision + ".py", statement.n, 0};
    statement.effects = {{{kind, name}, change, "", after, renamed_from, false}};
    evidence.recording.statements.push_back(statement);
    return *this;
  }
  Chain& makes(const std::string& kind, const std::string& name, const std::string& definition = "{}") {
    return does(Change::Created, kind, name, definition);
  }

  /// The timeline, with a full read that agrees with the effects.
  Timeline timeline() {
    evidence.after_read = false;
    evidence.after = timeline_of(evidence).at(evidence.steps.size());
    evidence.after_read = true;
    return timeline_of(evidence);
  }
};

Fact fact(const std::string& kind, const std::string& name, const std::string& definition = "{}") {
  return {{kind, name}, definition, "", ""};
}

catalog::LiveRead database(std::vector<Fact> facts) {
  catalog::LiveRead read;
  read.server_major = 15;
  read.snapshot.facts = std::move(facts);
  read.snapshot.sort();
  return read;
}

Drift drift_of(Chain& chain, const catalog::LiveRead& real, std::vector<std::string> versions,
               const std::string& wanted = "") {
  const Timeline timeline = chain.timeline();
  catalog::LiveRead end = database(timeline.at(timeline.revisions.size()).facts);
  end.made_by = "postgres";
  VersionTable version_table;
  if (!versions.empty()) version_table.table = "public.alembic_version";
  version_table.versions = std::move(versions);
  return find_drift({timeline, chain.evidence.chain, end, chain.evidence.version_tables}, real, version_table,
                    wanted.empty() ? std::vector<std::string>() : std::vector<std::string>{wanted});
}

std::vector<std::string> names(const catalog::Snapshot& snapshot) {
  std::vector<std::string> all;
  for (const Fact& each : snapshot.facts) all.push_back(to_string(each.object) + " " + each.definition);
  return all;
}

/// 1 makes a table, 2 widens a column and adds an index, 3 changes data alone, 4 drops the index.
Chain pets() {
  Chain chain;
  chain.revision("1", {}).makes("table", "public.pets", R"x({"owner":"postgres"})x");
  chain.makes("column", "public.pets.name", R"x({"type":"varchar(40)"})x");
  chain.revision("2", {"1"}).does(Change::Altered, "column", "public.pets.name", R"x({"type":"text"})x");
  chain.makes("index", "public.ix",
              R"x({"definition":"CREATE INDEX ix ON public.pets USING btree (name)"})x");
  chain.revision("3", {"2"}).revision("4", {"3"}).does(Change::Dropped, "index", "public.ix", "");
  return chain;
}

const Fact kTable = fact("table", "public.pets", R"x({"owner":"app"})x"),
           kNarrow = fact("column", "public.pets.name", R"x({"type":"varchar(40)"})x"),
           kWide = fact("column", "public.pets.name", R"x({"type":"text"})x"),
           kIndex = fact("index", "public.ix",
                         R"x({"definition":"CREATE INDEX ix ON public.pets USING btree (name)"})x");

TEST(Timeline, IsWhatEachRevisionMade) {
  Chain chain = pets();
  chain.does(Change::Altered, "table", "public.animals", "{}", "public.pets");
  const Timeline timeline = chain.timeline();
  EXPECT_TRUE(timeline.corrected.empty());
  EXPECT_TRUE(timeline.at(0).facts.empty());
  EXPECT_EQ(names(timeline.at(1)),
            (std::vector<std::string>{R"x(column public.pets.name {"type":"varchar(40)"})x",
                                      R"x(table public.pets {"owner":"postgres"})x"}));
  EXPECT_EQ(timeline.at(2).facts.size(), 3u);
  EXPECT_NE(timeline.at(4).find({"table", "public.animals"}), nullptr);
  EXPECT_EQ(timeline.at(4).find({"table", "public.pets"}), nullptr);
  EXPECT_EQ(timeline.at(std::set<std::string>{"1", "4"}).find({"index", "public.ix"}), nullptr);
}

TEST(Timeline, WhatWasRolledBackOrDoneElsewhereIsNotThere) {
  Chain chain = pets();
  chain.makes("table", "public.gone").evidence.recording.statements.back().effects[0].rolled_back = true;
  chain.makes("table", "public.elsewhere").evidence.recording.statements.back().session = 2;
  record::Session own, other;
  own.database = chain.evidence.database = "shop";
  other.n = 2;
  other.database = "archive";
  chain.evidence.recording.sessions = {own, other};
  EXPECT_EQ(chain.timeline().at(4).facts.size(), 2u);
}

TEST(Timeline, TheFullReadAtTheEndIsRight) {
  Chain chain = pets();
  chain.timeline();
  chain.evidence.after.facts.push_back(fact("table", "public.unseen"));
  const Timeline timeline = timeline_of(chain.evidence);
  ASSERT_EQ(timeline.corrected.size(), 1u);
  EXPECT_NE(timeline.at(4).find({"table", "public.unseen"}), nullptr);
  EXPECT_EQ(timeline.at(3).find({"table", "public.unseen"}), nullptr);
}

TEST(Drift, AtItsRevisionWhoeverOwnsIt) {
  Chain chain = pets();
  const Drift behind = drift_of(chain, database({kTable, kWide, kIndex}), {"2"});
  EXPECT_EQ(behind.verdict, "behind");
  EXPECT_EQ(behind.pending, 2u);
  EXPECT_EQ(behind.exact, "2") << "of those that no object tells apart, the claimed one";
  EXPECT_EQ(behind.nearest.alike, std::vector<std::string>{"3"});
  EXPECT_EQ(drift_of(chain, database({kTable, kWide}), {"4"}).verdict, "at");
  EXPECT_EQ(drift_of(chain, database({}), {}).verdict, "behind") << "an empty database is at the base";
}

TEST(Drift, EachDifferenceWithWhoMadeIt) {
  Chain chain = pets();
  const Drift drift = drift_of(
      chain, database({kTable, kNarrow, fact("table", "public.x"), fact("column", "public.x.id")}), {"2"});
  EXPECT_EQ(drift.verdict, "hybrid");
  EXPECT_FALSE(drift.exact);
  ASSERT_EQ(drift.objects.size(), 3u);
  const Drifted &missing = drift.objects[0], &extra = drift.objects[1], &different = drift.objects[2];
  EXPECT_EQ(missing.state, State::Missing);
  EXPECT_EQ(missing.provenance[0].evidence, "revision 2 (versions/2.py:4) makes it");
  EXPECT_EQ(missing.equal_at, (std::vector<std::string>{"base", "1", "4"}));
  EXPECT_EQ(extra.words, "table public.x (with 1 column)");
  EXPECT_EQ(extra.provenance[0].by, "unknown");
  EXPECT_EQ(different.equal_at, std::vector<std::string>{"1"});
  EXPECT_EQ(different.provenance[0].evidence, "it is as revision 1 (versions/1.py:2) has it");
}

TEST(Drift, WhatALaterRevisionMakesOrAnEarlierOneTookAway) {
  Chain chain = pets();
  const Drift early = drift_of(chain, database({kTable, kNarrow, kIndex}), {"1"});
  ASSERT_EQ(early.objects.size(), 1u);
  EXPECT_EQ(early.objects[0].provenance[0].evidence,
            "revision 2 (versions/2.py:4) makes the same, and has yet to run");
  const Drift late = drift_of(chain, database({kTable, kWide, kIndex}), {"4"});
  ASSERT_EQ(late.objects.size(), 1u);
  EXPECT_EQ(late.objects[0].provenance[0].evidence,
            "revision 2 (versions/2.py:4) made it so, and revision 4 (versions/4.py:5) took it away");
}

TEST(Drift, ATableIsTheSameWhereItsPartsAre) {
  Chain chain = pets();
  const auto evidence = [&](const Fact& column) {
    return drift_of(chain, database({kTable, column}), {}, "base").objects.at(0).provenance[0].evidence;
  };
  EXPECT_EQ(evidence(kNarrow), "revision 1 (versions/1.py:1) makes the same, and has yet to run");
  EXPECT_EQ(evidence(kWide),
            "it is as the chain has it at revision 4; revision 1 (versions/1.py:1) makes it");
  EXPECT_EQ(evidence(fact("column", "public.pets.name", R"x({"type":"int"})x")),
            "revision 1 (versions/1.py:1) makes another of this name");
}

TEST(Drift, WhatTheDatabaseSaysOfItself) {
  Chain chain = pets();
  const catalog::LiveRead there = database({kTable, kWide});
  EXPECT_EQ(drift_of(chain, there, {}).verdict, "unversioned");
  EXPECT_EQ(drift_of(chain, there, {}).exact, "4");
  const Drift unknown = drift_of(chain, there, {"zz"});
  EXPECT_EQ(unknown.verdict, "unknown-version");
  EXPECT_EQ(unknown.unknown_versions, std::vector<std::string>{"zz"});
  EXPECT_EQ(unknown.expected_at, std::vector<std::string>{"4"});
  EXPECT_EQ(drift_of(chain, there, {"1"}, "4").verdict, "at") << "--claim 4, whatever it says";
  EXPECT_EQ(drift_of(chain, there, {"4"}, "1").verdict, "hybrid");
  catalog::LiveRead unseen = there;
  unseen.not_visible = {{{"user mapping", "a on server b"}, "why"}};
  EXPECT_EQ(drift_of(chain, unseen, {"4"}).verdict, "incomplete");
  catalog::LiveRead data = there;
  data.not_modelled = {{{"large object", ""}, "3; they are data"}};
  EXPECT_EQ(drift_of(chain, data, {"4"}).verdict, "at") << "rows are not compared";
}

TEST(Drift, WhatTheChainLeavesToChanceIsNotCompared) {
  const auto chain = [](const std::string& time, const std::string& name) {
    Chain chain = pets();
    chain.makes("column", "public.pets.since", "{\"default\":\"'" + time + "'\"}");
    chain.makes("index", name);
    return chain;
  };
  Chain first = chain("10:00", "public.ix_a"), second = chain("10:01", "public.ix_b");
  const Timeline one = first.timeline(), two = second.timeline();
  const std::set<Object> chance = made_by_chance(one, two);
  EXPECT_EQ(chance,
            (std::set<Object>{
                {"column", "public.pets.since"}, {"index", "public.ix_a"}, {"index", "public.ix_b"}}));
  catalog::LiveRead end = database(one.at(4).facts);
  const catalog::LiveRead real =
      database({kTable, kWide, fact("column", "public.pets.since", R"x({"default":"'09:00'"})x")});
  const Drift drift = find_drift({one, first.evidence.chain, end, first.evidence.version_tables, chance},
                                 real, {"public.alembic_version", {"4"}, ""}, {});
  for (const Drifted& each : drift.objects) EXPECT_EQ(each.object.name, "public.pets") << "its owner";
  EXPECT_EQ(drift.compared.unsaid.size(), 2u);
}

TEST(Drift, WhatIsClaimedAndTheChainDoesNotComeTo) {
  Chain chain = pets();
  chain::Revision later;
  later.id = "5";
  later.parents = {"4"};
  chain.evidence.chain.revisions.push_back(later);
  chain::find_ends(chain.evidence.chain);
  const Drift drift = drift_of(chain, database({kTable, kWide}), {"5"});
  EXPECT_EQ(drift.verdict, "incomplete");
  EXPECT_TRUE(drift.out_of_reach);
  EXPECT_EQ(drift.expected_at, std::vector<std::string>{"4"});
  const Drift behind = drift_of(chain, database({kTable, kWide}), {"4"});
  EXPECT_EQ(behind.verdict, "behind");
  EXPECT_EQ(behind.pending, 1u);
}

TEST(Drift, OnABranchThatTheRunTookLater) {
  Chain chain;
  chain.revision("1", {}).makes("table", "public.a");
  chain.revision("left", {"1"}).makes("table", "public.l");
  chain.revision("right", {"1"}).makes("table", "public.r");
  EXPECT_EQ(
      drift_of(chain, database({fact("table", "public.a"), fact("table", "public.r")}), {"right"}).verdict,
      "behind");
}

TEST(Drift, TheVersionTableStandsNowhereOnTheChain) {
  Chain chain = pets();
  chain.makes("table", "public.alembic_version").makes("column", "public.alembic_version.version_num");
  EXPECT_EQ(drift_of(chain, database({kTable, kWide}), {"4"}).verdict, "at");
  EXPECT_EQ(drift_of(chain,
                     database({kTable, kWide, fact("table", "public.alembic_version"),
                               fact("constraint", "public.alembic_version.alembic_version_pkc")}),
                     {"4"})
                .verdict,
            "at");
}

TEST(Drift, WhatCreateAllMakes) {
  Chain chain = pets();
  Drift drift = drift_of(chain,
                         database({kTable, kNarrow, fact("table", "public.x", R"x({"owner":"app"})x"),
                                   fact("column", "public.x.id"), fact("table", "public.y"),
                                   fact("column", "public.y.id"), fact("table", "public.z")}),
                         {"1"});
  catalog::Snapshot models;
  models.facts = {fact("table", "public.x", R"x({"owner":"postgres"})x"), fact("column", "public.x.id"),
                  fact("table", "public.y"), fact("column", "public.y.id", R"x({"type":"int"})x")};
  EXPECT_EQ(add_maker(drift, create_all(models)), 1u);
  ASSERT_EQ(drift.objects.size(), 3u);
  EXPECT_EQ(drift.objects[0].provenance.at(0).by, "create_all");
  EXPECT_EQ(drift.objects[1].provenance.at(0).by, "unknown") << "its column is another";
  EXPECT_EQ(drift.objects[2].provenance.at(0).by, "unknown");
}

TEST(Drift, WhatARepairScriptMakesAndDrops) {
  Chain chain = pets();
  Drift drift = drift_of(
      chain, database({kTable, kWide, fact("type", "public.level", R"x({"labels":["a"]})x")}), {"2"});
  ASSERT_EQ(drift.objects.size(), 2u);
  record::Recording recording;
  const auto effect = [&](Change change, const std::string& kind, const std::string& name,
                          const std::string& after) {
    record::Statement statement;
    statement.effects = {{{kind, name}, change, "", after, "", false}};
    recording.statements.push_back(statement);
  };
  effect(Change::Dropped, "type", "public.level", "");
  effect(Change::Created, "type", "public.level", R"x({"labels":["a"],"owner":"app"})x");
  effect(Change::Dropped, "index", "public.ix", "");
  drift.objects[1].actual = R"x({"labels":["a"],"owner":"boss"})x";
  EXPECT_EQ(add_maker(drift, maker_of(recording, "scripts/fix.py", "1")), 2u);
  EXPECT_EQ(drift.objects[0].provenance.back().evidence, "scripts/fix.py, run at revision 1, drops it");
  EXPECT_EQ(drift.objects[1].provenance.size(), 1u);
  EXPECT_EQ(drift.objects[1].provenance[0].evidence, "scripts/fix.py, run at revision 1, makes the same");
  recording.statements.back().effects[0].rolled_back = true;
  effect(Change::Altered, "type", "public.level", R"x({"labels":["a","b"]})x");
  EXPECT_EQ(add_maker(drift, maker_of(recording, "scripts/fix.py", "base")), 0u);
}

}  // namespace
}  // namespace windlass::drift
