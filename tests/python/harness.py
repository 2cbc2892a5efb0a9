"""What the tests of the Python part stand on: servers of their own, small projects, and runs of both
the bare tool and the wrapped one.

The recorder's place is taken by a plain server that logs each statement with its mark; a second server,
the decoy, is where the projects' own URLs point. Nothing may ever arrive there.
"""
import atexit
import csv
import ctypes
import glob
import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
PYTHON_PART = os.path.join(ROOT, "src", "run", "python")
PROGRAM = os.path.join(PYTHON_PART, "windlass_alembic.py")
TOKEN = "c0ffee42"
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None)
csv.field_size_limit(1 << 28)


def bindir():
    candidates = [os.environ.get("PG_BINDIR", "")]
    candidates += sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda p: int(re.sub(r"\D", "", p) or 0), reverse=True)
    candidates += os.environ.get("PATH", "").split(":")
    for folder in candidates:
        if folder and os.access(os.path.join(folder, "postgres"), os.X_OK) and os.access(os.path.join(folder, "initdb"), os.X_OK):
            return folder
    raise RuntimeError("no PostgreSQL server binaries: set PG_BINDIR, or on Debian apt-get install postgresql")


BINDIR = bindir()
WORK = tempfile.mkdtemp(prefix="windlass-python-test-")
os.chmod(WORK, 0o755)
atexit.register(shutil.rmtree, WORK, True)


def _unprivileged():
    """PostgreSQL refuses to run as root."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)
    if os.getuid() == 0:
        user = pwd.getpwnam(os.environ.get("WINDLASS_TEST_USER", "postgres"))
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


def _server_folder(name):
    folder = os.path.join(WORK, name)
    os.mkdir(folder, 0o700)
    if os.getuid() == 0:
        user = pwd.getpwnam(os.environ.get("WINDLASS_TEST_USER", "postgres"))
        os.chown(folder, user.pw_uid, user.pw_gid)
    return folder


_prepared = None


def _prepare():
    global _prepared
    if _prepared is None:
        _prepared = os.path.join(_server_folder("prepared"), "data")
        subprocess.run([os.path.join(BINDIR, "initdb"), "-D", _prepared, "-U", "app", "-A", "trust", "-N", "-E", "UTF8",
                        "--locale=C"], check=True, stdout=subprocess.DEVNULL, preexec_fn=_unprivileged, cwd="/")
    return _prepared


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server on its own socket folder; with tcp=True also on a loopback port."""

    def __init__(self, name, tcp=False):
        self.folder = _server_folder(name)
        self.data = os.path.join(self.folder, "data")
        subprocess.run(["cp", "-a", _prepare(), self.data], check=True)
        self.port = _free_port()
        settings = {"unix_socket_directories": self.folder, "listen_addresses": "127.0.0.1" if tcp else "", "port": self.port,
                    "fsync": "off", "shared_buffers": "16MB", "dynamic_shared_memory_type": "mmap", "logging_collector": "on", "log_destination": "csvlog",
                    "log_directory": self.folder, "log_filename": "server.log", "log_statement": "all",
                    "log_connections": "on", "max_connections": 40, "autovacuum": "off"}
        with open(os.path.join(self.data, "postgresql.conf"), "a") as conf:
            conf.writelines("%s = '%s'\n" % item for item in settings.items())
        self.process = subprocess.Popen([os.path.join(BINDIR, "postgres"), "-D", self.data], preexec_fn=_unprivileged,
                                        cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        atexit.register(self.stop)
        for _ in range(500):
            if self.psql("select 1", check=False).returncode == 0:
                return
            time.sleep(0.02)
        raise RuntimeError("the test server did not start: see %s" % self.folder)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait()

    def psql(self, sql, database="postgres", check=True):
        return subprocess.run([os.path.join(BINDIR, "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", self.folder, "-p",
                               str(self.port), "-U", "app", "-d", database, "-c", sql], check=check,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)

    def fresh_database(self, name="app"):
        self.psql('drop database if exists "%s" with (force)' % name)
        self.psql('create database "%s"' % name)

    def schema(self, database="app"):
        text = subprocess.run([os.path.join(BINDIR, "pg_dump"), "-s", "-h", self.folder, "-p", str(self.port), "-U", "app",
                               database], check=True, stdout=subprocess.PIPE, universal_newlines=True).stdout
        return "\n".join(line for line in text.splitlines() if not line.startswith(("\\restrict", "\\unrestrict")))

    def position(self):
        """Where the log ends now."""
        self.log()
        return os.path.getsize(os.path.join(self.folder, "server.csv"))

    def log(self, start=0):
        """(database, message) of every line since byte `start`."""
        path = os.path.join(self.folder, "server.csv")
        marker = "marker %d" % time.monotonic_ns()
        self.psql("select '%s'" % marker)
        for _ in range(500):
            # The collector writes a moment later; what was asked last must be there.
            with open(path, newline="", encoding="utf-8") as file:
                file.seek(start)
                text = file.read()
            if marker in text[-2000:]:
                return [(row[2], row[13]) for row in csv.reader(text.splitlines(True)) if len(row) > 13]
            time.sleep(0.01)
        raise RuntimeError("the server's log does not follow")

    def arrivals(self):
        """Connections from anybody but this harness's own psql, which comes by the socket."""
        return [m for _, m in self.log() if m.startswith("connection received: host=127") or "host=::1" in m]


_MARK = re.compile(r"\n?/\*wl:" + TOKEN + r"(;[^*]*)?\*/")


def _decode(value):
    return re.sub("((?:~[0-9A-F]{2})+)", lambda m: bytes.fromhex(m.group(1).replace("~", "")).decode(), value)


class Statement:
    """A statement as the server saw it, and the fields of its mark ({} without one)."""

    def __init__(self, text):
        found = _MARK.search(text)
        self.marked = found is not None
        self.text = _MARK.sub("", text)
        self.marks = len(_MARK.findall(text))
        self.fields = {}
        if found and found.group(1):
            self.fields = {part[0]: _decode(part[2:]) for part in found.group(1)[1:].split(";")}

    def at(self):
        return "%s:%s" % (self.fields.get("f", ""), self.fields.get("l", ""))

    def __repr__(self):
        return "%r %r" % (self.text[:60], self.fields)


class Run:
    def __init__(self, process, out, err, events, statements):
        self.code, self.out, self.err = process.returncode, out, err
        self.events, self.statements = events, statements

    def all(self, name):
        return [event for event in self.events if event["event"] == name]

    def one(self, name):
        found = self.all(name)
        assert len(found) == 1, "%d events %r: %r\n%s" % (len(found), name, self.events, self.err)
        return found[0]

    def find(self, start):
        found = [s for s in self.statements if s.text.lstrip().startswith(start)]
        assert found, "no statement begins with %r: %r\n%s" % (start, self.statements, self.err)
        return found[0]


class Project:
    """A project folder of text files, of which alembic.ini and env.py have defaults."""

    def __init__(self, files, url=None):
        self.folder = tempfile.mkdtemp(prefix="project-", dir=WORK)
        defaults = {"alembic.ini": "[alembic]\nscript_location = migrations\nprepend_sys_path = .\n", "migrations/env.py": ENV}
        for name, text in dict(defaults, **files).items():
            path = os.path.join(self.folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(text if isinstance(text, bytes) else text.encode())
        self.url = url

    def files(self):
        return sorted(os.path.relpath(os.path.join(root, name), self.folder)
                      for root, _, names in os.walk(self.folder) for name in names)


ENV = """\
import os
from alembic import context
from sqlalchemy import create_engine

engine = create_engine(os.environ["DATABASE_URL"])
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=None)
    with context.begin_transaction():
        context.run_migrations()
"""


def revision(number, body, down="", imports=""):
    """The text of a revision file; its body starts on line 9."""
    parent = repr("%03d" % (number - 1)) if number > 1 else "None"
    return ('"""step %d"""\nimport sqlalchemy as sa\nfrom alembic import op\n%s\nrevision = "%03d"\ndown_revision = %s\n\n'
            "def upgrade():\n%s\n\n\ndef downgrade():\n%s\n"
            % (number, imports, number, parent, indent(body), indent(down or "pass")))


def indent(text):
    return "\n".join("    " + line if line else "" for line in text.splitlines())


def clean_environment(extra):
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "DATABASE", "WINDLASS", "PYTHON"))}
    kept.update(extra)
    return kept


