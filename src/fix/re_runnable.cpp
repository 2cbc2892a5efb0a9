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
    Operation{"add_column", 2},
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
      return;
    }
    if (const Node* owner = callee->is("Attribute") ? callee->child("value") : nullptr;
        owner != nullptr && owner->is("Name") && batches_.contains(owner->text)) {
      guarded_.push_back(&call);
      return;
    }
    for (const auto& [method, function] :
         {std::pair{"create", "create_enum"}, std::pair{"drop", "drop_enum"}})
      if (const Node* owner = enum_of(source_, call, method)) {
        result_.edits.push_back({owner->begin, owner->begin, fmt::format("{}.{}(", guard_, function)});
        result_.edits.push_back({owner->end, call.end, ")"});
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
    result_.edits.push_back({end, end, ", " + sql.arguments});
    made(call, sql.function);
  }

  void made(const Node& call, std::string_view what) {
    guarded_.push_back(&call);
    if (result_.made.empty()) result_.first = {source_.file(), source_.lines().line_at(call.begin)};
    if (!base::contains(result_.made, what)) result_.made.emplace_back(what);
  }

  /// Types that a table makes along with itself get a creation and a drop of their own.
  void own_types() {
    std::set<std::string> seen;
    for (const record::Statement& statement : ground_.evidence.recording.statements) {
      if (statement.source.revision != revision_.id || statement.source.emitted != "auto" ||
          statement.failed() || statement.source.location.file != source_.file())
        continue;
      for (const catalog::Effect& effect : statement.effects) {
        if (effect.object.kind != "type" || effect.change != catalog::Change::Created || effect.rolled_back ||
            !seen.insert(effect.object.name).second)
          continue;
        own_type(catalog::schema_and_name(effect.object.name).second, statement.source.location.line);
      }
    }
  }

  void own_type(const std::string& type, int line) {
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
    result_.edits.push_back(source_.before(*before, {fmt::format("{}.create_enum({})", guard_, expression)}));
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
    for (const record::Statement& statement : ground_.evidence.recording.statements) {
      const record::Source& from = statement.source;
      if (from.revision != revision_.id || from.operation == "version" || statement.failed() ||
          statement.refused)
        continue;
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

  const Ground& ground_;
  const chain::Revision& revision_;
  const PythonSource& source_;
  std::string up_, guard_;
  bool loaded_ = false;
  std::set<std::string> batches_;
  std::vector<const Node*> guarded_;
  Guarded result_;
};

}  // namespace

Mended<Guarded> guarded(const Ground& ground, const chain::Revision& revision, const std::string& up) {
  const PythonSource* source = WINDLASS_TRY(ground.sources.of(revision.file));
  return Guarding(ground, revision, *source, up).run();
}

}  // namespace windlass::fix
