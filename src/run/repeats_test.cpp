#include "run/repeats.h"

#include <gtest/gtest.h>

namespace windlass::run {
namespace {

std::vector<std::string> told(const EnvironmentSources& environment) {
  std::vector<std::string> words;
  for (const Variables& variables : repeats(environment)) words.push_back(in_words(variables));
  return words;
}

TEST(Repeats, AreOfOtherSeedsAndDays) {
  EXPECT_EQ(told({}), (std::vector<std::string>{"hash seed 1", "hash seed 2, time zone Etc/GMT+12",
                                                "hash seed 3, time zone Etc/GMT-14"}));
}

TEST(Repeats, LeaveWhatTheProjectSets) {
  EnvironmentSources environment;
  environment.config = {{"PYTHONHASHSEED", "0"}};
  EXPECT_EQ(told(environment),
            (std::vector<std::string>{"", "time zone Etc/GMT+12", "time zone Etc/GMT-14"}));
  environment.flags = {{"TZ", "Europe/Vienna"}};
  EXPECT_EQ(told(environment), std::vector<std::string>{""});
  environment.config = {{"PYTHONHASHSEED", "random"}};
  EXPECT_EQ(told(environment), (std::vector<std::string>{"hash seed 1", "hash seed 2", "hash seed 3"}));
}

}  // namespace
}  // namespace windlass::run
