"""What the checks share: servers of a group, windlass as a child with nothing but what it is given, psql, and asking."""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/behaviour"))
from lib import servers  # noqa: E402

CACHE = pathlib.Path(os.environ.get("WINDLASS_TEST_CACHE") or pathlib.Path.home() / ".cache/windlass-tests")
COULD_NOT_LOOK = 3  # windlass's exit status


class Failed(Exception):
    pass


def expect(holds, *said):
    if not holds:
        raise Failed(" ".join(str(each) for each in said))


class Done:
    """A command that came to its end. `memory`: the most that it held itself, in MB."""

    def __init__(self, words, status, out, err, memory, seconds):
        self.words, self.status, self.out, self.err = words, status, out, err
        self.memory, self.seconds = memory, seconds

    @property
    def all(self):
        return self.out + self.err

    def document(self):
        return json.loads(self.out.decode("utf-8"))

    def ended(self, status, *has):
        """Raises unless it ended with `status` and said each of `has`."""
        text = self.all.decode("utf-8", "replace")
        expect(self.status == status, "status", self.status, "and not", status, "of", self.words, "\n" + text[-2000:])
        for words in has:
            expect(words in text, repr(words), "is not in what", self.words, "said:\n" + text[-2000:])
        return self


class Running:
    def __init__(self, words, environment, folder):
        self.words, self.begun = [str(word) for word in words], time.monotonic()
        self.child = subprocess.Popen(self.words, env=environment, cwd=folder, stdin=subprocess.DEVNULL,
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.texts = {}
        self.readers = [threading.Thread(target=lambda n=n, f=f: self.texts.update({n: f.read()}))
                        for n, f in (("out", self.child.stdout), ("err", self.child.stderr))]
        for reader in self.readers:
            reader.start()

    def end(self, within=240):
        killer = threading.Timer(within, self.child.kill)
        killer.start()
        _, status, used = os.wait4(self.child.pid, 0)
        killer.cancel()
        self.child.returncode = os.waitstatus_to_exitcode(status)
        for reader in self.readers:
            reader.join()
        self.child.stdout.close()
        self.child.stderr.close()
        return Done(self.words, self.child.returncode, self.texts["out"], self.texts["err"], used.ru_maxrss / 1024,
                    time.monotonic() - self.begun)


class Group:
    """Checks that share servers: methods named check_*, tried in the order of the text. `begin` makes what they share."""

    def __init__(self, windlass):
        self.windlass_program, self.children = windlass, []

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="servers-"))
        self.home = self.folder / "home"
        self.home.mkdir()
        self.give(self.folder)
        os.chmod(self.folder, 0o755)
        self.shelf = servers.Shelf()
        self.shelf.__enter__()
        try:
            self.begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for child in reversed(self.children):
            child.terminate()
            child.wait(20)
        for server in getattr(self, "servers", []):
            if server.process.poll() is None:
                server.stop()
        if "WINDLASS_KEEP_LOGS" in os.environ:
            for number, server in enumerate(getattr(self, "servers", [])):
                shutil.copy(server.log, pathlib.Path(os.environ["WINDLASS_KEEP_LOGS"]) / ("%s-%d" % (self.title, number)))
        self.shelf.__exit__()
        shutil.rmtree(self.folder, ignore_errors=True)

    def begin(self):
        pass

    @classmethod
    def checks(cls):
        return [name for name in vars(cls) if name.startswith("check_")]

    def give(self, *paths):
        """To the user that servers run as."""
        if os.getuid() == 0:
            for path in paths:
                shutil.chown(path, "postgres", "postgres")

    def put(self, name, text, mode=0o644):
        path = self.folder / name
        path.write_text(text)
        os.chmod(path, mode)
        return path

    def server(self, *settings):
        server = self.shelf.server(True, ("fsync=off", "shared_buffers=16MB", "autovacuum=off",
                                          "log_line_prefix=%p|%a|") + settings)
        return self.keep(server)

    def keep(self, server):
        self.servers = getattr(self, "servers", []) + [server]
        return server

    def bouncer(self, settings, users=""):
        """A PgBouncer on a port of its own; its port."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        folder = pathlib.Path(tempfile.mkdtemp(prefix="bouncer", dir=self.folder))
        (folder / "users").write_text(users)
        (folder / "ini").write_text(settings + "listen_addr = 127.0.0.1\nlisten_port = %d\nunix_socket_dir =\nauth_file = %s/users\n"
                                    "server_round_robin = 1\n" % (port, folder))
        self.give(folder, folder / "users", folder / "ini")
        program = shutil.which("pgbouncer", path=os.environ["PATH"] + ":/usr/sbin")
        expect(program, "there is no pgbouncer; on Debian: apt-get install pgbouncer")
        with open(folder / "log", "wb") as log:
            child = subprocess.Popen([program, folder / "ini"], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                     preexec_fn=servers._unprivileged, cwd="/")
        self.children.append(child)
        wait_until(lambda: reachable(port) or child.poll() is not None, "PgBouncer listens")
        expect(child.poll() is None, "PgBouncer ended:\n" + (folder / "log").read_text())
        return port

    def start(self, *words, folder=None, **more):
        """windlass with these words; `more` is all of its environment besides what any program has."""
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.home), "LANG": "C.UTF-8", "TERM": "dumb",
                       "WINDLASS_CACHE": str(self.home / "cache"), **more}
        if "PG_BINDIR" in os.environ:
            environment["PG_BINDIR"] = os.environ["PG_BINDIR"]
        return Running([self.windlass_program, *words], environment, folder or self.home)

    def windlass(self, *words, **more):
        return self.start(*words, **more).end()

    def snapshot(self, url, *words, **more):
        """The document of a snapshot that must succeed."""
        return self.windlass("snapshot", "--quiet", "--url", url, *words, **more).ended(0).document()

    def equal(self, a, b, **more):
        """`windlass diff` must find no difference between A and B."""
        done = self.windlass("diff", a, b, **more)
        expect(done.status == 0, "status", done.status, "of diff:\n" + done.all.decode("utf-8", "replace")[-2000:])


def socket_url(server, database="postgres", user="postgres"):
    """Trusted: over the Unix socket, which no rule of a check is about."""
    return "host=%s port=%d user=%s dbname=%s" % (server.folder, server.port, user, database)


def psql(server, text, database="postgres"):
    """What a superuser's script gives, a row a line."""
    done = subprocess.run(["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", "-d", socket_url(server, database)], input=text,
                          capture_output=True, encoding="utf-8", errors="surrogateescape", env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"})
    expect(done.returncode == 0, "psql:", done.stderr)
    return done.stdout.strip()


class Session:
    """A psql that stays, for what a transaction holds."""

    def __init__(self, server, text, database="postgres"):
        self.child = subprocess.Popen(["psql", "-qXAt", "-d", socket_url(server, database)], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                      env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"})
        self.child.stdin.write(text + "\n\\echo done\n")
        self.child.stdin.flush()
        while (line := self.child.stdout.readline()) != "done\n":
            expect(line, "the session ended")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.stdin.close()
        self.child.stdout.close()
        self.child.wait(20)


def reachable(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(holds, what, within=30):
    until = time.monotonic() + within
    while not (value := holds()):
        expect(time.monotonic() < until, "not within", within, "s:", what)
        time.sleep(0.02)
    return value
