"""The kinds of objects that a random schema is made of: what may differ of each, and its SQL.

A thing draws its own fields at random, and draws one of them anew when it is edited. Its SQL is made from what the
world has by then: a view leaves out a column that its table has lost. What the server refuses nevertheless (a key over
a column that is gone) is left out of the schema by whoever loads it.
"""

PLAIN = ["alpha", "beta", "gamma", "delta", "kappa", "sigma", "omega", "zeta", "theta", "lambda", "tau", "rho"]
ODD = ["user", "Order", "two words", "dot.ted", "select", "naïve", 'quo"te', "it's", "CamelCase", "table", "a-b", "1st"]
ROLES = ["turn_app", "turn reader", "Turn_Owner"]

# By type: a value that is a default, a value in a row, the group whose members turn into one another.
TYPES = {
    "integer": ("7", "41"), "bigint": ("0", "42"), "smallint": ("1", "3"), "numeric": ("1.5", "12.345"),
    "numeric(10,2)": ("0", "12.34"), "numeric(6,0)": ("5", "12"), "real": ("1.5", "2.5"), "double precision": ("0", "2.25"),
    "text": ("'none'", "'some text'"), "character varying(20)": ("'x'", "'word'"), "character varying": ("''", "'word'"),
    "character(3)": ("'abc'", "'de'"), "boolean": ("false", "true"), "date": ("CURRENT_DATE", "'2024-02-29'"),
    "timestamp without time zone": ("'2020-01-01'", "'2024-02-29 12:13:14.567'"),
    "timestamp with time zone": ("now()", "'2024-02-29 12:13:14.567+02'"),
    "timestamp(3) with time zone": ("now()", "'2024-02-29 12:13:14.5+02'"), "time without time zone": ("'12:00'", "'13:14:15'"),
    "interval": ("'1 day'", "'2 hours'"), "uuid": ("'00000000-0000-0000-0000-000000000000'", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'"),
    "jsonb": ("'{}'", "'{\"a\": [1]}'"), "json": ("'[]'", "'{\"b\":1}'"), "bytea": ("'\\x00'", "'\\xdeadbeef'"),
    "inet": ("'::1'", "'10.0.0.1/8'"), "integer[]": ("'{}'", "'{1,2}'"), "text[]": ("ARRAY['a']", "'{x,y}'"),
    "int4range": ("'empty'", "'[1,5)'"), "bit(4)": ("B'0101'", "B'1111'"), "bit varying(8)": ("B'1'", "B'101'"),
    "point": ("'(0,0)'", "'(1,2)'"), "tsvector": ("''", "'a b'"), "numeric(12,4)[]": ("'{}'", "'{1.5}'"),
}
NUMBERS = ["integer", "bigint", "smallint", "numeric", "numeric(10,2)", "numeric(6,0)", "real", "double precision"]
TEXTS = ["text", "character varying(20)", "character varying", "character(3)"]


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def literal(text):
    return "'" + text.replace("'", "''") + "'"


class Thing:
    """One object. FIELDS: what draws each field, by name of the field."""

    FIELDS = {}
    LETTER = None  # of the names it takes

    def __init__(self, world, schema=None, name=None):
        self.world, self.schema = world, schema
        self.name = name or world.name(type(self).__name__.lower()[:4])
        for field, draw in self.FIELDS.items():
            setattr(self, field, getattr(self, draw)())

    @property
    def dice(self):
        return self.world.dice

    @property
    def sql_name(self):
        return "%s.%s" % (quoted(self.schema.name), quoted(self.name)) if self.schema else quoted(self.name)

    def maybe(self, chance, value=True, other=None):
        return value if self.dice.random() < chance else other

    def one(self, choices):
        choices = list(choices)
        return self.dice.choice(choices) if choices else None

    def some(self, choices, most=3, least=1):
        choices = list(choices)
        return self.dice.sample(choices, min(len(choices), self.dice.randint(least, most)))

    def edit(self):
        """One field drawn anew. In words."""
        field = self.one(self.FIELDS)
        if field is None:
            return "nothing of " + self.name
        setattr(self, field, getattr(self, self.FIELDS[field])())
        return "%s of %s %s" % (field, type(self).__name__.lower(), self.name)

    def there(self):
        return self in self.world.things

    # Fields that several kinds have.
    def draw_comment(self):
        return self.maybe(0.2, self.one(["a comment", "it's one\nof two lines", "-- no comment; \\ at all"]))

    def draw_owner(self):
        return self.maybe(0.15, self.one(ROLES))

    def draw_grants(self):
        return {role: self.one([0, 1, 2]) for role in self.some(ROLES + ["PUBLIC"], 2)} if self.dice.random() < 0.2 else {}

    def comments(self, what, text):
        return ["COMMENT ON %s IS %s" % (what, literal(text))] if text else []

    def owned(self, what):
        return ["ALTER %s OWNER TO %s" % (what, quoted(self.owner))] if self.owner else []

    def granted(self, on, words):
        """words: for the three kinds of grants."""
        return ["GRANT %s ON %s TO %s%s" % (words[kind], on, role if role == "PUBLIC" else quoted(role),
                                            " WITH GRANT OPTION" if kind == 2 and role != "PUBLIC" else "")
                for role, kind in sorted(self.grants.items())]


class Schema(Thing):
    FIELDS = {"comment": "draw_comment", "grants": "draw_grants", "owner": "draw_owner"}

    def sql(self):
        return ["CREATE SCHEMA " + self.sql_name] + self.owned("SCHEMA " + self.sql_name) + \
            self.comments("SCHEMA " + self.sql_name, self.comment) + \
            self.granted("SCHEMA " + self.sql_name, ["USAGE", "CREATE", "ALL"])


class Enum(Thing):
    FIELDS = {"labels": "draw_labels", "comment": "draw_comment", "owner": "draw_owner"}

    def draw_labels(self):
        labels = getattr(self, "labels", None)
        if not labels:
            return self.some(["low", "mid", "high", "it's", "Top Most", "none"], 4, 2)
        labels, fresh = list(labels), "label %d" % self.dice.randint(1, 99)
        what = self.dice.choice(["first", "middle", "last", "gone", "swapped"])
        if what == "gone" and len(labels) > 1:
            labels.remove(self.dice.choice(labels))
        elif what == "swapped" and len(labels) > 1:
            labels[0], labels[-1] = labels[-1], labels[0]
        elif fresh not in labels:
            labels.insert({"first": 0, "middle": len(labels) // 2}.get(what, len(labels)), fresh)
        return labels

    def sql(self):
        return ["CREATE TYPE %s AS ENUM (%s)" % (self.sql_name, ", ".join(map(literal, self.labels)))] + \
            self.owned("TYPE " + self.sql_name) + self.comments("TYPE " + self.sql_name, self.comment)


class Composite(Thing):
    FIELDS = {"attributes": "draw_attributes", "comment": "draw_comment"}

    # Of one that a column has, PostgreSQL changes no attribute's type: attributes come and go.
    def draw_attributes(self):
        attributes = list(getattr(self, "attributes", []))
        if not attributes:
            return [(name, self.one(TYPES)) for name in self.some(PLAIN + ODD, 4, 2)]
        free = [name for name in PLAIN + ODD if name not in dict(attributes)]
        if self.dice.random() < 0.5 or len(attributes) < 2:
            return attributes + [(self.one(free), self.one(TYPES))]
        attributes.remove(self.one(attributes))
        return attributes

    def sql(self):
        return ["CREATE TYPE %s AS (%s)" % (self.sql_name, ", ".join("%s %s" % (quoted(n), t) for n, t in self.attributes))] + \
            self.comments("TYPE " + self.sql_name, self.comment)


class Domain(Thing):
    FIELDS = {"of": "draw_of", "check": "draw_check", "not_null": "draw_not_null", "default": "draw_default",
              "comment": "draw_comment"}

    def draw_of(self):
        return self.one(["integer", "text", "numeric(10,2)", "character varying(20)"])

    def draw_check(self):
        return self.maybe(0.6, self.dice.randint(1, 50))

    def draw_not_null(self):
        return self.maybe(0.2)

    def draw_default(self):
        return self.maybe(0.4)

    def sql(self):
        value = "VALUE" if self.of in NUMBERS else "length(VALUE)"
        return ["CREATE DOMAIN %s AS %s%s%s%s" % (
            self.sql_name, self.of, " DEFAULT " + TYPES[self.of][0] if self.default else "",
            " NOT NULL" if self.not_null else "",
            " CONSTRAINT %s CHECK (%s < %d00)" % (quoted("sane " + self.name), value, self.check) if self.check else "")] + \
            self.comments("DOMAIN " + self.sql_name, self.comment)


class Sequence(Thing):
    FIELDS = {"kind": "draw_kind", "start": "draw_start", "increment": "draw_increment", "cycle": "draw_cycle",
              "owned_by": "draw_owned_by", "owner": "draw_owner", "grants": "draw_grants", "comment": "draw_comment"}

    def draw_kind(self):
        return self.one(["integer", "bigint", "smallint"])

    def draw_start(self):
        return self.maybe(0.3, self.dice.randint(2, 99), 1)

    def draw_increment(self):
        return self.maybe(0.3, self.dice.choice([2, 10, -1]), 1)

    def draw_cycle(self):
        return self.maybe(0.2)

    def draw_owned_by(self):
        table = self.one(self.world.of("Table"))
        return (table, self.one(table.columns)) if table and self.dice.random() < 0.4 else None

    def sql(self):
        down = self.increment < 0
        return ["CREATE SEQUENCE %s AS %s INCREMENT BY %d START WITH %d%s" % (
            self.sql_name, self.kind, self.increment, -self.start if down else self.start, " CYCLE" if self.cycle else "")] + \
            self.comments("SEQUENCE " + self.sql_name, self.comment)

    def later(self):
        """Once there are tables. What a column owns has the owner of its table."""
        if self.owned_by and self.owned_by[0].there() and self.owned_by[1] in self.owned_by[0].columns and \
                not self.owned_by[0].owner:
            return ["ALTER SEQUENCE %s OWNED BY %s.%s" % (self.sql_name, self.owned_by[0].sql_name, quoted(self.owned_by[1].name))] + \
                self.granted("SEQUENCE " + self.sql_name, ["USAGE", "SELECT", "ALL"])
        return self.owned("SEQUENCE " + self.sql_name) + self.granted("SEQUENCE " + self.sql_name, ["USAGE", "SELECT", "ALL"])


class Routine(Thing):
    """A function that expressions use: of one integer, giving one."""

    FIELDS = {"factor": "draw_factor", "language": "draw_language", "volatile": "draw_volatile", "argument": "draw_argument",
              "gives": "draw_gives", "settings": "draw_settings", "owner": "draw_owner", "grants": "draw_grants",
              "comment": "draw_comment"}

    def draw_factor(self):
        return self.dice.randint(2, 99)

    def draw_language(self):
        return self.one(["sql", "plpgsql", "atomic"])

    def draw_volatile(self):
        return self.maybe(0.1, "STABLE", "IMMUTABLE")

    def draw_argument(self):
        return self.one(["n", "number", "given value"])

    def draw_gives(self):
        return self.maybe(0.2, "bigint", "integer")

    def draw_settings(self):
        return self.maybe(0.3, self.one(["STRICT", "COST 7", "PARALLEL SAFE", "SECURITY DEFINER SET search_path TO pg_catalog",
                                         "LEAKPROOF"]), "")

    def sql(self):
        expression = "%s * %d" % (quoted(self.argument), self.factor)
        body = {"sql": "LANGUAGE sql %s %s AS $$ SELECT %s $$", "plpgsql": "LANGUAGE plpgsql %s %s AS $$\nBEGIN\n\n  RETURN %s;\nEND $$",
                "atomic": "LANGUAGE sql %s %s BEGIN ATOMIC SELECT %s; END"}[self.language] % (self.volatile, self.settings, expression)
        me = "FUNCTION %s(integer)" % self.sql_name
        return ["CREATE FUNCTION %s(%s integer) RETURNS %s %s" % (self.sql_name, quoted(self.argument), self.gives, body)] + \
            self.owned(me) + self.comments(me, self.comment) + self.granted(me, ["EXECUTE", "ALL", "EXECUTE"])


class Reader(Thing):
    """A routine that speaks of a table: of its row, in its body, or run by its triggers."""

    FIELDS = {"shape": "draw_shape", "table": "draw_table", "number": "draw_number"}

    def draw_shape(self):
        return self.one(["row", "set", "atomic", "procedure", "defaults", "trigger"])

    def draw_table(self):
        return self.one(self.world.of("Table", "View"))

    def draw_number(self):
        return self.dice.randint(1, 99)

    def sql(self):
        if not self.table or not self.table.there():
            return []
        table, columns = self.table.sql_name, self.table.columns
        return [{
            "row": "CREATE FUNCTION {f}({t}) RETURNS integer LANGUAGE sql STABLE AS $$ SELECT {n} $$",
            "set": "CREATE FUNCTION {f}() RETURNS SETOF {t} LANGUAGE sql STABLE AS $$ SELECT * FROM {t} LIMIT {n} $$",
            "atomic": "CREATE FUNCTION {f}(i integer) RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC"
                      " SELECT count({c}) + {n} FROM {t}; END",
            "procedure": "CREATE PROCEDURE {f}(INOUT a integer, b text DEFAULT 'it''s {n}') LANGUAGE plpgsql AS $$\n"
                         "BEGIN\n  PERFORM * FROM {t};\nEND $$",
            "defaults": "CREATE FUNCTION {f}(a integer DEFAULT {n}, VARIADIC b text[] DEFAULT '{{}}', OUT c integer, OUT d text)"
                        " LANGUAGE sql AS $$ SELECT a, 'd' FROM {t} $$",
            "trigger": "CREATE FUNCTION {f}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; -- {n}\nEND $$",
        }[self.shape].format(f=self.sql_name, t=table, n=self.number, c=quoted(columns[0].name if columns else "none"))]


class Statistics(Thing):
    FIELDS = {"table": "draw_table", "columns": "draw_columns", "kinds": "draw_kinds", "target": "draw_target",
              "comment": "draw_comment"}

    def draw_table(self):
        return self.one(self.world.of("Table"))

    def draw_columns(self):
        return self.some(self.table.columns, 3, 2) if self.table else []

    def draw_kinds(self):
        return self.maybe(0.5, self.some(["ndistinct", "dependencies", "mcv"], 2), [])

    def draw_target(self):
        return self.maybe(0.3, self.dice.randint(1, 500))

    def sql(self):
        if not self.table or not self.table.there():
            return []
        columns = [c for c in self.columns if c in self.table.columns]
        me = "STATISTICS " + self.sql_name
        return ["CREATE %s%s ON %s FROM %s" % (me, " (%s)" % ", ".join(self.kinds) if self.kinds else "",
                                               ", ".join(quoted(c.name) for c in columns), self.table.sql_name)] + \
            (["ALTER %s SET STATISTICS %d" % (me, self.target)] if self.target else []) + self.comments(me, self.comment)


class Publication(Thing):
    FIELDS = {"tables": "draw_tables", "publish": "draw_publish", "comment": "draw_comment", "owner": "draw_owner"}

    def draw_tables(self):
        return self.some(self.world.of("Table"), 3, 0)

    def draw_publish(self):
        return self.maybe(0.5, ", ".join(self.some(["insert", "update", "delete"], 2)))

    def sql(self):
        tables = [t.sql_name for t in self.tables if t.there()]
        return ["CREATE PUBLICATION %s%s%s" % (self.sql_name, " FOR TABLE " + ", ".join(tables) if tables else "",
                                               " WITH (publish = '%s')" % self.publish if self.publish else "")] + \
            self.owned("PUBLICATION " + self.sql_name) + self.comments("PUBLICATION " + self.sql_name, self.comment)


class Defaults(Thing):
    """Default privileges."""

    FIELDS = {"of": "draw_of", "to": "draw_to", "anywhere": "draw_anywhere", "by": "draw_by"}

    def draw_of(self):
        return self.one([("TABLES", "SELECT"), ("TABLES", "ALL"), ("SEQUENCES", "USAGE"), ("FUNCTIONS", "EXECUTE"), ("TYPES", "USAGE")])

    def draw_to(self):
        return self.one(ROLES)

    def draw_anywhere(self):
        return self.maybe(0.3)

    def draw_by(self):
        return self.maybe(0.5, self.one(ROLES), "postgres")

    def sql(self):
        return ["ALTER DEFAULT PRIVILEGES FOR ROLE %s%s GRANT %s ON %s TO %s" % (
            quoted(self.by), "" if self.anywhere else " IN SCHEMA " + self.schema.sql_name, self.of[1], self.of[0], quoted(self.to))]
