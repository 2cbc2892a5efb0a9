"""Schema changes that may be run again, on a database that has some of them already.

Each function stands for one operation of Alembic's and takes the same arguments:

    guard.create_table("people", sa.Column("id", sa.Integer, primary_key=True))

What is not there is made, by Alembic's own operation. What is there counts only if it is defined as this call
would define it; then nothing is done. Otherwise the migration stops, with both definitions (DefinitionsDiffer). A drop is
done where there is something to drop. An index that is INVALID, as CREATE INDEX CONCURRENTLY leaves one that it
could not finish, is dropped and made again.

No definition is guessed. What is there gets another name within a savepoint, the operation is run as it stands, the
server is asked what it made of it, and all of that is rolled back. A table's columns, indexes and constraints are
made on an empty copy of it (CREATE TABLE ... LIKE), so no row is read or written; the table is locked for a moment.

What a table or an enum type has beyond what the call makes is not held against it: later revisions add to it. What
later revisions alter, rename or drop is said by the call, `later=guard.Later(...)`: it counts, too, where it is as one of
them leaves it. Which of them that are is found in the same way, by running their statements behind the operation.

Not compared: the order of columns, owners, privileges, comments; of a schema or an extension more than its name.
With `alembic upgrade --sql` there is no database to look at, and the plain operation is written out.

Put here by `windlass fix --idempotent`; needs Python 3.8, SQLAlchemy 1.4, Alembic 1.7 or later, and nothing else.
"""
from __future__ import annotations

import contextlib
import re
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence

import sqlalchemy as sa
from alembic import op

Facts = Dict[str, str]  # what the server says of each part: "column age" -> "integer NOT NULL"
_RELATIONS = ("table", "view", "sequence")
_ASIDE = "schema_guard_aside"
_LABEL = r"'(?:[^']|'')*'"


class DefinitionsDiffer(Exception):
    """Something is there already, and is not what the migration would make."""


class CannotCompare(Exception):
    """Something is there already, and what the migration would make cannot be made beside it."""


class Later:
    """What later revisions do to what a call makes or alters."""

    def __init__(self, *, sql: Sequence[str] = (), names: Sequence[str] = (), tables: Sequence[str] = (),
                 columns: Optional[Mapping[str, Sequence[Optional[str]]]] = None, remade: bool = False) -> None:
        self.sql = list(sql)  # their statements, in order
        self.names = list(names)  # what it is called since then, one after the other
        self.tables = list(tables)  # what its table is called since then
        self.columns = dict(columns or {})  # of its table: what a column is called since then; None: it is gone
        self.remade = remade  # they make it anew from nothing: there is nothing to compare


_NOTHING_LATER = Later()

# Tables and what they consist of


def create_table(table_name: str, *columns: Any, schema: Optional[str] = None, later: Later = _NOTHING_LATER, **kw: Any) -> Any:
    table = _relation(table_name, schema, to_be_made=True)
    return _whole("table", table, lambda: op.create_table(table_name, *columns, schema=schema, **kw), later)


def rename_table(old_table_name: str, new_table_name: str, *, schema: Optional[str] = None, later: Later = _NOTHING_LATER) -> None:
    if _to_be_renamed("table", old_table_name, new_table_name, schema, None, later):
        op.rename_table(old_table_name, new_table_name, schema=schema)


def drop_table(table_name: str, *, schema: Optional[str] = None, **kw: Any) -> None:
    if _offline() or _relation(table_name, schema):
        op.drop_table(table_name, schema=schema, **kw)


def add_column(table_name: str, column: Any, *, schema: Optional[str] = None, later: Later = _NOTHING_LATER, **kw: Any) -> None:
    _part("column", column.name, table_name, schema, lambda: op.add_column(table_name, column, schema=schema, **kw), later)


def alter_column(table_name: str, column_name: str, *, schema: Optional[str] = None, later: Later = _NOTHING_LATER, **kw: Any) -> None:
    if _offline() or _to_be_altered(table_name, column_name, schema, kw, later):
        op.alter_column(table_name, column_name, schema=schema, **kw)


def drop_column(table_name: str, column_name: str, *, schema: Optional[str] = None, **kw: Any) -> None:
    if _offline() or _has("column", column_name, table_name, schema):
        op.drop_column(table_name, column_name, schema=schema, **kw)


def create_index(index_name: Optional[str], table_name: str, columns: Sequence[Any], *, schema: Optional[str] = None,
                 later: Later = _NOTHING_LATER, **kw: Any) -> None:
    def make(**how: Any) -> None:
        op.create_index(index_name, table_name, columns, schema=schema, **dict(kw, **how))

    concurrently = bool(kw.get("postgresql_concurrently"))
    _part("index", index_name, table_name, schema, make, later,
          aside=(lambda: make(postgresql_concurrently=False)) if concurrently else make, concurrently=concurrently)


