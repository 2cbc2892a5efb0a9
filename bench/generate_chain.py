#!/usr/bin/env python3
"""Writes an Alembic project with a sound chain: generate_chain.py FOLDER REVISIONS [--per-revision] [--faults N].

Each revision has two to four statements of the everyday kinds: tables, columns, indexes, constraints, views, enum types.
--per-revision: one transaction for each revision instead of one for all. --faults: that many revisions, evenly spread,
fail in a statement of their own.
"""
import argparse
import pathlib

ENV = '''import os

from alembic import context
from sqlalchemy import create_engine, pool

engine = create_engine(os.environ["DATABASE_URL"], poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, transaction_per_migration={per_revision})
    with context.begin_transaction():
        context.run_migrations()
'''
INI = "[alembic]\nscript_location = migrations\n"
REVISION = '''"""step {n}"""
import sqlalchemy as sa
from alembic import op

revision = "{n:04d}"
down_revision = {parent}


def upgrade():
{body}

def downgrade():
{back}'''


def body(n):
    """Every third revision makes a table; the next two change it."""
    table = f"t{n // 3:04d}"
    if n % 3 == 0:
        lines = [f'op.create_table("{table}", sa.Column("id", sa.Integer(), primary_key=True), '
                 'sa.Column("name", sa.String(80), nullable=False), sa.Column("at", sa.DateTime()))',
                 f'op.create_index("ix_{table}_name", "{table}", ["name"])']
        if n:
            lines.append(f'op.add_column("{table}", sa.Column("before_id", sa.Integer(), sa.ForeignKey("t{n // 3 - 1:04d}.id")))')
    elif n % 3 == 1:
        lines = [f'op.add_column("{table}", sa.Column("note", sa.Text()))',
                 f'op.create_unique_constraint("uq_{table}_name", "{table}", ["name"])']
    else:
        lines = [f'op.execute("CREATE TYPE kind_{table} AS ENUM (\'a\', \'b\', \'c\')")',
                 f'op.execute("ALTER TABLE {table} ADD COLUMN kind kind_{table}")',
                 f'op.execute("CREATE VIEW v_{table} AS SELECT id, name FROM {table}")',
                 f'op.execute("UPDATE {table} SET note = name WHERE note IS NULL")',
                 f'op.alter_column("{table}", "note", nullable=False)']
    return "".join(f"    {line}\n" for line in lines)


def back(n):
    table = f"t{n // 3:04d}"
    lines = {0: [f'op.drop_table("{table}")'],
             1: [f'op.drop_constraint("uq_{table}_name", "{table}")',
                 f'op.drop_column("{table}", "note")'],
             2: [f'op.alter_column("{table}", "note", nullable=True)',
                 f'op.execute("DROP VIEW v_{table}")',
                 f'op.drop_column("{table}", "kind")',
                 f'op.execute("DROP TYPE kind_{table}")']}
    return "".join(f"    {line}\n" for line in lines[n % 3])


def fault(n, k):
    """What makes revision n fail: something that is there already, or a table that nobody makes."""
    return ('    op.create_table("t0000", sa.Column("id", sa.Integer(), primary_key=True))\n' if k % 2
            else f'    op.add_column("nowhere{k}", sa.Column("x", sa.Integer()))\n')


def generate(folder, revisions, per_revision, faults=0):
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    (folder / "alembic.ini").write_text(INI)
    (folder / "migrations" / "env.py").write_text(ENV.format(per_revision=per_revision))
    wrong = {revisions * (2 * k + 1) // (2 * faults): k for k in range(faults)}
    for n in range(revisions):
        parent = f'"{n - 1:04d}"' if n else "None"
        steps = body(n) + (fault(n, wrong[n]) if n in wrong else "")
        (versions / f"{n:04d}_step.py").write_text(REVISION.format(n=n, parent=parent, body=steps, back=back(n)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("revisions", type=int)
    parser.add_argument("--per-revision", action="store_true")
    parser.add_argument("--faults", type=int, default=0)
    given = parser.parse_args()
    generate(given.folder, given.revisions, given.per_revision, given.faults)
