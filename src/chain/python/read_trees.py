"""Parses Python sources, and tells the syntax tree of each with the bytes that every node stands in.

Run by the project's own interpreter, so that a file means what it means there; nothing is imported or run:

    python read_trees.py FILE...

One JSON document on standard output:

    {"python": "3.11.2",
     "files": [{"file": "/abs/001.py", "tree": NODE, "error": null},
               {"file": "/abs/002.py", "tree": null, "error": "..."}]}

    NODE [TYPE, BEGIN, END, TEXT, {FIELD: [NODE, ...]}]

TYPE is the class of Python's ast module. BEGIN and END count the file's bytes from 0; both are 0 where the
interpreter tells no place (operators, arguments of functions before 3.8). TEXT: the name, attribute, keyword or
function that the node bears; of a constant its value as text. A constant's type is a field of its own kind:
"Constant:str". What stands inside an f-string is left out: its places are not told by every version.
Before Python 3.8 the ends of nodes are not told: every file then has an error that says so.
"""
import ast
import io
import json
import sys
import tokenize
import unicodedata
import warnings

NAMES = {"Name": "id", "Attribute": "attr", "keyword": "arg", "FunctionDef": "name", "AsyncFunctionDef": "name",
         "ClassDef": "name", "arg": "arg", "ImportFrom": "module", "ExceptHandler": "name"}
LARGEST = 32 << 20


class Tree:
    def __init__(self, data):
        self.data = data
        self.mark = 3 if data.startswith(b"\xef\xbb\xbf") else 0
        self.starts = [0]
        for line in data.splitlines(True):
            self.starts.append(self.starts[-1] + len(line))

    def byte(self, line, column):
        if line < 1 or line > len(self.starts):
            return 0
        return self.starts[line - 1] + column + (self.mark if line == 1 else 0)

    def node(self, node):
        kind = type(node).__name__
        text = ""
        if kind in NAMES:
            text = getattr(node, NAMES[kind]) or ""
        elif kind == "Constant":
            value = node.value
            kind = "Constant:" + type(value).__name__
            text = value if isinstance(value, str) else repr(value)
        begin = end = 0
        if getattr(node, "end_lineno", None):
            begin = self.byte(node.lineno, node.col_offset)
            end = self.byte(node.end_lineno, node.end_col_offset)
            # A name stands where it is said to, or no place of this file is to be relied on.
            if kind == "Name" and unicodedata.normalize("NFKC", self.data[begin:end].decode("utf-8", "replace")) != text:
                raise ValueError("its places are not clear (line %d)" % node.lineno)
        fields = {}
        if kind == "ImportFrom":
            fields["level"] = [["Constant:int", 0, 0, str(node.level or 0), {}]]
        if kind == "alias":
            text = node.name
            if node.asname:
                fields["asname"] = [["Name", 0, 0, node.asname, {}]]
        if kind != "JoinedStr":
            for name, value in ast.iter_fields(node):
                if isinstance(value, ast.AST):
                    fields[name] = [self.node(value)]
                elif isinstance(value, list) and value:
                    fields[name] = [self.node(item) for item in value if isinstance(item, ast.AST)]
        return [kind, begin, end, text.encode("utf-8", "replace").decode("utf-8"), fields]


def tree_of(path):
    if sys.version_info < (3, 8):
        raise ValueError("Python %s does not tell where a call ends; 3.8 or later does" % sys.version.split()[0])
    with open(path, "rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise ValueError("it is larger than %d MiB" % (LARGEST >> 20))
    encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
    if encoding not in ("utf-8", "utf-8-sig", "ascii", "us-ascii"):
        raise ValueError("it is written in %s, not in UTF-8" % encoding)
    parsed = ast.parse(data, path)
    return Tree(data).node(parsed)


def main(paths):
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(20000)
    files = []
    for path in paths:
        entry = {"file": path, "tree": None, "error": None}
        try:
            entry["tree"] = tree_of(path)
        except SyntaxError as error:
            entry["error"] = "it is not valid Python: %s (line %s)" % (error.msg, error.lineno)
        except (OSError, ValueError, RecursionError, MemoryError) as error:
            entry["error"] = str(error) or type(error).__name__
        files.append(entry)
    # Bytes, whatever the locale is.
    out = json.dumps({"python": sys.version.split()[0], "files": files}, separators=(",", ":"))
    sys.stdout.buffer.write(out.encode("ascii"))
    sys.stdout.buffer.write(b"\n")


if __name__ == "__main__":
    main(sys.argv[1:])