def drop_index(index_name: str, table_name: Optional[str] = None, *, schema: Optional[str] = None, **kw: Any) -> None:
    if _offline() or _relation(index_name, schema):
        op.drop_index(index_name, table_name, schema=schema, **kw)


def create_primary_key(constraint_name: Optional[str], table_name: str, columns: List[str], *, schema: Optional[str] = None,
                       later: Later = _NOTHING_LATER, **kw: Any) -> None:
    _part("constraint", constraint_name, table_name, schema,
          lambda: op.create_primary_key(constraint_name, table_name, columns, schema=schema, **kw), later)


def create_unique_constraint(constraint_name: Optional[str], table_name: str, columns: Sequence[str], *,
                             schema: Optional[str] = None, later: Later = _NOTHING_LATER, **kw: Any) -> None:
    _part("constraint", constraint_name, table_name, schema,
          lambda: op.create_unique_constraint(constraint_name, table_name, columns, schema=schema, **kw), later)


def create_check_constraint(constraint_name: Optional[str], table_name: str, condition: Any, *,
                            schema: Optional[str] = None, later: Later = _NOTHING_LATER, **kw: Any) -> None:
    _part("constraint", constraint_name, table_name, schema,
          lambda: op.create_check_constraint(constraint_name, table_name, condition, schema=schema, **kw), later)


def create_foreign_key(constraint_name: Optional[str], source_table: str, referent_table: str, local_cols: List[str],
                       remote_cols: List[str], *, source_schema: Optional[str] = None, later: Later = _NOTHING_LATER, **kw: Any) -> None:
    _part("constraint", constraint_name, source_table, source_schema,
          lambda: op.create_foreign_key(constraint_name, source_table, referent_table, local_cols, remote_cols,
                                        source_schema=source_schema, **kw), later)


def drop_constraint(constraint_name: str, table_name: str, type_: Optional[str] = None, *, schema: Optional[str] = None,
                    **kw: Any) -> None:
    if _offline() or _has("constraint", constraint_name, table_name, schema):
        op.drop_constraint(constraint_name, table_name, type_, schema=schema, **kw)


@contextlib.contextmanager
def batch_alter_table(table_name: str, schema: Optional[str] = None) -> Iterator["_Batch"]:
    yield _Batch(table_name, schema)


class _Batch:
    """The operations of a batch, which on PostgreSQL are those of the table, one after the other."""

    def __init__(self, table_name: str, schema: Optional[str]) -> None:
        self.table_name, self.schema = table_name, schema
        self.f = op.f

    def add_column(self, column: Any, *, insert_before: Optional[str] = None, insert_after: Optional[str] = None,
                   **kw: Any) -> None:
        add_column(self.table_name, column, schema=self.schema, **kw)

    def drop_column(self, column_name: str, **kw: Any) -> None:
        drop_column(self.table_name, column_name, schema=self.schema, **kw)

    def alter_column(self, column_name: str, **kw: Any) -> None:
        alter_column(self.table_name, column_name, schema=self.schema, **kw)

    def create_index(self, index_name: str, columns: Sequence[Any], **kw: Any) -> None:
        create_index(index_name, self.table_name, columns, schema=self.schema, **kw)

    def drop_index(self, index_name: str, **kw: Any) -> None:
        drop_index(index_name, self.table_name, schema=self.schema, **kw)

    def create_primary_key(self, constraint_name: Optional[str], columns: List[str], **kw: Any) -> None:
        create_primary_key(constraint_name, self.table_name, columns, schema=self.schema, **kw)

    def create_unique_constraint(self, constraint_name: Optional[str], columns: Sequence[str], **kw: Any) -> None:
        create_unique_constraint(constraint_name, self.table_name, columns, schema=self.schema, **kw)

    def create_check_constraint(self, constraint_name: Optional[str], condition: Any, **kw: Any) -> None:
        create_check_constraint(constraint_name, self.table_name, condition, schema=self.schema, **kw)

    def create_foreign_key(self, constraint_name: Optional[str], referent_table: str, local_cols: List[str],
                           remote_cols: List[str], **kw: Any) -> None:
        create_foreign_key(constraint_name, self.table_name, referent_table, local_cols, remote_cols,
                           source_schema=self.schema, **kw)

    def drop_constraint(self, constraint_name: str, type_: Optional[str] = None) -> None:
        drop_constraint(constraint_name, self.table_name, type_, schema=self.schema)


