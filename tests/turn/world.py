"""A random schema, and edits of it."""
import copy
import random

import relations
import things
from things import ODD, PLAIN

KINDS = {name: kind for module in (things, relations) for name, kind in vars(module).items()
         if isinstance(kind, type) and issubclass(kind, things.Thing)}
# In this order they are made; each finds what it needs then. How many there are at first: least, most.
ORDER = [("Schema", 1, 2), ("Enum", 0, 2), ("Composite", 0, 1), ("Routine", 1, 2), ("Domain", 0, 2), ("Sequence", 0, 2), ("Table", 2, 6),
         ("Child", 0, 1), ("Part", 0, 3), ("Constraint", 2, 8), ("Statistics", 0, 1), ("View", 0, 4), ("Materialized", 0, 2), ("Index", 1, 5),
         ("Reader", 0, 3), ("Trigger", 0, 2), ("Policy", 0, 2), ("Rule", 0, 2), ("Publication", 0, 1), ("Defaults", 0, 1)]
WITHOUT_SCHEMA = {"Schema", "Publication", "Constraint", "Index", "Trigger", "Policy", "Rule"}


class World:
    def __init__(self, seed):
        self.dice, self.things, self.taken, self.odd = random.Random(seed), [], set(), list(ODD)
        for kind, least, most in ORDER:
            for _ in range(self.dice.randint(least, most)):
                self.grow(kind)

    def of(self, *kinds):
        return [thing for thing in self.things if type(thing).__name__ in kinds]

    def name(self, prefix):
        while True:
            name = self.dice.choice(PLAIN + ODD)
            if name in self.taken or self.dice.random() < 0.5:
                name = "%s %d" % (prefix, self.dice.randint(1, 999)) if name in ODD else "%s_%d" % (prefix, self.dice.randint(1, 999))
            if name not in self.taken:
                self.taken.add(name)
                return name

    def grow(self, kind):
        parent = None
        if kind == "Child":
            # Inheritance is told when the table is made. What a column has from where (its own, its parent's, both) no
            # statement changes.
            kind, parent = "Table", self.dice.choice([t for t in self.of("Table") if not t.split and not t.parent] or [None])
        if kind == "Part" and not any(t.split for t in self.of("Table")):
            return None
        schema = None if kind in WITHOUT_SCHEMA else self.dice.choice(self.of("Schema"))
        thing = KINDS[kind](self, schema)
        if parent:
            thing.parent, thing.split = parent, None
            thing.columns = [c for c in thing.columns if c.name not in [p.name for p in parent.columns]] or thing.columns[1:]
        self.things.append(thing)
        return thing

    def mutated(self, seed):
        """Another one, some edits away. With the edits in words."""
        other = copy.deepcopy(self)
        other.dice = random.Random(seed)
        return other, [other.edit() for _ in range(other.dice.choice([1, 1, 2, 3, 5, 8]))]

    def edit(self):
        what = self.dice.random()
        if what < 0.6:
            return self.dice.choice(self.things).edit()
        if what < 0.8:
            kind = self.dice.choice([kind for kind, _, most in ORDER for _ in range(most)])
            thing = self.grow(kind)
            return "new %s %s" % (kind.lower(), thing.name if thing else "")
        if what < 0.95:
            thing = self.dice.choice([t for t in self.things if t is not self.of("Schema")[0]])
            # What its children have of it becomes their own, and never is inherited again.
            self.things = [t for t in self.things if t is not thing and getattr(t, "parent", None) is not thing]
            return "no %s %s" % (type(thing).__name__.lower(), thing.name)
        thing = self.dice.choice([t for t in self.things if type(t).__name__ not in ("Schema", "Routine") and
                                  not any(getattr(child, "parent", None) is t for child in self.things)])
        thing.name = self.name("named")
        return "another name of %s %s" % (type(thing).__name__.lower(), thing.name)

    def items(self):
        """Statements in order."""
        items = []
        for kind, _, _ in ORDER:
            for thing in self.of(kind):
                if not thing.schema or thing.schema.there():
                    items += thing.sql()
            if kind == "Table":
                for sequence in self.of("Sequence"):
                    items += sequence.later() if sequence.schema.there() else []
        return items

    def rows(self):
        return [row for table in self.of("Table") for row in table.rows()]
