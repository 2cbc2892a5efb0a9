"""Real servers for the tests that ask for one: a copy of one prepared data folder, logging all it is told."""
import ctypes
import glob
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time


def bindir():
    folders = [os.environ.get("PG_BINDIR", "")]
    folders += sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda p: int(re.sub(r"\D", "", p) or 0), reverse=True)
    folders += os.environ.get("PATH", "").split(":")
    for folder in folders:
        if folder and os.access(f"{folder}/postgres", os.X_OK) and os.access(f"{folder}/initdb", os.X_OK):
            return folder
    raise RuntimeError("no PostgreSQL server binaries: set PG_BINDIR, or on Debian apt-get install postgresql")


def major():
    """The major version of the servers that the tests are run with."""
    said = subprocess.run([f"{bindir()}/postgres", "--version"], check=True, capture_output=True, text=True).stdout
    return int(re.search(r"\d+", said)[0])


def _unprivileged():
    """PostgreSQL refuses to run as root; and it is to end with the test runner."""
    if os.getuid() == 0:
        user = pwd.getpwnam("postgres")
        os.setgroups([])
        os.setgid(user.pw_gid)
        os.setuid(user.pw_uid)
    ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


class Server:
    def __init__(self, folder, log, settings):
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = folder / "log"
        with open(self.log, "wb") as sink:
            self.process = subprocess.Popen(
                [f"{bindir()}/postgres", "-D", folder / "data", "-k", folder, "-c", "listen_addresses=127.0.0.1",
                 "-c", f"port={self.port}"] +
                [word for setting in settings for word in ("-c", setting)] + (["-c", "log_statement=all", "-c", "log_connections=on"] if log else []),
                stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, preexec_fn=_unprivileged, cwd="/")
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        until = time.monotonic() + 20
        while not re.search(rb"ready to accept (read.only )?connections", self.log.read_bytes()):
            if self.process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the test's server did not start:\n{self.log.read_text()}")
            time.sleep(0.02)

    def stop(self):
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(20)


class Shelf:
    """Keeps the prepared data folder, in memory unless a place is named; removes all when the run ends."""

    def __init__(self, place="/dev/shm" if os.access("/dev/shm", os.W_OK) else None):
        self.place = place

    def __enter__(self):
        self.folder, self.lock = None, threading.Lock()
        return self

    def __exit__(self, *_):
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def server(self, log=True, settings=("fsync=off", "shared_buffers=16MB")):
        with self.lock:
            if self.folder is None:
                self.folder = pathlib.Path(tempfile.mkdtemp(prefix="behaviour-servers-", dir=self.place))
                if os.getuid() == 0:
                    shutil.chown(self.folder, "postgres")
                subprocess.run([f"{bindir()}/initdb", "-D", self.folder / "prepared", "-A", "trust", "-U", "postgres",
                                "--no-sync", "-E", "UTF8", "--locale=C"], check=True, preexec_fn=_unprivileged,
                               stdout=subprocess.DEVNULL, cwd="/")
                # A server that is killed leaves nothing outside its folder then.
                with open(self.folder / "prepared/postgresql.conf", "a") as conf:
                    conf.write("dynamic_shared_memory_type = mmap\n")
        folder = pathlib.Path(tempfile.mkdtemp(prefix="s", dir=self.folder))
        shutil.copytree(self.folder / "prepared", folder / "data")
        if os.getuid() == 0:
            subprocess.run(["chown", "-R", "postgres", folder], check=True)
        os.chmod(folder / "data", 0o700)
        return Server(folder, log, settings)