# Enum types: postgresql.ENUM(..., create_type=False) in columns, and of the type itself one create and one drop


def create_enum(enum: Any, *, later: Later = _NOTHING_LATER) -> None:
    _whole("type", _Object(_schema(enum.schema), enum.name), lambda: enum.create(op.get_bind(), checkfirst=False), later)
    # As when a table makes it along with itself: a table further on in this run does not make it once more.
    for memory in ("_pg_enums", "pg_%s" % enum.__visit_name__):  # of SQLAlchemy 1.4, and of 2
        op.get_context().impl.memo.setdefault(memory, set()).add((enum.schema, enum.name))


def drop_enum(enum: Any) -> None:
    if _offline() or _facts("type", _Object(_schema(enum.schema), enum.name)):
        enum.drop(op.get_bind(), checkfirst=False)


# SQL of the migration's own


def execute_create(sql: Any, *, kind: str, name: str, schema: Optional[str] = None, table: Optional[str] = None,
                   later: Later = _NOTHING_LATER) -> None:
    """One CREATE of an object: of a `kind` in `_CATALOG` below, or a table's "index", "constraint" or "column"; of a "label" `table` is the type."""

    def make() -> None:
        op.execute(sql)

    if kind in ("index", "constraint", "column") and table is not None:
        plain = re.sub(r"(?i)\b(INDEX\s+)CONCURRENTLY\b", r"\1", str(sql), count=1)
        concurrently = kind == "index" and plain != str(sql)
        _part(kind, name, table, schema, make, later, aside=(lambda: op.execute(plain)) if concurrently else make,
              concurrently=concurrently)
    elif kind in _RELATIONS:
        _whole(kind, _relation(name, schema, to_be_made=True), make, later)
    elif kind == "label":
        if _offline() or not any(_is_there("label", each, where, schema) for each in [name] + later.names for where in [table] + later.tables):
            make()
    else:
        _whole(kind, _named(kind, name, table, schema, later), make, later)


def execute_drop(sql: Any, *, kind: str, name: str, schema: Optional[str] = None, table: Optional[str] = None) -> None:
    """One DROP of an object, named as for execute_create()."""
    if _offline() or _is_there(kind, name, table, schema):
        op.execute(sql)


def execute_rename(sql: Any, *, kind: str, name: str, to: str, schema: Optional[str] = None, table: Optional[str] = None,
                   later: Later = _NOTHING_LATER) -> None:
    """One ALTER ... RENAME of an object, named as for execute_create()."""
    if _to_be_renamed(kind, name, to, schema, table, later):
        op.execute(sql)


# How it is done


class _Object:
    """A place in the database, and what is there: of a table, view, index or sequence its oid."""

    def __init__(self, schema: str, name: str, oid: int = 0, table: Optional[str] = None) -> None:
        self.schema, self.name, self.oid, self.table = schema, name, oid, table

    def __bool__(self) -> bool:
        return self.oid != 0

    def sql(self, name: Optional[str] = None) -> str:
        return "%s.%s" % (_quoted(self.schema), _quoted(name or self.table or self.name))


def _offline() -> bool:
    return bool(op.get_context().as_sql)


def _rows(sql: str, **values: Any) -> List[Any]:
    return list(op.get_bind().execute(sa.text(sql), values))


def _run(sql: str) -> None:
    # Names may hold a colon, which text() takes for a parameter.
    op.get_bind().execute(sa.text(sql.replace(":", r"\:")))


def _quoted(name: str) -> str:
    return '"%s"' % name.replace('"', '""')


def _schema(given: Optional[str]) -> str:
    """The schema that is meant: as SQLAlchemy translates it; without one that in which new things are made."""
    if _offline():
        return given or ""
    translated = (op.get_bind().get_execution_options().get("schema_translate_map") or {}).get(given, given)
    return str(translated or _rows("SELECT current_schema()")[0][0] or "")


def _relation(name: str, schema: Optional[str], to_be_made: bool = False) -> _Object:
    """What has this name. Without a schema it is looked for as the server does, but what is to be made is made in one place."""
    if _offline():
        return _Object(schema or "", name)
    where = _schema(schema)
    anywhere = where == _schema(None) and not schema and not to_be_made
    for row in _rows(
            "SELECT c.oid, n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relname = CAST(:name AS text) AND CASE WHEN CAST(:anywhere AS boolean) "
            "THEN pg_catalog.pg_table_is_visible(c.oid) ELSE n.nspname = CAST(:schema AS text) END",
            name=str(name), schema=where, anywhere=anywhere):
        return _Object(row[1], name, row[0])
    return _Object(where, name)


