#include "fix/environment_source.h"

#include <fmt/core.h>

#include <filesystem>

namespace windlass::fix {

namespace {

namespace fs = std::filesystem;

/// Some `with` around it begins a transaction: Alembic's, or one of a connection's or an engine's own.
bool in_a_transaction(const PythonSource& source, const Node& node) {
  for (const Node* at = source.parent(node); at != nullptr; at = source.parent(*at)) {
    if (!at->is("With") && !at->is("AsyncWith")) continue;
    for (const Node& item : at->children("items")) {
      const Node* made = item.child("context_expr");
      const Node* callee = made != nullptr && made->is("Call") ? made->child("func") : nullptr;
      if (callee != nullptr && callee->is("Attribute") &&
          (callee->text == "begin_transaction" || callee->text == "begin"))
        return true;
    }
  }
  return false;
}

}  // namespace

Mended<const PythonSource*> env_py(const Ground& ground) {
  for (const chain::Revision& revision : ground.evidence.chain.revisions)
    for (fs::path at = fs::path(revision.file).parent_path();; at = at.parent_path()) {
      if (auto source = ground.sources.of((at / "env.py").string())) return source;
      if (at.empty() || at == at.parent_path()) break;
    }
  return not_mended("env.py was not found above the revisions");
}

Mended<Online> online(const PythonSource& env) {
  Online found;
  for (const Node* call : env.calls_of("alembic.context.configure")) {
    const Node* connection = argument(*call, 0, "connection");
    if (connection == nullptr) continue;
    const Node* statement = env.statement_of(*call);
    if (found.configure != nullptr || !connection->is("Name") || !statement->is("Expr") ||
        statement->child("value") != call)
      return not_mended(
          fmt::format("{} does not give Alembic one connection in the ordinary way", env.file()));
    found.configure = statement;
    found.connection = connection->text;
  }
  if (found.configure == nullptr)
    return not_mended(fmt::format("{} does not give Alembic a connection in the ordinary way", env.file()));
  for (const Node* call : env.calls_of("alembic.context.run_migrations")) {
    const Node* statement = env.statement_of(*call);
    if (env.function_of(*call) == env.function_of(*found.configure) && statement->is("Expr") &&
        statement->child("value") == call && !in_a_transaction(env, *call))
      found.outside_of.push_back(statement);
  }
  return found;
}

}  // namespace windlass::fix
