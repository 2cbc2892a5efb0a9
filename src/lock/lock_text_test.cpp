#include "lock/lock_text.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace windlass::lock {
namespace {

Lock example() {
  Lock lock;
  lock.with = {"0.1.0", "3.11.2", "1.13.2", "2.0.40", "psycopg2 2.9.9", "15.20", "2026-11-27"};
  lock.scenarios = {{"clean", "passed"}, {"round-trip", "passed"}};
  lock.inputs = {{"alembic.ini", "sha256:aa"}};
  lock.revisions = {
      {"0001", {}, {}, "versions/0001.py", "sha256:01", "2:15:sha256:c1", {"CREATE TABLE a ()"}},
      {"0002", {"0001"}, {"x"}, "versions/0002.py", "sha256:02", "2:15:sha256:c2", {}}};
  return lock;
}

std::string why_not(std::string_view text) {
  const auto read = parse(text, "windlass.lock");
  return read ? std::string() : read.error().got;
}

TEST(LockText, IsReadAsItWasWritten) {
  const std::string text = to_text(example());
  const auto read = parse(text, "windlass.lock");
  ASSERT_TRUE(read) << base::describe(read.error());
  EXPECT_EQ(to_text(*read), text);
  EXPECT_TRUE(same_proof(*read, example()));
  EXPECT_EQ(read->with.driver, "psycopg2 2.9.9");
  EXPECT_EQ(read->revisions[1].depends_on, std::vector<std::string>{"x"});
}

TEST(LockText, DateAndVersionsAreNoPartOfTheProof) {
  Lock later = example();
  later.with = {"9", "3.14", "2", "3", "psycopg 4", "19.1", "2030-01-01"};
  EXPECT_TRUE(same_proof(later, example()));
  later.revisions[0].statements.push_back("CREATE TABLE b ()");
  EXPECT_FALSE(same_proof(later, example()));
}

TEST(LockText, SaysWhatIsWrong) {
  const std::string text = to_text(example());
  EXPECT_EQ(why_not(""), "it is not as windlass wrote it: it was cut short, edited or merged badly");
  EXPECT_EQ(why_not("format = 1\n[[[a]]]\n"), "line 2 is not as windlass writes it");
  std::string merged = text;
  merged.insert(merged.find("[[revision]]"), "<<<<<<< HEAD\n");
  EXPECT_EQ(why_not(merged), "a merge of it was not resolved");
  std::string newer = text;
  newer.replace(newer.find("format = 1"), 10, "format = 2");
  EXPECT_EQ(why_not(newer), "it is of format 2, and this windlass knows 1");
  std::string lacks = text;
  lacks.replace(lacks.find("parents = []"), 12, "parents = 3 ");
  EXPECT_EQ(why_not(lacks), "line 24 is not as windlass writes it");
}

RC_GTEST_PROP(LockText, IsReadAsItWasWrittenWhateverItHolds, ()) {
  const auto texts = rc::gen::container<std::vector<std::string>>(rc::gen::arbitrary<std::string>());
  Lock lock = example();
  std::set<std::string> ids;
  lock.revisions.clear();
  for (const std::string& id : *texts)
    if (ids.insert(id).second)
      lock.revisions.push_back({id, *texts, {}, *rc::gen::arbitrary<std::string>(), "d", "c", *texts});
  // TOML is UTF-8; what is none cannot be a lock's.
  const std::string text = to_text(lock);
  const auto read = parse(text, "windlass.lock");
  bool ascii = true;
  for (const char c : text) ascii = ascii && static_cast<unsigned char>(c) < 0x80;
  if (!ascii) return;
  RC_ASSERT(read.has_value());
  RC_ASSERT(to_text(*read) == text);
}

RC_GTEST_PROP(LockText, ThatLacksOrHasAnythingElseIsRefused, ()) {
  std::string text = to_text(example());
  const size_t body = text.find("\n[scenarios]\n");
  const auto place = *rc::gen::inRange<size_t>(body, text.size());
  if (*rc::gen::arbitrary<bool>()) {
    text.resize(place);
  } else {
    const char other = *rc::gen::elementOf(std::string("ab01\"\\ \n[]=#"));
    RC_PRE(text[place] != other);
    text[place] = other;
  }
  RC_ASSERT(!parse(text, "windlass.lock").has_value());
}

TEST(LockText, ASignatureStandsBehindIt) {
  const std::string text = to_text(example());
  const std::string with = with_signature(text, "a2V5", "dmFsdWU=");
  const Signed parted = part_signature(with);
  EXPECT_EQ(parted.text, text);
  EXPECT_EQ(parted.key, "a2V5");
  EXPECT_EQ(parted.value, "dmFsdWU=");
  EXPECT_TRUE(parse(with, "windlass.lock"));
}

}  // namespace
}  // namespace windlass::lock