def _table(table_name: str, schema: Optional[str], later: Later) -> _Object:
    """A table that is there, perhaps under a name that it bears since then."""
    found = [_relation(name, schema) for name in [table_name] + later.tables]
    return next((table for table in found if table), found[0])


def _named(kind: str, name: str, table: Optional[str], schema: Optional[str], later: Later = _NOTHING_LATER) -> _Object:
    """An object that is no relation: a trigger or policy of a table, anything else of a schema."""
    found = _table(table, schema, later) if table is not None else None
    return _Object(found.schema, name, found.oid, found.name) if found else _Object(_schema(schema), name)


def _has(kind: str, name: str, table_name: str, schema: Optional[str]) -> bool:
    table = _relation(table_name, schema)
    return "%s %s" % (kind, name) in (_facts("table", table) if table else {})


def _is_there(kind: str, name: str, table: Optional[str], schema: Optional[str]) -> bool:
    if kind in ("column", "constraint"):
        return _has(kind, name, table or "", schema)
    if kind in _RELATIONS or kind == "index":
        return bool(_relation(name, schema))
    if kind == "label":
        labels = _facts("type", _Object(_schema(schema), table or "")).get("labels", "")
        return "'%s'" % name.replace("'", "''") in re.findall(_LABEL, labels)
    return bool(_facts(kind, _named(kind, name, table, schema)))


def _to_be_renamed(kind: str, name: str, to: str, schema: Optional[str], table: Optional[str], later: Later) -> bool:
    """Whether there is something to be renamed."""
    if _offline():
        return True
    old, new = _is_there(kind, name, table, schema), _is_there(kind, to, table, schema)
    if old and new:
        raise DefinitionsDiffer('The %s "%s" is to be renamed to "%s", and there is one of that name, too.\nNothing was changed. Find '
                                "out which of the two is the one, in the database, and run the migration again." % (kind, name, to))
    if old:
        return True
    names: List[Optional[str]] = [to, *later.names, *(later.columns.get(to, ()) if kind == "column" else ())]
    return not any(_is_there(kind, name, where, schema) for name in names if name is not None for where in [table] + list(later.tables))


# One row for each fact: its name, and the server's words for it. `:oid`, `:schema` and `:name` say of what.
_TABLE = """
SELECT 'table', CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END || CASE c.relkind WHEN 'f' THEN 'FOREIGN ' ELSE '' END
    || 'TABLE' || coalesce(' PARTITION BY ' || pg_catalog.pg_get_partkeydef(c.oid), '')
    || coalesce(' ' || pg_catalog.pg_get_expr(c.relpartbound, c.oid), '')
  FROM pg_catalog.pg_class c WHERE c.oid = CAST(:oid AS oid) AND c.relkind IN ('r', 'p', 'f')
UNION ALL
SELECT 'column ' || a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod)
    || CASE WHEN a.attcollation <> t.typcollation THEN ' COLLATE ' || CAST(CAST(a.attcollation AS regcollation) AS text) ELSE '' END
    || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
    || CASE a.attidentity WHEN 'a' THEN ' GENERATED ALWAYS AS IDENTITY' WHEN 'd' THEN ' GENERATED BY DEFAULT AS IDENTITY' ELSE '' END
    || coalesce(CASE WHEN a.attgenerated = '' THEN ' DEFAULT ' ELSE ' GENERATED ' || CAST(a.attgenerated AS text) || ' AS ' END
        || pg_catalog.pg_get_expr(d.adbin, d.adrelid), '')
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  WHERE a.attrelid = CAST(:oid AS oid) AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT 'constraint ' || k.conname, pg_catalog.pg_get_constraintdef(k.oid)
  FROM pg_catalog.pg_constraint k WHERE k.conrelid = CAST(:oid AS oid) AND k.contype IN ('c', 'f', 'p', 'u', 'x')
UNION ALL
SELECT 'index ' || c.relname, replace(replace(pg_catalog.pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON '),
    ' ON ' || quote_ident(n.nspname) || '.' || quote_ident(t.relname) || ' USING ', ' USING ')
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
  WHERE i.indrelid = CAST(:oid AS oid) AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid
    AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x'))
"""
_IN_SCHEMA = " = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = CAST(:schema AS text)) "

