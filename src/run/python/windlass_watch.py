"""Watches Alembic and SQLAlchemy: versions, the loaded graph, steps, enum constructions, files read."""
import os
import sys
import types
from time import monotonic

import windlass_events as events
import windlass_held as held
import windlass_libraries as libraries
import windlass_marks as marks
import windlass_nets as nets
import windlass_places as places
import windlass_reuse as reuse

# Where the tool is: "config", "graph", "environment" (env.py), "tool".
phase = "config"
# Whether a revision that raises is left, and the next one tried.
go_on = False
# In place of the migrations of a MigrationContext (windlass_models.make); None: they are run.
instead = None

_started = 0.0
_models = None  # target_metadata of the run: of a chain that ran, or was about to
_opened = {}  # in order
_in_step = False  # a step's own code runs
_chain_files = []
_known = set()  # what Alembic itself reads, for interpreters without audit hooks
_MOST_FILES = 5000
_OWN = os.path.dirname(os.path.abspath(__file__)) + "/"


def begin():
    """A run begins."""
    global _started
    import alembic
    import sqlalchemy

    _started = monotonic()
    events.emit("hello", python=".".join(map(str, sys.version_info[:3])), executable=sys.executable,
                alembic=alembic.__version__, sqlalchemy=sqlalchemy.__version__, began=_started)


def install():
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    event.listen(Engine, "before_cursor_execute", marks.before_cursor_execute, retval=True)
    event.listen(Engine, "do_connect", nets.do_connect)
    _watch_enums()
    _watch_enum_uses()
    _watch_steps()
    if hasattr(sys, "addaudithook"):
        sys.addaudithook(_audit)


def _in_place_of(original, wrapper):
    """`wrapper` with the name, and for warnings the module, of what it stands for:
    both libraries look for the first frame outside their own modules."""
    names = dict(wrapper.__globals__, __name__=original.__module__)
    made = types.FunctionType(wrapper.__code__, names, original.__name__, wrapper.__defaults__, wrapper.__closure__)
    made.__kwdefaults__ = wrapper.__kwdefaults__
    made.__qualname__, made.__doc__, made.__module__ = original.__qualname__, original.__doc__, original.__module__
    return made


# Enums ------------------------------------------------------------------

def _watch_enums():
    """Notes how each enum type of the project was asked for, also what SQLAlchemy drops."""
    import sqlalchemy
    from sqlalchemy.dialects import postgresql

    def wrap(cls, name):
        original = cls.__init__

        def __init__(self, *enums, **kw):
            original(self, *enums, **kw)
            caller = sys._getframe(1)
            if places.kind_of(caller.f_code) in (places.REVISION, places.PROJECT):
                tell(self, kw, name, caller)

        cls.__init__ = _in_place_of(original, __init__)

    def tell(enum, kw, name, caller):
        try:
            events.emit("enum", name=enum.name or "", schema=enum.schema or "", **{"class": name},
                        create_type=None if kw.get("create_type") is None else bool(kw["create_type"]),
                        labels=[str(label) for label in enum.enums][:1000], metadata=kw.get("metadata") is not None,
                        native=bool(kw.get("native_enum", True)), file=places.relative(caller.f_code.co_filename),
                        line=caller.f_lineno, revision=marks.current_revision)
        except Exception as error:
            events.emit("remark", text="an enum could not be described: %r" % (error,))

    wrap(sqlalchemy.Enum, "sqlalchemy.Enum")
    wrap(postgresql.ENUM, "postgresql.ENUM")


def _watch_enum_uses():
    """Notes the labels of each enum type at the moment when a column is given the type, or create() is called: the
    statement bears the type's name alone."""
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.dialects.postgresql.base import PGTypeCompiler

    visit_bare = PGTypeCompiler.visit_ENUM

    def visit_ENUM(self, type_, *arguments, **kw):
        if _gives_a_column_its_type(sys._getframe(1)):
            tell(type_, "column")
        return visit_bare(self, type_, *arguments, **kw)

    PGTypeCompiler.visit_ENUM = _in_place_of(visit_bare, visit_ENUM)

    create_bare = postgresql.ENUM.create

    def create(self, *arguments, **kw):
        tell(self, "create")
        return create_bare(self, *arguments, **kw)

    postgresql.ENUM.create = _in_place_of(create_bare, create)

    told = [0]

    def tell(enum, how):
        try:
            if not enum.name or told[0] >= _MOST_FILES:
                return
            told[0] += 1
            place = places.find_place(3)
            events.emit("enum-use", how=how, name=str(enum.name), schema=str(enum.schema or ""),
                        labels=[str(label) for label in enum.enums][:1000], file=place.file, line=place.line,
                        column=place.column, revision=marks.current_revision)
        except Exception as error:
            events.emit("remark", text="the use of an enum could not be described: %r" % (error,))


