"""Makes what the project's models describe, where Alembic would run migrations (scenario "models").

env.py is loaded as for an upgrade, so its imports, connection and settings hold; no revision runs. The database
is what the chain left: its tables are dropped first, and what models cannot make (functions, extensions, schemas)
stays. What was made, and where the project's source defines it, is told in "models" events.
"""
import linecache
import re
import sys

import windlass_events as events
import windlass_places as places

# What the models may need and the chain makes: [name, schema], for a database that has it not.
extensions = []

_defined = {}  # table -> (file, line)
_cleared = set()  # databases whose tables of the chain are gone
_dropped = {}  # database -> [(schema, table, whether in the current schema)] that the chain made
_parts = {}  # database -> [(schema, table, kind, name)] of them, where env.py looks at such

# Frames of a project's own base class; the class statement is further out.
_MACHINERY = {"__new__", "__init__", "__init_subclass__", "__prepare__", "__call__"}

_TABLES = """
SELECT n.nspname::text, c.relname::text, n.nspname = current_schema()
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND n.nspname NOT IN ('information_schema', 'pg_windlass') AND n.nspname !~ '^pg_'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                    WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
 ORDER BY 1, 2
"""

_PARTS = """
SELECT n.nspname::text, c.relname::text, part.kind, part.name::text
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN (SELECT attrelid AS oid, 'column' AS kind, attname AS name FROM pg_catalog.pg_attribute
         WHERE attnum > 0 AND NOT attisdropped
         UNION ALL SELECT i.indrelid, 'index', x.relname
          FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
         UNION ALL SELECT conrelid, CASE contype WHEN 'f' THEN 'foreign_key_constraint' ELSE 'unique_constraint' END, conname
          FROM pg_catalog.pg_constraint WHERE contype IN ('f', 'u')) part ON part.oid = c.oid
 WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('information_schema', 'pg_windlass') AND n.nspname !~ '^pg_'
"""


def watch():
    """Notes where each table of the project's models is defined; before env.py is loaded."""
    from sqlalchemy import Table, event

    def note(table, metadata):
        frame, found = sys._getframe(1), None
        while frame is not None:
            if places.kind_of(frame.f_code) in (places.PROJECT, places.REVISION):
                found = frame
                if frame.f_code.co_name not in _MACHINERY:
                    break
            elif found is None and "importlib" in frame.f_code.co_filename:
                break  # in a module of a library: whoever imports it is not the place
            frame = frame.f_back
        if found is not None:
            _defined[table] = (found.f_code.co_filename, found.f_lineno)

    event.listen(Table, "after_parent_attach", note)


def make(context):
    """Instead of MigrationContext.run_migrations."""
    connection = context.connection
    if connection is None:
        return _tell_not_made("env.py runs the migrations offline")
    given = context.opts.get("target_metadata")
    given = list(given) if isinstance(given, (list, tuple)) else [given]
    metadatas = [one for one in given if one is not None]
    if not metadatas:
        return _tell_not_made("env.py gives no target_metadata", True)
    if not any(one.tables for one in metadatas):
        return _tell_not_made("target_metadata has no table", True)
    try:
        _make(context, connection, metadatas)
    except Exception as error:
        cause = getattr(error, "orig", None) or error
        words = (str(cause).strip().split("\n") or [""])[0]
        _tell_not_made("the models could not be created: %s: %s" % (type(cause).__name__, events.masked(words)))
        raise
    return None


def _tell_not_made(because, nothing=False):
    """nothing: there is none to be made, in any database."""
    events.emit("models-made", made=False, because=because, nothing=nothing)


def _execute(connection, sql):
    from sqlalchemy import text

    return connection.execute(text(sql.replace("\\", "\\\\").replace(":", "\\:")))


def _quoted(connection, *parts):
    quote = connection.dialect.identifier_preparer.quote_identifier
    return ".".join(quote(str(part)) for part in parts if part)


def _make(context, connection, metadatas):
    database, schema = list(_execute(connection, "SELECT current_database()::text, current_schema()::text"))[0]
    translated = _translation(connection)
    tables = [table for metadata in metadatas for table in metadata.sorted_tables]
    types = _types_of(tables, connection.dialect)
    _clear(context, connection, database)
    for named in types:
        if not named["kept"]:
            kind = "DOMAIN" if named["domain"] else "TYPE"
            _execute(connection, "DROP %s IF EXISTS %s CASCADE" %
                     (kind, _quoted(connection, translated(named["type"].schema), named["type"].name)))
    wanted = {translated(one.schema) for one in tables} | {translated(one["type"].schema) for one in types}
    for name in sorted(str(one) for one in wanted if one):
        _execute(connection, "CREATE SCHEMA IF NOT EXISTS " + _quoted(connection, name))
    for name, where in extensions:
        _try(connection, "CREATE EXTENSION IF NOT EXISTS %s WITH SCHEMA %s" %
             (_quoted(connection, name), _quoted(connection, where)))
    for named in types:
        # Also where the model says that it is made elsewhere (create_type=False, which older copies of a type lose):
        # what labels it sends is known all the same.
        if not named["domain"]:
            named["type"].create(connection, checkfirst=True)
    for metadata in metadatas:
        metadata.create_all(connection)
    # env.py may leave that to Alembic, and Alembic to the version table's own transaction.
    connection.connection.commit()
    _tell_made(context, connection, database, schema, translated, tables, types)


