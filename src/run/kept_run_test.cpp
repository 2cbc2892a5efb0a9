#include "run/kept_run.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "record/messages.h"

namespace windlass::run {
namespace {

constexpr std::string_view kOwnToken = "0123456789abcdef0123456789abcdef";

/// Three revisions of a run in one transaction, a second for each, and what its one session sent.
class KeptRunTest : public testing::Test {
 protected:
  void SetUp() override {
    tape_.session = 1;
    answer(99.5, 'T');  // the tool's own questions, before the first step
    events_ = R"({"event":"hello","began":100.0})"
              "\n";
    tell(
        R"({"event":"plan","stamp":"libs","files":["env.py"],"steps":[["1","v/1.py"],["2","v/2.py"],["3","v/3.py"]]})");
    for (const char* revision : {"1", "2", "3"}) step(revision);
    tell(R"({"event":"held","changed":[]})");
    files_ = {{"env.py", "sha256:e"}, {"v/1.py", "sha256:1"}, {"v/2.py", "sha256:2"}, {"v/3.py", "sha256:3"}};
  }

  void tell(const std::string& line) { events_ += line + "\n"; }

  void step(const std::string& revision, const std::string& during = {}) {
    const double at = std::stod(revision);
    tell(fmt::format(R"({{"event":"step","revision":"{}","direction":"upgrade","phase":"start","t":{}}})",
                     revision, at));
    if (!during.empty()) tell(during);
    send(100 + at + 0.1, "CREATE TABLE t" + revision);
    tell(fmt::format(R"({{"event":"step","revision":"{}","direction":"upgrade","phase":"end","t":{}}})",
                     revision, at + 0.9));
    record::Statement statement;
    statement.source.revision = revision;
    statement.text = "CREATE TABLE t" + revision;
    statement.tag = "CREATE TABLE";
    evidence_.recording.statements.push_back(statement);
  }

  void send(double at, const std::string& text) {
    const std::string mark = fmt::format("\n/*wl:{};r=1*/", kOwnToken);
    tape_.sent(record::text_message(wire::front::kQuery, text + mark), at);
    answer(at + 0.1, status_);
  }
  void answer(double at, char status) { tape_.readies.push_back({at, status}); }

  void begin_again() {
    tape_ = {};
    events_.clear();
    evidence_ = {};
    SetUp();
  }

  DigestOf digest_of() const {
    return [this](const std::string& file) {
      const auto found = files_.find(file);
      return found == files_.end() ? std::string() : found->second;
    };
  }
  std::optional<KeptRun> keep(const KeptRun* taken = nullptr) {
    const RunLeft left{events_, {&tape_, 1}, evidence_, std::string(kOwnToken)};
    return keep_steps(left, taken, digest_of());
  }
  static Plan plan() { return {{{"1", "v/1.py"}, {"2", "v/2.py"}, {"3", "v/3.py"}}, "libs", {"env.py"}}; }

