#include "diagnose/duplicate_differs.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/definition_parts.h"
#include "diagnose/duplicate_sides.h"
#include "diagnose/enum_fix.h"
#include "diagnose/sender.h"

namespace windlass::diagnose {

namespace {

constexpr size_t kInTheCause = 4;  // differences; the rest stands with the evidence
constexpr size_t kMostPlaces = 3;  // of statements
constexpr size_t kLongestRest = 600;
constexpr const char* kDecideFirst =
    "First decide which of the two definitions is meant: they differ, as the finding duplicate-differs tells "
    "of this statement.";
constexpr const char* kRepeats =
    "The second one repeats the first as it was made; what has changed since, the finding duplicate-differs "
    "tells.";

using About = Difference::About;

struct Case {
  const Context& context;
  const record::Statement& failed;
  const std::vector<record::Statement>& statements;
  const sql::Target& target;
  const catalog::Object& object;
};

/// Whether a target of a later statement is about the part that differs.
bool is_about(const Case& c, const sql::Target& target, const Difference& difference) {
  const catalog::Object& part = difference.part;
  if (part.kind == "label")
    return target.kind == "label" && target.table == c.target.name &&
           (target.name == part.name || target.new_name == part.name);
  // One without a name may be this one; what is more there than is wanted may be added under another name.
  if (part.kind == "constraint" && target.kind == "constraint" &&
      (target.name.empty() || difference.about == About::Extra))
    return target.table == last_part({"table", parent_of(part)});
  if (target.kind != part.kind) return false;
  if (matches(part, name_of(target))) return true;
  Name renamed = name_of(target);
  renamed.name = target.new_name;
  return target.action == sql::Action::Rename && matches(part, renamed);
}

/// Whether a later statement has the last word.
bool settled_later(const Case& c, const Difference& difference) {
  return std::any_of(c.statements.begin(), c.statements.end(), [&](const record::Statement& statement) {
    const bool same = statement.source.revision == c.failed.source.revision;
    if (statement.n <= c.failed.n || (!same && difference.about != About::Missing)) return false;
    const sql::Reading reading = sql::read_targets(statement.text);
    return std::any_of(reading.targets.begin(), reading.targets.end(), [&](const sql::Target& target) {
      const bool creates = target.action == sql::Action::Create;
      // One more duplicate of the whole has no more to say than this one.
      if (creates && !target.or_replace && difference.part == c.object) return false;
      const bool makes = creates || target.action == sql::Action::Rename;
      return (makes || same) && target.action != sql::Action::Refer && is_about(c, target, difference);
    });
  });
}

/// Whether what is there would be another, had the faults before this one been mended.
bool left_undone(const Case& c, const std::vector<Undone>& undone, const Difference& difference) {
  return std::any_of(undone.begin(), undone.end(), [&](const Undone& fault) {
    const auto& targets = fault.reading.targets;
    return (!fault.duplicate && std::any_of(targets.begin(), targets.end(),
                                            [&](const sql::Target& target) {
                                              return target.action != sql::Action::Refer &&
                                                     is_about(c, target, difference);
                                            })) ||
           std::any_of(fault.declared.begin(), fault.declared.end(),
                       [&](const Declared& declared) { return matches(difference.part, declared.name); });
  });
}

/// How what is there becomes what is wanted.
std::string change_of(const catalog::Object& object) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kWays = {{
      {"table", "op.add_column, op.alter_column, op.create_..._constraint"},
      {"column", "op.alter_column"},
      {"constraint", "op.drop_constraint, then the new one"},
      {"index", "op.drop_index, then the new one"},
      {"sequence", "ALTER SEQUENCE"},
      {"view", "CREATE OR REPLACE VIEW, or DROP VIEW before it where a column goes"},
      {"materialized view", "DROP MATERIALIZED VIEW, then the new one"},
      {"function", "CREATE OR REPLACE FUNCTION, or DROP FUNCTION before it where the result changes"},
      {"procedure", "CREATE OR REPLACE PROCEDURE"},
      {"aggregate", "CREATE OR REPLACE AGGREGATE"},
      {"trigger", "DROP TRIGGER, then the new one"},
      {"policy", "ALTER POLICY, or DROP POLICY and the new one"},
      {"schema", "ALTER SCHEMA ... OWNER TO"},
      {"extension", "ALTER EXTENSION ... SET SCHEMA, or UPDATE TO"},
  }};
  for (const auto& [kind, way] : kWays)
    if (kind == object.kind) return std::string(way);
  return "";
}

std::string type_change(const std::string& definition, const catalog::Object& type,
                        const std::vector<Difference>& differences) {
  const std::string is = text_part(definition, "is");
  if (is == "domain") return "ALTER DOMAIN";
  if (is == "composite") return "ALTER TYPE ... ADD, DROP or ALTER ATTRIBUTE";
  std::vector<std::string> added;
  for (const Difference& each : differences)
    if (each.part.kind == "label" && each.about == About::Missing && added.size() < kInTheCause)
      added.push_back(fmt::format(
          "op.execute({})", python_strings({fmt::format("ALTER TYPE {} ADD VALUE '{}'", sql_name_of(type),
                                                        base::replace_all(each.part.name, "'", "''"))})));
  if (!added.empty()) return base::join(added, ", ") + " in an autocommit_block()";
  return "make a type of the wanted definition under a new name, and change the columns to it";
}

/// Each difference once: a constraint over two columns belongs to both.
std::vector<std::string> words_of(const std::vector<DuplicateObject>& objects) {
  std::vector<std::string> words;
  for (const DuplicateObject& object : objects)
    for (const Difference& difference : object.differences)
      if (!base::contains(words, difference.words)) words.push_back(difference.words);
  return words;
}

/// The statements that made what is there, or made it first.
std::vector<Sighting> makers_of(const std::vector<DuplicateObject>& objects, bool first) {
  std::vector<Sighting> makers;
  for (const DuplicateObject& object : objects) {
    const auto& made = first ? object.first : object.maker;
    if (made && std::none_of(makers.begin(), makers.end(),
                             [&](const Sighting& other) { return other.statement == made->statement; }))
      makers.push_back(*made);
  }
  return makers;
}

/// The statements that changed what differs, after it was first made.
std::vector<Sighting> changes_since(const Context& context, const record::Statement& failed,
                                    const std::vector<DuplicateObject>& objects) {
  std::vector<Sighting> changes;
  const auto concerns = [&](const catalog::Effect& effect, const DuplicateObject& object) {
    return std::any_of(
        object.differences.begin(), object.differences.end(), [&](const Difference& difference) {
          const catalog::Object& part = difference.part.kind == "label" ? object.object : difference.part;
          return effect.object == part ||
                 (effect.object.kind == part.kind && effect.renamed_from == part.name);
        });
  };
  for (const DuplicateObject& object : objects)
    for (const Sighting& change : context.changes_before(
             failed, [&](const catalog::Effect& effect) { return concerns(effect, object); }))
      if (change.statement->n > object.first->statement->n &&
          std::none_of(changes.begin(), changes.end(),
                       [&](const Sighting& other) { return other.statement == change.statement; }))
        changes.push_back(change);
  return changes;
}

std::string senders(const Context& context, const std::vector<Sighting>& sightings) {
  std::vector<std::string> words;
  for (size_t i = 0; i < std::min(sightings.size(), kMostPlaces); ++i)
    words.push_back(sender(*sightings[i].statement, place_of(context, *sightings[i].statement)));
  const size_t more = sightings.size() - words.size();
  return base::join(words, " and ") + (more == 0 ? "" : fmt::format(" and {} more", more));
}

/// "revision 0003 (versions/3.py:9, :12) and revision 0005 (versions/5.py:8)".
std::string revisions_of(const Context& context, const std::vector<Sighting>& sightings) {
  struct Changed {
    std::string revision;
    std::vector<base::Location> places;
  };
  std::vector<Changed> revisions;
  for (const Sighting& sighting : sightings) {
    const std::string revision = by_whom(*sighting.statement);
    if (revisions.empty() || revisions.back().revision != revision) revisions.push_back({revision, {}});
    std::vector<base::Location>& places = revisions.back().places;
    const base::Location place = place_of(context, *sighting.statement);
    if (place.known() && std::none_of(places.begin(), places.end(), [&](const base::Location& other) {
          return other.file == place.file && other.line == place.line;
        }))
      places.push_back(place);
  }
  std::vector<std::string> words;
  for (const auto& [revision, places] : revisions) {
    std::vector<std::string> listed;
    for (size_t i = 0; i < std::min(places.size(), kMostPlaces); ++i)
      listed.push_back(i > 0 && places[i].file == places[i - 1].file ? fmt::format(":{}", places[i].line)
                                                                     : base::to_string(places[i]));
    if (places.size() > kMostPlaces) listed.emplace_back("...");
    words.push_back(revision + (listed.empty() ? "" : fmt::format(" ({})", base::join(listed, ", "))));
  }
  return base::join(words, " and ");
}

/// The advice where what is wanted is what was there once.
void mend_repeated(Finding& finding, const std::string& way) {
  finding.fix.summary =
      "Take the second creation out, where what has changed since is meant to stay: it asks for nothing that "
      "the "
      "first one did not make.";
  finding.fix.steps = {
      fmt::format("Where one of the changes is to be undone: write that as a change of its own{}.",
                  way.empty() ? "" : ": " + way)};
}

void mend(Finding& finding, const std::string& way) {
  finding.fix.summary = "Decide which of the two definitions is meant, before one of them is taken out.";
  finding.fix.steps = {
      "If it is the one that is there: see what relies on the other one, in later revisions and in the "
      "application.",
      fmt::format("If it is the other one: change what is there instead of creating it again{}.",
                  way.empty() ? "" : ": " + way)};
}

Finding finding_of(const Context& context, const record::Statement& failed,
                   const std::vector<DuplicateObject>& objects, bool as_first_made) {
  const DuplicateObject& front = objects.front();
  const base::Location place = place_of(context, failed);
  Finding finding = finding_at(context, "duplicate-differs", failed.source.revision, place);
  finding.severity = Severity::Warning;
  finding.object = objects.size() == 1 ? front.object : catalog::Object{"table", parent_of(front.object)};
  finding.statement = short_statement(failed);
  finding.statement_number = failed.n;

  std::vector<std::string> words = words_of(objects), rest;
  if (words.size() > kInTheCause) {
    rest.assign(words.begin() + kInTheCause, words.end());
    words.resize(kInTheCause);
  }
  const std::string differences =
      base::join(words, "; ") + (rest.empty() ? "" : fmt::format("; and {} more", rest.size()));
  const std::string who = sender(failed, place);
  const auto makers = makers_of(objects, as_first_made);
  const auto changes = as_first_made ? changes_since(context, failed, objects) : std::vector<Sighting>();
  if (as_first_made && !changes.empty())
    finding.cause = fmt::format(
        "{} repeats the definition that {} had at first, made by {}, and that {} changed since: {}.", who,
        objects.size() == 1 ? the(front.object) : "columns of " + the(*finding.object),
        senders(context, makers), revisions_of(context, changes), differences);
  else
    finding.cause = fmt::format(
        "{} wants {} than {} there{}: {}. Taking one of the two creations out does not settle which is "
        "meant.",
        who,
        objects.size() == 1 ? "another " + the(front.object) : "other columns of " + the(*finding.object),
        objects.size() == 1 ? "the one that is" : "those that are",
        makers.empty() ? "" : ", made by " + senders(context, makers), differences);

  for (const Sighting& maker : makers) finding.evidence.push_back(exhibit(maker, ""));
  for (size_t i = 0; i < std::min(changes.size(), kMostPlaces); ++i)
    finding.evidence.push_back(exhibit(changes[i], "Changed what was first made."));
  finding.evidence.push_back(
      exhibit(failed, "failed",
              "The server built it, once the other was out of its way, and undid that again." +
                  (rest.empty() ? std::string()
                                : fmt::format(" What differs besides: {}.",
                                              base::shorten(base::join(rest, "; "), kLongestRest)))));
  const std::string way =
      front.object.kind == "type"
          ? type_change(context.definition_before(front.object, failed), front.object, front.differences)
          : change_of(front.object);
  if (as_first_made)
    mend_repeated(finding, way);
  else
    mend(finding, way);
  finding.fix.do_not =
      "Do not get past it with IF NOT EXISTS or a caught error: whichever definition came first would stay, "
      "without a word.";
  return finding;
}

}  // namespace

