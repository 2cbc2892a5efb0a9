"""The behaviour tests' texts for other major versions of PostgreSQL: tests/behaviour/lib."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "behaviour"))
from lib import engine, majors, syntax  # noqa: E402

PLAIN = "a\nb\n\nc\nb\n  d\n"


class Changes(unittest.TestCase):
    def test_take_the_place_of_lines(self):
        self.assertEqual(majors.applied(PLAIN, "< b\n> B\n> bb\n"), "a\nB\nbb\n\nc\nb\n  d\n")
        self.assertEqual(majors.applied(PLAIN, "< b\n\n<   d\n>   D\n"), "a\n\nc\nb\n  D\n")
        self.assertEqual(majors.applied(PLAIN, "> first\n"), "first\n" + PLAIN)
        self.assertEqual(majors.applied(PLAIN, "< c\n< b\n> x\n"), "a\nb\n\nx\n  d\n")

    def test_must_be_there_as_whole_lines_and_in_this_order(self):
        for changes in ("< d\n> D\n", "< c\n\n< a\n", "< b\n< c\n", "b\n", "<b\n"):
            with self.assertRaises(majors.NotThere, msg=changes):
                majors.applied(PLAIN, changes)

    def test_between_two_texts_are_found_again(self):
        texts = ["", "x\n", PLAIN, "a\nb\n\nc\nB\n  d\n", "a\n\nc\n  d\n", "b\nb\nb\n", "b\nb\nx\nb\nb\n", "b\n\n\nb\n",
                 "a\nb\n\nc\nb\nb\n  d\ne\n", "< a\n> b\n-- c\n"]
        for plain in texts:
            for text in texts:
                changes = majors.between(plain, text)
                self.assertEqual(majors.applied(plain, changes), text, msg=changes)
                self.assertEqual(changes == "", plain == text)

    def test_the_later_of_two_equal_lines_is_found_by_those_before_it(self):
        self.assertEqual(majors.between(PLAIN, "a\nb\n\nc\nB\n  d\n"), "< c\n< b\n> c\n> B\n")


class Blocks(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name) / "one.test"

    def read(self, *blocks):
        self.path.write_text("# What it shows.\n\n-- run true\n" + "".join(blocks))
        return syntax.read(self.path)

    def problems(self, test, text, major):
        (_, how, block), = test.steps[0].expect
        return engine.compare(test.steps[0], "stdout", how, block, text, major)

    def test_are_for_their_version_only(self):
        test = self.read("-- stdout\none\ntwo\n", "-- stdout on 18\n< two\n> 2\n", "-- stdout on 13\n< one\n")
        for major, text in ((15, "one\ntwo\n"), (16, "one\ntwo\n"), (18, "one\n2\n"), (13, "two\n")):
            self.assertEqual(self.problems(test, text, major), [])
            self.assertTrue(self.problems(test, "one\n", major))
        self.assertTrue(self.problems(test, "one\ntwo\n", 18))

    def test_speak_of_some_lines_as_well(self):
        test = self.read("-- stdout has\none\ntwo\n", "-- stdout has on 18\n< two\n> 2\n")
        self.assertEqual(self.problems(test, "0\none\n2\n", 18), [])
        self.assertTrue(self.problems(test, "0\none\ntwo\n", 18))
        self.assertTrue(self.problems(test, "0\n2\n", 18))

    def test_are_refused_where_they_have_no_meaning(self):
        for blocks in (["-- stdout\none\n", "-- stdout on 18\n< two\n"],  # no such line
                       ["-- stdout on 18\n> two\n"],                       # beside nothing
                       ["-- stdout has\none\n", "-- stdout on 18\n> two\n"],
                       ["-- stdout\none\n", "-- stdout on 15\n> two\n"],   # the plain text is of that one
                       ["-- stdout\none\n", "-- stdout on 18\n> 2\n", "-- stdout on 18\n> 2\n"]):
            with self.assertRaises(syntax.BadTest, msg=blocks):
                self.read(*blocks)

    def accepted(self, test, text, major):
        engine.accept(test, test.steps[0].expect[0][2], text, major)
        syntax.write(test)
        again = syntax.read(self.path)
        self.assertEqual(self.problems(again, text, major), [])
        return self.path.read_text().partition("-- run true\n")[2]

    def test_are_what_bless_writes_on_another_version(self):
        plain, other = "-- stdout\none\ntwo\n", "-- stdout on 13\n< one\n> 1\n"
        self.assertEqual(self.accepted(self.read(plain), "one\ntwo\n", 18), plain)
        self.assertEqual(self.accepted(self.read(plain, other), "one\n2\n", 18),
                         plain + other + "-- stdout on 18\n< two\n> 2\n")
        self.assertEqual(self.accepted(self.read(plain, other), "1\n2\n", 13),
                         plain + "-- stdout on 13\n< one\n< two\n> 1\n> 2\n")
        self.assertEqual(self.accepted(self.read(plain, other), "one\ntwo\n", 13), plain)

    def test_stand_when_the_plain_text_is_blessed(self):
        other = "-- stdout on 13\n< one\n> 1\n"
        self.assertEqual(self.accepted(self.read("-- stdout\none\ntwo\n", other), "one\n2\n", 15),
                         "-- stdout\none\n2\n" + other)
        # The line is gone: as before there, until it is blessed there.
        self.assertEqual(self.accepted(self.read("-- stdout\none\ntwo\n", other), "eins\ntwo\n", 15),
                         "-- stdout\neins\ntwo\n-- stdout on 13\n< eins\n> 1\n")


if __name__ == "__main__":
    unittest.main()
