#include "fix/re_runnable.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "base/embedded.h"
#include "base/text.h"
#include "catalog/object.h"
#include "fix/enum_spelling.h"
#include "fix/later.h"
#include "fix/loses.h"
#include "fix/place.h"

namespace windlass::fix {

std::span<const base::Embedded> embedded_files();

std::string_view guard_module() { return base::embedded_text(embedded_files(), kGuardFile); }

namespace {

constexpr std::string_view kLoader = "alembic.util.load_python_file";

/// An operation that the module has under the same name, and how many arguments it takes by their place.
struct Operation {
  std::string_view name;
  size_t by_place;
};
constexpr std::array kOperations = {
    Operation{"create_table", SIZE_MAX},
    Operation{"drop_table", 1},
    Operation{"rename_table", 2},
    Operation{"add_column", 2},
    Operation{"alter_column", 2},
    Operation{"drop_column", 2},
    Operation{"create_index", 3},
    Operation{"drop_index", 2},
    Operation{"create_primary_key", 3},
    Operation{"create_unique_constraint", 3},
    Operation{"create_check_constraint", 3},
    Operation{"create_foreign_key", 5},
    Operation{"drop_constraint", 3},
    Operation{"batch_alter_table", 2},
};

/// What the module is called in a source; empty where it is not loaded yet.
std::string module_in(const PythonSource& source) {
  for (const Node* call : source.calls_of(kLoader)) {
    const auto file = string_value(argument(*call, 1, "filename"));
    const Node* above = source.parent(*call);
    const Node* target = above != nullptr && above->is("Assign") ? above->child("targets") : nullptr;
    if (file && *file == kGuardFile && target != nullptr && target->is("Name")) return target->text;
  }
  return "";
}

/// `mood.create(...)` of an enum type: the node of `mood`; nullptr for anything else.
const Node* enum_of(const PythonSource& source, const Node& call, std::string_view method) {
  const Node* callee = call.child("func");
  const Node* owner = callee != nullptr && callee->is("Attribute") && callee->text == method
                          ? callee->child("value")
                          : nullptr;
  const auto makes_enum = [&](const Node* node) {
    const Node* of = node != nullptr && node->is("Call") ? node->child("func") : nullptr;
    const std::string name = of != nullptr ? source.qualified(*of) : "";
    return name == "sqlalchemy.Enum" || name == "sqlalchemy.types.Enum" ||
           name == "sqlalchemy.dialects.postgresql.ENUM";
  };
  if (owner == nullptr || makes_enum(owner)) return owner;
  if (!owner->is("Name")) return nullptr;
  const auto assigned = source.all([&](const Node& node) {
    const Node* target = node.is("Assign") ? node.child("targets") : nullptr;
    return target != nullptr && target->is("Name") && target->text == owner->text;
  });
  const bool all_enums = std::all_of(assigned.begin(), assigned.end(),
                                     [&](const Node* node) { return makes_enum(node->child("value")); });
  return !assigned.empty() && all_enums ? owner : nullptr;
}

/// What batches are called: `with op.batch_alter_table(...) as batch`.
std::set<std::string> batches_of(const PythonSource& source, const std::string& maker) {
  std::set<std::string> names;
  for (const Node* with : source.all([](const Node& node) { return node.is("With"); }))
    for (const Node& item : with->children("items")) {
      const Node* made = item.child("context_expr");
      const Node* named = item.child("optional_vars");
      const Node* callee = made != nullptr && made->is("Call") ? made->child("func") : nullptr;
      if (callee == nullptr || named == nullptr || !named->is("Name")) continue;
      const std::string name = source.qualified(*callee);
      if (name == "alembic.op.batch_alter_table" || name == maker + ".batch_alter_table")
        names.insert(named->text);
    }
  return names;
}

class Guarding {
 public:
  Guarding(const Ground& ground, const chain::Revision& revision, const PythonSource& source, std::string up)
      : ground_(ground), revision_(revision), source_(source), up_(std::move(up)), guard_(module_in(source)) {
    loaded_ = !guard_.empty();
    batches_ = batches_of(source, guard_);
    if (!loaded_) guard_ = source.binds("guard") ? "schema_guard" : "guard";
  }

  Guarded run() {
    const auto& statements = ground_.evidence.recording.statements;
    for (size_t n = 0; n < statements.size(); ++n)
      if (const record::Source& from = statements[n].source;
          from.revision == revision_.id && from.operation != "version" && !statements[n].failed())
        own_.push_back(n);
    for (const size_t n : own_)
      if (const std::string loses = loses_by_running_again(ground_.evidence.recording, n); !loses.empty())
        result_.by_hand.push_back(
            fmt::format("{}: {}", base::to_string(statements[n].source.location), loses));
    if (!result_.by_hand.empty()) return std::move(result_);
    for (const Node* call : source_.all([](const Node& node) { return node.is("Call"); })) edit_call(*call);
    own_types();
    if (!result_.edits.empty() && !loaded_) load_module();
    name_the_rest();
    return std::move(result_);
  }

