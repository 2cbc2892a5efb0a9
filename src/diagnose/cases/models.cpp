// What the project's models create, held against the head of the chain: what they use and the chain lacks is
// an error, for the application's own statements fail; what takes, gives or refuses other values a warning;
// what nothing hangs on is told in a few lines for all tables together.
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "diagnose/cases.h"
#include "diagnose/cases/catalogs.h"
#include "diagnose/cases/model_differences.h"
#include "diagnose/cases/model_labels.h"
#include "diagnose/compose.h"

namespace windlass::diagnose {

namespace {

constexpr size_t kShown = 12;    // exhibits of one finding
constexpr size_t kInACause = 4;  // names or sentences in a cause

/// A table of the models with what was found of it.
struct Compared {
  const run::MadeTable* table = nullptr;
  std::vector<ModelDifference> differences;
};

std::string name_of(const run::MadeTable& table) { return table.schema + "." + table.name; }

/// The catalog of one of the databases of a run.
const catalog::Snapshot* catalog_of(const run::Evidence& run, const std::string& database) {
  if (database == run.database) return run.after_read ? &run.after : nullptr;
  const auto found = run.elsewhere.find(database);
  return found == run.elsewhere.end() ? nullptr : &found->second;
}

base::Location place_of(const run::MadeTable& table, const std::string& column) {
  for (const run::MadeColumn& each : table.columns)
    if (each.name == column && each.at.line > 0) return each.at;
  return table.at;
}

std::string list_of(const std::vector<std::string>& names) {
  std::vector<std::string> first(names.begin(),
                                 names.begin() + static_cast<long>(std::min(names.size(), kInACause)));
  std::string text = base::join(first, ", ");
  if (names.size() > first.size()) text += fmt::format(" and {} more", names.size() - first.size());
  return text;
}

std::string sentences_of(const std::vector<const ModelDifference*>& all) {
  std::vector<std::string> first;
  for (size_t i = 0; i < all.size() && i < kInACause - 1; ++i) first.push_back(all[i]->sentence);
  std::string text = base::join(first, "; ");
  if (all.size() > first.size()) text += fmt::format("; and {} more", all.size() - first.size());
  return text;
}

void add_rest(Finding& finding, size_t all) {
  if (all > kShown) finding.evidence.push_back({"", {}, "", "", fmt::format("And {} more.", all - kShown)});
}

/// Where the chain made or changed the object last, each statement once.
void add_maker(Finding& finding, const run::Evidence& clean, const catalog::Object& object) {
  const record::Statement* maker = maker_of(clean, object);
  if (maker == nullptr) return;
  Exhibit made = exhibit(*maker, "", "The chain made or changed it here last.");
  for (const Exhibit& each : finding.evidence)
    if (each.location == made.location && each.statement == made.statement) return;
  finding.evidence.push_back(std::move(made));
}

Finding of_missing_tables(const std::vector<const run::MadeTable*>& tables) {
  Finding finding;
  finding.code = "missing-at-head";
  finding.object = catalog::Object{"table", name_of(*tables.front())};
  finding.location = tables.front()->at;
  std::vector<std::string> names;
  for (const run::MadeTable* table : tables) {
    names.push_back(name_of(*table));
    if (names.size() <= kShown)
      finding.evidence.push_back(
          {"", table->at, "", "", fmt::format("Table {} is only in the models.", names.back())});
  }
  add_rest(finding, names.size());
  finding.cause =
      names.size() == 1
          ? fmt::format(
                "Table {} is only in the models: the chain ends without it, and the first statement of the "
                "application on it fails with 42P01.",
                names.front())
          : fmt::format(
                "{} tables are only in the models: {}. The chain ends without them, and the first statement "
                "of the application on one of them fails with 42P01.",
                names.size(), list_of(names));
  finding.fix.summary = "Write the revision that is missing: `alembic revision --autogenerate` proposes it.";
  finding.fix.do_not =
      "Do not let create_all at the application's start make it: the revision that comes later "
      "collides with it.";
  return finding;
}

Finding of_missing_columns(const Compared& compared, const std::vector<const ModelDifference*>& missing,
                           const run::Evidence& clean) {
  Finding finding;
  finding.code = "missing-at-head";
  finding.object = missing.front()->object;
  finding.location = place_of(*compared.table, missing.front()->column);
  std::vector<std::string> names;
  for (const ModelDifference* each : missing) {
    names.push_back(each->object.name);
    if (names.size() <= kShown)
      finding.evidence.push_back({"", place_of(*compared.table, each->column), "", "", each->sentence + "."});
  }
  add_rest(finding, names.size());
  add_maker(finding, clean, {"table", name_of(*compared.table)});
  const bool one = names.size() == 1;
  finding.cause = fmt::format(
      "{} {} {} only in the models: the chain ends without {}, and every SELECT of the mapped class fails "
      "with 42703.",
      one ? "Column" : "Columns", list_of(names), one ? "is" : "are", one ? "it" : "them");
  finding.fix.summary = fmt::format(
      "Write the revision that adds {}: `alembic revision --autogenerate` proposes it.", one ? "it" : "them");
  return finding;
}

/// The column whose values a sequence gives, or nowhere.
base::Location place_of_sequence(const run::ModelsMade& made, const std::string& sequence) {
  for (const run::MadeTable& table : made.tables)
    for (const run::MadeColumn& column : table.columns)
      if (column.sequence == sequence) return place_of(table, column.name);
  return {};
}

Finding of_missing_sequences(const std::vector<catalog::Object>& sequences, const run::ModelsMade& made) {
  Finding finding;
  finding.code = "missing-at-head";
  finding.object = sequences.front();
  finding.location = place_of_sequence(made, sequences.front().name);
  std::vector<std::string> names;
  for (const catalog::Object& each : sequences) {
    names.push_back(each.name);
    if (names.size() <= kShown)
      finding.evidence.push_back({"", place_of_sequence(made, each.name), "", "",
                                  fmt::format("Sequence {} is only in the models.", each.name)});
  }
  const bool one = names.size() == 1;
  finding.cause = fmt::format(
      "{} {} {} only in the models: SQLAlchemy asks {} for the next value before an INSERT, which fails with "
      "42P01.",
      one ? "Sequence" : "Sequences", list_of(names), one ? "is" : "are", one ? "it" : "them");
  finding.fix.summary = "Write the revision that creates it: op.execute(sa.schema.CreateSequence(...)).";
  return finding;
}

Finding of_behaviour(const Compared& compared, const std::vector<const ModelDifference*>& differences,
                     const run::Evidence& clean) {
  Finding finding;
  finding.code = "head-differs-from-models";
  finding.severity = Severity::Warning;
  finding.object = catalog::Object{"table", name_of(*compared.table)};
  finding.location = place_of(*compared.table, differences.front()->column);
  for (size_t i = 0; i < differences.size() && i < kShown; ++i)
    finding.evidence.push_back(
        {"", place_of(*compared.table, differences[i]->column), "", "", differences[i]->sentence + "."});
  add_rest(finding, differences.size());
  for (size_t i = 0; i < differences.size() && i < kShown; ++i)
    if (differences[i]->at_head) add_maker(finding, clean, differences[i]->object);
  finding.cause = fmt::format("Table {} is another one in the models than at the chain's head: {}.",
                              name_of(*compared.table), sentences_of(differences));
  finding.fix.summary =
      "Decide which of the two is meant: write a revision that brings the database to the models, or let the "
      "models "
      "say what the database has.";
  return finding;
}

/// What is harmless, over all tables: what it is about, and what to do with it.
struct Harmless {
  Aspect aspect;
  const char* what;
  const char* advice;
};
constexpr Harmless kHarmless[] = {
    {Aspect::Name, "Constraints or indexes have other names in the models than at the chain's head",
     "Nothing fails until a revision drops one by its name. A naming_convention on MetaData, in models and "
     "revisions "
     "alike, keeps the names together."},
    {Aspect::Index, "Indexes stand only in the models or only in the chain",
     "Statements give the same rows, at another speed. Create in a revision what the models ask for; name in "
     "the "
     "models what the chain has, or the next autogenerate drops it."},
    {Aspect::Looser, "Columns differ in what no statement of the models meets",
     "What the application sends is taken. Rows that others write may hold what the models exclude."},
    {Aspect::OnlyInHead,
     "Tables, columns or constraints stand only at the chain's head, and no model has them",
     "The application does not see them; constraints may refuse what it writes. Drop in a revision what is "
     "not used any "
     "more, or leave it out of autogenerate by include_object."},
    {Aspect::Looks, "Comments or the order of columns differ",
     "No statement that names its columns sees it."},
};

Finding of_harmless(const Harmless& harmless,
                    const std::vector<std::pair<base::Location, std::string>>& lines,
                    const catalog::Object& first) {
  Finding finding;
  finding.code = "head-differs-from-models";
  finding.severity = Severity::Info;
  finding.root = false;
  finding.object = first;
  finding.location = lines.front().first;
  std::vector<std::string> words;
  for (size_t i = 0; i < lines.size(); ++i) {
    words.push_back(lines[i].second);
    if (i < 2 * kShown) finding.evidence.push_back({"", lines[i].first, "", "", lines[i].second + "."});
  }
  if (lines.size() > 2 * kShown)
    finding.evidence.push_back({"", {}, "", "", fmt::format("And {} more.", lines.size() - 2 * kShown)});
  const size_t told = std::min<size_t>(words.size(), 3);
  finding.cause = fmt::format("{}: {}{}.", harmless.what,
                              base::join({words.begin(), words.begin() + static_cast<long>(told)}, "; "),
                              words.size() > told ? fmt::format("; and {} more", words.size() - told) : "");
  finding.fix.summary = harmless.advice;
  // Which tables have it today is not what it is known by.
  Finding alike = finding;
  alike.object.reset();
  alike.cause = harmless.what;
  finding.fingerprint = fingerprint(alike);
  return finding;
}

/// Sequences that the models ask for by name; those that columns own come with their columns.
std::vector<catalog::Object> missing_sequences(const catalog::Snapshot& models,
                                               const catalog::Snapshot& head) {
  std::vector<catalog::Object> found;
  for (const catalog::Fact& fact : models.facts)
    if (fact.object.kind == "sequence" && !base::contains(fact.definition, "\"owned_by\"") &&
        head.find(fact.object) == nullptr)
      found.push_back(fact.object);
  return found;
}

/// One database of the run: what is found in it.
class DatabaseComparison {
 public:
  DatabaseComparison(const run::CaseRun& run, const std::string& database, const catalog::Snapshot& models,
                     const catalog::Snapshot& head)
      : clean_(*run.clean),
        made_(run.runs.back()->models_made),
        database_(database),
        models_(models),
        head_(head),
        of_models_(models),
        of_head_(head) {}

