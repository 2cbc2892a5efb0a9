#include "fix/proof.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "catalog/compare.h"
#include "edit/lines.h"

namespace windlass::fix {

namespace {

using diagnose::Finding;

std::set<std::string> fingerprints(const std::vector<Finding>& findings) {
  std::set<std::string> all;
  for (const Finding& each : findings) all.insert(each.fingerprint);
  return all;
}

/// How many revisions the faithful run finished.
size_t came_to(const run::Evidence& run) {
  return static_cast<size_t>(
      std::count_if(run.steps.begin(), run.steps.end(), [](const run::Step& step) { return step.finished; }));
}

/// The finding is about a line that the mend wrote.
bool in_written_lines(const Finding& finding, const std::map<std::string, std::vector<edit::Edit>>& edits,
                      const std::map<std::string, std::string>& texts) {
  const auto file = edits.find(finding.location.file);
  const auto text = texts.find(finding.location.file);
  if (file == edits.end() || text == texts.end()) return false;
  const edit::Lines lines(text->second);
  size_t shift_in = 0, shift_out = 0;
  for (const edit::Edit& edit : edit::sorted(file->second)) {
    const size_t begin = edit.begin + shift_in - shift_out;
    shift_in += edit.text.size();
    shift_out += edit.end - edit.begin;
    // Blanks alone are no statement: a block was put around what was there. What changed within a line leaves
    // the statement the user's own; what fails there now stood behind the finding.
    if (base::trim(edit.text).empty() || edit.text.find_first_of("\r\n") == std::string::npos) continue;
    const size_t first = begin + edit.text.find_first_not_of(" \t\r\n");
    const size_t last = begin + edit.text.find_last_not_of(" \t\r\n");
    if (lines.line_at(first) <= finding.location.line && finding.location.line <= lines.line_at(last))
      return true;
  }
  return false;
}

/// It is what the finding is about, or a part of it.
bool concerns(const catalog::Object& object, const Finding& finding) {
  if (!finding.object) return false;
  const std::string& name = finding.object->name;
  // It has another name then, in the same table.
  if (finding.code == "constraint-named-otherwise" && object.kind == finding.object->kind &&
      object.name.substr(0, object.name.rfind('.')).ends_with(name.substr(0, name.rfind('.'))))
    return true;
  // A UNIQUE constraint's index bears its name, in the table's schema.
  if (finding.object->kind == "constraint" && object.kind == "index") {
    const std::string schema = name.substr(0, name.find('.') + 1);
    if (object.name == schema + name.substr(name.rfind('.') + 1)) return true;
  }
  return object.name == name || object.name.starts_with(name + ".") || object.name.ends_with(" " + name) ||
         base::contains(object.name, " " + name + ".");
}

/// A statement of the mended chain drops it, or what it is a part of: the run past the failures had not come
/// so far.
bool dropped_by_the_chain(const run::Evidence& run, const catalog::Object& object) {
  for (const record::Statement& statement : run.recording.statements)
    for (const catalog::Effect& effect : statement.effects)
      if (effect.change == catalog::Change::Dropped && !effect.rolled_back &&
          (effect.object == object || object.name.starts_with(effect.object.name + ".")))
        return true;
  return false;
}

std::string without_its_name(const catalog::Object& object, const std::string& definition) {
  return base::replace_all(definition, " " + object.name.substr(object.name.rfind('.') + 1) + " ON ", " ON ");
}

/// Of a constraint or an index that create_all made: the chain itself makes the same, by its own name.
bool there_by_another_name(const catalog::Snapshot& after, const catalog::Difference& lost) {
  const bool constraint = lost.object.kind == "constraint";
  if (!constraint && lost.object.kind != "index") return false;
  const std::string within = lost.object.name.substr(0, lost.object.name.rfind('.') + 1);
  return std::any_of(after.facts.begin(), after.facts.end(), [&](const catalog::Fact& fact) {
    return fact.object.kind == lost.object.kind && fact.object.name.starts_with(within) &&
           without_its_name(fact.object, fact.definition) == without_its_name(lost.object, lost.before);
  });
}

/// Alembic's own table, which windlass widens where it goes on past an id that is too long.
bool of_the_version_table(const run::Evidence& run, const catalog::Object& object) {
  const std::string table = "." + run.settings.version_table;
  const size_t at = object.name.find(table);
  return at != std::string::npos &&
         (at + table.size() == object.name.size() || object.name[at + table.size()] == '.');
}

/// The tool said so, and nothing of it was committed: there is no catalog to keep to.
bool nothing_was_committed(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(), [](const Finding& each) {
    return each.code == "exit-zero-nothing-committed" && each.scenario == "clean";
  });
}

void compare_catalogs(const Checked& before, const Checked& after, const Finding& mended, Judged& judged) {
  const bool was_sound =
      run::succeeded(*before.clean) && before.past == nullptr && !nothing_was_committed(*before.findings);
  const run::Evidence& a = before.evidence();
  const run::Evidence& b = after.evidence();
  if (!a.after_read || !b.after_read) {
    judged.catalog = "unknown";
    return;
  }
  judged.catalog = "equal";
  std::vector<std::string> lost;
  for (const catalog::Difference& each : catalog::compare(a.after, b.after, "before", "mended")) {
    if (of_the_version_table(a, each.object) && !was_sound) continue;
    judged.catalog = "different";
    judged.differences.push_back(each.sentence);
    if (concerns(each.object, mended)) continue;
    // What a block hid was not made, and what belongs to it neither.
    if (mended.code == "caught-in-a-block" && each.change == catalog::Change::Created) continue;
    if (mended.code == "created-by-create-all" && each.change == catalog::Change::Dropped &&
        there_by_another_name(b.after, each))
      continue;
    // A chain that broke made less than it would have; what it made must be there still.
    if (was_sound || (each.change == catalog::Change::Dropped && !dropped_by_the_chain(b, each.object)))
      lost.push_back(each.sentence);
  }
  if (!lost.empty() && judged.failed_because.empty())
    judged.failed_because =
        fmt::format("the chain would then make another catalog: {}{}", lost.front(),
                    lost.size() > 1 ? fmt::format(" (and {} more)", lost.size() - 1) : "");
}

}  // namespace