def _try(connection, sql):
    """What is in the way of it is told by what then fails."""
    nested = connection.begin_nested()
    try:
        _execute(connection, sql)
        nested.commit()
    except Exception:
        nested.rollback()


def _translation(connection):
    try:
        names = connection.get_execution_options().get("schema_translate_map") or {}
    except Exception:
        names = {}
    return lambda schema: names.get(schema, schema)


def _clear(context, connection, database):
    """Drops every table but the version table; once, for env.py may come here several times."""
    if database in _cleared:
        return
    _cleared.add(database)
    found = [tuple(row) for row in _execute(connection, _TABLES)]
    found = [row for row in found if row[1] != context.version_table]
    _dropped[database] = found
    if context.opts.get("include_object") or context.opts.get("include_name"):
        _parts[database] = [tuple(row) for row in _execute(connection, _PARTS)]
    for schema, name, _ in found:
        _execute(connection, "DROP TABLE IF EXISTS %s CASCADE" % _quoted(connection, schema, name))


# Types ------------------------------------------------------------------

def _named_type(kind, dialect):
    """The enum or domain of the server that a column's type stands for; None for any other."""
    import sqlalchemy
    from sqlalchemy.dialects import postgresql

    for _ in range(8):
        resolved = kind.dialect_impl(dialect)
        inner = getattr(resolved, "impl", None) if isinstance(resolved, sqlalchemy.types.TypeDecorator) else None
        inner = inner or getattr(resolved, "item_type", None)
        if inner is None or inner is kind:
            break
        kind = inner
    wanted = (postgresql.ENUM,) + ((postgresql.DOMAIN,) if hasattr(postgresql, "DOMAIN") else ())
    return resolved if isinstance(resolved, wanted) and resolved.name else None


def _types_of(tables, dialect):
    from sqlalchemy.dialects import postgresql

    found = {}
    for table in tables:
        for column in table.columns:
            try:
                named = _named_type(column.type, dialect)
            except Exception:  # a type of the project's own that wants more than a dialect
                continue
            if named is None:
                continue
            domain = not isinstance(named, postgresql.ENUM)
            one = found.setdefault((named.schema, named.name), {
                "type": named, "domain": domain, "columns": [],
                # A domain that no model creates cannot be made from what the model says of it.
                "kept": domain and getattr(named, "create_type", True) is False})
            one["columns"].append(column)
    return list(found.values())


# What is told -----------------------------------------------------------

def _filters(context):
    """env.py's include_object and include_name; what raises leaves nothing out."""
    def asked(name):
        call = context.opts.get(name)

        def ask(*arguments):
            if call is None:
                return True
            try:
                return bool(call(*arguments))
            except Exception:
                return True
        return ask
    return asked("include_object"), asked("include_name")


def _line_of(file, line, names):
    """Where, below `line`, a column is named; `line` itself where that is not seen."""
    lines = linecache.getlines(file)
    alternatives = "|".join(re.escape(str(name)) for name in names)
    plain = re.compile(r"^\s+(%s)\s*[:=]" % alternatives)
    quoted = re.compile(r"""Column\(\s*["'](%s)["']|^\s*["'](%s)["'],""" % (alternatives, alternatives))
    first = lines[line - 1] if 0 < line <= len(lines) else ""
    indent = len(first) - len(first.lstrip())
    for at in range(line, len(lines)):
        text = lines[at]
        if text.strip() and len(text) - len(text.lstrip()) <= indent and text.strip()[0] not in ")]}#@":
            if not text.lstrip().startswith(("class ", "def ")) or at > line:
                break
        if plain.search(text) or quoted.search(text):
            return at + 1
    return line


def _enum_place(one):
    kind = getattr(one["type"], "enum_class", None)
    if kind is not None:
        try:
            import inspect

            file = inspect.getsourcefile(kind)
            if file and places.in_project(file):
                return places.relative(file), inspect.getsourcelines(kind)[1]
        except Exception:
            pass
    for column in one["columns"]:
        if column.table in _defined:
            file, line = _defined[column.table]
            return places.relative(file), _line_of(file, line, [column.name, column.key])
    return "", 0