# Of each kind: how its facts are read, and how it is got out of the way.
_CATALOG = {
    "table": (_TABLE, ""),
    "view": ("SELECT 'view', CASE c.relkind WHEN 'm' THEN 'MATERIALIZED ' ELSE '' END || 'VIEW '"
             " || coalesce('WITH (' || array_to_string(c.reloptions, ', ') || ') ', '') || 'AS ' || pg_catalog.pg_get_viewdef(c.oid)"
             " FROM pg_catalog.pg_class c WHERE c.oid = CAST(:oid AS oid) AND c.relkind IN ('v', 'm')"
             " UNION ALL SELECT 'columns of the view', string_agg(CAST(attname AS text), ', ' ORDER BY attnum)"
             " FROM pg_catalog.pg_attribute WHERE attrelid = CAST(:oid AS oid) AND attnum > 0 HAVING count(*) > 0",
             "ALTER TABLE {} RENAME TO {}"),
    "sequence": ("SELECT 'sequence', format('AS %s START %s INCREMENT %s MINVALUE %s MAXVALUE %s CACHE %s%s',"
                 " pg_catalog.format_type(seqtypid, NULL), seqstart, seqincrement, seqmin, seqmax, seqcache,"
                 " CASE WHEN seqcycle THEN ' CYCLE' ELSE '' END) FROM pg_catalog.pg_sequence WHERE seqrelid = CAST(:oid AS oid)",
                 "ALTER SEQUENCE {} RENAME TO {}"),
    "type": ("SELECT 'labels', (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_catalog.pg_enum"
             " WHERE enumtypid = t.oid) FROM pg_catalog.pg_type t WHERE t.typtype = 'e' AND t.typname = CAST(:name AS text)"
             " AND t.typnamespace" + _IN_SCHEMA +
             "UNION ALL SELECT 'attributes', (SELECT string_agg(quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid,"
             " a.atttypmod), ', ' ORDER BY a.attnum) FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.typrelid AND NOT a.attisdropped)"
             " FROM pg_catalog.pg_type t JOIN pg_catalog.pg_class c ON c.oid = t.typrelid WHERE c.relkind = 'c'"
             " AND t.typname = CAST(:name AS text) AND t.typnamespace" + _IN_SCHEMA +
             "UNION ALL SELECT 'range', pg_catalog.format_type(r.rngsubtype, NULL) FROM pg_catalog.pg_type t"
             " JOIN pg_catalog.pg_range r ON r.rngtypid = t.oid WHERE t.typname = CAST(:name AS text) AND t.typnamespace" + _IN_SCHEMA
             + " UNION ALL SELECT 'domain', pg_catalog.format_type(t.typbasetype, t.typtypmod) || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END"
             " || coalesce(' DEFAULT ' || t.typdefault, '') FROM pg_catalog.pg_type t WHERE t.typtype = 'd'"
             " AND t.typname = CAST(:name AS text) AND t.typnamespace" + _IN_SCHEMA +
             "UNION ALL SELECT 'constraint ' || k.conname, pg_catalog.pg_get_constraintdef(k.oid) FROM pg_catalog.pg_constraint k"
             " JOIN pg_catalog.pg_type t ON t.oid = k.contypid WHERE k.contype = 'c' AND t.typname = CAST(:name AS text)"
             " AND t.typnamespace" + _IN_SCHEMA,
             "ALTER TYPE {} RENAME TO {}"),
    # Of one name there may be several: which of them the SQL makes, it says itself.
    "function": ("SELECT 'function ' || p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')',"
                 " pg_catalog.pg_get_functiondef(p.oid) FROM pg_catalog.pg_proc p WHERE p.prokind IN ('f', 'p', 'w')"
                 " AND p.proname = CAST(:name AS text) AND p.pronamespace" + _IN_SCHEMA, ""),
    "trigger": ("SELECT 'trigger', pg_catalog.pg_get_triggerdef(g.oid) FROM pg_catalog.pg_trigger g"
                " WHERE g.tgrelid = CAST(:oid AS oid) AND NOT g.tgisinternal AND g.tgname = CAST(:name AS text)",
                "ALTER TRIGGER {2} ON {0} RENAME TO {1}"),
    "policy": ("SELECT 'policy', format('%s FOR %s TO %s', CASE WHEN polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END, polcmd,"
               " (SELECT string_agg(CASE WHEN r = 0 THEN 'public' ELSE CAST(pg_catalog.pg_get_userbyid(r) AS text) END, ', ' ORDER BY r)"
               " FROM unnest(polroles) r))"
               " || coalesce(' USING (' || pg_catalog.pg_get_expr(polqual, polrelid) || ')', '')"
               " || coalesce(' WITH CHECK (' || pg_catalog.pg_get_expr(polwithcheck, polrelid) || ')', '')"
               " FROM pg_catalog.pg_policy WHERE polrelid = CAST(:oid AS oid) AND polname = CAST(:name AS text)",
               "ALTER POLICY {2} ON {0} RENAME TO {1}"),
    "schema": ("SELECT 'schema', nspname FROM pg_catalog.pg_namespace WHERE nspname = CAST(:name AS text)", None),
    "extension": ("SELECT 'extension', extname FROM pg_catalog.pg_extension WHERE extname = CAST(:name AS text)", None),
}


