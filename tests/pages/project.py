"""A throwaway project from an example, and whether `windlass check` says of it what the page says."""
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import time
import types
import uuid

from lib import engine, schema

TEMPLATE = engine.ROOT / "tests/behaviour/projects/plain"
IMPORTS = "import sqlalchemy as sa\nfrom alembic import op\nfrom sqlalchemy.dialects import postgresql\n\n"
# Bare lines that belong to the file; all others are what upgrade() does.
TOP = re.compile(r"(?:revision|down_revision|depends_on|branch_labels)\b|import |from ")
MAKO = '''revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade():
    pass
'''


def revision_text(name, parents, body):
    """A whole revision: the ids and imports that the page leaves out, and upgrade() around bare lines."""
    head = IMPORTS
    if not re.search(r"^revision\b", body, re.M):
        head += f"revision = {name!r}\n"
    if not re.search(r"^down_revision\b", body, re.M):
        down = None if not parents else parents[0] if len(parents) == 1 else tuple(parents)
        head += f"down_revision = {down!r}\n"
    if re.search(r"^(?:def|class) ", body, re.M):
        return head + body + ("" if re.search(r"^def upgrade\b", body, re.M) else "\ndef upgrade():\n    pass\n")
    lines = body.splitlines(keepends=True)
    inside = "".join("    " + line for line in lines if line.strip() and not TOP.match(line))
    return head + "".join(filter(TOP.match, lines)) + "\n\ndef upgrade():\n" + (inside or "    pass\n")


def lay_out(example, work):
    shutil.copytree(TEMPLATE, work, dirs_exist_ok=True)
    ini = work / "alembic.ini"
    ini.write_text(ini.read_text().replace("[alembic]\n", "[alembic]\nprepend_sys_path = .\n"))
    (work / "migrations/script.py.mako").write_text(MAKO)
    before = "0001"
    for piece in example.pieces.values():
        if piece.revision:
            parents = piece.parents if piece.parents is not None else [] if piece.name == "0001" else [before]
            text = revision_text(piece.name, parents, piece.body)
            file = work / "migrations/versions" / ("0001_people.py" if piece.name == "0001" else f"{piece.name}.py")
            before = piece.name
        elif piece.name == "env.py":
            text, file = piece.body, work / "migrations/env.py"
        else:
            text, file = piece.body, work / piece.name
        if not file.resolve().is_relative_to(work):
            raise ValueError(f"'{piece.name}' lies outside the project")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def judge(example, status, document):
    """What the check says otherwise than the page."""
    wrong = schema.problems_of(document)
    if wrong:
        return ["not as docs/schemas says: " + "; ".join(wrong[:10])]
    findings, verdict = document["findings"], document["verdict"]
    said = f"verdict {verdict}, status {status}, findings " + (", ".join(
        f["code"] + (" (root)" if f["root"] else "") for f in findings) or "none")
    if example.mark == "good":
        return [] if not findings and verdict == "sound" and status == 0 else [f"not sound: {said}"]
    problems = []
    if example.code not in [f["code"] for f in findings]:
        problems.append(f"{example.code} is not found: {said}")
    roots = {f["code"] for f in findings if f["root"]}
    if example.beside and example.beside not in roots:
        problems.append(f"{example.beside} does not stand beside it: {said}")
    allowed = {example.root or example.code, example.beside}
    if roots - allowed:
        problems.append(f"there is another root: {said}")
    # What is no root follows from one, or is the finding itself.
    if any(f["code"] not in allowed | {example.code} and f["follows_from"] is None for f in findings):
        problems.append(f"there is another finding: {said}")
    return problems


def problems_of(windlass, folder, example, environment):
    marker, since = uuid.uuid4().hex, time.time() - 1
    work = pathlib.Path(tempfile.mkdtemp(prefix="p", dir=folder)).resolve()
    house = engine.House(windlass, folder, None, False)
    test = types.SimpleNamespace(path=pathlib.Path(f"line {example.line}"), directives=[(["venv", environment], 0)])
    try:
        lay_out(example, work)
        env = engine.environment(house, test, work, marker)

        def run(*command):
            return subprocess.run(command, cwd=work, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                  timeout=120)

        if example.commands:
            prepared = run("bash", "-euc", example.commands)
            if prepared.returncode:
                return [f"the commands ended with status {prepared.returncode}\n{prepared.stdout}{prepared.stderr}"]
        further = ["--scenarios", example.scenarios] if example.scenarios else []
        done = run(windlass, "check", "--format", "json", *further)
        try:
            problems = judge(example, done.returncode, json.loads(done.stdout))
        except ValueError:
            problems = [f"no JSON came out, status {done.returncode}"]
        if problems:
            problems += [run(windlass, "check", *further).stdout + done.stderr]
    finally:
        left = engine.left_behind(marker, since)
        shutil.rmtree(work, ignore_errors=True)
    return problems + left
