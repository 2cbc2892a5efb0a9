#include "run/case_keys.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>

namespace windlass::run {
namespace {

/// Three revisions, one on the other, and the clean run of them.
class CaseKeysTest : public testing::Test {
 protected:
  CaseKeysTest() {
    for (const char* id : {"1", "2", "3"}) {
      chain::Revision revision;
      revision.id = id;
      revision.file = fmt::format("v/{}.py", id);
      if (*id != '1') revision.parents = {std::to_string(std::stoi(id) - 1)};
      clean_.chain.revisions.push_back(revision);
      record::Statement statement;
      statement.source.revision = id;
      statement.text = fmt::format("CREATE TABLE t{}", id);
      statement.tag = "CREATE TABLE";
      clean_.recording.statements.push_back(statement);
      files_[revision.file] = fmt::format("sha256:{}", id);
    }
    clean_.chain.heads = {"3"};
    clean_.after_read = true;
    clean_.versions = {"3"};
    clean_.after.facts.push_back({{"table", "public.t1"}, "{}", "1", "1"});
    files_["env.py"] = "sha256:e";
    files_["seed.sql"] = "sha256:s";
  }

  CaseKeys keys() const {
    std::string events =
        R"({"event":"hello","began":100.0})"
        "\n"
        R"({"event":"plan","stamp":"libs","files":["env.py"],"steps":[["1","v/1.py"],["2","v/2.py"],["3","v/3.py"]]})"
        "\n";
    for (const char* id : {"1", "2", "3"}) {
      const auto step = [&](const char* phase) {
        events +=
            fmt::format(R"({{"event":"step","revision":"{}","direction":"upgrade","phase":"{}","t":{}}})", id,
                        phase, id) +
            "\n";
      };
      step("start");
      if (*id == '2') events += during_ + "\n";
      step("end");
    }
    return {circumstances_, events, clean_, {"1", "2", "3"}, to_, [this](const std::string& file) {
              const auto found = files_.find(file);
              return found == files_.end() ? std::string() : found->second;
            }};
  }

  /// Which of the keys up to 1, 2, 3 and of the whole are as they were after `change`: "yyyn".
  std::string same_after(const std::function<void()>& change) {
    const CaseKeys before = keys();
    change();
    const CaseKeys now = keys();
    std::string same;
    for (size_t k = 0; k < 3; ++k) same += before.up_to(k) && before.up_to(k) == now.up_to(k) ? 'y' : 'n';
    return same + (before.whole() && before.whole() == now.whole() ? 'y' : 'n');
  }

  std::string circumstances_ = "here", to_ = "heads";
  std::string during_ = R"({"event":"inputs","files":["seed.sql"]})";
  Evidence clean_;
  std::map<std::string, std::string> files_;
};

TEST_F(CaseKeysTest, ARevisionIsInTheKeysFromItOn) {
  EXPECT_EQ(same_after([] {}), "yyyy");
  EXPECT_EQ(same_after([&] { files_["v/3.py"] = "sha256:3'"; }), "yynn");
  EXPECT_EQ(same_after([&] { files_["v/1.py"] = "sha256:1'"; }), "nnnn");
}

TEST_F(CaseKeysTest, SoIsWhatARevisionReadsAndWhatItSent) {
  EXPECT_EQ(same_after([&] { files_["seed.sql"] = "sha256:s'"; }), "ynnn");
  EXPECT_EQ(same_after([&] { clean_.recording.statements[1].tag = "SELECT 1"; }), "ynnn");
}

TEST_F(CaseKeysTest, WhatCountsForAllIsInAll) {
  EXPECT_EQ(same_after([&] { files_["env.py"] = "sha256:e'"; }), "nnnn");
  EXPECT_EQ(same_after([&] { circumstances_ = "elsewhere"; }), "nnnn");
}

TEST_F(CaseKeysTest, TheTargetAndTheEndAreInThatOfTheWhole) {
  EXPECT_EQ(same_after([&] { to_ = "3"; }), "yyyn");
  EXPECT_EQ(same_after([&] { clean_.after.facts.front().definition = "{\"owner\":\"app\"}"; }), "yyyn");
}

TEST_F(CaseKeysTest, NothingIsKnownBehindARevisionThatDidMoreThanSend) {
  for (const char* more : {R"({"event":"child","argv0":"psql"})", R"({"event":"wrote"})",
                           R"({"event":"listed"})", R"({"event":"connect","driver":"psycopg2"})"}) {
    during_ = more;
    const CaseKeys now = keys();
    EXPECT_TRUE(now.up_to(0)) << more;
    EXPECT_FALSE(now.up_to(1)) << more;
    EXPECT_FALSE(now.up_to(2)) << more;
    EXPECT_FALSE(now.whole()) << more;
  }
}

TEST_F(CaseKeysTest, WhatItDoesToItsOwnConnectionAnotherRunDoes) {
  during_ = R"({"event":"driver-state"})";
  EXPECT_EQ(same_after([] {}), "yyyy");
}

TEST_F(CaseKeysTest, AFileThatChangedMeanwhileIsNotVouchedFor) {
  files_.erase("seed.sql");
  EXPECT_TRUE(keys().up_to(0));
  EXPECT_FALSE(keys().up_to(1));
  files_.erase("env.py");
  EXPECT_FALSE(keys().up_to(0));
}

TEST_F(CaseKeysTest, AChainThatIsNoLineIsKnownAsAWhole) {
  clean_.chain.revisions[2].depends_on = {"1"};
  EXPECT_TRUE(keys().up_to(0));
  EXPECT_EQ(keys().up_to(0), keys().whole());
  EXPECT_EQ(same_after([&] { files_["v/3.py"] = "sha256:3'"; }), "nnnn");
}

TEST_F(CaseKeysTest, OfARunThatFailedNothingIsKnownOfTheWhole) {
  clean_.exit_code = 1;
  EXPECT_TRUE(keys().up_to(0));
  EXPECT_FALSE(keys().whole());
}

TEST_F(CaseKeysTest, SpeaksOfTheFilesThatTheyAreMadeOf) {
  const CaseKeys now = keys();
  EXPECT_TRUE(now.speak_of("env.py"));
  EXPECT_TRUE(now.speak_of("v/3.py"));
  EXPECT_FALSE(now.speak_of("seed.sql"));
}

}  // namespace
}  // namespace windlass::run