 private:
  void edit_call(const Node& call) {
    const Node* callee = call.child("func");
    if (callee == nullptr) return;
    if (const std::string name = source_.qualified(*callee); name.starts_with(guard_ + ".") && loaded_) {
      guarded_.push_back(&call);
      if (name != guard_ + ".Later") say_later(call, name.substr(guard_.size() + 1));
      return;
    }
    if (const Node* owner = callee->is("Attribute") ? callee->child("value") : nullptr;
        owner != nullptr && owner->is("Name") && batches_.contains(owner->text)) {
      guarded_.push_back(&call);
      if (callee->text != "f") say_later(call, callee->text);
      return;
    }
    for (const auto& [method, function] :
         {std::pair{"create", "create_enum"}, std::pair{"drop", "drop_enum"}})
      if (const Node* owner = enum_of(source_, call, method)) {
        const std::string later = method == std::string_view("create") ? later_of(call, "create_enum") : "";
        result_.edits.push_back({owner->begin, owner->begin, fmt::format("{}.{}(", guard_, function)});
        result_.edits.push_back({owner->end, call.end, later + ")"});
        made(call, function);
        return;
      }
    const std::string name = source_.qualified(*callee);
    if (!name.starts_with("alembic.op.") || !callee->is("Attribute")) return;
    const std::string operation = name.substr(std::string_view("alembic.op.").size());
    if (operation == "execute") return edit_sql(call, *callee);
    // A temporary table is no other's.
    if (operation == "create_table" && keyword(call, "prefixes") != nullptr) return;
    // How a batch is to be made concerns other servers; but what it says is its own.
    const std::vector<Node>& named = call.children("keywords");
    if (operation == "batch_alter_table" && std::any_of(named.begin(), named.end(), [](const Node& each) {
          return each.text != "schema" && each.text != "table_name";
        }))
      return;
    for (const Operation& each : kOperations) {
      if (each.name != operation || call.children("args").size() > each.by_place) continue;
      const bool says_later = say_later(call, operation);
      // What only sets a default, or NOT NULL, may be run again as it stands.
      if (operation == "alter_column" && !says_later && keyword(call, "type_") == nullptr &&
          keyword(call, "new_column_name") == nullptr)
        continue;
      const Node* module = callee->child("value");
      result_.edits.push_back({module->begin, module->end, guard_});
      made(call, operation);
    }
  }

  void edit_sql(const Node& call, const Node& callee) {
    const Node* literal = sql_literal(source_, call);
    if (literal == nullptr || call.children("args").size() != 1 || !call.children("keywords").empty()) return;
    const GuardedSql sql = guarded_sql(literal->text);
    if (sql.function.empty()) return;
    result_.edits.push_back({callee.begin, callee.end, guard_ + "." + sql.function});
    const size_t end = end_of_arguments(call);
    const std::string later = sql.function == "execute_drop" ? "" : later_of(call, sql.function);
    result_.edits.push_back({end, end, ", " + sql.arguments + later});
    made(call, sql.function);
  }

  /// The statements that a call sent.
  std::vector<size_t> sent_by(const Node& call, std::string_view operation) const {
    const Node* callee = call.child("func");
    const Node* owner = callee != nullptr && callee->is("Attribute") ? callee->child("value") : nullptr;
    const bool of_batch = owner != nullptr && owner->is("Name") && batches_.contains(owner->text);
    const Node* batch = of_batch ? opens_batch(source_, call, owner->text) : nullptr;
    const Node& place = batch != nullptr ? *batch : call;
    std::vector<size_t> sent;
    for (const size_t n : own_) {
      const record::Statement& statement = ground_.evidence.recording.statements[n];
      const int line = statement.source.location.line;
      if (statement.source.location.file == source_.file() && source_.lines().line_at(place.begin) <= line &&
          line <= source_.lines().line_at(place.end) && statement.source.emitted != "auto" &&
          (batch == nullptr || is_about(statement, name_in(call, operation))))
        sent.push_back(n);
    }
    return sent;
  }

  /// Of an operation of a batch, all of which are sent at its end: the name of what it is about.
  static std::string name_in(const Node& call, std::string_view operation) {
    const Node* first = positional(call, 0);
    if (first != nullptr && first->is("Call")) first = positional(*first, 0);  // a Column, batch.f()
    if (operation == "add_column" && first == nullptr) return "";
    return string_value(first).value_or("");
  }
  static bool is_about(const record::Statement& statement, const std::string& name) {
    return !name.empty() &&
           std::any_of(statement.effects.begin(), statement.effects.end(), [&](const catalog::Effect& each) {
             const std::string& now = each.renamed_from.empty() ? each.object.name : each.renamed_from;
             return now.substr(now.rfind('.') + 1) == name;
           });
  }

