"""Roles that may do little; and that nothing is written: by what the server was told, and by its transaction numbers."""
import re
import shutil

from house import CACHE, COULD_NOT_LOOK, ROOT, Group, Failed, expect, psql, socket_url

OBJECTS = """
CREATE SCHEMA closed;
CREATE TABLE closed.t (id serial PRIMARY KEY, word text CHECK (word <> ''));
CREATE VIEW closed.v AS SELECT word FROM closed.t;
CREATE FUNCTION closed.f(a int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN a; END $$;
REVOKE ALL ON FUNCTION closed.f FROM PUBLIC;
CREATE POLICY only_some ON closed.t USING (word = current_user);
ALTER TABLE closed.t ENABLE ROW LEVEL SECURITY;
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER other FOREIGN DATA WRAPPER w;
CREATE USER MAPPING FOR postgres SERVER other OPTIONS (password 'secret');
REVOKE ALL ON SCHEMA public FROM PUBLIC;
"""
# What a statement may begin with.
READING = {"SELECT", "WITH", "SHOW", "SET", "BEGIN", "START", "COMMIT", "ROLLBACK", "DECLARE", "FETCH", "CLOSE"}
# What may stand nowhere in it but in a text, a name in double quotes or a comment.
WRITING = re.compile(r"\b(INSERT|UPDATE|DELETE|MERGE|TRUNCATE|CREATE|ALTER|DROP|GRANT|REVOKE|COPY|COMMENT|CALL|DO|VACUUM|ANALYZE|REINDEX|CLUSTER|"
                     r"REFRESH|LOCK|NOTIFY|LISTEN|PREPARE|EXECUTE|INTO|READ\s+WRITE)\b(?!\s*\()", re.I)
# The functions that could change something, and do not: settings of the transaction, and the moment that the parts share.
HARMLESS = {"set_config", "pg_export_snapshot", "pg_is_in_recovery"}


def told(log, application="windlass"):
    """[(process, statement)] that the server was told by sessions of that name, from its log."""
    found, current = [], None
    for line in log.decode("utf-8", "replace").splitlines():
        if line.startswith("\t"):
            if current:
                current[1] += "\n" + line[1:]
            continue
        match = re.match(r"(\d+)\|(.*?)\|LOG:  (?:statement|execute [^:]*): (.*)", line)
        current = [match[1], match[3]] if match and match[2] == application else None
        if current:
            found.append(current)
    return found


def bare(statement):
    """Without texts, quoted names and comments."""
    return re.sub(r"--[^\n]*|/\*.*?\*/|E?'(?:[^']|'')*'|\"[^\"]*\"", " ", statement, flags=re.S)


