"""Runs the tool again and again without importing its libraries each time.

One interpreter imports them and then forks a process for each run that windlass asks for. Only libraries are
shared: the project's own modules are imported by each of these processes anew, as a process of its own would.

Which libraries they are, and which files the chain has, stands in a file that windlass hands over: the list of a large
project is longer than a variable may be. It talks to windlass over a socket that keeps messages apart:
    windlass  an empty order with descriptors: standard output, standard error, events, and a file that holds the
              configuration as JSON and, each after a zero byte, the variables of the environment
    here      "ready", or "unfit REASON" and the end; then for each order "pid N", and "status N" (as from wait(2))
When windlass has gone, so has the other end of the socket: what still runs is killed.
"""
import array
import importlib
import json
import os
import signal
import socket
import stat
import sys
# As they are before a library puts others in their place (eventlet, gevent).
from os import fork, waitpid
from select import POLLIN, poll

import windlass_libraries as libraries
import windlass_sources as sources

# The descriptor of a run's events. Until there is a run it is the socket's, so that nothing else comes to lie there.
_EVENTS = 3


def serve(list_descriptor):
    """Returns in the forked process of each run, with its configuration; never in the one that forks. The file of
    `list_descriptor` is JSON: "libraries", name and file of each, and "sources", paths."""
    with os.fdopen(list_descriptor, "rb") as file:
        file.seek(0)
        told = json.loads(file.read().decode("utf-8"))
    os.set_inheritable(_EVENTS, False)
    control = socket.socket(fileno=_EVENTS)
    because = _warm_up(told["libraries"]) or _unfit(control)
    if because:
        control.send(("unfit " + because).encode("utf-8", "replace")[:1000])
        os._exit(0)
    sources.compile_all(told["sources"])
    libraries.spare()
    # What libraries said when they were imported is no run's output: each would inherit it, and write it once more.
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    control.send(b"ready")
    wake, woken = os.pipe()
    for end in (wake, woken):
        os.set_blocking(end, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(woken)
    while True:
        given = _receive(control)
        if len(given) != 4:
            os._exit(0)
        child = fork()
        if child == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for end in (wake, woken):
                os.close(end)
            control.close()
            return _become(given)
        for descriptor in given:
            os.close(descriptor)
        _set_group(child, child)
        try:
            control.send(b"pid %d" % child)
            control.send(b"status %d" % _follow(child, control, wake))
        except OSError:
            _end_with(child)


def _warm_up(modules):
    """Imports the libraries in the order in which the project's own run did; why that cannot be relied on."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, file in modules:
            try:
                module = importlib.import_module(name)
            except BaseException:
                continue  # a process of the run will see what comes of it
            if getattr(module, "__file__", None) != file:
                return "%s is another file here" % name
    return ""


def _unfit(control):
    """Why this process must not fork: what it holds would be shared by all that come of it."""
    if len(os.listdir("/proc/self/task")) != 1:
        return "a library started a thread"
    for name in os.listdir("/proc/self/fd"):
        if int(name) == control.fileno():
            continue
        try:
            kind, mode = os.readlink("/proc/self/fd/" + name), os.fstat(int(name)).st_mode
        except OSError:
            continue
        if kind.startswith("socket:"):
            return "a library opened a socket"
        if kind == "anon_inode:[eventpoll]" and not _watched(name):
            continue  # one that nothing is watched by yet: each run has it to itself, one after the other
        if kind.startswith("anon_inode:"):
            return "a library made an event loop"
        # A place in a file and a lock on it would be one for all; devices have neither.
        if not stat.S_ISCHR(mode):
            return "a library keeps a file open"
    return ""


def _watched(descriptor):
    """Whether the event poll of this process watches anything."""
    with open("/proc/self/fdinfo/" + descriptor) as file:
        return any(line.startswith("tfd:") for line in file)


def _receive(control):
    """The descriptors of one order; none when windlass has gone."""
    size = array.array("i").itemsize
    try:
        data, ancillary, _, _ = control.recvmsg(16, socket.CMSG_SPACE(4 * size))
    except OSError:
        return []
    numbers = array.array("i")
    for level, kind, payload in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            numbers.frombytes(payload[:len(payload) - len(payload) % size])
    return list(numbers) if data else []


def _become(given):
    _set_group(0, 0)
    out, err, events, order = given
    with os.fdopen(order, "rb") as file:
        file.seek(0)
        told, *environment = file.read().split(b"\0")
    for descriptor, number in ((events, _EVENTS), (out, 1), (err, 2)):
        os.dup2(descriptor, number)
        if descriptor not in (1, 2, _EVENTS):
            os.close(descriptor)
    os.environ.clear()
    for variable in environment:
        name, _, value = variable.partition(b"=")
        os.environb[name] = value
    return json.loads(told.decode("utf-8"))


def _set_group(process, group):
    """Both sides do it: whichever comes first."""
    try:
        os.setpgid(process, group)
    except OSError:
        pass


def _follow(child, control, wake):
    """The status that the child ends with; it is killed when windlass goes."""
    waiting = poll()
    waiting.register(control.fileno(), POLLIN)
    waiting.register(wake, POLLIN)
    while True:
        done, status = waitpid(child, os.WNOHANG)
        if done == child:
            return status
        for descriptor, _ in waiting.poll():
            if descriptor == wake:
                try:
                    os.read(wake, 512)
                except OSError:
                    pass
            else:  # nothing is said while a run goes on: the socket has ended
                _end_with(child)


def _end_with(child):
    """Windlass has gone: so does the run, with all it started, and this process."""
    try:
        os.killpg(child, signal.SIGKILL)
    except OSError:
        pass
    os._exit(0)
