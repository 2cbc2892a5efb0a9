"""Leads every connection of a PostgreSQL driver to the recorder.

The drivers' own connect functions are wrapped as they are imported, so that
engines, creator= functions, pools and direct calls all arrive. Login and
database stay what the project asked for; where the server is, and how the
connection would be secured, is replaced.
"""
import importlib.util
import os
import re
import sys

import windlass_events as events
import windlass_marks as marks
import windlass_places as places

_folder = ""
_port = 5432
_apart = False
_servers = {}  # by database: the first server that was asked for it
_only = ""  # the database that every other name stands for; empty: each name is a database
_MAINTENANCE = ("postgres", "template0", "template1")

# Connection parameters that say where the server is, or how to reach it.
_WHERE = {
    "host", "hostaddr", "port", "password", "passfile", "service", "servicefile", "requirepeer", "require_auth",
    "sslmode", "sslcompression", "sslcert", "sslkey", "sslpassword", "sslcertmode", "sslrootcert", "sslcrl",
    "sslcrldir", "sslsni", "sslnegotiation", "ssl_min_protocol_version", "ssl_max_protocol_version",
    "channel_binding", "gssencmode", "krbsrvname", "gsslib", "gssdelegation", "requiressl",
    "target_session_attrs", "load_balance_hosts",
}


def set_target(folder, port, apart):
    """apart: databases of one name on different servers are different ones."""
    global _folder, _port, _apart
    _folder, _port, _apart = folder, port, apart


def lead_to(database):
    """From now on this one stands for whatever database is asked for."""
    global _only
    _only = database


def _led_database(host, port, database):
    """The scratch database for the one that was asked for: of the same name, unless that is another server's."""
    if _only and database not in _MAINTENANCE:
        return _only
    if not _apart or not database:
        return database
    server = "%s:%s" % (host or "", port or 5432)
    if _servers.setdefault(database, server) == server:
        return database
    return ("%s@%s" % (database, server))[:63]


def _tell(driver, asked):
    place = places.find_place(3)
    target = "%s:%s/%s" % (asked.get("host") or asked.get("hostaddr") or "", asked.get("port") or "",
                           asked.get("dbname") or asked.get("database") or "")
    events.emit("connect", driver=driver, direct=not place.through_engine, target=events.masked(target),
                user=str(asked.get("user") or ""), file=place.file, line=place.line,
                revision=marks.current_revision)


def _service(name):
    """dbname and user of a service, from the files where libpq looks for it."""
    import configparser

    result = {}
    for path in (os.environ.get("PGSERVICEFILE"), os.path.expanduser("~/.pg_service.conf"),
                 os.path.join(os.environ.get("PGSYSCONFDIR", "/etc/postgresql-common"), "pg_service.conf")):
        if not path or not os.path.exists(path):
            continue
        parser = configparser.RawConfigParser(strict=False)
        try:
            parser.read(path)
            result = {k: v for k, v in parser.items(name) if k in ("dbname", "user", "options", "application_name")}
            break
        except Exception:
            continue
    return result


def _redirect_libpq(driver, asked):
    """A libpq parameter dictionary, led to the recorder."""
    _tell(driver, asked)
    led = _service(asked["service"]) if asked.get("service") else {}
    led.update((k, v) for k, v in asked.items() if k not in _WHERE)
    # An empty hostaddr keeps PGHOSTADDR out, should the project have set it by now.
    if led.get("dbname"):
        led["dbname"] = _led_database(asked.get("host") or asked.get("hostaddr"), asked.get("port"), led["dbname"])
    led["host"], led["hostaddr"], led["port"] = _folder, "", str(_port)
    return led


def _same_name(wrapper, original):
    for name in ("__name__", "__qualname__", "__doc__", "__module__"):
        try:
            setattr(wrapper, name, getattr(original, name))
        except (AttributeError, TypeError):
            pass
    return wrapper


# psycopg2 ---------------------------------------------------------------

_marked_cursors = {}
_marked_connections = {}