def _gives_a_column_its_type(frame):
    """Whether a type's name is wanted for CREATE TABLE, ADD COLUMN or ALTER COLUMN, and not for a cast in a query."""
    while frame is not None:
        code = frame.f_code
        if code.co_name == "get_column_specification" and "/sqlalchemy/" in code.co_filename:
            return True
        if code.co_name == "format_type" and code.co_filename.endswith("/alembic/ddl/base.py"):
            return True
        if not code.co_filename.startswith(_OWN) and "/sqlalchemy/" not in code.co_filename:
            return False
        frame = frame.f_back
    return False


# The graph and its steps ------------------------------------------------

def _tuple(value):
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _tell_chain(script):
    revisions, files = [], []
    for revision in {id(r): r for r in script.revision_map._revision_map.values() if r is not None}.values():
        if not getattr(revision, "revision", None):
            continue
        files.append(revision.path)
        revisions.append({
            "id": revision.revision,
            "parents": list(revision._versioned_down_revisions),
            "depends_on": [str(d) for d in _tuple(revision.dependencies)],
            "labels": sorted(str(label) for label in _tuple(getattr(revision, "_orig_branch_labels", ()))),
            "file": places.relative(revision.path),
            "downgrade": callable(getattr(getattr(revision, "module", None), "downgrade", None)),
            "title": (revision.doc or "").strip().split("\n")[0],
        })
    places.set_revision_files(files)
    _chain_files.extend(files)
    _known.update(files)
    events.emit("chain", revisions=revisions, heads=list(script.get_heads()), bases=list(script.get_bases()))


def _tell_settings(context):
    global _models
    try:
        _models = context.opts.get("target_metadata")
        events.emit("configured",
                    transaction_per_migration=bool(getattr(context, "_transaction_per_migration", False)),
                    transactional_ddl=bool(context.impl.transactional_ddl),
                    version_table=context.version_table, version_table_schema=context.version_table_schema or "",
                    dialect=context.dialect.name, driver=context.dialect.driver)
    except Exception as error:
        events.emit("remark", text="the configuration could not be read: %r" % (error,))


def _watch_steps():
    """Tells when each revision begins and ends, and lets marks carry it."""
    from alembic.runtime import migration
    from alembic.script import ScriptDirectory

    told = []

    def load(migrations_fn, heads, context):
        global phase
        phase = "graph"
        found = list(migrations_fn(heads, context))
        phase = "environment"
        script = context.opts.get("script")
        if script is not None and not told:
            told.append(True)
            try:
                _tell_chain(script)
            except Exception as error:
                events.emit("remark", text="the loaded graph could not be read: %r" % (error,))
        return walk(found, heads, context)

    def walk(found, heads, context):
        global _in_step
        left_out = reuse.plan(found, heads, context, sys._getframe(1), _files_before_steps)
        held.begin_one(context, found)
        for number, step in enumerate(found):
            if number == left_out.start and left_out:
                reuse.leave_out(found[left_out.start:left_out.stop], context, sys._getframe(1), monotonic() - _started)
            if number in left_out:
                continue
            revision = getattr(getattr(step, "revision", None), "revision", None) or ""
            direction = "upgrade" if getattr(step, "is_upgrade", True) else "downgrade"
            marks.current_revision = revision
            if go_on:
                _leave_when_it_raises(step)
            events.emit("step", revision=revision, direction=direction, phase="start", t=monotonic() - _started)
            _in_step, before = True, len(_opened)
            yield step
            _in_step = False
            new = list(_opened)[before:] if len(_opened) > before else []
            held.tell_step(context, lambda: (_files_of(new), _files_beside(new)))
            events.emit("step", revision=revision, direction=direction, phase="end", t=monotonic() - _started)
            marks.current_revision = ""
            if held.at_step:
                held.tell_held()

    run_migrations_bare = migration.MigrationContext.run_migrations

    def run_migrations(self, **kw):
        _tell_settings(self)
        if not nets.speaks_postgresql(self.dialect):
            # A file of sqlite's, most often: nothing of the chain may be written there.
            url = getattr(getattr(self.connection, "engine", None), "url", None)
            return nets.tell_other(self.dialect, str(url) if url is not None else self.dialect.name)
        if instead is not None:
            return instead(self)
        migrations_fn = self._migrations_fn
        if migrations_fn is not None:
            self._migrations_fn = lambda heads, context: load(migrations_fn, heads, context)
        try:
            return run_migrations_bare(self, **kw)
        finally:
            self._migrations_fn = migrations_fn

    migration.MigrationContext.run_migrations = _in_place_of(run_migrations_bare, run_migrations)

    run_env_bare = ScriptDirectory.run_env

    def run_env(self):
        set_phase("environment")
        places.set_revision_folders(_folders_of(self))
        _known.add(os.path.join(str(self.dir), "env.py"))
        result = run_env_bare(self)
        set_phase("tool")
        return result

    def set_phase(name):
        global phase
        phase = name

    ScriptDirectory.run_env = _in_place_of(run_env_bare, run_env)


def _leave_when_it_raises(step):
    """The exception is told, and Alembic goes on to the version table as if the revision had come to its end."""
    migration_fn = getattr(step, "migration_fn", None)
    if migration_fn is None:
        return

    def leave(**kw):
        try:
            return migration_fn(**kw)
        except Exception as error:
            import windlass_failure as failure

            failure.tell(error, "revision", 1, "left")

    step.migration_fn = leave


