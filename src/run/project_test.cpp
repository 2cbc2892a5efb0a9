#include "run/project.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "run/interpreter.h"
#include "run/project_ini.h"

namespace windlass::run {
namespace {

namespace fs = std::filesystem;

class ProjectTest : public ::testing::Test {
 protected:
  void SetUp() override { root_ = base::make_private_folder(fs::temp_directory_path(), "project-").value(); }
  void TearDown() override { ASSERT_TRUE(base::remove_tree(root_)); }

  void write(const std::string& name, const std::string& text, int mode = 0644) {
    fs::create_directories((root_ / name).parent_path());
    ASSERT_TRUE(base::write_file(root_ / name, text, mode));
  }
  base::Result<Project> find(const std::string& config = {}, const std::string& section = {}) {
    ProjectSettings settings;
    settings.project = root_;
    settings.config = config;
    settings.section = section;
    return find_project(settings);
  }
  InterpreterSettings interpreters(const std::string& requested = {}) {
    InterpreterSettings settings;
    settings.requested = requested;
    settings.folder = settings.project = root_;
    settings.environment = {"PATH=" + (root_ / "path").string()};
    return settings;
  }
  void write_environment(const std::string& name, bool with_alembic) {
    write(name + "/pyvenv.cfg", "");
    // Only started when its folders do not show Alembic: then it says that it has none.
    write(name + "/bin/python", "#!/bin/sh\nexit 3\n", 0755);
    if (with_alembic) write(name + "/lib/python3.11/site-packages/alembic/__init__.py", "");
  }