def _marked_cursor_class(base, composable, plain=None, quoted=None):
    known = _marked_cursors.get(base)
    if known is not None:
        return known

    def text_of(cursor, query):
        if isinstance(query, composable):
            query = query.as_string(cursor)
        return marks.marked(query, "driver", 5)

    class Cursor(base):
        def execute(self, query, vars=None):
            return super().execute(text_of(self, query), vars)

        def executemany(self, query, vars_list):
            return super().executemany(text_of(self, query), vars_list)

        def copy_expert(self, sql, file, *args, **kwargs):
            return super().copy_expert(text_of(self, sql), file, *args, **kwargs)

        @property
        def query(self):
            return marks.unmarked(super().query)

    if plain is not None and base.callproc is plain.callproc:
        # These make their statement in C, out of reach: it is written here as it is there.
        def callproc(self, name, parameters=None):
            if isinstance(name, str) and (parameters is None or isinstance(parameters, (list, tuple))):
                text = "SELECT * FROM %s(%s)" % (name, ",".join(["%s"] * len(parameters or ())))
                plain.execute(self, text_of(self, text), parameters or ())
                return parameters
            return plain.callproc(self, name, parameters)

        Cursor.callproc = _same_name(callproc, plain.callproc)
    if plain is not None and base.copy_from is plain.copy_from and base.copy_to is plain.copy_to and quoted is not None:
        def copy_from(self, file, table, sep="\t", null="\\N", size=8192, columns=None):
            text = "COPY %s FROM stdin WITH DELIMITER AS %s NULL AS %s" % quoted(self, table, sep, null, columns)
            return plain.copy_expert(self, text_of(self, text), file, size)

        def copy_to(self, file, table, sep="\t", null="\\N", columns=None):
            text = "COPY %s TO stdout WITH DELIMITER AS %s NULL AS %s" % quoted(self, table, sep, null, columns)
            return plain.copy_expert(self, text_of(self, text), file)

        Cursor.copy_from = _same_name(copy_from, plain.copy_from)
        Cursor.copy_to = _same_name(copy_to, plain.copy_to)

    _marked_cursors[base] = Cursor
    _marked_cursors[Cursor] = Cursor
    return _same_name(Cursor, base)


def _marked_connection_class(base, extensions, composable, version):
    known = _marked_connections.get(base)
    if known is not None:
        return known

    def marked(factory):
        if not isinstance(factory, type):
            return factory
        return _marked_cursor_class(factory, composable, extensions.cursor, quoted)

    def quoted(cursor, table, sep, null, columns):
        """Quoted as psycopg2 2.9 does; before, names went as they were."""
        def name(text):
            return extensions.quote_ident(text, cursor) if version >= (2, 9) else text

        def literal(text):
            adapted = extensions.QuotedString(text)
            adapted.prepare(cursor.connection)
            return adapted.getquoted().decode(extensions.encodings[cursor.connection.encoding])

        names = "(%s)" % ",".join(name(c) for c in columns) if columns else ""
        return name(table) + names, literal(sep), literal(null)

    class Connection(base):
        def cursor(self, *args, **kwargs):
            if base.cursor is extensions.connection.cursor:
                if len(args) > 1:
                    args = (args[0], marked(args[1] or self.cursor_factory or extensions.cursor)) + args[2:]
                else:
                    factory = kwargs.get("cursor_factory") or self.cursor_factory or extensions.cursor
                    kwargs["cursor_factory"] = marked(factory)
                return super().cursor(*args, **kwargs)
            # DictConnection and its like choose the class themselves.
            made = super().cursor(*args, **kwargs)
            try:
                made.__class__ = marked(type(made))
            except TypeError:  # the layout differs: it stays without marks
                pass
            return made

    _marked_connections[base] = Connection
    _marked_connections[Connection] = Connection
    return _same_name(Connection, base)


def _wrap_psycopg2(psycopg2):
    extensions = psycopg2.extensions
    original = psycopg2._connect
    composable = getattr(importlib.import_module("psycopg2.sql"), "Composable")
    version = tuple(int(n) for n in re.findall(r"\d+", psycopg2.__version__)[:2])

    def _connect(dsn, connection_factory=None, **kwargs):
        try:
            asked = extensions.parse_dsn(dsn) if dsn else {}
        except Exception:
            return original(dsn, connection_factory=connection_factory, **kwargs)  # libpq says what is wrong with it
        led = extensions.make_dsn(**_redirect_libpq("psycopg2", asked))
        factory = connection_factory or extensions.connection
        if isinstance(factory, type):
            factory = _marked_connection_class(factory, extensions, composable, version)
        return original(led, connection_factory=factory, **kwargs)

    psycopg2._connect = _connect


# psycopg 3 --------------------------------------------------------------

