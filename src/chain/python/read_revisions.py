"""Reads the revision files of an Alembic project without running any of its code.

Run by the project's own interpreter, from the folder where `alembic` would be run:

    python read_revisions.py CONFIG [SECTION]       CONFIG: alembic.ini or pyproject.toml

Alembic itself only tells where the files are (its configuration syntax differs from version to
version); the files are then parsed, never imported, and env.py is not looked at. One JSON document on
standard output:

    {"config": "alembic.ini",
     "alembic": "1.13.2",                     null when it cannot be imported
     "script_location": "alembic",            as configured
     "locations": ["/abs/alembic/versions"],  folders of revision files
     "files": [FILE, ...],                    in Alembic's own order
     "error": null}                           or {"kind", "message"}: nothing could be read

    FILE {"file": "/abs/alembic/versions/001.py",
          "ok": true,                         false: see "error"; the fields below are then missing
          "revision": "001", "revision_line": 9,
          "down_revision": ["000"], "down_line": 10,
          "depends_on": [], "depends_line": 0, "labels": [],
          "title": "first line of the docstring",
          "dynamic": false,                   true: one of the four values is computed when the file runs
          "upgrade_line": 15, "downgrade_line": 19,         0: no such function
          "downgrade": "acts",                "none", "empty" (pass or nothing), "raises", "acts"
          "error": {"kind": "syntax|encoding|unreadable|no-id", "line": 3, "column": 1, "message": "..."}}

Kinds of the document's own error: "no-alembic", "config", "location". Runs on Python 3.7 and later.
"""
import ast
import io
import json
import os
import re
import sys
import tokenize
import warnings

# The names that Alembic takes for revision files, and those whose id it takes from the name.
REVISION_FILE = re.compile(r"(?!\.#|__init__)(.*\.py)$")
LEGACY_NAME = re.compile(r"([a-f0-9]+)\.py$")
NAMES = {"revision": "revision", "down_revision": "down_revision", "depends_on": "depends_on",
         "branch_labels": "labels"}
LARGEST = 32 << 20


class Failure(Exception):
    def __init__(self, kind, message):
        Exception.__init__(self, message)
        self.kind = kind


# Where the files are ----------------------------------------------------

def folder_of_resource(name):
    """`package:folder` as a path, found without importing the package."""
    if os.path.isabs(name) or ":" not in name:
        return name
    package, _, rest = name.partition(":")
    from importlib.machinery import PathFinder

    parts = package.split(".")
    spec = PathFinder.find_spec(parts[0], sys.path)
    if spec is None:
        raise Failure("location", "there is no package %s for the location %s" % (parts[0], name))
    roots = list(spec.submodule_search_locations or [os.path.dirname(spec.origin or "")])
    for root in roots:
        folder = os.path.join(root, *(parts[1:] + rest.split("/")))
        if os.path.isdir(folder):
            return folder
    return os.path.join(roots[0], *(parts[1:] + rest.split("/")))


def load_config(path, section):
    from alembic.config import Config

    if os.path.basename(path) == "pyproject.toml":
        return Config(file_="alembic.ini", toml_file=path, ini_section=section)
    try:
        return Config(file_=path, toml_file="pyproject.toml", ini_section=section)
    except TypeError:  # Alembic before 1.16
        return Config(file_=path, ini_section=section)


def prepend_paths(config):
    """Packages of the project are found as Alembic would find them."""
    if hasattr(config, "get_prepend_sys_paths_list"):
        paths = config.get_prepend_sys_paths_list() or []
    else:
        paths = re.split(r", *|(?: +)|:", config.get_main_option("prepend_sys_path") or "")
    sys.path[:0] = [os.path.abspath(p) for p in paths if p]


