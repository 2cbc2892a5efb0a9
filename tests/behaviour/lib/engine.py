"""One behaviour test: lay out, run, compare, look for what was left behind."""
import dataclasses
import difflib
import fcntl
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import uuid

from . import majors, normalise, servers, syntax

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
CACHE = pathlib.Path(os.environ.get("WINDLASS_TEST_CACHE") or pathlib.Path.home() / ".cache/windlass-tests")
RUN_PARENTS = ("/dev/shm", "/tmp", os.environ.get("TMPDIR", "/tmp"))
LIMITS = {"files": resource.RLIMIT_NOFILE, "memory": resource.RLIMIT_AS, "filesize": resource.RLIMIT_FSIZE}


@dataclasses.dataclass
class House:
    windlass: pathlib.Path
    folder: pathlib.Path
    shelf: object
    bless: bool
    major: int = majors.HOME


def lay_out(test, work):
    for words, line in test.directives:
        if words[0] == "use":
            source = {"example": ROOT / "examples", "project": ROOT / "tests/behaviour/projects"}.get(words[1])
            if source is None or not (source / words[2]).is_dir():
                raise syntax.BadTest(f"{test.path.name}:{line}: there is no {words[1]} '{words[2]}'")
            shutil.copytree(source / words[2], work, dirs_exist_ok=True,
                            ignore=shutil.ignore_patterns("__pycache__", ".venv"))
    for name, body in test.files:
        file = work / name
        if not file.resolve().is_relative_to(work):
            raise syntax.BadTest(f"{test.path.name}: '{name}' lies outside the test's folder")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(body)
        if body.startswith("#!"):
            file.chmod(0o755)


def environment(house, test, work, marker):
    """Nothing of the caller's own settings: no URL, no PG*, no virtual environment, no colour."""
    home = house.folder / "home"
    home.mkdir(exist_ok=True)
    cache = CACHE / "xdg"
    cache.mkdir(parents=True, exist_ok=True)
    # A server newer than the machine's own wants a pg_dump of its version: scripts/full names a folder.
    machine = ":".join([*filter(None, [os.environ.get("WINDLASS_CLIENTS")]), "/usr/local/bin", "/usr/bin", "/bin"])
    env = {"PATH": f"{house.windlass.parent}:{ROOT}/tests/behaviour/bin:{machine}",
           "HOME": str(home), "LANG": "C.UTF-8", "TZ": "UTC", "TERM": "dumb", "XDG_CACHE_HOME": str(cache),
           "WORK": str(work), "ROOT": str(ROOT), "BINDIR": servers.bindir(), "BEHAVIOUR_TEST": marker}
    if "PG_BINDIR" in os.environ:
        env["PG_BINDIR"] = os.environ["PG_BINDIR"]
    for words, line in test.directives:
        if words[0] == "venv":
            venv = CACHE / "venv" / words[1]
            if not (venv / "bin/python").exists():
                raise syntax.BadTest(f"{test.path.name}:{line}: no environment '{words[1]}': scripts/test-environments")
            env.update(VENV=str(venv), VIRTUAL_ENV=str(venv), PATH=f"{house.windlass.parent}:{ROOT}/tests/behaviour/bin:"
                       f"{venv}/bin:{machine}")
        elif words[0] == "set":
            name, _, value = words[1].partition("=")
            env[name] = value
    return env


def marked(marker):
    """The live processes that carry the test's mark in their environment."""
    needle, found = f"BEHAVIOUR_TEST={marker}".encode(), []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                environ = pathlib.Path(f"/proc/{entry}/environ").read_bytes()
                state = pathlib.Path(f"/proc/{entry}/stat").read_text().rsplit(")", 1)[1].split()[0]
                if needle in environ.split(b"\0") and state != "Z":
                    found.append((int(entry), pathlib.Path(f"/proc/{entry}/cmdline").read_bytes().replace(b"\0", b" ")
                                  .decode(errors="replace").strip()))
            except OSError:
                pass
    return found


