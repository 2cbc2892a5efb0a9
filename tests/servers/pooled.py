"""PgBouncer between windlass and a server, with TLS and SCRAM on its far side."""
import os
import shutil
import subprocess

from house import CACHE, COULD_NOT_LOOK, ROOT, Group, Session, expect, psql, socket_url, wait_until
from tls import PASSWORD, begin_tls

SETTINGS = """[databases]
* = host=127.0.0.1 port=%d
[pgbouncer]
auth_type = scram-sha-256
pool_mode = %s
default_pool_size = %d
server_tls_sslmode = verify-ca
server_tls_ca_file = %s/ca.crt
query_wait_timeout = 2
"""


class Pooled(Group):
    title = "pgbouncer"

    def begin(self):
        self.db = begin_tls(self)
        psql(self.db, "CREATE DATABASE wide TEMPLATE shop")
        psql(self.db, "CREATE DATABASE more TEMPLATE shop")
        psql(self.db, "ALTER TABLE shop.people ADD COLUMN born date", "more")
        # More than one part: they are of a thousand relations.
        psql(self.db, "DO $$ BEGIN FOR n IN 1..1100 LOOP EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY CHECK (id > %s))', n, n); "
             "IF n % 100 = 0 THEN COMMIT; END IF; END LOOP; END $$", "wide")
        self.direct = {name: self.facts(socket_url(self.db, name)) for name in ("shop", "wide")}

    def facts(self, url, **more):
        """All of a snapshot but the statements, which are left out behind a pooler."""
        document = self.snapshot(url, **more)
        document.pop("statements")
        return document

    def through(self, mode, size=5):
        return self.bouncer(SETTINGS % (self.db.port, mode, size, self.folder), '"app" "%s"\n' % PASSWORD)

    def url(self, port, database):
        return "postgresql://app@127.0.0.1:%d/%s" % (port, database)

    def read_is_the_direct_one(self, port, database):
        before = self.db.log.stat().st_size
        read = self.facts(self.url(port, database), PGPASSWORD=PASSWORD)
        expect(read == self.direct[database], "it is not the direct one:", read["fingerprint"], self.direct[database]["fingerprint"])
        with open(self.db.log, "rb") as log:
            log.seek(before)
            parts = log.read().count(b"SET TRANSACTION SNAPSHOT")
        expect((parts > 1) == (database == "wide"), "it was read in", parts, "parts")

    def modes(self, mode):
        port = self.through(mode)
        for database in ("shop", "wide", "wide", "shop"):
            self.read_is_the_direct_one(port, database)
        self.equal(self.url(port, "wide"), socket_url(self.db, "wide"), PGPASSWORD=PASSWORD)

    def check_transaction_pooling(self):
        self.modes("transaction")

    def check_session_pooling(self):
        self.modes("session")

    def check_others_in_the_pool_find_its_connections_as_they_were(self):
        port = self.through("transaction", 2)
        settings = "SELECT name, setting FROM pg_settings WHERE source = 'session' AND name !~ 'application_name|client_encoding'; SHOW search_path"
        url = "host=127.0.0.1 port=%d user=app dbname=wide" % port
        before = self.asked(url, settings)
        self.read_is_the_direct_one(port, "wide")
        for _ in range(4):
            expect((after := self.asked(url, settings)) == before, "a setting stayed:", after, "was", before)
        held = psql(self.db, "SELECT count(*) FROM pg_prepared_statements")
        expect(held == "0", held)

    def check_the_statements_are_left_out_for_what_pg_dump_would_leave_behind(self):
        port = self.through("transaction")
        url = self.url(port, "shop")
        done = self.windlass("snapshot", "--url", url, PGPASSWORD=PASSWORD).ended(0, "a connection pooler stands before the server", "--statements")
        expect("left_out" in done.document()["statements"], done.document()["statements"])
        expect("pg_dump" not in psql(self.db, "SELECT string_agg(application_name, ',') FROM pg_stat_activity"), "pg_dump was there")
        # Who wants them all the same has them, of the same moment.
        if int(psql(self.db, "SHOW server_version_num")) >= 140000:
            psql(self.db, "GRANT pg_read_all_data TO app")
            wanted = self.windlass("snapshot", "-q", "--statements", "--url", url, PGPASSWORD=PASSWORD).ended(0).document()["statements"]
            direct = self.snapshot(socket_url(self.db, "shop"))["statements"]
            expect([each for each in wanted["sql"] if "CREATE" in each] == [each for each in direct["sql"] if "CREATE" in each], "other statements")
            psql(self.db, "REVOKE pg_read_all_data FROM app")

    def may_be_dumped(self):
        """A role that pg_dump can read all tables as."""
        psql(self.db, "GRANT pg_read_all_data TO app" if int(psql(self.db, "SHOW server_version_num")) >= 140000 else "ALTER ROLE app SUPERUSER")

    def dumps_begun(self, run):
        before = self.db.log.stat().st_size
        run()
        with open(self.db.log, "rb") as log:
            log.seek(before)
            return log.read().count(b"|pg_dump|LOG:  ")

    def check_the_statements_from_A_to_B_are_not_asked_for_where_sessions_are_shared(self):
        self.may_be_dumped()
        words = ("diff", "-q", "--sql")
        for mode, size in (("transaction", 5), ("transaction", 1), ("statement", 5)):
            port = self.through(mode, size)
            for _ in range(3):  # with sessions of the pooler that are there already, too
                for sides in ((self.url(port, "shop"), socket_url(self.db, "more")), (socket_url(self.db, "shop"), self.url(port, "more"))):
                    done = self.windlass(*words, *sides, PGPASSWORD=PASSWORD)
                    done.ended(COULD_NOT_LOOK, "a connection pooler that shares sessions", "HINT: Name the server itself")
                    expect(not done.out, "it prints", done.out)
        port = self.through("transaction")
        sides = (self.url(port, "shop"), self.url(port, "more"))
        expect(self.dumps_begun(lambda: self.windlass(*words, *sides, PGPASSWORD=PASSWORD)) == 0, "pg_dump was there")
        self.windlass("diff", "-q", *sides, PGPASSWORD=PASSWORD).ended(1, "shop.people.born")
        # Who has a session to the end can set it as he likes: the pooler puts it in order afterwards.
        for size in (5, 1):
            port = self.through("session", size)
            sides = (self.url(port, "shop"), self.url(port, "more"))
            self.dumped_through_a_pooler_that_keeps_sessions(sides)

    def dumped_through_a_pooler_that_keeps_sessions(self, sides):
        dumps = self.dumps_begun(lambda: self.windlass("diff", "-q", "--sql", *sides, PGPASSWORD=PASSWORD).ended(1, "Proven", "ADD COLUMN born date"))
        expect(dumps > 0, "no pg_dump was seen; nothing was looked at")

    def check_the_upgrade_is_not_tried_where_sessions_are_shared(self):
        self.may_be_dumped()
        project = self.home / "project"
        shutil.copytree(ROOT / "tests/behaviour/projects/plain", project)
        psql(self.db, "CREATE DATABASE app")
        psql(self.db, "CREATE TABLE people (id int PRIMARY KEY, name varchar(9)); CREATE TABLE alembic_version (version_num varchar(32) NOT NULL);"
             "INSERT INTO alembic_version VALUES ('0001'); GRANT SELECT ON alembic_version TO app", "app")

        def drift(port):
            return self.windlass("drift", "-q", "--url", self.url(port, "app"), folder=project, VIRTUAL_ENV=str(CACHE / "venv/sa20"),
                                 DATABASE_URL="postgresql://app@db.invalid/app", PGPASSWORD=PASSWORD)
        said = "a connection pooler that shares sessions"
        port = self.through("transaction")
        expect(self.dumps_begun(lambda: drift(port).ended(1, said, "name the server itself")) == 0, "pg_dump was there")
        port = self.through("session")
        done = drift(port)
        expect(said.encode() not in done.all and b"tried on a twin" in done.all, done.all.decode())

    def asked(self, url, text):
        return subprocess.run(["psql", "-qXAt", "-d", url, "-c", text], check=True, capture_output=True, text=True,
                              env={"PATH": os.environ["PATH"], "PGPASSWORD": PASSWORD}).stdout

    def check_statement_pooling_says_what_to_do(self):
        port = self.through("statement")
        self.read_is_the_direct_one(port, "shop")  # it is one round trip
        done = self.windlass("snapshot", "--url", self.url(port, "wide"), PGPASSWORD=PASSWORD)
        done.ended(COULD_NOT_LOOK, "transaction blocks not allowed in statement pooling mode", "HINT: ", "pool_mode", "server itself")
        expect(not done.out, "it prints a document")

    def check_a_pool_of_one_says_what_to_do(self):
        port = self.through("transaction", 1)
        self.read_is_the_direct_one(port, "shop")
        done = self.windlass("snapshot", "--url", self.url(port, "wide"), PGPASSWORD=PASSWORD)
        done.ended(COULD_NOT_LOOK, "query_wait_timeout", "HINT: ", "two connections")
        expect(not done.out, "it prints a document")

    def check_a_lock_is_waited_for_as_without_it(self):
        port = self.through("transaction")
        with Session(self.db, "BEGIN; LOCK TABLE shop.people, shop.happy IN ACCESS EXCLUSIVE MODE;", "shop"):
            done = self.windlass("snapshot", "--url", self.url(port, "shop"), "--lock-wait", "200ms", PGPASSWORD=PASSWORD)
            done.ended(COULD_NOT_LOOK, "55P03", "--lock-wait")
        self.read_is_the_direct_one(port, "shop")
        wait_until(lambda: psql(self.db, "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'") == "0",
                   "no transaction is left open")