def open_script(path, section):
    """The configuration, the script location as written, and Alembic's ScriptDirectory, which has read nothing."""
    from alembic import util
    from alembic.script import ScriptDirectory

    kind = type(util.coerce_resource_to_filename(os.sep))  # str, or Path since 1.16
    util.coerce_resource_to_filename = lambda name: kind(folder_of_resource(str(name)))
    try:
        config = load_config(path, section)
        prepend_paths(config)
        option = getattr(config, "get_alembic_option", config.get_main_option)
        written = option("script_location")
        beside = os.path.dirname(os.path.abspath(path))
        if not written and os.path.isfile(os.path.join(beside, "env.py")):  # Flask-Migrate's
            config.set_main_option("script_location", beside.replace("%", "%%"))
            written = beside
        return config, str(written), ScriptDirectory.from_config(config)
    except Failure:
        raise
    except Exception as error:
        raise Failure("config", "%s: %s" % (type(error).__name__, error))


def find_locations(path, section):
    """The script location as written, the folders of revision files, and whether they are searched below."""
    import alembic

    _, written, script = open_script(path, section)
    try:
        found = getattr(script, "_version_locations", None)
        if not found or isinstance(found, property):
            found = script.versions
    except Exception as error:
        raise Failure("config", "%s: %s" % (type(error).__name__, error))
    if isinstance(found, (str, os.PathLike)):
        found = [found]
    locations = [os.path.abspath(str(folder)) for folder in found]
    return alembic.__version__, written, locations, bool(getattr(script, "recursive_version_locations", False))


def list_files(folder, recursive):
    try:
        entries = list(os.walk(folder))
    except OSError:
        return
    entries.sort(key=lambda entry: entry[0])
    for root, _, names in entries:
        if os.path.basename(root) == "__pycache__" or (root != folder and not recursive):
            continue
        for name in sorted(names):
            if REVISION_FILE.match(name):
                yield os.path.join(root, name)


# What a file says -------------------------------------------------------

def failed(path, kind, message, line=0, column=0):
    return {"file": path, "ok": False,
            "error": {"kind": kind, "line": line or 0, "column": column or 0, "message": message}}


