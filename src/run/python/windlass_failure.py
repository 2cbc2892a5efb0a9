"""Tells of the exception that ended the tool: where, in which phase, and what it asked for."""
import linecache
import re
import traceback

import windlass_events as events
import windlass_marks as marks
import windlass_places as places

_NAMES = (
    re.compile(r"^Config '([^']+)' is missing"),                                          # starlette
    re.compile(r"^([A-Za-z_][A-Za-z0-9_]*) not found\. Declare it"),                      # python-decouple
    re.compile(r"[Ss]et the ['\"]?([A-Za-z_][A-Za-z0-9_]*)['\"]? environment variable"),  # django-environ
    re.compile(r"[Ee]nvironment variable ['\"]?([A-Za-z_][A-Za-z0-9_]*)['\"]? (?:is )?"   # environs and people
               r"(?:not set|not defined|missing|required|unset|must be set)"),
    re.compile(r"\b['\"]?([A-Z][A-Z0-9_]{2,})['\"]? (?:environment variable |env var )?(?:is|was|must be|not) "
               r"(?:not set|not defined|missing|required|set|unset|empty|defined|found)"),
)


def tell(error, where, exit_code):
    error = _innermost(error)
    frames = []
    in_revision = in_loading = False
    for frame, line in traceback.walk_tb(error.__traceback__):
        filename = frame.f_code.co_filename
        if places.is_own(filename):
            continue
        frames.append(_frame(filename, line, 0, frame.f_code.co_name, linecache.getline(filename, line, frame.f_globals)))
        if places.in_revision(filename):
            in_revision = True
            in_loading = in_loading or frame.f_code.co_name == "<module>"
    if isinstance(error, SyntaxError) and error.filename:
        frames.append(_frame(error.filename, error.lineno, error.offset, "<module>", error.text))
        in_loading = in_loading or places.in_revision(error.filename)
    if in_loading:
        where = "graph"
    elif in_revision:
        where = "revision"
    elif any(f["file"].endswith("/alembic/script/revision.py") for f in frames[-4:]):
        where = "graph"
    elif marks.current_revision:
        where = "tool"
    events.emit("exception", type=_name(type(error)), message=events.masked(_message(error))[:20000], phase=where,
                revision=marks.current_revision, frames=frames[-200:], missing_key=_missing_key(error, frames),
                missing_module=(error.name or "") if isinstance(error, ModuleNotFoundError) else "", exit_code=exit_code)


def _frame(filename, line, column, function, text):
    return {"file": places.relative(filename), "line": line or 0, "column": column or 0, "function": function,
            "text": events.masked((text or "").strip())[:2000], "in_project": places.in_project(filename)}


def _name(kind):
    return kind.__qualname__ if kind.__module__ == "builtins" else "%s.%s" % (kind.__module__, kind.__qualname__)


def _message(error):
    if isinstance(error, SystemExit):
        return "sys.exit(%r)" % (error.code,) if not isinstance(error.code, str) else error.code
    return error


def _innermost(error):
    """The exception that the others were made of: alembic's CommandError hides the revision map's,
    and sys.exit("...") in an except block what was caught there."""
    seen = set()
    while id(error) not in seen:
        seen.add(id(error))
        cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        module = type(error).__module__
        if cause is None or not (isinstance(error, SystemExit)
                                 or module.startswith(("alembic", "pydantic_settings"))):
            return error
        error = cause
    return error


def _missing_key(error, frames):
    if isinstance(error, KeyError) and error.args and isinstance(error.args[0], str):
        # os.environ's __getitem__; the module is frozen into newer interpreters.
        return error.args[0] if frames and re.search(r"(^|/)os\.py$|^<frozen os>$", frames[-1]["file"]) else ""
    problems = getattr(error, "errors", None)
    if callable(problems) and type(error).__name__ == "ValidationError":
        try:
            for problem in problems():
                if problem.get("type") in ("missing", "value_error.missing"):
                    return _settings_name(error, str(problem["loc"][0]))
        except Exception:
            return ""
        return ""
    text = str(_message(error)) if isinstance(error, SystemExit) else str(error.args[0]) if error.args else str(error)
    for pattern in _NAMES:
        found = pattern.search(text)
        if found:
            return found.group(1)
    return ""


def _settings_name(error, field):
    """The environment variable that a pydantic settings class reads `field` from."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        for local in ("__pydantic_self__", "self"):
            owner = frame.f_locals.get(local)
            config = getattr(type(owner), "model_config", None)
            fields = getattr(type(owner), "model_fields", None)
            if isinstance(config, dict) and isinstance(fields, dict) and "env_prefix" in config:  # pydantic 2
                return field if field not in fields else (config.get("env_prefix") or "").upper() + field.upper()
            old = getattr(type(owner), "__fields__", None)
            if isinstance(old, dict) and hasattr(getattr(type(owner), "__config__", None), "env_prefix"):  # pydantic 1
                for known in old.values():
                    names = known.field_info.extra.get("env_names")
                    if field in (known.alias, known.name) and names:
                        return sorted(names)[0].upper()
    return field.upper()


def prune(trace):
    """The traceback without the frames of windlass's own, as the bare tool would print it."""
    while trace is not None and places.is_own(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    step = trace
    while step is not None:
        following = step.tb_next
        while following is not None and places.is_own(following.tb_frame.f_code.co_filename):
            following = following.tb_next
        step.tb_next = following
        step = following
    return trace


def prune_all(error):
    """The same for an exception and all that it names as its causes."""
    seen = set()
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        one.__traceback__ = prune(one.__traceback__)
        waiting += [one.__cause__, one.__context__]
