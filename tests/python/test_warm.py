"""The warm interpreter: libraries imported once, a process for each run, and nothing else shared."""
import array
import fcntl
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
import unittest

import harness
from harness import Project, clean_environment, recorder, revision

LIBRARIES = ["alembic.config", "sqlalchemy.dialects.postgresql.psycopg2"]


def modules(names):
    told = subprocess.run([sys.executable, "-c", "import importlib, json, sys\n"
                           "print(json.dumps([(n, importlib.import_module(n).__file__) for n in sys.argv[1:]]))", *names],
                          check=True, stdout=subprocess.PIPE).stdout
    return json.loads(told.decode())


def _place(wanted):
    """Descriptors to their numbers, which others of them may have now."""
    lifted = {fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, 100): number for descriptor, number in wanted.items()}
    for descriptor, number in lifted.items():
        os.dup2(descriptor, number)


class Warm:
    """What windlass does with one."""

    def __init__(self, project, libraries=None, environment=None, sources=()):
        self.project = project
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        settings = json.dumps({"warm": 4, "tool": "alembic", "pythonpath0": os.path.dirname(sys.executable)})
        wanted = os.memfd_create("libraries")
        os.write(wanted, json.dumps({"libraries": modules(LIBRARIES) if libraries is None else libraries,
                                     "sources": list(sources)}).encode())
        variables = clean_environment(dict({"WINDLASS_RUN": settings}, **(environment or {})))
        self.process = subprocess.Popen([sys.executable, "-X", "pycache_prefix=" + os.path.join(harness.WORK, "pycache"),
                                         harness.PROGRAM], cwd=project.folder, env=variables, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, pass_fds=[3, 4],
                                        preexec_fn=lambda: _place({theirs.fileno(): 3, wanted: 4}))
        theirs.close()
        os.close(wanted)
        self.said = self.hear()

    def hear(self):
        return self.control.recv(2000).decode()

    def begin(self, arguments=("upgrade", "heads"), environment=None):
        """The pid, and where standard output, standard error and events come from."""
        streams = self.order(arguments, environment)
        word, pid = self.hear().split()
        assert word == "pid", word
        return int(pid), streams

    def order(self, arguments=("upgrade", "heads"), environment=None):
        ends = [os.pipe() for _ in range(3)]
        order = os.memfd_create("order")
        variables = clean_environment(dict({"DATABASE_URL": "postgresql+psycopg2://app@127.0.0.1:1/app"}, **(environment or {})))
        os.write(order, harness.run_settings(recorder(), self.project, 3, arguments).encode()
                 + b"".join(b"\0%s=%s" % (k.encode(), v.encode()) for k, v in variables.items()))
        handed = array.array("i", [write for _, write in ends] + [order])
        self.control.sendmsg([b"o"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, handed)])
        for descriptor in handed:
            os.close(descriptor)
        return [open(read, encoding="utf-8") for read, _ in ends]

    def run(self, arguments=("upgrade", "heads"), environment=None):
        """Status, standard output, standard error and events of one run."""
        _, streams = self.begin(arguments, environment)
        texts = []
        for stream in (streams[2], streams[0], streams[1]):
            with stream:
                texts.append(stream.read())
        word, status = self.hear().split()
        assert word == "status", word
        return int(status), texts[1], texts[2], [json.loads(line) for line in texts[0].splitlines()]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.control.close()
        self.process.wait(30)


def ended(pid):
    for _ in range(1000):
        try:
            with open("/proc/%d/stat" % pid) as file:
                if file.read().rpartition(")")[2].split()[0] == "Z":
                    return True
        except OSError:
            return True
        time.sleep(0.01)
    return False


COUNTING = {
    "counted.py": "import os\nruns = []\n\n\ndef run():\n    runs.append(1)\n    print(len(runs), os.environ.get('WHICH'), flush=True)\n",
    "migrations/versions/001.py": revision(1, "import counted\ncounted.run()\nop.execute('select 42')"),
}


