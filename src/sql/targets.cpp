#include "sql/targets.h"

#include "sql/targets_cursor.h"

namespace windlass::sql {

namespace {

std::vector<std::string> name_list(Cursor inside) {
  std::vector<std::string> names;
  while (!inside.done()) {
    const Cursor one = inside.element();
    if (one.peek().name()) names.push_back(one.peek().text);
  }
  return names;
}

class Reader {
 public:
  explicit Reader(Reading& reading) : reading_(&reading) {}

  /// One statement, from its first word.
  void statement(Cursor c) {
    if (c.accept("create")) return create(c);
    if (c.accept("alter")) return alter(c);
    if (c.accept("drop")) return drop(c);
    if (c.accept("do")) return do_block(c);
    if (c.accept("execute")) return execute(c);
    if (c.peek().is("insert") || c.peek().is("update") || c.peek().is("delete") || c.peek().is("select") ||
        c.peek().is("with") || c.peek().is("truncate") || c.peek().is("copy"))
      return refer(c);
  }

  /// A PL/pgSQL body: statements start after ';', BEGIN, THEN, ELSE, LOOP.
  void body(const Words& words, int depth) {
    depth_ = depth;
    size_t from = 0;
    for (size_t i = 0; i <= words.size(); ++i) {
      const bool border = i == words.size() || words[i].symbol(';') || words[i].is("begin") ||
                          words[i].is("then") || words[i].is("else") || words[i].is("loop");
      if (!border) continue;
      if (i > from) {
        Cursor c(words, from, i);
        if (c.accept("exception")) {
          while (c.accept("when") || c.accept("or")) {
            if (c.peek().name()) reading_->caught.push_back(c.peek().text);
            c.step();
          }
        } else if (c.peek().is("when") && !reading_->caught.empty()) {
          c.step();
          if (c.peek().name()) reading_->caught.push_back(c.peek().text);
        } else {
          statement(c);
        }
      }
      from = i + 1;
    }
  }

 private:
  Target& add(Action action, std::string kind) {
    Target target;
    target.action = action;
    target.kind = std::move(kind);
    return reading_->targets.emplace_back(std::move(target));
  }

  static bool if_not_exists(Cursor& c) { return c.accept_all({"if", "not", "exists"}); }

  void create(Cursor c) {
    bool replace = false, temporary = false;
    while (true) {
      if (c.accept_all({"or", "replace"})) {
        replace = true;
      } else if (c.accept("temp") || c.accept("temporary")) {
        temporary = true;
      } else if (!(c.accept("global") || c.accept("local") || c.accept("unlogged") || c.accept("recursive") ||
                   c.accept("trusted") || c.accept("procedural"))) {
        break;
      }
    }
    if (c.accept("table")) return create_table(c, temporary, "table");
    if (c.accept_all({"foreign", "table"})) return create_table(c, temporary, "foreign table");
    if (c.accept_all({"unique", "index"}) || c.accept("index")) return create_index(c);
    if (c.accept_all({"constraint", "trigger"}) || c.accept("trigger"))
      return on_table(c, "trigger", "on", replace);
    if (c.accept("policy")) return on_table(c, "policy", "on", replace);
    if (c.accept("rule")) return on_table(c, "rule", "to", replace);
    if (c.accept("type")) return create_type(c);
    if (c.accept("schema")) {
      Target& target = add(Action::Create, "schema");
      target.guarded = if_not_exists(c);
      c.accept("authorization");
      if (c.peek().name()) target.name = c.peek().text;
      return;
    }
    static constexpr std::pair<std::string_view, std::string_view> kPlain[] = {
        {"sequence", "sequence"},
        {"view", "view"},
        {"domain", "type"},
        {"function", "function"},
        {"procedure", "procedure"},
        {"aggregate", "aggregate"},
        {"extension", "extension"},
        {"role", "role"},
        {"user", "role"},
        {"group", "role"},
        {"database", "database"},
        {"publication", "publication"},
        {"subscription", "subscription"},
        {"collation", "collation"},
        {"statistics", "statistics object"},
        {"language", "language"},
        {"server", "server"},
        {"tablespace", "tablespace"}};
    if (c.accept_all({"materialized", "view"})) return plain(c, "materialized view", replace, temporary);
    if (c.accept_all({"event", "trigger"})) return plain(c, "event trigger", replace, false);
    for (const auto& [word, kind] : kPlain) {
      if (word == "user" && c.peek(1).is("mapping")) continue;
      if (c.accept(word)) return plain(c, std::string(kind), replace, temporary);
    }
  }