std::optional<DuplicateDiffers> duplicate_differs(const Context& context, const record::Statement& failed,
                                                  const std::vector<catalog::Fact>& wanted,
                                                  const std::vector<record::Statement>& statements,
                                                  const std::vector<Undone>& undone) {
  std::vector<DuplicateObject> objects = duplicate_objects(context, failed, wanted);
  for (DuplicateObject& each : objects)
    std::erase_if(each.differences, [&, c = Case{context, failed, statements, each.target, each.object}](
                                        const Difference& difference) {
      return settled_later(c, difference) || left_undone(c, undone, difference);
    });
  std::erase_if(objects, [](const DuplicateObject& each) { return each.differences.empty(); });
  if (objects.empty()) return std::nullopt;
  DuplicateDiffers result;
  result.as_first_made = std::all_of(objects.begin(), objects.end(),
                                     [](const DuplicateObject& each) { return each.as_first_made; });
  for (const DuplicateObject& each : objects)
    for (const Difference& difference : each.differences)
      if (difference.about == About::Missing) result.lacking.push_back(difference.part);
  result.finding = finding_of(context, failed, objects, result.as_first_made);
  return result;
}

void tell_beside(Finding& duplicate, const DuplicateDiffers& differs) {
  Fix& fix = duplicate.fix;
  // Met again at one place, as in a loop.
  if (fix.summary == kDecideFirst || base::contains(fix.steps, kRepeats)) return;
  std::erase(fix.steps, kTheyDiffer);
  if (differs.as_first_made) {
    fix.steps.emplace_back(kRepeats);
    return;
  }
  fix.steps.insert(fix.steps.begin(), {"Where the one that is there is meant:", std::move(fix.summary)});
  fix.steps.emplace_back("Where the other one is meant: see the advice of that finding.");
  fix.summary = kDecideFirst;
}

}  // namespace windlass::diagnose
