"""What steps leave behind in this process, beyond what they sent: what the project's own modules hold, what the process
itself is set to, what Alembic remembers.

Told to windlass where it asks for it: to keep steps for the next run (windlass_reuse.py), or to know whether a process
that goes on differs from a fresh one.
"""
import json
import os
import sys

import windlass_events as events
import windlass_libraries as libraries

telling = False
at_step = False  # at the end of the step, for a run of one step; else at the end of the run
_before = None  # what was held when the first step began
_memo = ""  # as told last
_savepoints = 0  # as told last
_driver = None  # what driver and pool held of the connection when last looked at
_modules = frozenset()


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


def _of_module(held, name, module):
    for key, value in list(vars(module).items()):
        held[name, key] = (value, _contents(value))
        if issubclass(type(value), type) and value.__module__ == name and "__mapper__" not in vars(value):
            for attribute, of_class in list(vars(value).items()):
                held[name, key, attribute] = (of_class, _contents(of_class))


def _held():
    """What the project's own modules hold: the value of each name, and what is in it where it is a collection. The values
    themselves, so that no other can come to lie where one was. Of a class its attributes; a mapped one is left out, for
    SQLAlchemy completes it when it is first used."""
    held = {}
    for name, module in libraries.others():
        _of_module(held, name, module)
    return held


def _is_same(before, now):
    return (now is not None and before[0] is now[0] and len(before[1]) == len(now[1])
            and all(a is b for a, b in zip(before[1], now[1])))


def _of_process():
    """What is a value of its own each time it is asked for."""
    return {"os.environ": dict(os.environ), "sys.path": list(sys.path), "os.getcwd()": os.getcwd()}


class _Tools:
    """What a step can change of Alembic's context and of the connection, and the next one finds; and the modules of the
    revisions, which are among no imported ones. Only where a run is of one step."""

    def __init__(self, context, steps):
        self.context = context
        self.revisions = []
        for step in steps:
            module = getattr(getattr(step, "revision", None), "module", None)
            if module is not None:
                self.revisions.append((getattr(module, "__name__", "") or "revision", module))

    def held(self):
        held = {}
        for name, module in self.revisions:
            _of_module(held, name, module)
        context = self.context
        for name, value in (("opts", context.opts), ("impl", vars(context.impl)),
                            ("config.attributes", getattr(context.config, "attributes", {})),
                            ("info", context.connection.info),
                            ("execution_options", context.connection.get_execution_options())):
            for key, part in dict(value).items():
                if key != "memo":  # told by itself
                    held["alembic", name, str(key)] = (part, _contents(part))
        return held


def tell(at_each_step=False):
    global telling, at_step
    if hasattr(sys, "addaudithook"):  # Python 3.7: which files a step reads cannot be known
        telling, at_step = True, at_each_step


def stop():
    global telling
    telling = False


def begun():
    return _before is not None


def _of_driver(context):
    """What the driver and the pool hold of the connection and later send by themselves: an isolation level that is set with
    each BEGIN, or taken back at the end. (autocommit_block() leaves both.)"""
    try:
        connection = context.connection.connection
        return (len(connection._connection_record.finalize_callback),
                *(repr(getattr(connection, name, None)) for name in ("isolation_level", "autocommit")))
    except Exception:
        return None


def begin(context, steps):
    """The first of `steps` is about to begin."""
    global _before, _modules, _driver
    _driver = _of_driver(context)
    tools = _Tools(context, steps) if at_step else None
    _before = (_held(), _of_process(), tools, tools.held() if tools else {})
    _modules = frozenset(sys.modules)


def begin_one(context, steps):
    """As begin(), for a run of one step; of others nothing is told."""
    if not at_step or len(steps) != 1 or begun():
        return
    try:
        begin(context, steps)
    except Exception as error:
        events.emit("remark", text="what the process holds could not be read: %r" % (error,))


def brought_along():
    """Modules were imported that a step imported in an earlier run."""
    global _modules
    _modules = frozenset(sys.modules)


def tell_held():
    """Whether the steps changed what the process holds; `imported`: modules of the project's own that came with them."""
    global _before
    if not telling or _before is None:
        return
    try:
        held, process, tools, of_tools = _before
        now = _held()
        changed = [".".join(key) for key, value in held.items() if not _is_same(value, now.get(key))]
        changed += [name for name, value in _of_process().items() if value != process[name]]
        told = {}
        if tools is not None:
            tools_now = tools.held()
            changed += [".".join(key) for key in {**of_tools, **tools_now}
                        if key not in of_tools or not _is_same(of_tools[key], tools_now.get(key))]
            known = {key[:2] for key in held}
            told["imported"] = sorted({key[0] for key in now if key[:2] not in known})[:20]
        events.emit("held", changed=changed[:20], **told)
    except Exception as error:
        events.emit("remark", text="what the steps left in the process could not be read: %r" % (error,))
    _before = None


def memo_of(context):
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


# SQLAlchemy numbers the savepoints of a connection: "sa_savepoint_3" is the third.
_SAVEPOINTS = "_Connection__savepoint_seq"


def count_savepoints(context, number):
    """As many savepoints as `number` were made by what was sent again."""
    if hasattr(context.connection, _SAVEPOINTS):
        setattr(context.connection, _SAVEPOINTS, number)


def tell_step(context, opened):
    """After a step: which files it opened and what it imported, and what is remembered, where that is new. `opened`: gives
    those of the project, and others."""
    global _memo, _modules, _driver, _savepoints
    if not telling:
        return
    driver = _of_driver(context)
    if driver != _driver and not at_step:
        events.emit("driver-state")
    _driver = driver
    of_project, others = opened()
    if of_project:
        events.emit("inputs", files=of_project)
    if others:
        events.emit("opened", files=others)
    names = frozenset(sys.modules)
    new = [name for name in sys.modules if name not in _modules] if names != _modules else []
    _modules = names
    if new:
        events.emit("imported", modules=new)
    memo = memo_of(context)
    line = json.dumps(memo)
    if line != _memo:
        _memo = line
        events.emit("memo", names=memo)
    savepoints = getattr(context.connection, _SAVEPOINTS, 0)
    if savepoints != _savepoints:
        _savepoints = savepoints
        events.emit("savepoints", number=savepoints)
