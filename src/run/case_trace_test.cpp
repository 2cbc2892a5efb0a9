#include "run/case_trace.h"

#include <gtest/gtest.h>

namespace windlass::run {
namespace {

const std::string kStep = R"({"event":"step","revision":"1","direction":"downgrade","phase":"start"})"
                          "\n";
const std::string kStepEnd = R"({"event":"step","revision":"1","direction":"downgrade","phase":"end"})"
                             "\n";
const std::string kTrace =
    R"({"event":"trace","files":["/srv/beside.py"],"libraries":[["/lib/yaml.py","12 34"]]})"
    "\n";

TEST(CaseTrace, NamesWhatWasOpenedEachOnce) {
  const CaseTrace trace = read_trace(kStep +
                                     R"({"event":"inputs","files":["a.sql"]})"
                                     "\n" +
                                     kStepEnd +
                                     R"({"event":"inputs","files":["env.py","a.sql"]})"
                                     "\n" +
                                     kTrace);
  EXPECT_EQ(trace.unknown, "");
  EXPECT_EQ(trace.files, (std::vector<std::string>{"/srv/beside.py", "a.sql", "env.py"}));
  ASSERT_EQ(trace.libraries.size(), 1u);
  EXPECT_EQ(trace.libraries.front().file, "/lib/yaml.py");
  EXPECT_EQ(trace.libraries.front().seal, "12 34");
}

TEST(CaseTrace, WhatMayBeOtherwiseAnotherTimeIsUnknown) {
  for (const char* event :
       {R"({"event":"child","argv0":"git"})", R"({"event":"network","address":"10.0.0.1"})",
        R"({"event":"other-database","database":"x"})", R"({"event":"wrote"})", R"({"event":"listed"})",
        R"({"event":"remark","text":"too much"})", R"({"event":"new"})", "no event"})
    EXPECT_NE(read_trace(std::string(event) + "\n" + kTrace).unknown, "") << event;
}

TEST(CaseTrace, ARunConnectsARevisionDoesNot) {
  const std::string connect = R"({"event":"connect","driver":"psycopg2"})"
                              "\n";
  EXPECT_EQ(read_trace(connect + kStep + kStepEnd + connect + kTrace).unknown, "");
  EXPECT_EQ(read_trace(kStep + connect + kStepEnd + kTrace).unknown, "a revision connected by itself");
}

TEST(CaseTrace, WithoutTheTraceNothingIsKnown) {
  EXPECT_NE(read_trace("").unknown, "");
  EXPECT_NE(read_trace(kStep + kStepEnd).unknown, "");
}

TEST(CaseTrace, SeveralRunsOfACase) {
  CaseTrace all = read_trace(kTrace);
  add_trace(all, read_trace(R"({"event":"trace","files":["/srv/beside.py","b"],"libraries":[]})"));
  EXPECT_EQ(all.files, (std::vector<std::string>{"/srv/beside.py", "b"}));
  EXPECT_EQ(all.libraries.size(), 1u);
  EXPECT_EQ(all.unknown, "");
  add_trace(all, read_trace(""));
  EXPECT_NE(all.unknown, "");
}

}  // namespace
}  // namespace windlass::run
