#include "diagnose/duplicate_differs.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/definition_differences.h"
#include "diagnose/definition_parts.h"
#include "diagnose/enum_fix.h"
#include "diagnose/sender.h"
#include "run/set_aside.h"
#include "sql/tokens.h"

namespace windlass::diagnose {

namespace {

constexpr size_t kInTheCause = 4;  // differences; the rest stands with the evidence
constexpr size_t kLongestRest = 600;
constexpr const char* kDecideFirst =
    "First decide which of the two definitions is meant: they differ, as the finding duplicate-differs tells "
    "of this statement.";

using About = Difference::About;

struct Case {
  const Context& context;
  const record::Statement& failed;
  const std::vector<catalog::Fact>& wanted;
  const std::vector<record::Statement>& statements;
  sql::Target target;
  catalog::Object object;
};

bool is_table(std::string_view kind) { return kind == "table" || kind == "foreign table"; }

/// "public.users" of a table itself and of each of its parts.
std::string table_of(const catalog::Object& object) {
  return is_table(object.kind) ? object.name : parent_of(object);
}

/// The one thing that the statement made under the name it gives.
std::optional<catalog::Object> made_by(const sql::Target& target, const std::vector<catalog::Fact>& wanted) {
  std::optional<catalog::Object> found;
  for (const catalog::Fact& fact : wanted) {
    if (fact.object.kind != target.kind || !matches(fact.object, name_of(target))) continue;
    if (found) return std::nullopt;
    found = fact.object;
  }
  return found;
}

std::vector<Defined> wanted_parts(const Case& c, std::string_view kind, const std::string& table) {
  std::vector<Defined> parts;
  for (const catalog::Fact& fact : c.wanted)
    if (fact.object.kind == kind && parent_of(fact.object) == table)
      parts.push_back({fact.object, fact.definition});
  return parts;
}

std::vector<Defined> parts_there(const Case& c, std::string_view kind, const std::string& table) {
  std::vector<Defined> parts;
  for (const catalog::Object& object : c.context.objects_before(c.failed, [&](const catalog::Object& each) {
         return each.kind == kind && parent_of(each) == table;
       }))
    parts.push_back({object, c.context.definition_before(object, c.failed)});
  return parts;
}

/// Constraints that came with the object itself, from one statement: of those that were added by themselves,
/// nobody knows whether the revision means to add them, too.
std::vector<Defined> made_together(const Case& c, const std::vector<Defined>& constraints) {
  // A rename gives an object to whoever renamed it.
  const auto creator = [&](const catalog::Object& object) {
    const auto made = c.context.maker(object);
    return made && made->effect->change == catalog::Change::Created ? made->statement : nullptr;
  };
  std::vector<Defined> together;
  const record::Statement* maker = creator(c.object);
  for (const Defined& constraint : constraints) {
    const bool about_it = is_table(c.object.kind) ||
                          sql::has_name(text_part(constraint.definition, "definition"), c.target.name);
    if (maker != nullptr && creator(constraint.object) == maker && about_it) together.push_back(constraint);
  }
  return together;
}

std::vector<Difference> differences_of(const Case& c) {
  const Defined there{c.object, c.context.definition_before(c.object, c.failed)};
  Defined wanted;
  for (const catalog::Fact& fact : c.wanted)
    if (fact.object == c.object) wanted = {fact.object, fact.definition};
  if (there.definition.empty()) return {};
  const bool table = is_table(c.object.kind);
  if (!table && c.object.kind != "column") return own_differences(there, wanted);
  const std::string name = table_of(c.object);
  std::vector<Difference> found = table ? table_differences(there, parts_there(c, "column", name), wanted,
                                                            wanted_parts(c, "column", name))
                                        : own_differences(there, wanted);
  const std::vector<Defined> constraints = parts_there(c, "constraint", name);
  for (Difference& each : constraint_differences(constraints, made_together(c, constraints),
                                                 wanted_parts(c, "constraint", name)))
    found.push_back(std::move(each));
  return found;
}

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
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 13> kWays = {{
      {"table", "op.add_column, op.alter_column, op.create_..._constraint"},
      {"column", "op.alter_column"},
      {"constraint", "op.drop_constraint, then the new one"},
      {"index", "op.drop_index, then the new one"},
      {"sequence", "ALTER SEQUENCE"},
      {"view", "CREATE OR REPLACE VIEW, or DROP VIEW before it where a column goes"},
      {"materialized view", "DROP MATERIALIZED VIEW, then the new one"},
      {"function", "CREATE OR REPLACE FUNCTION, or DROP FUNCTION before it where the result changes"},
      {"procedure", "CREATE OR REPLACE PROCEDURE"},
      {"trigger", "DROP TRIGGER, then the new one"},
      {"policy", "ALTER POLICY, or DROP POLICY and the new one"},
      {"schema", "ALTER SCHEMA ... OWNER TO"},
      {"extension", "ALTER EXTENSION ... SET SCHEMA, or UPDATE TO"},
  }};
  for (const auto& [kind, way] : kWays)
    if (kind == object.kind) return std::string(way);
  return "";
}

std::string type_change(const Case& c, const std::vector<Difference>& differences) {
  const std::string is = text_part(c.context.definition_before(c.object, c.failed), "is");
  if (is == "domain") return "ALTER DOMAIN";
  if (is == "composite") return "ALTER TYPE ... ADD, DROP or ALTER ATTRIBUTE";
  std::vector<std::string> added;
  for (const Difference& each : differences)
    if (each.part.kind == "label" && each.about == About::Missing && added.size() < kInTheCause)
      added.push_back(fmt::format(
          "op.execute({})", python_strings({fmt::format("ALTER TYPE {} ADD VALUE '{}'", sql_name_of(c.object),
                                                        base::replace_all(each.part.name, "'", "''"))})));
  if (!added.empty()) return base::join(added, ", ") + " in an autocommit_block()";
  return "make a type of the wanted definition under a new name, and change the columns to it";
}

}  // namespace

