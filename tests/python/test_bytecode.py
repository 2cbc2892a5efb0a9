"""Compiled modules: what stands beside a source is read, what is compiled anew goes into windlass's folder alone."""
import os
import py_compile
import subprocess
import sys
import tempfile
import unittest

import harness

TELL = """
import sys
sys.path[:0] = [%r]
import windlass_bytecode
windlass_bytecode.read_what_is_there()
del sys.path[0]
sys.path[:0] = [%r]
import module
print(module.__cached__, module.VALUE)
"""


class Bytecode(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.library = os.path.join(self.folder, "library")
        self.own = os.path.join(self.folder, "own")
        os.mkdir(self.library)
        self.write("VALUE = 1\n")

    def write(self, text, seconds=0):
        self.source = os.path.join(self.library, "module.py")
        with open(self.source, "w") as file:
            file.write(text)
        os.utime(self.source, (1700000000 + seconds,) * 2)

    def install(self):
        """As pip does: compiled beside the source. Its file."""
        py_compile.compile(self.source, doraise=True,
                           cfile=os.path.join(self.library, "__pycache__", "module.%s.pyc" % sys.implementation.cache_tag))
        (name,) = os.listdir(os.path.join(self.library, "__pycache__"))
        return os.path.join(self.library, "__pycache__", name)

    def run_it(self, *flags):
        """The value that the module has, and the compiled files there are then, beside it and in the own folder."""
        done = subprocess.run([sys.executable, *flags, "-X", "pycache_prefix=" + self.own, "-c",
                               TELL % (harness.PYTHON_PART, self.library)], check=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=harness.clean_environment({}))
        beside = os.path.join(self.library, "__pycache__")
        kept = [os.path.join(at, name) for at, _, names in os.walk(self.own) for name in names if name.startswith("module.")]
        return done.stdout.decode().split()[-1], os.listdir(beside) if os.path.isdir(beside) else [], kept

    def test_what_an_installer_compiled_is_read(self):
        compiled = self.install()
        with open(self.source, "r+") as file:  # of the same size and time: nobody but the compiled file says 1
            file.write("VALUE = 2\n")
        os.utime(self.source, (1700000000,) * 2)
        self.assertEqual(self.run_it(), ("1", [os.path.basename(compiled)], []))

    def test_what_is_too_old_is_compiled_into_the_own_folder(self):
        compiled = self.install()
        with open(compiled, "rb") as file:
            before = file.read()
        self.write("VALUE = 3\n", seconds=5)
        for _ in range(2):
            value, beside, kept = self.run_it()
            self.assertEqual((value, beside, len(kept)), ("3", [os.path.basename(compiled)], 1))
        with open(compiled, "rb") as file:
            self.assertEqual(file.read(), before)

    def test_what_is_compiled_nowhere_goes_into_the_own_folder(self):
        value, beside, kept = self.run_it()
        self.assertEqual((value, beside, len(kept)), ("1", [], 1))

    def test_nothing_is_kept_where_nothing_may_be(self):
        self.assertEqual(self.run_it("-B"), ("1", [], []))
        self.install()
        self.assertEqual(self.run_it("-B")[2], [])


if __name__ == "__main__":
    unittest.main()
