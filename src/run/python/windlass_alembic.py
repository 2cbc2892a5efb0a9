"""Runs Alembic (or `flask db`) exactly as its console script would, and tells what happens.

Three things are added, none of which the project sees:
marks  - every statement bears a comment that names the place it came from
         (the recorder takes it off again);
nets   - every connection of a PostgreSQL driver leads to the recorder;
events - what only Python knows (steps, enum constructions, exceptions) goes
         as JSON lines to a descriptor of windlass's own.
"""
import os
import sys


def start():
    """The configuration; afterwards paths and arguments are those of the console script."""
    import json

    config = json.loads(os.environ.pop("WINDLASS_RUN"))
    if sys.version_info < (3, 8):
        sys.dont_write_bytecode = True  # it knows no pycache_prefix
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"  # nor do the interpreters that it starts
    own = os.path.dirname(os.path.abspath(__file__))
    # Absent when the interpreter was told to put no script's folder on its path (PYTHONSAFEPATH).
    given = bool(sys.path) and os.path.abspath(sys.path[0]) == own
    if not given:
        sys.path.insert(0, own)
    global events, marks, nets, places, watch
    import windlass_events as events
    import windlass_marks as marks
    import windlass_nets as nets
    import windlass_places as places
    import windlass_watch as watch
    import windlass_failure  # noqa: F401  (found now: its folder leaves the path)

    if given:
        sys.path[0] = config["pythonpath0"]
    else:
        del sys.path[0]
    tool = config.get("tool", "alembic")
    script = os.path.join(config["pythonpath0"], tool)
    sys.argv = [script if os.path.isfile(script) else tool] + config["arguments"]
    if os.path.isfile(script):
        # What multiprocessing would run again in a child of its own.
        sys.modules["__main__"].__file__ = script

    events.open_events(config["events_fd"])
    places.set_project(config["project"])
    marks.set_token(config["token"])
    watch.go_on = config.get("go_on", False)
    nets.set_target(config["socket_folder"], config["port"], config["servers_apart"])
    return config


def exit_code_of(stop):
    if stop.code is None:
        return 0
    return stop.code & 255 if isinstance(stop.code, int) else 1


def tell_failure(error, code):
    """Tells of it, and takes windlass's own frames out of the traceback that Python is about to print."""
    import windlass_failure as failure

    try:
        failure.tell(error, watch.phase, code)
        watch.tell_models()
        show = sys.excepthook

        def excepthook(kind, value, trace):
            sys.excepthook = show
            value.__traceback__ = trace
            failure.prune_all(value)
            show(kind, value, value.__traceback__)

        sys.excepthook = excepthook
    except Exception as own:
        events.emit("remark", text="the exception could not be described: %r" % (own,))


def spare_libraries():
    """The libraries imported by now live as long as the interpreter. Left out of garbage collection, they are not
    walked again and again, and not taken apart at the end, which takes longer than a short chain does. What the
    project makes is collected as ever."""
    import gc

    if hasattr(gc, "freeze"):  # Python 3.7
        gc.freeze()


def main():
    config = start()
    code = 0
    try:
        nets.install()
        import alembic.config

        if config.get("tool") == "flask":
            import flask.cli
        watch.install()
        spare_libraries()
        if config.get("tool") == "flask":
            flask.cli.main()
        else:
            alembic.config.main()
    except SystemExit as stop:
        code = exit_code_of(stop)
        if code:
            tell_failure(stop, code)
        raise
    except BaseException as error:
        code = 1
        tell_failure(error, code)
        raise
    finally:
        watch.tell_inputs()
        events.emit("end", exit=code)


if __name__ == "__main__":
    main()
