"""Tables and what belongs to them, and views: see things.py."""
from things import NUMBERS, TEXTS, TYPES, Thing, literal, quoted


class Column(Thing):
    FIELDS = {"type": "draw_type", "default": "draw_default", "not_null": "draw_not_null", "filled": "draw_filled",
              "collation": "draw_collation", "storage": "draw_storage", "statistics": "draw_statistics",
              "settings": "draw_settings", "compression": "draw_compression", "comment": "draw_comment", "grants": "draw_grants"}

    def __init__(self, world, name):
        super().__init__(world, None, name)

    def draw_type(self):
        own = self.world.of("Enum", "Domain", "Composite")
        if own and self.dice.random() < 0.25:
            return self.one(own)
        old = getattr(self, "type", None)
        for group in (NUMBERS, TEXTS):
            if old in group and self.dice.random() < 0.7:
                return self.one(group)
        return self.one(TYPES)

    def draw_default(self):
        return self.maybe(0.3, self.one(["value", "value", "function", "sequence"]))

    def draw_not_null(self):
        return self.maybe(0.25)

    def draw_filled(self):
        return self.maybe(0.15, self.one(["ALWAYS", "BY DEFAULT", "generated", "generated"]))

    def draw_collation(self):
        return self.maybe(0.2, self.one(['"C"', '"POSIX"']))

    def draw_storage(self):
        return self.maybe(0.1, self.one(["EXTERNAL", "MAIN", "PLAIN", "EXTENDED"]))

    def draw_statistics(self):
        return self.maybe(0.1, self.dice.randint(0, 500))

    def draw_settings(self):
        return self.maybe(0.1, self.one(["n_distinct=7", "n_distinct=-0.5", "n_distinct_inherited=3"]))

    def draw_compression(self):
        return self.maybe(0.1, "pglz")

    @property
    def type_sql(self):
        return self.type if isinstance(self.type, str) else self.type.sql_name

    @property
    def base(self):
        """The type beneath a domain; a thing of other types."""
        return self.type.of if type(self.type).__name__ == "Domain" else self.type

    def value(self):
        """In a row, as SQL."""
        kind = type(self.type).__name__
        if kind == "Enum":
            return literal(self.type.labels[-1])
        if kind == "Composite":
            return "NULL"
        return "'9'" if kind == "Domain" else TYPES[self.type][1]

    def default_sql(self):
        if not self.default:
            return ""
        kind = type(self.type).__name__
        if self.base in NUMBERS:
            if self.default == "function" and self.world.of("Routine"):
                return " DEFAULT %s(3)" % self.world.of("Routine")[0].sql_name
            if self.default == "sequence" and self.world.of("Sequence"):
                return " DEFAULT nextval('%s')" % self.world.of("Sequence")[0].sql_name.replace("'", "''")
        if kind == "Enum":
            return " DEFAULT %s::%s" % (literal(self.type.labels[0]), self.type.sql_name)
        return "" if kind in ("Domain", "Composite") else " DEFAULT " + TYPES[self.type][0]

    def sql(self, table):
        text = "%s %s" % (quoted(self.name), self.type_sql)
        if self.collation and self.base in TEXTS:
            text += " COLLATE pg_catalog." + self.collation
        first = table.columns[0]
        if self.filled in ("ALWAYS", "BY DEFAULT") and self.type in ("integer", "bigint", "smallint"):
            return text + " GENERATED %s AS IDENTITY" % self.filled
        # What a partition says of the key is not generated; what it is made from is the first column.
        if self.filled == "generated" and self is not first and self not in table.key_columns() and not first.filled:
            if self.base in TEXTS:
                return text + " GENERATED ALWAYS AS (CASE WHEN %s IS NULL THEN 'a' ELSE 'b' END) STORED" % quoted(first.name)
            if self.base in ("integer", "bigint", "numeric"):
                return text + " GENERATED ALWAYS AS (CASE WHEN %s IS NULL THEN 1 ELSE 2 END) STORED" % quoted(first.name)
        return text + self.default_sql() + (" NOT NULL" if self.not_null else "")

    def later(self, table):
        alter = "ALTER TABLE %s ALTER COLUMN %s " % (table.sql_name, quoted(self.name))
        long = self.base in TEXTS or self.base in ("jsonb", "json", "bytea", "text[]", "integer[]", "tsvector")
        items = [alter + "SET STORAGE " + self.storage] if self.storage and long else []
        items += [alter + "SET STATISTICS %d" % self.statistics] if self.statistics is not None else []
        items += [alter + "SET (%s)" % self.settings] if self.settings else []
        items += [alter + "SET COMPRESSION pglz"] if self.compression and long else []
        name = "%s.%s" % (table.sql_name, quoted(self.name))
        return items + self.comments("COLUMN " + name, self.comment) + self.granted(
            "TABLE " + table.sql_name, [word % quoted(self.name) for word in ("SELECT (%s)", "UPDATE (%s)", "INSERT (%s)")])