def run_bare(server, project, url, arguments=("upgrade", "heads"), environment=None):
    """The console script itself, against `server`."""
    script = os.path.join(os.path.dirname(sys.executable), "alembic")
    variables = clean_environment(dict({"DATABASE_URL": url, "PYTHONDONTWRITEBYTECODE": "1"}, **(environment or {})))
    process = subprocess.run([script, *arguments], cwd=project.folder, env=variables, stdin=subprocess.DEVNULL,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, timeout=120)
    return Run(process, process.stdout, process.stderr, [], [])


def run_settings(server, project, events, arguments=("upgrade", "heads"), servers_apart=False):
    """What windlass hands to its Python part, in WINDLASS_RUN."""
    return json.dumps({"events_fd": events, "token": TOKEN, "project": project.folder, "arguments": list(arguments),
                       "socket_folder": server.folder, "port": server.port, "pythonpath0": os.path.dirname(sys.executable),
                       "servers_apart": servers_apart})


def run_wrapped(server, project, url, arguments=("upgrade", "heads"), environment=None, interpreter=None, servers_apart=False):
    """As windlass runs it: every connection to `server`, whatever the URL."""
    before = server.position()
    read, write = os.pipe()
    settings = run_settings(server, project, write, arguments, servers_apart)
    variables = clean_environment(dict({"DATABASE_URL": url, "WINDLASS_RUN": settings, "PGUSER": "app",
                                        "PGDATABASE": "app", "PGHOST": server.folder, "PGPORT": str(server.port)},
                                       **(environment or {})))
    process = subprocess.Popen([interpreter or sys.executable, "-X", "pycache_prefix=" + os.path.join(WORK, "pycache"), PROGRAM],
                               cwd=project.folder, env=variables, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, universal_newlines=True, pass_fds=[write])
    os.close(write)
    with open(read, encoding="utf-8") as stream:
        lines = stream.read().splitlines()
    out, err = process.communicate(timeout=120)
    statements = []
    for database, message in server.log(before):
        found = re.match(r"(?:statement|execute [^:]*): (.*)", message, re.S)
        if found and database != "postgres":
            statements.append(Statement(found.group(1)))
    return Run(process, out, err, [json.loads(line) for line in lines], statements)


_servers = {}


def recorder():
    """The server that stands where the recorder would."""
    if "recorder" not in _servers:
        _servers["recorder"] = Server("recorder")
    return _servers["recorder"]


def decoy():
    """The server that projects name; nothing may arrive there."""
    if "decoy" not in _servers:
        _servers["decoy"] = Server("decoy", tcp=True)
    return _servers["decoy"]


def has(module):
    import importlib.util

    return importlib.util.find_spec(module) is not None
