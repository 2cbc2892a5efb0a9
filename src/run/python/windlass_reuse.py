"""Steps that a run before this one took in the same way, from the cache.

What they sent is sent again by windlass, on the same session and in the same transaction, while their Python code is
left out. Alembic does not notice: the version table is written by what is sent again, and the heads that
Alembic remembers are brought along.

The other way round, each run tells what windlass must know to keep its steps for the next one: which files and libraries
they came from, and what they leave behind in this process (windlass_held.py).
"""
import hashlib
import importlib
import json
import os
import sys

import windlass_events as events
import windlass_held as held
import windlass_libraries as libraries
import windlass_places as places

_answers = -1  # descriptor: a line for each question


def listen(fd):
    """`fd`: where windlass answers; -1: nothing is reused and nothing told."""
    global _answers
    if fd >= 0:
        os.set_inheritable(fd, False)
        if not hasattr(sys, "addaudithook"):  # Python 3.7: which files a step reads cannot be known
            fd = -1
    _answers = fd
    if fd >= 0:
        held.tell()
    else:
        held.stop()


def wanted():
    return _answers >= 0


def _answer():
    line = b""
    while not line.endswith(b"\n"):
        byte = os.read(_answers, 65536)
        if not byte:
            break
        line += byte
    return line.decode("utf-8", "replace").strip()


# What the steps come from ------------------------------------------------

def _stamp():
    """Of the libraries: which files they were loaded from, and whether those are still the same."""
    digest = hashlib.sha256(sys.version.encode())
    for name, path in sorted(libraries.loaded()):
        digest.update(("%s\0%s\0%s\n" % (name, path, libraries.stamp(path))).encode("utf-8", "replace"))
    return digest.hexdigest()


# Leaving steps out -------------------------------------------------------

def _maintainer(frame):
    """Alembic's keeper of the heads, in the frame that asks for the steps."""
    from alembic.runtime.migration import HeadMaintainer

    while frame is not None:
        if frame.f_code.co_name == "run_migrations":
            for value in frame.f_locals.values():
                if isinstance(value, HeadMaintainer):
                    return value
        frame = frame.f_back
    return None


class _One:
    rowcount = 1


def _bring_heads(context, maintainer, step):
    """What Alembic does to its heads after a step, without the statements."""
    impl = context.impl
    impl._exec = lambda *arguments, **kw: _One
    try:
        maintainer.update_to_step(step)
    finally:
        del impl._exec


def plan(found, heads, context, frame, files_before_steps):
    """Asks which of the steps `found` are to be left out: a range."""
    if not wanted():
        return range(0)
    try:
        maintainer = _maintainer(frame)
        usual = (not heads and not held.begun() and maintainer is not None and not context.as_sql
                 and not context.on_version_apply_callbacks and not held.memo_of(context)
                 and all(getattr(step, "is_upgrade", False) for step in found))
        files = files_before_steps() if usual else None
        if files is None:
            listen(-1)
            return range(0)
        held.begin(context, found)
        events.emit("plan", stamp=_stamp(), files=files,
                    steps=[[step.revision.revision, places.relative(step.revision.path)] for step in found])
        answer = json.loads(_answer() or "{}")
        first, behind = answer.get("first", 0), answer.get("behind", 0)
        if not 0 <= first < behind <= len(found):
            return range(0)
        _restore.update(answer.get("memo") or {})
        _imports.extend(answer.get("imports") or [])
        _savepoints.append(answer.get("savepoints", 0))
        return range(first, behind)
    except Exception as error:
        listen(-1)
        events.emit("remark", text="nothing could be taken from the cache: %r" % (error,))
        return range(0)


_restore = {}
_imports = []
_savepoints = []  # one number


def leave_out(steps, context, frame, t):
    """Has what `steps` sent be sent again. Ends the process when that fails: windlass then runs all steps. `t`: as in the
    event "step"."""
    events.emit("play", t=t)
    try:
        # What an import tells was told when the step was taken, and is kept with it.
        with events.silence():
            for name in _imports:
                try:
                    importlib.import_module(name)
                except Exception:
                    pass  # not a module of its own; it is imported again by whoever needs it
        maintainer = _maintainer(frame)
        for step in steps:
            _bring_heads(context, maintainer, step)
        for name, items in _restore.items():
            context.impl.memo[name] = {tuple(item) for item in items}
        held.count_savepoints(context, _savepoints[0])
        held.brought_along()
        played = _answer() == "played"
    except Exception:
        played = False
    if not played:
        os._exit(3)
