// X7: the tool ends with success, and what it did was rolled back: a revision commits by itself, or env.py
// gives Alembic a connection that is in a transaction already, or no transaction of Alembic's is begun.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "fix/commits.h"
#include "fix/enum_spelling.h"
#include "fix/environment_source.h"
#include "fix/place.h"
#include "sql/targets.h"

namespace windlass::fix {

namespace {

/// What an early statement says lasts no longer than its transaction.
bool ends_with_its_transaction(const std::string& sql) {
  const std::string text = base::to_lower(base::one_line(sql));
  return text.starts_with("set local") || text.starts_with("set transaction") || text.starts_with("lock ") ||
         base::contains(text, "advisory_xact_lock") ||
         (base::contains(text, "set_config") && base::contains(text, "true"));
}

/// Whether env.py's own statements before the first revision are of that kind.
bool needs_the_transaction(const run::Evidence& evidence) {
  for (const record::Statement& statement : evidence.recording.statements) {
    if (!statement.source.revision.empty()) return false;
    if (ends_with_its_transaction(statement.text)) return true;
  }
  return false;
}

/// `with engine.connect() as connection` around a node: the name "connect"; nullptr where there is none.
const Node* connect_around(const PythonSource& env, const Node& node, const std::string& connection) {
  const Node* made = opened_as(env, node, connection);
  const Node* callee = made != nullptr ? made->child("func") : nullptr;
  const bool connects = callee != nullptr && callee->is("Attribute") && callee->text == "connect" &&
                        end_of_arguments(*made) == 0;
  return connects ? callee : nullptr;
}

/// The connection begins a transaction in so many words: who is to end it is not for us to say.
bool begins_by_hand(const PythonSource& env, const std::string& connection) {
  return !env.all([&](const Node& node) {
               const Node* callee = node.is("Call") ? node.child("func") : nullptr;
               const Node* owner = callee != nullptr && callee->is("Attribute") && callee->text == "begin"
                                       ? callee->child("value")
                                       : nullptr;
               return owner != nullptr && owner->is("Name") && owner->text == connection;
             })
              .empty();
}

Mended<Mend> in_env_py(const Ground& ground) {
  const PythonSource* env = WINDLASS_TRY(env_py(ground));
  const Online online = WINDLASS_TRY(fix::online(*env));
  Mend mend;
  std::vector<edit::Edit>& edits = mend.edits[env->file()];
  const std::string context = env->module_alias("alembic.context");
  if (context.empty()) return not_mended(fmt::format("{} does not import alembic's context", env->file()));
  for (const Node* statement : online.outside_of)
    for (edit::Edit& each : in_block(*env, *statement, fmt::format("with {}.begin_transaction():", context)))
      edits.push_back(std::move(each));
  if (!edits.empty()) mend.summary = "The migrations run in a transaction of Alembic's, which commits it.";
  if (!edits.empty() && !ground.finding.location.known()) return mend;
  if (begins_by_hand(*env, online.connection))
    return not_mended(fmt::format(
        "{} begins a transaction by hand, and where it is to end is for a person to decide", env->file()));
  if (needs_the_transaction(ground.evidence)) {
    const Node* connect = connect_around(*env, *online.configure, online.connection);
    if (connect == nullptr || !edits.empty())
      return not_mended("what env.py sends first lasts only as long as its transaction");
    edits.push_back({connect->end - std::string_view("connect").size(), connect->end, "begin"});
    mend.summary = "The connection's own transaction, which env.py begins, is committed at its end.";
    return mend;
  }
  edits.push_back(env->before(*online.configure, {online.connection + ".commit()"}));
  mend.summary = std::string(
      base::trim(mend.summary + " What env.py begins before context.configure() is committed there."));
  return mend;
}

/// The revision's own commits go; a label that was to be committed before its use, in this way, stands in an
/// autocommit block instead.
Mended<Mend> in_the_revision(const Ground& ground) {
  const chain::Revision* revision = ground.revision();
  if (revision == nullptr) return not_mended("it is not known which revision it is");
  const PythonSource* source = WINDLASS_TRY(ground.sources.of(revision->file));
  const Node* upgrade = source->function("upgrade");
  if (upgrade == nullptr) return not_mended("the revision has no function upgrade");
  const std::vector<const Node*> commits = commits_in(*source, *upgrade);
  if (commits.empty())
    return not_mended(fmt::format(
        "no statement of {} is a commit of the migration's own connection and nothing else", source->file()));
  if (parts_the_work(*source, commits))
    return not_mended(fmt::format(
        "{} commits in a loop, and whether its work is to be done in parts is for a person to decide",
        source->file()));
  Mend mend;
  std::vector<edit::Edit>& edits = mend.edits[source->file()];
  for (const Node* each : commits) edits.push_back(source->without(*each));
  std::set<const Node*> in_blocks;
  for (const record::Statement& statement : ground.evidence.recording.statements) {
    if (statement.source.revision != revision->id || statement.failed()) continue;
    const auto targets = sql::read_targets(statement.text).targets;
    if (std::none_of(targets.begin(), targets.end(), [](const sql::Target& target) {
          return target.kind == "label" && target.action == sql::Action::Create;
        }))
      continue;
    const Place place = WINDLASS_TRY(statement_alone(ground, statement.source.location));
    if (place.statement->begin > commits.back()->begin || source->function_of(*place.statement) != upgrade ||
        !in_blocks.insert(place.statement).second)
      continue;
    if (source->parent(*place.statement) != upgrade)
      return not_mended(fmt::format("{} stands in a block of its own", where(*source, *place.call)));
    const std::string op = WINDLASS_TRY(op_of(*source));
    for (edit::Edit& each :
         in_block(*source, *place.statement, fmt::format("with {}.get_context().autocommit_block():", op)))
      edits.push_back(std::move(each));
  }
  mend.summary = "The revision leaves the commit to Alembic.";
  return mend;
}

}  // namespace

Mended<Mend> commit_the_run(const Ground& ground) {
  return ground.finding.revision.empty() ? in_env_py(ground) : in_the_revision(ground);
}

}  // namespace windlass::fix