def _wrap_psycopg(psycopg):
    conninfo = importlib.import_module("psycopg.conninfo")
    sql = importlib.import_module("psycopg.sql")

    def lead(text, kwargs):
        names = {"dbname", "user", "options", "application_name", "client_encoding", "connect_timeout", "keepalives",
                 "fallback_application_name", "replication", "keepalives_idle", "keepalives_interval",
                 "keepalives_count", "tcp_user_timeout"} | _WHERE
        try:
            asked = conninfo.conninfo_to_dict(text, **{k: v for k, v in kwargs.items() if k in names and v is not None})
        except Exception:
            return text, kwargs  # the driver says what is wrong with it, and connects nowhere
        led = _redirect_libpq("psycopg", asked)
        rest = {k: v for k, v in kwargs.items() if k not in names}
        return conninfo.make_conninfo(**led), rest

    def wrap_connect(cls):
        original = cls.connect.__func__

        def connect(klass, conninfo="", **kwargs):
            text, rest = lead(conninfo, kwargs)
            return original(klass, text, **rest)

        cls.connect = classmethod(_same_name(connect, original))

    for name in ("Connection", "AsyncConnection"):
        wrap_connect(getattr(psycopg, name))
    psycopg.connect = psycopg.Connection.connect

    def mark(query):
        if isinstance(query, sql.Composable):
            return query + sql.SQL("\n" + marks.mark_for("", "driver", 4))
        return marks.marked(query, "driver", 5)

    def wrap_method(cls, name):
        original = cls.__dict__.get(name)
        if original is None:
            return

        def method(self, query, *args, **kwargs):
            return original(self, mark(query), *args, **kwargs)

        setattr(cls, name, _same_name(method, original))

    seen = set()
    for name in ("Cursor", "AsyncCursor", "ServerCursor", "AsyncServerCursor", "ClientCursor", "AsyncClientCursor",
                 "RawCursor", "AsyncRawCursor"):
        for cls in getattr(getattr(psycopg, name, None), "__mro__", ()):
            if cls not in seen and cls.__module__.partition(".")[0] == "psycopg":
                seen.add(cls)
                for method in ("execute", "executemany", "stream", "copy"):
                    wrap_method(cls, method)


# asyncpg ----------------------------------------------------------------

def _wrap_asyncpg(asyncpg):
    utils = asyncpg.connect_utils
    original = utils._connect

    def _connect(*args, **kwargs):
        from urllib.parse import unquote, urlsplit

        asked = {"host": kwargs.get("host"), "port": kwargs.get("port"), "database": kwargs.get("database"),
                 "user": kwargs.get("user")}
        dsn = kwargs.get("dsn")
        if dsn:
            parts = urlsplit(dsn)
            if not asked["host"]:
                asked["host"] = parts.netloc.rpartition("@")[2]
                one = re.match(r"(\[.*\]|[^:,]*):(\d+)$", asked["host"])  # of several, each has its own
                if one:
                    asked["host"], asked["port"] = one.group(1), asked["port"] or one.group(2)
            asked["database"] = asked["database"] or unquote(parts.path.lstrip("/"))
        _tell("asyncpg", asked)
        if asked["database"]:
            kwargs["database"] = _led_database(asked["host"], asked["port"], asked["database"])
        kwargs.update(host=_folder, port=_port, ssl=False, password=kwargs.get("password") or "windlass")
        for name in ("passfile", "service", "servicefile", "krbsrvname", "gsslib"):
            if kwargs.get(name):
                kwargs[name] = None
        if kwargs.get("direct_tls"):
            kwargs["direct_tls"] = False
        return original(*args, **kwargs)

    utils._connect = _same_name(_connect, original)
    def wrap_method(cls, name):
        method = getattr(cls, name, None)
        if method is None:
            return

        def wrapper(self, query, *args, **kwargs):
            return method(self, marks.marked(query, "driver", 4), *args, **kwargs)

        setattr(cls, name, _same_name(wrapper, method))

    for name in ("execute", "executemany", "fetch", "fetchval", "fetchrow", "fetchmany", "_prepare", "cursor"):
        wrap_method(asyncpg.connection.Connection, name)
    for name in ("copy_in", "copy_out"):  # where the text of every COPY is complete
        wrap_method(asyncpg.protocol.Protocol, name)


# pg8000 -----------------------------------------------------------------

def _wrap_pg8000(pg8000):
    core = importlib.import_module("pg8000.core")
    cls = core.CoreConnection
    original = cls.__init__
    names = original.__code__.co_varnames[1:original.__code__.co_argcount]

    def __init__(self, *args, **kwargs):
        kwargs.update(zip(names, args))
        _tell("pg8000", kwargs)
        if kwargs.get("database"):
            kwargs["database"] = _led_database(kwargs.get("host"), kwargs.get("port"), kwargs["database"])
        kwargs.update(host=None, unix_sock=os.path.join(_folder, ".s.PGSQL.%d" % _port), ssl_context=None)
        return original(self, **kwargs)

    cls.__init__ = _same_name(__init__, original)

    def wrap_method(name):
        method = cls.__dict__.get(name)
        if method is None:
            return

        def wrapper(self, statement, *args, **kwargs):
            return method(self, marks.marked(statement, "driver", 4), *args, **kwargs)

        setattr(cls, name, _same_name(wrapper, method))

    for name in ("execute_simple", "execute_unnamed", "prepare_statement"):
        wrap_method(name)


