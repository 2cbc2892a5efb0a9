"""Tells windlass what only Python knows: JSON lines on a descriptor of its own.

A reader that has gone away must never hurt the run, so nothing here raises.
"""
import contextlib
import json
import os
import re

_fd = -1
_silent = False


def open_events(fd):
    global _fd
    try:
        os.set_inheritable(fd, False)
        _fd = fd
    except OSError:
        _fd = -1


def are_open():
    return _fd >= 0


@contextlib.contextmanager
def silence():
    """What happens meanwhile is not told."""
    global _silent
    _silent = True
    try:
        yield
    finally:
        _silent = False


def emit(event, **fields):
    global _fd
    if _fd < 0 or _silent:
        return
    fields["event"] = event
    try:
        line = json.dumps(fields, default=str).encode("ascii", "replace") + b"\n"
    except Exception:  # an object of the project whose own __str__ fails
        return
    try:
        while line:
            line = line[os.write(_fd, line):]
    except OSError:
        _fd = -1


_PASSWORD = re.compile(r"(://[^:/@\s'\"]*:)[^@\s'\"]+(@)"
                       r"|((?:password|passwd|sslpassword)['\"]?\s*[=:]\s*)('[^']*'|\"[^\"]*\"|[^\s&,;)}\]]+)", re.I)


def masked(text):
    """`text` without the passwords of URLs and connection strings."""
    try:
        return _PASSWORD.sub(lambda m: m.group(1) + "***" + m.group(2) if m.group(1) else m.group(3) + "***", str(text))
    except Exception:
        return ""