  void add_findings(std::vector<Finding>& findings) {
    compare_tables();
    if (!missing_.empty()) findings.push_back(of_missing_tables(missing_));
    for (const Compared& each : compared_)
      if (const auto missing = of(each, Aspect::Missing); !missing.empty())
        findings.push_back(of_missing_columns(each, missing, clean_));
    if (const auto sequences = missing_sequences(models_, head_); !sequences.empty())
      findings.push_back(of_missing_sequences(sequences, made_));
    for (const run::MadeEnum& each : made_.enums)
      if (each.database == database_)
        if (auto finding = label_finding(each, models_, head_, clean_))
          findings.push_back(std::move(*finding));
    for (const Compared& each : compared_)
      if (const auto differences = of(each, Aspect::Behaviour); !differences.empty())
        findings.push_back(of_behaviour(each, differences, clean_));
    for (const Harmless& harmless : kHarmless) add_harmless(harmless, findings);
  }

 private:
  void compare_tables() {
    std::vector<const run::MadeTable*> tables;
    std::set<std::string> seen;  // several mappings of one table are one
    for (const run::MadeTable& table : made_.tables)
      if (table.database == database_ && table.included && of_models_.has_table(name_of(table)) &&
          seen.insert(name_of(table)).second)
        tables.push_back(&table);
    std::set<std::string> missing;
    for (const run::MadeTable* table : tables)
      if (!of_head_.has_relation(name_of(*table))) {
        missing_.push_back(table);
        missing.insert(name_of(*table));
      }
    for (const run::MadeTable* table : tables)
      if (of_head_.has_table(name_of(*table)))
        compared_.push_back(
            {table, model_differences(*table, of_models_.parts_of(table->schema, table->name),
                                      of_head_.parts_of(table->schema, table->name), missing)});
  }

