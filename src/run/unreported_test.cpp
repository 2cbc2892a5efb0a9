// What the texts claim against what two reads of the server say.
#include "run/unreported.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace windlass::run {

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

catalog::Fact role(const std::string& name, const std::string& definition = "{}") {
  return {{"role", name}, definition, "1260:" + name + ":0", "1260:" + name + ":0"};
}

struct Scene {
  record::Recording recording;
  ServerWideReads reads;
  std::vector<std::string> unexplained;

  Scene& statement(const std::string& tag, const std::string& text) {
    record::Statement s;
    s.session = 1;
    s.tag = tag;
    s.text = text;
    recording.statements.push_back(s);
    return *this;
  }

  void settle(bool with_reads = true) {
    record::Session session;
    session.n = 1;
    session.user = "app";
    session.database = "app";
    recording.sessions.push_back(session);
    reads.ours = true;
    reads.before.sort();
    reads.after.sort();
    ClaimReader reader(with_reads ? &reads : nullptr);
    std::vector<Claim> claims;
    for (size_t i = 0; i < recording.statements.size(); ++i)
      for (Claim& claim : reader.read(recording, i)) {
        claim.effect = recording.statements[i].effects.size();
        recording.statements[i].effects.push_back(claimed_effect(claim));
        claims.push_back(claim);
      }
    unexplained = settle_claims(recording, std::move(claims), with_reads ? &reads : nullptr);
  }

  std::vector<std::string> of(size_t statement) const {
    std::vector<std::string> texts;
    for (const catalog::Effect& e : recording.statements[statement].effects)
      texts.push_back(catalog::outcome_of(e) + " " + catalog::to_string(e.object) + " [" + e.before + "] [" +
                      e.after + "]");
    return texts;
  }
};

TEST(Unreported, ABlockThatFoundItsRoleMadeNone) {
  Scene run;
  run.reads.before.facts = {role("reader")};
  run.reads.after.facts = {role("reader"), role("writer")};
  const char* guard =
      "DO $$BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '%') THEN CREATE ROLE %; END IF; END$$";
  std::string first = guard, second = guard;
  for (std::string* text : {&first, &second})
    for (size_t at; (at = text->find('%')) != std::string::npos;)
      text->replace(at, 1, text == &first ? "reader" : "writer");
  run.statement("DO", first).statement("DO", second).settle();
  EXPECT_THAT(run.of(0), IsEmpty());
  EXPECT_THAT(run.of(1), ElementsAre("created role writer [] [{}]"));
  EXPECT_THAT(run.unexplained, IsEmpty());
}

TEST(Unreported, SeveralCommandsOnOneRoleShareTheTwoReads) {
  Scene run;
  run.reads.before.facts = {role("r", "{\"a\":1}")};
  run.reads.after.facts = {role("s", "{\"a\":3}")};
  run.statement("ALTER ROLE", "ALTER ROLE r LOGIN")
      .statement("ALTER ROLE", "ALTER ROLE r RENAME TO s")
      .statement("GRANT ROLE", "GRANT g TO s")
      .settle();
  EXPECT_THAT(run.of(0), ElementsAre("altered role r [{\"a\":1}] []"));
  EXPECT_THAT(run.of(1), ElementsAre("altered role s [] []"));
  EXPECT_THAT(run.of(2), ElementsAre("altered role s [] [{\"a\":3}]"));
  EXPECT_THAT(run.unexplained, IsEmpty());
}

TEST(Unreported, WithoutReadsABlockClaimsNothing) {
  Scene run;
  run.statement("DO", "DO $$BEGIN CREATE ROLE r; END$$")
      .statement("CREATE ROLE", "CREATE ROLE s")
      .statement("DROP ROLE", "DROP ROLE IF EXISTS s, t")
      .settle(false);
  EXPECT_THAT(run.of(0), IsEmpty());
  EXPECT_THAT(run.of(1), ElementsAre("created role s [] []"));
  EXPECT_THAT(run.of(2), ElementsAre("dropped role s [] []"));
}

TEST(Unreported, WhatNoTextSpeaksOfIsNamedUnlessItIsWindlasssOwn) {
  Scene run;
  run.reads.after.facts = {role("app"), role("stranger")};
  run.statement("SELECT", "SELECT 1").settle();
  EXPECT_THAT(run.unexplained, ElementsAre("role stranger: only in the end"));
}

TEST(Unreported, OnAServerThatOthersUseAStrangersRoleIsNoneOfOurs) {
  Scene run;
  run.reads.after.facts = {role("stranger")};
  run.statement("SELECT", "SELECT 1");
  run.settle();
  run.reads.ours = false;
  EXPECT_THAT(settle_claims(run.recording, {}, &run.reads), IsEmpty());
}

}  // namespace

}  // namespace windlass::run
