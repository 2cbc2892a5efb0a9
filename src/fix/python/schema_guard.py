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

What a table or an enum type has beyond what the call makes is not held against it: later revisions add to it.
Not compared: the order of columns, owners, privileges, comments; of a schema or an extension more than its name.
With `alembic upgrade --sql` there is no database to look at, and the plain operation is written out.

Put here by `windlass fix --idempotent`; needs Python 3.8, SQLAlchemy 1.4, Alembic 1.7 or later, and nothing else.
"""
from __future__ import annotations

import contextlib
import re
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence

import sqlalchemy as sa
from alembic import op

Facts = Dict[str, str]  # what the server says of each part: "column age" -> "integer NOT NULL"
_ASIDE = "schema_guard_aside"
_LABEL = r"'(?:[^']|'')*'"


class DefinitionsDiffer(Exception):
    """Something is there already, and is not what the migration would make."""


class CannotCompare(Exception):
    """Something is there already, and what the migration would make cannot be made beside it."""


# Tables and what they consist of


def create_table(table_name: str, *columns: Any, schema: Optional[str] = None, **kw: Any) -> Any:
    table = _relation(table_name, schema, to_be_made=True)
    return _whole("table", table, lambda: op.create_table(table_name, *columns, schema=schema, **kw))


def drop_table(table_name: str, *, schema: Optional[str] = None, **kw: Any) -> None:
    if _offline() or _relation(table_name, schema):
        op.drop_table(table_name, schema=schema, **kw)


def add_column(table_name: str, column: Any, *, schema: Optional[str] = None, **kw: Any) -> None:
    _part("column", column.name, table_name, schema, lambda: op.add_column(table_name, column, schema=schema, **kw))


def drop_column(table_name: str, column_name: str, *, schema: Optional[str] = None, **kw: Any) -> None:
    if _offline() or _has("column", column_name, table_name, schema):
        op.drop_column(table_name, column_name, schema=schema, **kw)


def create_index(index_name: Optional[str], table_name: str, columns: Sequence[Any], *, schema: Optional[str] = None,
                 **kw: Any) -> None:
    def make(**how: Any) -> None:
        op.create_index(index_name, table_name, columns, schema=schema, **dict(kw, **how))

    concurrently = bool(kw.get("postgresql_concurrently"))
    _part("index", index_name, table_name, schema, make,
          aside=(lambda: make(postgresql_concurrently=False)) if concurrently else make, concurrently=concurrently)


def drop_index(index_name: str, table_name: Optional[str] = None, *, schema: Optional[str] = None, **kw: Any) -> None:
    if _offline() or _relation(index_name, schema):
        op.drop_index(index_name, table_name, schema=schema, **kw)


def create_primary_key(constraint_name: Optional[str], table_name: str, columns: List[str], *, schema: Optional[str] = None,
                       **kw: Any) -> None:
    _part("constraint", constraint_name, table_name, schema,
          lambda: op.create_primary_key(constraint_name, table_name, columns, schema=schema, **kw))


def create_unique_constraint(constraint_name: Optional[str], table_name: str, columns: Sequence[str], *,
                             schema: Optional[str] = None, **kw: Any) -> None:
    _part("constraint", constraint_name, table_name, schema,
          lambda: op.create_unique_constraint(constraint_name, table_name, columns, schema=schema, **kw))


def create_check_constraint(constraint_name: Optional[str], table_name: str, condition: Any, *,
                            schema: Optional[str] = None, **kw: Any) -> None:
    _part("constraint", constraint_name, table_name, schema,
          lambda: op.create_check_constraint(constraint_name, table_name, condition, schema=schema, **kw))


def create_foreign_key(constraint_name: Optional[str], source_table: str, referent_table: str, local_cols: List[str],
                       remote_cols: List[str], *, source_schema: Optional[str] = None, **kw: Any) -> None:
    _part("constraint", constraint_name, source_table, source_schema,
          lambda: op.create_foreign_key(constraint_name, source_table, referent_table, local_cols, remote_cols,
                                        source_schema=source_schema, **kw))


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
        op.alter_column(self.table_name, column_name, schema=self.schema, **kw)

    def create_index(self, index_name: str, columns: Sequence[Any], **kw: Any) -> None:
        create_index(index_name, self.table_name, columns, schema=self.schema, **kw)

    def drop_index(self, index_name: str, **kw: Any) -> None:
        drop_index(index_name, self.table_name, schema=self.schema, **kw)

    def create_primary_key(self, constraint_name: Optional[str], columns: List[str]) -> None:
        create_primary_key(constraint_name, self.table_name, columns, schema=self.schema)

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


def create_enum(enum: Any) -> None:
    _whole("type", _Object(_schema(enum.schema), enum.name), lambda: enum.create(op.get_bind(), checkfirst=False))


def drop_enum(enum: Any) -> None:
    if _offline() or _facts("type", _Object(_schema(enum.schema), enum.name)):
        enum.drop(op.get_bind(), checkfirst=False)


# SQL of the migration's own


def execute_create(sql: Any, *, kind: str, name: str, schema: Optional[str] = None, table: Optional[str] = None) -> None:
    """One CREATE of an object: of a `kind` in `_CATALOG` below, or a table's "index", "constraint" or "column"; of a "label" `table` is the type."""

    def make() -> None:
        op.execute(sql)

    if kind in ("index", "constraint", "column") and table is not None:
        plain = re.sub(r"(?i)\b(INDEX\s+)CONCURRENTLY\b", r"\1", str(sql), count=1)
        concurrently = kind == "index" and plain != str(sql)
        _part(kind, name, table, schema, make, aside=(lambda: op.execute(plain)) if concurrently else make,
              concurrently=concurrently)
    elif kind in ("table", "view", "sequence"):
        _whole(kind, _relation(name, schema, to_be_made=True), make)
    elif kind == "label":
        labels = {} if _offline() else _facts("type", _Object(_schema(schema), table or ""))
        if "'%s'" % name.replace("'", "''") not in re.findall(_LABEL, labels.get("labels", "")):
            make()
    else:
        where = _Object(_schema(schema), name)
        if table is not None:
            found = _relation(table, schema)
            where = _Object(found.schema, name, found.oid, table) if found else where
        _whole(kind, where, make)


