"""The module that `windlass fix --idempotent` puts into a project, on a server: of each kind of object what is absent
is made, what is equal is left alone, what differs stops with both definitions.
"""
import asyncio
import os
import unittest

import sqlalchemy as sa
from alembic import op
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.util import load_python_file
from harness import ROOT, has, recorder
from sqlalchemy.dialects import postgresql

guard = load_python_file(os.path.join(ROOT, "src", "fix", "python"), "schema_guard.py")

TABLES = """
CREATE TABLE orgs (id int PRIMARY KEY, name text);
CREATE TABLE people (id serial PRIMARY KEY, name text NOT NULL, age int, org int);
INSERT INTO people (name, age) VALUES ('a', 1), ('b', 2);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'
"""
MOOD = postgresql.ENUM("sad", "glad", name="mood", create_type=False)


def people(*more, **kw):
    return lambda: guard.create_table("people", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text, nullable=False),
                                      sa.Column("age", sa.Integer), sa.Column("org", sa.Integer), *more, **kw)


def sql(text, **kw):
    return lambda: guard.execute_create(text, **kw)


# What it is; what makes it; SQL that makes something else of that name; words of both definitions.
KINDS = [
    ("table", lambda: guard.create_table("pets", sa.Column("id", sa.Integer, primary_key=True), sa.Column("tag", sa.String(20), index=True),
                                         sa.Column("owner", sa.Integer, sa.ForeignKey("people.id"))),
     "CREATE TABLE pets (id bigint PRIMARY KEY, tag varchar(20), owner int REFERENCES people (id)); CREATE INDEX ix_pets_tag ON pets (tag)",
     ["integer NOT NULL", "bigint NOT NULL"]),
    ("table in a schema", lambda: guard.create_table("pets", sa.Column("id", sa.Integer, primary_key=True), schema="other"),
     "CREATE TABLE other.pets (id int)", ["PRIMARY KEY (id)", "nothing"]),
    ("table that refers to itself", lambda: guard.create_table("nodes", sa.Column("id", sa.Integer, primary_key=True),
                                                               sa.Column("up", sa.Integer, sa.ForeignKey("nodes.id"))),
     "CREATE TABLE nodes (id serial PRIMARY KEY, up int REFERENCES nodes (id) ON DELETE CASCADE)",
     ["FOREIGN KEY (up) REFERENCES nodes(id)", "FOREIGN KEY (up) REFERENCES nodes(id) ON DELETE CASCADE"]),
    ("table with a quoted name", lambda: guard.create_table('A "b":c', sa.Column("Id %", sa.Integer, primary_key=True)),
     'CREATE TABLE "A ""b"":c" ("Id %" text PRIMARY KEY)', ["integer NOT NULL", "text NOT NULL"]),
    ("column", lambda: guard.add_column("people", sa.Column("email", sa.String(50), nullable=True)),
     "ALTER TABLE people ADD COLUMN email text", ["character varying(50)", "text"]),
    # It cannot be added to a table with rows: that it is there is seen without trying it on them.
    ("column with default", lambda: guard.add_column("people", sa.Column("n", sa.Integer, nullable=False, server_default="0")),
     "ALTER TABLE people ADD COLUMN n int NOT NULL DEFAULT 1", ["integer NOT NULL DEFAULT 0", "integer NOT NULL DEFAULT 1"]),
    ("column with foreign key", lambda: guard.add_column("people", sa.Column("o", sa.Integer, sa.ForeignKey("orgs.id"))),
     "ALTER TABLE people ADD COLUMN o int", ["FOREIGN KEY (o) REFERENCES orgs(id)", "nothing"]),
    ("index", lambda: guard.create_index("ix_name", "people", ["name"]), "CREATE INDEX ix_name ON people (name, age)", ["(name)", "(name, age)"]),
    ("index of an expression", lambda: guard.create_index("ix_l", "people", [sa.text("lower(name)")], unique=True, postgresql_where=sa.text("age > 3")),
     "CREATE UNIQUE INDEX ix_l ON people (lower(name)) WHERE age > 4", ["(age > 3)", "(age > 4)"]),
    ("unique", lambda: guard.create_unique_constraint("people_name_key", "people", ["name"]),
     "ALTER TABLE people ADD CONSTRAINT people_name_key UNIQUE (name, age)", ["UNIQUE (name)", "UNIQUE (name, age)"]),
    ("check", lambda: guard.create_check_constraint("grown", "people", "age > 0"), "ALTER TABLE people ADD CONSTRAINT grown CHECK (age < 18)",
     ["CHECK ((age > 0))", "CHECK ((age < 18))"]),
    ("foreign key", lambda: guard.create_foreign_key("fk", "people", "orgs", ["org"], ["id"]),
     "ALTER TABLE people ADD CONSTRAINT fk FOREIGN KEY (org) REFERENCES orgs (id) ON DELETE CASCADE", ["REFERENCES orgs(id)", "ON DELETE CASCADE"]),
    ("foreign key to itself", lambda: guard.create_foreign_key("fk", "people", "people", ["org"], ["id"]),
     "ALTER TABLE people ADD CONSTRAINT fk FOREIGN KEY (org) REFERENCES orgs (id)", ["REFERENCES people(id)", "REFERENCES orgs(id)"]),
    ("primary key", lambda: guard.create_primary_key("slots_pkey", "slots", ["a"]), "ALTER TABLE slots ADD CONSTRAINT slots_pkey PRIMARY KEY (a, b)",
     ["PRIMARY KEY (a)", "PRIMARY KEY (a, b)"]),
    ("enum", lambda: guard.create_enum(MOOD), "CREATE TYPE mood AS ENUM ('glad', 'sad')", ["'sad', 'glad'", "'glad', 'sad'"]),
    ("sequence", sql("CREATE SEQUENCE s START 5", kind="sequence", name="s"), "CREATE SEQUENCE s START 6", ["START 5", "START 6"]),
    ("view", sql("CREATE VIEW v AS SELECT name FROM people", kind="view", name="v"), "CREATE VIEW v AS SELECT age FROM people", ["name", "age"]),
    ("materialized view", sql("CREATE MATERIALIZED VIEW v AS SELECT name FROM people", kind="view", name="v"),
     "CREATE VIEW v AS SELECT name FROM people", ["makes: MATERIALIZED VIEW", "there is:            VIEW"]),
    ("function", sql("CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'", kind="function", name="f"),
     "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 2'", ["SELECT 1", "SELECT 2"]),
    ("procedure", sql("CREATE PROCEDURE f() LANGUAGE sql AS 'SELECT 1'", kind="function", name="f"),
     "CREATE PROCEDURE f() LANGUAGE sql AS 'SELECT 2'", ["SELECT 1", "SELECT 2"]),
    ("trigger", sql("CREATE TRIGGER t BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION touch()", kind="trigger", name="t", table="people"),
     "CREATE TRIGGER t BEFORE UPDATE ON people FOR EACH ROW EXECUTE FUNCTION touch()", ["BEFORE INSERT", "BEFORE UPDATE"]),
    ("policy", sql("CREATE POLICY p ON people USING (age > 3)", kind="policy", name="p", table="people"), "CREATE POLICY p ON people USING (age > 4)",
     ["(age > 3)", "(age > 4)"]),
    ("domain", sql("CREATE DOMAIN d AS int CHECK (value > 0)", kind="type", name="d"), "CREATE DOMAIN d AS int CHECK (value > 1)",
     ["(VALUE > 0)", "(VALUE > 1)"]),
    ("composite type", sql("CREATE TYPE c AS (a int, b text)", kind="type", name="c"), "CREATE TYPE c AS (a int)", ["a integer, b text", "a integer"]),
    ("enum of SQL", sql("CREATE TYPE c AS ENUM ('a', 'it''s')", kind="type", name="c"), "CREATE TYPE c AS ENUM ('it''s')", ["'a', 'it''s'", "'it''s'"]),
    ("table of SQL", sql("CREATE TABLE public.t (id serial PRIMARY KEY, a int REFERENCES orgs)", kind="table", name="t", schema="public"),
     "CREATE TABLE t (id serial PRIMARY KEY, a text)", ["integer", "text"]),
    ("index of SQL", sql("CREATE INDEX i ON people (name)", kind="index", name="i", table="people"), "CREATE INDEX i ON people USING hash (name)",
     ["USING btree", "USING hash"]),
    ("column of SQL", sql("ALTER TABLE people ADD COLUMN x int", kind="column", name="x", table="people"), "ALTER TABLE people ADD COLUMN x text",
     ["integer", "text"]),
    ("constraint of SQL", sql("ALTER TABLE people ADD CONSTRAINT x CHECK (age > 1) NOT VALID", kind="constraint", name="x", table="people"),
     "ALTER TABLE people ADD CONSTRAINT x CHECK (age > 2) NOT VALID", ["(age > 1)", "(age > 2)"]),
]


