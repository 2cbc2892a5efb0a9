// Where a finding occurs, in every form of the result.
#include "report/servers.h"

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "report/check_json.h"
#include "report/github.h"
#include "report/gitlab.h"
#include "report/junit.h"
#include "report/sarif.h"
#include "report/test_report.h"

namespace windlass::report {
namespace {

class ServersTest : public ReportTest {
 protected:
  ServersTest() {
    for (const char* version : {"13.23", "15.18", "17.10"}) ran(version);
    report_.findings[0].servers = {0, 1};
  }
  void ran(const std::string& version) {
    report_.servers.push_back({version.substr(0, 2), version, "/pg/bin", "passed", "", &run_.evidence, {}});
  }
  void one_is_missing() {
    report_.servers[2] = {"17", "", "", "not-run", "there is none. Install it.", nullptr, {}};
    report_.verdict = diagnose::Verdict::Incomplete;
  }
  std::string words() const { return servers_in_words(report_, report_.findings[0]); }
};

TEST_F(ServersTest, AreNamedOnlyWhereNotAllHaveIt) {
  EXPECT_EQ(words(), "On PostgreSQL 13 and 15; not on 17.");
  report_.findings[0].servers = {2};
  EXPECT_EQ(words(), "On PostgreSQL 17; not on 13 and 15.");
  report_.findings[0].servers = {0, 1, 2};
  EXPECT_EQ(words(), "");
  report_.findings[0].servers = {};
  EXPECT_EQ(words(), "");
}

TEST_F(ServersTest, OneThatDidNotRunIsNoServerWithoutIt) {
  one_is_missing();
  EXPECT_EQ(words(), "");
  EXPECT_EQ(servers_not_run(report_),
            std::vector<std::string>{"PostgreSQL 17 was not run: there is none. Install it."});
}

TEST_F(ServersTest, AreToldApartByAsLittleAsItTakes) {
  EXPECT_EQ(servers_that_ran(report_), "13, 15 and 17");
  ran("15.20");
  EXPECT_EQ(servers_that_ran(report_), "13, 15.18, 17 and 15.20");
  ran("15.20");
  report_.servers.back().wanted = "/opt/pg/bin";
  EXPECT_EQ(servers_that_ran(report_), "13, 15.18, 17, 15.20 (15) and 15.20 (/opt/pg/bin)");
}

TEST_F(ServersTest, EveryFormSaysWhere) {
  const std::string where = "On PostgreSQL 13 and 15; not on 17.";
  for (const std::string& form : {text(), github_annotations(report_), check_gitlab(report_),
                                  check_sarif(report_), check_junit(report_)})
    EXPECT_TRUE(base::contains(form, where)) << form;
  const auto json = nlohmann::json::parse(check_json(report_));
  EXPECT_EQ(json["findings"][0]["servers"], (nlohmann::json{"13.23", "15.18"}));
  EXPECT_EQ(json["servers"][2]["version"], "17.10");
  EXPECT_EQ(json["servers"][2]["verdict"], "passed");
  EXPECT_EQ(json["servers"][2]["because"], nullptr);
}

TEST_F(ServersTest, ALongFolderStandsOnALineOfItsOwn) {
  const std::string folder = "/srv/" + std::string(60, 'x') + "/bin";
  report_.servers[2] = {folder, "", "", "not-run", "there is none. Install it.", nullptr, {}};
  const std::string shown = text();
  EXPECT_TRUE(base::contains(shown, "\n  " + folder + "  not-run\n    there is none. Install it.\n"))
      << shown;
}

TEST_F(ServersTest, EveryFormSaysWhatWasNotRun) {
  one_is_missing();
  report_.findings.clear();
  for (const std::string& form :
       {github_annotations(report_), check_gitlab(report_), check_sarif(report_), check_junit(report_)})
    EXPECT_TRUE(base::contains(form, "PostgreSQL 17 was not run: there is none. Install it.")) << form;
  const std::string shown = text();
  EXPECT_TRUE(base::contains(shown, "The chain was run on 2 of 3 servers")) << shown;
  EXPECT_TRUE(base::contains(shown, "17                not-run  there is none. Install it.")) << shown;
  const auto json = nlohmann::json::parse(check_json(report_));
  EXPECT_EQ(json["servers"][2]["version"], "17");
  EXPECT_EQ(json["servers"][2]["verdict"], "not-run");
  EXPECT_EQ(json["servers"][2]["because"], "there is none. Install it.");
  EXPECT_EQ(json["servers"][2]["bindir"], nullptr);
}

TEST_F(ServersTest, OneAloneIsSaidAsEver) {
  report_.servers.resize(1);
  report_.findings[0].servers = {};
  EXPECT_FALSE(base::contains(text(), "servers"));
  const auto json = nlohmann::json::parse(check_json(report_));
  EXPECT_EQ(json["findings"][0]["servers"], nlohmann::json{"13.23"});
}

}  // namespace
}  // namespace windlass::report