class Table(Thing):
    FIELDS = {"columns": "draw_columns", "unlogged": "draw_unlogged", "options": "draw_options", "security": "draw_security",
              "identity": "draw_identity", "split": "draw_split", "key": "draw_key", "owner": "draw_owner", "grants": "draw_grants",
              "comment": "draw_comment"}
    parent = None  # the table it inherits from

    def draw_columns(self):
        columns = list(getattr(self, "columns", []))
        names = [n for n in PLAINER + self.world.odd if n not in [c.name for c in columns]]
        if not columns:
            columns = [Column(self.world, name) for name in ["id"] + self.some(names, 6, 1)]
            columns[0].type, columns[0].default = self.one(["integer", "bigint"]), None
            return columns
        if self.dice.random() < 0.5 or len(columns) < 3:
            return columns + [Column(self.world, self.one(names))]
        columns.remove(self.one(columns[1:]))
        return columns

    def draw_unlogged(self):
        return self.maybe(0.1)

    def draw_options(self):
        return self.maybe(0.25, ", ".join(self.some(["fillfactor=70", "autovacuum_enabled=false", "toast.autovacuum_enabled=off",
                                                     "parallel_workers=3", "user_catalog_table=true"], 2)))

    def draw_security(self):
        return self.maybe(0.25, self.one(["ENABLE", "FORCE", "both"]))

    def draw_identity(self):
        return self.maybe(0.1, self.one(["FULL", "NOTHING"]))

    def draw_key(self):
        return self.maybe(0.75, "its key" if self.dice.random() < 0.2 else self.name + "_pkey")

    # In another way partitioned is another table: drawn once.
    def draw_split(self):
        return getattr(self, "split", self.maybe(0.2, self.one(["RANGE", "LIST", "HASH"])))

    def edit(self):
        if self.dice.random() < 0.5:
            return "%s of table %s" % (self.one(self.columns).edit(), self.name)
        return super().edit()

    def key_columns(self):
        return self.columns[:1] if self.split else []

    def related(self):
        return self.parent or any(table.parent is self for table in self.world.of("Table"))

    def sql(self):
        me = "TABLE " + self.sql_name
        items = ["CREATE %s%s (%s)%s%s%s" % (
            "UNLOGGED " if self.unlogged and not self.split else "", me, ", ".join(c.sql(self) for c in self.columns),
            " INHERITS (%s)" % self.parent.sql_name if self.parent and self.parent.there() else "",
            " PARTITION BY %s (%s)" % (self.split, quoted(self.columns[0].name)) if self.split else "",
            " WITH (%s)" % self.options if self.options and not self.split else "")]
        if self.key:
            items.append("ALTER %s ADD CONSTRAINT %s PRIMARY KEY (%s)" % (me, quoted(self.key), quoted(self.columns[0].name)))
        for column in self.columns:
            items += column.later(self)
        if self.security in ("ENABLE", "both"):
            items.append("ALTER %s ENABLE ROW LEVEL SECURITY" % me)
        if self.security in ("FORCE", "both"):
            items.append("ALTER %s FORCE ROW LEVEL SECURITY" % me)
        if self.identity and not self.split:
            items.append("ALTER %s REPLICA IDENTITY %s" % (me, self.identity))
        return items + self.owned(me) + self.comments(me, self.comment) + self.granted(
            me, ["SELECT", "INSERT, UPDATE", "ALL"])

    def rows(self):
        names = [c for c in self.columns if not c.filled]
        return ["INSERT INTO %s (%s) VALUES (%s)" % (
            self.sql_name, ", ".join(quoted(c.name) for c in names),
            ", ".join(str(n) if i == 0 else c.value() for i, c in enumerate(names))) for n in (1, 12, 23)] if names else []


PLAINER = ["name", "price", "state", "created", "notes", "amount", "kind", "ref", "data", "total", "flag"]


