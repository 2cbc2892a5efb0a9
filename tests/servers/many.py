"""Very many tables: what differs is found, in little memory, and never with many locks at once."""
import json
import os
import subprocess
import tempfile

from house import Group, expect, psql, socket_url

MOST_MEMORY = 300  # MB
MOST_LOCKS = 1100  # a part is of a thousand relations
MADE = """
DO $$ BEGIN FOR n IN 1..%d LOOP
  EXECUTE format('CREATE TABLE t%%s (id int PRIMARY KEY, kind int NOT NULL, rank int DEFAULT 7, CONSTRAINT c%%s CHECK (rank > %%s))', n, n, n);
  EXECUTE format('CREATE VIEW v%%s AS SELECT id FROM t%%s', n, n);
  EXECUTE format('CREATE INDEX i%%s ON t%%s (kind, rank)', n, n);
  IF n %% 100 = 0 THEN COMMIT; END IF;
END LOOP; END $$;
ANALYZE pg_class, pg_attribute, pg_constraint, pg_index;
"""


ASKED = """SELECT coalesce(max(n), 0) FROM (SELECT count(*) AS n FROM pg_locks l JOIN pg_stat_activity a USING (pid)
  WHERE a.application_name = 'windlass' AND l.locktype = 'relation' GROUP BY pid) x \\watch 0.01
"""


class Locks:
    """Counts, for as long as it is open, how many locks windlass holds at once: by one session that asks again and again."""

    def __init__(self, server):
        self.server = server

    def __enter__(self):
        self.answers = tempfile.TemporaryFile("w+")
        self.asking = subprocess.Popen(["psql", "-qXAt", "-d", socket_url(self.server)], stdin=subprocess.PIPE, stdout=self.answers,
                                       stderr=subprocess.DEVNULL, text=True, env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"})
        self.asking.stdin.write(ASKED)
        self.asking.stdin.flush()
        return self

    def __exit__(self, *_):
        self.asking.kill()
        self.asking.stdin.close()
        self.asking.wait()
        self.answers.seek(0)
        counts = [int(line) for line in self.answers if line.strip().isdigit()]
        self.answers.close()
        self.most, self.looks = max(counts, default=0), len(counts)


class Many(Group):
    title = "many tables"
    tables = 2000

    def begin(self):
        # wal_level=minimal: copies of databases are files, and not written twice.
        self.db = self.server("wal_level=minimal", "max_wal_senders=0")
        psql(self.db, "CREATE DATABASE one")
        psql(self.db, MADE % self.tables, "one")
        psql(self.db, "CREATE DATABASE two TEMPLATE one")
        psql(self.db, "ALTER TABLE t1234 ALTER COLUMN rank TYPE bigint", "two")
        expect(psql(self.db, "SHOW max_locks_per_transaction") == "64", "not the default")

    def check_snapshots_in_little_memory_with_few_locks(self):
        for database in ("one", "two"):
            with Locks(self.db) as locks:
                done = self.windlass("snapshot", "--url", socket_url(self.db, database), "--output", database + ".json").ended(0)
            facts = json.loads((self.home / (database + ".json")).read_text())["facts"]
            tables = sum(fact["kind"] == "table" for fact in facts)
            print("%s: %d tables, %d facts: %.1f s, %.0f MB, at most %d locks in %d looks" % (
                self.title, tables, len(facts), done.seconds, done.memory, locks.most, locks.looks), flush=True)
            expect(tables == self.tables and len(facts) > 8 * tables, tables, "tables,", len(facts), "facts")
            self.little(done)
            statements = json.loads((self.home / (database + ".json")).read_text())["statements"]
            expect("hold a lock on each of its %d tables and views" % (2 * self.tables) in statements["left_out"], str(statements)[:300])
            expect(100 < locks.most <= MOST_LOCKS, "it holds", locks.most, "locks in", locks.looks, "looks")

    def little(self, done):
        # A sanitizer's build holds more of its own.
        if not {"asan", "tsan"} & set(self.windlass_program.parts):
            expect(done.memory < MOST_MEMORY, "it takes", done.memory, "MB")

    def found(self, *sides):
        done = self.windlass("diff", "--format", "json", *sides).ended(1)
        print("%s: diff: %.1f s, %.0f MB" % (self.title, done.seconds, done.memory), flush=True)
        differences = json.loads(done.out)["differences"]
        expect(len(differences) == 1 and "public.t1234.rank" in json.dumps(differences), "differences:", json.dumps(differences)[:2000])
        return done

    def check_a_diff_of_the_files_finds_what_differs(self):
        self.found("one.json", "two.json")

    def check_a_diff_of_the_databases_finds_what_differs(self):
        self.found(socket_url(self.db, "one"), socket_url(self.db, "two"))
        self.equal(socket_url(self.db, "one"), "one.json")


class VeryMany(Many):
    """More of them, which takes minutes: with --all, in scripts/full."""
    title = "very many tables"
    tables = 10000
    slow = True

    @classmethod
    def checks(cls):
        return Many.checks()
