"""Whether two checks of one chain said the same."""
import re

# Where two runs of one chain differ, whatever their steps came from: times, numbers that the server gives out, folders of the run;
# and why a case was not run, for one that equals another may as well come from the cache.
RESTLESS = {"seconds", "milliseconds", "started", "ended", "from_cache", "cached", "equal", "backend_pid", "out", "err"}


def settled(value):
    if isinstance(value, dict):
        return {name: settled(each) for name, each in value.items() if name not in RESTLESS}
    if isinstance(value, list):
        return [settled(each) for each in value]
    if isinstance(value, str):
        value = re.sub(r"\b\d\d\d\d\d+\b", "N", value)  # OIDs, process numbers
        return re.sub(r"(process|transaction|relation|line) \d+", r"\1 N", value)
    return value


def first_difference(a, b, at=""):
    if type(a) is not type(b):
        return "%s: %r, not %r" % (at, a, b)
    if isinstance(a, dict):
        for name in sorted(set(a) | set(b)):
            if name not in a or name not in b:
                return "%s.%s: only one has it" % (at, name)
            if found := first_difference(a[name], b[name], at + "." + name):
                return found
    elif isinstance(a, list):
        for n, (x, y) in enumerate(zip(a, b)):
            if found := first_difference(x, y, "%s[%d]" % (at, n)):
                return found
        if len(a) != len(b):
            return "%s: %d items, not %d (%r)" % (at, len(a), len(b), (a + b)[min(len(a), len(b)):][:1])
    elif a != b:
        return "%s: %r, not %r" % (at, a, b)
    return None