def _tell_made(context, connection, database, schema, translated, tables, types):
    include_object, include_name = _filters(context)
    head = {(s, t) for s, t, _ in _dropped.get(database, ())}
    unmapped = _excluded_at_head(include_object, include_name, database, schema, {
        (translated(table.schema) or schema, str(table.name)): {str(column.name) for column in table.columns}
        for table in tables})
    told = []
    for table in tables:
        where = translated(table.schema) or schema
        file, line = _defined.get(table, ("", 0))
        there = (where, str(table.name)) in head
        parts = [(column, "column") for column in table.columns]
        parts += [(index, "index") for index in table.indexes]
        parts += [(each, "foreign_key_constraint" if hasattr(each, "elements") else "unique_constraint")
                  for each in table.constraints if type(each).__name__ in ("ForeignKeyConstraint", "UniqueConstraint")]
        told.append({
            "schema": where, "name": str(table.name), "file": places.relative(file) if file else "", "line": line,
            "included": include_object(table, table.name, "table", False, table if there else None),
            # filled: SQLAlchemy sends a value of its own where the application gives none.
            "columns": [{"name": str(column.name), "filled": column.default is not None,
                         "sequence": _sequence_of(column, translated, schema),
                         "line": _line_of(file, line, [column.name, column.key]) if file else 0}
                        for column in table.columns],
            "excluded": [str(part.name) for part, kind in parts
                         if part.name and not include_object(part, part.name, kind, False, None)]
                        + unmapped.get((where, str(table.name)), [])})
    enums = []
    for one in types:
        if one["domain"]:
            continue
        file, line = _enum_place(one)
        kind = getattr(one["type"], "enum_class", None)
        enums.append({
            "schema": translated(one["type"].schema) or schema, "name": str(one["type"].name),
            "labels": [str(label) for label in one["type"].enums], "file": file, "line": line,
            "class": getattr(kind, "__name__", ""),
            "names": [str(name) for name in getattr(kind, "__members__", {})],
            "values": [str(member.value) for member in getattr(kind, "__members__", {}).values()],
            "columns": ["%s.%s.%s" % (translated(column.table.schema) or schema, column.table.name, column.name)
                        for column in one["columns"]]})
    events.emit("models-made", made=True, database=database, tables=told, enums=enums,
                others=_others(context, include_object, include_name, database, schema,
                               {(one["schema"], one["name"]) for one in told}))


def _sequence_of(column, translated, schema):
    """The sequence that SQLAlchemy asks for the column's next value; empty where there is none."""
    from sqlalchemy import Sequence

    sequence = column.default if isinstance(column.default, Sequence) else None
    return "%s.%s" % (translated(sequence.schema) or schema, sequence.name) if sequence is not None else ""


def _stub(table, kind, name):
    """What reflection would have handed to include_object, as far as its callers look at it."""
    import sqlalchemy as sa

    if kind == "column":
        made = sa.Column(name, sa.types.NullType())
        table.append_column(made)
        return made
    if kind == "index":
        return sa.Index(name, _table=table)
    made = sa.UniqueConstraint(name=name) if kind == "unique_constraint" else sa.CheckConstraint("true", name=name)
    made.parent = table
    return made


def _excluded_at_head(include_object, include_name, database, schema, known):
    """Of the chain's tables that models map: columns, indexes and constraints that env.py leaves out."""
    from sqlalchemy import MetaData, Table

    excluded = {}
    for where, name, kind, part in _parts.get(database, ()):
        columns = known.get((where, name))
        if columns is None or (kind == "column" and part in columns):
            continue
        given = None if where == schema else where
        parents = {"schema_name": given, "table_name": name,
                   "schema_qualified_table_name": name if given is None else "%s.%s" % (where, name)}
        stub = _stub(Table(name, MetaData(), schema=given), kind, part)
        if not include_name(part, kind, parents) or not include_object(stub, part, kind, True, None):
            excluded.setdefault((where, name), []).append(part)
    return excluded


def _others(context, include_object, include_name, database, schema, known):
    """The chain's tables that no model maps and that env.py lets autogenerate look at."""
    from sqlalchemy import MetaData, Table

    schemas = bool(context.opts.get("include_schemas"))
    found = []
    for where, name, own in _dropped.get(database, ()):
        if (where, name) in known or not (schemas or own):
            continue
        given = None if own else where
        if schemas and not include_name(given, "schema", {}):
            continue
        parents = {"schema_name": given, "schema_qualified_table_name": name if own else "%s.%s" % (where, name)}
        if not include_name(name, "table", parents):
            continue
        stub = Table(name, MetaData(), schema=given)
        if include_object(stub, name, "table", True, None):
            found.append("%s.%s" % (where, name))
    return found