  /// The argument that says what later statements do to what the call makes, with the comma before it; empty
  /// where they do nothing to it, or where the call cannot be told.
  std::string later_of(const Node& call, std::string_view operation) {
    const auto later = later_than(ground_.evidence.recording, sent_by(call, operation));
    if (!later) {
      result_.by_hand.push_back(fmt::format("{}: {}", where(source_, call), later.error().because));
      return "";
    }
    return later->empty() ? "" : spelled_out(*later, call);
  }

  /// The argument as it is put behind the others, with the comma before it. Where those stand in several
  /// lines it gets one of its own.
  std::string spelled_out(const Later& later, const Node& call) const {
    constexpr size_t kLongest = 120;
    const std::string& text = source_.text();
    const auto indentation_at = [&](size_t position) {
      const size_t begin = text.rfind('\n', position) + 1;
      return text.substr(begin, text.find_first_not_of(" \t", begin) - begin);
    };
    const size_t line = text.rfind('\n', call.begin) + 1;
    const size_t last = end_of_arguments(call);
    if (source_.lines().line_at(call.begin) == source_.lines().line_at(last)) {
      const std::string short_form = in_python(later, guard_, "", true);
      const size_t end = std::min(text.find('\n', call.begin), text.size());
      return ", later=" +
             (end - line + short_form.size() + 8 <= kLongest
                  ? short_form
                  : base::replace_all(in_python(later, guard_, indentation_at(call.begin), false), "\n",
                                      source_.ending()));
    }
    const std::string indentation = indentation_at(last - 1);
    return base::replace_all(",\n" + indentation + "later=" + in_python(later, guard_, indentation, false),
                             "\n", source_.ending());
  }

  /// Says what comes later in the call's own arguments, anew where they say something else. Whether they say
  /// something now.
  bool say_later(const Node& call, std::string_view operation) {
    if (operation.starts_with("drop_") || operation == "execute_drop" || operation == "batch_alter_table")
      return false;
    const std::string later = later_of(call, operation);
    const Node* said = keyword(call, "later");
    const Node* value = said != nullptr ? said->child("value") : nullptr;
    if (value != nullptr) {
      // However it is laid out: a formatter may have been there.
      const auto bare = [](std::string_view text) {
        std::string out;
        for (const char each : text)
          if (std::string_view(" \t\r\n,'\"").find(each) == std::string_view::npos) out += each;
        return out;
      };
      const size_t argument = later.find("later=");
      const std::string wanted =
          later.empty() ? guard_ + ".Later()" : later.substr(argument + std::string_view("later=").size());
      if (bare(source_.text_of(*value)) == bare(wanted)) return !later.empty();
      result_.edits.push_back({value->begin, value->end, wanted});
    } else if (!later.empty()) {
      const size_t end = end_of_arguments(call);
      result_.edits.push_back({end, end, later});
    } else {
      return false;
    }
    note(call, operation);
    return !later.empty();
  }

  void note(const Node& call, std::string_view what) {
    if (result_.made.empty()) result_.first = {source_.file(), source_.lines().line_at(call.begin)};
    if (!base::contains(result_.made, what)) result_.made.emplace_back(what);
  }

  void made(const Node& call, std::string_view what) {
    guarded_.push_back(&call);
    note(call, what);
  }

  /// Types that a table makes along with itself get a creation and a drop of their own.
  void own_types() {
    std::set<std::string> seen;
    for (const size_t n : own_) {
      const record::Statement& statement = ground_.evidence.recording.statements[n];
      if (statement.source.emitted != "auto" || statement.source.location.file != source_.file()) continue;
      for (const catalog::Effect& effect : statement.effects) {
        if (effect.object.kind != "type" || effect.change != catalog::Change::Created || effect.rolled_back ||
            !seen.insert(effect.object.name).second)
          continue;
        own_type(catalog::schema_and_name(effect.object.name).second, statement.source.location.line, n);
      }
    }
  }

