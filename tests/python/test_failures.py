"""What is told of exceptions, and that bare and wrapped end alike."""
import sys
import unittest

from harness import ENV, Project, has, recorder, revision, run_bare, run_wrapped

GOOD = {"migrations/versions/001_a.py": revision(1, 'op.execute("create table a ()")')}


class Failures(unittest.TestCase):
    def url(self):
        return "postgresql+psycopg2://app:secret@127.0.0.1/app?host=%s&port=%d" % (recorder().folder, recorder().port)

    def check(self, files, phase, code=1, environment=None, arguments=("upgrade", "heads")):
        """Both runs: the same status and output; returns the exception that was told."""
        project = Project(files)
        recorder().fresh_database()
        bare = run_bare(recorder(), project, self.url(), arguments, environment)
        schema = recorder().schema()
        recorder().fresh_database()
        run = run_wrapped(recorder(), project, self.url(), arguments, environment)
        self.maxDiff = None
        self.assertEqual((run.code, run.out), (bare.code, bare.out), run.err)
        self.assertEqual(self.comparable(run.err), self.comparable(bare.err))
        self.assertEqual(recorder().schema(), schema)
        self.assertEqual(run.code, code)
        exception = run.one("exception")
        self.assertEqual((exception["phase"], exception["exit_code"]), (phase, code), exception)
        self.assertEqual(run.one("end")["exit"], code)
        self.assertNotIn("secret", str(run.events))
        self.run_ = run
        return exception

    @staticmethod
    def comparable(err):
        """Without the frame of the console script itself, which windlass's program stands for."""
        lines = err.split("\n")
        kept, skip = [], False
        for line in lines:
            if line.startswith("  File ") and line.rstrip().endswith("/bin/alembic\", line 8, in <module>"):
                skip = True
                continue
            if skip and line.startswith("    "):
                continue
            skip = False
            kept.append(line)
        return "\n".join(kept)

    def test_a_revision_that_raises(self):
        e = self.check({"migrations/versions/001_a.py": revision(1, 'op.execute("create table a ()")\nraise ValueError("no")')}, "revision")
        self.assertEqual((e["type"], e["message"], e["revision"]), ("ValueError", "no", "001"))
        last = e["frames"][-1]
        self.assertEqual((last["file"], last["line"], last["function"], last["in_project"]),
                         ("migrations/versions/001_a.py", 10, "upgrade", True))
        self.assertEqual(last["text"], 'raise ValueError("no")')

    def test_a_statement_that_fails(self):
        e = self.check({"migrations/versions/001_a.py": revision(1, 'op.execute("select * from missing")')}, "revision")
        self.assertEqual((e["type"], e["revision"]), ("sqlalchemy.exc.ProgrammingError", "001"))
        self.assertNotIn("wl:", self.run_.err)

    def test_a_helper_that_raises(self):
        e = self.check({"helpers.py": "def go():\n    return {}['x']\n",
                        "migrations/versions/001_a.py": revision(1, "helpers.go()", imports="import helpers")}, "revision")
        self.assertEqual((e["type"], e["missing_keys"], e["frames"][-1]["file"]), ("KeyError", [], "helpers.py"))

    def test_a_missing_variable(self):
        e = self.check(dict(GOOD, **{"migrations/env.py": "import os\nos.environ['APP_SETTING']\n" + ENV}), "environment")
        self.assertEqual((e["type"], e["missing_keys"]), ("KeyError", ["APP_SETTING"]))

    def test_a_missing_variable_said_otherwise(self):
        for text in ("import os\nif not os.getenv('APP_SETTING'):\n    raise RuntimeError('APP_SETTING is not set')\n",
                     "import os, sys\ntry:\n    os.environ['APP_SETTING']\nexcept KeyError:\n    sys.exit('please set it')\n",
                     "import sys\nsys.exit('environment variable APP_SETTING is missing')\n"):
            with self.subTest(text):
                e = self.check(dict(GOOD, **{"migrations/env.py": text + ENV}), "environment")
                self.assertEqual(e["missing_keys"], ["APP_SETTING"], e)

    @unittest.skipUnless(has("pydantic_settings"), "settings libraries are in one environment only")
    def test_settings_libraries(self):
        for text, name in (
                ("from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    jwt_key: str\nS()\n", "JWT_KEY"),
                ("from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    model_config = {'env_prefix': 'app_'}\n"
                 "    jwt_key: str\nS()\n", "APP_JWT_KEY"),
                ("from pydantic import Field\nfrom pydantic_settings import BaseSettings\nclass S(BaseSettings):\n"
                 "    key: str = Field(validation_alias='THE_KEY')\nS()\n", "THE_KEY"),
                ("from environs import Env\nEnv().str('APP_X')\n", "APP_X"),
                ("from decouple import config\nconfig('APP_X')\n", "APP_X")):
            with self.subTest(text):
                e = self.check(dict(GOOD, **{"migrations/env.py": text + ENV}), "environment")
                self.assertEqual(e["missing_keys"], [name], e)

    def test_a_missing_module(self):
        e = self.check(dict(GOOD, **{"migrations/env.py": "import not_there.at_all\n" + ENV}), "environment")
        self.assertEqual((e["type"], e["missing_module"]), ("ModuleNotFoundError", "not_there"))

    def test_a_syntax_error(self):
        e = self.check(dict(GOOD, **{"migrations/versions/002_b.py": revision(2, "op.execute(")}), "graph")
        last = e["frames"][-1]
        self.assertEqual((e["type"], last["file"]), ("SyntaxError", "migrations/versions/002_b.py"))
        # Before Python 3.10 the line where the file ends.
        self.assertEqual(last["line"], 9 if sys.version_info >= (3, 10) else 12)

    def test_a_file_that_is_not_utf8(self):
        e = self.check(dict(GOOD, **{"migrations/versions/002_b.py": b"x = '\xff'\nrevision = '002'\ndown_revision = '001'\n"}), "graph")
        self.assertEqual(e["type"], "SyntaxError")

    def test_a_missing_parent(self):
        e = self.check({"migrations/versions/003_c.py": revision(3, "pass")}, "graph", 1)
        self.assertEqual(e["type"], "KeyError")
        self.assertEqual(e["missing_keys"], [])

    def test_two_heads(self):
        files = dict(GOOD, **{"migrations/versions/002_b.py": revision(2, "pass"),
                              "migrations/versions/003_c.py": revision(3, "pass").replace("'002'", "'001'")})
        e = self.check(files, "graph", 255, arguments=("upgrade", "head"))
        self.assertIn("MultipleHeads", e["type"])

    def test_an_unknown_target(self):
        e = self.check(dict(GOOD), "graph", 255, arguments=("upgrade", "nowhere"))
        self.assertIn("nowhere", e["message"])

    def test_input(self):
        e = self.check({"migrations/versions/001_a.py": revision(1, 'input("sure? ")')}, "revision")
        self.assertEqual(e["type"], "EOFError")

    def test_no_configuration(self):
        e = self.check({}, "config", 255, arguments=("-c", "absent.ini", "upgrade", "heads"))
        self.assertEqual(e["type"], "alembic.util.exc.CommandError")

    def test_passwords_are_masked(self):
        text = "url = 'postgresql://u:secret@h/d'; raise ValueError('cannot use ' + url + ' password=secret')"
        e = self.check({"migrations/versions/001_a.py": revision(1, text)}, "revision")
        self.assertIn("postgresql://u:***@h/d", e["message"])

    def test_a_reader_that_goes_away(self):
        import os
        import subprocess

        import harness

        project = Project(GOOD)
        recorder().fresh_database()
        read, write = os.pipe()
        os.close(read)
        settings = harness.run_settings(recorder(), project, write)
        environment = harness.clean_environment({"DATABASE_URL": self.url(), "WINDLASS_RUN": settings})
        code = subprocess.run([sys.executable, harness.PROGRAM], cwd=project.folder, env=environment, pass_fds=[write]).returncode
        os.close(write)
        self.assertEqual(code, 0)

    def test_what_the_project_sees_of_its_process(self):
        import os

        env = "import os, sys\nprint(sys.argv[1:], sys.path[0], os.path.basename(sys.argv[0]), 'WINDLASS_RUN' in os.environ,\n" \
              "      sorted(k for k in os.environ if 'WINDLASS' in k))\n" + ENV
        project = Project(dict(GOOD, **{"migrations/env.py": env, "alembic.ini": "[alembic]\nscript_location = migrations\n"}))
        outputs = []
        for run in (run_bare, run_wrapped):
            recorder().fresh_database()
            outputs.append(run(recorder(), project, self.url()).out)
        self.assertEqual(outputs[0], outputs[1])
        self.assertIn(os.path.dirname(sys.executable), outputs[0])


if __name__ == "__main__":
    unittest.main()
