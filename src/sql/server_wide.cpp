#include "sql/server_wide.h"

#include "sql/targets_cursor.h"

namespace windlass::sql {

namespace {

constexpr int kDeepest = 4;  // strings in strings

bool accept_role_word(Cursor& c) { return c.accept("role") || c.accept("user") || c.accept("group"); }

/// "database", "tablespace", "event trigger", "role" at the cursor; empty for anything else.
std::string accept_kind(Cursor& c) {
  if (c.peek().is("user") && c.peek(1).is("mapping")) return {};
  if (accept_role_word(c)) return "role";
  if (c.accept("database")) return "database";
  if (c.accept("tablespace")) return "tablespace";
  if (c.accept_all({"event", "trigger"})) return "event trigger";
  return {};
}

class Reader {
 public:
  explicit Reader(std::vector<ServerWide>& found) : found_(found) {}

  void read(const Words& words, int depth) {
    depth_ = depth;
    size_t from = 0;
    for (size_t i = 0; i <= words.size(); ++i) {
      const bool border = i == words.size() || words[i].symbol(';') ||
                          (depth > 0 && (words[i].is("begin") || words[i].is("then") || words[i].is("else") ||
                                         words[i].is("loop")));
      if (!border) continue;
      if (i > from) statement(Cursor(words, from, i));
      from = i + 1;
    }
  }

 private:
  ServerWide& add(Action action, std::string kind, std::string name) {
    ServerWide target;
    target.action = action;
    target.kind = std::move(kind);
    target.name = std::move(name);
    target.nested = depth_ > 0;
    return found_.emplace_back(std::move(target));
  }

  void statement(Cursor c) {
    if (c.accept("create")) return create(c);
    if (c.accept("alter")) return alter(c);
    if (c.accept("drop")) return drop(c);
    if (c.accept("grant") || c.accept("revoke")) return grant(c);
    if (c.accept("comment")) return comment(c);
    if (c.peek().is("do") || c.peek().is("execute")) return strings(c);
  }

  /// Whether a name follows. Where the text is a piece of one that a program puts together, a target without
  /// a name tells of it.
  bool name_or_put_together(const Cursor& c, Action action, const std::string& kind) {
    if (c.peek().name()) return true;
    if (depth_ > 1) add(action, kind, {});
    return false;
  }

  /// Whatever strings there are may be run.
  void strings(Cursor c) {
    if (depth_ >= kDeepest) return;
    const int depth = depth_;
    for (; !c.done(); c.step())
      if (c.peek().kind == Token::Kind::String) read(tokens(c.peek().text), depth + 1);
    depth_ = depth;
  }

  void each_name(Cursor& c, const std::string& kind, Action action) {
    do {
      accept_role_word(c);
      if (!name_or_put_together(c, action, kind)) return;
      add(action, kind, c.peek().text);
      c.step();
    } while (c.accept_symbol(','));
  }

  void create(Cursor c) {
    while (c.accept("or") || c.accept("replace")) {
    }
    if (c.peek().is("function") || c.peek().is("procedure")) return strings(c);
    const std::string kind = accept_kind(c);
    if (kind.empty() || !name_or_put_together(c, Action::Create, kind)) return;
    add(Action::Create, kind, c.peek().text);
    c.step();
    if (kind != "role") return;
    // ROLE and ADMIN make others members of the new one; IN ROLE the new one of others.
    while (!c.done()) {
      if (c.accept("in")) {
        accept_role_word(c);
      } else if (c.accept("role") || c.accept("user") || c.accept("admin")) {
        each_name(c, "role", Action::Alter);
      } else {
        c.step();
      }
    }
  }

  void alter(Cursor c) {
    const std::string kind = accept_kind(c);
    if (kind.empty() || !name_or_put_together(c, Action::Alter, kind)) return;
    std::string name = c.peek().text;
    c.step();
    if (c.accept_all({"rename", "to"})) {
      add(Action::Rename, kind, name).new_name = c.peek().text;
    } else if (kind == "role" && name == "all" && c.accept_all({"in", "database"})) {
      add(Action::Alter, "database", c.peek().text);
    } else if (kind == "role" && (c.peek().is("add") || c.peek().is("drop")) && c.peek(1).is("user")) {
      c.step();
      each_name(c, kind, Action::Alter);
    } else {
      add(Action::Alter, kind, name).secret = c.contains("password");
    }
  }

  void drop(Cursor c) {
    const std::string kind = accept_kind(c);
    if (kind.empty()) return;
    const bool guarded = c.accept_all({"if", "exists"});
    const size_t first = found_.size();
    each_name(c, kind, Action::Drop);
    for (size_t i = first; i < found_.size(); ++i) found_[i].guarded = guarded;
  }

  /// Privileges on what belongs to the server, and memberships.
  void grant(Cursor c) {
    if (c.contains("on")) {
      c.seek("on");
      for (const char* kind : {"database", "tablespace", "parameter"}) {
        if (!c.accept(kind)) continue;
        do {
          std::string schema, name;  // a parameter may have two parts
          if (!c.name(schema, name)) {
            if (depth_ > 1) add(Action::Alter, "privilege", {});
            return;
          }
          add(Action::Alter, "privilege",
              std::string(kind) + " " + (schema.empty() ? name : schema + "." + name));
        } while (c.accept_symbol(','));
      }
    } else if (c.seek("to") || c.seek("from")) {
      each_name(c, "role", Action::Alter);
    }
  }

  void comment(Cursor c) {
    if (!c.accept("on")) return;
    const std::string kind = accept_kind(c);
    if (!kind.empty() && c.peek().name()) add(Action::Alter, "comment", kind + " " + c.peek().text);
  }

  std::vector<ServerWide>& found_;
  int depth_ = 0;
};

}  // namespace

std::vector<ServerWide> server_wide_targets(std::string_view text) {
  std::vector<ServerWide> found;
  Reader(found).read(tokens(text), 0);
  return found;
}

}  // namespace windlass::sql
