// S7, G1: an object that is not there. Is it in a schema that is not looked in, was it dropped, will it be
// created later or on another branch, is the name a misspelling, or does nothing create it?
// SQLSTATEs 42P01 42703 42704 3F000 42883, and 42830 (no unique constraint for a foreign key).
#include <fmt/core.h>

#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/models.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "diagnose/server_error.h"
#include "sql/extension_objects.h"

namespace windlass::diagnose {

namespace {

const std::vector<std::string> kMadeOutside = {
    "If it was made outside the chain (by hand, by a script, by another project, by create_all at start-up), "
    "write the revision that makes it, as it is in production.",
    "If another project really owns it, give windlass the SQL that stands for it:\n[scratch]\nsetup = "
    "[\"prerequisites.sql\"]"};
constexpr const char* kDoNotSkip =
    "Do not skip the statement when the object is absent: production and clean databases would differ.";

struct Missing {
  const Context& context;
  const Failure& failure;
  Name name;
  const record::Statement& statement() const { return *failure.statement; }
};

Finding start(const Missing& m, std::string code) {
  Finding finding = finding_of(m.context, m.failure, std::move(code));
  finding.object = catalog::Object{m.name.kind, m.name.text()};
  return finding;
}

void add_failing(const Missing& m, Finding& finding) {
  finding.evidence.push_back(exhibit(m.statement(), "failed", ""));
  finding.evidence.back().location = finding.location;
}

Finding other_schema(const Missing& m, const Sighting& made) {
  Finding finding = start(m, "schema-not-in-search-path");
  const std::string& real = made.effect->object.name;
  finding.cause = fmt::format(
      "{} names the {} without a schema, but it is {}, and that schema is not in the session's search_path.",
      sender(m.statement(), finding.location), the(m.name), real);
  finding.evidence.push_back(exhibit(made, fmt::format("Creates {}.", the(made.effect->object))));
  add_failing(m, finding);
  finding.fix.summary = fmt::format("Name the schema: {}.", real);
  finding.fix.steps = {fmt::format("Write {} in SQL, or schema={} in the operation.", real,
                                   python_strings({parent_of(made.effect->object)}))};
  return finding;
}

Finding dropped_before(const Missing& m, const Sighting& dropped) {
  Finding finding = start(m, "dropped-before");
  const bool renamed = dropped.effect->change != catalog::Change::Dropped;
  const std::string& dropper = dropped.statement->source.revision;
  const bool parallel = m.context.on_other_branches(dropper, finding.revision);
  const std::string how =
      renamed ? fmt::format("renamed to \"{}\"", last_part(dropped.effect->object)) : std::string("dropped");
  finding.cause = fmt::format(
      "{} needs the {}, but it was {} by {} ({}){}.", sender(m.statement(), finding.location), the(m.name),
      how, sender(*dropped.statement, place_of(m.context, *dropped.statement)), by_whom(*dropped.statement),
      parallel ? " on another branch: nothing says which of the two runs first" : "");
  const auto made = m.context.last_creation(m.name, *dropped.statement);
  if (made) finding.evidence.push_back(exhibit(*made, "Created it."));
  finding.evidence.push_back(exhibit(dropped, renamed ? "Renamed it." : "Dropped it."));
  add_failing(m, finding);
  finding.fix.summary = renamed ? fmt::format("Use its new name, \"{}\".", last_part(dropped.effect->object))
                                : "Take out the later use, or the earlier drop.";
  if (parallel)
    finding.fix.steps = {
        fmt::format("Or, where the use is right before it, in the file of revision {}:\n"
                    "depends_on = {}",
                    dropper, python_strings({finding.revision}))};
  finding.fix.do_not =
      "Do not write IF EXISTS around the later use: whatever it was to do would be skipped in silence.";
  return finding;
}

Finding created_later(const Missing& m, const Plan& plan) {
  Finding finding = start(m, plan.same_branch ? "created-later" : "created-on-other-branch");
  const std::string who = sender(m.statement(), finding.location);
  const std::string& revision = finding.revision;
  if (plan.revision == revision) {
    finding.cause = fmt::format("{} needs the {}, which the same revision creates only further down, {}.",
                                who, the(m.name), at(plan.location));
    finding.fix.summary = "Move the creation above its first use.";
    finding.fix.steps = {
        fmt::format("Move the creation {} above {}.", at(plan.location), base::to_string(finding.location))};
  } else if (plan.same_branch) {
    finding.cause = fmt::format("{} needs the {}, which only a later revision creates: {} ({}).", who,
                                the(m.name), plan.revision, base::to_string(plan.location));
    finding.fix.summary =
        fmt::format("Move what needs it to revision {} or after it, or create it earlier.", plan.revision);
    finding.fix.steps = {
        "If databases exist that have passed both revisions, move the use, not the creation: a revision "
        "that has been released must keep creating what it created."};
  } else {
    finding.cause = fmt::format(
        "{} needs the {}, which revision {} creates ({}) on another branch: nothing says that it must run "
        "first.",
        who, the(m.name), plan.revision, base::to_string(plan.location));
    finding.fix.summary = fmt::format("Say that revision {} needs revision {}.", revision, plan.revision);
    finding.fix.steps = {fmt::format("In the file of revision {}:\ndepends_on = {}", revision,
                                     python_strings({plan.revision}))};
  }
  add_failing(m, finding);
  finding.evidence.push_back({plan.revision, plan.location, "", "", "Would create it."});
  if (plan.replaces == Replaces::WhatMayBeThere)
    finding.fix.steps.push_back(
        "That revision drops it first, where it is there (IF EXISTS). If it was there before the chain, "
        "write the revision that makes it, before this one.");
  finding.certainty = Certainty::Seen;
  finding.fix.do_not = "Do not run the later revision's SQL by hand: the next clean database fails again.";
  return finding;
}

std::string nearest_name(const Missing& m) {
  std::vector<std::string> names;
  for (const catalog::Object& object : m.context.objects_before(m.statement())) {
    if (!kind_matches(object.kind, m.name.kind)) continue;
    if (m.name.kind == "column" || m.name.kind == "constraint" || m.name.kind == "trigger" ||
        m.name.kind == "policy") {
      if (object.kind != m.name.kind) continue;
      if (!m.name.table.empty() &&
          !matches({"table", parent_of(object)}, {"table", m.name.schema, "", m.name.table}))
        continue;
    } else if (!m.name.schema.empty() && parent_of(object) != m.name.schema) {
      continue;
    }
    names.push_back(last_part(object));
  }
  return base::nearest(m.name.name, names);
}

Finding misspelt(const Missing& m, const std::string& nearest) {
  Finding finding = start(m, "name-misspelt");
  finding.cause =
      fmt::format("{} names the {}, which nothing creates; there is a \"{}\", which is probably meant.",
                  sender(m.statement(), finding.location), the(m.name), nearest);
  Name meant = m.name;
  meant.name = nearest;
  if (const auto made = m.context.last_creation(meant, m.statement()))
    finding.evidence.push_back(exhibit(*made, fmt::format("Creates \"{}\".", nearest)));
  add_failing(m, finding);
  finding.fix.summary = fmt::format("Write \"{}\" instead of \"{}\".", nearest, m.name.name);
  if (base::to_lower(nearest) == base::to_lower(m.name.name))
    finding.fix.steps = {"PostgreSQL folds names without quotes to lower case; with quotes, case counts."};
  return finding;
}

Finding created_elsewhere(const Missing& m, const base::Location& place) {
  Finding finding = start(m, "created-elsewhere");
  finding.cause = fmt::format(
      "{} needs the {}, which no revision of this chain creates; {} does, which is no part of it.",
      sender(m.statement(), finding.location), the(m.name), base::to_string(place));
  add_failing(m, finding);
  finding.evidence.push_back({"", place, "", "", "Would create it."});
  finding.certainty = Certainty::Seen;
  finding.fix.summary = "Say who owns it: this chain, or what stands outside of it.";
  finding.fix.steps = {
      "If the chain needs it in every database, write the revision that makes it, before this one, as it is "
      "in production.",
      fmt::format(
          "If it is there before the chain runs, by another project or a script, give windlass the SQL for "
          "it:\n[scratch]\nsetup = [{}]",
          python_strings({place.file.ends_with(".sql") ? place.file : "prerequisites.sql"}))};
  finding.fix.do_not = kDoNotSkip;
  return finding;
}

Finding only_in_models(const Missing& m, const base::Location& place) {
  Finding finding = start(m, "only-in-models");
  finding.cause = fmt::format(
      "{} needs the {}, which no revision of this chain creates: only the project's models define it{}. "
      "Where "
      "the chain ran so far, create_all or a person had made it.",
      sender(m.statement(), finding.location), the(m.name),
      place.known() ? " (" + base::to_string(place) + ")" : "");
  add_failing(m, finding);
  if (place.known()) finding.evidence.push_back({"", place, "", "", "The models define it."});
  finding.certainty = Certainty::Seen;
  finding.fix.summary = "Write the revision that creates it, before this one, as it was made then.";
  finding.fix.steps = {
      "Where the chain began on a database that create_all had filled, it lacks its first revision: `alembic "
      "revision --autogenerate` against an empty database writes one; take out of it what later revisions "
      "add.",
      "Where the project fills the database itself before it migrates, give windlass the SQL that stands for "
      "that:\n[scratch]\nsetup = [\"prerequisites.sql\"]"};
  finding.fix.do_not =
      "Do not call create_all in a revision: it makes the tables of today's models, and the revisions after "
      "it "
      "collide with them.";
  return finding;
}

bool is_block_that_catches(const record::Statement& statement) {
  const sql::Reading reading = sql::read_targets(statement.text);
  return reading.do_block && !reading.caught.empty();
}

/// A block that would have made it, had it not caught an error; or nothing.
std::optional<Sighting> caught_creation(const Missing& m) {
  const auto meant = m.context.created_by_text(m.name, m.statement());
  return meant && is_block_that_catches(*meant->statement) ? meant : std::nullopt;
}

Finding caught_in_a_block(const Missing& m, const Sighting& block) {
  Finding finding = start(m, "never-created");
  const base::Location place = place_of(m.context, *block.statement);
  const auto caught = sql::read_targets(block.statement->text).caught;
  finding.cause = fmt::format(
      "{} needs the {}, which {} ({}) was to make, and did not; that block catches errors ({}), so that one "
      "it met would not show.",
      sender(m.statement(), finding.location), the(m.name), sender(*block.statement, place),
      by_whom(*block.statement), base::join(caught, ", "));
  finding.evidence.push_back(
      exhibit(*block.statement, "skipped", "It ended without an error, and without the object."));
  add_failing(m, finding);
  finding.fix.summary =
      "See why the block did not make it: take its EXCEPTION part out, and run again; an error would then "
      "show.";
  finding.fix.steps = {
      "Where one error is to be borne, catch that by name, and nothing else: WHEN duplicate_column, not WHEN "
      "OTHERS."};
  finding.fix.do_not =
      "Do not put a block like that around the later use, too: what it was to do would be missing.";
  return finding;
}

/// Quoted where a name needs no quotes, or would be an odd one ("physical:host"): other servers read that as
/// a text. Whoever writes "userId" means a name.
bool may_be_a_text(const std::string& name, std::string_view statement) {
  const bool odd = std::any_of(name.begin(), name.end(), [](unsigned char c) {
    return c < 0x80 && std::isalnum(c) == 0 && c != '_' && c != '$';
  });
  return (odd || sql_name({name}) == name) && base::contains(statement, "\"" + name + "\"");
}

Finding never_created(const Missing& m) {
  Finding finding = start(m, "never-created");
  finding.cause = fmt::format(
      "{} needs the {}, and nothing in the chain was seen to create it, neither before this place nor in a "
      "later revision.",
      sender(m.statement(), finding.location), the(m.name));
  add_failing(m, finding);
  finding.fix.summary = "Create it in a revision before this one.";
  finding.fix.steps = kMadeOutside;
  if (m.name.kind == "column" && may_be_a_text(m.name.name, m.statement().text)) {
    const std::string text = "'" + base::replace_all(m.name.name, "'", "''") + "'";
    finding.fix.steps.insert(
        finding.fix.steps.begin(),
        fmt::format("If a text is meant and no column: write {}. In double quotes PostgreSQL reads a name; "
                    "MySQL, and SQLite where no column has it, read a text there.",
                    text));
  }
  finding.fix.do_not = kDoNotSkip;
  return finding;
}

/// It was to be there before: what is planned takes it away first. `plan`: of the same revision, or a later
/// one.
Finding made_anew(const Missing& m, const Plan& plan) {
  Finding finding = start(m, "never-created");
  const bool same = plan.revision == finding.revision;
  finding.cause = fmt::format(
      "{} needs the {}, which was to be there before: {} takes it away and makes it anew ({}), and nothing "
      "in the chain was seen to create it earlier.",
      sender(m.statement(), finding.location), the(m.name),
      same ? "the revision" : "revision " + plan.revision, base::to_string(plan.location));
  add_failing(m, finding);
  finding.evidence.push_back({plan.revision, plan.location, "", "", "Makes it anew."});
  finding.fix.summary = "Create it in a revision before this one, as it was before it was made anew.";
  finding.fix.steps = kMadeOutside;
  finding.fix.do_not = kDoNotSkip;
  return finding;
}

/// Whether the failing statement was to take it away, or to give it another name.
bool makes_room(const Failure& failure, const Name& name) {
  return std::any_of(
      failure.reading.targets.begin(), failure.reading.targets.end(), [&](const sql::Target& t) {
        return (t.action == sql::Action::Drop || t.action == sql::Action::Rename) && t.name == name.name &&
               (t.table.empty() || name.table.empty() || t.table == name.table);
      });
}

/// 42830: a foreign key to columns that no unique constraint covers.
bool no_unique_key(const Context& context, const Failure& failure, std::vector<Finding>& findings) {
  if (failure.statement->error->sqlstate != "42830") return false;
  const std::vector<std::string> names = quoted_names(failure.statement->error->message);
  Finding finding = finding_of(context, failure, "unique-key-missing");
  const std::string table = names.empty() ? "" : names.front();
  if (!table.empty()) finding.object = catalog::Object{"table", table};
  finding.cause = fmt::format(
      "{} makes a foreign key to table \"{}\", whose referenced columns have no primary key or unique "
      "constraint at this point "
      "of the chain.",
      sender(*failure.statement, finding.location), table);
  finding.evidence = {exhibit(*failure.statement, "failed", "")};
  finding.evidence.back().location = finding.location;
  finding.fix.summary =
      "Make the referenced columns unique first, with a constraint (a unique index with a WHERE does not "
      "do).";
  finding.fix.steps = {
      fmt::format("op.create_unique_constraint(\"uq_{}_...\", {}, [...])", table, python_strings({table}))};
  findings.push_back(std::move(finding));
  return true;
}

/// Of an extension that is there: what lacks is one for these arguments, or in this place.
bool comes_with_what_is_there(const Context& context, const Name& name, const record::Statement& statement) {
  const std::string extension(sql::extension_of(name.kind, name.name));
  const Name wanted{"extension", "", "", extension};
  return !extension.empty() &&
         (context.present(wanted, statement) ||
          (context.existed_before_the_run(wanted) && !context.last_drop(wanted, statement)));
}

}  // namespace

void object_missing(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures()) {
    const record::Statement& statement = *failure.statement;
    if (claimed(findings, statement) || no_unique_key(context, failure, findings)) continue;
    const std::optional<Name> name = missing_object(*statement.error, failure.reading);
    if (!name || name->empty()) continue;
    const Missing m{context, failure, *name};
    const auto made = context.present(*name, statement);
    const auto dropped = context.last_drop(*name, statement);
    if (dropped && !made) {
      findings.push_back(dropped_before(m, *dropped));
      continue;
    }
    if (made) {
      // It is there and yet was not found: a schema out of sight, or a function with other arguments.
      const bool hidden = name->schema.empty() && name->table.empty() &&
                          parent_of(made->effect->object) != "public" && name->kind != "function" &&
                          name->kind != "procedure" && made->effect->object.kind != "schema";
      const bool routine = name->kind == "function" || name->kind == "procedure";
      // Made, and undone within the block when a later command of it failed: of that no event tells.
      const bool undone = !hidden && !routine && is_block_that_catches(*made->statement);
      if (hidden) findings.push_back(other_schema(m, *made));
      if (undone) findings.push_back(caught_in_a_block(m, *made));
      continue;
    }
    const std::string revision = finding_of(context, failure, "").revision;
    const auto plan = context.planned_later(*name, revision, statement.source.location.line);
    if (plan) {
      const bool anew = plan->replaces == Replaces::WhatIsThere ||
                        (plan->revision == revision && makes_room(failure, *name));
      findings.push_back(anew ? made_anew(m, *plan) : created_later(m, *plan));
      continue;
    }
    if (context.existed_before_the_run(*name) || comes_with_what_is_there(context, *name, statement))
      continue;
    if (const auto block = caught_creation(m)) {
      findings.push_back(caught_in_a_block(m, *block));
      continue;
    }
    if (const auto place = context.planned_elsewhere(*name)) {
      findings.push_back(created_elsewhere(m, *place));
      continue;
    }
    if (const auto place = defined_by_models(context, *name)) {
      findings.push_back(only_in_models(m, *place));
      continue;
    }
    const std::string nearest = nearest_name(m);
    findings.push_back(nearest.empty() ? never_created(m) : misspelt(m, nearest));
  }
}

}  // namespace windlass::diagnose
