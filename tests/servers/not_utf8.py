"""Databases that are not in UTF8: what is in them is told as far as it can be, and the same is the same."""
import json

from house import Group, expect, psql, socket_url

NAMES = {
    "latin1": ("LATIN1", "caf\u00e9".encode("latin1"), "caf\u00e9"),
    "bytes": ("SQL_ASCII", b"caf\xe9", None),  # nobody knows which letter that is
}


class Encodings(Group):
    title = "encodings"

    def begin(self):
        self.db = self.server()
        for name, (encoding, cafe, _) in NAMES.items():
            for database in (name, name + "_too", name + "_other"):
                psql(self.db, "CREATE DATABASE %s ENCODING '%s' LOCALE 'C' TEMPLATE template0" % (database, encoding))
                text = ("SET client_encoding TO '%s'; CREATE TABLE \"CAFE\" (id int PRIMARY KEY, \"CAFE_s\" text DEFAULT 'CAFE' CHECK (\"CAFE_s\" <> 'CAFE!'));"
                        "COMMENT ON TABLE \"CAFE\" IS 'a CAFE'; CREATE VIEW v AS SELECT \"CAFE_s\" FROM \"CAFE\"; CREATE TYPE e AS ENUM ('CAFE', 'b');"
                        "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT 'CAFE'::text $$;" % encoding)
                if database.endswith("other"):
                    text = text.replace("a CAFE", "another CAFE").replace("CAFE!", "CAFE?")
                psql(self.db, text.encode().replace(b"CAFE", cafe).decode("utf-8", "surrogateescape"), database)

    def read(self, database):
        document = self.snapshot(socket_url(self.db, database))
        expect(any(fact["kind"] == "table" for fact in document["facts"]), "no table in", document["facts"])
        return document

    def alike_and_different(self, name):
        a, b, other = (socket_url(self.db, name + end) for end in ("", "_too", "_other"))
        expect(self.read(name)["fingerprint"] == self.read(name + "_too")["fingerprint"], "other fingerprints")
        self.equal(a, b)
        done = self.windlass("diff", "--format", "json", a, other).ended(1)
        changed = {each["object"]["kind"] if "object" in each else each.get("kind") for each in json.loads(done.out)["differences"]}
        expect(changed == {"comment", "constraint"}, "it finds", changed, done.out.decode())
        for database in (name, name + "_too"):
            self.windlass("snapshot", "-q", "--url", socket_url(self.db, database), "-o", database + ".json").ended(0)
        self.equal(name + ".json", name + "_too.json")
        self.equal(name + ".json", a)

    def check_LATIN1(self):
        names = {fact["name"] for fact in self.read("latin1")["facts"] if fact["kind"] == "table"}
        expect(names == {'public."caf\u00e9"'} or names == {"public.caf\u00e9"}, "tables", names)
        self.alike_and_different("latin1")

    def check_SQL_ASCII(self):
        tables = {fact["name"] for fact in self.read("bytes")["facts"] if fact["kind"] == "table"}
        expect(tables == {'public."caf\ufffde9"'} or tables == {"public.caf\ufffde9"}, "tables", tables)
        self.alike_and_different("bytes")
        # Another byte is another name.
        psql(self.db, b'ALTER TABLE "caf\xe9" RENAME TO "caf\xe8"'.decode("utf-8", "surrogateescape"), "bytes_too")
        self.windlass("diff", socket_url(self.db, "bytes"), socket_url(self.db, "bytes_too")).ended(1, "caf\ufffde9", "caf\ufffde8")