def renamed_sql(text, **kw):
    return lambda: guard.execute_rename(text, **kw)


def rows(text):
    return lambda: op.execute(text)


def text_column(name, *arguments, **kw):
    return sa.Column(name, sa.String(*arguments), **kw)


def flat(operations):
    return [each for one in operations for each in (one if isinstance(one, list) else [one])]


Later = guard.Later
PETS = ("pets", sa.Column("id", sa.Integer, primary_key=True))
# What it is, and the operations of a chain as `windlass fix --idempotent` writes them. Those in one list belong together.
CHAINS = [
    ("another type", [
        lambda: guard.create_table(*PETS, text_column("b", 10), later=Later(sql=["ALTER TABLE pets ALTER COLUMN b TYPE VARCHAR(20)",
                                                                                "ALTER TABLE pets ALTER COLUMN b TYPE TEXT"])),
        lambda: guard.alter_column("pets", "b", type_=sa.String(20), later=Later(sql=["ALTER TABLE pets ALTER COLUMN b TYPE TEXT"])),
        lambda: guard.alter_column("pets", "b", type_=sa.Text)]),
    ("another type by USING, with default, check and index", [
        lambda: guard.create_table(*PETS, sa.Column("at", sa.Text, server_default="0"), sa.CheckConstraint("at IS NOT NULL", name="there"), later=Later(
            sql=["ALTER TABLE pets ALTER COLUMN at DROP DEFAULT", "ALTER TABLE pets ALTER COLUMN at TYPE TIMESTAMP USING to_timestamp(at::float)",
                 "ALTER TABLE pets ALTER COLUMN at SET DEFAULT now()"])),
        lambda: guard.create_index("ix_at", "pets", ["at"], later=Later(sql=["ALTER TABLE pets ALTER COLUMN at TYPE TIMESTAMP USING now()"])),
        lambda: guard.alter_column("pets", "at", server_default=None, later=Later(
            sql=["ALTER TABLE pets ALTER COLUMN at TYPE TIMESTAMP USING to_timestamp(at::float)", "ALTER TABLE pets ALTER COLUMN at SET DEFAULT now()"])),
        lambda: guard.alter_column("pets", "at", type_=sa.DateTime, postgresql_using="to_timestamp(at::float)",
                                   later=Later(sql=["ALTER TABLE pets ALTER COLUMN at SET DEFAULT now()"])),
        lambda: guard.alter_column("pets", "at", server_default=sa.text("now()"))]),
    ("NULL and NOT NULL", [
        lambda: guard.add_column("people", text_column("b", 10, nullable=True), later=Later(sql=["ALTER TABLE people ALTER COLUMN b SET NOT NULL"])),
        rows("UPDATE people SET b = 'x' WHERE b IS NULL"),
        lambda: guard.alter_column("people", "b", nullable=False)]),
    ("a column dropped", [
        lambda: guard.create_table(*PETS, text_column("b", 10, unique=True, index=True), sa.Column("c", sa.Integer),
                                   later=Later(sql=["ALTER TABLE pets ALTER COLUMN b TYPE TEXT", "ALTER TABLE pets DROP COLUMN b"])),
        lambda: guard.create_index("ix_both", "pets", ["b", "c"], later=Later(columns={"b": [None]})),
        lambda: guard.create_check_constraint("some", "pets", "b <> ''", later=Later(columns={"b": [None]})),
        lambda: guard.alter_column("pets", "b", type_=sa.Text, later=Later(columns={"b": [None]})),
        lambda: guard.drop_column("pets", "b")]),
    ("a column renamed", [
        lambda: guard.create_table(*PETS, text_column("b", 10, index=True), later=Later(
            sql=["ALTER TABLE pets ALTER b SET NOT NULL", "ALTER TABLE pets RENAME b TO c"])),
        lambda: guard.add_column("pets", text_column("d"), later=Later(names=["e"], sql=["ALTER TABLE pets RENAME d TO e"])),
        lambda: guard.create_index("ix_both", "pets", ["b", "d"], later=Later(
            columns={"b": ["c"], "d": ["e"]}, sql=["ALTER TABLE pets RENAME b TO c", "ALTER TABLE pets RENAME d TO e"])),
        lambda: guard.create_unique_constraint("uq_b", "pets", ["b"], later=Later(columns={"b": ["c"]}, sql=["ALTER TABLE pets RENAME b TO c"])),
        lambda: guard.alter_column("pets", "b", nullable=False, later=Later(names=["c"], sql=["ALTER TABLE pets RENAME b TO c"])),
        lambda: guard.alter_column("pets", "b", new_column_name="c"),
        renamed_sql("ALTER TABLE pets RENAME d TO e", kind="column", name="d", to="e", table="pets")]),
    ("a column renamed twice", [
        lambda: guard.add_column("people", text_column("b"), later=Later(names=["c", "d"], sql=["ALTER TABLE people RENAME b TO c",
                                                                                       "ALTER TABLE people RENAME c TO d"])),
        lambda: guard.alter_column("people", "b", new_column_name="c", later=Later(names=["d"], sql=["ALTER TABLE people RENAME c TO d"])),
        renamed_sql("ALTER TABLE people RENAME c TO d", kind="column", name="c", to="d", table="people")]),
    ("a table renamed", [
        lambda: guard.create_table(*PETS, text_column("b", 10, index=True), sa.Column("up", sa.Integer, sa.ForeignKey("pets.id")),
                                   later=Later(names=["animals"], sql=["ALTER TABLE pets RENAME TO animals"])),
        lambda: guard.add_column("pets", text_column("c"), later=Later(tables=["animals"], sql=["ALTER TABLE pets ALTER COLUMN c TYPE TEXT"])),
        lambda: guard.create_index("ix_c", "pets", ["c"], later=Later(tables=["animals"])),
        lambda: guard.alter_column("pets", "c", type_=sa.Text, later=Later(tables=["animals"])),
        lambda: guard.create_check_constraint("ck", "pets", "c > ''", later=Later(tables=["animals"])),
        lambda: guard.rename_table("pets", "animals"),
        lambda: guard.add_column("animals", text_column("d"))]),
    ("a table renamed twice, its column, too", [
        lambda: guard.create_table(*PETS, text_column("b", 10), later=Later(names=["animals", "beasts"], sql=[
            "ALTER TABLE pets RENAME TO animals", "ALTER TABLE animals RENAME TO beasts", "ALTER TABLE beasts RENAME b TO c"])),
        lambda: guard.rename_table("pets", "animals", later=Later(names=["beasts"])),
        renamed_sql("ALTER TABLE animals RENAME TO beasts", kind="table", name="animals", to="beasts"),
        lambda: guard.alter_column("beasts", "b", new_column_name="c")]),
    ("constraints and indexes replaced and renamed", [
        lambda: guard.create_table(*PETS, text_column("b", 10), sa.UniqueConstraint("b", name="uq"), later=Later(
            sql=["ALTER TABLE pets DROP CONSTRAINT uq"])),
        lambda: guard.create_index("ix", "pets", ["b"], later=Later(sql=["DROP INDEX CONCURRENTLY ix", "CREATE INDEX CONCURRENTLY ix ON pets (b, id)"])),
        lambda: guard.create_check_constraint("ck", "pets", "b > ''", later=Later(names=["kept"], sql=["ALTER TABLE pets RENAME CONSTRAINT ck TO kept"])),
        lambda: guard.drop_constraint("uq", "pets"),
        lambda: guard.drop_index("ix", "pets"),
        lambda: guard.create_index("ix", "pets", ["b", "id"]),
        renamed_sql("ALTER TABLE pets RENAME CONSTRAINT ck TO kept", kind="constraint", name="ck", to="kept", table="pets")]),
    ("an enum type made anew", [
        lambda: guard.create_enum(MOOD, later=Later(sql=["ALTER TYPE mood RENAME TO mood_old", "CREATE TYPE mood AS ENUM ('sad', 'calm')"])),
        lambda: guard.create_table(*PETS, sa.Column("mood", MOOD)),
        [renamed_sql("ALTER TYPE mood RENAME TO mood_old", kind="type", name="mood", to="mood_old"),
         sql("CREATE TYPE mood AS ENUM ('sad', 'calm')", kind="type", name="mood"),
         rows("ALTER TABLE pets ALTER COLUMN mood TYPE mood USING mood::text::mood"),
         lambda: guard.execute_drop("DROP TYPE mood_old", kind="type", name="mood_old")]]),
    ("labels and types renamed", [
        lambda: guard.create_enum(MOOD, later=Later(names=["feeling"], sql=["ALTER TYPE mood RENAME VALUE 'sad' TO 'low'", "ALTER TYPE mood RENAME TO feeling"])),
        renamed_sql("ALTER TYPE mood RENAME VALUE 'sad' TO 'low'", kind="label", name="sad", to="low", table="mood", later=Later(tables=["feeling"])),
        renamed_sql("ALTER TYPE mood RENAME TO feeling", kind="type", name="mood", to="feeling")]),
    ("views, functions and triggers made anew", [
        sql("CREATE VIEW v AS SELECT name FROM people", kind="view", name="v", later=Later(remade=True)),
        sql("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", kind="function", name="f", later=Later(remade=True)),
        sql("CREATE TRIGGER t BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION touch()", kind="trigger", name="t", table="people",
            later=Later(remade=True)),
        lambda: guard.execute_drop("DROP VIEW v", kind="view", name="v"),
        sql("CREATE VIEW v AS SELECT name, age FROM people", kind="view", name="v"),
        lambda: op.execute("CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 2'"),
        lambda: guard.execute_drop("DROP TRIGGER t ON people", kind="trigger", name="t", table="people"),
        sql("CREATE TRIGGER t BEFORE UPDATE ON people FOR EACH ROW EXECUTE FUNCTION touch()", kind="trigger", name="t", table="people")]),
    ("a sequence altered, a view renamed", [
        sql("CREATE SEQUENCE s", kind="sequence", name="s", later=Later(sql=["ALTER SEQUENCE s INCREMENT 2"])),
        lambda: op.execute("ALTER SEQUENCE s INCREMENT 2"),
        sql("CREATE VIEW v AS SELECT name FROM people", kind="view", name="v", later=Later(names=["w"], sql=["ALTER VIEW v RENAME TO w"])),
        renamed_sql("ALTER VIEW v RENAME TO w", kind="view", name="v", to="w")]),
]


