"""Finds the place in the project that a call came from, by walking the stack.

What a code object is worth is decided once and remembered: the walk runs for
every statement, and most of the frames it meets are libraries'.
"""
import os
import sys
from itertools import islice

REVISION, PROJECT, OPERATION, REGISTERED, VERSION, SCHEMA, TYPE, ENGINE, OTHER = range(9)

_project = ""
_real_project = ""  # where links in its path lead: what the current folder is called
_revision_folders = ()
_revision_files = frozenset()
_not_project = ()
_own = os.path.dirname(os.path.abspath(__file__)) + "/"
_kinds = {}
_files = {}

# Alembic's book-keeping (alembic/runtime/migration.py).
_VERSION_FUNCTIONS = {"_insert_version", "_update_version", "_delete_version", "_ensure_version_table",
                      "_has_version_table", "get_current_heads"}
_TYPE_FUNCTIONS = {
    "create", "drop", "create_all", "drop_all",
    "_on_table_create", "_on_table_drop", "_on_metadata_create", "_on_metadata_drop",
    "_check_for_name_in_memos",
}
_SCHEMA_OPERATIONS = {"create_all": "MetaData.create_all", "drop_all": "MetaData.drop_all",
                      "create": "Table.create", "drop": "Table.drop"}
_NO_OPERATIONS = {"invoke", "batch", "run_async", "get_bind", "get_context"}


def set_project(folder):
    global _project, _real_project, _not_project
    _project = os.path.abspath(folder).rstrip("/") + "/"
    _real_project = os.path.realpath(folder).rstrip("/") + "/"
    # An interpreter inside the project is no part of it; an interpreter whose
    # prefix holds the project (/usr and /usr/src/app) leaves it what it is.
    prefixes = {absolute(p).rstrip("/") + "/" for p in (sys.prefix, sys.base_prefix, sys.exec_prefix)}
    prefixes = {p for p in prefixes if p.startswith(_project) and p != _project}
    prefixes.add(os.path.dirname(os.path.abspath(os.__file__)) + "/")
    prefixes.add(_own)
    _not_project = tuple(prefixes)


def project():
    """The project's folder, with a slash at its end."""
    return _project


def set_revision_folders(folders):
    """Until Alembic has told which files the chain is made of, all files of its folders count."""
    global _revision_folders
    _revision_folders = tuple(absolute(f).rstrip("/") + "/" for f in folders)
    _kinds.clear()


def set_revision_files(files):
    global _revision_files
    _revision_files = frozenset(absolute(f) for f in files)
    _kinds.clear()


def absolute(filename):
    path = _files.get(filename)
    if path is None:
        path = os.path.abspath(filename) if filename[:1] != "<" else filename
        if path.startswith(_real_project) and _real_project != _project:
            path = _project + path[len(_real_project):]
        _files[filename] = path
    return path


def is_own(filename):
    return filename.startswith(_own)


def in_project(filename):
    path = absolute(filename)
    return (
        path.startswith(_project)
        and not path.startswith(_not_project)
        and "/site-packages/" not in path
        and "/dist-packages/" not in path
    )


def relative(filename):
    path = absolute(filename)
    return path[len(_project):] if path.startswith(_project) else path


def in_revision(filename):
    path = absolute(filename)
    if _revision_files:
        return path in _revision_files
    return bool(_revision_folders) and path.startswith(_revision_folders) and path.endswith((".py", ".pyc"))


def kind_of(code):
    kind = _kinds.get(code)
    if kind is None:
        kind = _kinds[code] = _classify(code)
    return kind


def _classify(code):
    filename, name = code.co_filename, code.co_name
    if is_own(filename):
        return OTHER
    if filename == "<string>" and "op_cls" in code.co_names:
        return REGISTERED  # how Operations.register_operation makes op.NAME
    if in_revision(filename):
        return REVISION
    if "/alembic/operations/" in filename:
        if filename.endswith(("/ops.py", "/base.py")) and name[:1] not in "_<" and name not in _NO_OPERATIONS:
            return OPERATION
        return OTHER
    if filename.endswith("/alembic/runtime/migration.py"):
        return VERSION if name in _VERSION_FUNCTIONS else OTHER
    if "/sqlalchemy/" in filename:
        if name in _TYPE_FUNCTIONS:
            if filename.endswith("/sql/schema.py"):
                return SCHEMA
            if filename.endswith(("/sql/sqltypes.py", "/postgresql/base.py", "/postgresql/named_types.py", "/sql/ddl.py")):
                return TYPE
        if "/sqlalchemy/engine/" in filename or "/sqlalchemy/pool/" in filename or "/sqlalchemy/util/" in filename:
            return ENGINE
        return OTHER
    if in_project(filename):
        return PROJECT
    return OTHER


def column_of(frame):
    """The column of the call that `frame` is in, from 1; 0 before Python 3.11, which knows no columns."""
    positions = getattr(frame.f_code, "co_positions", None)
    if positions is None:
        return 0
    position = next(islice(positions(), frame.f_lasti // 2, None), None)
    return position[2] + 1 if position is not None and position[2] is not None else 0


class Place:
    __slots__ = ("file", "line", "column", "operation", "emitted", "version", "through_engine", "in_revision", "helper")

    def __init__(self):
        self.file = ""
        self.line = self.column = 0
        self.helper = None  # (file, line, column) of the project's own function that the revision called for it
        self.operation = self.emitted = ""
        self.version = self.through_engine = self.in_revision = False


def find_place(depth, want_type=False):
    """Walks up from the caller's caller: the innermost revision frame, else the innermost project frame."""
    place = Place()
    kinds = _kinds
    frame = sys._getframe(depth)
    found = None
    while frame is not None:
        code = frame.f_code
        kind = kinds.get(code)
        if kind is None:
            kind = kind_of(code)
        if kind == OTHER:
            pass
        elif kind == REVISION:
            place.in_revision = True
            if found is not None:
                place.helper = (relative(found.f_code.co_filename), found.f_lineno or 0, column_of(found))
            found = frame
            break
        elif kind == PROJECT:
            if found is None:
                found = frame
        elif kind == OPERATION:
            place.operation = code.co_name
        elif kind == REGISTERED:
            # Alembic's own have been seen by now; this is a library's or the project's.
            if code.co_name != "execute" and (place.operation in ("", "execute") or place.operation[:3] == "op."):
                place.operation = "op." + code.co_name
        elif kind == VERSION:
            place.version = True
        elif kind == ENGINE:
            if found is None:
                place.through_engine = True
        elif kind == SCHEMA:
            place.operation = _SCHEMA_OPERATIONS.get(code.co_name, place.operation)
        elif want_type:  # TYPE
            name = code.co_name
            if name.startswith("_on_"):
                place.emitted = "auto"
            elif name in ("create", "drop") and place.emitted != "auto" and "checkfirst" in code.co_varnames:
                place.emitted = "checked" if frame.f_locals.get("checkfirst") else "explicit"
                if not place.operation:
                    place.operation = "Enum." + name
        frame = frame.f_back
    if found is not None:
        place.file = relative(found.f_code.co_filename)
        place.line = found.f_lineno or 0
        place.column = column_of(found)
    return place
