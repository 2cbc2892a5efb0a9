#include "diagnose/both_made.h"

#include <gtest/gtest.h>

namespace windlass::diagnose {
namespace {

using catalog::Change;
using catalog::Object;

/// A chain whose revisions make one object each; definitions are as given.
drift::Timeline chain_of(const std::vector<std::pair<Object, std::string>>& made) {
  drift::Timeline chain;
  for (const auto& [object, definition] : made) {
    const std::string revision = std::to_string(chain.revisions.size() + 1);
    chain.revisions.push_back(revision);
    chain.objects[object].push_back(
        {chain.revisions.size(), revision, {revision + ".py", 9, 0}, true, definition});
  }
  return chain;
}

class Script {
 public:
  Script& says(const std::string& text) {
    recording.statements.emplace_back();
    recording.statements.back().n = static_cast<int>(recording.statements.size());
    recording.statements.back().text = text;
    return *this;
  }
  Script& makes(const Object& object, const std::string& definition, Change change = Change::Created) {
    catalog::Effect effect;
    effect.object = object;
    effect.change = change;
    effect.after = definition;
    recording.statements.back().effects.push_back(effect);
    return *this;
  }
  record::Recording recording;
};

const Object kLevel{"type", "public.level"}, kTeams{"table", "public.teams"},
    kTitle{"column", "public.teams.title"};
const std::string kText = R"x({"type":"text"})x", kInteger = R"x({"type":"integer"})x";

TEST(BothMade, EqualOrWithWhatDiffers) {
  const drift::Timeline chain = chain_of({{kLevel, R"x({"labels":["A"]})x"}});
  Script script;
  script.says("CREATE TYPE level ...").makes(kLevel, R"x({"labels":["A"]})x");
  std::vector<BothMade> both = both_made(chain, 0, script.recording);
  ASSERT_EQ(both.size(), 1u);
  EXPECT_EQ(both[0].object, kLevel);
  EXPECT_EQ(both[0].revision, "1");
  EXPECT_EQ(base::to_string(both[0].at), "1.py:9");
  EXPECT_TRUE(both[0].differences.empty());

  Script other;
  other.says("CREATE TYPE level ...").makes(kLevel, R"x({"labels":["a"]})x");
  both = both_made(chain, 0, other.recording);
  ASSERT_EQ(both.size(), 1u);
  ASSERT_EQ(both[0].differences.size(), 1u);
  EXPECT_FALSE(both[0].as_at_end);
}

TEST(BothMade, ATableStandsForItsParts) {
  drift::Timeline chain = chain_of({{kTeams, "{}"}});
  chain.objects[kTitle].push_back({1, "1", {}, true, kText});
  Script script;
  script.says("CREATE TABLE teams ...").makes(kTeams, "{}").makes(kTitle, kInteger);
  const std::vector<BothMade> both = both_made(chain, 0, script.recording);
  ASSERT_EQ(both.size(), 1u);
  EXPECT_EQ(both[0].object, kTeams);
  ASSERT_EQ(both[0].differences.size(), 1u);
  EXPECT_EQ(both[0].differences[0].object, kTitle);
}

TEST(BothMade, AsTheChainHasItAtItsEnd) {
  drift::Timeline chain = chain_of({{kTeams, "{}"}, {kTitle, kText}});
  Script script;
  script.says("CREATE TABLE teams ...").makes(kTeams, "{}").makes(kTitle, kText);
  const std::vector<BothMade> both = both_made(chain, 0, script.recording);
  ASSERT_EQ(both.size(), 1u);
  EXPECT_TRUE(both[0].as_at_end);
}

TEST(BothMade, NotWhatIsThereAlreadyOrGoneAgainOrTheScriptsOwn) {
  const drift::Timeline chain = chain_of({{kLevel, "{}"}});
  Script there;
  there.says("CREATE TYPE level ...").makes(kLevel, "{}");
  EXPECT_TRUE(both_made(chain, 1, there.recording).empty());
  Script gone;
  gone.says("CREATE TYPE level ...").makes(kLevel, "{}");
  gone.says("DROP TYPE level").makes(kLevel, "", Change::Dropped);
  EXPECT_TRUE(both_made(chain, 0, gone.recording).empty());
  Script undone;
  undone.says("CREATE TYPE level ...").makes(kLevel, "{}");
  undone.recording.statements[0].effects[0].rolled_back = true;
  EXPECT_TRUE(both_made(chain, 0, undone.recording).empty());
  Script own;
  own.says("CREATE TABLE teams ...").makes(kTeams, "{}");
  EXPECT_TRUE(both_made(chain, 0, own.recording).empty());
}

TEST(BothMade, PlacesBeforeWhatItMakesOrTriesToMake) {
  const drift::Timeline chain =
      chain_of({{{"table", "public.people"}, "{}"}, {kTeams, "{}"}, {kLevel, "{}"}});
  Script script;
  script.says("CREATE TABLE teams (id int REFERENCES people)");
  script.says("CREATE TYPE level AS ENUM ()").makes(kLevel, "{}");
  EXPECT_EQ(places_before(chain, script.recording), (std::set<size_t>{1, 2}));
  Script reads;
  reads.says("SELECT * FROM teams");
  EXPECT_TRUE(places_before(chain, reads.recording).empty());
}

TEST(BothMade, WhatItMakesOfTheChainsOwn) {
  drift::Timeline chain = chain_of({{kTeams, "{}"}, {kLevel, R"x({"labels":["A"]})x"}});
  chain.objects[kTitle].push_back({1, "1", {}, true, kText});
  Script script;
  script.says("DROP TABLE teams").makes(kTeams, "", Change::Dropped).makes(kTitle, "", Change::Dropped);
  script.says("ALTER TYPE level ...").makes(kLevel, R"x({"labels":["A","B"]})x", Change::Altered);
  const auto changed = changed_of_chain(chain, 2, script.recording);
  ASSERT_EQ(changed.size(), 2u);
  EXPECT_EQ(changed[0].object, kTeams);
  EXPECT_EQ(changed[0].change, Change::Dropped);
  EXPECT_EQ(changed[1].object, kLevel);
  // Dropped and made as it was.
  Script anew;
  anew.says("DROP TYPE level").makes(kLevel, "", Change::Dropped);
  anew.says("CREATE TYPE level ...").makes(kLevel, R"x({"labels":["A"]})x");
  EXPECT_TRUE(changed_of_chain(chain, 2, anew.recording).empty());
}

TEST(BothMade, WhoWritesRows) {
  const auto wrote = [](const std::string& text, const std::string& tag) {
    record::Statement statement;
    statement.text = text;
    statement.tag = tag;
    statement.rows = 1;
    return wrote_rows(statement);
  };
  EXPECT_TRUE(wrote("UPDATE t SET a = 1", "UPDATE 1"));
  EXPECT_TRUE(wrote("COPY t FROM stdin", "COPY 1"));
  EXPECT_TRUE(wrote("WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a", "INSERT 0 1"));
  EXPECT_FALSE(wrote("COPY t TO stdout", "COPY 1"));
  EXPECT_FALSE(wrote("SELECT 1", "SELECT 1"));
  EXPECT_FALSE(wrote("WITH a AS (SELECT 1) SELECT * FROM a", "SELECT 1"));
  record::Statement none;
  none.text = "DELETE FROM t";
  none.rows = 0;
  EXPECT_FALSE(wrote_rows(none));
}

}  // namespace
}  // namespace windlass::diagnose