class Guard(unittest.TestCase):
    driver = "psycopg2"

    @classmethod
    def setUpClass(cls):
        recorder().fresh_database()

    def setUp(self):
        recorder().psql("DROP SCHEMA IF EXISTS public, other, one CASCADE; CREATE SCHEMA public; CREATE SCHEMA other; CREATE TABLE slots (a int NOT NULL, b int NOT NULL);" + TABLES, "app")
        self.engine = sa.create_engine("postgresql+%s://app@/app?host=%s&port=%d" % (self.driver, recorder().folder, recorder().port))

    def tearDown(self):
        self.engine.dispose()

    def migrate(self, *operations, autocommit=False):
        engine = self.engine.execution_options(isolation_level="AUTOCOMMIT") if autocommit else self.engine
        with engine.connect() as connection, connection.begin():
            with Operations.context(MigrationContext.configure(connection)):
                return [operation() for operation in operations]

    def psql(self, text):
        return recorder().psql(text, "app").stdout.strip()

    def test_every_kind(self):
        for autocommit in (False, True):
            for what, make, other, words in KINDS:
                with self.subTest(what, autocommit=autocommit):
                    self.setUp()
                    bare = recorder().schema()
                    self.migrate(make, autocommit=autocommit)
                    made = recorder().schema()
                    self.assertNotEqual(made, bare)
                    self.migrate(make, make, autocommit=autocommit)
                    self.assertEqual(recorder().schema(), made)
                    self.assertEqual(self.psql("SELECT count(*) FROM people"), "2")
                    self.setUp()
                    self.psql(other)
                    there = recorder().schema()
                    with self.assertRaises(guard.DefinitionsDiffer) as raised:
                        self.migrate(make, autocommit=autocommit)
                    for word in words:
                        self.assertIn(word, str(raised.exception))
                    self.assertEqual(recorder().schema(), there)
                    self.tearDown()

    def test_schema_and_extension_count_by_their_names(self):
        make = [sql("CREATE SCHEMA one", kind="schema", name="one"), sql("CREATE EXTENSION plpgsql", kind="extension", name="plpgsql")]
        self.migrate(*make)
        self.migrate(*make)
        self.assertEqual(self.psql("SELECT count(*) FROM pg_namespace WHERE nspname = 'one'"), "1")

    def test_what_later_revisions_added_is_not_held_against_it(self):
        self.migrate(people())
        self.psql("ALTER TABLE people ADD COLUMN later int UNIQUE")
        self.migrate(people())
        self.migrate(lambda: guard.create_enum(MOOD))
        self.psql("ALTER TYPE mood ADD VALUE 'so so' BEFORE 'glad'")
        self.migrate(lambda: guard.create_enum(MOOD))

    def test_over_what_any_of_its_operations_made_a_chain_makes_the_same(self):
        # Transactions are the server's: one driver tries both.
        for autocommit in (False, True) if type(self) is Guard else (False,):
            for what, chain in CHAINS:
                made = None
                whole = flat(chain)
                for number in range(len(chain), -1, -1):
                    with self.subTest(what, first=number, autocommit=autocommit):
                        self.setUp()
                        self.migrate(*flat(chain[:number]), autocommit=autocommit)
                        if made is None:
                            made = recorder().schema()
                        self.migrate(*whole, autocommit=autocommit)
                        self.assertEqual(recorder().schema(), made)
                        self.assertEqual(self.psql("SELECT count(*) FROM people"), "2")
                        self.tearDown()

    def test_what_no_revision_made_is_held_against_it(self):
        table, by_later, by_last = CHAINS[0][1]
        self.migrate(table)
        self.psql("ALTER TABLE pets ALTER b TYPE bytea USING NULL")
        with self.assertRaises(guard.DefinitionsDiffer) as raised:
            self.migrate(table)
        self.assertIn("  column b\n    this revision makes: character varying(10)\n    a later revision:    character varying(20)\n"
                      "    a later revision:    text\n    there is:            bytea\n", str(raised.exception))

    def test_an_alteration_is_not_made_again_where_rows_would_lose_by_it(self):
        self.psql("ALTER TABLE people ALTER name TYPE varchar(9)")
        self.psql("UPDATE people SET name = 'a long one'::varchar(9)")
        cut = lambda: guard.alter_column("people", "name", type_=sa.String(4), postgresql_using="name::varchar(4)",  # noqa: E731
                                         later=Later(sql=["ALTER TABLE people ALTER COLUMN name TYPE VARCHAR(9)"]))
        self.migrate(cut)
        self.assertEqual(self.psql("SELECT DISTINCT name FROM people"), "a long on")

    def test_of_two_names_none_is_chosen(self):
        self.psql("ALTER TABLE people ADD COLUMN label text; CREATE TABLE persons (id int)")
        for rename in (lambda: guard.alter_column("people", "name", new_column_name="label"), lambda: guard.rename_table("people", "persons"),
                       renamed_sql("ALTER TABLE people RENAME name TO label", kind="column", name="name", to="label", table="people")):
            with self.assertRaises(guard.DefinitionsDiffer):
                self.migrate(rename)
        self.assertEqual(self.psql("SELECT count(name) FROM people"), "2")

    def test_a_table_that_is_there_is_returned_to_be_filled(self):
        table = self.migrate(people())[0]
        self.assertEqual(table.c.keys(), ["id", "name", "age", "org"])

    def test_functions_of_one_name(self):
        self.psql("CREATE FUNCTION f(a text) RETURNS int LANGUAGE sql AS 'SELECT 3'")
        make = sql("CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1'", kind="function", name="f")
        self.migrate(make)
        self.migrate(make)
        self.assertEqual(self.psql("SELECT f(1), f('')"), "1|3")

    def test_batches(self):
        def upgrade():
            with guard.batch_alter_table("people") as batch:
                batch.add_column(sa.Column("email", sa.Text), insert_after="name")
                batch.create_index(batch.f("ix_people_email"), ["email"], unique=True)
                batch.create_foreign_key("fk", "orgs", ["org"], ["id"])
                batch.create_unique_constraint("u", ["name"])
                batch.create_check_constraint("c", sa.text("age > 0"))
                batch.alter_column("age", nullable=True)

        def downgrade():
            with guard.batch_alter_table("people", schema="public") as batch:
                for name in ("c", "u", "fk"):
                    batch.drop_constraint(name)
                batch.drop_index("ix_people_email")
                batch.drop_column("email")

        bare = recorder().schema()
        self.migrate(upgrade)
        made = recorder().schema()
        self.migrate(upgrade)
        self.assertEqual(recorder().schema(), made)
        self.migrate(downgrade, downgrade)
        self.assertEqual(recorder().schema(), bare)

    def test_what_made_nothing_is_not_equal(self):
        with self.assertRaises(guard.CannotCompare):
            self.migrate(people(prefixes=["TEMPORARY"]))

    def test_a_table_does_not_make_its_type_a_second_time(self):
        # As it would not where an earlier table of the same run made the type along with itself.
        self.migrate(lambda: guard.create_enum(MOOD),
                     lambda: op.create_table("pets", sa.Column("mood", sa.Enum("sad", "glad", name="mood"))))
        self.assertEqual(self.psql("SELECT count(*) FROM pg_class WHERE relname = 'pets'"), "1")

    def test_labels(self):
        self.psql("CREATE TYPE mood AS ENUM ('sad')")
        make = sql("ALTER TYPE mood ADD VALUE 'it''s'", kind="label", name="it's", table="mood")
        self.migrate(make, autocommit=True)
        self.migrate(make, autocommit=True)
        self.assertEqual(self.psql("SELECT enum_range(NULL::mood)"), "{sad,it's}")

    def invalid_index(self):
        self.psql("UPDATE people SET age = 7")
        for _ in range(2):
            recorder().psql("CREATE UNIQUE INDEX CONCURRENTLY ix ON people (age)", "app", check=False)
        self.psql("UPDATE people SET age = id")
        self.assertEqual(self.psql("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix'::regclass"), "f")

    def test_an_invalid_index_is_made_again(self):
        for autocommit in (False, True):
            for make in (lambda: guard.create_index("ix", "people", ["age"], unique=True, postgresql_concurrently=autocommit),
                         sql("CREATE UNIQUE INDEX %s ix ON people (age)" % ("CONCURRENTLY" if autocommit else ""), kind="index", name="ix",
                             table="people")):
                with self.subTest(autocommit=autocommit):
                    self.setUp()
                    self.invalid_index()
                    self.migrate(make, autocommit=autocommit)
                    self.assertEqual(self.psql("SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix'::regclass"), "t")
                    self.tearDown()

    def test_an_invalid_index_with_another_definition_stops(self):
        self.invalid_index()
        with self.assertRaises(guard.DefinitionsDiffer):
            self.migrate(lambda: guard.create_index("ix", "people", ["name"], unique=True))

    def test_drops_of_what_is_there_and_what_is_not(self):
        self.psql("CREATE INDEX ix ON people (name); ALTER TABLE people ADD CONSTRAINT c CHECK (age > 0); CREATE VIEW v AS SELECT 1; CREATE TYPE mood"
                  " AS ENUM ('x'); CREATE TRIGGER t BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION touch()")
        drops = [lambda: guard.drop_index("ix", "people"), lambda: guard.drop_constraint("c", "people", type_="check"),
                 lambda: guard.drop_column("people", "age"), lambda: guard.execute_drop("DROP VIEW v", kind="view", name="v"),
                 lambda: guard.execute_drop("DROP TRIGGER t ON people", kind="trigger", name="t", table="people"),
                 lambda: guard.drop_enum(MOOD), lambda: guard.drop_table("people"), lambda: guard.drop_table("orgs", schema="public")]
        self.migrate(*drops)
        self.assertEqual(self.psql("SELECT count(*) FROM pg_class WHERE relname IN ('people', 'orgs', 'v', 'ix')"), "0")
        self.migrate(*drops)
        self.migrate(lambda: guard.drop_column("people", "age"), lambda: guard.drop_constraint("c", "people"))

    def test_what_cannot_be_made_beside_it_says_so(self):
        self.psql("CREATE TYPE size AS ENUM ('s'); CREATE TABLE shirts (id int PRIMARY KEY, size size)")
        with self.assertRaises(guard.CannotCompare) as raised:
            self.migrate(lambda: guard.create_table("shirts", sa.Column("id", sa.Integer, primary_key=True), sa.Column("size", sa.Enum("s", name="size"))))
        self.assertIn('type "size" already exists', str(raised.exception))

    def test_offline_it_writes_the_plain_operation(self):
        lines = []

        class Buffer:
            write = staticmethod(lines.append)
            flush = staticmethod(lambda: None)

        context = MigrationContext.configure(dialect_name="postgresql", opts={"as_sql": True, "output_buffer": Buffer})
        with Operations.context(context):
            for _, make, _, _ in KINDS:
                make()
            guard.drop_column("people", "age")
            guard.drop_index("ix", "people")
            guard.execute_drop("DROP VIEW v", kind="view", name="v")
        text = "".join(lines)
        for word in ("CREATE TABLE pets", "ADD COLUMN email", "CREATE TYPE mood", "CREATE VIEW v", "DROP COLUMN age", "DROP INDEX ix", "DROP VIEW v"):
            self.assertIn(word, text)

    def test_the_search_path_decides_what_is_meant(self):
        self.psql("CREATE TABLE other.people (id int)")
        self.migrate(lambda: op.execute("SET search_path TO other, public"), lambda: guard.add_column("people", sa.Column("x", sa.Integer)),
                     lambda: guard.create_index("ix_orgs", "orgs", ["name"]), lambda: guard.create_index("ix_orgs", "orgs", ["name"]),
                     lambda: guard.create_table("orgs", sa.Column("id", sa.Integer)), lambda: guard.create_table("orgs", sa.Column("id", sa.Integer)))
        self.assertEqual(self.psql("SELECT string_agg(attrelid::regclass || '.' || attname, ' ' ORDER BY attrelid::regclass::text) FROM pg_attribute"
                                   " WHERE attnum > 0 AND attname IN ('x') OR attrelid = 'other.orgs'::regclass AND attnum > 0"), "other.orgs.id other.people.x")


