"""src/chain/python/read_revisions.py: revision files read without running them."""
import json
import os
import subprocess
import sys
import unittest

import alembic
from harness import ROOT, Project, clean_environment, revision

READER = os.path.join(ROOT, "src", "chain", "python", "read_revisions.py")
VERSION = tuple(int(part) for part in alembic.__version__.split(".")[:2])


def read(project, config="alembic.ini", section="alembic"):
    """As windlass runs it: the program comes by standard input."""
    with open(READER, encoding="utf-8") as program:
        process = subprocess.run([sys.executable, "-B", "-", config, section], stdin=program, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, cwd=project.folder, env=clean_environment({}), check=True)
    assert process.stderr == b"", process.stderr
    return json.loads(process.stdout.decode())


class Reader(unittest.TestCase):
    def file(self, text):
        project = Project({"migrations/versions/one.py": text})
        before = project.files()
        document = read(project)
        self.assertEqual(project.files(), before)
        self.assertIsNone(document["error"], document)
        return document["files"][0]

    def test_a_plain_file(self):
        project = Project({"migrations/versions/001_a.py": revision(1, "pass"),
                           "migrations/versions/002_b.py": revision(2, "pass", 'op.drop_table("a")')})
        document = read(project)
        self.assertEqual(document["script_location"], "migrations")
        self.assertEqual(document["locations"], [os.path.join(project.folder, "migrations", "versions")])
        first, second = document["files"]
        self.assertEqual((first["revision"], first["revision_line"], first["down_revision"], first["title"]),
                         ("001", 5, [], "step 1"))
        self.assertEqual((second["down_revision"], second["down_line"], second["upgrade_line"]), (["001"], 6, 8))
        self.assertEqual((first["downgrade"], second["downgrade"]), ("empty", "acts"))
        self.assertTrue(first["ok"] and not first["dynamic"])

    def test_nothing_is_run(self):
        entry = self.file("import os\nos._exit(7)\nrevision = 'a'\ndown_revision = None\n")
        self.assertEqual((entry["revision"], entry["downgrade"]), ("a", "none"))

    def test_ways_to_write_it(self):
        entry = self.file("from typing import Union\nrevision: str = 'a'\ndown_revision: Union[str, None] = ('b', 'c')\n"
                          "branch_labels = ['x']\ndepends_on = 'd'\n")
        self.assertEqual((entry["revision"], entry["down_revision"], entry["labels"], entry["depends_on"]),
                         ("a", ["b", "c"], ["x"], ["d"]))
        entry = self.file("BASE = 'b'\nrevision, down_revision = 'a' + '1', BASE\n")
        self.assertEqual((entry["revision"], entry["down_revision"], entry["dynamic"]), ("a1", ["b"], False))

    def test_what_is_known_only_when_it_runs(self):
        for text in ("revision = __file__[-5:]\ndown_revision = None\n", "revision = 'a'\ndown_revision = parents()\n",
                     "revision = 'a'\nif x:\n    down_revision = 'b'\n", "revision = 'a'\ndepends_on = 7\n"):
            self.assertTrue(self.file(text)["dynamic"], text)

    def test_what_downgrade_does(self):
        for body, kind in (("pass", "empty"), ("...", "empty"), ('"nothing"', "empty"), ("return", "empty"),
                           ('raise NotImplementedError("no way back")', "raises"), ("op.drop_table('a')", "acts")):
            self.assertEqual(self.file(revision(1, "pass", body))["downgrade"], kind, body)

    def test_broken_files(self):
        for text, kind, line in (("revision = 'a'\ndef upgrade(:\n", "syntax", 2),
                                 (b"\n\nx = '\xff'\nrevision = 'a'\n", "encoding", 3),
                                 (b"# -*- coding: klingon -*-\nrevision = 'a'\n", "encoding", 1),
                                 ("x = 1\n", "no-id", 0)):
            entry = self.file(text)
            self.assertFalse(entry["ok"])
            self.assertEqual((entry["error"]["kind"], entry["error"]["line"]), (kind, line), entry)

    def test_names_that_are_no_revisions(self):
        project = Project({"migrations/versions/__init__.py": "", "migrations/versions/.#a.py": "(", "migrations/versions/a.txt": "",
                           "migrations/versions/sub/b.py": "revision = 'b'\n", "migrations/versions/ae10.py": "x = 1\n"})
        files = read(project)["files"]
        self.assertEqual([f["revision"] for f in files], ["ae10"])  # Alembic's oldest files are named by their id

    def test_several_locations_and_packages(self):
        ini = "[alembic]\nscript_location = pkg:migrations\nprepend_sys_path = .\n" \
              "version_locations = %(here)s/one %(here)s/two\n[other]\nscript_location = third\n"
        project = Project({"alembic.ini": ini, "pkg/__init__.py": "raise SystemExit('run')\n", "pkg/migrations/env.py": "",
                           "one/a.py": "revision = 'a'\n", "two/b.py": "revision = 'b'\n", "third/versions/c.py": "revision = 'c'\n"})
        document = read(project)
        self.assertIsNone(document["error"], document)
        self.assertEqual([f["revision"] for f in document["files"]], ["a", "b"])
        self.assertEqual([f["revision"] for f in read(project, section="other")["files"]], ["c"])

    @unittest.skipIf(VERSION < (1, 16), "Alembic reads pyproject.toml since 1.16")
    def test_pyproject(self):
        project = Project({"pyproject.toml": '[tool.alembic]\nscript_location = "%(here)s/db"\nrecursive_version_locations = true\n',
                           "db/versions/2024/a.py": "revision = 'a'\n"})
        os.remove(os.path.join(project.folder, "alembic.ini"))
        document = read(project, "pyproject.toml")
        self.assertEqual([f["revision"] for f in document["files"]], ["a"], document)

    def test_nothing_to_read(self):
        project = Project({"alembic.ini": "[alembic]\nscript_location = nowhere\n"})
        self.assertEqual(read(project)["error"]["kind"], "config")
        self.assertEqual(read(Project({"alembic.ini": "[alembic]\n"}))["error"]["kind"], "config")
        without = subprocess.run([sys.executable, "-B", "-S", "-E", READER, "alembic.ini"], stdout=subprocess.PIPE, cwd=project.folder)
        self.assertEqual(json.loads(without.stdout.decode())["error"]["kind"], "no-alembic")


if __name__ == "__main__":
    unittest.main()
