// S6: a name longer than 63 bytes, which the server cuts off with no more than a notice (42622). Two long
// names that begin alike become one: the second creation fails, or is skipped. SQLAlchemy shortens its own
// names by a digest and causes no notice.
#include <fmt/core.h>

#include <set>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "diagnose/server_error.h"
#include "sql/statement_kind.h"
#include "sql/targets.h"

namespace windlass::diagnose {

namespace {

/// The longest name of a server that is built as usual, in bytes.
constexpr size_t kLongest = 63;

struct Cut {
  const record::Statement* statement = nullptr;
  std::string written, kept;
};

/// Every name that was cut off, in order.
std::vector<Cut> cuts_of(const Context& context) {
  std::vector<Cut> cuts;
  for (const record::Statement& statement : context.evidence().recording.statements)
    for (const record::ServerMessage& notice : statement.notices) {
      if (notice.sqlstate != "42622") continue;
      const std::vector<std::string> names = quoted_names(notice.message);
      if (names.size() >= 2) cuts.push_back({&statement, names[0], names[1]});
    }
  return cuts;
}

/// Whether the statement made an object of that name which is kept.
const catalog::Effect* made_by(const Cut& cut) {
  for (const catalog::Effect& effect : cut.statement->effects)
    if (!effect.rolled_back && (effect.change == catalog::Change::Created || !effect.renamed_from.empty()) &&
        effect.object.name.ends_with("." + cut.kept))
      return &effect;
  return nullptr;
}

Finding begun(const Context& context, const Cut& cut) {
  Finding finding = finding_at(context, "name-truncated", cut.statement->source.revision,
                               place_of(context, *cut.statement));
  finding.statement = short_statement(*cut.statement);
  finding.fix.summary = "Give it a name of at most 63 bytes (letters beyond ASCII take more than one).";
  finding.fix.do_not =
      "Do not count on the server's cut: another server may be built with another length, and the models "
      "know the "
      "object by its long name.";
  return finding;
}

/// The name in the statement's text that the server cuts to `kept`; empty where there is none. By the text
/// and not by the notice: of a statement that failed not every run has it.
std::string written_as(const record::Statement& statement, const std::string& kept) {
  for (const sql::Target& target : sql::read_targets(statement.text).targets)
    for (const std::string& name : {target.name, target.new_name})
      if (name.size() > kept.size() && name.starts_with(kept) && kept.size() > kLongest - 4) return name;
  return "";
}

/// Two names that were cut to one.
void tell_collision(const Context& context, const Failure& failure, const Cut& first, const Cut& second,
                    std::vector<Finding>& findings) {
  Finding finding = begun(context, second);
  finding.sqlstate = failure.statement->error->sqlstate;
  finding.message = failure.statement->error->message;
  finding.statement_number = failure.statement->n;
  finding.cause = fmt::format(
      "\"{}\" ({}) and \"{}\" ({}) are longer than 63 bytes and begin alike: the server cuts both to \"{}\", "
      "so the "
      "second is there already.",
      first.written, sender(*first.statement, place_of(context, *first.statement)), second.written,
      sender(*second.statement, place_of(context, *second.statement)), second.kept);
  finding.evidence = {exhibit(*first.statement, "created", ""), exhibit(*second.statement, "failed", "")};
  findings.push_back(std::move(finding));
}

void look_for_collisions(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures()) {
    if (claimed(findings, *failure.statement)) continue;
    const auto name = existing_object(*failure.statement->error, failure.reading);
    if (!name || name->name.size() > kLongest || name->name.size() <= kLongest - 4) continue;
    const auto there = context.present(*name, *failure.statement);
    if (!there) continue;
    const Cut first{there->statement, written_as(*there->statement, name->name), name->name};
    const Cut second{failure.statement, written_as(*failure.statement, name->name), name->name};
    if (!first.written.empty() && !second.written.empty() && first.written != second.written)
      tell_collision(context, failure, first, second, findings);
  }
}

void tell_cut(const Context& context, const Cut& cut, const catalog::Effect* made,
              std::vector<Finding>& findings) {
  Finding finding = begun(context, cut);
  finding.severity = made != nullptr ? Severity::Warning : Severity::Info;
  finding.root = made != nullptr;
  if (made != nullptr) finding.object = made->object;
  finding.cause = fmt::format(
      "{} writes the name \"{}\", which is longer than 63 bytes: the server cuts it to \"{}\" and says so in "
      "a notice "
      "only.{}",
      sender(*cut.statement, place_of(context, *cut.statement)), cut.written, cut.kept,
      made != nullptr
          ? fmt::format(" The {} bears that name; whoever looks for the long one in the catalog (models, "
                        "inspection, autogenerate) does not find it.",
                        made->object.kind)
          : "");
  finding.evidence = {exhibit(*cut.statement, made != nullptr ? "created" : "", "")};
  findings.push_back(std::move(finding));
}

}  // namespace

void name_truncated(const Context& context, std::vector<Finding>& findings) {
  look_for_collisions(context, findings);
  if (!context.whole_chain_known()) return;
  std::set<std::string> told;
  for (const Cut& cut : cuts_of(context)) {
    if (cut.statement->failed() || cut.statement->source.revision.empty()) continue;
    const catalog::Effect* made = made_by(cut);
    // What was dropped again, or is only referred to by the same long name, is no harm.
    if (made != nullptr && context.evidence().after.find(made->object) == nullptr) continue;
    if (made == nullptr && sql::statement_kind(cut.statement->text) != "SELECT") continue;
    if (told.insert(cut.written).second) tell_cut(context, cut, made, findings);
  }
}

}  // namespace windlass::diagnose