def _facts(kind: str, of: _Object) -> Facts:
    sql = _CATALOG[kind][0]
    if ":oid" in str(sql) and not of:
        return {}
    given = {"oid": of.oid, "schema": of.schema, "name": str(of.name)}
    return {str(row[0]): str(row[1] or "") for row in _rows(sql, **{key: value for key, value in given.items() if ":" + key in sql})}


def _whole(kind: str, of: _Object, make: Callable[[], Any], later: Later) -> Any:
    """Something with a name of its own."""
    if _offline():
        return make()
    there, now = _facts(kind, of), of
    for name in later.names:
        if not there:
            now = _relation(name, of.schema, to_be_made=True) if kind in _RELATIONS else _Object(of.schema, name, of.oid, of.table)
            there = _facts(kind, now)
    if not there:
        return make()
    if _CATALOG[kind][1] is None or later.remade:
        return None

    def beside() -> Any:
        if kind == "table":
            _rename_table(now)
        elif kind == "function":
            for row in _rows("SELECT CAST(CAST(p.oid AS regprocedure) AS text) FROM pg_catalog.pg_proc p WHERE p.proname ="
                             " CAST(:name AS text) AND p.pronamespace" + _IN_SCHEMA, name=of.name, schema=of.schema):
                _run("ALTER ROUTINE %s RENAME TO %s" % (row[0], _quoted(_ASIDE)))
        else:
            for constraint in [fact[len("constraint "):] for fact in there if fact.startswith("constraint ")]:
                _run("ALTER DOMAIN %s RENAME CONSTRAINT %s TO %s" % (now.sql(), _quoted(constraint), _quoted(_ASIDE + constraint)))
            _run(str(_CATALOG[kind][1]).format(now.sql(), _quoted(_ASIDE), _quoted(now.name)))
        made = make()
        fresh = _relation(of.name, of.schema, to_be_made=True) if kind in _RELATIONS else of
        return made, _then(later, lambda: _facts(kind, fresh) or ({} if kind in _RELATIONS else _facts(kind, now)))

    made, wanted = _tried('%s "%s"' % (kind, of.name), beside)
    if kind == "function" and not set(wanted[0]) & set(there):
        return make()  # there is one of this name with other arguments
    _compare('%s "%s"' % (kind, now.name), wanted, there)
    return made


def _part(kind: str, name: Optional[str], table_name: str, schema: Optional[str], make: Callable[[], Any], later: Later, *,
          aside: Optional[Callable[[], Any]] = None, concurrently: bool = False) -> None:
    """A column, an index or a constraint of a table."""
    table = _Object("", "") if _offline() or name is None else _table(table_name, schema, later)
    there = _facts("table", table) if table else {}
    if table and any(_has_gone(column, there, later) for column in later.columns):
        return  # and it with that column
    keys = ["%s %s" % (kind, each) for each in [name] + list(later.names)]
    found = [key for key in keys if key in there]
    if not found:
        make()
        return

    def beside() -> List[Facts]:
        copy = _copy_in_place_of(table, table_name)
        if kind == "column":
            _run("ALTER TABLE %s DROP COLUMN %s CASCADE" % (copy.sql(), _quoted(found[0][len("column "):])))
        elif kind == "constraint":
            for copied, definition in _facts("table", copy).items():
                if copied.startswith("constraint ") and definition == there[found[0]]:
                    _run("ALTER TABLE %s DROP CONSTRAINT %s" % (copy.sql(), _quoted(copied[len("constraint "):])))
            _run("ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s" % (copy.sql(), _quoted(str(name))))
        for column, names in later.columns.items():
            columns = _facts("table", copy)
            for now in [each for each in names if each is not None and "column " + each in columns and "column " + column not in columns]:
                _rename_column(copy, now, column)
        before = _facts("table", copy)
        (aside or make)()
        states = _then(later, lambda: _facts("table", copy))
        made = {fact for fact, text in states[0].items() if before.get(fact) != text}
        return [{fact: text for fact, text in state.items() if fact in made or fact in keys} for state in states]

    what = '%s "%s" of table "%s"' % (kind, found[0][len(kind) + 1:], table.name)
    _compare(what, _tried(what, beside), there)
    if kind == "index" and _rows(
            "SELECT 1 FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = CAST(:oid AS oid)"
            " AND c.relname = CAST(:name AS text) AND c.relkind = 'i' AND NOT i.indisvalid", oid=table.oid, name=str(name)):
        _run("DROP INDEX %s%s" % ("CONCURRENTLY " if concurrently else "", table.sql(name)))
        make()


