#include "run/kept_cases.h"

#include <gtest/gtest.h>

namespace windlass::run {
namespace {

KeptCases some() {
  KeptCases kept;
  kept.checks = 7;
  kept.libraries = {{"/lib/a.py", "1 2"}};
  KeptCase& plain = kept.by_key["sha256:a"];
  plain.files = {{"down.txt", "sha256:d"}};
  plain.libraries = {{"/lib/b.py", "3 4"}};
  plain.applied = {"1", "2"};
  plain.statements = 12;
  plain.not_populated = {{"public.t", "from 1", "it took none"}};
  plain.stopped = {"3"};
  plain.said = std::string("a\0b\xff", 4);
  plain.used = 6;
  KeptCase& step = kept.by_key["sha256:b"];
  step.used = 7;
  step.down_failed = true;
  step.said = plain.said;
  step.step = KeptStepEnd{{"", "it leaves a lock", true, false, true, false, 2, true}, "sha256:c", {"2"}};
  return kept;
}

TEST(KeptCases, SurviveTheirFile) {
  const std::string bytes = to_bytes(some());
  const auto read = read_kept_cases(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(to_bytes(*read), bytes);
  EXPECT_EQ(read->checks, 7u);
  const KeptCase& plain = read->by_key.at("sha256:a");
  EXPECT_EQ(plain.applied, (std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(plain.statements, 12u);
  EXPECT_EQ(plain.not_populated.front().because, "it took none");
  EXPECT_EQ(plain.stopped, std::vector<std::string>{"3"});
  EXPECT_EQ(plain.said, std::string("a\0b\xff", 4));
  EXPECT_FALSE(plain.down_failed);
  EXPECT_FALSE(plain.step);
  const KeptCase& step = read->by_key.at("sha256:b");
  EXPECT_EQ(step.said, plain.said);
  EXPECT_TRUE(step.down_failed);
  ASSERT_TRUE(step.step);
  EXPECT_EQ(step.step->left.because, "it leaves a lock");
  EXPECT_EQ(step.step->left.open_savepoints, 2);
  EXPECT_TRUE(step.step->left.writes && step.step->left.label && step.step->left.one_transaction);
  EXPECT_EQ(step.step->catalog, "sha256:c");
  EXPECT_EQ(step.step->versions, std::vector<std::string>{"2"});
}

TEST(KeptCases, ADamagedFileIsAsGoodAsNone) {
  const std::string bytes = to_bytes(some());
  for (size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(read_kept_cases(std::string_view(bytes).substr(0, length))) << length;
  EXPECT_FALSE(read_kept_cases(bytes + "x"));
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    (void)read_kept_cases(damaged);  // whatever it makes of it, it neither throws nor reads beyond
  }
}

TEST(KeptCases, ThoseLongestUnusedGoThoseOfOneCheckTogether) {
  KeptCases kept;
  for (int i = 0; i < 10; ++i) kept.by_key[std::to_string(i)].used = static_cast<uint64_t>(i / 2);
  drop_longest_unused(kept, 10);
  EXPECT_EQ(kept.by_key.size(), 10u);
  drop_longest_unused(kept, 5);
  EXPECT_EQ(kept.by_key.size(), 4u);
  EXPECT_TRUE(kept.by_key.contains("6") && kept.by_key.contains("9"));
}

TEST(KeptCases, ADigestOfACatalogGoesByWhatItSaysAndNotByNumbers) {
  catalog::Snapshot one;
  one.facts.push_back({{"table", "public.t"}, "{}", "1259:1:0", "1259:1:0"});
  catalog::Snapshot other = one;
  other.facts.front().id = other.facts.front().group = "1259:2:0";
  EXPECT_EQ(digest_of(one), digest_of(other));
  other.facts.front().definition = R"({"owner":"app"})";
  EXPECT_NE(digest_of(one), digest_of(other));
}

}  // namespace
}  // namespace windlass::run
