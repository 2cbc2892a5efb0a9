"""A server that goes away in the middle of a read, and one that is not there yet or no more."""
import os
import signal

from house import COULD_NOT_LOOK, Group, Session, expect, psql, reachable, socket_url, wait_until
from tls import SHOP


class GoingAway(Group):
    title = "going away"

    def begin(self):
        self.db = self.server()
        psql(self.db, "CREATE DATABASE shop")
        psql(self.db, SHOP, "shop")
        psql(self.db, "CREATE DATABASE wide TEMPLATE shop")
        psql(self.db, "DO $$ BEGIN FOR n IN 1..1050 LOOP EXECUTE format('CREATE TABLE t%s (id int)', n); "
             "IF n % 100 = 0 THEN COMMIT; END IF; END LOOP; END $$; CREATE VIEW last AS SELECT id FROM t1050;", "wide")
        self.home.joinpath("empty").mkdir()

    def backends(self, where="true"):
        rows = psql(self.db, "SELECT pid FROM pg_stat_activity WHERE application_name = 'windlass' AND " + where)
        return rows.split()

    def ended_in_the_middle(self, database, view, end, *has):
        """A read that waits for `view` when `end` does something to its session."""
        with Session(self.db, "BEGIN; LOCK TABLE %s IN ACCESS EXCLUSIVE MODE;" % view, database):
            running = self.start("snapshot", "--url", socket_url(self.db, database), "--lock-wait", "60s", "--output", "read.json",
                                 folder=self.home / "empty", TMPDIR=str(self.home / "empty"))
            waiting = wait_until(lambda: self.backends("wait_event_type = 'Lock'"), "the read waits for the view")
            expect(len(self.backends()) == (2 if database == "wide" else 1), "sessions:", self.backends())
            end(waiting[0])
            done = running.end(30)
        done.ended(COULD_NOT_LOOK, "could not read the catalog", *has)
        expect(not done.out and not os.listdir(self.home / "empty"), "left behind:", done.out, os.listdir(self.home / "empty"))

    def check_its_session_is_terminated(self):
        for database, view in (("shop", "shop.happy"), ("wide", "last")):
            self.ended_in_the_middle(database, view, lambda pid: psql(self.db, "SELECT pg_terminate_backend(%s)" % pid),
                                     "terminating connection due to administrator command")
            wait_until(lambda: not self.backends(), "no session of it is left")

    def check_its_statement_is_cancelled(self):
        self.ended_in_the_middle("wide", "last", lambda pid: psql(self.db, "SELECT pg_cancel_backend(%s)" % pid), "57014")
        wait_until(lambda: not self.backends(), "no session of it is left")

    def check_the_session_that_holds_the_moment_is_terminated(self):
        def end(waiting):
            other = [pid for pid in self.backends() if pid != waiting]
            psql(self.db, "SELECT pg_terminate_backend(%s)" % other[0])
            psql(self.db, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'psql' AND state = 'idle in transaction'")
        self.ended_in_the_middle("wide", "last", end)
        wait_until(lambda: not self.backends(), "no session of it is left")

    def check_pg_dump_beside_it_goes_too(self):
        """It waits for a table as the read does; the read fails, or windlass is ended."""
        def dumps():
            return psql(self.db, "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pg_dump'")
        for end in (lambda running: psql(self.db, "SELECT pg_terminate_backend(%s)" % self.backends("wait_event_type = 'Lock'")[0]),
                    lambda running: running.child.send_signal(signal.SIGTERM)):
            with Session(self.db, "BEGIN; LOCK TABLE shop.people, shop.happy IN ACCESS EXCLUSIVE MODE;", "shop"):
                running = self.start("snapshot", "--url", socket_url(self.db, "shop"), "--lock-wait", "60s", "--output", "read.json",
                                     folder=self.home / "empty")
                wait_until(lambda: self.backends("wait_event_type = 'Lock'") and dumps() == "1", "both wait")
                end(running)
                running.end(20)
                wait_until(lambda: dumps() == "0", "no session of pg_dump is left", 10)
            expect(not os.listdir(self.home / "empty"), "left behind:", os.listdir(self.home / "empty"))

    def check_it_is_killed_itself(self):
        with Session(self.db, "BEGIN; LOCK TABLE last IN ACCESS EXCLUSIVE MODE;", "wide"):
            running = self.start("snapshot", "--url", socket_url(self.db, "wide"), "--lock-wait", "60s", "--output", "read.json",
                                 folder=self.home / "empty")
            wait_until(lambda: self.backends("wait_event_type = 'Lock'"), "the read waits for the view")
            running.child.send_signal(signal.SIGTERM)
            expect((done := running.end(30)).status == -signal.SIGTERM, "status", done.status)
        expect(not os.listdir(self.home / "empty"), os.listdir(self.home / "empty"))
        # The server sees it once the lock is had, or by its own time.
        wait_until(lambda: not self.backends(), "no session of it is left")

    def check_the_server_loses_a_process(self):
        self.ended_in_the_middle("shop", "shop.happy", lambda pid: os.kill(int(pid), signal.SIGKILL), "server closed the connection unexpectedly")
        wait_until(lambda: self.windlass("snapshot", "--url", socket_url(self.db, "shop")).status == 0, "the server is there again")

    def check_the_server_stops_for_good(self):
        self.ended_in_the_middle("wide", "last", lambda _: self.db.stop())
        expect(not reachable(self.db.port), "it still runs")
        self.windlass("snapshot", "--url", self.db.url).ended(COULD_NOT_LOOK, "could not connect to PostgreSQL", "Connection refused")
