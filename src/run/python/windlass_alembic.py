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
    """The configuration; afterwards the paths are those of the console script."""
    own = os.path.dirname(os.path.abspath(__file__))
    # Absent when the interpreter was told to put no script's folder on its path (PYTHONSAFEPATH).
    given = bool(sys.path) and os.path.abspath(sys.path[0]) == own
    if not given:
        sys.path.insert(0, own)
    import windlass_bytecode
    windlass_bytecode.read_what_is_there()
    import json

    config = json.loads(os.environ.pop("WINDLASS_RUN"))
    if sys.version_info < (3, 8):
        sys.dont_write_bytecode = True  # it knows no pycache_prefix
        os.environ["PYTHONDONTWRITEBYTECODE"] = "1"  # nor do the interpreters that it starts
    global events, held, libraries, marks, models, nets, places, reuse, warm, watch
    import windlass_events as events
    import windlass_held as held
    import windlass_libraries as libraries
    import windlass_marks as marks
    import windlass_nets as nets
    import windlass_places as places
    import windlass_reuse as reuse
    import windlass_watch as watch
    import windlass_failure  # noqa: F401  (found now: its folder leaves the path)
    libraries.stay_to_the_end()
    if "warm" in config:
        import windlass_warm as warm
    if config.get("models") is not None:
        import windlass_models as models

    if given:
        sys.path[0] = config["pythonpath0"]
    else:
        del sys.path[0]
    return config


def begin(config):
    """Arguments as those of the console script; from now on windlass is told."""
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
    reuse.listen(config.get("answers_fd", -1))
    if config.get("tell_held"):
        held.tell(at_each_step=True)
    nets.set_target(config["socket_folder"], config["port"], config["servers_apart"])
    nets.tell_drivers()


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


def load_tool(config):
    """Imports the tool, with marks, nets and events around it."""
    nets.install()
    import alembic.config  # noqa: F401

    if config.get("tool") == "flask":
        import flask.cli  # noqa: F401
    if config.get("models") is not None:
        models.extensions = config["models"]["extensions"]
        models.watch()
        watch.instead = models.make
    watch.install()


def run_tool(config):
    if config.get("tool") == "flask":
        from flask.cli import main as run
    else:
        from alembic.config import main as run
    run()


def main():
    config = start()
    is_warm = "warm" in config
    if is_warm:
        load_tool(config)
        config = warm.serve(config["warm"])
    begin(config)
    code = 0
    try:
        if not is_warm:
            load_tool(config)
        watch.begin()
        libraries.spare()
        run_tool(config)
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
        if config.get("tell_trace"):
            watch.tell_trace()
        held.tell_held()
        if config.get("tell_libraries"):
            events.emit("libraries", modules=libraries.loaded())
        events.emit("end", exit=code)


if __name__ == "__main__":
    main()
