"""No connection leaves for the server that the project names."""
import sys
import unittest

from harness import ENV, Project, decoy, has, recorder, revision, run_wrapped


class Nets(unittest.TestCase):
    def url(self, scheme="postgresql+psycopg2", query=""):
        return "%s://app:secret@127.0.0.1:%d/app%s" % (scheme, decoy().port, query)

    def check(self, files, url, environment=None):
        decoy().fresh_database()
        recorder().fresh_database()
        before = len(decoy().arrivals())
        run = run_wrapped(recorder(), Project(files), url, environment=environment)
        self.assertEqual(run.code, 0, run.err)
        self.assertEqual(decoy().arrivals()[before:], [])
        self.assertEqual(decoy().psql("select count(*) from pg_class where relname = 'a'", "app").stdout.strip(), "0")
        self.assertEqual(recorder().psql("select count(*) from pg_class where relname = 'a'", "app").stdout.strip(), "1")
        self.assertNotIn("secret", str(run.events))
        return run

    def body(self, body, imports="", scheme="postgresql+psycopg2", query="", environment=None):
        return self.check({"migrations/versions/001.py": revision(1, body, imports=imports)}, self.url(scheme, query), environment)

    def test_the_decoy_would_be_seen(self):
        before = len(decoy().arrivals())
        import psycopg2

        psycopg2.connect(host="127.0.0.1", port=decoy().port, user="app", dbname="postgres").close()
        self.assertEqual(len(decoy().arrivals()), before + 1)

    def test_engine(self):
        run = self.body('op.execute("create table a ()")', query="?sslmode=disable&options=-csearch_path%3Dpublic")
        connect = run.all("connect")[0]
        self.assertEqual((connect["driver"], connect["direct"], connect["file"]), ("psycopg2", False, "migrations/env.py"))
        self.assertEqual(connect["target"], "127.0.0.1:%d/app" % decoy().port)

    def test_options_of_the_project_stay(self):
        self.body('op.execute("create table a ()")\n'
                  'assert op.get_bind().exec_driver_sql("show statement_timeout").scalar() == "7s"\n'
                  'assert op.get_bind().exec_driver_sql("show application_name").scalar() == "mine"',
                  query="?options=-cstatement_timeout%3D7000&application_name=mine")

    def test_creator(self):
        env = ENV.replace('create_engine(os.environ["DATABASE_URL"])',
                          'create_engine("postgresql+psycopg2://", creator=lambda: psycopg2.connect('
                          'os.environ["DATABASE_URL"].replace("+psycopg2", "")))').replace("import os\n", "import os\nimport psycopg2\n")
        self.check({"migrations/env.py": env, "migrations/versions/001.py": revision(1, 'op.execute("create table a ()")')},
                   self.url())

    def test_direct_psycopg2(self):
        run = self.body("""\
c = psycopg2.connect(host="127.0.0.1", port=%d, user="app", dbname="app", password="secret")
c.cursor().execute("create table a ()")
c.commit(), c.close()
psycopg2.connect("host=127.0.0.1,127.0.0.1 port=%d,%d user=app dbname=app").close()
pool = psycopg2.pool.SimpleConnectionPool(1, 1, host="127.0.0.1", port=%d, user="app", dbname="app")
pool.putconn(pool.getconn()), pool.closeall()""" % ((decoy().port,) * 4), imports="import psycopg2.pool")
        direct = [c for c in run.all("connect") if c["direct"]]
        self.assertEqual((direct[0]["file"], direct[0]["line"], direct[0]["revision"]), ("migrations/versions/001.py", 9, "001"))

    def test_a_service_file(self):
        self.body("""\
with open("service.conf", "w") as f:
    f.write("[mine]\\nhost=127.0.0.1\\nport=%d\\nuser=app\\ndbname=app\\n")
os.environ["PGSERVICEFILE"] = os.path.abspath("service.conf")
c = psycopg2.connect("service=mine")
c.cursor().execute("create table a ()")
c.commit(), c.close()""" % decoy().port, imports="import os, psycopg2")

    def test_an_environment_loaded_later(self):
        self.body("""\
os.environ.update(PGHOST="127.0.0.1", PGHOSTADDR="127.0.0.1", PGPORT="%d", PGSSLMODE="disable")
c = psycopg2.connect(user="app", dbname="app")
c.cursor().execute("create table a ()")
c.commit(), c.close()""" % decoy().port, imports="import os, psycopg2")

    @unittest.skipUnless(has("psycopg"), "not in this environment")
    def test_an_environment_loaded_later_with_psycopg(self):
        self.body("""\
os.environ.update(PGHOST="127.0.0.1", PGHOSTADDR="127.0.0.1", PGPORT="%d", PGSSLMODE="disable")
with psycopg.connect(user="app", dbname="app") as c:
    c.execute("create table a ()")""" % decoy().port, imports="import os, psycopg")

    @unittest.skipUnless(has("psycopg"), "not in this environment")
    def test_direct_psycopg(self):
        self.body("""\
with psycopg.connect(host="127.0.0.1", port=%d, user="app", dbname="app", password="secret") as c:
    c.execute("create table a ()")
async def work():
    async with await psycopg.AsyncConnection.connect("postgresql://app:secret@127.0.0.1:%d/app") as c:
        await c.execute("select 1")
asyncio.run(work())""" % ((decoy().port,) * 2), imports="import asyncio, psycopg")

    def test_direct_asyncpg(self):
        self.body("""\
async def work():
    c = await asyncpg.connect(host="127.0.0.1", port=%d, user="app", database="app", password="secret", ssl="prefer")
    await c.execute("create table a ()")
    await c.close()
    c = await asyncpg.connect("postgresql://app:secret@127.0.0.1:%d,127.0.0.1:%d/app")
    await c.close()
asyncio.run(work())""" % ((decoy().port,) * 3), imports="import asyncio, asyncpg")

    def test_direct_pg8000(self):
        self.body("""\
c = pg8000.dbapi.connect(user="app", host="127.0.0.1", port=%d, database="app", password="secret")
c.cursor().execute("create table a ()")
c.commit(), c.close()""" % decoy().port, imports="import pg8000.dbapi")

    def test_servers_apart(self):
        """Each driver asks two servers for databases of one name; the first that was asked for keeps it."""
        recorder().fresh_database()
        recorder().psql('create database "app@south:6000"', "postgres")
        body = """\
def seen(*connections):
    found.append([c.cursor() for c in connections])
    for cursor in found[-1]:
        cursor.execute("select current_database()")
    assert [cursor.fetchone()[0] for cursor in found[-1]] == ["app", "app@south:6000"]
    for c in connections:
        c.close()
found = []
seen(psycopg2.connect("postgresql://app@127.0.0.1:%(port)d/app"), psycopg2.connect(host="south", port=6000, dbname="app", user="app"))
seen(pg8000.dbapi.connect(user="app", host="127.0.0.1", port=%(port)d, database="app"),
     pg8000.dbapi.connect(user="app", host="south", port=6000, database="app"))
async def work():
    for url, database in ("127.0.0.1:%(port)d", "app"), ("south:6000", "app@south:6000"):
        c = await asyncpg.connect("postgresql://app:secret@%%s/app" %% url)
        assert await c.fetchval("select current_database()") == database
        await c.close()
asyncio.run(work())
""" % {"port": decoy().port}
        imports = "import asyncio, asyncpg, pg8000.dbapi, psycopg2"
        if has("psycopg"):
            imports += ", psycopg"
            body += ('seen(psycopg.connect("postgresql://app@127.0.0.1:%d/app"), psycopg.connect("host=south port=6000 user=app dbname=app"))\n'
                     % decoy().port)
        project = {"migrations/versions/001.py": revision(1, body, imports=imports)}
        run = run_wrapped(recorder(), Project(project), self.url(), servers_apart=True)
        self.assertEqual(run.code, 0, run.err)
        self.assertIn("south:6000/app", [c["target"] for c in run.all("connect")])

    @unittest.skipUnless(hasattr(sys, "addaudithook"), "Python 3.7 has no audit hooks")
    def test_programs_and_hosts_are_told(self):
        run = self.body("""\
op.execute("create table a ()")
subprocess.run(["true"])
s = socket.socket()
s.settimeout(0.05)
try:
    s.connect(("192.0.2.1", 5432))
except OSError:
    pass""", imports="import socket, subprocess")
        child, network = run.all("child")[0], run.all("network")[0]
        self.assertEqual((child["argv0"], child["line"]), ("true", 10))
        self.assertEqual((network["address"], network["line"]), ("192.0.2.1:5432", 14))

    def test_another_kind_of_database_is_left_alone(self):
        self.body("""\
op.execute("create table a ()")
e = sa.create_engine("sqlite://")
with e.connect() as c:
    assert c.exec_driver_sql("select sql from sqlite_master").fetchall() == []""")


if __name__ == "__main__":
    unittest.main()