def undecodable(path, source):
    """The line of the first byte that the file's own encoding does not know, or None."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    except SyntaxError as error:
        return failed(path, "encoding", str(error), 1)
    try:
        source.decode(encoding)
    except UnicodeDecodeError as error:
        line_start = source.rfind(b"\n", 0, error.start) + 1
        return failed(path, "encoding", "it is not valid %s: byte 0x%02x" % (encoding, source[error.start]),
                      source.count(b"\n", 0, error.start) + 1, error.start - line_start + 1)
    return None


def literal(node, known):
    """The value of an expression that can be read without running it; raises ValueError for others."""
    if isinstance(node, ast.Name) and node.id in known:
        return known[node.id]
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        return [literal(item, known) for item in node.elts]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return literal(node.left, known) + literal(node.right, known)
    return ast.literal_eval(node)


def as_list(value):
    if value is None:
        return []
    values = [value] if isinstance(value, str) else list(value)
    if not all(isinstance(item, str) for item in values):
        raise ValueError(value)
    return values


def assignments(tree):
    """(name, value node, line) of every assignment at the top of the module, in order."""
    for node in tree.body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, node.value, node.lineno
                elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple) \
                        and len(target.elts) == len(node.value.elts):
                    for name, value in zip(target.elts, node.value.elts):
                        if isinstance(name, ast.Name):
                            yield name.id, value, value.lineno
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            yield node.target.id, node.value, node.lineno
        elif isinstance(node, (ast.If, ast.Try, ast.With, ast.For, ast.While)):
            # What is set under a condition is known only when the file runs.
            for inner in ast.walk(node):
                if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store) and inner.id in NAMES:
                    yield inner.id, None, inner.lineno


def what_it_does(function):
    if function is None:
        return "none"
    body = list(function.body)
    docstring = ast.get_docstring(function, clean=False)
    if docstring is not None:
        body = body[1:]
    if any(isinstance(node, ast.Raise) for node in body[:1]):
        return "raises"
    idle = all(isinstance(node, ast.Pass) or (isinstance(node, ast.Return) and node.value is None)
               or (isinstance(node, ast.Expr) and is_literal(node.value)) for node in body)
    return "empty" if idle else "acts"


def is_literal(node):
    try:
        ast.literal_eval(node)
        return True
    except ValueError:
        return isinstance(node, getattr(ast, "Ellipsis", ()))


def read_file(path):
    try:
        with open(path, "rb") as file:
            source = file.read(LARGEST + 1)
    except OSError as error:
        dangling = os.path.islink(path) and not os.path.exists(path)
        return failed(path, "unreadable", "it is a link whose target is not there" if dangling
                      else error.strerror or str(error))
    if len(source) > LARGEST:
        return failed(path, "unreadable", "it is larger than %d bytes" % LARGEST)
    try:
        tree = ast.parse(source, path)
    except SyntaxError as error:
        # Asked only now: some interpreters accept foreign bytes in comments.
        return undecodable(path, source) or failed(path, "syntax", str(error.msg), error.lineno, error.offset)
    except (ValueError, RecursionError, MemoryError) as error:
        return failed(path, "syntax", str(error) or type(error).__name__)

    entry = {"file": path, "ok": True, "revision": None, "revision_line": 0, "down_revision": [], "down_line": 0,
             "depends_on": [], "depends_line": 0, "labels": [], "title": "", "dynamic": False}
    known = {}
    for name, node, line in assignments(tree):
        try:
            if node is None:
                raise ValueError(name)
            known[name] = value = literal(node, known)
            if name == "revision" and not (isinstance(value, str) and value):
                raise ValueError(value)
            if name in NAMES:
                entry[NAMES[name]] = value if name == "revision" else as_list(value)
        except (ValueError, TypeError, SyntaxError, RecursionError):
            known.pop(name, None)
            if name in NAMES:
                entry["dynamic"] = True
                entry[NAMES[name]] = None if name == "revision" else []
        if name == "revision":
            entry["revision_line"] = line
        elif name == "down_revision":
            entry["down_line"] = line
        elif name == "depends_on":
            entry["depends_line"] = line
    if entry["revision_line"] == 0:
        legacy = LEGACY_NAME.match(os.path.basename(path))
        if not legacy:
            return failed(path, "no-id", "it sets no `revision`, and Alembic takes every Python file here for a revision")
        entry["revision"] = legacy.group(1)

    functions = {node.name: node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
    for name in ("upgrade", "downgrade"):
        entry[name + "_line"] = functions[name].lineno if name in functions else 0
    entry["downgrade"] = what_it_does(functions.get("downgrade"))
    docstring = (ast.get_docstring(tree) or "").strip()
    entry["title"] = docstring.split("\n")[0]
    entry["error"] = None
    return entry


def read(path, section):
    document = {"config": path, "alembic": None, "script_location": None, "locations": [], "files": [], "error": None}
    try:
        try:
            version, written, locations, recursive = find_locations(path, section)
        except ImportError as error:
            raise Failure("no-alembic", "Alembic cannot be imported by %s: %s" % (sys.executable, error))
        document.update(alembic=version, script_location=written, locations=locations)
        missing = [folder for folder in locations if not os.path.isdir(folder)]
        if missing and len(missing) == len(locations):
            raise Failure("location", "there is no folder %s" % missing[0])
        seen = set()
        for folder in locations:
            for file in list_files(folder, recursive):
                real = os.path.realpath(file)
                if real not in seen:
                    seen.add(real)
                    document["files"].append(read_file(file))
    except Failure as error:
        document["error"] = {"kind": error.kind, "message": str(error)}
    return document


def main():
    # Neither the current folder nor this program's own may stand in for an installed package.
    if sys.path and sys.path[0] in ("", os.path.dirname(os.path.abspath(sys.argv[0]))):
        del sys.path[0]
    warnings.simplefilter("ignore")
    section = sys.argv[2] if len(sys.argv) > 2 and sys.argv[2] else "alembic"
    document = json.dumps(read(sys.argv[1], section))
    sys.stdout.write(document + "\n")


if __name__ == "__main__":
    main()