def execute_drop(sql: Any, *, kind: str, name: str, schema: Optional[str] = None, table: Optional[str] = None) -> None:
    """One DROP of an object, named as for execute_create()."""
    if _offline():
        there = True
    elif kind in ("column", "constraint"):
        there = _has(kind, name, table or "", schema)
    elif kind in ("table", "view", "sequence", "index"):
        there = bool(_relation(name, schema))
    else:
        found = _relation(table, schema) if table is not None else None
        there = (table is None or found is not None) and bool(
            _facts(kind, _Object(found.schema if found else _schema(schema), name, found.oid if found else 0, table)))
    if there:
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


def _has(kind: str, name: str, table_name: str, schema: Optional[str]) -> bool:
    table = _relation(table_name, schema)
    return "%s %s" % (kind, name) in (_facts("table", table) if table else {})


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
SELECT 'index ' || c.relname, replace(pg_catalog.pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ')
  FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
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


def _whole(kind: str, of: _Object, make: Callable[[], Any]) -> Any:
    """Something with a name of its own."""
    if _offline():
        return make()
    there = _facts(kind, of)
    if not there:
        return make()
    if _CATALOG[kind][1] is None:
        return None

    def beside() -> Any:
        if kind == "table":
            _rename_table(of)
        elif kind == "function":
            for row in _rows("SELECT CAST(CAST(p.oid AS regprocedure) AS text) FROM pg_catalog.pg_proc p WHERE p.proname ="
                             " CAST(:name AS text) AND p.pronamespace" + _IN_SCHEMA, name=of.name, schema=of.schema):
                _run("ALTER ROUTINE %s RENAME TO %s" % (row[0], _quoted(_ASIDE)))
        else:
            for constraint in [fact[len("constraint "):] for fact in there if fact.startswith("constraint ")]:
                _run("ALTER DOMAIN %s RENAME CONSTRAINT %s TO %s" % (of.sql(), _quoted(constraint), _quoted(_ASIDE + constraint)))
            _run(str(_CATALOG[kind][1]).format(of.sql(), _quoted(_ASIDE), _quoted(of.name)))
        made = make()
        fresh = _relation(of.name, of.schema, to_be_made=True) if kind in ("table", "view", "sequence") else of
        return made, _facts(kind, fresh)

    made, wanted = _tried('%s "%s"' % (kind, of.name), beside)
    if kind == "function" and not set(wanted) & set(there):
        return make()  # there is one of this name with other arguments
    _compare('%s "%s"' % (kind, of.name), wanted, there)
    return made


def _part(kind: str, name: Optional[str], table_name: str, schema: Optional[str], make: Callable[[], Any], *,
          aside: Optional[Callable[[], Any]] = None, concurrently: bool = False) -> None:
    """A column, an index or a constraint of a table."""
    table = _Object("", "") if _offline() or name is None else _relation(table_name, schema)
    there = _facts("table", table) if table else {}
    key = "%s %s" % (kind, name)
    if key not in there:
        make()
        return

    def beside() -> Facts:
        _run("CREATE TABLE %s (LIKE %s INCLUDING ALL)" % (table.sql(_ASIDE + "_copy"), table.sql()))
        _rename_table(table)
        _run("ALTER TABLE %s RENAME TO %s" % (table.sql(_ASIDE + "_copy"), _quoted(table.name)))
        copy = _relation(table.name, table.schema, to_be_made=True)
        if kind == "column":
            _run("ALTER TABLE %s DROP COLUMN %s CASCADE" % (copy.sql(), _quoted(str(name))))
        elif kind == "constraint":
            for copied, definition in _facts("table", copy).items():
                if copied.startswith("constraint ") and definition == there[key]:
                    _run("ALTER TABLE %s DROP CONSTRAINT %s" % (copy.sql(), _quoted(copied[len("constraint "):])))
            _run("ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s" % (copy.sql(), _quoted(str(name))))
        before = _facts("table", copy)
        (aside or make)()
        return {fact: text for fact, text in _facts("table", copy).items() if before.get(fact) != text}

    what = '%s "%s" of table "%s"' % (kind, name, table_name)
    _compare(what, _tried(what, beside), there)
    if kind == "index" and _rows(
            "SELECT 1 FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = CAST(:oid AS oid)"
            " AND c.relname = CAST(:name AS text) AND c.relkind = 'i' AND NOT i.indisvalid", oid=table.oid, name=str(name)):
        _run("DROP INDEX %s%s" % ("CONCURRENTLY " if concurrently else "", table.sql(name)))
        make()


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
    memory = dict(op.get_context().impl.memo)
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


def _compare(what: str, wanted: Facts, there: Facts) -> None:
    if not wanted:
        raise CannotCompare("The %s is there already, and whether it is as this revision makes it cannot be said: the operation "
                            "made nothing of this name. Compare the two by hand." % what)
    lines = []
    for fact, text in wanted.items():
        found = there.get(fact)
        if found is None or not _same(fact, text, found):
            lines += ["  %s" % fact, "    this revision makes: %s" % text, "    there is:            %s" % (found or "nothing")]
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