  static std::vector<const ModelDifference*> of(const Compared& compared, Aspect aspect) {
    std::vector<const ModelDifference*> found;
    for (const ModelDifference& each : compared.differences)
      if (each.aspect == aspect) found.push_back(&each);
    return found;
  }

  void add_harmless(const Harmless& harmless, std::vector<Finding>& findings) const {
    std::vector<std::pair<base::Location, std::string>> lines;
    std::optional<catalog::Object> first;
    const auto add = [&](const base::Location& at, const catalog::Object& object, std::string sentence) {
      if (!first) first = object;
      lines.emplace_back(at, std::move(sentence));
    };
    if (harmless.aspect == Aspect::OnlyInHead)
      for (const std::string& table : made_.others)
        // What stood there before the chain is not the chain's.
        if (of_head_.has_table(table) && clean_.before.find({"table", table}) == nullptr &&
            database_ == clean_.database)
          add({}, {"table", table}, fmt::format("table {} is mapped by no model", table));
    for (const Compared& each : compared_)
      for (const ModelDifference* difference : of(each, harmless.aspect))
        add(place_of(*each.table, difference->column), difference->object, difference->sentence);
    if (!lines.empty()) findings.push_back(of_harmless(harmless, lines, *first));
  }

  const run::Evidence& clean_;
  const run::ModelsMade& made_;
  const std::string& database_;
  const catalog::Snapshot &models_, &head_;
  const Tables of_models_, of_head_;
  std::vector<const run::MadeTable*> missing_;
  std::vector<Compared> compared_;
};

/// Models of a library have no place in the project: then the chain's own statement is the one to look at.
void place_by_maker(Finding& finding, const run::Evidence& clean) {
  if (finding.location.known() || !finding.object) return;
  if (const record::Statement* maker = maker_of(clean, *finding.object)) {
    finding.location = maker->source.location;
    finding.revision = maker->source.revision;
  }
}

}  // namespace

std::vector<Finding> models_findings(const run::CaseRun& run, const SourceLines&) {
  const run::Evidence& made = *run.runs.back();
  std::set<std::string> databases;
  for (const run::MadeTable& table : made.models_made.tables) databases.insert(table.database);
  std::vector<Finding> findings;
  for (const std::string& database : databases) {
    const catalog::Snapshot *models = catalog_of(made, database), *head = catalog_of(*run.clean, database);
    if (models == nullptr || head == nullptr) continue;
    DatabaseComparison(run, database, *models, *head).add_findings(findings);
  }
  for (Finding& finding : findings) place_by_maker(finding, *run.clean);
  return findings;
}

}  // namespace windlass::diagnose
