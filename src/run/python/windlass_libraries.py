"""The libraries that a run has imported: all modules that are no part of the project."""
import gc
import os
import sys

import windlass_places as places

_STANDARD = os.path.dirname(os.path.abspath(os.__file__)) + "/"


def spare():
    """The libraries imported by now live as long as the interpreter. Left out of garbage collection, they are not
    walked again and again, and not taken apart at the end, which takes longer than a short chain does. What the
    project makes is collected as ever."""
    if hasattr(gc, "freeze"):  # Python 3.7
        gc.freeze()


def holds(path):
    """Whether `path` lies where libraries are installed."""
    return "/site-packages/" in path or "/dist-packages/" in path or path.startswith(_STANDARD)


def others():
    """Name and module of all that are neither a library nor windlass's own: the project's, and what it has imported from
    folders beside it."""
    found = []
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name != "__main__" and isinstance(file, str) and not places.is_own(file) and not holds(file):
            found.append((name, module))
    return found


def loaded():
    """Name and file of each, in the order of their import."""
    found = []
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name == "__main__" or not isinstance(file, str) or places.is_own(file):
            continue
        if holds(file):
            if getattr(getattr(module, "__spec__", None), "name", None) == name:
                found.append((name, file))
    return found
