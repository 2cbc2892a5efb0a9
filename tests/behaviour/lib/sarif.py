"""Holds the SARIF document on standard input to its published schema, and prints it again."""
import json
import pathlib
import re
import sys

import jsonschema

SCHEMA = pathlib.Path(__file__).resolve().parents[2] / "schemas" / "sarif-schema-2.1.0.json"
URI = re.compile(r"(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*\Z")


def uris(value, at="$"):
    """Every URI of the document, with its place."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name in ("uri", "helpUri", "informationUri", "$schema") and isinstance(part, str):
                yield f"{at}.{name}", part
            yield from uris(part, f"{at}.{name}")
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from uris(part, f"{at}.{number}")


def problems(document):
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft4Validator.check_schema(schema)
    found = [f"{error.json_path}: {error.message[:300]}" for error in jsonschema.Draft4Validator(schema).iter_errors(document)]
    found += [f"{at}: {uri!r} is no URI" for at, uri in uris(document) if not URI.match(uri)]
    for run in [] if found else document["runs"]:
        rules = run["tool"]["driver"].get("rules", [])
        for result in run.get("results") or []:  # what the standard asks for beyond its schema
            if rules[result["ruleIndex"]]["id"] != result["ruleId"]:
                found.append(f"ruleIndex {result['ruleIndex']} is not {result['ruleId']}")
    return found


text = sys.stdin.read()
wrong = problems(json.loads(text))
if wrong:
    sys.exit("valid_sarif: " + "; ".join(wrong[:10]))
sys.stdout.write(text)