def orphaned_folders(since):
    """Run folders that no live windlass holds: their lock can be had."""
    found = []
    for parent in set(RUN_PARENTS):
        for folder in pathlib.Path(parent).glob("windlass-*"):
            try:
                if folder.stat().st_mtime < since or (folder / "kept").exists():
                    continue
                with open(folder / "lock", "rb") as lock:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    # Still there with the lock in our hands: nobody is about to remove it.
                    if folder.exists() and os.fstat(lock.fileno()).st_nlink:
                        found.append(str(folder))
            except OSError:
                pass
    return found


def left_behind(marker, since):
    until = time.monotonic() + 3
    while True:
        processes, folders = marked(marker), orphaned_folders(since)
        if not processes and not folders:
            return []
        if time.monotonic() > until:
            break
        time.sleep(0.05)
    for pid, _ in processes:
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError:
            pass
    return [f"left behind: process {line}" for _, line in processes] + [f"left behind: {f}" for f in folders]


def interrupt(house, process, chunks, plan, marker, work):
    name, text, seconds, file = plan
    started = time.monotonic()
    while process.poll() is None:
        if (text and text in b"".join(chunks["stdout"] + chunks["stderr"]).decode(errors="replace")) or \
                (seconds is not None and time.monotonic() - started >= seconds) or (file and (work / file).exists()):
            break
        time.sleep(0.01)
    else:
        return
    number = getattr(signal, name)
    if number == signal.SIGINT:  # as a terminal does: to the whole foreground group
        os.killpg(process.pid, number)
        return
    for pid, _ in sorted(marked(marker)):
        try:
            if os.readlink(f"/proc/{pid}/exe") == str(house.windlass):
                os.kill(pid, number)
                return
        except OSError:
            pass


def run_step(house, step, work, env, marker, seconds):
    def prepare():
        # windlass leaves alone what its caller ignores; nohup or a background job around the runner is no such wish.
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        for kind, limit in step.limits:
            resource.setrlimit(LIMITS[kind], (limit, limit))

    process = subprocess.Popen(["bash", "-o", "pipefail", "-c", step.command.words[4:]], cwd=work, env=env,
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               start_new_session=True, preexec_fn=prepare)
    chunks = {"stdout": [], "stderr": []}

    def collect(name, stream):
        while data := os.read(stream.fileno(), 65536):
            chunks[name].append(data)

    threads = [threading.Thread(target=collect, args=item, daemon=True)
               for item in (("stdout", process.stdout), ("stderr", process.stderr))]
    if step.interrupt:
        threads.append(threading.Thread(target=interrupt, daemon=True,
                                        args=(house, process, chunks, step.interrupt, marker, work)))
    for thread in threads:
        thread.start()
    late = False
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        late = True
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for thread in threads:
        thread.join(5)
    process.stdout.close()
    process.stderr.close()
    status = process.returncode if process.returncode >= 0 else 128 - process.returncode
    return status, {k: b"".join(v).decode(errors="backslashreplace") for k, v in chunks.items()}, late


def compare(step, stream, how, block, text, major=majors.HOME):
    body = block.expected(major) if block else ""
    place = f"line {block.line if block else step.command.line}: {stream}"
    if how == "any":
        return []
    if how == "lacks":
        return [f"{place} must not have: {line}" for line in body.splitlines() if line.strip() and line in text]
    if how == "has":
        problems, at = [], 0
        for line in filter(str.strip, body.splitlines()):
            found = text.find(line.strip(), at)
            if found < 0:
                problems.append(f"{place} has no (or not in this order): {line.strip()}")
            else:
                at = found + len(line.strip())
        return problems + ([f"--- {stream} was:\n{text}"] if problems else [])
    if body.rstrip("\n") == text.rstrip("\n"):
        return []
    return [f"{place} is different:\n" + "".join(difflib.unified_diff(
        body.splitlines(True), text.splitlines(True), "expected", "came out", n=2))]