Judged judge(const Checked& before, const Checked& after, const Finding& mended,
             const std::map<std::string, std::vector<edit::Edit>>& edits,
             const std::map<std::string, std::string>& texts) {
  Judged judged;
  const std::set<std::string> then = fingerprints(*before.findings), now = fingerprints(*after.findings);
  for (const std::string& each : then)
    if (!now.contains(each)) judged.gone.push_back(each);
  if (now.contains(mended.fingerprint)) judged.failed_because = "the finding is there as before";
  for (const Finding& each : *after.findings) {
    if (then.contains(each.fingerprint) || !each.counts() || !each.root ||
        each.severity == diagnose::Severity::Info)
      continue;
    const bool own = in_written_lines(each, edits, texts);
    (own ? judged.caused : judged.come_to_light).push_back(each.fingerprint);
    if (own && judged.failed_because.empty())
      judged.failed_because = "what it wrote fails itself: " + each.cause;
    if (each.incomplete && judged.failed_because.empty())
      judged.failed_because = "the mended chain could not be looked at: " + each.cause;
  }
  const size_t revisions = came_to(*before.clean), mended_revisions = came_to(*after.clean);
  if (mended_revisions < revisions && judged.failed_because.empty())
    judged.failed_because = fmt::format("the chain then stops earlier: after {} instead of {}",
                                        base::count_of(mended_revisions, "revision"), revisions);
  if (run::succeeded(*before.clean) && !run::succeeded(*after.clean) && judged.failed_because.empty())
    judged.failed_because = "the chain then fails";
  compare_catalogs(before, after, mended, judged);
  judged.proven = judged.failed_because.empty();
  return judged;
}

}  // namespace windlass::fix