def _to_be_altered(table_name: str, column_name: str, schema: Optional[str], kw: Dict[str, Any], later: Later) -> bool:
    """Whether a column is neither as the operation leaves it, nor as a later revision does."""
    table = _table(table_name, schema, later)
    there = _facts("table", table) if table else {}
    renamed = [str(kw["new_column_name"])] if kw.get("new_column_name") is not None else []
    found = [name for name in [column_name] + renamed + later.names if "column " + name in there]
    if table and not found and _has_gone(column_name, there, later):
        return False
    if len(found) > 1:
        raise DefinitionsDiffer('The columns "%s" and "%s" are both there in table "%s": one is to be renamed to the other.\nNothing was changed. '
                                "Find out which of the two is the one, in the database, and run the migration again."
                                % (found[0], found[1], table.name))
    if not found:
        return True  # the server says what is missing

    def beside() -> Any:
        # Without what uses the column, which would refuse another type.
        copy = _copy_in_place_of(table, table_name, "DEFAULTS INCLUDING IDENTITY INCLUDING GENERATED")
        if found[0] != column_name:
            _rename_column(copy, found[0], column_name)
        number = _rows("SELECT attnum FROM pg_catalog.pg_attribute WHERE attrelid = CAST(:oid AS oid) AND attname = CAST(:name AS text)",
                       oid=copy.oid, name=column_name)[0][0]

        def column() -> Facts:
            rows = _rows("SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = CAST(:oid AS oid) AND attnum = :number AND NOT attisdropped",
                         oid=copy.oid, number=number)
            return {"column": _facts("table", copy)["column " + rows[0][0]], "name": rows[0][0]} if rows else {}

        before = dict(column(), name=found[0])
        default = _rows("SELECT pg_catalog.pg_get_expr(adbin, adrelid) FROM pg_catalog.pg_attrdef d JOIN pg_catalog.pg_attribute a"
                        " ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE adrelid = CAST(:oid AS oid) AND adnum = :number"
                        " AND a.attgenerated = ''", oid=copy.oid, number=number)
        if kw.get("type_") is None:
            op.alter_column(table_name, column_name, schema=schema, **kw)
            return before, _then(later, column)
        # It has the new type already, perhaps, which the revision's own USING would not take.
        if default:
            _run("ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT" % (copy.sql(), _quoted(column_name)))
        op.alter_column(table_name, column_name, schema=schema, **dict(kw, postgresql_using="NULL"))
        if default and "server_default" not in kw:
            _run("ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s"
                 % (copy.sql(), _quoted(str(kw.get("new_column_name") or column_name)), default[0][0]))
        return before, _then(later, column)

    what = 'column "%s" of table "%s"' % (found[0], table.name)
    try:
        before, wanted = _tried(what, beside)
    except CannotCompare:
        if later is not _NOTHING_LATER:
            raise
        return True
    if before not in wanted:
        if found[0] != column_name or not _relation(table_name, schema):
            _compare(what, [{"column " + found[0]: state.get("column", "")} for state in wanted], there)
            raise CannotCompare("The %s is neither as this revision leaves it nor as a later one does." % what)
        return True
    if "comment" in kw and before == wanted[0]:
        op.alter_column(table.name, found[0], schema=schema, comment=kw["comment"])
    return False


def _has_gone(column: str, there: Facts, later: Later) -> bool:
    """Whether a later revision has dropped the column."""
    names = list(later.columns.get(column, ()))
    return None in names and not any("column %s" % each in there for each in [column, *names])


def _rename_column(table: _Object, column: str, to: str) -> None:
    _run("ALTER TABLE %s RENAME COLUMN %s TO %s" % (table.sql(), _quoted(column), _quoted(to)))


def _copy_in_place_of(table: _Object, name: str, including: str = "ALL") -> _Object:
    """An empty copy of the table, under this name; the table itself has another one until all is rolled back."""
    _run("CREATE TABLE %s (LIKE %s INCLUDING %s)" % (table.sql(_ASIDE + "_copy"), table.sql(), including))
    _rename_table(table)
    _run("ALTER TABLE %s RENAME TO %s" % (table.sql(_ASIDE + "_copy"), _quoted(name)))
    return _relation(name, table.schema, to_be_made=True)


