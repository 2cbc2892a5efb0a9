"""Ends every statement with a comment that names where it came from.

/*wl:TOKEN;r=REVISION;f=FILE;l=LINE;c=COLUMN;h=FILE;i=LINE;j=COLUMN;o=OPERATION;e=EMITTED*/
on a line of its own (h, i, j: the helper that FILE called) - bytes outside
[A-Za-z0-9_./-] as ~XX, so that no driver finds a % or : in it. The recorder
takes it off before the server sees the statement. It stands at the end so that
error positions, and the "LINE 1: ..." that libpq cuts out of the client's own
text, are what they would be without it.

Marks are put on at the driver, below SQLAlchemy: what the project sees of its
statements (echo, exceptions) bears none.
"""
import re

import windlass_places as places

# The recorder lets longer statements pass through piece by piece, and looks for a mark at their head only.
_LONG = 16384

_lead = ""
current_revision = ""
_encoded = {"": ""}


def set_token(token):
    global _lead
    _lead = "/*wl:" + token


def _encode(value):
    text = _encoded.get(value)
    if text is None:
        text = "".join(
            chr(b) if chr(b).isascii() and (chr(b).isalnum() or chr(b) in "_./-") else "~%02X" % b
            for b in value.encode("utf-8", "surrogateescape")
        )
        _encoded[value] = text
    return text


def mark_for(statement_head, operation, depth=3):
    head = statement_head.lstrip()[:14].upper()
    want_type = head.startswith(("CREATE TYPE", "DROP TYPE", "CREATE DOMAIN", "DROP DOMAIN", "ALTER TYPE"))
    place = places.find_place(depth, want_type)
    name = "version" if place.version else place.operation or ("connection" if place.through_engine else operation)
    parts = [_lead]
    if current_revision:
        parts.append("r=" + _encode(current_revision))
    if place.file:
        parts.append("f=%s;l=%d;c=%d" % (_encode(place.file), place.line, place.column))
    if place.helper:
        parts.append("h=%s;i=%d;j=%d" % (_encode(place.helper[0]), *place.helper[1:]))
    if name:
        parts.append("o=" + _encode(name))
    if place.emitted:
        parts.append("e=" + place.emitted)
    return ";".join(parts) + "*/"


def marked(statement, operation="driver", depth=4):
    """`statement` (text or bytes) with its mark; as it was when it bears one or is something else."""
    if isinstance(statement, str):
        mark = _from_engine.pop(_key(statement), None) if _from_engine else None
        if mark is None:
            if _lead in statement:
                return statement
            mark = mark_for(statement, operation, depth)
        return statement + "\n" + mark if len(statement) < _LONG else mark + statement
    if isinstance(statement, (bytes, bytearray)):
        statement = bytes(statement)
        if _lead.encode() in statement:
            return statement
        mark = mark_for(statement[:40].decode("latin-1"), operation, depth).encode()
        return statement + b"\n" + mark if len(statement) < _LONG else mark + statement
    return statement


def unmarked(statement):
    """What the project sees of a statement that it sent."""
    if not isinstance(statement, (str, bytes)):
        return statement
    lead, end, line_end = (_lead, "*/", "\n") if isinstance(statement, str) else (_lead.encode(), b"*/", b"\n")
    start = statement.find(lead)
    if start < 0:
        return statement
    stop = statement.find(end, start) + len(end)
    if start and statement[start - 1:start] == line_end:
        start -= 1
    return statement[:start] + statement[stop:]


# Statements of asynchronous engines: their driver runs in another greenlet,
# whose stack does not lead to the revision.
_from_engine = {}
# Placeholders with their casts: both are put in anew on the way to asyncpg.
_PLACEHOLDERS = re.compile(r"(?:%s|\$\d+|%\(\w+\)s)(?:::\w+(?: with time zone)?)*")


def _key(statement):
    """The statement without its placeholders."""
    return _PLACEHOLDERS.sub("?", statement).replace("%%", "%")


def before_cursor_execute(conn, cursor, statement, parameters, context, executemany):
    dialect = conn.dialect
    if dialect.name != "postgresql":
        return statement, parameters
    if getattr(dialect, "is_async", False):
        if len(_from_engine) > 1000:
            _from_engine.clear()
        _from_engine[_key(statement)] = mark_for(statement, "connection", 4)
    elif dialect.driver not in ("psycopg2", "psycopg", "pg8000"):
        return marked(statement, "connection", 4), parameters
    return statement, parameters