class Rights(Group):
    title = "rights"

    def begin(self):
        self.db = self.server("track_functions=none")
        psql(self.db, "CREATE DATABASE shop; REVOKE ALL ON DATABASE shop FROM PUBLIC;"
             "CREATE ROLE connecting LOGIN; CREATE ROLE reading LOGIN; CREATE ROLE only_reading LOGIN;"
             "ALTER ROLE only_reading SET default_transaction_read_only = on;"
             "GRANT CONNECT ON DATABASE shop TO connecting, reading, only_reading")
        psql(self.db, OBJECTS, "shop")
        # A role's name in a GRANT is a fact, so it is there for all.
        psql(self.db, "GRANT USAGE ON SCHEMA closed TO reading, only_reading;"
             "GRANT SELECT ON ALL TABLES IN SCHEMA closed TO reading, only_reading;", "shop")
        psql(self.db, "CREATE DATABASE wide TEMPLATE shop")
        psql(self.db, "DO $$ BEGIN FOR n IN 1..1050 LOOP EXECUTE format('CREATE TABLE t%s (id int)', n); "
             "IF n % 100 = 0 THEN COMMIT; END IF; END LOOP; END $$", "wide")
        self.project = self.home / "project"
        shutil.copytree(ROOT / "tests/behaviour/projects/plain", self.project)
        psql(self.db, "CREATE DATABASE app")
        psql(self.db, "CREATE TABLE people (id int PRIMARY KEY, name varchar(9)); CREATE TABLE alembic_version (version_num varchar(32) NOT NULL);"
             "INSERT INTO alembic_version VALUES ('0001');"
             "GRANT SELECT ON alembic_version TO reading, connecting, only_reading", "app")

    def seen_by(self, role, *words):
        return self.snapshot(socket_url(self.db, "shop", role), *words)

    def as_the_superuser_but(self, role):
        everything, seen = self.seen_by("postgres", "--sequences"), self.seen_by(role, "--sequences")
        hidden = {(each["object"]["kind"], each["object"]["name"]) for each in seen["not_visible"]}
        expect(not everything["not_visible"], "a superuser does not see", everything["not_visible"])
        facts = {(fact["kind"], fact["name"]): fact["definition"] for fact in everything["facts"]}
        for fact in seen["facts"]:
            key = (fact["kind"], fact["name"])
            expect(key in facts, "the superuser does not see", key)
            expect(facts.pop(key) == fact["definition"] or key in hidden, key, "is another one:", fact["definition"])
        expect(not set(facts) - hidden, "not there, and not told:", set(facts) - hidden)
        expect(("user mapping", "postgres on server other") in hidden, "told as not visible:", hidden)
        self.windlass("diff", socket_url(self.db, "shop"), socket_url(self.db, "shop", role)).ended(COULD_NOT_LOOK, "user mapping postgres on server other")
        return hidden

    def check_a_role_that_may_only_connect(self):
        hidden = self.as_the_superuser_but("connecting")
        expect(("sequence", "closed.t_id_seq") in hidden, "the position of a sequence that it may not read:", hidden)
        expect(psql(self.db, "SELECT has_schema_privilege('connecting', 'closed', 'USAGE') OR has_table_privilege('connecting', 'closed.t', 'SELECT')",
                    "shop") == "f", "it has rights")

    def check_a_role_with_only_SELECT(self):
        hidden = self.as_the_superuser_but("reading")
        expect(("sequence", "closed.t_id_seq") in hidden, hidden)

    def check_a_role_whose_transactions_are_READ_ONLY(self):
        expect(self.as_the_superuser_but("only_reading"), "nothing is hidden")
        self.snapshot(socket_url(self.db, "wide", "only_reading"))

    def check_a_role_that_may_not_connect_is_told_so(self):
        psql(self.db, "CREATE ROLE stranger LOGIN")
        self.windlass("snapshot", "--url", socket_url(self.db, "shop", "stranger")).ended(COULD_NOT_LOOK, 'permission denied for database "shop"')

    def check_drift_needs_SELECT_on_the_version_table_only(self):
        url = socket_url(self.db, "app", "connecting")
        done = self.drift(url)
        expect(done.status in (0, 1) and b"Claimed: not known" not in done.out, done.status, done.all.decode())
        psql(self.db, "REVOKE SELECT ON alembic_version FROM connecting", "app")
        self.drift(url).ended(1, "Claimed: not known (42501: permission denied for table alembic_version)")
        psql(self.db, "GRANT SELECT ON alembic_version TO connecting", "app")

    def drift(self, url, *words):
        return self.windlass("drift", "--url", url, "--no-upgrade", *words, folder=self.project, VIRTUAL_ENV=str(CACHE / "venv/sa20"),
                             DATABASE_URL="postgresql://app@db.invalid/app")

    def nothing_is_written(self, run):
        """What `run` tells the server, judged; and no transaction of it had a number, which the first row that one writes needs."""
        number = psql(self.db, "SELECT pg_snapshot_xmax(pg_current_snapshot())")
        before = self.db.log.stat().st_size
        run()
        with open(self.db.log, "rb") as log:
            log.seek(before)
            text = log.read()
        statements = told(text)
        after = psql(self.db, "SELECT pg_snapshot_xmax(pg_current_snapshot())")
        expect(number == after, "transactions with numbers:", number, "to", after)
        expect(len(statements) > 3, "the log has", statements)
        volatile = set(psql(self.db, "SELECT DISTINCT proname FROM pg_proc WHERE provolatile = 'v'").split())
        open_transactions = {}
        for process, statement in statements:
            text = bare(statement)
            first = text.split(None, 1)[0].strip(";").upper()
            expect(first in READING, "it begins with", first + ":", statement)
            expect(not (match := WRITING.search(text)), "a writing word,", match and match[0] + ":", statement)
            called = {name.lower() for name in re.findall(r"(\w+)\s*\(", text)} & volatile - HARMLESS
            expect(not called, "it calls", called, "in", statement[:200])
            if first in ("BEGIN", "START"):
                expect("READ ONLY" in text.upper(), "a transaction that may write:", statement)
                open_transactions[process] = True
            elif first in ("COMMIT", "ROLLBACK"):
                open_transactions[process] = False
            elif first == "SET":
                expect(re.match(r"\s*SET (TRANSACTION SNAPSHOT|client_encoding)\b", text, re.I), "it sets", statement)
        expect(open_transactions and not any(open_transactions.values()), "transactions by process:", open_transactions)
        return {bare(statement).split(None, 1)[0].upper() for _, statement in statements}

    def check_snapshot_writes_nothing(self):
        url = socket_url(self.db, "shop")
        words = self.nothing_is_written(lambda: self.snapshot(url, "--roles", "--sequences"))
        expect({"BEGIN", "SELECT", "WITH", "COMMIT"} <= words and "SET" not in words, words)
        words = self.nothing_is_written(lambda: self.snapshot(socket_url(self.db, "wide"), "--roles", "--sequences"))
        expect("SET" in words, "it was not read in parts:", words)

    def check_pg_dump_writes_nothing(self):
        """What it is told beside windlass: its own session's settings, locks in ACCESS SHARE, and reading."""
        before = self.db.log.stat().st_size
        number = psql(self.db, "SELECT pg_snapshot_xmax(pg_current_snapshot())")
        document = self.snapshot(socket_url(self.db, "shop"))
        expect("sql" in document["statements"], document["statements"])
        expect(not any("'secret'" in each for each in document["statements"]["sql"]), "the password of a user mapping")
        expect(number == psql(self.db, "SELECT pg_snapshot_xmax(pg_current_snapshot())"), "a transaction had a number")
        with open(self.db.log, "rb") as log:
            log.seek(before)
            statements = told(log.read(), "pg_dump")
        expect(len(statements) > 3, "the log has", statements)
        for _, statement in statements:
            text = bare(statement).upper()
            first = text.split(None, 1)[0]
            expect(first in READING | {"LOCK", "PREPARE", "EXECUTE"}, "it begins with", first + ":", statement)
            expect(first != "LOCK" or "IN ACCESS SHARE MODE" in text, statement)
            expect("PG_EXPORT_SNAPSHOT" not in text, statement)
        expect(any("READ ONLY" in statement for _, statement in statements), "its transaction may write")
        expect(any("TRANSACTION SNAPSHOT" in statement for _, statement in statements), "another moment")

    def check_diff_writes_nothing(self):
        self.nothing_is_written(lambda: self.windlass("diff", socket_url(self.db, "shop"), socket_url(self.db, "wide")).ended(1))

    def check_drift_writes_nothing(self):
        def run(*words):
            done = self.drift(socket_url(self.db, "app"), *words)
            expect(done.status in (0, 1) and b"0001" in done.out, done.status, done.all.decode())
        self.nothing_is_written(run)
        self.nothing_is_written(lambda: run("--inspect-data"))

    def check_a_write_would_be_seen(self):
        """That the judge can tell: what it is told here is none of windlass's."""
        for text in ("CREATE TABLE closed.new (id int)", "SELECT nextval('closed.t_id_seq')", "BEGIN; COMMIT",
                     "WITH x AS (DELETE FROM closed.t RETURNING 1) SELECT 1",
                     "SELECT pg_terminate_backend(0)", "SET work_mem = '1MB'"):
            def run(text=text):
                psql(self.db, "SET application_name = 'windlass';\n" + "SELECT 1;\n" * 4 + "BEGIN READ ONLY;\nCOMMIT;\n" + text, "shop")
            try:
                self.nothing_is_written(run)
            except Failed:
                continue
            expect(False, "not seen:", text)