def _then(later: Later, look: Callable[[], Facts]) -> List[Facts]:
    """What is there now, and behind each of the later statements. One that cannot be run here leads nowhere."""
    states = [look()]
    for sql in later.sql:
        _run("SAVEPOINT " + _ASIDE + "_later")
        try:
            _run(re.sub(r"(?i)\b(INDEX\s+)CONCURRENTLY\b", r"\1", sql, count=1))
            states.append(look())
            _run("RELEASE SAVEPOINT " + _ASIDE + "_later")
        except sa.exc.DBAPIError:
            _run("ROLLBACK TO SAVEPOINT " + _ASIDE + "_later")
    return states


def _rename_table(table: _Object) -> None:
    """A table, and whatever would stand in the way of the names that the server chooses for another one's parts."""
    number = 0
    for row in _rows("SELECT c.relname, CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'INDEX' END FROM pg_catalog.pg_class c"
                     " WHERE c.relkind IN ('i', 'I', 'S') AND c.oid IN (SELECT indexrelid FROM pg_catalog.pg_index"
                     " WHERE indrelid = CAST(:oid AS oid) UNION ALL SELECT objid FROM pg_catalog.pg_depend WHERE deptype IN ('a', 'i')"
                     " AND refclassid = CAST('pg_catalog.pg_class' AS regclass) AND refobjid = CAST(:oid AS oid))", oid=table.oid):
        number += 1
        _run("ALTER %s %s RENAME TO %s" % (row[1], table.sql(row[0]), _quoted("%s_%d" % (_ASIDE, number))))
    for row in _rows("SELECT conname FROM pg_catalog.pg_constraint WHERE conrelid = CAST(:oid AS oid) AND contype IN ('c', 'f')"
                     " AND conislocal AND conparentid = 0", oid=table.oid):
        number += 1
        _run("ALTER TABLE %s RENAME CONSTRAINT %s TO %s" % (table.sql(), _quoted(row[0]), _quoted("%s_%d" % (_ASIDE, number))))
    _run("ALTER TABLE %s RENAME TO %s" % (table.sql(), _quoted(_ASIDE)))


def _tried(what: str, make: Callable[[], Any]) -> Any:
    """What `make` returns; what it did to the database is rolled back, and Alembic does not remember it."""
    memory = {key: set(value) if isinstance(value, set) else value for key, value in op.get_context().impl.memo.items()}
    begin, end = "SAVEPOINT " + _ASIDE, ["ROLLBACK TO SAVEPOINT " + _ASIDE, "RELEASE SAVEPOINT " + _ASIDE]
    if _rows("SELECT txid_current()")[0][0] != _rows("SELECT txid_current()")[0][0]:
        begin, end = "BEGIN", ["ROLLBACK"]  # an autocommit block: there is no transaction to have a savepoint in
    _run(begin)
    try:
        return make()
    except sa.exc.DBAPIError as error:
        raise CannotCompare("The %s is there already, and whether it is as this revision makes it cannot be said, because making "
                            "it beside the one that is there failed: %s\nCompare the two by hand; where they are equal, take "
                            "this operation out." % (what, error.orig)) from error
    finally:
        for statement in end:
            _run(statement)
        op.get_context().impl.memo.clear()
        op.get_context().impl.memo.update(memory)


def _compare(what: str, states: List[Facts], there: Facts) -> None:
    """`states`: what the operation makes, and what is there of it behind each later statement."""
    if not states[0]:
        raise CannotCompare("The %s is there already, and whether it is as this revision makes it cannot be said: the operation "
                            "made nothing of this name. Compare the two by hand." % what)
    lines = []
    for fact in [fact for number, state in enumerate(states) for fact in state if not any(fact in each for each in states[:number])]:
        found = there.get(fact)
        wanted = [state.get(fact) for state in states]
        if any(found is None and text is None or found is not None and text is not None and _same(fact, text, found) for text in wanted):
            continue
        lines += ["  %s" % fact, "    this revision makes: %s" % (wanted[0] or "nothing")]
        known = wanted[:1]
        for text in wanted[1:]:
            if text not in known:
                known.append(text)
                lines.append("    a later revision:    %s" % (text or "nothing"))
        lines.append("    there is:            %s" % (found or "nothing"))
    if lines:
        raise DefinitionsDiffer("The %s is there already, and is not as this revision makes it:\n%s\nNothing was changed. Make the "
                                "two equal, in the database or in the revision, and run the migration again." % (what, "\n".join(lines)))


def _same(fact: str, wanted: str, found: str) -> bool:
    if fact == "labels":
        # Later revisions add labels; those of this one must be there, in their order.
        have = re.findall(_LABEL, found)
        order = [have.index(label) if label in have else -1 for label in re.findall(_LABEL, wanted)]
        return order == sorted(order) and -1 not in order
    # A constraint that has been validated since is the same one.
    return found == wanted or found + " NOT VALID" == wanted