  record::Tape tape_;
  std::string events_;
  Evidence evidence_;
  std::map<std::string, std::string> files_;
  char status_ = 'T';
};

TEST_F(KeptRunTest, KeepsOfEachStepWhatWasSentDuringItUnderNoToken) {
  const auto kept = keep();
  ASSERT_TRUE(kept);
  ASSERT_EQ(kept->steps.size(), 3u);
  EXPECT_EQ(kept->session, 1);
  const KeptStep& second = kept->steps[1];
  EXPECT_EQ(second.revision, "2");
  EXPECT_EQ(second.digest, "sha256:2");
  EXPECT_EQ(second.before, 'T');
  EXPECT_EQ(second.after, 'T');
  EXPECT_EQ(second.bytes, record::text_message(wire::front::kQuery,
                                               fmt::format("CREATE TABLE t2\n/*wl:{};r=1*/", kNoToken)));
  EXPECT_FALSE(second.outcome.empty());
  EXPECT_NE(second.outcome, kept->steps[0].outcome);
}

TEST_F(KeptRunTest, SurvivesItsFile) {
  const auto kept = keep();
  ASSERT_TRUE(kept);
  const std::string bytes = to_bytes(*kept);
  const auto read = read_kept_run(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(to_bytes(*read), bytes);
  EXPECT_EQ(read->steps[2].bytes, kept->steps[2].bytes);
}

TEST_F(KeptRunTest, ADamagedFileIsAsGoodAsNone) {
  const std::string bytes = to_bytes(*keep());
  for (size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(read_kept_run(std::string_view(bytes).substr(0, length))) << length;
  EXPECT_FALSE(read_kept_run(bytes + "x"));
  EXPECT_FALSE(read_kept_run("[1,2]"));
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    (void)read_kept_run(damaged);  // whatever it makes of it, it neither throws nor reads beyond
  }
}

TEST_F(KeptRunTest, AStepThatDidMoreThanSendRunsEachTime) {
  for (const char* more :
       {R"({"event":"driver-state"})", R"({"event":"connect","driver":"psycopg2"})",
        R"({"event":"child","argv0":"psql"})", R"({"event":"network","address":"x"})",
        R"({"event":"listed"})", R"({"event":"wrote"})",
        R"({"event":"remark","text":"could not be described"})", R"({"event":"memo","names":null})"}) {
    begin_again();
    const size_t second = events_.find(R"("revision":"2")");
    events_.insert(events_.find('\n', second) + 1, std::string(more) + "\n");
    const auto kept = keep();
    ASSERT_TRUE(kept) << more;
    EXPECT_TRUE(kept->steps[0].repeatable) << more;
    EXPECT_FALSE(kept->steps[1].repeatable) << more;
    EXPECT_FALSE(kept->steps[1].outcome.empty()) << more;
    // What cannot be told of the types that Alembic remembers cannot be told later, either.
    EXPECT_EQ(kept->steps[2].repeatable, !base::contains(more, "memo")) << more;
  }
}

TEST_F(KeptRunTest, TheLongestRangeThatCanBeTakenIsTaken) {
  auto kept = keep();
  ASSERT_TRUE(kept);
  kept->steps[0].repeatable = false;
  StepRange range = steps_to_reuse(*kept, plan(), digest_of());
  EXPECT_EQ(range.first, 1u);
  EXPECT_EQ(range.behind, 3u);
  kept->steps[1].repeatable = false;
  range = steps_to_reuse(*kept, plan(), digest_of());
  EXPECT_EQ(range.first, 2u);
  EXPECT_EQ(range.behind, 3u);
  files_["v/1.py"] = "sha256:x";
  EXPECT_TRUE(steps_to_reuse(*kept, plan(), digest_of()).empty());
}

TEST_F(KeptRunTest, NothingIsKeptOfARunThatLeftItsMarkOnTheProcess) {
  const size_t held = events_.find(R"("changed":[])");
  events_.replace(held, 12, R"("changed":["shared.SEEN"])");
  EXPECT_FALSE(keep());
  events_.erase(events_.find(R"({"event":"held")"));
  EXPECT_FALSE(keep());
}

TEST_F(KeptRunTest, AFailedTransactionASecondSessionOrAnUnansweredQuestionEndsIt) {
  status_ = 'E';
  begin_again();
  EXPECT_FALSE(keep());
  status_ = 'T';
  begin_again();
  tape_.readies.erase(tape_.readies.begin() + 2);  // of the second step
  ASSERT_TRUE(keep());
  EXPECT_FALSE(keep()->steps[1].repeatable);
  EXPECT_TRUE(keep()->steps[2].repeatable);
  begin_again();
  record::Tape other;
  other.session = 2;
  other.readies.push_back({90, 'I'});
  other.sent(record::text_message(wire::front::kQuery, "SELECT 1"), 102.2);
  other.readies.push_back({102.3, 'I'});
  const std::vector<record::Tape> both = {tape_, other};
  const auto kept = keep_steps({events_, both, evidence_, std::string(kOwnToken)}, nullptr, digest_of());
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->session, 1);
  EXPECT_FALSE(kept->steps[1].repeatable);
}

TEST_F(KeptRunTest, TakesTheStepsUpToTheFirstChange) {
  const auto kept = keep();
  ASSERT_TRUE(kept);
  const auto range = [&](const Plan& asked) { return steps_to_reuse(*kept, asked, digest_of()); };
  EXPECT_EQ(range(plan()).behind, 3u);
  files_["v/3.py"] = "sha256:x";
  EXPECT_EQ(range(plan()).first, 0u);
  EXPECT_EQ(range(plan()).behind, 2u);
  files_["v/1.py"] = "sha256:x";
  EXPECT_TRUE(range(plan()).empty());
  files_["v/1.py"] = "sha256:1";
  Plan other = plan();
  other.steps[1].revision = "9";
  EXPECT_EQ(range(other).behind, 1u);
  other = plan();
  other.libraries = "newer";
  EXPECT_TRUE(range(other).empty());
  other = plan();
  other.files.push_back("models.py");
  EXPECT_TRUE(range(other).empty());
  files_["env.py"] = "sha256:x";
  EXPECT_TRUE(range(plan()).empty());
}

TEST_F(KeptRunTest, AFileThatAStepReadIsPartOfIt) {
  for (const char* read :
       {R"({"event":"inputs","files":["seed.sql"]})", R"({"event":"opened","files":["seed.sql"]})"}) {
    begin_again();
    const size_t second = events_.find(R"("revision":"2")");
    events_.insert(events_.find('\n', second) + 1, std::string(read) + "\n");
    files_["seed.sql"] = "sha256:s";
    const auto kept = keep();
    ASSERT_TRUE(kept);
    EXPECT_EQ(steps_to_reuse(*kept, plan(), digest_of()).behind, 3u);
    files_["seed.sql"] = "sha256:t";
    EXPECT_EQ(steps_to_reuse(*kept, plan(), digest_of()).behind, 1u);
  }
}

TEST_F(KeptRunTest, TheSessionIsLeftInTheStatusInWhichItWasMet) {
  auto kept = keep();
  ASSERT_TRUE(kept);
  // As with a transaction for each revision: the first one begins in that of the tool's own questions.
  kept->steps[0].after = 'I';
  for (size_t i : {1, 2}) kept->steps[i].before = kept->steps[i].after = 'I';
  StepRange range = steps_to_reuse(*kept, plan(), digest_of());
  EXPECT_EQ(range.first, 1u);
  EXPECT_EQ(range.behind, 3u);
  kept->steps[2].after = 'T';
  range = steps_to_reuse(*kept, plan(), digest_of());
  EXPECT_EQ(range.first, 0u);
  EXPECT_EQ(range.behind, 3u);
}

TEST_F(KeptRunTest, StepsThatWereTakenFromTheCacheStayAsTheyWere) {
  auto taken = keep();
  ASSERT_TRUE(taken);
  taken->steps[0].memo = R"({"_pg_enums":[[null,"mood"]]})";
  taken->steps[0].savepoints = 3;
  const size_t first = events_.find(R"("revision":"1")");
  events_.insert(events_.find('\n', first) + 1, "{\"event\":\"cached\"}\n");
  const auto kept = keep(&*taken);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->steps.size(), 3u);
  EXPECT_EQ(kept->steps[0].memo, taken->steps[0].memo);
  EXPECT_EQ(kept->steps[0].savepoints, 3);
  EXPECT_FALSE(keep(nullptr));
}

}  // namespace
}  // namespace windlass::run