  fs::path root_;
};

const char* kIni = "[alembic]\nscript_location = migrations\nsqlalchemy.url = postgresql://u:p%%40@h/d\n";

TEST(IniFile, ReadsAsConfigparserDoes) {
  const IniFile ini(
      "[DEFAULT]\nbase = /srv\n[alembic]\nScript_Location: %(here)s/%(base)s\n# c\nlist = a\n  b\n\n; "
      "d\nx=100%%\n");
  EXPECT_EQ(ini.get("alembic", "script_location", "/here"), "/here//srv");
  EXPECT_EQ(ini.get("alembic", "list", ""), "a\nb");
  EXPECT_EQ(ini.get("alembic", "x", ""), "100%");
  EXPECT_EQ(ini.get("other", "base", ""), "/srv");
  EXPECT_FALSE(ini.get("alembic", "none", ""));
}

TEST_F(ProjectTest, FindsTheIniOfTheFolderItself) {
  write("alembic.ini", kIni);
  write("sub/alembic.ini", kIni);
  const auto project = find();
  ASSERT_TRUE(project) << project.error().got;
  EXPECT_EQ(project->config_file, root_ / "alembic.ini");
  EXPECT_EQ(project->folder, root_);
  EXPECT_EQ(project->script_location, "migrations");
  EXPECT_EQ(project->ini_url, "postgresql://u:p%40@h/d");
}

TEST_F(ProjectTest, FindsOneInASubFolderButNotInEnvironmentsOrTooDeep) {
  write("services/api/alembic.ini", kIni);
  write("node_modules/x/alembic.ini", kIni);
  write("tools/pyvenv.cfg", "");
  write("tools/lib/alembic.ini", kIni);
  write(".hidden/alembic.ini", kIni);
  write("a/b/c/d/e/alembic.ini", kIni);
  const auto project = find();
  ASSERT_TRUE(project) << project.error().got;
  EXPECT_EQ(project->folder, root_ / "services/api");
  EXPECT_EQ(project->project, root_);
}

TEST_F(ProjectTest, IsRunFromWhereTheScriptsAre) {
  write("backend/alembic.ini", "[alembic]\nscript_location = backend/migrations\n");
  write("backend/migrations/env.py", "");
  EXPECT_EQ(find()->folder, root_);
}

TEST_F(ProjectTest, FindsATableInPyproject) {
  write("pyproject.toml", "[project]\nname='x'\n[tool.alembic]\nscript_location = \"%(here)s/db\"\n");
  const auto project = find();
  ASSERT_TRUE(project) << project.error().got;
  EXPECT_EQ(project->config_file, root_ / "pyproject.toml");
  EXPECT_EQ(project->script_location, (root_ / "db").string());
  EXPECT_FALSE(has_alembic_table("[tool.alembics]\n"));
}

TEST_F(ProjectTest, NoneIsAUsageErrorThatSaysWhatWasLookedFor) {
  write("pyproject.toml", "[tool.black]\n");
  const auto project = find();
  ASSERT_FALSE(project);
  EXPECT_EQ(project.error().exit, base::Exit::Usage);
  EXPECT_TRUE(base::contains(project.error().got, "alembic.ini"));
  EXPECT_TRUE(base::contains(project.error().hint, "--config"));
}

TEST_F(ProjectTest, SeveralAreListed) {
  write("a/alembic.ini", kIni);
  write("b/alembic.ini", kIni);
  const auto project = find();
  ASSERT_FALSE(project);
  EXPECT_TRUE(base::contains(project.error().got, "a/alembic.ini, b/alembic.ini"));
  EXPECT_EQ(find("b/alembic.ini")->folder, root_ / "b");
}

TEST_F(ProjectTest, TheHintNamesAConfigurationFurtherUp) {
  write("alembic.ini", kIni);
  write("migrations/versions/1.py", "");
  ProjectSettings settings;
  settings.project = root_ / "migrations/versions";
  const auto project = find_project(settings);
  ASSERT_FALSE(project);
  EXPECT_TRUE(base::contains(project.error().hint, "windlass check " + root_.string()));
}

TEST_F(ProjectTest, FlaskMigrateIsRunBesideItsFolder) {
  write("migrations/alembic.ini", "[alembic]\n# file_template = x\n");
  const auto without = find();
  ASSERT_FALSE(without);
  EXPECT_TRUE(base::contains(without.error().got, "no script_location"));
  write("migrations/env.py", "");
  const auto project = find();
  ASSERT_TRUE(project);
  EXPECT_EQ(project->kind, "flask-migrate");
  EXPECT_EQ(project->folder, root_);
  EXPECT_EQ(project->script_location, (root_ / "migrations").string());
}

TEST_F(ProjectTest, ASectionThatIsNotThereIsAnError) {
  write("alembic.ini", kIni);
  EXPECT_FALSE(find("", "other"));
  EXPECT_TRUE(find("", "alembic"));
}

TEST_F(ProjectTest, DotenvIsTheNearestOne) {
  write(".env", "A=1");
  write("x/y/z", "");
  EXPECT_EQ(find_dotenv(root_ / "x/y", root_), root_ / ".env");
  EXPECT_EQ(find_dotenv(root_ / "x/y", root_ / "x"), fs::path());
}

TEST_F(ProjectTest, TakesTheVirtualEnvironmentWithoutStartingIt) {
  write_environment(".venv", true);
  const auto interpreter = find_interpreter(interpreters());
  ASSERT_TRUE(interpreter) << interpreter.error().got;
  EXPECT_EQ(interpreter->chosen.program, root_ / ".venv/bin/python");
  EXPECT_EQ(interpreter->chosen.found_by, ".venv");
}

TEST_F(ProjectTest, PassesByAnEnvironmentWithoutAlembic) {
  write_environment(".venv", false);
  write_environment("other", true);
  InterpreterSettings settings = interpreters();
  settings.environment.push_back("VIRTUAL_ENV=" + (root_ / "other").string());
  const auto interpreter = find_interpreter(settings);
  ASSERT_TRUE(interpreter) << interpreter.error().got;
  EXPECT_EQ(interpreter->chosen.found_by, "VIRTUAL_ENV");
  ASSERT_EQ(interpreter->passed_over.size(), 1u);
  EXPECT_EQ(interpreter->passed_over[0].problem, "it has no Alembic");
}

TEST_F(ProjectTest, AsksPoetryOnlyWhereTheProjectIsPoetrys) {
  write_environment("cache/env", true);
  write("path/poetry", "#!/bin/sh\necho '" + (root_ / "cache/env").string() + "'\n", 0755);
  EXPECT_FALSE(find_interpreter(interpreters()));
  write("poetry.lock", "");
  const auto interpreter = find_interpreter(interpreters());
  ASSERT_TRUE(interpreter) << interpreter.error().got;
  EXPECT_EQ(interpreter->chosen.found_by, "poetry");
}

TEST_F(ProjectTest, ARequestedInterpreterMayBeAFolderAndMustFit) {
  write_environment("env1", true);
  write_environment("env2", false);
  EXPECT_TRUE(find_interpreter(interpreters((root_ / "env1").string())));
  const auto unfit = find_interpreter(interpreters((root_ / "env2/bin/python").string()));
  ASSERT_FALSE(unfit);
  EXPECT_EQ(unfit.error().exit, base::Exit::Usage);
  EXPECT_TRUE(base::contains(unfit.error().got, "it has no Alembic"));
  EXPECT_TRUE(base::contains(find_interpreter(interpreters("/no/such")).error().got, "no such program"));
}

}  // namespace
}  // namespace windlass::run
