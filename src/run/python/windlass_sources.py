"""The chain's own files, compiled once for all the processes that are forked from this one.

Every process of Alembic reads every revision. Only what the compiler makes of it is shared: each process reads the
file itself, holds it to what was compiled, and runs it in modules of its own. So it is no matter here whether Python
keeps compiled files anywhere (PYTHONDONTWRITEBYTECODE), nor how old those are.
"""
import importlib.machinery
import warnings

_compiled = {}  # path -> the file's bytes, and the code


def compile_all(paths):
    """Compiles what can be. What the compiler warns of is left to each process: what is said there is the run's."""
    for path in paths:
        loader = importlib.machinery.SourceFileLoader("windlass_source", path)
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            try:
                data = loader.get_data(path)
                code = loader.source_to_code(data, path)
            except Exception:
                continue  # a process of the run will see what comes of it
        if not said:
            _compiled[path] = data, code
    if not _compiled:
        return
    loader_class = importlib.machinery.SourceFileLoader
    get_code_bare = loader_class.get_code

    def get_code(self, fullname):
        kept = _compiled.get(self.path)
        if kept is not None and type(self) is loader_class and self.get_data(self.path) == kept[0]:
            return kept[1]
        return get_code_bare(self, fullname)

    loader_class.get_code = get_code
