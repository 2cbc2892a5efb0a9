#include "diagnose/missing_together.h"

#include <fmt/core.h>

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <limits>
#include <string_view>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/source_scan.h"

namespace windlass::diagnose {

namespace {

/// From here on it is not a table or two that somebody forgot.
constexpr std::ptrdiff_t kSeveral = 3;
/// As many names as a sentence bears.
constexpr size_t kNamed = 10;

bool one_of(std::string_view word, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// A root about an object that no revision creates.
bool nothing_creates(const Finding& finding) {
  return finding.root && finding.object && !finding.follows_from && finding.statement_number > 0 &&
         one_of(finding.code, {"only-in-models", "never-created"});
}

/// Whether a later revision makes it, and drops first what may be there.
bool may_have_been_there(const Finding& finding, const SourceLines& source) {
  if (!source || finding.code != "created-later" || !finding.root || finding.follows_from ||
      !finding.object || finding.evidence.empty())
    return false;
  const base::Location& place = finding.evidence.back().location;
  const std::vector<Declared> all = declared_in(source({place.file, 0, 0}));
  return std::any_of(all.begin(), all.end(), [&](const Declared& each) {
    return each.line == place.line && each.replaces == Replaces::WhatMayBeThere &&
           each.name.name == last_part(*finding.object);
  });
}

bool is_table(const Finding& finding) { return one_of(finding.object->kind, {"relation", "table"}); }

bool is_of_models(const Finding* finding) { return finding->code == "only-in-models"; }

/// What comes with tables, and is named without one.
bool stands_alone(const Finding& finding) {
  return is_table(finding) || one_of(finding.object->kind, {"index", "sequence", "type", "view"});
}

/// The finding about the table of an index that is missing with it, or nullptr. DROP INDEX does not say
/// which table that is; op.drop_index does.
const Finding* table_of_index(const std::vector<Finding>& findings, const Finding& index,
                              const SourceLines& source) {
  if (!nothing_creates(index) || index.object->kind != "index" || !index.location.known()) return nullptr;
  const std::string table = indexed_table(source({index.location.file, 0, 0}), index.location.line);
  const auto found = std::find_if(findings.begin(), findings.end(), [&](const Finding& other) {
    return nothing_creates(other) && is_table(other) && last_part(*other.object) == table;
  });
  return table.empty() || found == findings.end() ? nullptr : &*found;
}

/// How many tables revisions made before that statement, without `but`.
std::ptrdiff_t tables_made_before(const run::Evidence& gone_on, int statement, const std::string& but = {}) {
  std::ptrdiff_t made = 0;
  for (const record::Statement& each : gone_on.recording.statements)
    if (each.n < statement && !each.source.revision.empty() && each.source.revision != but &&
        each.source.operation != "version")
      made += std::count_if(each.effects.begin(), each.effects.end(), [](const catalog::Effect& effect) {
        return effect.object.kind == "table" && effect.change == catalog::Change::Created;
      });
  return made;
}

std::vector<const Finding*> one_per_table(const std::vector<Finding>& findings) {
  std::vector<const Finding*> result;
  for (const Finding& finding : findings)
    if (nothing_creates(finding) && is_table(finding) &&
        std::none_of(result.begin(), result.end(),
                     [&](const Finding* other) { return *other->object == *finding.object; }))
      result.push_back(&finding);
  return result;
}

/// Several tables that the models define, which create_all made therefore, of which the first is missing from
/// the beginning (no revision before makes a table); or several, whoever made them, of a chain that has not
/// made a table by then at all, or makes fewer of them than it misses. Else each may be a slip of its own.
bool lacks_its_beginning(const std::vector<const Finding*>& tables, const run::Evidence& gone_on) {
  const auto earlier = [](const Finding* a, const Finding* b) {
    return a->statement_number < b->statement_number;
  };
  const auto first = std::min_element(tables.begin(), tables.end(), earlier);
  if (first == tables.end()) return false;
  if (tables_made_before(gone_on, (*first)->statement_number, (*first)->revision) > 0) return false;
  if (std::count_if(tables.begin(), tables.end(), is_of_models) >= kSeveral) return true;
  if (std::ssize(tables) < kSeveral) return false;
  return tables_made_before(gone_on, (*first)->statement_number) == 0 ||
         tables_made_before(gone_on, std::numeric_limits<int>::max()) < std::ssize(tables);
}

std::string names_of(const std::vector<const Finding*>& tables) {
  std::vector<std::string> names;
  for (size_t i = 0; i < tables.size() && i < kNamed; ++i) names.push_back(tables[i]->object->name);
  std::string text = base::join(names, ", ");
  if (tables.size() > kNamed) text += fmt::format(" and {} more", tables.size() - kNamed);
  return text;
}

Finding first_revision_missing(const std::vector<const Finding*>& tables, const run::Evidence& gone_on) {
  const bool of_models = std::any_of(tables.begin(), tables.end(), is_of_models);
  Finding finding = *tables.front();
  finding.code = "first-revision-missing";
  finding.object.reset();
  finding.cause = fmt::format(
      "The chain does not begin with an empty database: it changes {} tables that no revision creates ({}). "
      "Where it ran so far they were there before it, made by {}.",
      tables.size(), names_of(tables),
      of_models ? "create_all, by an older tool or by a person" : "a program, an older tool or a person");
  // Of several bases, the one that met it; behind the base, the base.
  const std::vector<std::string>& bases = gone_on.chain.bases;
  const bool met_by_a_base = std::find(bases.begin(), bases.end(), finding.revision) != bases.end();
  const std::string& base = bases.empty() || met_by_a_base ? finding.revision : bases.front();
  finding.fix.summary = fmt::format("Write the revision that creates them, before {}.", base);
  finding.fix.steps = {
      "On an empty database, with the models as they were then (from the project's history), `alembic "
      "revision --autogenerate` writes most of it; without models, the schema dump of a database that never "
      "got past the beginning does.",
      fmt::format("Give it down_revision = None, and in the file of revision {}:\ndown_revision = \"<its "
                  "id>\"\nDatabases that are further on do not run it.",
                  base),
      "Where the project really fills the database itself before it migrates, give windlass the SQL that "
      "stands for that:\n[scratch]\nsetup = [\"prerequisites.sql\"]"};
  finding.fix.do_not =
      "Do not call create_all in that revision: it makes the tables of today's models, and the revisions "
      "after it collide with them.";
  finding.fingerprint = fingerprint(finding);
  return finding;
}

}  // namespace

std::vector<int> missing_together(std::vector<Finding>& findings, const run::Evidence& gone_on,
                                  const SourceLines& source) {
  std::vector<int> followers;
  const auto follow = [&](Finding& finding, int root) {
    finding.root = false;
    finding.follows_from = root;
    followers.push_back(finding.id);
  };
  if (source)
    for (Finding& finding : findings)
      if (const Finding* table = table_of_index(findings, finding, source)) follow(finding, table->id);
  const std::vector<const Finding*> tables = one_per_table(findings);
  if (!lacks_its_beginning(tables, gone_on)) return followers;
  Finding root = first_revision_missing(tables, gone_on);
  root.id = static_cast<int>(findings.size()) + 1;
  for (Finding& finding : findings)
    if ((nothing_creates(finding) && stands_alone(finding)) || may_have_been_there(finding, source))
      follow(finding, root.id);
  findings.push_back(std::move(root));
  return followers;
}

}  // namespace windlass::diagnose
