"""Every statement names where it came from, on every driver."""
import os
import sys
import unittest

import harness
from harness import Project, has, recorder, revision, run_bare, run_wrapped

CHAIN = {
    "migrations/versions/001_first.py": revision(1, """\
op.create_table("org", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text))
op.execute("insert into org (name) values ('100% : a')")
op.get_bind().execute(sa.text("insert into org (name) values (:n)"), {"n": "b"})"""),
    "migrations/versions/002 ä second.py": revision(2, """\
helpers.add_index()
op.bulk_insert(sa.table("org", sa.column("name", sa.Text)), [{"name": "c"}, {"name": "d"}])
with op.batch_alter_table("org") as batch:
    batch.add_column(sa.Column("mood", sa.Integer))""", imports="import helpers"),
    "helpers.py": """\
from alembic import op


def add_index():
    op.create_index("org_name", "org", ["name"])
""",
}

ASYNC_ENV = """\
import asyncio
import os
from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine


def work(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()


async def main():
    engine = create_async_engine(os.environ["DATABASE_URL"])
    async with engine.connect() as connection:
        await connection.run_sync(work)
        await connection.commit()
    await engine.dispose()

asyncio.run(main())
"""


class Marks(unittest.TestCase):
    def check(self, scheme, env=None):
        files = dict(CHAIN)
        if env:
            files["migrations/env.py"] = env
        project = Project(files)
        recorder().fresh_database()
        run = run_wrapped(recorder(), project, scheme + "://app:secret@nowhere.invalid:1/app")
        self.assertEqual(run.code, 0, run.err)
        table = run.find("CREATE TABLE org")
        self.assertEqual(table.at(), "migrations/versions/001_first.py:9")
        self.assertEqual((table.fields["o"], table.fields["r"]), ("create_table", "001"))
        first, second = [s for s in run.statements if s.text.lower().startswith("insert into org")][:2]
        self.assertEqual((first.at(), first.fields["o"]), ("migrations/versions/001_first.py:10", "execute"))
        self.assertEqual((second.at(), second.fields["o"]), ("migrations/versions/001_first.py:11", "connection"))
        index = run.find("CREATE INDEX org_name")
        self.assertEqual(index.at(), "migrations/versions/002 ä second.py:9")
        self.assertEqual((index.fields["o"], index.fields["r"]), ("create_index", "002"))
        self.assertEqual((index.fields["h"], index.fields["i"]), ("helpers.py", "5"))
        self.assertNotIn("h", table.fields)
        column = run.find("ALTER TABLE org ADD COLUMN mood")
        self.assertEqual(column.fields["o"], "batch_alter_table")
        bulk = [s for s in run.statements if s.fields.get("o") == "bulk_insert"]
        self.assertTrue(bulk and bulk[0].at().endswith(":10"), run.statements)
        version = [s for s in run.statements if "alembic_version" in s.text and s.text.startswith(("INSERT", "UPDATE"))]
        self.assertEqual([s.fields["o"] for s in version], ["version", "version"])
        self.assertEqual([s.fields["r"] for s in version], ["001", "002"])
        for statement in run.statements:
            self.assertLessEqual(statement.marks, 1, statement)
        self.assertEqual(recorder().psql("select string_agg(name, '|' order by id) from org", "app").stdout.strip(),
                         "100% : a|b|c|d")
        driver = run.all("driver")
        self.assertEqual(len(driver), 1, driver)
        self.assertTrue(driver[0]["version"], driver)
        self.assertEqual(run.all("remark"), [])
        return run

    def test_psycopg2(self):
        self.check("postgresql+psycopg2")

    def test_pg8000(self):
        self.check("postgresql+pg8000")

    def test_asyncpg(self):
        self.check("postgresql+asyncpg", ASYNC_ENV)

    @unittest.skipUnless(has("psycopg"), "psycopg 3 has no dialect in SQLAlchemy 1.4")
    def test_psycopg(self):
        self.check("postgresql+psycopg")

    @unittest.skipUnless(has("psycopg"), "psycopg 3 has no dialect in SQLAlchemy 1.4")
    def test_psycopg_async(self):
        self.check("postgresql+psycopg_async", ASYNC_ENV)

    def test_the_same_catalog_output_and_status_as_bare(self):
        project = Project(CHAIN)
        url = "postgresql+psycopg2://app@127.0.0.1/app?host=%s&port=%d" % (recorder().folder, recorder().port)
        recorder().fresh_database()
        bare = run_bare(recorder(), project, url)
        schema = recorder().schema()
        before = project.files()
        recorder().fresh_database()
        wrapped = run_wrapped(recorder(), project, url)
        self.assertEqual((wrapped.code, wrapped.out, wrapped.err), (bare.code, bare.out, bare.err))
        self.assertEqual(recorder().schema(), schema)
        self.assertEqual(project.files(), before)
        self.assertIn("org_name", schema)

    def test_steps_chain_and_settings(self):
        run = self.check("postgresql+psycopg2")
        self.assertEqual([(s["revision"], s["phase"]) for s in run.all("step")],
                         [("001", "start"), ("001", "end"), ("002", "start"), ("002", "end")])
        chain = run.one("chain")
        self.assertEqual((chain["heads"], chain["bases"]), (["002"], ["001"]))
        self.assertEqual({r["id"]: (r["parents"], r["file"], r["title"]) for r in chain["revisions"]},
                         {"001": ([], "migrations/versions/001_first.py", "step 1"),
                          "002": (["001"], "migrations/versions/002 ä second.py", "step 2")})
        self.assertEqual(run.one("configured")["version_table"], "alembic_version")
        self.assertEqual(run.one("end")["exit"], 0)

    @unittest.skipUnless(hasattr(sys, "addaudithook"), "Python 3.7 has no audit hooks")
    def test_files_read_are_told_also_from_the_compiled_cache(self):
        files = dict(CHAIN, **{"data.csv": "a\n"})
        files["migrations/env.py"] = "open('data.csv').close()\n" + harness.ENV
        project = Project(files)
        told = []
        for _ in range(2):
            recorder().fresh_database()
            run = run_wrapped(recorder(), project, "postgresql+psycopg2://app@nowhere.invalid/app")
            self.assertEqual(run.code, 0, run.err)
            told.append(run.one("inputs")["files"])
        for names in told:
            for name in ("helpers.py", "data.csv", "alembic.ini", "migrations/env.py", "migrations/versions/001_first.py"):
                self.assertIn(name, names)


    def test_a_project_behind_a_link(self):
        project = Project(CHAIN)
        link = project.folder + "-link"
        os.symlink(project.folder, link)
        project.folder = link
        recorder().fresh_database()
        run = run_wrapped(recorder(), project, "postgresql+psycopg2://app@nowhere.invalid/app")
        self.assertEqual(run.find("CREATE TABLE org").at(), "migrations/versions/001_first.py:9")
        self.assertIn("helpers.py", run.one("inputs")["files"])


