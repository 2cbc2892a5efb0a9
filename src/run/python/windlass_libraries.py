"""The libraries that a run has imported: all modules that are no part of the project."""
import atexit
import gc
import os
import sys

import windlass_places as places

_STANDARD = os.path.dirname(os.path.abspath(os.__file__)) + "/"


# A circle: whatever is put into it, once it is left out of garbage collection, stays until the process ends.
_stay = []
_stay.append(_stay)
_spared = {}
_newest = None  # the module that was imported last when they were spared
_not_libraries = []  # name and module of what was imported by then and is none


class _InItsPlace:
    """Answers for a module to those who import it while the interpreter ends."""

    def __init__(self, module):
        self.__dict__["_module"] = module

    def __getattr__(self, name):
        return getattr(self._module, name)


def stay_to_the_end():
    """To be called before any library is imported, so that all they have registered comes before it."""
    atexit.register(_leave_whole)


def spare():
    """The libraries imported by now live as long as the process. Left out of garbage collection, they are not walked
    again and again, nor taken apart at the end, which takes longer than a short chain does. What the project makes is
    collected as ever. A process that is forked has them spared already: to touch them all would copy the memory that they
    lie in."""
    global _newest
    if _spared or not hasattr(gc, "freeze"):  # Python 3.7
        return
    _spared.update(sys.modules)
    _newest = next(reversed(sys.modules)) if sys.version_info >= (3, 8) else None
    _not_libraries.extend(_others_among(_spared.items()))
    for name in ("sys", "builtins", "__main__"):
        _spared.pop(name, None)
    gc.freeze()


def _leave_whole():
    """The end of an interpreter empties every module that it still finds among those imported."""
    for name, module in _spared.items():
        if sys.modules.get(name) is module:
            _stay.append(module)
            sys.modules[name] = _InItsPlace(module)


def holds(path):
    """Whether `path` lies where libraries are installed."""
    return "/site-packages/" in path or "/dist-packages/" in path or path.startswith(_STANDARD)


def _others_among(modules):
    found = []
    for name, module in list(modules):
        file = getattr(module, "__file__", None)
        if name != "__main__" and isinstance(file, str) and not places.is_own(file) and not holds(file):
            found.append((name, module))
    return found


def others():
    """Name and module of all that are neither a library nor windlass's own: the project's, and what it has imported from
    folders beside it."""
    known = [(name, module) for name, module in _not_libraries if sys.modules.get(name) is module]
    return known + _others_among(newcomers())


def newcomers():
    """Name and module of those that were imported after spare(), in the order of their import."""
    found = []
    if _newest is None or _newest not in sys.modules:
        return list(sys.modules.items())
    try:
        for name in reversed(sys.modules):
            if name == _newest:
                break
            found.append((name, sys.modules[name]))
    except (RuntimeError, KeyError):  # another thread imports
        return list(sys.modules.items())
    found.reverse()
    return found


def not_libraries():
    """The files of modules that are no libraries, and of all that were imported after spare()."""
    modules = [module for _, module in _not_libraries] + [module for _, module in newcomers()]
    files = (getattr(module, "__file__", None) for module in modules)
    return {path for path in files if isinstance(path, str)}


def stamp(path):
    """Which file it is, as far as its folder tells: size and time. None where there is none."""
    try:
        info = os.stat(path)
    except OSError:
        return None
    return "%d %d" % (info.st_size, info.st_mtime_ns)


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