class Runs(unittest.TestCase):
    def setUp(self):
        recorder().fresh_database()

    def test_each_sees_the_project_anew_and_has_an_environment_of_its_own(self):
        with Warm(Project(COUNTING)) as warm:
            self.assertEqual(warm.said, "ready")
            for which in ("one", "two"):
                recorder().fresh_database()
                status, out, err, _ = warm.run(environment={"WHICH": which})
                self.assertEqual((status, out), (0, "1 %s\n" % which), err)

    def test_it_tells_what_an_interpreter_of_its_own_tells(self):
        project = Project(COUNTING)
        cold = harness.run_wrapped(recorder(), project, "postgresql+psycopg2://app@127.0.0.1:1/app")
        recorder().fresh_database()
        with Warm(project) as warm:
            _, out, err, events = warm.run()
        self.assertEqual((out, err), (cold.out, cold.err))

        def comparable(events):
            return sorted(json.dumps({k: v for k, v in event.items() if k not in ("t", "began")}, sort_keys=True)
                          for event in events if event["event"] != "inputs")

        self.assertEqual(comparable(events), comparable(cold.events))

    def test_files_compiled_once_are_read_by_each_run(self):
        project = Project({"migrations/versions/001.py": revision(1, "print('one', __file__, flush=True)")})
        file = os.path.join(project.folder, "migrations/versions/001.py")
        with Warm(project, sources=[file, file + ".gone"]) as warm:
            status, out, err, events = warm.run()
            self.assertEqual((status, out), (0, "one %s\n" % file), err)
            self.assertIn("migrations/versions/001.py", [e["files"] for e in events if e["event"] == "inputs"][0])
            with open(file) as was:
                text = was.read()
            when = os.stat(file)
            with open(file, "w") as now:
                now.write(text.replace("'one'", "'two'"))
            os.utime(file, ns=(when.st_atime_ns, when.st_mtime_ns))  # as old, as long: Python's own cache would not see it
            recorder().fresh_database()
            self.assertEqual(warm.run()[1], "two %s\n" % file)

    def test_what_the_compiler_warns_of_is_said_by_each_run(self):
        project = Project({"migrations/versions/001.py": revision(1, r"print('\d', flush=True)")})
        file = os.path.join(project.folder, "migrations/versions/001.py")
        for sources in ([], [file]):
            recorder().fresh_database()
            with Warm(project, sources=sources, environment={"PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "always"}) as warm:
                self.assertIn("invalid escape sequence", warm.run()[2])

    def test_what_a_library_said_at_its_import_is_no_output_of_a_run(self):
        project = Project(dict(COUNTING, **{"library/site-packages/talking.py": "print('hello')\n"}))
        folder = os.path.join(project.folder, "library/site-packages")
        with Warm(project, modules(LIBRARIES) + [("talking", os.path.join(folder, "talking.py"))],
                  {"PYTHONPATH": folder}) as warm:
            self.assertEqual(warm.run(environment={"WHICH": "one"})[1], "1 one\n")

    def test_what_a_library_keeps_open_stays_what_it_is(self):
        files = {"library/site-packages/keeping.py": "zero = open('/dev/zero', 'rb')\n",
                 "migrations/versions/001.py": revision(1, "import keeping\nprint(keeping.zero.read(2), flush=True)")}
        project = Project(files)
        folder = os.path.join(project.folder, "library/site-packages")
        with Warm(project, modules(LIBRARIES) + [("keeping", os.path.join(folder, "keeping.py"))],
                  {"PYTHONPATH": folder}) as warm:
            status, out, err, _ = warm.run(environment={"PYTHONPATH": folder})
            self.assertEqual((status, out), (0, "b'\\x00\\x00'\n"), err)

    def test_how_it_ended_is_told(self):
        files = {"migrations/versions/001.py": revision(1, "import os, signal\nif os.environ['HOW'] == 'exit':\n"
                                                        "    raise SystemExit(3)\nos.kill(os.getpid(), signal.SIGKILL)")}
        with Warm(Project(files)) as warm:
            status, _, _, events = warm.run(environment={"HOW": "exit"})
            self.assertEqual(os.WEXITSTATUS(status), 3)
            self.assertEqual(events[-1], {"event": "end", "exit": 3})
            status = warm.run(environment={"HOW": "kill"})[0]
            self.assertEqual(os.WTERMSIG(status), signal.SIGKILL)

    def test_a_run_leads_a_group_and_goes_when_windlass_has_gone(self):
        files = {"migrations/versions/001.py": revision(1, "import time\ntime.sleep(600)")}
        with Warm(Project(files)) as warm:
            pid, streams = warm.begin()
            self.assertEqual(os.getpgid(pid), pid)
            warm.control.close()
            self.assertTrue(ended(pid))
            self.assertEqual(warm.process.wait(30), 0)
            for stream in streams:
                stream.close()


    def test_a_run_that_was_asked_for_goes_when_windlass_has_gone_before_it_began(self):
        files = {"migrations/versions/001.py": revision(1, "import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(600)")}
        with Warm(Project(files)) as warm:
            os.kill(warm.process.pid, signal.SIGSTOP)
            streams = warm.order()
            warm.control.close()
            os.kill(warm.process.pid, signal.SIGCONT)
            self.assertEqual(warm.process.wait(30), 0)
            poll = select.poll()
            poll.register(streams[0], select.POLLIN)
            # Nothing but the end of what has no other side any more.
            said = streams[0].readline() if poll.poll(10000) else "nothing"
            if said:
                os.kill(int(said), signal.SIGKILL)
            self.assertEqual(said, "")
            for stream in streams:
                stream.close()


class Unfit(unittest.TestCase):
    def said(self, body, file=None):
        project = Project({"library/site-packages/strange.py": body})
        folder = os.path.join(project.folder, "library/site-packages")
        with Warm(project, modules(LIBRARIES) + [("strange", file or os.path.join(folder, "strange.py"))],
                  {"PYTHONPATH": folder}) as warm:
            return warm.said

    def test_a_thread(self):
        self.assertEqual(self.said("import threading, time\n"
                                   "threading.Thread(target=time.sleep, args=(600,), daemon=True).start()\n"),
                         "unfit a library started a thread")

    def test_a_socket(self):
        self.assertEqual(self.said("import socket\nkept = socket.socket()\n"), "unfit a library opened a socket")

    def test_an_event_loop(self):
        self.assertEqual(self.said("import os, select\nkept = select.epoll()\nkept.register(3)\n"),
                         "unfit a library made an event loop")
        self.assertIn(self.said("import asyncio\nkept = asyncio.new_event_loop()\n"),
                      ("unfit a library made an event loop", "unfit a library opened a socket"))

    def test_an_event_poll_that_watches_nothing(self):
        # As eventlet makes one when it is imported.
        self.assertEqual(self.said("import select\nkept = select.epoll()\n"), "ready")

    def test_a_library_that_puts_others_in_the_place_of_what_forks(self):
        folder = "library/site-packages/"
        project = Project(dict(COUNTING, **{folder + "strange.py": "import os, select\nos.fork = os.waitpid = select.poll = None\n"}))
        strange = os.path.join(project.folder, folder, "strange.py")
        with Warm(project, modules(LIBRARIES) + [("strange", strange)], {"PYTHONPATH": os.path.dirname(strange)}) as warm:
            recorder().fresh_database()
            self.assertEqual(warm.run()[0], 0)

    def test_a_file(self):
        self.assertEqual(self.said("kept = open(__file__)\n"), "unfit a library keeps a file open")

    def test_a_pipe(self):
        self.assertEqual(self.said("import os\nkept = os.pipe()\n"), "unfit a library keeps a file open")

    def test_a_device_is_nothing_to_share(self):
        self.assertEqual(self.said("kept = open('/dev/urandom', 'rb')\n"), "ready")

    def test_another_file_of_that_name(self):
        self.assertEqual(self.said("", "/elsewhere/site-packages/strange.py"), "unfit strange is another file here")

    def test_what_cannot_be_imported_is_left_to_the_runs(self):
        self.assertEqual(self.said("raise SystemExit('not without its settings')\n"), "ready")


class Libraries(unittest.TestCase):
    def test_what_a_run_imported_is_told_where_it_is_asked_for(self):
        project = Project(COUNTING)
        with Warm(project) as warm:
            recorder().fresh_database()
            settings = harness.run_settings
            harness.run_settings = lambda *given: json.dumps(dict(json.loads(settings(*given)), tell_libraries=True))
            try:
                events = warm.run()[3]
            finally:
                harness.run_settings = settings
        told = dict([event for event in events if event["event"] == "libraries"][0]["modules"])
        self.assertIn("sqlalchemy", told)
        self.assertTrue(told["alembic"].endswith("/alembic/__init__.py"))
        self.assertFalse([name for name in told if name.startswith(("counted", "windlass", "env_py"))])


if __name__ == "__main__":
    unittest.main()