  void own_type(const std::string& type, int line, size_t made_by) {
    const auto all = constructions(ground_, type, revision_.id);
    const Node* before = nullptr;
    for (const Node* call : guarded_)
      if (source_.lines().line_at(call->begin) <= line && line <= source_.lines().line_at(call->end))
        before = source_.statement_of(*call);
    if (!all || before == nullptr) {
      result_.by_hand.push_back(fmt::format(
          "the type \"{}\" is made along with a table at {}:{}: make it by itself, with create_type=False in "
          "the column ({})",
          type, source_.file(), line, all ? "the call that makes it was not found" : all.error().because));
      return;
    }
    for (edit::Edit& each : spelled(source_, *all)) {
      // Several types need the import once.
      if (std::find(result_.edits.begin(), result_.edits.end(), each) == result_.edits.end())
        result_.edits.push_back(std::move(each));
    }
    const std::string expression = expression_of(all->front());
    const auto later = later_than(ground_.evidence.recording, {made_by});
    const std::string then =
        later && !later->empty() ? ", later=" + in_python(*later, guard_, "", false) : "";
    result_.edits.push_back(source_.before(
        *before, base::split(fmt::format("{}.create_enum({}{})", guard_, expression, then), '\n')));
    for (edit::Edit& each : dropped_in_downgrade(source_, type, fmt::format("{}.drop({})", expression, "")))
      result_.edits.push_back({each.begin, each.end,
                               base::replace_all(each.text, expression + ".drop()",
                                                 fmt::format("{}.drop_enum({})", guard_, expression))});
    if (!base::contains(result_.made, "create_enum")) result_.made.emplace_back("create_enum");
  }

  void load_module() {
    const std::string_view ending = source_.ending();
    std::string lines;
    std::string os = source_.module_alias("os");
    if (os.empty()) {
      os = source_.binds("os") ? "os_module" : "os";
      lines += os == "os" ? "import os" : "import os as os_module";
      lines += ending;
    }
    std::string load = source_.imported_as("alembic.util", "load_python_file");
    if (load.empty()) {
      load = "load_python_file";
      lines += fmt::format("from alembic.util import load_python_file{}{}", ending, ending);
    } else {
      lines += ending;
    }
    const std::string folder = fmt::format("{}.path.dirname(__file__)", os);
    lines += fmt::format("{} = {}({}, \"{}\")", guard_, load,
                         up_ == "." ? folder : fmt::format("{}.path.join({}, \"{}\")", os, folder, up_),
                         kGuardFile);
    result_.edits.push_back(source_.import(lines));
  }

  /// What the run saw this revision do that no call of the module stands for.
  void name_the_rest() {
    std::set<int> lines;
    for (const size_t n : own_) {
      const record::Statement& statement = ground_.evidence.recording.statements[n];
      const record::Source& from = statement.source;
      if (statement.refused) continue;
      const int line = from.location.line;
      const bool here = from.location.file == source_.file();
      const bool covered =
          here && std::any_of(guarded_.begin(), guarded_.end(), [&](const Node* call) {
            return source_.lines().line_at(call->begin) <= line && line <= source_.lines().line_at(call->end);
          });
      const bool changed =
          std::any_of(statement.effects.begin(), statement.effects.end(), [](const catalog::Effect& effect) {
            return !effect.rolled_back &&
                   (effect.change != catalog::Change::Altered || !effect.renamed_from.empty());
          });
      if (!covered && !changed && here) name_what_is_altered_back(n, lines);
      if (covered || (!changed && !statement.tag.starts_with("INSERT"))) continue;
      const GuardedSql sql = guarded_sql(statement.text);
      if ((sql.function.empty() && sql.because.empty()) || (here && !lines.insert(line).second)) continue;
      result_.by_hand.push_back(fmt::format(
          "{} ({}): {}", base::to_string(from.location), base::shorten(base::one_line(statement.text), 60),
          sql.function.empty()
              ? sql.because
              : fmt::format(
                    "its SQL is put together where it runs, or it is no operation that can be exchanged: "
                    "write {}.{}(..., {})",
                    guard_, sql.function, sql.arguments)));
    }
  }

  /// SQL that alters a column which a later statement alters once more: run again it would lead back there
  /// first.
  void name_what_is_altered_back(size_t n, std::set<int>& lines) {
    const record::Statement& statement = ground_.evidence.recording.statements[n];
    const auto later = later_than(ground_.evidence.recording, {n});
    if (!later || later->sql.empty() || !lines.insert(statement.source.location.line).second) return;
    result_.by_hand.push_back(
        fmt::format("{} ({}): a later statement alters the same column, and run again this one would alter "
                    "it back first: "
                    "write {}.alter_column(...)",
                    base::to_string(statement.source.location),
                    base::shorten(base::one_line(statement.text), 60), guard_));
  }

  const Ground& ground_;
  const chain::Revision& revision_;
  const PythonSource& source_;
  std::string up_, guard_;
  bool loaded_ = false;
  std::set<std::string> batches_;
  std::vector<size_t> own_;  // the statements of the revision, indexes into the recording
  std::vector<const Node*> guarded_;
  Guarded result_;
};

}  // namespace

Mended<Guarded> guarded(const Ground& ground, const chain::Revision& revision, const std::string& up) {
  const PythonSource* source = WINDLASS_TRY(ground.sources.of(revision.file));
  return Guarding(ground, revision, *source, up).run();
}

}  // namespace windlass::fix
