#include "cli/new_config.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "cli/config.h"

namespace windlass::cli {
namespace {

/// The text with each commented setting set.
std::string uncommented(const std::string& text) {
  std::string result;
  for (std::string line : base::split(text, '\n')) {
    const bool setting = line.starts_with("# ") && (base::contains(line, " = ") || line.starts_with("# [["));
    result += (setting ? line.substr(2) : line) + "\n";
  }
  return result;
}

TEST(NewConfig, SaysNothingThatIsNotFound) {
  const std::string text = new_config({});
  const auto config = parse_config(text, "/p/windlass.toml");
  ASSERT_TRUE(config) << config.error().got;
  EXPECT_TRUE(config->python.empty() && config->config.empty() && config->repairs.empty() &&
              config->env.empty());
}

TEST(NewConfig, EverySettingThatItShowsIsOne) {
  const auto config = parse_config(uncommented(new_config({})), "/p/windlass.toml");
  ASSERT_TRUE(config) << config.error().on << " " << config.error().got;
  EXPECT_EQ(config->scenarios.size(), 2u);
  EXPECT_EQ(config->suppress.size(), 1u);
  EXPECT_EQ(config->repairs.size(), 2u);
}

TEST(NewConfig, WhatWasFoundIsSet) {
  FoundSettings found{"/venvs/a \"b\"/bin/python", "db/alembic.ini", {"fix/one.sql", "two.py"}};
  const std::string text = new_config(found);
  const auto config = parse_config(text, "/p/windlass.toml");
  ASSERT_TRUE(config) << config.error().got;
  EXPECT_EQ(config->python, found.python);
  EXPECT_EQ(config->config, "/p/db/alembic.ini");
  EXPECT_TRUE(base::contains(text, "#   fix/one.sql\n#   two.py\n# files = "));
  found.scripts.assign(25, "x.sql");
  EXPECT_TRUE(base::contains(new_config(found), "#   and 5 more\n"));
}

TEST(NewConfig, WhatMayBeARepairScript) {
  EXPECT_TRUE(may_be_repair_script("fix.sql", "create type t as enum ()"));
  EXPECT_TRUE(may_be_repair_script("fix.SQL", "UPDATE alembic_version SET version_num = '1'"));
  EXPECT_TRUE(may_be_repair_script("fix.py", "Base.metadata.create_all(engine)"));
  EXPECT_TRUE(may_be_repair_script("fix.py", "cursor.execute('ALTER TABLE a ADD b int')"));
  EXPECT_FALSE(may_be_repair_script("fix.py", "# would ALTER TABLE"));
  EXPECT_FALSE(may_be_repair_script("report.sql", "SELECT 1"));
  EXPECT_FALSE(may_be_repair_script("0001.py", "down_revision = None\nop.execute('CREATE TABLE a ()')"));
}

}  // namespace
}  // namespace windlass::cli
