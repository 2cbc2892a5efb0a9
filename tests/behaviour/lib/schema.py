"""Holds a document of the program to its schema under docs/schemas.

Only the words of JSON Schema that those files use. Stricter than they are in one thing: a field that the schema does not
name is an error here (readers must expect new fields; who adds one must write it down). A small reader of our own, because
the behaviour tests run with the system's Python and nothing installed.
"""
import json
import pathlib

FOLDER = pathlib.Path(__file__).resolve().parents[3] / "docs" / "schemas"

_KINDS = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}
_WORDS = {"$schema", "title", "type", "const", "enum", "required", "properties", "items"}


def _is(value, kind):
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "number":
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, _KINDS[kind])


def problems(value, schema, at="$"):
    unknown = set(schema) - _WORDS
    if unknown:
        raise ValueError("lib/schema.py does not know %s" % sorted(unknown))
    kinds = schema.get("type")
    if kinds and not any(_is(value, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)):
        return ["%s: %r is no %s" % (at, value, kinds)]
    if "const" in schema and value != schema["const"]:
        return ["%s: %r is not %r" % (at, value, schema["const"])]
    if "enum" in schema and value not in schema["enum"]:
        return ["%s: %r is none of %r" % (at, value, schema["enum"])]
    found = []
    if isinstance(value, dict) and "properties" in schema:
        found += ["%s.%s is missing" % (at, name) for name in schema.get("required", ()) if name not in value]
        for name, part in value.items():
            if name in schema["properties"]:
                found += problems(part, schema["properties"][name], "%s.%s" % (at, name))
            else:
                found.append("%s.%s is not in the schema" % (at, name))
    if isinstance(value, list) and "items" in schema:
        for number, part in enumerate(value):
            found += problems(part, schema["items"], "%s.%d" % (at, number))
    return found


def problems_of(document):
    """Empty for a document that is none of windlass's."""
    name = document.get("schema") if isinstance(document, dict) else None
    if not isinstance(name, str) or not name.startswith("windlass."):
        return []
    file = FOLDER / (name[len("windlass."):].partition("/")[0] + ".json")
    if not file.is_file():
        return ["%s has no schema under docs/schemas" % name]
    return problems(document, json.loads(file.read_text()))
