#include "fix/commits.h"

#include <algorithm>

#include "base/text.h"
#include "fix/place.h"
#include "sql/statement_kind.h"

namespace windlass::fix {

namespace {

bool is_get_bind(const PythonSource& source, const Node& node) {
  const Node* callee = node.is("Call") ? node.child("func") : nullptr;
  return callee != nullptr && source.qualified(*callee) == "alembic.op.get_bind";
}

/// A call that sends nothing but COMMIT by SQL.
bool sends_commit(const PythonSource& source, const Node& function, const Node& call) {
  const Node* callee = call.child("func");
  if (callee == nullptr || !callee->is("Attribute") ||
      (callee->text != "execute" && callee->text != "exec_driver_sql"))
    return false;
  const Node* owner = callee->child("value");
  if (source.qualified(*callee) != "alembic.op.execute" &&
      (owner == nullptr || !is_bind(source, function, *owner)))
    return false;
  const Node* sql = sql_literal(source, call);
  if (sql == nullptr || !is_one_command(sql->text)) return false;
  const std::string kind = sql::statement_kind(sql->text);
  return kind == "COMMIT" || kind == "END";
}

/// `bind.commit()`, `bind.connection.commit()` and their like.
bool calls_commit(const PythonSource& source, const Node& function, const Node& call) {
  const Node* callee = call.child("func");
  if (callee == nullptr || !callee->is("Attribute") || callee->text != "commit" ||
      !call.children("args").empty())
    return false;
  const Node* owner = callee->child("value");
  while (owner != nullptr && owner->is("Attribute") &&
         (owner->text == "connection" || owner->text == "dbapi_connection" ||
          owner->text == "driver_connection"))
    owner = owner->child("value");
  return owner != nullptr && is_bind(source, function, *owner);
}

}  // namespace

bool is_bind(const PythonSource& source, const Node& function, const Node& node) {
  if (is_get_bind(source, node)) return true;
  if (!node.is("Name")) return false;
  size_t binds = 0;
  for (const Node* stored : source.all([&](const Node& each) {
         const Node* context = each.is("Name") ? each.child("ctx") : nullptr;
         return context != nullptr && context->is("Store") && each.text == node.text;
       })) {
    const Node* assigned = source.parent(*stored);
    if (source.function_of(*stored) != &function || assigned == nullptr || !assigned->is("Assign") ||
        assigned->child("value") == nullptr || !is_get_bind(source, *assigned->child("value")))
      return false;
    ++binds;
  }
  return binds > 0;
}

bool parts_the_work(const PythonSource& source, const std::vector<const Node*>& commits) {
  for (const Node* each : commits)
    for (const Node* at = source.parent(*each); at != nullptr; at = source.parent(*at))
      if (at->is("For") || at->is("While")) return true;
  return false;
}

std::vector<const Node*> commits_in(const PythonSource& source, const Node& function) {
  std::vector<const Node*> found;
  for (const Node* statement : source.all([](const Node& node) { return node.is("Expr"); })) {
    const Node* call = statement->child("value");
    if (call == nullptr || !call->is("Call") || source.function_of(*statement) != &function) continue;
    if (sends_commit(source, function, *call) || calls_commit(source, function, *call))
      found.push_back(statement);
  }
  return found;
}

}  // namespace windlass::fix
