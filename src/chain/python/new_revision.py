"""Writes a revision as `alembic revision` and `alembic merge` write one, and says what they would have written.

Alembic renders the project's own script.py.mako under the name that the project's file_template gives, and runs the
project's post_write_hooks on it. Revisions are not imported and env.py is not run: what the graph looks like is told
by windlass. The file is gone again when this ends.

It comes by standard input, from the folder where `alembic` would be run, behind read_revisions.py, whose names it
uses, and behind a line that sets REQUEST:

    {"config": "/abs/alembic.ini", "section": "alembic", "within": "/abs",     no file is written outside of it
     "revision": "0c2a...", "message": "...", "parents": ["..."], "labels": [], "depends_on": [],
     "imports": ["import x"], "upgrade": ["op.execute(...)", ...], "downgrade": [],     statements, each of whole lines
     "chain": [{"revision": "...", "parents": [], "labels": [], "depends_on": [], "file": "/abs/..."}]}

One JSON document on standard output: {"file": "/abs/...", "text": "...", "error": null}, or the error alone, as in
read_revisions.py. Runs on Python 3.7 and later.
"""


def lines_within_literals(text):
    """The numbers of lines that begin within a literal: they are a part of its value."""
    found, open_at = set(), []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        name = tokenize.tok_name[token.type]
        if name in ("FSTRING_START", "TSTRING_START"):
            open_at.append(token.start[0])
        elif name in ("FSTRING_END", "TSTRING_END"):
            found.update(range(open_at.pop() + 1, token.end[0] + 1))
        elif name == "STRING":
            found.update(range(token.start[0] + 1, token.end[0] + 1))
    return found


def body_of(statements):
    """As the template puts it behind four blanks of its own."""
    text = "\n".join(statements)
    literal = lines_within_literals(text)
    return "\n".join("    " + line if line and number > 1 and number not in literal else line
                     for number, line in enumerate(text.split("\n"), 1))


def same_statements(statements, function):
    """Whether the function's body has these statements, one after the other."""
    wanted = [ast.dump(node) for node in ast.parse("\n".join(statements)).body]
    given = [ast.dump(node) for node in function.body] if function is not None else []
    return any(given[i:i + len(wanted)] == wanted for i in range(len(given) - len(wanted) + 1))


def check_written(path, text, request):
    """What the project's template, or a hook, left out."""
    entry = read_file(path)
    if not entry["ok"]:
        raise Failure("template", "the project's template does not lead to a revision: %s" % entry["error"]["message"])
    for name, of, wanted in (("revision", "revision", request["revision"]), ("down_revision", "down_revision",
                             request["parents"]), ("branch_labels", "labels", request["labels"]),
                             ("depends_on", "depends_on", request["depends_on"])):
        if entry[of] != wanted:
            raise Failure("template", "the project's template has no place for %s" % name)
    tree = ast.parse(text)
    functions = {node.name: node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
    for name in ("upgrade", "downgrade"):
        if not same_statements(request[name], functions.get(name)):
            raise Failure("template", "the project's template has no place for the operations of %s()" % name)
    imports = {ast.dump(node) for node in tree.body}
    for line in request["imports"]:
        if not all(ast.dump(node) in imports for node in ast.parse(line).body):
            raise Failure("template", "the project's template has no place for imports")


def write_revision(request):
    from types import SimpleNamespace

    from alembic import script as scripts
    from alembic.script.revision import RevisionMap

    config, _, directory = open_script(request["config"], request["section"])
    if not os.path.isfile(os.path.join(str(directory.dir), "script.py.mako")):
        raise Failure("template", "there is no script.py.mako in %s" % directory.dir)

    def known(entry):
        module = SimpleNamespace(__doc__=None, down_revision=tuple(entry["parents"]) or None,
                                 branch_labels=tuple(entry["labels"]) or None,
                                 depends_on=tuple(entry["depends_on"]) or None)
        return scripts.Script(module, entry["revision"], entry["file"])

    directory.revision_map = RevisionMap(lambda: [known(entry) for entry in request["chain"]])
    written = []
    path_of = directory._rev_path

    def new_path(*arguments, **named):
        path = path_of(*arguments, **named)
        if not os.path.realpath(str(path)).startswith(os.path.join(os.path.realpath(request["within"]), "")):
            raise Failure("template", "%s lies outside of the project" % path)
        if os.path.lexists(str(path)):
            raise Failure("template", "there is a file %s already" % path)
        written.append(str(path))
        return path

    directory._rev_path = new_path
    # Alembic would import the file to read it.
    scripts.Script._from_path = classmethod(lambda kind, directory, path: None)
    values = {"config": config}
    for name in ("upgrade", "downgrade"):
        if request[name]:
            values[name + "s"] = body_of(request[name])
    if request["imports"]:
        values["imports"] = "\n".join(request["imports"])
    try:
        try:
            directory.generate_revision(request["revision"], request["message"], head=tuple(request["parents"]) or "base",
                                        splice=True, branch_labels=request["labels"] or None,
                                        depends_on=request["depends_on"] or None, **values)
        except Failure:
            raise
        except Exception as error:
            raise Failure("template", "%s: %s" % (type(error).__name__, error))
        with open(written[0], encoding="utf-8", newline="") as file:
            text = file.read()
        check_written(written[0], text, request)
        return {"file": os.path.abspath(written[0]), "text": text, "error": None}
    finally:
        for path in written:
            if os.path.lexists(path):
                os.remove(path)


def tell_new_revision():
    # Alembic and the hooks print what they do.
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    if sys.path and sys.path[0] == "":
        del sys.path[0]
    warnings.simplefilter("ignore")
    try:
        document = write_revision(json.loads(REQUEST))
    except ImportError as error:
        document = {"error": {"kind": "no-alembic", "message": "Alembic cannot be imported by %s: %s"
                              % (sys.executable, error)}}
    except Failure as error:
        document = {"error": {"kind": error.kind, "message": str(error)}}
    answer.write(json.dumps(document) + "\n")
    answer.close()


tell_new_revision()