class Part(Thing):
    """A partition of a table; without its columns, constraints and indexes, which are the table's."""

    FIELDS = {"slot": "draw_slot", "comment": "draw_comment", "options": "draw_options"}

    def __init__(self, world, schema, name=None):
        self.table = world.dice.choice([t for t in world.of("Table") if t.split] or [None])
        super().__init__(world, schema, name)

    def draw_slot(self):
        return self.one(range(4))

    def draw_options(self):
        return self.maybe(0.2, " WITH (fillfactor=55)", "")

    def sql(self):
        if not self.table or not self.table.there():
            return []
        bounds = {"RANGE": "FOR VALUES FROM (%d) TO (%d)" % (self.slot * 10, self.slot * 10 + 10),
                  "LIST": "FOR VALUES IN (%d, %d)" % (self.slot * 2 + 1, self.slot * 2 + 2),
                  "HASH": "FOR VALUES WITH (MODULUS 4, REMAINDER %d)" % self.slot}[self.table.split]
        if self.slot == 3 and self.table.split != "HASH":
            bounds = "DEFAULT"
        return ["CREATE TABLE %s PARTITION OF %s %s%s" % (self.sql_name, self.table.sql_name, bounds, self.options)] + \
            self.comments("TABLE " + self.sql_name, self.comment)


class OfTable(Thing):
    """Something of a table, and of some of its columns."""

    def draw_table(self):
        return self.one(self.world.of("Table"))

    def draw_columns(self):
        return self.some(self.table.columns, 2) if self.table else []

    def lost(self):
        return not self.table or not self.table.there() or any(c not in self.table.columns for c in self.columns)

    def names(self):
        return ", ".join(quoted(c.name) for c in self.columns)


def condition(column):
    """Something about a column, by its type."""
    name = quoted(column.name)
    if column.base in NUMBERS:
        return name + " > 0"
    if column.base in TEXTS:
        return "length(%s) < 90" % name
    return name + " IS NOT NULL" if type(column.type).__name__ != "Enum" else "%s <> %s" % (name, literal(column.type.labels[0]))


class Constraint(OfTable):
    FIELDS = {"table": "draw_table", "columns": "draw_columns", "shape": "draw_shape", "other": "draw_other",
              "action": "draw_action", "defer": "draw_defer", "invalid": "draw_invalid", "comment": "draw_comment"}

    def draw_shape(self):
        return self.one(["UNIQUE", "UNIQUE", "CHECK", "CHECK", "FOREIGN KEY", "FOREIGN KEY", "FOREIGN KEY", "EXCLUDE", "function"])

    def draw_other(self):
        return self.one(self.world.of("Table"))

    def draw_action(self):
        return self.maybe(0.5, self.one([" ON DELETE CASCADE", " ON DELETE SET NULL", " ON UPDATE CASCADE", " MATCH FULL",
                                         " ON DELETE SET DEFAULT ON UPDATE RESTRICT"]), "")

    def draw_defer(self):
        return self.maybe(0.3, self.one([" DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED"]), "")

    def draw_invalid(self):
        return self.maybe(0.15, " NOT VALID", "")

    # One place of the name in a schema is its index's.
    def sql(self):
        if self.lost() or not self.columns:
            return []
        columns = self.names()
        if self.shape == "UNIQUE" and self.table.split:
            columns = ", ".join({quoted(self.table.columns[0].name): 1, **{quoted(c.name): 1 for c in self.columns}})
        text = "%s (%s)%s" % (self.shape, columns, self.defer)
        if self.shape in ("CHECK", "function"):
            wanted = " AND ".join(map(condition, self.columns))
            if self.shape == "function" and self.world.of("Routine"):
                wanted = "%s(3) > 0 OR %s" % (self.world.of("Routine")[-1].sql_name, wanted)
            # A new partition, or child, takes it over as valid, and cannot be told to do otherwise.
            text = "CHECK (%s)%s" % (wanted, "" if self.table.split or self.table.related() else self.invalid)
        elif self.shape == "EXCLUDE":
            text = "EXCLUDE USING gist (int4range(0, 1) WITH &&) WHERE (%s)%s" % (condition(self.columns[0]), self.defer)
        elif self.shape == "FOREIGN KEY":
            if not self.other or not self.other.there() or not self.other.key:
                return []
            same = [c for c in self.columns if c.type == self.other.columns[0].type] + [self.table.columns[0]]
            text = "FOREIGN KEY (%s) REFERENCES %s (%s)%s%s%s" % (
                quoted(same[0].name), self.other.sql_name, quoted(self.other.columns[0].name), self.action, self.defer,
                "" if self.table.split or self.other.split else self.invalid)
        return ["ALTER TABLE %s ADD CONSTRAINT %s %s" % (self.table.sql_name, quoted(self.name), text)] + \
            self.comments("CONSTRAINT %s ON %s" % (quoted(self.name), self.table.sql_name), self.comment)