  void plain(Cursor& c, std::string kind, bool replace, bool temporary) {
    Target& target = add(Action::Create, std::move(kind));
    target.or_replace = replace;
    target.guarded = if_not_exists(c);
    c.name(target.schema, target.name);
    if (temporary && target.schema.empty()) target.schema = "pg_temp";
  }

  void create_type(Cursor c) {
    Target& target = add(Action::Create, "type");
    c.name(target.schema, target.name);
    if (c.accept_all({"as", "enum"})) {
      Cursor labels = c.inside();
      for (; !labels.done(); labels.step())
        if (labels.peek().kind == Token::Kind::String) target.labels.push_back(labels.peek().text);
    }
  }

  void create_index(Cursor c) {
    Target target;
    target.kind = "index";
    target.concurrently = c.accept("concurrently");
    target.guarded = if_not_exists(c);
    if (!c.peek().is("on")) c.name(target.schema, target.name);
    if (!c.accept("on")) return;
    c.accept("only");
    c.name(target.table_schema, target.table);
    if (target.schema.empty()) target.schema = target.table_schema;
    if (c.accept("using")) c.step();
    target.columns = name_list(c.inside());
    reading_->targets.push_back(std::move(target));
  }

  void on_table(Cursor c, std::string kind, std::string_view before_table, bool replace) {
    Target& target = add(Action::Create, std::move(kind));
    target.or_replace = replace;
    if (c.peek().name()) target.name = c.peek().text;
    c.step();
    if (c.seek(before_table)) c.name(target.table_schema, target.table);
  }

  void create_table(Cursor c, bool temporary, std::string kind) {
    const size_t index = reading_->targets.size();
    {
      Target& target = add(Action::Create, std::move(kind));
      target.guarded = if_not_exists(c);
      c.name(target.schema, target.name);
      if (temporary && target.schema.empty()) target.schema = "pg_temp";
    }
    while (!c.done() && !c.peek().symbol('(') && !c.peek().is("as")) c.step();
    if (!c.peek().symbol('(')) return;
    const std::string schema = reading_->targets[index].schema, table = reading_->targets[index].name;
    Cursor elements = c.inside();
    while (!elements.done()) {
      const std::string column = table_element(elements.element(), schema, table, true);
      if (!column.empty()) reading_->targets[index].columns.push_back(column);
    }
  }

  /// A column or constraint of CREATE TABLE or ADD; returns the column's name.
  std::string table_element(Cursor c, const std::string& schema, const std::string& table, bool implied) {
    if (c.peek().is("like")) return "";
    if (constraint(c, schema, table, implied)) return "";
    Target target;
    target.kind = "column";
    target.implied = implied;
    target.table_schema = schema;
    target.table = table;
    target.guarded = if_not_exists(c);
    if (!c.peek().name()) return "";
    target.name = c.peek().text;
    c.step();
    c.name(target.type_schema, target.type);
    const std::string column = target.name;
    reading_->targets.push_back(std::move(target));
    for (; !c.done(); c.step()) {
      if (c.peek().is("constraint") || (c.peek().is("references") && c.peek(1).name())) {
        Cursor one = c;
        if (!constraint(one, schema, table, true, column) && c.peek().is("references")) references(c, column);
      }
    }
    return column;
  }

  void references(Cursor c, const std::string&) {
    c.accept("references");
    Target& target = add(Action::Refer, "table");
    c.name(target.schema, target.name);
  }

  bool constraint(Cursor c, const std::string& schema, const std::string& table, bool implied,
                  const std::string& column = {}) {
    Target target;
    target.kind = "constraint";
    target.implied = implied;
    target.table_schema = schema;
    target.table = table;
    if (c.accept("constraint")) {
      if (c.peek().name()) target.name = c.peek().text;
      c.step();
    }
    if (c.accept_all({"primary", "key"})) {
      target.definition = "PRIMARY KEY";
    } else if (c.accept_all({"foreign", "key"}) || c.peek().is("references")) {
      target.definition = "FOREIGN KEY";
    } else if (c.peek().is("unique") && (!target.name.empty() || !column.empty() || unnamed_unique(c))) {
      c.step();
      target.definition = "UNIQUE";
    } else if (c.accept("check")) {
      target.definition = "CHECK";
    } else if (c.accept("exclude")) {
      target.definition = "EXCLUDE";
    } else if (target.name.empty() ||
               (!c.peek().is("not") && !c.peek().is("null") && !c.peek().is("default"))) {
      return false;
    }
    if (target.definition == "PRIMARY KEY" || target.definition == "UNIQUE" ||
        target.definition == "FOREIGN KEY") {
      if (c.peek().symbol('(')) target.columns = name_list(c.inside());
    }
    if (target.columns.empty() && !column.empty()) target.columns = {column};
    const bool foreign = target.definition == "FOREIGN KEY";
    reading_->targets.push_back(std::move(target));
    if (foreign && (c.peek().is("references") || c.seek("references"))) references(c, "");
    return true;
  }