@unittest.skipUnless(has("psycopg"), "psycopg 3 is not installed")
class WithPsycopg(Guard):
    driver = "psycopg"


class WithPg8000(Guard):
    driver = "pg8000"

    def setUp(self):
        super().setUp()
        socket = "%s/.s.PGSQL.%d" % (recorder().folder, recorder().port)
        self.engine = sa.create_engine("postgresql+pg8000://app@/app?unix_sock=" + socket)


class WithAsyncpg(Guard):
    driver = "asyncpg"

    def migrate(self, *operations, autocommit=False):
        from sqlalchemy.ext.asyncio import create_async_engine

        def run(connection):
            with Operations.context(MigrationContext.configure(connection)):
                return [operation() for operation in operations]

        async def main():
            engine = create_async_engine("postgresql+asyncpg://app@/app?host=%s&port=%d" % (recorder().folder, recorder().port))
            if autocommit:
                engine = engine.execution_options(isolation_level="AUTOCOMMIT")
            async with engine.begin() as connection:
                result = await connection.run_sync(run)
            await engine.dispose()
            return result

        return asyncio.run(main())

    def setUp(self):
        super().setUp()
        self.engine.dispose()
        self.engine = sa.create_engine("postgresql+psycopg2://app@/app?host=%s&port=%d" % (recorder().folder, recorder().port))


if __name__ == "__main__":
    unittest.main()
