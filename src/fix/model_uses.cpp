#include "fix/model_uses.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "fix/place.h"

namespace windlass::fix {

namespace {

/// What SQLAlchemy's classes, queries, sessions, results and expressions are asked for.
bool of_sqlalchemy(const std::string& attribute) {
  static const std::set<std::string> kKnown = {"query",
                                               "filter",
                                               "filter_by",
                                               "where",
                                               "all",
                                               "first",
                                               "one",
                                               "one_or_none",
                                               "scalar",
                                               "scalars",
                                               "scalar_one",
                                               "scalar_one_or_none",
                                               "unique",
                                               "get",
                                               "order_by",
                                               "limit",
                                               "offset",
                                               "distinct",
                                               "count",
                                               "values",
                                               "returning",
                                               "select_from",
                                               "join",
                                               "outerjoin",
                                               "yield_per",
                                               "in_",
                                               "is_",
                                               "isnot",
                                               "is_not",
                                               "notin_",
                                               "not_in",
                                               "like",
                                               "ilike",
                                               "notlike",
                                               "not_like",
                                               "desc",
                                               "asc",
                                               "label",
                                               "between",
                                               "contains",
                                               "startswith",
                                               "endswith",
                                               "op",
                                               "cast",
                                               "update",
                                               "delete",
                                               "insert",
                                               "select",
                                               "execute",
                                               "add",
                                               "add_all",
                                               "flush",
                                               "commit",
                                               "merge",
                                               "rollback",
                                               "close",
                                               "bulk_insert_mappings",
                                               "bulk_update_mappings",
                                               "bulk_save_objects",
                                               "bulk_insert",
                                               "c",
                                               "columns",
                                               "__table__",
                                               "mappings",
                                               "fetchall",
                                               "fetchone",
                                               "fetchmany",
                                               "partitions",
                                               "exists",
                                               "subquery",
                                               "group_by",
                                               "having",
                                               "with_entities",
                                               "execution_options",
                                               "expunge",
                                               "refresh",
                                               "expire",
                                               "populate_existing",
                                               "with_for_update",
                                               "rowcount",
                                               "execute_if"};
  return kKnown.contains(attribute);
}

/// Functions that hand rows back, or look at nothing of them.
bool is_harmless(const std::string& function) {
  static const std::set<std::string> kKnown = {
      "list", "tuple", "set",   "sorted", "enumerate", "zip", "iter", "next", "reversed",
      "len",  "bool",  "print", "any",    "all",       "min", "max",  "id",   "isinstance"};
  return kKnown.contains(function) || function.starts_with("sqlalchemy.") ||
         function.starts_with("alembic.op.");
}

bool of_lists(const std::string& method) {
  return method == "append" || method == "extend" || method == "insert" || method == "pop";
}

using Classes = std::set<std::string>;

class Following {
 public:
  Following(const PythonSource& source, const std::map<std::string, std::set<std::string>>& classes)
      : source_(source), classes_(classes) {
    for (const auto& [name, attributes] : classes) uses_[name];
  }

  Mended<std::map<std::string, ModelUses>> run() {
    const auto all = source_.all([](const Node&) { return true; });
    for (const Node* node : all)
      if (const std::string name = class_named(*node); !name.empty() && !within_import(*node))
        uses_[name].names.push_back(node);
    for (bool more = true; more;) {
      const auto known = rows_;
      for (const Node* node : all) bind(*node);
      more = known != rows_;
    }
    for (const Node* node : all) WINDLASS_CHECK(look_at(*node));
    return std::move(uses_);
  }

 private:
  /// The class that a name or dotted name means, the whole of it.
  std::string class_named(const Node& node) const {
    if (!node.is("Name") && !node.is("Attribute")) return "";
    const std::string name = source_.qualified(node);
    return classes_.contains(name) ? name : "";
  }

  bool within_import(const Node& node) const {
    const Node* statement = source_.statement_of(node);
    return statement != nullptr && (statement->is("Import") || statement->is("ImportFrom"));
  }

  bool has(const Classes& classes, const std::string& attribute) const {
    return std::any_of(classes.begin(), classes.end(),
                       [&](const std::string& each) { return classes_.at(each).contains(attribute); });
  }