class Index(OfTable):
    FIELDS = {"table": "draw_table", "columns": "draw_columns", "shape": "draw_shape", "where": "draw_where",
              "options": "draw_options", "role": "draw_role", "comment": "draw_comment"}

    def draw_table(self):
        return self.one(self.world.of("Table", "Table", "Materialized"))

    def draw_shape(self):
        return self.one(["", "", "unique", "desc", "include", "expression", "function", "hash", "brin"])

    def draw_where(self):
        return self.maybe(0.2)

    def draw_options(self):
        return self.maybe(0.2, " WITH (fillfactor=60)", "")

    def draw_role(self):
        return self.maybe(0.1, self.one(["cluster", "identity"]))

    def sql(self):
        if self.lost() or not self.columns:
            return []
        first = self.columns[0]
        name, columns, table = quoted(first.name), self.names(), self.table.sql_name
        what = {"desc": "(%s DESC NULLS LAST)" % columns, "include": "(%s) INCLUDE (%s)" % (name, quoted(self.table.columns[0].name)),
                "hash": "USING hash (%s)" % name, "brin": "USING brin (%s)" % name,
                "expression": "((%s IS NULL), %s)" % (name, columns)}.get(self.shape, "(%s)" % columns)
        if self.shape == "expression" and first.base in TEXTS:
            what = "(lower(%s) text_pattern_ops, %s COLLATE pg_catalog.\"POSIX\")" % (name, name)
        if self.shape == "function" and self.world.of("Routine"):
            what = "((%s(3)), %s)" % (self.world.of("Routine")[0].sql_name, name)
        split = getattr(self.table, "split", None)
        items = ["CREATE %sINDEX %s ON %s %s%s%s" % (
            "UNIQUE " if self.shape == "unique" else "", quoted(self.name), table, what, "" if self.shape in ("hash", "brin") else self.options,
            " WHERE " + condition(first) if self.where else "")]
        if self.role == "cluster" and not split:
            items.append("ALTER TABLE %s CLUSTER ON %s" % (table, quoted(self.name)))
        if self.role == "identity" and not split:
            items.append("ALTER TABLE %s REPLICA IDENTITY USING INDEX %s" % (table, quoted(self.name)))
        return items + self.comments("INDEX %s.%s" % (quoted(self.table.schema.name), quoted(self.name)), self.comment)


class View(OfTable):
    FIELDS = {"table": "draw_table", "columns": "draw_columns", "shape": "draw_shape", "other": "draw_other",
              "options": "draw_options", "owner": "draw_owner", "grants": "draw_grants", "comment": "draw_comment"}
    WORD = "VIEW"

    def draw_table(self):
        made = self.world.of("Table", "View", "Materialized")
        # Of what was there before it.
        return self.one(made[:made.index(self)] if self in made else made)

    def draw_columns(self):
        return self.some(self.table.columns, 5) if self.table else []

    def draw_shape(self):
        return self.one(["plain", "plain", "where", "join", "grouped", "aggregate", "function", "union"])

    def draw_other(self):
        return self.one(self.world.of("Table"))

    def draw_options(self):
        return self.maybe(0.2, self.one([" WITH (security_barrier=true)", " WITH (check_option=local)"]), "")

    def sql(self):
        if not self.table or not self.table.there():
            return []
        self.columns = [c for c in self.columns if c in self.table.columns]
        if not self.columns:
            return []
        table, columns = self.table.sql_name, self.names()
        text = "SELECT %s FROM %s" % (columns, table)
        if self.shape == "where":
            text += " WHERE " + condition(self.columns[0])
        elif self.shape == "join" and self.other and self.other.there():
            text = "SELECT %s, o.%s AS joined FROM %s x LEFT JOIN %s o ON true" % (
                ", ".join("x." + quoted(c.name) for c in self.columns), quoted(self.other.columns[-1].name), table, self.other.sql_name)
        elif self.shape == "grouped" and getattr(self.table, "key", None):  # which it needs then
            text += " GROUP BY " + quoted(self.table.columns[0].name)
        elif self.shape == "aggregate":
            text = "SELECT count(*) AS many, %s FROM %s GROUP BY %s" % (columns, table, columns)
        elif self.shape == "function" and self.world.of("Routine"):
            text = "SELECT %s(1) AS computed, %s FROM %s" % (self.world.of("Routine")[0].sql_name, columns, table)
        elif self.shape == "union":
            text += " UNION ALL " + text
        me = "%s %s" % (self.WORD, self.sql_name)
        return ["CREATE %s%s AS %s" % (me, self.with_options(), text)] + self.owned(me) + self.comments(me, self.comment) + \
            self.granted("TABLE " + self.sql_name, ["SELECT", "INSERT", "ALL"])

    def with_options(self):
        return self.options


