"""Steps that a run before this one took in the same way, from the cache.

What they sent is sent again by windlass, on the same session and in the same transaction, while their Python code is
left out. Alembic does not notice: the version table is written by what is sent again, and the heads that
Alembic remembers are brought along.

The other way round, each run tells what windlass must know to keep its steps for the next one: which files and libraries
they came from, and what they leave behind in this process.
"""
import hashlib
import importlib
import json
import os
import sys

import windlass_events as events
import windlass_libraries as libraries
import windlass_places as places

_answers = -1  # descriptor: a line for each question
_before = None  # what the project's modules held when the first step began
_memo = ""  # as told last
_modules = frozenset()


def listen(fd):
    """`fd`: where windlass answers; -1: nothing is reused and nothing told."""
    global _answers
    if fd >= 0:
        os.set_inheritable(fd, False)
        if not hasattr(sys, "addaudithook"):  # Python 3.7: which files a step reads cannot be known
            fd = -1
    _answers = fd


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
        try:
            info = os.stat(path)
            digest.update(("%s\0%s\0%d\0%d\n" % (name, path, info.st_size, info.st_mtime_ns)).encode("utf-8", "replace"))
        except OSError:
            digest.update(name.encode("utf-8", "replace"))
    return digest.hexdigest()


# What they leave behind --------------------------------------------------

def _contents(value):
    """What a collection holds; nothing of all else, which is not asked: a proxy would answer for another."""
    from sqlalchemy import MetaData

    kind = type(value)
    if issubclass(kind, MetaData):
        return list(value.tables)
    if issubclass(kind, dict):
        return [*value.keys(), *value.values()]
    if issubclass(kind, set):
        return sorted(value, key=id)
    return list(value) if issubclass(kind, (list, bytearray)) else []


def _held():
    """What the project's own modules hold: the value of each name, and what is in it where it is a collection. The values
    themselves, so that no other can come to lie where one was. Of a class its attributes; a mapped one is left out, for
    SQLAlchemy completes it when it is first used."""
    held = {}
    for name, module in libraries.others():
        for key, value in list(vars(module).items()):
            held[name, key] = (value, _contents(value))
            if issubclass(type(value), type) and value.__module__ == name and "__mapper__" not in vars(value):
                for attribute, of_class in list(vars(value).items()):
                    held[name, key, attribute] = (of_class, _contents(of_class))
    return held


def _is_same(before, now):
    return (now is not None and before[0] is now[0] and len(before[1]) == len(now[1])
            and all(a is b for a, b in zip(before[1], now[1])))


def tell_held():
    """At the end of the run: whether the steps changed what the process holds."""
    if not wanted() or _before is None:
        return
    try:
        held, environment = _before
        now = _held()
        changed = [".".join(key) for key, value in held.items() if not _is_same(value, now.get(key))]
        if dict(os.environ) != environment:
            changed.append("os.environ")
        events.emit("held", changed=changed[:20])
    except Exception as error:
        events.emit("remark", text="what the steps left in the process could not be read: %r" % (error,))


def _memo_of(context):
    """The names of types that Alembic's run remembers to have created, or None when it holds something else, too."""
    memo = getattr(context.impl, "memo", None)
    if not memo:
        return {}
    told = {}
    for name, value in memo.items():
        if not isinstance(value, set):
            return None
        for item in value:
            # A name may be SQLAlchemy's quoted_name, which equals the text that it is.
            if not isinstance(item, tuple) or not all(part is None or isinstance(part, str) for part in item):
                return None
        told[name] = sorted(([None if part is None else str(part) for part in item] for item in value), key=repr)
    return told


def tell_step(context, opened):
    """After a step: which files it opened and what it imported, and what is remembered, where that is new. `opened`: those of
    the project, and others."""
    global _memo, _modules
    if not wanted():
        return
    of_project, others = opened
    if of_project:
        events.emit("inputs", files=of_project)
    if others:
        events.emit("opened", files=others)
    names = frozenset(sys.modules)
    new = [name for name in sys.modules if name not in _modules] if names != _modules else []
    _modules = names
    if new:
        events.emit("imported", modules=new)
    memo = _memo_of(context)
    line = json.dumps(memo)
    if line != _memo:
        _memo = line
        events.emit("memo", names=memo)


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
    global _before, _modules
    if not wanted():
        return range(0)
    try:
        maintainer = _maintainer(frame)
        usual = (not heads and _before is None and maintainer is not None and not context.as_sql
                 and not context.on_version_apply_callbacks and not _memo_of(context)
                 and all(getattr(step, "is_upgrade", False) for step in found))
        files = files_before_steps() if usual else None
        if files is None:
            listen(-1)
            return range(0)
        _before = (_held(), dict(os.environ))
        _modules = frozenset(sys.modules)
        events.emit("plan", stamp=_stamp(), files=files,
                    steps=[[step.revision.revision, places.relative(step.revision.path)] for step in found])
        answer = json.loads(_answer() or "{}")
        first, behind = answer.get("first", 0), answer.get("behind", 0)
        if not 0 <= first < behind <= len(found):
            return range(0)
        _restore.update(answer.get("memo") or {})
        _imports.extend(answer.get("imports") or [])
        return range(first, behind)
    except Exception as error:
        listen(-1)
        events.emit("remark", text="nothing could be taken from the cache: %r" % (error,))
        return range(0)


_restore = {}
_imports = []


def leave_out(steps, context, frame, t):
    """Has what `steps` sent be sent again. Ends the process when that fails: windlass then runs all steps. `t`: as in the
    event "step"."""
    global _modules
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
        _modules = frozenset(sys.modules)
        played = _answer() == "played"
    except Exception:
        played = False
    if not played:
        os._exit(3)
