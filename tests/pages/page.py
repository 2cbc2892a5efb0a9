"""A page of docs/findings as a file: the examples in it. README.md beside this file has the format."""
import dataclasses
import pathlib
import re

# Which environment of tests/python/environments has which SQLAlchemy.
VERSIONS = {"1.4": "sa14", "2.0": "sa20", "2.1": "sa21"}
# What a file of the project begins with: `# 0002`, `# 0004 after 0002, 0003`, `# models.py`, `-- schema.sql`.
HEAD = re.compile(r"^(?:#|--) (?:(?P<id>\d{4}\w*)(?: after (?P<parents>[\w, ]+))?|(?P<file>[\w./-]+\.\w+))$")
REASON = re.compile(r"^No example here: (\S.*)", re.M)


class BadPage(Exception):
    pass


@dataclasses.dataclass
class Piece:
    """One file of an example: a revision (`parents` are its own, or None for the one before it), or any other."""
    name: str
    body: str
    parents: list | None = None
    revision: bool = False


@dataclasses.dataclass
class Example:
    mark: str  # "bad" or "good"
    code: str
    root: str | None  # the finding that a bad one's follows from
    beside: str | None  # another root that a bad one always has
    environments: list
    line: int
    pieces: dict  # {name: Piece}; a good one has those of its bad one, too
    commands: str = ""  # a good one: run in the project before the check
    scenarios: str = ""  # beyond clean: "stepwise,splits"


@dataclasses.dataclass
class Page:
    name: str
    text: str
    examples: list
    fragments: list  # [(line, body)]: Python that is only compiled
    unmarked: list  # [line]: Python or SQL that nothing runs


def pieces_of(language, body):
    """The files in a block. What stands before the first head is revision 0002, windlass.toml or alembic.ini."""
    first = {"python": "0002", "sql": None, "toml": "windlass.toml", "ini": "alembic.ini"}[language]
    found, lines = [], []
    for line in body.splitlines(keepends=True):
        if match := HEAD.match(line.rstrip()):
            parents = match["parents"].replace(" ", "").split(",") if match["parents"] else None
            found.append((Piece(match["file"] or match["id"], "", parents, bool(match["id"])), lines := []))
        elif found or not line.strip():
            lines.append(line)
        elif first is None:
            raise BadPage(f"an SQL file begins with its name: -- schema.sql")
        else:
            found.append((Piece(first, "", None, language == "python"), lines := [line]))
    for piece, own in found:
        piece.body = "".join(own).strip("\n") + "\n"
    return {piece.name: piece for piece, _ in found}


def words_of(words, page, line):
    """(code, root, beside, environments, scenarios) from the words behind `bad` or `good`."""
    match = re.fullmatch(r"(?P<code>[a-z][a-z-]*?)?(?: ?after (?P<root>[a-z-]+))?(?: ?beside (?P<beside>[a-z-]+))?"
                         r"(?: ?in (?P<scenarios>[a-z,-]+))?(?: ?on (?P<versions>[\d., ]+))?", words)
    if not match:
        raise BadPage(f"line {line}: an example is written: bad|good [CODE] [after ROOT] [beside ROOT] "
                      "[in SCENARIO,...] [on VERSION, ...]")
    versions = match["versions"].replace(" ", "").split(",") if match["versions"] else ["2.0"]
    if not set(versions) <= set(VERSIONS):
        raise BadPage(f"line {line}: SQLAlchemy is one of {', '.join(VERSIONS)}")
    return match["code"] or page, match["root"], match["beside"], [VERSIONS[v] for v in versions], match["scenarios"] or ""


def read(path: pathlib.Path):
    text = path.read_text()
    page = Page(path.stem, text, [], [], [])
    for match in re.finditer(r"^```(\w+)(?: (.*?))?\n(.*?)^```$", text, re.M | re.S):
        language, words, body = match[1], (match[2] or "").strip(), match[3]
        line = text.count("\n", 0, match.start()) + 1
        mark, _, rest = words.partition(" ")
        if words == "fragment":
            page.fragments.append((line, body))
        elif mark == "and" and page.examples:
            page.examples[-1].pieces.update(pieces_of(language, body))
        elif mark in ("bad", "good"):
            code, root, beside, environments, scenarios = words_of(rest, path.stem, line)
            before = next((e for e in reversed(page.examples) if e.mark == "bad" and e.code == code), None)
            if mark == "good" and before is None:
                raise BadPage(f"line {line}: a good example mends the bad one above it, and there is none for {code}")
            example = Example(mark, code, root, beside, environments, line, dict(before.pieces) if mark == "good" else {})
            example.scenarios = scenarios or (before.scenarios if mark == "good" else "")
            if language == "sh":
                example.commands = body
            else:
                example.pieces.update(pieces_of(language, body))
            page.examples.append(example)
        elif words:
            raise BadPage(f"line {line}: a block is marked bad, good, and, or fragment; not '{words}'")
        elif language in ("python", "sql"):
            page.unmarked.append(line)
    return page


def problems_of(page, codes):
    """What is wrong with the page as a whole, whatever its examples do."""
    found = [f"line {line}: nothing runs this block: mark it bad, good or fragment" for line in page.unmarked]
    for line, body in page.fragments:
        try:
            compile(body, f"{page.name}:{line}", "exec", dont_inherit=True)
        except SyntaxError as error:
            found.append(f"line {line}: this is no Python: {error}")
    for example in page.examples:
        if example.code not in codes or example.root not in codes | {None}:
            found.append(f"line {example.line}: windlass knows no finding {example.code} or {example.root}")
    for code in {e.code for e in page.examples}:
        if not any(e.mark == "good" and e.code == code for e in page.examples):
            found.append(f"{code} has a bad example and no good one")
    reason = REASON.search(page.text)
    if bool(page.examples) == bool(reason):
        found.append("a page has examples, or a line 'No example here: WHY'")
    return found