class Raw(unittest.TestCase):
    """Statements that pass SQLAlchemy by."""

    def run_body(self, body, scheme="postgresql+psycopg2", imports=""):
        project = Project({"migrations/versions/001_raw.py": revision(1, body, imports=imports)})
        recorder().fresh_database()
        run = run_wrapped(recorder(), project, scheme + "://app@nowhere.invalid/app")
        self.assertEqual(run.code, 0, run.err)
        return run

    def check(self, run, start, line, operation="driver"):
        statement = run.find(start)
        self.assertEqual((statement.at(), statement.fields.get("o"), statement.fields.get("r")),
                         ("migrations/versions/001_raw.py:%d" % line, operation, "001"), statement)

    def test_psycopg2_cursors(self):
        run = self.run_body("""\
raw = op.get_bind().connection.cursor()
raw.execute("create table a (x int)")
raw.execute(b"create table b (x int)")
raw.execute(psycopg2.sql.SQL("create table {} (x int)").format(psycopg2.sql.Identifier("c d")))
raw.executemany("insert into a values (%s)", [(1,), (2,)])
psycopg2.extras.execute_values(raw, "insert into b values %s", [(1,), (2,)])
raw.execute("select 1 -- 100%%", ())
assert raw.query == b"select 1 -- 100%", raw.query
raw.copy_expert("copy a from stdin", io.StringIO("7\\n"))""", imports="import io, psycopg2.extras, psycopg2.sql")
        self.check(run, "create table a", 10)
        self.check(run, "create table b", 11)
        self.check(run, 'create table "c d"', 12)
        self.check(run, "insert into a", 13)
        self.check(run, "insert into b", 14)
        self.check(run, "copy a", 17)

    def test_psycopg2_statements_made_in_c(self):
        run = self.run_body("""\
k = op.get_bind().connection.cursor()
k.execute('create table "T 1" (x int, "Y y" text)')
k.copy_from(io.StringIO("1|a\\n2|?\\n"), "T 1", sep="|", null="?", columns=("x", "Y y"))
out = io.StringIO()
k.copy_to(out, "T 1")
assert out.getvalue() == "1\\ta\\n2\\t\\\\N\\n", out.getvalue()
given = [1, 2]
assert k.callproc("int4pl", given) is given
assert k.fetchone() == (3,)
k.callproc("pg_catalog.now")
k.callproc("make_interval", {"days": 3})
d = op.get_bind().connection.cursor(cursor_factory=psycopg2.extras.DictCursor)
d.callproc("int4pl", (1, 2))
assert d.fetchone()["int4pl"] == 3
n = op.get_bind().connection.cursor("named")
n.execute("select generate_series(1, 5000) as s")
assert len(n.fetchall()) == 5000
psycopg2.extras.execute_batch(k, "insert into \\"T 1\\" values (%s)", [(1,), (2,)])
k.execute("savepoint s")
try:
    k.copy_from(io.StringIO(""), "nowhere")
except psycopg2.errors.UndefinedTable as error:
    assert "wl:" not in str(error), error
    k.execute("rollback to savepoint s")""", imports="import io, psycopg2.extras, psycopg2.errors")
        self.check(run, "COPY \"T 1\"(\"x\",\"Y y\") FROM stdin", 11)
        self.check(run, 'COPY "T 1" TO stdout', 13)
        self.check(run, "SELECT * FROM int4pl(1,2)", 16)
        self.check(run, "SELECT * FROM pg_catalog.now()", 18)
        self.check(run, 'DECLARE "named"', 24)
        self.check(run, 'insert into "T 1"', 26)

    def test_psycopg2_factories_of_the_project(self):
        run = self.run_body("""\
class Named(psycopg2.extras.NamedTupleCursor):
    pass
class Mine(psycopg2.extensions.connection):
    pass
c = psycopg2.connect("postgresql://app:x@nowhere.invalid:1/app?sslmode=require", connection_factory=Mine, cursor_factory=Named)
assert isinstance(c, Mine)
cursor = c.cursor()
assert isinstance(cursor, Named)
cursor.execute("select 1 as one")
assert cursor.fetchone().one == 1
d = psycopg2.connect(host="nowhere.invalid", user="app", dbname="app", connection_factory=psycopg2.extras.RealDictConnection)
k = d.cursor()
k.execute("select 2 as two")
assert k.fetchone()["two"] == 2
c.close(), d.close()""", imports="import psycopg2.extras")
        self.check(run, "select 1 as one", 17)
        self.check(run, "select 2 as two", 21)

    @unittest.skipUnless(has("psycopg"), "not in this environment")
    def test_psycopg(self):
        run = self.run_body("""\
with psycopg.connect("postgresql://app:x@nowhere.invalid:1/app?sslmode=verify-full") as c:
    c.execute("create table a (x int)")
    c.execute(b"create table b (x int)")
    c.execute(psycopg.sql.SQL("create table {} (x int)").format(psycopg.sql.Identifier("c d")))
    c.cursor().executemany("insert into a values (%s)", [(1,), (2,)])
    psycopg.ClientCursor(c).execute("select %s", (3,))
    with c.cursor().copy("copy a from stdin") as copy:
        copy.write_row((1,))
    assert list(c.cursor().stream("select 7 as streamed where %s = 1", (1,))) == [(7,)]
    with c.pipeline():
        c.execute("create table p1 (x int)")
        c.execute("create table p2 (x int)")
    with c.cursor("named") as named:
        assert len(named.execute("select generate_series(1, 500)").fetchall()) == 500
    assert c.execute("select '%%' || %s", ("x",)).fetchone() == ("%x",)""", imports="import psycopg")
        self.check(run, "create table a", 10)
        self.check(run, "create table b", 11)
        self.check(run, 'create table "c d"', 12)
        self.check(run, "insert into a", 13)
        self.check(run, "select 3", 14)
        self.check(run, "copy a", 15)
        self.check(run, "select 7 as streamed", 17)
        self.check(run, "create table p1", 19)
        self.check(run, "create table p2", 20)
        self.check(run, "DECLARE", 22)

    def test_asyncpg(self):
        run = self.run_body("""\
async def work():
    c = await asyncpg.connect("postgresql://app:x@nowhere.invalid:1/app?sslmode=require")
    await c.execute("create table a (x int)")
    await c.execute("insert into a values ($1)", 1)
    assert await c.fetchval("select x + 1 from a") == 2
    await c.copy_records_to_table("a", records=[(1,), (2,)])
    await c.executemany("insert into a values ($1)", [(7,), (8,)])
    await c.copy_from_query("select x from a where x > $1", 1, output=io.BytesIO())
    await c.copy_from_table("a", output=io.BytesIO())
    async with c.transaction():
        assert [r async for r in c.cursor("select 9 as nine")][0]["nine"] == 9
    async with asyncpg.create_pool("postgresql://app:x@nowhere.invalid:1/app", min_size=1, max_size=1) as pool:
        assert await pool.fetch("select 5 as five")
    await c.close()
asyncio.run(work())""", imports="import asyncio, asyncpg, io")
        self.check(run, "create table a", 11)
        self.check(run, "insert into a", 12)
        self.check(run, "select x + 1", 13)
        self.check(run, "COPY \"a\" FROM STDIN", 14)
        self.check(run, "insert into a values ($1)", 12)
        self.check(run, "COPY (select x from a where x > ", 16)
        self.check(run, "COPY \"a\" TO STDOUT", 17)
        self.check(run, "select 9 as nine", 19)
        self.check(run, "select 5", 21)

    def test_pg8000(self):
        run = self.run_body("""\
c = pg8000.dbapi.connect(user="app", host="nowhere.invalid", database="app", password="x", ssl_context=True)
k = c.cursor()
k.execute("create table a (x int)")
k.execute("insert into a values (%s)", (1,))
c.commit()
n = pg8000.native.Connection("app", host="nowhere.invalid", database="app", password="x")
assert n.run("select x from a where x = :x", x=1) == [[1]]""", imports="import pg8000.dbapi, pg8000.native")
        self.check(run, "create table a", 11)
        self.check(run, "insert into a", 12)
        self.check(run, "select x from a", 15)

    def test_large_statements_and_comments_at_the_end(self):
        run = self.run_body("""\
op.execute("select 1 -- a comment at the end")
op.execute("select '" + "x" * 200000 + "'")""")
        self.check(run, "select 1 --", 9, "execute")
        large = [s for s in run.statements if len(s.text) > 200000]
        self.assertEqual((len(large), large[0].at()), (1, "migrations/versions/001_raw.py:10"))


if __name__ == "__main__":
    unittest.main()