std::optional<DuplicateDiffers> duplicate_differs(const Context& context, const record::Statement& failed,
                                                  const std::vector<catalog::Fact>& wanted,
                                                  const std::vector<record::Statement>& statements,
                                                  const std::vector<Undone>& undone) {
  const auto target = run::sole_creation(sql::read_targets(failed.text));
  if (!target || wanted.empty()) return std::nullopt;
  const auto object = made_by(*target, wanted);
  if (!object) return std::nullopt;
  const Case c{context, failed, wanted, statements, *target, *object};
  std::vector<Difference> differences = differences_of(c);
  std::erase_if(differences, [&](const Difference& each) {
    return settled_later(c, each) || left_undone(c, undone, each);
  });
  if (differences.empty()) return std::nullopt;

  const auto first = context.maker(*object);
  const base::Location place = place_of(context, failed);
  Finding finding = finding_at(context, "duplicate-differs", failed.source.revision, place);
  finding.severity = Severity::Warning;
  finding.object = *object;
  finding.statement = short_statement(failed);
  finding.statement_number = failed.n;
  std::vector<std::string> words, rest;
  for (const Difference& each : differences)
    (words.size() < kInTheCause ? words : rest).push_back(each.words);
  finding.cause = fmt::format(
      "{} wants another {} than the one that is there{}: {}. Taking one of the two creations out does not "
      "settle which is meant.",
      sender(failed, place), the(*object),
      first ? fmt::format(", made by {}", sender(*first->statement, place_of(context, *first->statement)))
            : std::string(),
      base::join(words, "; ") + (rest.empty() ? "" : fmt::format("; and {} more", rest.size())));
  if (first) finding.evidence.push_back(exhibit(*first, ""));
  finding.evidence.push_back(
      exhibit(failed, "failed",
              "The server built it, once the other was out of its way, and undid that again." +
                  (rest.empty() ? std::string()
                                : fmt::format(" What differs besides: {}.",
                                              base::shorten(base::join(rest, "; "), kLongestRest)))));
  finding.fix.summary = "Decide which of the two definitions is meant, before one of them is taken out.";
  finding.fix.steps = {
      "If it is the one that is there: see what relies on the other one, in later revisions and in the "
      "application."};
  const std::string way = object->kind == "type" ? type_change(c, differences) : change_of(*object);
  finding.fix.steps.push_back(
      way.empty()
          ? std::string("If it is the other one: change what is there instead of creating it again.")
          : fmt::format("If it is the other one: change what is there instead of creating it again: {}.",
                        way));
  finding.fix.do_not =
      "Do not get past it with IF NOT EXISTS or a caught error: whichever definition came first would stay, "
      "without a word.";
  DuplicateDiffers result{std::move(finding), {}};
  for (const Difference& each : differences)
    if (each.about == About::Missing) result.lacking.push_back(each.part);
  return result;
}

void decide_first(Finding& duplicate) {
  Fix& fix = duplicate.fix;
  if (fix.summary == kDecideFirst) return;  // met again: one object, several statements of a revision
  std::vector<std::string> steps = {"Where the one that is there is meant:", std::move(fix.summary)};
  for (std::string& step : fix.steps)
    if (step != kTheyDiffer) steps.push_back(std::move(step));
  steps.emplace_back("Where the other one is meant: see the advice of that finding.");
  fix.summary = kDecideFirst;
  fix.steps = std::move(steps);
}

}  // namespace windlass::diagnose