def _folders_of(script):
    """The folders of revision files; the names differ between versions of Alembic."""
    for name in ("_version_locations", "versions"):
        found = getattr(script, name, None)
        if isinstance(found, str):
            return [found]
        if found:
            return [str(f) for f in found]
    return []


def tell_models():
    """The tables that the project's models define, and their columns. Only a failure asks for them."""
    if _models is None:
        return
    try:
        tables = [{"schema": table.schema or "", "name": table.name, "columns": [str(c.name) for c in table.columns]}
                  for metadata in (_models if isinstance(_models, (list, tuple)) else (_models,))
                  for table in metadata.tables.values()]
        events.emit("models", tables=tables[:_MOST_FILES])
    except Exception as error:
        events.emit("remark", text="the project's models could not be read: %r" % (error,))


# Files read, programs started, hosts asked for --------------------------

_CHANGES = {"os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.utime"}
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def _imports(depth=2):
    """Whether Python's own import machinery asks: it looks into folders and writes what it has compiled."""
    return "importlib" in sys._getframe(depth).f_code.co_filename


def _audit(event, arguments):
    if event == "open":
        path, mode = arguments[0], arguments[1]
        if _in_step:
            flags = arguments[2] if len(arguments) > 2 and isinstance(arguments[2], int) else 0
            if (flags & _WRITES or any(c in (mode or "") for c in "wax+")) and not _imports():
                events.emit("wrote")
        if len(_opened) < _MOST_FILES and (mode is None or "r" in mode):
            if mode is None and len(arguments) > 2 and isinstance(arguments[2], int) \
                    and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_DIRECTORY):
                return
            if not isinstance(path, str):
                if not isinstance(path, os.PathLike):
                    return
                path = str(path)
            if not libraries.holds(path):  # thousands, of which nobody asks
                _opened[path] = True
    elif event in ("os.listdir", "os.scandir"):
        # What a step sends may follow from which files there are. Python's own imports look into folders, too.
        if _in_step and not _imports():
            events.emit("listed")
    elif event in _CHANGES:
        if _in_step and not _imports():
            events.emit("wrote")
    elif event in nets.WATCHED:
        nets.watch(event, arguments)


def _source_of(path):
    """The source of a compiled file, wherever that is kept: a cached module is read without its source."""
    prefix = getattr(sys, "pycache_prefix", None)
    folder, _, name = path.rpartition("/")
    if prefix and folder.startswith(prefix.rstrip("/") + "/"):
        folder = folder[len(prefix.rstrip("/")):]
    elif folder.endswith("/__pycache__"):
        folder = folder[:-len("/__pycache__")]
    else:
        return path
    return folder + "/" + name.split(".")[0] + ".py"


def _files_of(paths):
    """Those of the project that are sources or data, sorted."""
    paths = [_source_of(path) if path.endswith(".pyc") else path for path in paths if isinstance(path, str)]
    files = {places.absolute(path) for path in paths if places.in_project(path)}
    files = sorted(f for f in files if not f.endswith((".pyc", ".so")) and os.path.isfile(f))
    return [places.relative(f) for f in files[:_MOST_FILES]]


def _files_beside(paths):
    """Those that are neither the project's nor a library's: a module or data in a folder beside it."""
    paths = {places.absolute(_source_of(path) if path.endswith(".pyc") else path) for path in paths if isinstance(path, str)}
    return sorted(path for path in paths
                  if not places.in_project(path) and not places.is_own(path) and not libraries.holds(path)
                  and not path.startswith(("/proc/", "/sys/", "/dev/")) and os.path.isfile(path))


def _imported_or_read():
    paths = libraries.not_libraries()
    paths.update(list(_opened))
    return paths


def _files_before_steps():
    """The files that were imported or read by now, but for libraries and those of the chain; None where not all are known."""
    if len(_opened) >= _MOST_FILES:
        return None
    chain = {places.absolute(path) for path in _chain_files}
    paths = _imported_or_read()
    return [f for f in _files_of(paths) + _files_beside(paths) if os.path.join(places.project(), f) not in chain]


def tell_inputs():
    """Every file of the project that was imported or read."""
    try:
        events.emit("inputs", files=_files_of(_imported_or_read() | _known))
    except Exception as error:
        events.emit("remark", text="the files read could not be told: %r" % (error,))


def tell_trace():
    """What else the outcome of this run follows from: files beside the project, and libraries that came only now."""
    try:
        if not hasattr(sys, "addaudithook") or len(_opened) >= _MOST_FILES:
            return  # not all of them are known
        files = libraries.not_libraries()
        stamps = [[path, libraries.stamp(path)] for path in sorted(files) if libraries.holds(path)]
        events.emit("trace", files=_files_beside(files.union(_opened)), libraries=[s for s in stamps if s[1]])
    except Exception as error:
        events.emit("remark", text="what the run opened could not be told: %r" % (error,))
