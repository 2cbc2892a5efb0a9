"""A server that lets nobody in but over TLS with a SCRAM password, or with a certificate."""
import pathlib
import threading

import certificates
from house import COULD_NOT_LOOK, Group, expect, psql, socket_url

PASSWORD = "open:Sesame7"  # a colon must be written \: in a password file
SHOP = """
CREATE SCHEMA shop;
CREATE TYPE shop.mood AS ENUM ('sad', 'happy');
CREATE TABLE shop.people (id int PRIMARY KEY, email varchar(80) NOT NULL CHECK (email <> ''), mood shop.mood);
CREATE INDEX ix_people_email ON shop.people (email);
CREATE VIEW shop.happy AS SELECT id FROM shop.people WHERE mood = 'happy';
"""
RULES = """local all all trust
hostssl all certified 127.0.0.1/32 cert
hostssl all all 127.0.0.1/32 scram-sha-256
"""


def begin_tls(group):
    """A server with a certificate for db.test, and the role app, whose password is PASSWORD."""
    folder = group.folder
    certificates.authority(folder, "ca")
    certificates.authority(folder, "stranger")
    _, key = certificates.signed(folder, "ca", "server", "db.test", "DNS:db.test,IP:127.0.0.1")
    certificates.signed(folder, "ca", "client", "certified")
    certificates.signed(folder, "stranger", "forged", "certified")
    group.give(key)
    server = group.server("ssl=on", "ssl_cert_file=%s/server.crt" % folder, "ssl_key_file=%s/server.key" % folder,
                          "ssl_ca_file=%s/ca.crt" % folder, "hba_file=%s" % group.put("rules", RULES),
                          "password_encryption=scram-sha-256")
    psql(server, "CREATE ROLE app LOGIN PASSWORD '%s'; CREATE ROLE certified LOGIN; CREATE DATABASE shop;" % PASSWORD)
    psql(server, SHOP, "shop")
    return server


class Tls(Group):
    title = "tls"

    def begin(self):
        self.db = begin_tls(self)
        self.direct = self.snapshot(socket_url(self.db, "shop"))
        expect(len(self.direct["facts"]) > 8, "the read over the Unix socket has", self.direct["facts"])

    def url(self, host="db.test", ca="ca", user="app", mode="verify-full", more=""):
        return "postgresql://%s@%s:%d/shop?hostaddr=127.0.0.1&sslmode=%s&sslrootcert=%s/%s.crt%s" % (
            user, host, self.db.port, mode, self.folder, ca, more)

    def read_is_the_direct_one(self, url, **more):
        done = self.windlass("snapshot", "--url", url, **more).ended(0)
        document = done.document()
        expect(document["fingerprint"] == self.direct["fingerprint"] and document["facts"] == self.direct["facts"],
               "not what was read over the Unix socket:", document["fingerprint"], self.direct["fingerprint"])
        expect(PASSWORD.encode() not in done.all, "the password is printed")
        expect(b"can be seen" not in done.err, "a warning without a password in the URL:", done.err)

    def refused(self, url, *has, **more):
        more = more or {"PGPASSWORD": PASSWORD}
        done = self.windlass("snapshot", "--url", url, "--output", "refused.json", **more)
        done.ended(COULD_NOT_LOOK, "could not connect to PostgreSQL", *has)
        for password in (PASSWORD, more.get("PGPASSWORD", PASSWORD)):
            expect(password.encode() not in done.all, "the password is printed:", done.all)
        expect(not done.out, "it prints a document:", done.out)
        expect(not (self.home / "refused.json").exists(), "it writes a file")

    def check_the_password_from_PGPASSWORD(self):
        self.read_is_the_direct_one(self.url(), PGPASSWORD=PASSWORD)
        over = psql(self.db, "SELECT count(*) FROM pg_settings WHERE name = 'ssl' AND setting = 'on'")
        expect(over == "1" and b"SSL enabled" in self.db.log.read_bytes(), "the server's log tells of no connection over TLS")

    def check_the_password_from_PGPASSFILE(self):
        file = self.put("pgpass", "other.test:*:*:app:wrong\ndb.test:%d:shop:app:%s\n" % (self.db.port, PASSWORD.replace(":", "\\:")), 0o600)
        self.read_is_the_direct_one(self.url(), PGPASSFILE=str(file))

    def check_the_password_from_a_service_file(self):
        service = "[shop]\nhost=db.test\nhostaddr=127.0.0.1\nport=%d\nuser=app\ndbname=shop\npassword=%s\nsslmode=verify-full\nsslrootcert=%s/ca.crt\n"
        file = self.put("services", service % (self.db.port, PASSWORD, self.folder), 0o600)
        self.read_is_the_direct_one("service=shop", PGSERVICEFILE=str(file))
        self.read_is_the_direct_one("postgresql:///?service=shop", PGSERVICEFILE=str(file))
        unknown = self.windlass("snapshot", "--url", "service=stop", PGSERVICEFILE=str(file))
        unknown.ended(COULD_NOT_LOOK, 'definition of service "stop" not found')

    def check_a_password_in_the_URL_warns_and_is_not_shown(self):
        done = self.windlass("snapshot", "--url", self.url(user="app:" + PASSWORD.replace(":", "%3A")))
        done.ended(0, "can be seen by everybody", "app:***@db.test")
        expect(b"Sesame7" not in done.all, "the password is printed:", done.err)
        expect(done.document()["fingerprint"] == self.direct["fingerprint"], "another fingerprint")

    def check_a_client_certificate(self):
        certificate = "&sslcert=%s/client.crt&sslkey=%s/client.key" % (self.folder, self.folder)
        self.read_is_the_direct_one(self.url(user="certified", more=certificate))
        self.refused(self.url(user="certified"), "connection requires a valid client certificate")
        forged = "&sslcert=%s/forged.crt&sslkey=%s/forged.key" % (self.folder, self.folder)
        self.refused(self.url(user="certified", more=forged), "db.test")

    def check_a_wrong_CA(self):
        self.refused(self.url(ca="stranger"), "certificate verify failed")
        self.refused(self.url(ca="nowhere"), "nowhere.crt", "does not exist")

    def check_a_wrong_host_name(self):
        self.refused(self.url(host="other.test"), 'server certificate for "db.test"', 'does not match host name "other.test"')
        self.read_is_the_direct_one(self.url(host="other.test", mode="verify-ca"), PGPASSWORD=PASSWORD)

    def check_a_wrong_password(self):
        self.refused(self.url(), 'password authentication failed for user "app"', PGPASSWORD="Wr0ng-Sesame")
        self.refused(self.url(), "no password supplied", PGPASSFILE="/dev/null")
        masked = self.windlass("snapshot", "--url", self.url(user="app:Wr0ng-Sesame")).ended(COULD_NOT_LOOK, "app:***@db.test")
        expect(b"Wr0ng" not in masked.all, "the password is printed:", masked.err)

    def check_no_TLS(self):
        self.refused(self.url(mode="disable"), "no pg_hba.conf entry for host", "no encryption")

    def check_diff_against_the_Unix_socket(self):
        self.equal(self.url(), socket_url(self.db, "shop"), PGPASSWORD=PASSWORD)


