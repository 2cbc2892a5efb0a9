"""How each enum type was asked for, and which statement SQLAlchemy sent by itself."""
import unittest

import sqlalchemy
from harness import Project, recorder, revision, run_wrapped

MAJOR_MINOR = tuple(int(part) for part in sqlalchemy.__version__.split(".")[:2])
URL = "postgresql+psycopg2://app@nowhere.invalid/app"


class Enums(unittest.TestCase):
    def run_body(self, body, imports="from sqlalchemy.dialects import postgresql", code=0, files=None):
        recorder().fresh_database()
        project = Project(dict({"migrations/versions/001.py": revision(1, body, imports=imports)}, **(files or {})))
        run = run_wrapped(recorder(), project, URL)
        self.assertEqual(run.code, code, run.err)
        return run

    def test_as_given_also_where_it_is_discarded(self):
        run = self.run_body("""\
a = sa.Enum("x", "y", name="generic", create_type=False)
b = postgresql.ENUM("x", name="native", create_type=False)
c = sa.Enum("x", name="plain")
d = sa.Enum("x", name="bound", metadata=sa.MetaData(), native_enum=False)""")
        told = {e["name"]: e for e in run.all("enum")}
        self.assertEqual(sorted(told), ["bound", "generic", "native", "plain"])
        self.assertEqual([(told[n]["class"], told[n]["create_type"], told[n]["line"], told[n]["revision"])
                          for n in ("generic", "native", "plain")],
                         [("sqlalchemy.Enum", False, 9, "001"), ("postgresql.ENUM", False, 10, "001"),
                          ("sqlalchemy.Enum", None, 11, "001")])
        self.assertEqual(told["generic"]["labels"], ["x", "y"])
        self.assertEqual((told["bound"]["metadata"], told["bound"]["native"]), (True, False))

    def test_who_sends_create_type(self):
        run = self.run_body("""\
op.create_table("t", sa.Column("e", sa.Enum("x", name="auto")))
sa.Enum("x", name="explicit").create(op.get_bind(), checkfirst=False)
postgresql.ENUM("x", name="checked").create(op.get_bind(), checkfirst=True)
op.execute("CREATE TYPE by_hand AS ENUM ('x')")
sa.Table("u", sa.MetaData(), sa.Column("e", postgresql.ENUM("x", name="of_table"))).create(op.get_bind())
m = sa.MetaData()
sa.Table("v", m, sa.Column("e", sa.Enum("x", name="of_all", metadata=m)))
m.create_all(op.get_bind())
op.drop_table("t")
sa.Enum(name="explicit").drop(op.get_bind(), checkfirst=False)""")
        sent = {s.text.split()[2]: s for s in run.statements if s.text.startswith("CREATE TYPE")}
        got = {name: (s.fields.get("e"), s.fields.get("o"), s.fields["l"]) for name, s in sent.items()}
        self.assertEqual(got, {
            "auto": ("auto", "create_table", "9"), "explicit": ("explicit", "Enum.create", "10"),
            "checked": ("checked", "Enum.create", "11"), "by_hand": (None, "execute", "12"),
            "of_table": ("auto", "Table.create", "13"), "of_all": ("auto", "MetaData.create_all", "16")})
        dropped = run.find("DROP TYPE explicit")
        self.assertEqual((dropped.fields["e"], dropped.fields["o"], dropped.fields["l"]), ("explicit", "Enum.drop", "18"))

    def test_the_seed(self):
        """sa.Enum(create_type=False) in create_table: ignored before SQLAlchemy 2.1, honoured since."""
        run = self.run_body("""\
op.execute("CREATE TYPE mood AS ENUM ('x')")
op.create_table("t", sa.Column("e", sa.Enum("x", name="mood", create_type=False)))""", code=1 if MAJOR_MINOR < (2, 1) else 0)
        self.assertEqual(run.one("enum")["create_type"], False)
        if MAJOR_MINOR < (2, 1):
            second = [s for s in run.statements if s.text.startswith("CREATE TYPE mood")][1]
            self.assertEqual((second.fields["l"], second.fields["e"]), ("10", "auto"))
            exception = run.one("exception")
            self.assertEqual((exception["type"], exception["phase"], exception["revision"]),
                             ("sqlalchemy.exc.ProgrammingError", "revision", "001"))

    def test_labels_that_a_column_is_given(self):
        run = self.run_body("""\
e = sa.Enum("x", "y", name="Mood", schema="public")
op.create_table("t", sa.Column("id", sa.Integer, primary_key=True), sa.Column("e", sa.ARRAY(e)))
op.add_column("t", sa.Column("f", e))
op.alter_column("t", "f", type_=e)
op.get_bind().execute(sa.select(*S(sa.cast("x", e))))
op.bulk_insert(sa.table("t", sa.column("f", e)), [{"f": "x"}])
e.create(op.get_bind(), checkfirst=True)""", imports="S = (lambda c: (c,)) if sa.__version__ >= '2' else (lambda c: ([c],))")
        uses = [u for u in run.all("enum-use") if u["line"]]
        first = min(u["line"] for u in uses)
        columns = sorted(u["line"] - first for u in uses if u["how"] == "column")
        self.assertEqual(columns, [0, 1, 2])
        self.assertIn(5, [u["line"] - first for u in uses if u["how"] == "create"])
        for use in uses:
            self.assertEqual((use["name"], use["schema"], use["labels"]), ("Mood", "public", ["x", "y"]))
            self.assertEqual(use["revision"], "001")

    def test_copies_and_subclasses(self):
        run = self.run_body("""\
e = sa.Enum("x", name="one")
e.copy() if hasattr(e, "copy") else None
pickle.loads(pickle.dumps(e))
repr(e), e.adapt(postgresql.ENUM)
t = sa.Table("t", sa.MetaData(), sa.Column("e", e))
t.to_metadata(sa.MetaData())
class Mine(sa.Enum):
    pass
assert isinstance(Mine("x", name="two"), sa.Enum)""", imports="import pickle\nfrom sqlalchemy.dialects import postgresql".replace("\n", "; "))
        self.assertEqual([e["name"] for e in run.all("enum")], ["one", "two"])

    def test_at_the_top_of_a_file(self):
        run = self.run_body("pass", files={"models.py": 'import sqlalchemy as sa\nMOOD = sa.Enum("x", name="mood")\n'},
                            imports="import models")
        enum = run.one("enum")
        self.assertEqual((enum["file"], enum["line"], enum["revision"]), ("models.py", 2, ""))


if __name__ == "__main__":
    unittest.main()
