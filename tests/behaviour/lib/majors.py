"""What a text is on another major version: the lines that are otherwise there, as in a diff.

    < a line of the plain text
    > what stands in its place

The `<` lines are looked for behind those of the group before, as whole lines; the `>` lines under them take their place.
A blank line ends a group; without `<` lines, it goes right behind the group before, or to the beginning.
"""
import difflib

HOME = 15  # the plain texts are what this one says: Debian 12 has it


class NotThere(Exception):
    pass


def _groups(changes):
    """[(old lines, new lines)]"""
    groups, begins = [], True
    for line in changes.splitlines():
        if line and line[:2].rstrip() not in ("<", ">"):
            raise NotThere(f"neither '< …' nor '> …': {line}")
        if line and (begins or (line[0] == "<" and groups[-1][1])):
            groups.append(([], []))
        if line:
            groups[-1][line[0] == ">"].append(line[2:])
        begins = not line
    return groups


def _find(lines, wanted, start):
    for at in range(start, len(lines) - len(wanted) + 1):
        if lines[at:at + len(wanted)] == wanted:
            return at
    return None


def applied(plain, changes):
    """The whole text of that version. NotThere where a `<` line is not in the plain text."""
    lines, text, at = plain.splitlines(), [], 0
    for old, new in _groups(changes):
        found = _find(lines, old, at)
        if found is None:
            raise NotThere(f"the plain text has no such line there: {old[0]}")
        text += lines[at:found] + new
        at = found + len(old)
    return "".join(line + "\n" for line in text + lines[at:])


def between(plain, text):
    """The changes that make `text` of `plain`; empty where they are equal. Each group takes in as many lines before it
    as it needs to be found at its place."""
    old, new = plain.splitlines(), text.splitlines()
    changes, at = "", 0
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        while a > at and (a == b or _find(old, old[a:b], at) != a):
            a, c = a - 1, c - 1
        changes += "\n" if changes else ""
        changes += "".join(f"< {line}".rstrip() + "\n" for line in old[a:b])
        changes += "".join(f"> {line}".rstrip() + "\n" for line in new[c:d])
        at = b
    if applied(plain, changes).rstrip("\n") != text.rstrip("\n"):
        raise NotThere("these texts have too little in common")
    return changes
