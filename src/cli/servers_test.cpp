// Which servers are asked for, and what several of them cannot have.
#include "cli/servers.h"

#include <gtest/gtest.h>

namespace windlass::cli {
namespace {

using Words = std::vector<std::string>;

std::string refusal(const base::Result<void>& result) {
  if (result) return "";
  EXPECT_EQ(result.error().exit, base::Exit::Usage);
  EXPECT_FALSE(result.error().hint.empty());
  return result.error().got;
}

TEST(ServerWords, AreVersionsAndFoldersPartedByCommas) {
  EXPECT_EQ(server_words("15").value(), Words{"15"});
  EXPECT_EQ(server_words("").value(), Words{""});
  EXPECT_EQ(server_words("13, 15.18,/opt/pg/bin").value(), (Words{"13", "15.18", "/opt/pg/bin"}));
}

TEST(ServerWords, NoneIsMissingOrThereTwice) {
  for (const char* list : {"13,", ",13", "13,,15", ","}) {
    const auto words = server_words(list);
    ASSERT_FALSE(words) << list;
    EXPECT_EQ(words.error().exit, base::Exit::Usage);
  }
  EXPECT_EQ(server_words("15,13,15").error().got, "15 is named twice");
}

TEST(WantedServers, TheStrongestListCountsAsAWhole) {
  Config config;
  config.postgres = "13,15";
  EXPECT_EQ(wanted_servers({}, config, {}).value(), (Words{"13", "15"}));
  EXPECT_EQ(wanted_servers({}, config, {"WINDLASS_POSTGRES=14,16"}).value(), (Words{"14", "16"}));
  PlaceOptions options;
  options.postgres = "17";
  EXPECT_EQ(wanted_servers(options, config, {"WINDLASS_POSTGRES=14,16"}).value(), Words{"17"});
}

TEST(WantedServers, AGivenServerStandsAlone) {
  Config config;
  config.postgres = "13,15";
  config.scratch_url = "postgresql://ci@localhost/postgres";
  EXPECT_EQ(wanted_servers({}, config, {}).value(), Words{""});
  PlaceOptions options;
  options.postgres = "13,15";
  EXPECT_EQ(wanted_servers(options, config, {}).error().exit, base::Exit::Usage);
  options.postgres = "13";
  EXPECT_TRUE(wanted_servers(options, config, {}));
}

TEST(SeveralServers, AreForPlainChecks) {
  const Words several = {"13", "15"};
  EXPECT_EQ(refusal(fit_for_several(several, {}, {})), "");
  EXPECT_EQ(refusal(fit_for_several(several, {}, {"clean"})), "");
  EXPECT_EQ(refusal(fit_for_several(several, {}, {"clean", "repeat"})),
            "further scenarios are run on one server only");
  PlaceOptions options;
  options.keep = true;
  EXPECT_EQ(refusal(fit_for_several(several, options, {})), "--keep leaves one server running");
  EXPECT_EQ(refusal(fit_for_several({"13"}, options, {"repeat"})), "");
  options.keep = false;
  options.recording = "r.json";
  EXPECT_EQ(refusal(fit_for_several(several, options, {})), "--recording writes what one run sent");
  EXPECT_EQ(refusal(only_one_server({"13"}, "record")), "");
  EXPECT_EQ(refusal(only_one_server(several, "record")), "it runs on one server, and several are asked for");
}

}  // namespace
}  // namespace windlass::cli