def accept(test, block, text, major):
    """From now on the block expects this text; on another version than that of the plain texts, by a block beside it."""
    if major == majors.HOME:
        others = {other: block.expected(other) for other in block.on}
        block.body = text
        for other, whole in others.items():
            try:
                block.expected(other)
            except majors.NotThere:  # what is to be there now, a run on that version says
                block.on[other].body = majors.between(text, whole)
        return
    if block.expected(major).rstrip("\n") == text.rstrip("\n"):
        return
    changes = majors.between(block.body, text)
    if not changes:
        test.blocks.remove(block.on.pop(major))
    elif major in block.on:
        block.on[major].body = changes
    else:
        block.on[major] = syntax.Block(f"{block.words} on {major}", block.line, changes)
        beside = max([test.blocks.index(each) for each in (block, *block.on.values()) if each in test.blocks])
        test.blocks.insert(beside + 1, block.on[major])


def judge(house, test, step, status, streams, paths):
    problems = []
    wanted = int(step.status.words.split()[1]) if step.status else 0
    texts = {name: normalise.text(text, paths) for name, text in streams.items()}
    if status != wanted:
        if house.bless and house.major == majors.HOME:
            if step.status:
                step.status.words = f"status {status}"
            else:
                step.status = syntax.Block(f"status {status}", step.command.line)
                test.blocks.insert(test.blocks.index(step.command) + 1, step.status)
        else:
            problems.append(f"line {step.command.line}: '{step.command.words[4:]}' ended with status {status}, "
                            f"{wanted} was expected" + (f"\n--- stderr:\n{texts['stderr']}" if texts["stderr"] else ""))
    for stream, text in texts.items():
        expected = [(how, block) for name, how, block in step.expect if name == stream] or [("is", None)]
        for how, block in expected:
            if how == "is" and house.bless:
                if block is None and text.strip():
                    block = syntax.Block(stream, step.command.line)
                    last = max([test.blocks.index(b) for b in
                                [step.command, step.status, *[e[2] for e in step.expect],
                                 *[other for e in step.expect for other in e[2].on.values()]] if b])
                    test.blocks.insert(last + 1, block)
                    step.expect.append((stream, "is", block))
                if block is not None:
                    accept(test, block, text if not text or text.endswith("\n") else text + "\n", house.major)
            else:
                problems += compare(step, stream, how, block, text, house.major)
    return problems


def listing(work):
    return {str(p.relative_to(work)): (p.stat().st_mtime_ns if p.is_file() else 0) for p in work.rglob("*")}


def run_test(house, test):
    marker, since = uuid.uuid4().hex, time.time() - 1
    work = pathlib.Path(tempfile.mkdtemp(prefix="t", dir=house.folder)).resolve()
    server, problems, seconds = None, [], 60.0
    try:
        lay_out(test, work)
        env = environment(house, test, work, marker)
        words = [w for w, _ in test.directives]
        seconds = float(next((w[1] for w in words if w[0] == "timeout"), seconds))
        if ["server"] in words:
            server = house.shelf.server()
            env.update(SERVER_URL=server.url, SERVER_PORT=str(server.port), SERVER_LOG=str(server.log))
        if ["readable"] in words:
            subprocess.run(["chmod", "-R", "a+rX", house.folder], check=True)
        before = listing(work)
        paths = {str(work): "$WORK", str(env.get("VENV", "")): "$VENV", str(house.folder): "$TMP",
                 str(CACHE): "$CACHE", str(house.windlass): "windlass", str(ROOT): "$ROOT"}
        for step in test.steps:
            status, streams, late = run_step(house, step, work, env, marker, seconds)
            if late:
                problems.append(f"line {step.command.line}: not done after {seconds:.0f} s\n{streams['stderr']}")
                break
            problems += judge(house, test, step, status, streams, paths)
        announced = [w[1] for w in words if w[0] == "writes"]
        for name, when in sorted(listing(work).items()):
            if before.get(name) != when and not any(pathlib.PurePath(name).match(a) for a in announced):
                problems.append(f"written into the project: {name}")
        problems += [f"gone from the project: {name}" for name in sorted(before) if not (work / name).exists()]
    finally:
        if server:
            server.stop()
        problems += left_behind(marker, since)
        shutil.rmtree(work, ignore_errors=True)
    if house.bless and not any("left behind" in p for p in problems):
        syntax.write(test)
    return problems
