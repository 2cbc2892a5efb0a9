"""A behaviour test as a file: reading and writing. Every line has a meaning, or is an error."""
import dataclasses
import pathlib
import re


from . import majors


class BadTest(Exception):
    pass


@dataclasses.dataclass
class Block:
    """`-- WORDS` and the lines up to the next such line."""
    words: str
    line: int
    body: str = ""
    on: dict = dataclasses.field(default_factory=dict)  # {major version: the Block with what is otherwise there}

    def expected(self, major):
        return majors.applied(self.body, self.on[major].body) if major in self.on else self.body


@dataclasses.dataclass
class Step:
    command: Block
    status: Block | None = None
    interrupt: tuple | None = None
    limits: list = dataclasses.field(default_factory=list)
    expect: list = dataclasses.field(default_factory=list)  # [(stream, how, Block)]


@dataclasses.dataclass
class Test:
    path: pathlib.Path
    head: list  # lines before the first block, as they stand
    blocks: list
    directives: list  # [(words, line)]
    files: list  # [(name, body)]
    steps: list


DIRECTIVES = {"use": 2, "venv": 1, "server": 0, "alone": 0, "writes": 1, "set": 1, "timeout": 1, "readable": 0}


def read(path):
    head, blocks = [], []
    for number, line in enumerate(path.read_text().splitlines(keepends=True), 1):
        if line.startswith("-- "):
            blocks.append(Block(line[3:].strip(), number))
        elif blocks:
            blocks[-1].body += line[1:] if line.startswith("\\-- ") else line
        else:
            head.append(line)

    def bad(line, why):
        raise BadTest(f"{path.name}:{line}: {why}")

    directives, comments = [], 0
    for number, line in enumerate(head, 1):
        words = line.split()
        if line.startswith("#"):
            comments += 1
        elif words and words[0] in DIRECTIVES and len(words) - 1 == DIRECTIVES[words[0]]:
            directives.append((words, number))
        elif words:
            bad(number, f"no directive is written '{line.strip()}'")
    if not comments:
        bad(1, "a test begins with a comment that says what it shows")
    test = Test(path, head, blocks, directives, [], [])
    for block in blocks:
        words = block.words.split()
        step = test.steps[-1] if test.steps else None
        if words[0] == "file" and len(words) == 2:
            test.files.append((words[1], block.body))
            continue
        if words[0] == "run" and len(words) > 1:
            test.steps.append(Step(block))
        elif step is None:
            bad(block.line, f"'-- {block.words}' stands before any '-- run'")
        elif words[0] == "status" and len(words) == 2 and re.fullmatch(r"\d+", words[1]):
            step.status = block
        elif words[0] == "interrupt":
            match = re.fullmatch(r'interrupt (SIG[A-Z]+) after (?:"(.+)"|([\d.]+) s|file (\S+))', block.words)
            if not match:
                bad(block.line, 'it is written: -- interrupt SIGINT after "text"   or   after 0.5 s   or   after file NAME')
            step.interrupt = (match[1], match[2], float(match[3]) if match[3] else None, match[4])
        elif words[0] == "limit" and len(words) == 3 and words[1] in ("files", "memory", "filesize"):
            step.limits.append((words[1], int(words[2])))
        elif match := re.fullmatch(r"((?:stdout|stderr)(?: has| lacks)?) on (\d+)", block.words):
            plain = step.expect[-1][2] if step.expect else None
            if plain is None or plain.words != match[1] or int(match[2]) in plain.on or int(match[2]) == majors.HOME:
                bad(block.line, f"'-- {block.words}' stands once right behind '-- {match[1]}', and not for {majors.HOME}")
            plain.on[int(match[2])] = block
            try:
                plain.expected(int(match[2]))
            except majors.NotThere as error:
                bad(block.line, str(error))
        elif words[0] in ("stdout", "stderr") and words[1:] in ([], ["has"], ["lacks"], ["any"]):
            step.expect.append((words[0], words[1] if words[1:] else "is", block))
        else:
            bad(block.line, f"no block is called '-- {block.words}'")
        if block.body.strip() and words[0] not in ("stdout", "stderr"):
            bad(block.line + 1, f"text under '-- {block.words}' has no meaning")
    if not test.steps:
        bad(1, "nothing is run")
    return test


def write(test):
    """The file again, with the blocks as they are now."""
    text = "".join(test.head)
    for block in test.blocks:
        text += f"-- {block.words}\n"
        quoted = ["\\" + line if line.startswith("-- ") else line for line in block.body.splitlines(keepends=True)]
        text += "".join(quoted)
        if text and not text.endswith("\n"):
            text += "\n"
    test.path.write_text(text)