  // UNIQUE (a, b) or UNIQUE NULLS NOT DISTINCT (...) or UNIQUE USING INDEX; a column cannot bear these
  // reserved words.
  static bool unnamed_unique(const Cursor& c) {
    return c.peek(1).symbol('(') || c.peek(1).is("nulls") || c.peek(1).is("using");
  }

  void alter(Cursor c) {
    if (c.accept("type")) return alter_type(c);
    std::string kind;
    if (c.accept("table") || c.accept_all({"foreign", "table"})) {
      kind = "table";
    } else if (c.accept_all({"materialized", "view"})) {
      kind = "materialized view";
    } else {
      for (const std::string_view word : {"index", "sequence", "view", "domain", "schema", "function", "role",
                                          "policy", "trigger", "extension"})
        if (kind.empty() && c.accept(word))
          kind = word == std::string_view("domain") ? "type" : std::string(word);
    }
    if (kind.empty()) return;
    const bool guarded = c.accept_all({"if", "exists"});
    c.accept("only");
    std::string schema, name;
    if (!c.name(schema, name)) return;
    if (kind == "function" && c.peek().symbol('(')) c.inside();
    if (kind == "policy" || kind == "trigger") {
      Target& target = add(Action::Alter, kind);
      target.name = name;
      if (c.accept("on")) c.name(target.table_schema, target.table);
      return;
    }
    if (kind != "table") {
      Target& target = add(c.peek().is("rename") ? Action::Rename : Action::Alter, kind);
      target.schema = schema;
      target.name = name;
      target.guarded = guarded;
      if (c.accept_all({"rename", "to"}) && c.peek().name()) target.new_name = c.peek().text;
      return;
    }
    {
      Target& target = add(Action::Alter, "table");
      target.schema = schema;
      target.name = name;
      target.guarded = guarded;
    }
    while (!c.done()) alter_table_command(c.element(), schema, name);
  }

  void alter_table_command(Cursor c, const std::string& schema, const std::string& table) {
    const auto part = [&](Action action, const char* kind) -> Target& {
      Target& target = add(action, kind);
      target.table_schema = schema;
      target.table = table;
      return target;
    };
    if (c.accept("add")) {
      if (!c.accept("column") && constraint(c, schema, table, false)) return;
      table_element(c, schema, table, false);
    } else if (c.accept("drop")) {
      const bool is_constraint = c.accept("constraint");
      if (!is_constraint) c.accept("column");
      Target& target = part(Action::Drop, is_constraint ? "constraint" : "column");
      target.guarded = c.accept_all({"if", "exists"});
      if (c.peek().name()) target.name = c.peek().text;
      target.cascade = c.contains("cascade");
    } else if (c.accept("alter")) {
      const bool is_constraint = c.accept("constraint");
      if (!is_constraint) c.accept("column");
      Target& target = part(Action::Alter, is_constraint ? "constraint" : "column");
      if (c.peek().name()) target.name = c.peek().text;
      c.step();
      if (c.accept_all({"set", "data", "type"}) || c.accept("type")) {
        c.name(target.type_schema, target.type);
        target.has_using = c.contains("using");
      }
    } else if (c.accept("rename")) {
      const bool is_constraint = c.accept("constraint");
      if (!is_constraint && c.accept("to")) {
        Target& target = add(Action::Rename, "table");
        target.schema = schema;
        target.name = table;
        target.new_name = c.peek().text;
        return;
      }
      if (!is_constraint) c.accept("column");
      Target& target = part(Action::Rename, is_constraint ? "constraint" : "column");
      if (c.peek().name()) target.name = c.peek().text;
      c.step();
      if (c.accept("to")) target.new_name = c.peek().text;
    } else if (c.accept_all({"validate", "constraint"})) {
      Target& target = part(Action::Alter, "constraint");
      if (c.peek().name()) target.name = c.peek().text;
    }
  }