  /// The classes of which a row, or something that has rows or the class in it, may be what an expression
  /// comes to.
  Classes rows(const Node& node) const {
    if (const std::string name = class_named(node); !name.empty()) return {name};
    if (node.is("Name")) {
      const auto known = rows_.find(node.text);
      return known != rows_.end() ? known->second : Classes();
    }
    if (node.is("Attribute")) {
      const Node* value = node.child("value");
      const Classes of = value != nullptr ? rows(*value) : Classes();
      return has(of, node.text) ? Classes() : of;
    }
    if (node.is("Call") && node.child("func") != nullptr && node.child("func")->is("Name")) {
      const std::string& name = node.child("func")->text;
      if (const Node* function = source_.function(name); function != nullptr) return returned(*function);
      if (name == "len" || name == "bool" || name == "any" || name == "all" || name == "isinstance")
        return {};
    }
    if (node.is("Compare") || node.type.starts_with("Constant") || node.is("JoinedStr")) return {};
    Classes all;
    for (const auto& [field, nodes] : node.fields)
      // What a comprehension goes over is not what it makes.
      for (const Node& each : nodes)
        if (!each.is("comprehension")) all.merge(rows(each));
    return all;
  }

  /// What a function of the source may return; one that calls itself is not followed further.
  Classes returned(const Node& function) const {
    Classes all;
    if (within_.contains(&function)) return all;
    within_.insert(&function);
    for (const Node* each :
         source_.all([](const Node& node) { return node.is("Return") || node.is("Yield"); }))
      if (source_.function_of(*each) == &function && each->child("value") != nullptr)
        all.merge(rows(*each->child("value")));
    within_.erase(&function);
    return all;
  }

  void bind_names(const Node& target, const Classes& classes, bool each_row = false) {
    if (target.is("Name")) rows_[target.text].insert(classes.begin(), classes.end());
    if (target.is("Name") && each_row) single_.insert(target.text);
    if (target.is("Tuple") || target.is("List"))
      for (const Node& each : target.children("elts")) bind_names(each, classes, each_row);
    if (target.is("Starred") && target.child("value") != nullptr) bind_names(*target.child("value"), classes);
  }

  void bind_arguments(const Node& function, const Classes& classes) {
    if (const Node* arguments = function.child("args"); arguments != nullptr)
      for (const std::string_view field : {"posonlyargs", "args", "kwonlyargs"})
        for (const Node& each : arguments->children(field))
          rows_[each.text].insert(classes.begin(), classes.end());
  }

  void bind(const Node& node) {
    const auto bind_to = [&](const Node* target, const Node* value, bool each_row = false) {
      if (target == nullptr || value == nullptr) return;
      if (const Classes classes = rows(*value); !classes.empty()) bind_names(*target, classes, each_row);
    };
    if (node.is("Assign"))
      for (const Node& target : node.children("targets")) bind_to(&target, node.child("value"));
    if (node.is("AnnAssign") || node.is("NamedExpr")) bind_to(node.child("target"), node.child("value"));
    if (node.is("For") || node.is("AsyncFor") || node.is("comprehension"))
      bind_to(node.child("target"), node.child("iter"), true);
    if (node.is("withitem")) bind_to(node.child("optional_vars"), node.child("context_expr"));
    if (!node.is("Call")) return;
    const Node* callee = node.child("func");
    const Classes classes = rows_among_arguments(node);
    if (callee == nullptr || classes.empty()) return;
    if (callee->is("Name"))
      if (const Node* function = source_.function(callee->text); function != nullptr)
        bind_arguments(*function, classes);
    if (callee->is("Attribute") && of_lists(callee->text)) bind_names(*callee->child("value"), classes);
    for (const std::string_view field : {"args", "keywords"})
      for (const Node& each : node.children(field)) {
        const Node* argument = each.is("keyword") ? each.child("value") : &each;
        if (argument != nullptr && argument->is("Lambda")) bind_arguments(*argument, classes);
      }
  }

  Classes rows_among_arguments(const Node& call) const {
    Classes all;
    for (const std::string_view field : {"args", "keywords"})
      for (const Node& each : call.children(field)) {
        const Node* argument = each.is("keyword") ? each.child("value") : &each;
        if (argument != nullptr && !argument->is("Lambda")) all.merge(rows(*argument));
      }
    return all;
  }

  /// Of all classes that have it.
  void note(const Classes& classes, const std::string& attribute) {
    for (const std::string& each : classes)
      if (classes_.at(each).contains(attribute)) uses_[each].attributes.insert(attribute);
  }

  void note(const std::string& attribute) {
    for (auto& [name, uses] : uses_) note(Classes{name}, attribute);
  }

  Mended<void> ask(const Classes& classes, const std::string& attribute, const Node& at) {
    note(classes, attribute);
    if (has(classes, attribute) || of_sqlalchemy(attribute)) return {};
    return no_column(attribute, at);
  }

  tl::unexpected<NotMended> no_column(const std::string& attribute, const Node& at) const {
    return not_mended(fmt::format("{} asks a row or the class for \"{}\", which is no column there then",
                                  where(source_, at), attribute));
  }

