"""src/chain/python/new_revision.py: a revision written by the project's own Alembic, held to what `alembic merge` writes."""
import json
import os
import re
import subprocess
import sys
import unittest

import alembic
from harness import ROOT, Project, clean_environment, revision

PARTS = [os.path.join(ROOT, "src", "chain", "python", name) for name in ("read_revisions.py", "new_revision.py")]
TEMPLATES = os.path.join(os.path.dirname(alembic.__file__), "templates")
INI = "[alembic]\nscript_location = migrations\nfile_template = %%(slug)s_%%(rev)s\n"


def template(name="generic"):
    with open(os.path.join(TEMPLATES, name, "script.py.mako")) as file:
        return file.read()


def forked(files=None):
    """Two heads, 002 and 003, on 001."""
    third = revision(3, "pass").replace("'002'", "'001'")
    return Project(dict({"alembic.ini": INI, "migrations/script.py.mako": template(),
                         "migrations/versions/001.py": revision(1, "pass"), "migrations/versions/002.py": revision(2, "pass"),
                         "migrations/versions/003.py": third}, **(files or {})))


def ask(project, **wanted):
    chain = [{"revision": "001", "parents": [], "labels": ["main"], "depends_on": []},
             {"revision": "002", "parents": ["001"], "labels": [], "depends_on": []},
             {"revision": "003", "parents": ["001"], "labels": [], "depends_on": []}]
    for entry in chain:
        entry["file"] = os.path.join(project.folder, "migrations", "versions", entry["revision"] + ".py")
    request = dict({"config": os.path.join(project.folder, "alembic.ini"), "section": "alembic", "within": project.folder, "revision": "abc",
                    "message": "merge 002 and 003", "parents": ["002", "003"], "labels": [], "depends_on": [], "imports": [],
                    "upgrade": [], "downgrade": [], "chain": chain}, **wanted)
    program = "__name__ = 'windlass'\nREQUEST = %s\n" % json.dumps(json.dumps(request))
    for part in PARTS:
        with open(part, encoding="utf-8") as file:
            program += file.read() + "\n"
    before = project.files()
    process = subprocess.run([sys.executable, "-B", "-"], input=program.encode(), stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, cwd=project.folder, env=clean_environment({}), check=True)
    assert project.files() == before, project.files()
    return json.loads(process.stdout.decode())


class NewRevision(unittest.TestCase):
    def test_is_what_alembic_merge_writes(self):
        project = forked()
        written = ask(project)
        self.assertIsNone(written["error"], written)
        script = os.path.join(os.path.dirname(sys.executable), "alembic")
        subprocess.run([script, "merge", "heads", "-m", "merge 002 and 003", "--rev-id", "abc"], cwd=project.folder,
                       env=clean_environment({"PYTHONDONTWRITEBYTECODE": "1"}), stdout=subprocess.DEVNULL, check=True)
        own = os.path.join(project.folder, "migrations", "versions", "merge_002_and_003_abc.py")
        self.assertEqual(written["file"], own)
        with open(own) as file:
            text = file.read()
        # `alembic merge heads` names them in an order of its own.
        for each in (text, written["text"]):
            self.assertIn("002", each)
        rid = [lambda each: re.sub(r"Create Date: .*", "", each), lambda each: each.replace("003", "002")]
        for step in rid:
            text, written["text"] = step(text), step(written["text"])
        self.assertEqual(written["text"], text)

    def test_bodies_keep_their_literals(self):
        body = ['op.execute("""UPDATE a\n  SET b = 1\n\nWHERE c""")', "for n in (1, 2):\n    op.execute(\n        f'''\n{n}'''\n    )"]
        written = ask(forked(), parents=["002"], depends_on=["003"], labels=["side"], imports=["import os", "from x import y"],
                      upgrade=body, downgrade=["raise NotImplementedError"])
        self.assertIsNone(written["error"], written)
        self.assertIn('\n    op.execute("""UPDATE a\n  SET b = 1\n\nWHERE c""")\n    for n in (1, 2):\n        op.execute(\n'
                      "            f'''\n{n}'''\n        )\n", written["text"])
        self.assertIn("import os\nfrom x import y\n", written["text"])

    def test_what_stands_there_is_not_written_over(self):
        project = forked({"migrations/versions/merge_002_and_003_abc.py": "x"})
        self.assertIn("there is a file", ask(project)["error"]["message"])

    def test_nothing_is_written_elsewhere(self):
        project = forked()
        self.assertIn("outside", ask(project, within=os.path.join(project.folder, "migrations", "vers"))["error"]["message"])

    def test_no_revision_is_run(self):
        project = forked({"migrations/versions/002.py": "import os\nos._exit(7)\n", "migrations/env.py": "import os\nos._exit(7)\n"})
        self.assertIsNone(ask(project)["error"])

    def test_a_template_of_the_project(self):
        own = "# ours\n" + template().replace("${upgrades if upgrades else", "op.execute(\"SET a = 1\")\n    ${upgrades if upgrades else")
        written = ask(forked({"migrations/script.py.mako": own}), upgrade=["op.execute('SELECT 1')"])
        self.assertIsNone(written["error"], written)
        self.assertTrue(written["text"].startswith("# ours\n"))

    def test_a_template_without_a_place_for_it(self):
        bare = ('"""${message}"""\nrevision = ${repr(up_revision)}\ndown_revision = ${repr(down_revision)}\n\n'
                "def upgrade():\n    pass\n")
        project = forked({"migrations/script.py.mako": bare})
        self.assertIsNone(ask(project)["error"])
        self.assertIn("no place for the operations of upgrade()", ask(project, upgrade=["x()"])["error"]["message"])
        self.assertIn("no place for imports", ask(project, imports=["import os"])["error"]["message"])
        self.assertIn("no place for depends_on", ask(project, parents=["002"], depends_on=["003"])["error"]["message"])
        self.assertIn("no place for branch_labels", ask(project, labels=["a"])["error"]["message"])

    def test_no_template(self):
        project = forked()
        os.remove(os.path.join(project.folder, "migrations", "script.py.mako"))
        self.assertIn("there is no script.py.mako", ask(project)["error"]["message"])

    def test_several_databases(self):
        project = forked({"alembic.ini": INI + "databases = one, two\n", "migrations/script.py.mako": template("multidb")})
        self.assertIsNone(ask(project)["error"])
        self.assertIn("no place", ask(project, upgrade=["x()"])["error"]["message"])

    def test_hooks_run_and_do_not_disturb_the_answer(self):
        hook = "import sys\nprint('formatted')\nwith open(sys.argv[1], 'a') as file:\n    file.write('# formatted\\n')\n"
        ini = INI + ("[post_write_hooks]\nhooks = own\nown.type = exec\nown.executable = %s\nown.options = hook.py REVISION_SCRIPT_FILENAME\n"
                     % sys.executable)
        if tuple(int(part) for part in alembic.__version__.split(".")[:2]) < (1, 12):
            raise unittest.SkipTest("hooks of the type exec came with Alembic 1.12")
        written = ask(forked({"alembic.ini": ini, "hook.py": hook}))
        self.assertIsNone(written["error"], written)
        self.assertTrue(written["text"].endswith("# formatted\n"))

    def test_a_parent_that_is_not_there(self):
        self.assertIn("nowhere", ask(forked(), parents=["nowhere"])["error"]["message"])


if __name__ == "__main__":
    unittest.main()