  void alter_type(Cursor c) {
    std::string schema, name;
    if (!c.name(schema, name)) return;
    Target target;
    target.action = Action::Alter;
    target.kind = "type";
    target.schema = schema;
    target.name = name;
    if (c.accept_all({"rename", "to"})) {
      target.action = Action::Rename;
      target.new_name = c.peek().text;
    } else if (c.accept_all({"add", "value"})) {
      target.action = Action::Create;
      target.kind = "label";
      target.table_schema = schema;
      target.table = name;
      target.schema.clear();
      target.guarded = if_not_exists(c);
      target.name = c.peek().text;
    } else if (c.accept_all({"rename", "value"})) {
      target.action = Action::Rename;
      target.kind = "label";
      target.table_schema = schema;
      target.table = name;
      target.schema.clear();
      target.name = c.peek().text;
      c.step();
      if (c.accept("to")) target.new_name = c.peek().text;
    }
    reading_->targets.push_back(std::move(target));
  }

  void drop(Cursor c) {
    std::string kind;
    if (c.accept_all({"materialized", "view"})) {
      kind = "materialized view";
    } else if (c.accept_all({"foreign", "table"})) {
      kind = "foreign table";
    } else {
      for (const std::string_view word :
           {"table", "index", "sequence", "view", "type", "domain", "schema", "function", "procedure",
            "aggregate", "trigger", "policy", "rule", "extension", "role", "user", "database", "publication",
            "collation"})
        if (kind.empty() && c.accept(word))
          kind = word == std::string_view("domain") ? "type"
                 : word == std::string_view("user") ? "role"
                                                    : std::string(word);
    }
    if (kind.empty()) return;
    const bool concurrently = c.accept("concurrently");
    const bool guarded = c.accept_all({"if", "exists"});
    const bool cascade = c.contains("cascade");
    do {
      Target target;
      target.action = Action::Drop;
      target.kind = kind;
      target.guarded = guarded;
      target.cascade = cascade;
      target.concurrently = concurrently;
      if (!c.name(target.schema, target.name)) return;
      if (c.peek().symbol('(')) c.inside();
      if (c.accept("on")) c.name(target.table_schema, target.table);
      reading_->targets.push_back(std::move(target));
    } while (c.accept_symbol(','));
  }

  void refer(Cursor c) {
    const bool update = c.accept("update");
    if (update || c.accept("truncate")) {
      c.accept("table");
      c.accept("only");
      Target& target = add(Action::Refer, "table");
      c.name(target.schema, target.name);
    }
    for (; !c.done(); c.step()) {
      const bool into = c.peek().is("into");
      if (!into && !c.peek().is("from") && !c.peek().is("join")) continue;
      Cursor name = c;
      name.step();
      name.accept("only");
      Target target;
      target.action = Action::Refer;
      target.kind = "table";
      if (!name.name(target.schema, target.name) || name.peek().symbol('(')) {
        if (!into || target.name.empty()) continue;
      }
      if (into && name.peek().symbol('(')) target.columns = name_list(name.inside());
      reading_->targets.push_back(std::move(target));
    }
  }

  void do_block(Cursor c) {
    reading_->do_block = true;
    for (; !c.done(); c.step()) {
      if (c.peek().kind != Token::Kind::String) continue;
      if (c.at() > 0 && depth_ < 3) nested(c.peek().text);
      reading_->branches = reading_->branches || may_branch(c.peek().text);
    }
  }

  static bool may_branch(const std::string& body) {
    int blocks = 0;
    for (const Token& token : tokens(body)) {
      for (const char* word : {"if", "case", "loop", "return", "exit", "continue"})
        if (token.is(word)) return true;
      blocks += token.is("begin") ? 1 : 0;
    }
    return blocks != 1;
  }

  void execute(Cursor c) {
    if (c.accept("format")) c.accept_symbol('(');
    if (c.peek().kind == Token::Kind::String && depth_ > 0 && depth_ < 3) nested(c.peek().text);
  }

  // A body or an EXECUTE'd string. 'plpgsql' of "LANGUAGE 'plpgsql'" reads as a statement of no kind.
  void nested(const std::string& text) {
    const int depth = depth_;
    body(tokens(text), depth + 1);
    depth_ = depth;
  }

  Reading* reading_;
  int depth_ = 0;
};

}  // namespace

std::string Target::full_name() const {
  std::string text;
  const bool part =
      kind == "column" || kind == "constraint" || kind == "trigger" || kind == "policy" || kind == "rule";
  if (part && !table_schema.empty()) text += table_schema + ".";
  if (part && !table.empty()) text += table + ".";
  if (!part && !schema.empty()) text += schema + ".";
  return text + name;
}

Reading read_targets(std::string_view text) {
  Reading reading;
  const Words words = tokens(text);
  Reader reader(reading);
  size_t from = 0;
  for (size_t i = 0; i <= words.size(); ++i) {
    if (i < words.size() && !words[i].symbol(';')) continue;
    if (i > from) reader.statement(Cursor(words, from, i));
    from = i + 1;
  }
  return reading;
}

}  // namespace windlass::sql
