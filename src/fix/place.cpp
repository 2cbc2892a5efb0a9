#include "fix/place.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "sql/split.h"

namespace windlass::fix {

namespace {

bool of_the_chain(const run::Evidence& evidence, const std::string& file) {
  for (const std::vector<chain::Revision>* list : {&evidence.chain.revisions, &evidence.chain.left_out})
    for (const chain::Revision& revision : *list)
      if (revision.file == file) return true;
  return false;
}

/// What the source puts in front of a line for each level: of the first block of the module.
std::string indentation_unit(const PythonSource& source) {
  for (const Node& node : source.root().children("body"))
    if (const std::vector<Node>& body = node.children("body"); !body.empty())
      if (const std::string_view found = edit::indentation_at(source.text(), body.front().begin);
          !found.empty())
        return std::string(found);
  return "    ";
}

/// "create_table" of op.create_table, and of the operations of `with op.batch_alter_table(...) as batch`.
std::string operation_of(const PythonSource& source, const Node& call) {
  const Node* callee = call.child("func");
  if (callee == nullptr) return "";
  const std::string name = source.qualified(*callee);
  for (const std::string_view module : {"alembic.op.", "alembic.operations.ops."})
    if (name.starts_with(module)) return name.substr(module.size());
  if (!callee->is("Attribute")) return "";
  const Node* owner = callee->child("value");
  if (owner == nullptr || !owner->is("Name")) return "";
  return opens_batch(source, call, owner->text) != nullptr ? callee->text : "";
}

}  // namespace

const Node* opened_as(const PythonSource& source, const Node& node, std::string_view name) {
  for (const Node* at = source.parent(node); at != nullptr; at = source.parent(*at)) {
    if (!at->is("With")) continue;
    for (const Node& item : at->children("items")) {
      const Node* made = item.child("context_expr");
      const Node* named = item.child("optional_vars");
      if (made != nullptr && made->is("Call") && named != nullptr && named->text == name) return made;
    }
  }
  return nullptr;
}

const Node* opens_batch(const PythonSource& source, const Node& node, std::string_view name) {
  const Node* made = opened_as(source, node, name);
  const Node* maker = made != nullptr ? made->child("func") : nullptr;
  return maker != nullptr && source.qualified(*maker) == "alembic.op.batch_alter_table" ? made : nullptr;
}

Mended<Place> place_of(const Ground& ground, const base::Location& location) {
  if (!location.known() || location.line == 0) return not_mended("it is not known which line sent it");
  if (!of_the_chain(ground.evidence, location.file))
    return not_mended(fmt::format("{} is no revision of the chain", location.file));
  Place place;
  place.source = WINDLASS_TRY(ground.sources.of(location.file));
  const std::vector<const Node*> calls = place.source->calls_at(location.line);
  if (calls.empty()) return not_mended(fmt::format("no call stands at {}", base::to_string(location)));
  place.call = calls.front();
  place.statement = place.source->statement_of(*place.call);
  place.operation = operation_of(*place.source, *place.call);
  if (place.statement == nullptr)
    return not_mended(fmt::format("no statement stands at {}", base::to_string(location)));
  return place;
}

Mended<Place> statement_alone(const Ground& ground, const base::Location& location) {
  const Place place = WINDLASS_TRY(place_of(ground, location));
  const Node* value = place.statement->is("Expr") ? place.statement->child("value") : nullptr;
  if (value != place.call)
    return not_mended(
        fmt::format("the call at {} is part of a larger statement", where(*place.source, *place.call)));
  if (place.source->conditional(*place.statement))
    return not_mended(
        fmt::format("{} stands under a condition or in a loop", where(*place.source, *place.call)));
  const Node* function = place.source->function_of(*place.statement);
  if (function == nullptr || (function->text != "upgrade" && function->text != "downgrade"))
    return not_mended(fmt::format("{} stands in a function that may be called from elsewhere",
                                  where(*place.source, *place.call)));
  return place;
}

const Node* try_around(const PythonSource& source, const Node& statement) {
  const Node* above = source.parent(statement);
  if (above == nullptr || !above->is("Try") || above->children("body").size() != 1 ||
      !above->children("orelse").empty() || !above->children("finalbody").empty())
    return nullptr;
  const auto raises = source.all([&](const Node& node) {
    return (node.is("Raise") || node.is("Return")) && above->begin <= node.begin && node.end <= above->end;
  });
  // What else a handler does with the database is not to get lost.
  const auto calls = source.all([&](const Node& node) {
    const Node* callee = node.is("Call") ? node.child("func") : nullptr;
    return callee != nullptr && above->begin <= node.begin && node.end <= above->end &&
           source.qualified(*callee).starts_with("alembic.");
  });
  const Node* function = source.function_of(*above);
  const bool once = function != nullptr && source.parent(*above) == function && function->text == "upgrade";
  return raises.empty() && calls.size() <= 1 && once ? above : nullptr;
}

const Node* sql_literal(const PythonSource& source, const Node& call) {
  const Node* argument = positional(call, 0);
  if (argument == nullptr)
    if (const Node* named = keyword(call, "sqltext")) argument = named->child("value");
  if (argument != nullptr && argument->is("Call")) {
    const Node* callee = argument->child("func");
    const std::string name = callee != nullptr ? source.qualified(*callee) : "";
    if (name == "sqlalchemy.text" || name == "sqlalchemy.sql.text" ||
        name == "sqlalchemy.sql.expression.text" || name == "sqlalchemy.DDL")
      argument = positional(*argument, 0);
  }
  return argument != nullptr && argument->is("Constant:str") ? argument : nullptr;
}

bool is_one_command(std::string_view sql) { return sql::split(sql).size() == 1; }

std::vector<edit::Edit> in_block(const PythonSource& source, const Node& statement,
                                 const std::string& header) {
  std::vector<edit::Edit> edits = {source.before(statement, {header})};
  const std::string unit = indentation_unit(source);
  const edit::Lines& lines = source.lines();
  const auto texts = source.all([](const Node& node) {
    return node.is("Constant:str") || node.is("Constant:bytes") || node.is("JoinedStr");
  });
  for (int line = lines.line_at(statement.begin); line <= lines.line_at(statement.end - 1); ++line) {
    const size_t begin = lines.start(line);
    // A line that begins within a literal is a part of its value.
    const bool literal = std::any_of(texts.begin(), texts.end(), [&](const Node* text) {
      return text->begin < begin && begin < text->end;
    });
    if (!literal && lines.line(line).find_first_not_of(" \t\r\n") != std::string_view::npos)
      edits.push_back({begin, begin, unit});
  }
  return edits;
}

std::string where(const PythonSource& source, const Node& node) {
  return fmt::format("{}:{}", source.file(), source.lines().line_at(node.begin));
}

}  // namespace windlass::fix
