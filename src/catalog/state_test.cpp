#include "catalog/state.h"

#include <gtest/gtest.h>

#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace windlass::catalog {

namespace {

Fact fact(std::string kind, std::string name, std::string definition, std::string id, std::string group) {
  return {{std::move(kind), std::move(name)}, std::move(definition), std::move(id), std::move(group)};
}

Event reading(std::vector<std::string> groups, std::vector<Fact> facts) {
  Event event;
  event.groups = std::move(groups);
  event.facts = std::move(facts);
  return event;
}

Event dropping(const std::string& id) {
  Event event;
  event.dropped_ids = {id};
  event.dropped = {{"table", "?"}};
  return event;
}

std::vector<std::string> told(const std::vector<Effect>& effects) {
  std::vector<std::string> texts;
  for (const Effect& effect : effects)
    texts.push_back(outcome_of(effect) + " " + to_string(effect.object) +
                    (effect.renamed_from.empty() ? "" : " from " + effect.renamed_from));
  return texts;
}

std::string dump(const State& state) {
  std::string text;
  for (const Fact& one : state.snapshot().facts)
    text += to_string(one.object) + "|" + one.definition + "|" + one.id + "|" + one.group + "\n";
  return text;
}

using Texts = std::vector<std::string>;

TEST(StateTest, AnEffectIsADifference) {
  State state;
  const std::vector<Fact> table = {fact("table", "t", "{}", "1:1:0", "1:1:0"),
                                   fact("column", "t.a", "{}", "1:1:1", "1:1:0")};
  EXPECT_EQ(told(state.apply(reading({"1:1:0"}, table))), (Texts{"created table t", "created column t.a"}));
  EXPECT_EQ(told(state.apply(reading({"1:1:0"}, table))), Texts{});
  EXPECT_EQ(told(state.apply(reading({"1:1:0"}, {table[0], fact("column", "t.a", "1", "1:1:1", "1:1:0")}))),
            Texts{"altered column t.a"});
  EXPECT_EQ(told(state.apply(reading({"1:1:0"}, {table[0]}))), Texts{"dropped column t.a"});
}

TEST(StateTest, TheRowTellsARenameFromADropAndACreate) {
  State state;
  state.apply(reading(
      {"1:1:0"}, {fact("table", "t", "{}", "1:1:0", "1:1:0"), fact("index", "i", "{}", "1:9:0", "1:1:0")}));
  EXPECT_EQ(told(state.apply(reading({"1:1:0"}, {fact("table", "u", "{}", "1:1:0", "1:1:0"),
                                                 fact("index", "i", "{}", "1:10:0", "1:1:0")}))),
            Texts{"altered table u from t"});
}

TEST(StateTest, DroppingATableTakesItsParts) {
  State state;
  state.apply(reading(
      {"1:1:0"}, {fact("table", "t", "{}", "1:1:0", "1:1:0"), fact("column", "t.a", "{}", "1:1:1", "1:1:0"),
                  fact("privilege", "table t", "[]", "a:1:1:0", "acl:1:1:0")}));
  EXPECT_EQ(told(state.apply(dropping("1:1:1"))), Texts{"dropped column t.a"});
  EXPECT_EQ(told(state.apply(dropping("1:1:0"))), (Texts{"dropped table t", "dropped privilege table t"}));
  EXPECT_TRUE(state.snapshot().facts.empty());
}

TEST(StateTest, ASequenceMayJoinATable) {
  State state;
  state.apply(reading({"1:5:0"}, {fact("sequence", "s", "{}", "1:5:0", "1:5:0")}));
  state.apply(reading(
      {"1:1:0"}, {fact("table", "t", "{}", "1:1:0", "1:1:0"), fact("sequence", "s", "1", "1:5:0", "1:1:0")}));
  EXPECT_EQ(state.snapshot().facts.size(), 2u);
  EXPECT_EQ(told(state.apply(dropping("1:1:0"))), (Texts{"dropped table t", "dropped sequence s"}));
}

TEST(StateTest, ARoleTakesItsNewNameEverywhere) {
  State state;
  state.apply(reading({"1:1:0"},
                      {fact("table", "t", R"({"owner":"old"})", "1:1:0", "1:1:0"),
                       fact("privilege", "table t", R"(["old=r/old","x=r/old"])", "a:1:1:0", "acl:1:1:0")}));
  State::Undo undo;
  const std::string before = dump(state);
  state.rename_role("old", "zz", &undo);
  EXPECT_NE(dump(state).find(R"({"owner":"zz"})"), std::string::npos);
  EXPECT_NE(dump(state).find(R"(["x=r/zz","zz=r/zz"])"), std::string::npos);
  state.undo(undo);
  EXPECT_EQ(dump(state), before);
}

TEST(StateTest, UndoingInReverseRestoresEverything) {
  rc::check("any events, undone latest first", [](const std::vector<std::vector<unsigned>>& script) {
    State state;
    std::vector<std::pair<std::string, State::Undo>> done;
    for (const std::vector<unsigned>& numbers : script) {
      Event event;
      for (const unsigned number : numbers) {
        const std::string group = "1:" + std::to_string(number % 5) + ":0";
        const std::string id = "1:" + std::to_string(number % 5) + ":" + std::to_string(number / 5 % 4);
        switch (number / 20 % 4) {
          case 0:
            event.groups.push_back(group);
            break;
          case 1:
            event.dropped_ids.push_back(id);
            event.dropped.push_back({"index", "n" + std::to_string(number % 7)});
            break;
          case 2:
            event.groups.push_back("acl:*");
            event.facts.push_back(
                fact("privilege", "p" + id, std::to_string(number), "a:" + id, "acl:" + group));
            break;
          default:
            event.facts.push_back(
                fact("index", "n" + std::to_string(number % 7), std::to_string(number % 3), id, group));
        }
      }
      done.emplace_back(dump(state), State::Undo{});
      state.apply(event, &done.back().second);
    }
    for (auto entry = done.rbegin(); entry != done.rend(); ++entry) {
      state.undo(entry->second);
      RC_ASSERT(dump(state) == entry->first);
    }
  });
}

TEST(StateTest, TwoReadingsOfTheSameLeaveNoEffect) {
  rc::check("the effects lead from one reading to the next", [](const std::vector<unsigned>& numbers) {
    std::vector<Fact> facts;
    for (const unsigned number : numbers)
      facts.push_back(fact("column", "t." + std::to_string(facts.size()), std::to_string(number),
                           "1:1:" + std::to_string(facts.size()), "1:1:0"));
    State state;
    RC_ASSERT(state.apply(reading({"1:1:0"}, facts)).size() == facts.size());
    RC_ASSERT(state.apply(reading({"1:1:0"}, facts)).empty());
    RC_ASSERT(state.snapshot().facts.size() == facts.size());
  });
}

TEST(StateTest, SingleFactsLeaveTheRestOfTheirGroup) {
  Snapshot start;
  start.facts = {{{"table", "a.t"}, "{}", "1259:1:0", "1259:1:0"},
                 {{"column", "a.t.i"}, R"({"type":"integer"})", "1259:1:1", "1259:1:0"}};
  State state(start);
  Event event;
  event.partial = event.known = true;
  event.facts = {{{"column", "a.t.i"}, R"({"type":"integer"})", "1259:1:1", "1259:1:0"},
                 {{"column", "a.t.j"}, R"({"type":"text"})", "1259:1:2", "1259:1:0"},
                 {{"column", "a.unknown.j"}, R"({"type":"text"})", "1259:9:2", "1259:9:0"}};
  State::Undo undo;
  const std::vector<Effect> effects = state.apply(event, &undo);
  ASSERT_EQ(effects.size(), 1u);
  EXPECT_EQ(to_string(effects[0].object), "column a.t.j");
  EXPECT_EQ(state.snapshot().facts.size(), 3u);
  state.undo(undo);
  EXPECT_EQ(state.snapshot().facts.size(), 2u);
}

}  // namespace

}  // namespace windlass::catalog