  /// What a call or an attribute of that name does with rows of the classes.
  void note_doing(const Classes& classes, const std::string& name) {
    static const std::set<std::string> kMakes = {"insert", "bulk_insert", "bulk_insert_mappings",
                                                 "bulk_save_objects"},
                                       kWrites = {"update", "bulk_update_mappings", "merge",
                                                  "bulk_save_objects"};
    for (const std::string& each : classes) {
      ModelUses& uses = uses_[each];
      uses.makes_rows = uses.makes_rows || kMakes.contains(name);
      uses.writes_rows = uses.writes_rows || kWrites.contains(name);
      uses.deletes_rows = uses.deletes_rows || name == "delete";
    }
  }

  Mended<void> look_at(const Node& node) {
    if (node.is("Constant:str") || node.is("keyword")) note(node.text);
    if (node.is("JoinedStr")) return look_at_text(node);
    if (node.is("Call")) return look_at_call(node);
    const Node* value = node.is("Attribute") ? node.child("value") : nullptr;
    const Classes classes = value != nullptr && class_named(node).empty() ? rows(*value) : Classes();
    if (classes.empty()) return {};
    note_doing(classes, node.text);
    if (const Node* context = node.child("ctx"); context != nullptr && !context->is("Load"))
      for (const std::string& each : classes) uses_[each].writes_rows = true;
    // What SQLAlchemy is asked for is a query's, a session's, a result's; a row's or a class's own methods
    // are the application's.
    const bool own = !class_named(*value).empty() || (value->is("Name") && single_.contains(value->text));
    if (own && !has(classes, node.text) && node.text != "__table__" && node.text != "__tablename__")
      return no_column(node.text, node);
    return ask(classes, node.text, node);
  }

  Mended<void> look_at_call(const Node& call) {
    const Node* callee = call.child("func");
    if (callee == nullptr) return {};
    if (const std::string name = class_named(*callee); !name.empty()) return look_at_new_row(call, name);
    const Classes classes = rows_among_arguments(call);
    if (classes.empty()) return {};
    const std::string name = source_.qualified(*callee);
    note_doing(classes, callee->is("Attribute") ? callee->text : name.substr(name.rfind('.') + 1));
    if (is_harmless(name)) return {};
    if (callee->is("Name") && source_.function(callee->text) != nullptr) return {};
    if (callee->is("Attribute") && (of_sqlalchemy(callee->text) || of_lists(callee->text))) return {};
    const auto attribute = string_value(positional(call, 1));
    if ((name == "getattr" || name == "setattr") && attribute) {
      if (name == "setattr") note_doing(classes, "update");
      return ask(classes, *attribute, call);
    }
    return not_mended(fmt::format("{} hands rows, or the class, to {}", where(source_, call),
                                  name.empty() ? "a function that is not seen" : name));
  }

  Mended<void> look_at_new_row(const Node& call, const std::string& name) {
    uses_[name].makes_rows = true;
    if (!call.children("args").empty())
      return not_mended(fmt::format("{} gives a row values without names", where(source_, call)));
    for (const Node& each : call.children("keywords")) {
      if (each.text.empty())
        return not_mended(fmt::format("{} gives a row values that are not seen", where(source_, call)));
      if (!classes_.at(name).contains(each.text))
        return not_mended(fmt::format("{} gives a row \"{}\", which is no column there then",
                                      where(source_, call), each.text));
    }
    return {};
  }

  /// Of an f-string no tree is told.
  Mended<void> look_at_text(const Node& node) {
    const std::string_view text = source_.text_of(node);
    const auto is_word = [](char c) {
      const auto byte = static_cast<unsigned char>(c);
      return c == '_' || std::isalnum(byte) != 0 || byte >= 0x80;
    };
    for (size_t i = 0; i < text.size();) {
      size_t end = i;
      while (end < text.size() && is_word(text[end])) ++end;
      const auto row = rows_.find(std::string(text.substr(i, end - i)));
      const bool part = i > 0 && text[i - 1] == '.';
      i = end == i ? i + 1 : end;
      if (part || row == rows_.end()) continue;
      size_t last = end + 1;
      while (last < text.size() && is_word(text[last])) ++last;
      if (end >= text.size() || text[end] != '.' || last == end + 1)
        return not_mended(fmt::format("{} writes a row into a text", where(source_, node)));
      WINDLASS_CHECK(ask(row->second, std::string(text.substr(end + 1, last - end - 1)), node));
    }
    return {};
  }

  const PythonSource& source_;
  const std::map<std::string, std::set<std::string>>& classes_;
  std::map<std::string, Classes> rows_;   ///< names that may hold rows
  std::set<std::string> single_;          ///< those that hold one row each time
  mutable std::set<const Node*> within_;  ///< functions that are being looked at
  std::map<std::string, ModelUses> uses_;
};

}  // namespace

Mended<std::map<std::string, ModelUses>> model_uses(
    const PythonSource& source, const std::map<std::string, std::set<std::string>>& classes) {
  return Following(source, classes).run();
}

}  // namespace windlass::fix
