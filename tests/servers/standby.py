"""A hot standby: as its primary, and told to be one."""
import itertools
import pathlib
import socket
import subprocess
import tempfile
import threading

from house import COULD_NOT_LOOK, Group, Session, expect, psql, servers, socket_url, wait_until
from tls import SHOP


class Balancer:
    """Sends one connection to the one server, the next one to the other; its port."""

    def __init__(self, *ports):
        self.listening, self.ports = socket.create_server(("127.0.0.1", 0)), itertools.cycle(ports)

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self.listening.getsockname()[1]

    def __exit__(self, *_):
        self.listening.shutdown(socket.SHUT_RDWR)
        self.listening.close()

    def _accept(self):
        try:
            while True:
                near, _ = self.listening.accept()
                far = socket.create_connection(("127.0.0.1", next(self.ports)))
                for a, b in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=(a, b), daemon=True).start()
        except OSError:
            pass  # it is closed

    @staticmethod
    def _pass_on(a, b):
        try:
            while data := a.recv(65536):
                b.sendall(data)
            b.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # one of them is gone


class Standby(Group):
    title = "standby"

    def begin(self):
        self.primary = self.server("wal_level=replica")
        psql(self.primary, "CREATE DATABASE shop")
        psql(self.primary, SHOP + "".join("CREATE TABLE p%d (id int); CREATE VIEW v%d AS SELECT id FROM p%d;" % (n, n, n) for n in range(20)), "shop")
        folder = pathlib.Path(tempfile.mkdtemp(prefix="standby", dir=self.shelf.folder))
        self.give(folder)
        program = pathlib.Path(servers.bindir()) / "pg_basebackup"
        if not program.exists():
            program = "pg_basebackup"
        subprocess.run([program, "-R", "-D", folder / "data", "-d", socket_url(self.primary), "--checkpoint=fast", "--no-sync"],
                       check=True, capture_output=True, preexec_fn=servers._unprivileged, cwd="/")
        self.standby = self.keep(servers.Server(folder, True, ("fsync=off", "shared_buffers=16MB", "wal_retrieve_retry_interval=100ms")))
        self.follow()

    def follow(self):
        """Waits until the standby has what the primary has."""
        self.flush()
        position = psql(self.primary, "SELECT pg_current_wal_flush_lsn()")
        wait_until(lambda: psql(self.standby, "SELECT pg_last_wal_replay_lsn() >= '%s'" % position) == "t", "the standby follows")

    def flush(self):
        """A commit: what was written last is sent with the next one only."""
        psql(self.primary, "SELECT pg_logical_emit_message(true, 'windlass', 'here')")

    def check_is_equal_to_its_primary_and_told_to_be_one(self):
        primary, standby = (self.snapshot(socket_url(each, "shop"), "--roles", "--sequences") for each in (self.primary, self.standby))
        expect(standby["server"]["standby"] is True and primary["server"]["standby"] is False, "not told:", standby["server"], primary["server"])
        expect(standby["facts"] == primary["facts"] and standby["fingerprint"] == primary["fingerprint"], "other facts")
        expect(len(standby["facts"]) > 40, "only", len(standby["facts"]), "facts")
        for each in (primary, standby):
            expect(any("CREATE TABLE shop.people" in text for text in each["statements"].get("sql", [])), "no statements:", str(each["statements"])[:500])
        expect(standby["statements"]["sql"] == primary["statements"]["sql"], "other statements")
        self.windlass("snapshot", "--url", socket_url(self.standby, "shop"), "-o", "s.json").ended(0, "standby")

    def check_diff_of_both(self):
        a, b = socket_url(self.primary, "shop"), socket_url(self.standby, "shop")
        self.equal(a, b)
        psql(self.primary, "ALTER TABLE shop.people ADD COLUMN late int", "shop")
        self.follow()
        self.equal(a, b)
        psql(self.primary, "ALTER TABLE shop.people DROP COLUMN late", "shop")
        self.follow()

    def check_in_parts(self):
        psql(self.primary, "CREATE DATABASE wide TEMPLATE shop")
        psql(self.primary, "DO $$ BEGIN FOR n IN 1..1050 LOOP EXECUTE format('CREATE TABLE t%s (id int PRIMARY KEY)', n); "
             "IF n % 100 = 0 THEN COMMIT; END IF; END LOOP; END $$", "wide")
        self.follow()
        before = self.standby.log.read_bytes().count(b"SET TRANSACTION SNAPSHOT")
        primary, standby = (self.snapshot(socket_url(each, "wide")) for each in (self.primary, self.standby))
        expect(standby["facts"] == primary["facts"], "other facts")
        expect(self.standby.log.read_bytes().count(b"SET TRANSACTION SNAPSHOT") > before + 1, "it was not read in parts")

    def check_each_connection_to_another_server_says_what_to_do(self):
        with Balancer(self.primary.port, self.standby.port) as port:
            url = "postgresql://postgres@127.0.0.1:%d/" % port
            self.snapshot(url + "shop")
            self.snapshot(url + "shop")
            done = self.windlass("snapshot", "--no-statements", "--url", url + "wide")  # pg_dump could be the one that meets the other server
            done.ended(COULD_NOT_LOOK, "HINT: ", "load balancer", "name one server")
            expect(not done.out, "it prints a document")

    def waiting(self):
        return psql(self.standby, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'windlass' AND wait_event_type = 'Lock'") == "1"

    def check_a_table_that_the_primary_holds(self):
        with Session(self.primary, "BEGIN; LOCK TABLE shop.people, shop.happy IN ACCESS EXCLUSIVE MODE;", "shop"):
            self.follow()
            done = self.windlass("snapshot", "--url", socket_url(self.standby, "shop"), "--lock-wait", "200ms")
            done.ended(COULD_NOT_LOOK, "55P03", "--lock-wait")
        self.follow()
        self.check_is_equal_to_its_primary_and_told_to_be_one()

    def check_a_read_that_replay_is_in_the_way_of(self):
        # It waits for the last view, and holds the first: the primary takes that one, and the standby gives no time.
        url = socket_url(self.standby, "shop")
        psql(self.standby, "ALTER SYSTEM SET max_standby_streaming_delay = 0;\nSELECT pg_reload_conf()")
        with Session(self.primary, "BEGIN; LOCK TABLE v19 IN ACCESS EXCLUSIVE MODE;", "shop"):
            self.follow()
            running = self.start("snapshot", "--url", url, "--lock-wait", "60s")
            wait_until(self.waiting, "the read waits for the view")
            held = psql(self.standby, "SELECT relation::regclass FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE granted AND relation = 'p0'::regclass"
                        " AND application_name = 'windlass'", "shop")
            expect(held == "p0", "the read does not hold p0:", held)
            with Session(self.primary, "BEGIN; LOCK TABLE p0 IN ACCESS EXCLUSIVE MODE;", "shop"):
                self.flush()
                done = running.end()
        done.ended(COULD_NOT_LOOK, "conflict with recovery", "HINT: ", "primary")
        expect(not done.out, "it prints a document")
        psql(self.standby, "ALTER SYSTEM RESET max_standby_streaming_delay;\nSELECT pg_reload_conf()")
        self.follow()
        self.check_is_equal_to_its_primary_and_told_to_be_one()
