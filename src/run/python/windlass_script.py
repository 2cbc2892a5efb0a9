"""Runs a Python program as the interpreter itself would, and tells where each of its statements came from.

As for the chain, statements bear marks, and every connection of a PostgreSQL driver leads to the recorder.
"""
import os
import sys
import types


def mark_engines(module):
    """Listens to SQLAlchemy: of asynchronous drivers only the engine knows the place."""
    from sqlalchemy import event

    event.listen(module.Engine, "before_cursor_execute", marks.before_cursor_execute, retval=True)
    event.listen(module.Engine, "do_connect", nets.do_connect)


def main():
    own = os.path.dirname(os.path.abspath(__file__))
    given = bool(sys.path) and os.path.abspath(sys.path[0]) == own
    if not given:  # PYTHONSAFEPATH
        sys.path.insert(0, own)
    import windlass_bytecode
    windlass_bytecode.read_what_is_there()
    import json

    config = json.loads(os.environ.pop("WINDLASS_RUN"))
    global failure, marks, nets
    import windlass_failure as failure
    import windlass_marks as marks
    import windlass_nets as nets
    import windlass_places as places

    script = config["script"]
    if given:
        sys.path[0] = os.path.dirname(script)
    else:
        del sys.path[0]
    sys.argv = [script]
    places.set_project(config["project"])
    places.set_revision_files([script])
    marks.set_token(config["token"])
    nets.set_target(config["socket_folder"], config["port"], config["servers_apart"])
    nets.lead_to(config["database"])
    nets.when_imported("sqlalchemy.engine", mark_engines)
    nets.install()

    module = types.ModuleType("__main__")
    module.__file__ = script
    module.__builtins__ = __builtins__
    sys.modules["__main__"] = module
    try:
        with open(script, "rb") as file:
            code = compile(file.read(), script, "exec", dont_inherit=True)
        exec(code, module.__dict__)
    except SystemExit:
        raise
    except BaseException as error:
        failure.prune_all(error)
        raise


if __name__ == "__main__":
    main()
