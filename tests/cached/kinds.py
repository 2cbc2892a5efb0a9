"""Bodies of revisions, by what is particular about them. {n}: the revision's own number; {m}: one of an earlier one."""

KINDS = {
    "table": '''
op.create_table("t{n}", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(20), nullable=False))
op.create_index("ix_t{n}_name", "t{n}", ["name"])
''',
    # Two revisions with one type: whether the second sends CREATE TYPE depends on what Alembic remembers of the first.
    "enum": '''
op.create_table("e{n}", sa.Column("id", sa.Integer, primary_key=True),
                sa.Column("mood", sa.Enum("a", "b", name="mood")))
''',
    "enum-of-its-own": '''
op.create_table("o{n}", sa.Column("mood", postgresql.ENUM("x", "y", name="own{n}")))
''',
    "type-checked-first": '''
postgresql.ENUM("p", "q", name="checked").create(op.get_bind(), checkfirst=True)
op.create_table("c{n}", sa.Column("kind", postgresql.ENUM("p", "q", name="checked", create_type=False)))
''',
    "column-of-an-earlier-table": '''
op.add_column("t{m}", sa.Column("more{n}", sa.Text))
''',
    # In one transaction a label may not be used by a later revision (SQLSTATE 55P04).
    "label": '''
op.execute("ALTER TYPE own{m} ADD VALUE IF NOT EXISTS 'z{n}'")
''',
    "use-of-a-label": '''
op.execute("CREATE TABLE uses{n} (v text)")
op.execute("INSERT INTO uses{n} SELECT l FROM unnest(enum_range(NULL::own{m})::text[]) l")
''',
    "outside-the-transaction": '''
with context.get_context().autocommit_block():
    op.execute("CREATE TABLE outside{n} (id integer PRIMARY KEY)")
''',
    # What waits until the end of the transaction meets the next ALTER (SQLSTATE 55006).
    "deferred": '''
op.execute("CREATE TABLE IF NOT EXISTS d_parent (id integer PRIMARY KEY)")
op.execute("CREATE TABLE IF NOT EXISTS d_child (p integer REFERENCES d_parent DEFERRABLE INITIALLY DEFERRED)")
op.execute("INSERT INTO d_parent VALUES ({n})")
op.execute("INSERT INTO d_child VALUES ({n})")
''',
    "alter-what-waits": '''
op.execute("ALTER TABLE IF EXISTS d_child ADD COLUMN IF NOT EXISTS note{n} text")
''',
    "session-setting": '''
op.execute("CREATE SCHEMA IF NOT EXISTS s{n}")
op.execute("SET search_path TO s{n}, public")
op.execute("SET datestyle TO 'German'")
''',
    "transaction-setting": '''
op.execute("SET LOCAL lock_timeout TO '3s'")
op.execute("SELECT pg_advisory_xact_lock({n})")
''',
    "temporary-table": '''
op.execute("CREATE TEMPORARY TABLE IF NOT EXISTS scratch_rows (id integer)")
op.execute("INSERT INTO scratch_rows VALUES ({n})")
''',
    "use-of-the-temporary-table": '''
op.execute("CREATE TABLE from_temporary{n} AS SELECT * FROM scratch_rows")
''',
    "rows": '''
table = op.create_table("r{n}", sa.Column("id", sa.Integer, primary_key=True), sa.Column("v", sa.String(10)))
op.bulk_insert(table, [{{"id": i, "v": "row %d" % i}} for i in range({n} + 3)])
op.get_bind().execute(sa.text("UPDATE r{n} SET v = :v WHERE id = :i"), {{"v": "new", "i": 1}})
''',
    # A driver may keep a statement prepared once it was sent often enough.
    "one-statement-often": '''
op.execute("CREATE TABLE IF NOT EXISTS often (a integer, b text)")
for i in range(12):
    op.get_bind().execute(sa.text("INSERT INTO often VALUES (:a, :b)"), {{"a": i, "b": str({n})}})
''',
    "savepoint": '''
try:
    with op.get_bind().begin_nested():
        op.execute("SELECT * FROM nowhere{n}")
except sa.exc.ProgrammingError:
    op.execute("CREATE TABLE after_savepoint{n} (id integer)")
''',
    "reads-a-file": '''
op.execute(open(shared.__file__.replace("shared.py", "seed.sql")).read())
''',
    "reads-a-folder": '''
import os
folder = os.path.dirname(__file__)
op.execute("CREATE TABLE folder{n} (id integer)")
op.execute("COMMENT ON TABLE folder{n} IS '%d files'" % len([f for f in os.listdir(folder) if f.endswith(".py")]))
''',
    "asks-the-environment": '''
op.execute("CREATE TABLE stage_%s_{n} (id integer)" % shared.STAGE)
''',
    "shared-module": '''
op.execute("COMMENT ON SCHEMA public IS 'version %d'" % shared.VERSION)
''',
    # State of the process that one revision leaves to the next.
    "leaves-a-note": '''
shared.SEEN.append({n})
''',
    "reads-the-note": '''
op.execute("CREATE TABLE seen{n} (id integer)")
op.execute("COMMENT ON TABLE seen{n} IS '%s'" % ", ".join(map(str, shared.SEEN)))
''',
    "changes-what-is-there": '''
shared.STATE["count"] = {n}
''',
    "reads-what-was-changed": '''
op.execute("CREATE TABLE counted{n} (id integer DEFAULT %d)" % shared.STATE["count"])
''',
    # A module of the project that the step is the first to import, and that defines a type.
    "imports-a-type": '''
import moods
op.create_table("m{n}", sa.Column("mood", moods.MOOD))
''',
    "imports-later": '''
import decimal, fractions
import xml.etree.ElementTree
op.execute("CREATE TABLE later{n} (id integer DEFAULT %d)" % int(decimal.Decimal({n})))
''',
    "function-and-notice": '''
op.execute("CREATE OR REPLACE FUNCTION f{n}() RETURNS integer LANGUAGE plpgsql AS "
           "$$ BEGIN RAISE NOTICE 'called'; RETURN {n}; END $$")
op.execute("SELECT f{n}()")
''',
    "several-in-one-string": '''
op.execute("CREATE TABLE a{n} (id integer)")
op.execute("CREATE VIEW va{n} AS SELECT id FROM a{n}")
op.execute("DROP VIEW va{n}")
''',
    "table-again": '''
op.execute("CREATE TABLE same (id integer)")
''',
    "missing-table": '''
op.execute("ALTER TABLE missing{n} ADD COLUMN x integer")
''',
    "raises": '''
raise ValueError("revision {n} does not want to")
''',
    "nothing": '''
pass
''',
}

PLAIN = ["table", "enum", "enum-of-its-own", "rows", "savepoint", "several-in-one-string", "imports-a-type", "function-and-notice", "deferred"]

# What takes back a revision of a kind; of the others the downgrade does nothing, which leaves something for the next upgrade.
DOWN = {
    "table": 'op.drop_table("t{n}")',
    "rows": 'op.drop_table("r{n}")',
    "several-in-one-string": 'op.execute("DROP TABLE a{n}")',
    "enum-of-its-own": 'op.drop_table("o{n}")\nop.execute("DROP TYPE own{n}")',
    "savepoint": 'op.execute("DROP TABLE after_savepoint{n}")',
    "reads-a-file": 'import os\nos.stat(shared.__file__)\nopen(shared.__file__.replace("shared.py", "down.txt")).read()\n'
                    'op.execute("DROP TABLE seeded_%d" % shared.VERSION)',
    "raises": 'raise ValueError("there is no way back")',
}