_WRAPPERS = {"psycopg2": _wrap_psycopg2, "psycopg": _wrap_psycopg, "asyncpg": _wrap_asyncpg, "pg8000": _wrap_pg8000}


_loaded = []  # drivers, and their versions


def tell_drivers():
    """Tells of those that are loaded and have not been told yet; what nobody listens to is not told."""
    while _loaded and events.are_open():
        name, version = _loaded.pop(0)
        events.emit("driver", name=name, version=version)


def when_imported(name, act):
    """Calls act(module) as soon as the project has imported that module."""
    _WRAPPERS[name] = act


def _wrap(name, wrap, module):
    try:
        wrap(module)
        if name not in _DRIVERS:
            return
        _loaded.append((name, str(getattr(module, "__version__", "")).split(" ")[0]))
        tell_drivers()
    except Exception as error:  # an unknown version of a driver: the namespace is left
        events.emit("remark", text="%s could not be wrapped: %r" % (name, error))


class _Finder:
    """Wraps a driver when the project imports it, and imports none by itself."""

    def find_spec(self, name, path=None, target=None):
        wrap = _WRAPPERS.get(name)
        if wrap is None:
            return None
        del _WRAPPERS[name]
        spec = importlib.util.find_spec(name)
        if spec is None or spec.loader is None:
            return spec
        loader = spec.loader
        original = loader.exec_module

        def exec_module(module):
            original(module)
            _wrap(name, wrap, module)

        loader.exec_module = exec_module
        return spec


def install():
    sys.meta_path.insert(0, _Finder())
    for name in list(_WRAPPERS):  # imported before us, by a .pth file
        if name in sys.modules:
            _wrap(name, _WRAPPERS.pop(name), sys.modules[name])


_DRIVERS = ("psycopg2", "psycopg2cffi", "psycopg", "psycopg_async", "asyncpg", "pg8000", "pygresql", "pypostgresql")


def speaks_postgresql(dialect):
    """Also dialects of servers that took over its protocol."""
    return dialect.name == "postgresql" or dialect.driver in _DRIVERS


class OtherDatabase(Exception):
    """The project asks for a database that is not PostgreSQL."""


def tell_other(dialect, database):
    place = places.find_place(3)
    events.emit("other-database", database=events.masked(database or dialect.name), file=place.file, line=place.line,
                revision=marks.current_revision)


def do_connect(dialect, record, arguments, parameters):
    """For drivers of PostgreSQL that have no wrapper of their own. Servers of another kind are refused; a database
    that is a file (sqlite) may serve for other things, and only the chain is kept out of it (windlass_watch.py)."""
    if not speaks_postgresql(dialect) and dialect.name != "sqlite":
        host = "%s:%s" % (parameters.get("host") or "", parameters.get("port") or "")
        tell_other(dialect, "%s (%s)" % (dialect.name, host) if host != ":" else dialect.name)
        raise OtherDatabase("windlass runs the chain on PostgreSQL only, and connects to no %s database" % dialect.name)
    if dialect.name == "postgresql" and dialect.driver == "asyncpg":
        # SQLAlchemy's cache would run a statement again under the place of its first run.
        parameters.setdefault("prepared_statement_cache_size", 0)
    if dialect.name != "postgresql" or dialect.driver in ("psycopg2", "psycopg", "psycopg_async", "asyncpg", "pg8000"):
        return None
    _tell(dialect.driver, parameters)
    for name in list(parameters):
        if name in _WHERE:
            del parameters[name]
    parameters["host"], parameters["port"] = _folder, _port
    return None


_LOOPBACK = re.compile(r"^(127\.|::1$|localhost$)")
WATCHED = frozenset(("socket.connect", "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"))


def watch(event, arguments):
    """From the audit hook: an attempt to reach another host, and programs that were started."""
    try:
        if event == "socket.connect":
            address = arguments[1]
            if isinstance(address, tuple) and len(address) > 1 and not _LOOPBACK.match(str(address[0])):
                place = places.find_place(3)
                events.emit("network", address="%s:%s" % address[:2], file=place.file, line=place.line)
        else:
            place = places.find_place(3)
            program = arguments[0]
            if isinstance(program, bytes):
                program = program.decode("utf-8", "replace")
            events.emit("child", argv0=events.masked(program)[:200], file=place.file, line=place.line)
    except Exception as error:
        events.emit("remark", text="%s could not be described: %r" % (event, error))
