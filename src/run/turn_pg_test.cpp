// The statements that turn one database into another, on a real server: for every change that src/run/probes
// make, there and back, what is printed as good makes the two equal.
//
// not_turned.txt names the changes that nothing but a person can make, a line each: FILE: PROBE: there|back:
// why; "[-14]" in front of it: on these major versions. With WINDLASS_NOT_TURNED set to a folder, what was
// found is written into it.
//
// Every eighth probe is tried; every one with WINDLASS_EVERY=1 (scripts/full).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "catalog/live_read.h"
#include "run/probe_fixture.h"
#include "run/schema_read.h"
#include "run/turn.h"

namespace windlass::run {

namespace {

std::filesystem::path probes_folder() {
  return std::filesystem::path(WINDLASS_SOURCE_ROOT) / "src/run/probes";
}

class TurnTest : public ProbeTest {
 protected:
  TurnTest() { admin_ = pg::Connection::open(place_->conninfo("postgres")).value(); }

  void drop_copies() {
    for (const char* name : {"probe_a", "probe_b"})
      EXPECT_TRUE(admin_.execute("DROP DATABASE IF EXISTS " + std::string(name)));
  }

  void copy(const std::string& name) {
    connection_.close();
    const auto made = admin_.execute("CREATE DATABASE " + name + " TEMPLATE shop");
    EXPECT_TRUE(made) << base::describe(made.error());
    connection_ = pg::Connection::open(place_->conninfo("shop")).value();
  }

  /// Empty where it was proven; why not.
  std::string turned(const std::string& from, const std::string& to, const std::string& run_as = {}) {
    const catalog::LiveRead a = catalog::read_live(place_->conninfo(from)).value();
    const catalog::LiveRead b = catalog::read_live(place_->conninfo(to)).value();
    SchemaDumpOptions dump;
    dump.environment = base::current_environment();
    auto target = read_schema(place_->conninfo(to), b, &dump);
    if (!target) return base::describe(target.error());
    TurnSettings settings;
    settings.wanted.column_order = false;
    settings.run_as = run_as;
    auto done = turn_into(*place_, from, a, b, *target, settings);
    if (!done) return base::describe(done.error());
    std::string& script = script_;
    script.clear();
    for (const std::string& each : script_of(done->keeping)) script += each + ";\n";
    for (const std::string& each : script_of(done->losing)) script += "/* loses */ " + each + ";\n";
    if (std::getenv("WINDLASS_SHOW") != nullptr) std::fprintf(stderr, "%s\n", script.c_str());
    if (done->proven && script.empty()) return "of a copy it is not told";
    if (done->proven) return "";
    std::string why = done->because;
    for (const auto* lines : {&done->still_different, &done->refused})
      if (!lines->empty()) why += "; " + lines->front();
    return base::one_line(why);
  }

  pg::Connection admin_;
  std::string script_;
};

class Turning : public TurnTest, public ::testing::WithParamInterface<const char*> {};

TEST_F(TurnTest, WhatItMakesIsThatOfWhoRunsIt) {
  ASSERT_TRUE(admin_.execute("ALTER ROLE app SUPERUSER"));
  ASSERT_TRUE(connection_.execute(
      "CREATE SCHEMA a; ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA a GRANT SELECT ON TABLES TO PUBLIC"));
  copy("probe_a");
  ASSERT_TRUE(connection_.execute("CREATE TABLE a.t (x int); ALTER TABLE a.t OWNER TO app"));
  copy("probe_b");
  EXPECT_EQ(turned("probe_a", "probe_b", "app"), "");
  EXPECT_TRUE(base::contains(script_, "REVOKE SELECT ON TABLE a.t FROM PUBLIC")) << script_;
  EXPECT_FALSE(base::contains(script_, "OWNER TO")) << script_;
  // Who is somebody else gives it away, and grants it to nobody.
  EXPECT_EQ(turned("probe_a", "probe_b"), "");
  EXPECT_TRUE(base::contains(script_, "ALTER TABLE a.t OWNER TO app")) << script_;
  EXPECT_FALSE(base::contains(script_, "REVOKE")) << script_;
}

std::map<std::string, std::string> read_not_turned(int major) {
  std::map<std::string, std::string> lines;
  const std::string text = base::read_file(probes_folder() / "not_turned.txt").value_or("");
  for (const std::string_view each : base::split(text, '\n')) {
    const Line line = line_of(each);
    if (each.starts_with("#") || !(line.condition.empty() || holds(line.condition, major))) continue;
    for (const std::string_view way : {": there: ", ": back: "})
      if (const size_t at = line.text.find(way); at != std::string::npos)
        lines[line.text.substr(0, at + way.size() - 2)] = line.text.substr(at + way.size());
  }
  return lines;
}

TEST_P(Turning, ThereAndBack) {
  const auto text = base::read_file(probes_folder() / (std::string(GetParam()) + ".txt"));
  ASSERT_TRUE(text);
  const ProbeFile file = read_probes(*text);
  const std::map<std::string, std::string> expected = read_not_turned(major_);
  const char* every = std::getenv("WINDLASS_EVERY");
  const char* only = std::getenv("WINDLASS_PROBE");
  const size_t step = every == nullptr ? 8 : static_cast<size_t>(std::atoi(every));
  std::string found;
  for (size_t i = 0; i < file.probes.size(); i += step) {
    const Probe& probe = file.probes[i];
    if (!holds(probe.name.condition, major_)) continue;
    if (only != nullptr && probe.name.text != only) continue;
    SCOPED_TRACE(probe.name.text);
    ASSERT_TRUE(connection_.execute("DROP SCHEMA IF EXISTS a CASCADE; CREATE SCHEMA a"));
    // Roles are the server's: where the change makes them anew, a copy of what there was before cannot stay.
    const bool roles_anew = std::any_of(probe.steps.begin(), probe.steps.end(), [](const auto& each) {
      return each.first == "change" && base::contains(each.second, "DROP ROLE");
    });
    if (roles_anew) continue;
    if (!run(probe, "before")) continue;
    copy("probe_a");
    if (run(probe, "change")) {
      copy("probe_b");
      for (const bool there : {true, false}) {
        const std::string key =
            std::string(GetParam()) + ": " + probe.name.text + (there ? ": there" : ": back");
        const std::string why = turned(there ? "probe_a" : "probe_b", there ? "probe_b" : "probe_a");
        if (!why.empty()) found += key + ": " + base::shorten(why, 300) + "\n";
        EXPECT_EQ(why.empty(), !expected.contains(key)) << key << ": " << why;
      }
    }
    // A role that owns something in them cannot be dropped.
    drop_copies();
    run(probe, "back");
    run(probe, "clean");
  }
  if (const char* out = std::getenv("WINDLASS_NOT_TURNED"))
    static_cast<void>(base::write_file(std::filesystem::path(out) / GetParam(), found));
}

INSTANTIATE_TEST_SUITE_P(Kinds, Turning,
                         ::testing::Values("tables", "columns", "constraints_and_indexes",
                                           "views_and_sequences", "routines", "types", "rights", "rarer"),
                         [](const auto& given) { return std::string(given.param); });

}  // namespace

}  // namespace windlass::run
