// One change of each kind of object and each of its attributes, on a real server: the read of a database must
// see it, the comparison must name it and nothing else, and when it is taken back both must be equal again.
// The changes stand in src/run/probes.
// (the form of their files: probe_file.h). With WINDLASS_BLESS set, what was found is written into the files.
// With WINDLASS_KEEP_PROBES set to a folder, every snapshot is written into it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "catalog/comparable.h"
#include "catalog/compare.h"
#include "catalog/live_read.h"
#include "catalog/snapshot_file.h"
#include "run/probe_fixture.h"

namespace windlass::run {

namespace {

std::string joined(const std::set<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

class Probes : public ProbeTest, public ::testing::WithParamInterface<const char*> {
 protected:
  catalog::LiveRead read() {
    catalog::LiveReadOptions options;
    options.sequence_positions = true;
    options.roles = std::string_view(GetParam()) == "rights" || std::string_view(GetParam()) == "server";
    auto done = catalog::read_live(place_->conninfo("shop"), options);
    EXPECT_TRUE(done) << base::describe(done.error());
    if (!done) return {};
    // Of two facts of one name a comparison would see one.
    const auto& facts = done->snapshot.facts;
    const auto twice = std::adjacent_find(facts.begin(), facts.end(),
                                          [](const auto& a, const auto& b) { return a.object == b.object; });
    EXPECT_EQ(twice, facts.end()) << to_string(twice->object) << " is there twice";
    return *std::move(done);
  }

  /// The sentences of all differences, an attribute each; and what is not compared.
  static std::set<std::string> differences(const catalog::LiveRead& a, const catalog::LiveRead& b) {
    const catalog::Comparable both = catalog::made_comparable(a, b, "A", "B");
    std::set<std::string> sentences;
    for (const catalog::AttributeDifference& each : catalog::by_attribute(catalog::compare(both.a, both.b)))
      sentences.insert(each.sentence);
    for (const catalog::Noted& each : both.not_compared)
      sentences.insert("not compared: " + to_string(each.object) + ": " + each.reason);
    return sentences;
  }

  /// What a line without its "..." stands for among what was found; the rest stays.
  static std::set<std::string> cut_like(const std::set<std::string>& found,
                                        const std::vector<Line>& expected) {
    std::set<std::string> result;
    for (const std::string& sentence : found) {
      const auto cut = std::find_if(expected.begin(), expected.end(), [&](const Line& line) {
        return line.text.ends_with("...") &&
               sentence.starts_with(std::string_view(line.text).substr(0, line.text.size() - 3));
      });
      result.insert(cut == expected.end() ? sentence : cut->text);
    }
    return result;
  }

  /// Into the folder that WINDLASS_KEEP_PROBES names: tests/versions/same_objects compares major versions.
  static void keep(const catalog::LiveRead& read, std::string name) {
    const char* folder = std::getenv("WINDLASS_KEEP_PROBES");
    if (folder == nullptr) return;
    std::replace(name.begin(), name.end(), ' ', '_');
    EXPECT_TRUE(base::write_file(std::filesystem::path(folder) / (std::string(GetParam()) + "-" + name),
                                 catalog::snapshot_json(read)));
  }

  void walk(Probe& probe, bool bless) {
    if (!connection_.execute("DROP SCHEMA IF EXISTS a CASCADE; CREATE SCHEMA a")) FAIL();
    if (!run(probe, "before")) return;
    const catalog::LiveRead before = read();
    const bool changed = run(probe, "change");
    const catalog::LiveRead after = read();
    keep(before, probe.name.text + ".before.json");
    keep(after, probe.name.text + ".after.json");
    std::set<std::string> expected;
    for (const Line& line : probe.differences)
      if (holds(line.condition, major_)) expected.insert(line.text);
    const std::set<std::string> all = differences(before, after);
    const std::set<std::string> found = cut_like(all, probe.differences);
    if (bless && changed && found != expected) {
      std::erase_if(probe.differences, [](const Line& line) { return line.condition.empty(); });
      for (const std::string& each : found)
        if (!expected.contains(each) || std::none_of(probe.differences.begin(), probe.differences.end(),
                                                     [&](const Line& line) { return line.text == each; }))
          probe.differences.push_back({"", each});
    } else {
      EXPECT_FALSE(found.empty()) << "nothing was seen";
      EXPECT_EQ(joined(expected), joined(found));
    }
    const bool back = std::any_of(probe.steps.begin(), probe.steps.end(),
                                  [](const auto& step) { return step.first == "back"; });
    EXPECT_TRUE(back) << "nothing takes the change back";
    if (run(probe, "back") && changed) {
      const bool undone = std::none_of(probe.steps.begin(), probe.steps.end(), [](const auto& step) {
        return step.first == "back" && step.second.starts_with("none");
      });
      if (undone) {
        EXPECT_EQ(joined(differences(before, read())), "") << "after it was taken back";
      }
    }
    run(probe, "clean");
  }
};

TEST_P(Probes, AreSeenNamedAndGone) {
  const std::filesystem::path path =
      std::filesystem::path(WINDLASS_SOURCE_ROOT) / "src/run/probes" / (std::string(GetParam()) + ".txt");
  const auto text = base::read_file(path);
  ASSERT_TRUE(text) << path;
  ProbeFile file = read_probes(*text);
  ASSERT_FALSE(file.probes.empty());
  const bool bless = std::getenv("WINDLASS_BLESS") != nullptr;
  for (Probe& probe : file.probes) {
    if (!holds(probe.name.condition, major_)) continue;
    SCOPED_TRACE(probe.name.text);
    walk(probe, bless);
  }
  if (bless) static_cast<void>(base::write_file(path, write_probes(file)));
}

INSTANTIATE_TEST_SUITE_P(Kinds, Probes,
                         ::testing::Values("tables", "columns", "constraints_and_indexes",
                                           "views_and_sequences", "routines", "types", "rights", "rarer",
                                           "members", "server"),
                         [](const auto& given) { return std::string(given.param); });

}  // namespace

}  // namespace windlass::run