class Materialized(View):
    WORD = "MATERIALIZED VIEW"

    def with_options(self):
        return " WITH (fillfactor=80)" if self.options else ""


class Trigger(OfTable):
    FIELDS = {"table": "draw_table", "columns": "draw_columns", "when": "draw_when", "routine": "draw_routine",
              "state": "draw_state", "comment": "draw_comment"}

    def draw_when(self):
        return self.one(["BEFORE INSERT", "AFTER UPDATE OF", "AFTER DELETE OR INSERT", "BEFORE UPDATE", "CONSTRAINT"])

    def draw_routine(self):
        return self.one([r for r in self.world.of("Reader") if r.shape == "trigger"])

    def draw_state(self):
        return self.maybe(0.25, self.one(["DISABLE", "ENABLE ALWAYS", "ENABLE REPLICA"]))

    def sql(self):
        if self.lost() or not self.routine or not self.columns:
            return []
        when = self.when + (" " + self.names() if self.when.endswith(" OF") else "")
        row = " WHEN (NEW.%s)" % condition(self.columns[0]) if self.when == "BEFORE UPDATE" and self.columns[0].base in NUMBERS else ""
        text = "TRIGGER %s %s ON %s FOR EACH ROW%s" % (quoted(self.name), when, self.table.sql_name, row)
        if self.when == "CONSTRAINT":
            text = "CONSTRAINT TRIGGER %s AFTER INSERT ON %s DEFERRABLE FOR EACH ROW" % (quoted(self.name), self.table.sql_name)
        return ["CREATE %s EXECUTE FUNCTION %s()" % (text, self.routine.sql_name)] + \
            (["ALTER TABLE %s %s TRIGGER %s" % (self.table.sql_name, self.state, quoted(self.name))] if self.state and not self.table.split else []) + \
            self.comments("TRIGGER %s ON %s" % (quoted(self.name), self.table.sql_name), self.comment)


class Policy(OfTable):
    FIELDS = {"table": "draw_table", "columns": "draw_columns", "command": "draw_command", "to": "draw_to", "comment": "draw_comment"}

    def draw_command(self):
        return self.one(["ALL", "SELECT", "UPDATE"])

    def draw_to(self):
        return self.some(ROLES_TO, 2)

    def sql(self):
        if self.lost() or not self.columns:
            return []
        return ["CREATE POLICY %s ON %s FOR %s TO %s USING (%s)" % (
            quoted(self.name), self.table.sql_name, self.command, ", ".join(self.to), condition(self.columns[0]))] + \
            self.comments("POLICY %s ON %s" % (quoted(self.name), self.table.sql_name), self.comment)


ROLES_TO = ["turn_app", '"turn reader"', "PUBLIC"]


class Rule(OfTable):
    FIELDS = {"table": "draw_table", "columns": "draw_columns", "event": "draw_event", "comment": "draw_comment"}

    def draw_table(self):
        return self.one(self.world.of("Table", "View"))

    def draw_event(self):
        return self.one(["ON INSERT TO %s WHERE NEW.%s IS NULL DO INSTEAD NOTHING", "ON DELETE TO %s DO ALSO SELECT 1",
                         "ON UPDATE TO %s WHERE OLD.%s IS NULL DO ALSO SELECT 2"])

    def sql(self):
        if self.lost() or not self.columns:
            return []
        event = self.event % ((self.table.sql_name, quoted(self.columns[0].name)) if self.event.count("%s") == 2 else self.table.sql_name)
        return ["CREATE RULE %s AS %s" % (quoted(self.name), event)] + \
            self.comments("RULE %s ON %s" % (quoted(self.name), self.table.sql_name), self.comment)
