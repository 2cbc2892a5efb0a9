#include "cli/config.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/text.h"

namespace windlass::cli {
namespace {

base::Result<Config> parse(std::string_view text) { return parse_config(text, "/p/windlass.toml"); }

std::string refused(std::string_view text) {
  const auto config = parse(text);
  if (config) return "(accepted)";
  EXPECT_EQ(config.error().exit, base::Exit::Usage);
  return config.error().on + " | " + config.error().got + " | " + config.error().hint;
}

TEST(Config, ReadsEverySetting) {
  const auto config = parse(R"(
python = "venvs/api/bin/python"
config = "services/api/alembic.ini"

[scratch]
postgres = 15
roles = ["app", "reader"]
extensions = ["pgcrypto"]
setup = ["db/roles.sql"]
encoding = "LATIN1"
url = "postgresql://ci@db/x"
superuser = false

[env]
SETTINGS_DSN = "{url}"
DEBUG = true
WORKERS = 4

[check]
timeout = "5m"
fail-on = "warning"
only = ["type-created-twice"]
parameters = "off"
name = "tenants"
run-as = "builder"
baseline = "ci/known.json"
isolation = false
x = ["tenant=a", "dry"]

[fix]
released = 42

[repairs]
files = ["scripts/*.py", "/opt/fix.sql"]
)");

  ASSERT_TRUE(config) << config.error().on << config.error().got;
  EXPECT_EQ(config->python, "/p/venvs/api/bin/python");
  EXPECT_EQ(config->config, "/p/services/api/alembic.ini");
  EXPECT_EQ(config->released, "42");
  EXPECT_EQ(config->repairs, (std::vector<std::string>{"/p/scripts/*.py", "/opt/fix.sql"}));
  EXPECT_EQ(config->postgres, "15");
  EXPECT_EQ(config->roles, (std::vector<std::string>{"app", "reader"}));
  EXPECT_EQ(config->extensions, std::vector<std::string>{"pgcrypto"});
  EXPECT_EQ(config->setup, std::vector<std::string>{"/p/db/roles.sql"});
  EXPECT_EQ(config->encoding, "LATIN1");
  EXPECT_EQ(config->superuser, false);
  EXPECT_EQ(config->env, (run::Variables{{"DEBUG", "true"}, {"SETTINGS_DSN", "{url}"}, {"WORKERS", "4"}}));
  EXPECT_EQ(config->timeout, "5m");
  EXPECT_EQ(config->fail_on, "warning");
  EXPECT_EQ(config->only, std::vector<std::string>{"type-created-twice"});
  EXPECT_EQ(config->parameters, "off");
  EXPECT_EQ(config->name, "tenants");
  EXPECT_EQ(config->scratch_url, "postgresql://ci@db/x");
  EXPECT_EQ(config->run_as, "builder");
  EXPECT_EQ(config->baseline, "/p/ci/known.json");
  EXPECT_EQ(config->isolation, false);
  EXPECT_EQ(config->x, (std::vector<std::string>{"tenant=a", "dry"}));
}

TEST(Config, SeveralServersAreAListOrAString) {
  EXPECT_EQ(parse("[scratch]\npostgres = [13, \"15\", \"/opt/pg/bin\"]")->postgres, "13,15,/opt/pg/bin");
  EXPECT_EQ(parse("[scratch]\npostgres = \"13,15\"")->postgres, "13,15");
  EXPECT_TRUE(base::contains(refused("[scratch]\npostgres = [\"13,15\"]"), "holds a comma"));
  EXPECT_TRUE(base::contains(refused("[scratch]\npostgres = [13, 13]"), "13 is named twice"));
}

TEST(Config, APlainInterpreterNameIsLookedUpInThePath) {
  EXPECT_EQ(parse("python = \"python3.12\"")->python, "python3.12");
}

TEST(Config, UnknownKeysAreErrorsWithLineAndNearestName) {
  EXPECT_EQ(refused("[scratch]\nrole = [\"x\"]\n"),
            "/p/windlass.toml:2 | there is no setting scratch.role | Did you mean `roles`?");
  EXPECT_EQ(refused("\n[chek]\n"), "/p/windlass.toml:2 | there is no setting chek | Did you mean `check`?");
}

TEST(Config, WrongTypesAndValuesAreErrorsWithTheirLine) {
  EXPECT_TRUE(base::contains(refused("[scratch]\n\nroles = \"x\"\n"), "windlass.toml:3 | it must be a list"));
  EXPECT_TRUE(base::contains(refused("[scratch]\nsuperuser = \"no\"\n"), ":2 | it must be true or false"));
  EXPECT_TRUE(base::contains(refused("[check]\ntimeout = \"soon\"\n"), ":2 |"));
  EXPECT_TRUE(base::contains(refused("[check]\nfail-on = \"warnings\"\n"), "Did you mean `warning`?"));
  EXPECT_TRUE(base::contains(refused("[check]\nonly = [\"x-created-twice\"]\n"), ":2 |"));
  EXPECT_TRUE(base::contains(refused("[fix]\nreleased = [\"1\"]\n"), ":2 | it must be a string"));
  EXPECT_TRUE(base::contains(refused("[fix]\nreleased = \" \"\n"), ":2 | it names no revision"));
  EXPECT_TRUE(base::contains(refused("[fix]\nrelease = \"1\"\n"), "Did you mean `released`?"));
  EXPECT_TRUE(base::contains(refused("env = 3\n"), "it must be a table: [env]"));
  EXPECT_TRUE(base::contains(refused("[scratch\n"), "/p/windlass.toml:1"));
}

TEST(Config, SuppressionsNameACodeAndAReason) {
  const auto config = parse(R"(
[[suppress]]
code = "table-created-twice"
reason = "the old server has it"

[[suppress]]
code = "type-created-twice"
reason = "planned"
revision = 8
file = "versions/0008.py"
object = "public.mood"
)");
  ASSERT_TRUE(config) << config.error().got;
  ASSERT_EQ(config->suppress.size(), 2u);
  EXPECT_EQ(config->suppress[0].reason, "the old server has it");
  EXPECT_EQ(config->suppress[0].at.file, "/p/windlass.toml");
  EXPECT_EQ(config->suppress[0].at.line, 2);
  EXPECT_EQ(config->suppress[1].revision, "8");
  EXPECT_EQ(config->suppress[1].file, "/p/versions/0008.py");
  EXPECT_EQ(config->suppress[1].object, "public.mood");

  EXPECT_TRUE(base::contains(refused("[[suppress]]\ncode = \"table-created-twice\"\n"),
                             "/p/windlass.toml:1 | the suppression of table-created-twice gives no reason"));
  EXPECT_TRUE(base::contains(refused("[[suppress]]\ncode = \"table-created-twice\"\nreason = \" \"\n"),
                             "gives no reason"));
  EXPECT_TRUE(base::contains(refused("[[suppress]]\nreason = \"x\"\n"), "names no code"));
  EXPECT_TRUE(base::contains(refused("[[suppress]]\ncode = \"table-create-twice\"\nreason = \"x\"\n"),
                             "Did you mean `table-created-twice`?"));
  EXPECT_TRUE(base::contains(refused("[suppress]\ncode = \"x\"\n"), "it must be tables: [[suppress]]"));
  EXPECT_TRUE(base::contains(refused("[[suppress]]\ncodes = \"x\"\n"), "Did you mean `code`?"));
}

TEST(Config, IsFoundInTheFolderOrAParentUpToTheGitRoot) {
  namespace fs = std::filesystem;
  const fs::path root =
      fs::canonical(base::make_private_folder(fs::temp_directory_path(), "config-").value());
  fs::create_directories(root / "repository/.git");
  fs::create_directories(root / "repository/a/b");
  ASSERT_TRUE(base::write_file(root / "windlass.toml", "python = \"outside\""));
  EXPECT_TRUE(read_config(root / "repository/a/b")->file.empty());
  ASSERT_TRUE(base::write_file(root / "repository/windlass.toml", "python = \"inside\""));
  EXPECT_EQ(read_config(root / "repository/a/b")->python, "inside");
  EXPECT_EQ(read_config(root / "repository/a/b")->file, root / "repository/windlass.toml");
  ASSERT_TRUE(base::remove_tree(root));
}

}  // namespace
}  // namespace windlass::cli