class Watch:
    """Looks at the command lines of all processes for as long as it is open, and keeps them in `seen`."""

    def __enter__(self):
        self.seen, self.over = set(), threading.Event()
        self.thread = threading.Thread(target=self._look)
        self.thread.start()
        return self

    def _look(self):
        while not self.over.is_set():
            for file in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    self.seen.add(file.read_bytes())
                except OSError:
                    pass  # it has ended

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


class DiffSql(Group):
    """The statements that turn one database into another: pg_dump reads there, too."""
    title = "diff --sql"

    def begin(self):
        self.db = begin_tls(self)
        psql(self.db, "CREATE DATABASE next TEMPLATE shop; GRANT pg_read_all_data TO app;" if self.major() >= 14 else
             "CREATE DATABASE next TEMPLATE shop; ALTER ROLE app SUPERUSER;")
        psql(self.db, "ALTER TABLE shop.people ADD COLUMN born date", "next")

    def major(self):
        return int(psql(self.db, "SHOW server_version_num")) // 10000

    def url(self, database, user="app"):
        return "postgresql://%s@db.test:%d/%s?hostaddr=127.0.0.1&sslmode=verify-full&sslrootcert=%s/ca.crt" % (
            user, self.db.port, database, self.folder)

    def script(self, user, **more):
        with Watch() as watch:
            running = self.start("diff", "--sql", self.url("shop", user), self.url("next", user), **more)
            done = running.end()
        done.ended(1, "Proven", "ALTER TABLE shop.people ADD COLUMN born date;")
        expect(b"Sesame7" not in done.all, "the password is printed:", done.all)
        expect(any(b"pg_dump" in words for words in watch.seen), "no pg_dump was seen; nothing was looked at")
        own = b"".join(word.encode() + b"\0" for word in running.words)  # a child of it has them, too, until it is another program
        for words in watch.seen - {own}:
            expect(b"Sesame7" not in words, "the password is in the process list:", words)
        return done

    def check_over_TLS_with_PGPASSWORD(self):
        done = self.script("app", PGPASSWORD=PASSWORD)
        psql(self.db, "CREATE DATABASE turned TEMPLATE shop")
        psql(self.db, done.out.decode(), "turned")
        self.equal(socket_url(self.db, "turned"), socket_url(self.db, "next"), PGOPTIONS="")

    def check_a_password_in_the_URL_is_not_handed_on_in_sight(self):
        self.script("app:" + PASSWORD.replace(":", "%3A"))

    def check_a_wrong_password(self):
        done = self.windlass("diff", "--sql", self.url("shop"), self.url("next"), PGPASSWORD="Wr0ng-Sesame")
        done.ended(COULD_NOT_LOOK, 'password authentication failed for user "app"')
        expect(b"Wr0ng" not in done.all and not done.out, "it says", done.all)
