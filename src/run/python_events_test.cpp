#include "run/python_events.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace windlass::run {
namespace {

TEST(PythonEvents, FillTheEvidence) {
  Evidence evidence;
  read_python_events(
      R"({"event":"hello","python":"3.11.2","executable":"/v/bin/python","alembic":"1.8.1","sqlalchemy":"1.4.54"})"
      "\n"
      R"({"event":"driver","name":"psycopg2","version":"2.9.9"})"
      "\n"
      R"({"event":"enum","name":"mood","class":"sqlalchemy.Enum","create_type":false,"labels":["a","b"],"metadata":false,"native":true,"file":"versions/2.py","line":7,"revision":""})"
      "\n"
      R"({"event":"chain","revisions":[{"id":"2","parents":["1"],"depends_on":[],"labels":["x"],"file":"versions/2.py","title":"two"},{"id":"1","parents":[],"depends_on":[],"labels":[],"file":"versions/1.py","title":"one"}],"heads":["2"],"bases":["1"]})"
      "\n"
      R"({"event":"configured","transaction_per_migration":true,"transactional_ddl":true,"version_table":"versions","version_table_schema":"app"})"
      "\n"
      R"({"event":"step","revision":"1","direction":"upgrade","phase":"start","t":0.1})"
      "\n"
      R"({"event":"step","revision":"1","direction":"upgrade","phase":"end","t":0.3})"
      "\n"
      R"({"event":"step","revision":"2","direction":"upgrade","phase":"start","t":0.4})"
      "\n"
      R"({"event":"exception","type":"KeyError","message":"'X'","phase":"revision","revision":"2","frames":[{"file":"versions/2.py","line":9,"column":0,"function":"upgrade","text":"x = os.environ['X']","in_project":true}],"missing_keys":["X","Y"],"missing_module":"","exit_code":1})"
      "\n"
      R"({"event":"inputs","files":["/p/a.py","/p/a.py"]})"
      "\n"
      R"({"event":"end","exit":1})"
      "\n",
      evidence);
  EXPECT_EQ(evidence.tool.sqlalchemy, "1.4.54");
  EXPECT_EQ(evidence.tool.driver, "psycopg2 2.9.9");
  ASSERT_EQ(evidence.enums.size(), 1u);
  EXPECT_EQ(evidence.enums[0].create_type, false);
  EXPECT_EQ(evidence.enums[0].revision, "2");  // from the file it stands in
  ASSERT_EQ(evidence.chain.revisions.size(), 2u);
  EXPECT_EQ(evidence.chain.revisions[0].parents, std::vector<std::string>{"1"});
  EXPECT_TRUE(evidence.settings.transaction_per_migration);
  EXPECT_EQ(evidence.settings.version_table, "versions");
  ASSERT_EQ(evidence.steps.size(), 2u);
  EXPECT_TRUE(evidence.steps[0].finished);
  EXPECT_FALSE(evidence.steps[1].finished);
  ASSERT_TRUE(evidence.exception);
  EXPECT_EQ(evidence.exception->missing_keys, (std::vector<std::string>{"X", "Y"}));
  EXPECT_EQ(evidence.exception->frames.at(0).location, (base::Location{"versions/2.py", 9, 0}));
  EXPECT_EQ(evidence.inputs.size(), 1u);
  EXPECT_TRUE(evidence.remarks.empty());
}

TEST(PythonEvents, WhatIsNoEventIsARemark) {
  Evidence evidence;
  read_python_events("hello there\n{\"event\":\"unheard-of\"}\n[1]\n{\"event\":\"step\"}\n", evidence);
  EXPECT_EQ(evidence.remarks.size(), 3u);
}

TEST(PythonEvents, AnyBytesAreSurvived) {
  rc::check("no crash, whatever the project writes", [](const std::string& bytes) {
    Evidence evidence;
    read_python_events(bytes, evidence);
    read_python_events("{\"event\":\"enum\",\"labels\":" + bytes + "}", evidence);
  });
}

TEST(PythonEvents, AnEnumUseIsRead) {
  Evidence evidence;
  read_python_events(
      R"({"event":"enum-use","how":"column","name":"mood","schema":"app","labels":["a","b"],"file":"versions/2.py","line":9,"column":5,"revision":"2"})"
      "\n",
      evidence);
  ASSERT_EQ(evidence.enum_uses.size(), 1u);
  EXPECT_EQ(evidence.enum_uses[0].how, "column");
  EXPECT_EQ(evidence.enum_uses[0].schema, "app");
  EXPECT_EQ(evidence.enum_uses[0].labels, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(evidence.enum_uses[0].at, (base::Location{"versions/2.py", 9, 5}));
}

}  // namespace
}  // namespace windlass::run
