"""Tells of the exception that ended the tool: where, in which phase, and what it asked for."""
import linecache
import os
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


def tell(error, where, exit_code, event="exception"):
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
    events.emit(event, type=_name(type(error)), message=events.masked(_message(error))[:20000], phase=where,
                revision=marks.current_revision, frames=frames[-200:], missing_keys=_missing_keys(error, frames),
                missing_module=(error.name or "") if isinstance(error, ModuleNotFoundError) else "", exit_code=exit_code,
                first=error.__cause__ is None and error.__context__ is None)


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


_ASKED = re.compile(r"""\benviron\[\s*['"]([A-Za-z_][A-Za-z0-9_]*)['"]\s*\](?!\s*=[^=])""")


def _missing_keys(error, frames):
    """The names of settings that have no value: what the exception asked for, and what its like would ask for next."""
    if isinstance(error, KeyError) and error.args and isinstance(error.args[0], str):
        # os.environ's __getitem__; the module is frozen into newer interpreters.
        if not frames or not re.search(r"(^|/)os\.py$|^<frozen os>$", frames[-1]["file"]):
            return []
        names = [error.args[0]]
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if places.in_project(frame.f_code.co_filename):
                for line in linecache.getlines(frame.f_code.co_filename):
                    names += _ASKED.findall(line.partition("#")[0])
        return [name for name in dict.fromkeys(names) if name not in os.environ]
    problems = getattr(error, "errors", None)
    if callable(problems) and type(error).__name__ == "ValidationError":
        try:
            missing = [p["loc"] for p in problems() if p.get("type") in ("missing", "value_error.missing")]
            return list(dict.fromkeys(_settings_name(error, [str(part) for part in loc]) for loc in missing))
        except Exception:
            return []
    told = getattr(error, "error_messages", None)
    if isinstance(told, dict) and type(error).__name__ == "EnvValidationError":  # environs, sealed
        return [str(name) for name in told if str(name) not in os.environ]
    name = _name_in_message(error)
    return [name] if name else []


def _name_in_message(error):
    text = str(_message(error)) if isinstance(error, SystemExit) else str(error.args[0]) if error.args else str(error)
    for pattern in _NAMES:
        found = pattern.search(text)
        if found:
            return found.group(1)
    return ""


def _settings_name(error, location):
    """The environment variable that a pydantic settings class reads the field at `location` from."""
    field = location[0]
    for frame, _ in traceback.walk_tb(error.__traceback__):
        for local in ("__pydantic_self__", "self"):
            owner = frame.f_locals.get(local)
            config = getattr(type(owner), "model_config", None)
            fields = getattr(type(owner), "model_fields", None)
            if isinstance(config, dict) and isinstance(fields, dict) and "env_prefix" in config:  # pydantic 2
                if config.get("env_nested_delimiter") and len(location) > 1:
                    field = config["env_nested_delimiter"].join(location)
                if location[0] not in fields:
                    return field
                name = (config.get("env_prefix") or "") + field
                return name if config.get("case_sensitive") else name.upper()
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
