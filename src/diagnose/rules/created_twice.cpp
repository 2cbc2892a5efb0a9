// An object that is there already: both creators, who sent each of them, and why.
//
// The second is the failing statement; the first comes from the effects, which
// know what a DO block, a serial column or create_all made. SQLSTATEs:
// 42710 42P07 42701 42723 42P06 42P04, and 42P16 (a second primary key). Of two sessions at once:
// created_at_the_same_time.cpp.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/enum_fix.h"
#include "diagnose/first_creator.h"
#include "diagnose/python_words.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "diagnose/server_error.h"
#include "sql/statement_kind.h"

namespace windlass::diagnose {

namespace {

struct Case {
  const Context& context;
  const Failure& failure;
  Name name;
  std::optional<Sighting> first;
  base::Location second_place;
  const record::Statement& second() const { return *failure.statement; }
  base::Location first_place() const {
    return first ? place_of(context, *first->statement) : base::Location{};
  }
  bool same_revision() const {
    return first && first->statement->source.revision == second().source.revision;
  }
};

std::string code_for(const std::string& kind) {
  static constexpr std::array<std::string_view, 16> kOwn = {
      "type",     "table",   "column", "index", "constraint", "schema", "sequence", "view",
      "function", "trigger", "policy", "rule",  "extension",  "role",   "database", "label"};
  if (std::find(kOwn.begin(), kOwn.end(), kind) != kOwn.end()) return kind + "-created-twice";
  if (kind == "foreign table" || kind == "relation") return "table-created-twice";
  if (kind == "materialized view") return "view-created-twice";
  if (kind == "procedure" || kind == "aggregate") return "function-created-twice";
  return "object-created-twice";
}

/// What the text of each of the two statements creates under the name, as far as it can be read.
std::pair<std::optional<sql::Target>, std::optional<sql::Target>> both(const Case& c) {
  const auto find = [&](const sql::Reading& reading) -> std::optional<sql::Target> {
    for (const sql::Target& target : reading.targets)
      if (target.action == sql::Action::Create && target.name == c.name.name) return target;
    return std::nullopt;
  };
  if (!c.first) return {};
  return {find(sql::read_targets(c.first->statement->text)), find(c.failure.reading)};
}

std::string with_article(const std::string& kind) { return (kind == "index" ? "an " : "a ") + kind; }

/// Two things of one name. What differs in two of one kind is a finding of its own: duplicate_differs.h.
std::string other_kind(const Case& c) {
  const auto [a, b] = both(c);
  return a && b && a->kind != b->kind
             ? fmt::format("The first is {}, the second {}.", with_article(a->kind), with_article(b->kind))
             : std::string();
}

bool labels_differ(const Case& c) {
  const auto [a, b] = both(c);
  return a && b && !a->labels.empty() && !b->labels.empty() && a->labels != b->labels;
}

/// A table or view, whose row type bears its name.
bool has_row_type(std::string_view kind) {
  return kind == "table" || kind == "foreign table" || kind == "view" || kind == "materialized view";
}

/// One name for two kinds of thing: a type, and a table whose row type has the same name.
bool collides_with_row_type(const Case& c) {
  if (!c.first || c.name.kind != "type") return false;
  return has_row_type(c.first->effect->object.kind) ||
         std::any_of(c.failure.reading.targets.begin(), c.failure.reading.targets.end(),
                     [&](const sql::Target& target) {
                       return target.action == sql::Action::Create && target.name == c.name.name &&
                              has_row_type(target.kind);
                     });
}

/// The same line of the source, run twice.
bool one_place(const Case& c) {
  return c.first && c.second_place.line > 0 && c.second_place.file == c.first_place().file &&
         c.second_place.line == c.first_place().line && c.second_place.column == c.first_place().column;
}

bool second_key(const Case& c) { return c.second().error->sqlstate == "42P16"; }

/// What the statement calls its primary key; empty where it gives no name.
std::string wanted_key(const Case& c) {
  for (const sql::Target& target : c.failure.reading.targets)
    if (target.definition == "PRIMARY KEY" && target.table == c.name.table) return target.name;
  return "";
}

/// What a place of the source makes besides the object, as sentences; empty where nothing is known of.
struct Others {
  std::string stay;   // such a place cannot be told to go
  std::string again;  // what others have made already, too
};

bool is_the_object(const Case& c, const sql::Target& target) {
  return target.name == c.name.name ||
         (second_key(c) && target.definition == "PRIMARY KEY" && target.table == c.name.table);
}

Others makes_others(const Case& c, const record::Statement& maker) {
  std::vector<std::string> stay, again;
  for (const record::Statement& statement : c.context.evidence().recording.statements) {
    if (!maker.source.location.known() || statement.source.location != maker.source.location ||
        statement.source.helper != maker.source.helper || statement.source.revision != maker.source.revision)
      continue;
    // The type of a column comes and goes with its table.
    if (statement.source.emitted == "auto" && c.name.kind != "type") continue;
    for (const sql::Target& target : sql::read_targets(statement.text).targets) {
      if (target.action != sql::Action::Create || is_the_object(c, target)) continue;
      const Name other = name_of(target);
      if (c.name.kind == "table" && (other.kind == "column" || other.table == c.name.name)) continue;
      const std::string words = other.empty() ? "a " + other.kind + " without a name" : the(other);
      const auto there = other.empty() ? std::nullopt : c.context.present(other, c.second());
      const bool by_another = there && there->statement->source.location != maker.source.location;
      std::vector<std::string>& list = by_another ? again : stay;
      if (!base::contains(list, words)) list.push_back(words);
    }
  }
  const auto listed = [](const std::vector<std::string>& list) {
    return base::shorten(base::join(list, ", "), 200);
  };
  Others others;
  if (!again.empty())
    others.again = fmt::format("That place makes {}, too, which {} there already as well.", listed(again),
                               again.size() == 1 ? "is" : "are");
  if (!stay.empty()) others.stay = fmt::format("That place makes {}, too, which must stay.", listed(stay));
  for (const base::Location& place : {maker.source.helper, maker.source.location}) {
    if (!place.known() || !others.stay.empty()) continue;
    const int loop = loop_around(c.context.file_text(place.file), place.line);
    if (loop > 0)
      others.stay =
          fmt::format("That place stands in a loop (line {} of {}) and may make others, which must stay.",
                      loop, place.file);
  }
  return others;
}

void mend_row_type(const Case& c, Finding& finding) {
  finding.fix.summary = fmt::format("Give one of the two another name: \"{}\" cannot be both.", c.name.name);
  const EnumStory story = enum_story(c.context, c.second(), c.name.name);
  const base::Location place = story.seen != nullptr && story.automatic ? story.seen->at : c.second_place;
  finding.fix.steps = {fmt::format("If no database has it yet, the one {} is the one to rename.", at(place)),
                       "The application's models must use the new name, too."};
  finding.fix.do_not =
      "Do not write create_type=False or checkfirst=True to get past it: the column would then be of the "
      "table's row type. Do not DROP TYPE ... CASCADE: it drops every column of that type, with its data.";
}

void mend_one_place(const Case& c, Finding& finding) {
  finding.fix.summary = fmt::format("Let {} run once for each name, or give each round its own name.",
                                    sender(c.second(), c.second_place));
  finding.fix.steps = {"See what the loop, or the function that is called twice, puts into the name."};
  finding.fix.do_not =
      "Do not write IF NOT EXISTS or catch the error to get past it: the second object, which may be another "
      "one, would be missing without a word.";
}

void mend_type(const Case& c, Finding& finding) {
  const EnumStory second = enum_story(c.context, c.second(), c.name.name);
  const EnumStory first = c.first ? enum_story(c.context, *c.first->statement, c.name.name) : EnumStory{};
  std::vector<std::string> labels = labels_in(c.second().text, c.name.name);
  // What is there stays as it is, unless somebody decides otherwise.
  if (c.first && (labels.empty() || labels_differ(c)))
    labels = labels_in(c.first->statement->text, c.name.name);
  const EnumText text = enum_text(c.context, c.name, labels, second.seen, c.first_place());
  const EnumText first_text = enum_text(c.context, c.name, labels, first.seen, c.first_place());
  const std::string alter_labels = fmt::format(
      "The labels differ. If the second ones are the wanted ones, do not create the type again but change "
      "it: "
      "op.execute({}) in an autocommit_block() adds a label.",
      python_strings({fmt::format("ALTER TYPE {} ADD VALUE '...'", sql_name({c.name.schema, c.name.name}))}));
  Fix& fix = finding.fix;
  if (second.automatic) {
    const std::string declared = second.seen != nullptr ? at(second.seen->at) : "of the column";
    if (second.flag_lost && c.context.sqlalchemy_before(2, 0, 14)) {
      fix.summary = fmt::format("Write the columns out in {} instead of copying them.",
                                sender(c.second(), c.second_place));
      fix.steps = {
          "A copied column loses create_type=False before SQLAlchemy 2.0.14. Write the column in place:",
          text.declaration, "Or use SQLAlchemy 2.0.14 or newer."};
    } else {
      fix.summary =
          "Let one place create the type, and tell the column not to: postgresql.ENUM with "
          "create_type=False.";
      fix.steps = {kImportPostgresql, fmt::format("Replace the type {} by:", declared), text.declaration};
      if (c.first) {
        if (labels_differ(c)) fix.steps.insert(fix.steps.begin(), kTheyDiffer);
        const std::string keep = sender(*c.first->statement, c.first_place());
        const bool block = sql::statement_kind(c.first->statement->text) == "DO";
        if (block && c.same_revision()) {
          fix.steps.push_back(
              fmt::format("Replace the DO block {}, which hides errors, by:", at(c.first_place())));
          fix.steps.push_back(text.create);
        } else {
          fix.steps.push_back(fmt::format("The only creator is then {}; leave it as it is.", keep));
        }
      }
    }
  } else if (first.automatic) {
    fix.summary = fmt::format("Take out the second creation: {} has already created the type.",
                              sender(*c.first->statement, c.first_place()));
    fix.steps = {fmt::format("Delete {}.", sender(c.second(), c.second_place)),
                 "Or create the type by hand before the table, and give the column there:", kImportPostgresql,
                 first_text.declaration};
    if (labels_differ(c)) fix.steps.insert(fix.steps.begin(), alter_labels);
  } else {
    fix.summary = "Let one place create the type.";
    fix.steps = {fmt::format("Delete the creation by {}.", sender(c.second(), c.second_place))};
    const Others others = makes_others(c, c.second());
    if (!others.stay.empty())
      fix.steps = {
          fmt::format("Leave {} out of what {} makes.", the(c.name), sender(c.second(), c.second_place)),
          others.stay};
    if (!others.again.empty()) fix.steps.push_back(others.again);
    if (labels_differ(c)) fix.steps.push_back(alter_labels);
  }
  fix.do_not =
      "CREATE TYPE has no IF NOT EXISTS; a DO block, a test in pg_type or checkfirst=True guards only its "
      "own statement. "
      "Do not DROP TYPE ... CASCADE: it drops every column of that type, with its data. Do not stamp past "
      "the revision.";
}

void mend_other(const Case& c, Finding& finding) {
  const std::string second = sender(c.second(), c.second_place);
  const std::string first = c.first ? sender(*c.first->statement, c.first_place()) : "the first creator";
  const std::string kind = second_key(c) ? "primary key" : c.name.kind;
  Fix& fix = finding.fix;
  fix.summary =
      c.first ? fmt::format("Create the {} in one place only: keep {}, take out {}.", kind, first, second)
              : fmt::format("Take out {}, or the creation that came before it.", second);
  fix.steps = {fmt::format("Delete the creation of {} from {}.",
                           second_key(c) ? std::string("the primary key") : the(c.name), second)};
  const Others others = makes_others(c, c.second());
  if (!others.stay.empty()) {
    fix.summary =
        c.first ? fmt::format("Create the {} in one place only: keep {}, and leave it out of what {} makes.",
                              kind, first, second)
                : fmt::format("Leave the {} out of what {} makes.", kind, second);
    fix.steps = {others.stay};
  }
  if (!others.again.empty()) fix.steps.push_back(others.again);
  fix.do_not =
      "Do not write IF NOT EXISTS (if_not_exists=True) to get past it: whichever definition came first would "
      "stay, "
      "without a word. Do not stamp past the revision: the rest of it would never run.";
  if (kind == "extension") {
    fix.summary = "Write CREATE EXTENSION IF NOT EXISTS: it does nothing where the extension is there.";
    fix.steps = {fmt::format("op.execute('CREATE EXTENSION IF NOT EXISTS \"{}\"')", c.name.name)};
    fix.do_not = "Do not drop the extension with CASCADE: that drops every column and index that uses it.";
  } else if (kind == "role") {
    fix.summary = "Roles belong to the whole server, not to one database: create the role outside the chain.";
    fix.steps = {"Move CREATE ROLE into the provisioning of the server, and tell windlass.toml:",
                 fmt::format("[scratch]\nroles = [{}]", python_strings({c.name.name}))};
    fix.do_not = "Do not DROP ROLE or DROP OWNED to make room: other databases of the server may use it.";
  } else if (kind == "index" &&
             (c.second().source.operation == "create_table" || c.second().source.operation == "add_column")) {
    fix.steps.push_back(
        fmt::format("Take index=True (or unique=True) off the column {}.", at(c.second_place)));
  } else if (kind == "index") {
    if (c.first && by_itself(*c.first->statement) && c.first->statement->source.operation != "create_index")
      fix.steps.push_back(
          fmt::format("The first comes from index=True or unique=True on a column, {}: or take that off it.",
                      at(c.first_place())));
  } else if (two_keys_in_one(c.failure, c.name)) {
    fix.summary = "Give the table one primary key.";
    fix.steps = {
        fmt::format("Where several columns make it together, name them in one: PRIMARY KEY (a, b), in {}; "
                    "in Alembic, primary_key=True on each of the columns, or one sa.PrimaryKeyConstraint.",
                    second)};
  } else if (second_key(c)) {
    fix.do_not =
        "Do not drop the first key with CASCADE to make room: the foreign keys that refer to it would go "
        "with it.";
  } else if (kind == "constraint") {
    fix.steps.push_back(
        "A column's unique=True, primary_key=True or ForeignKey(...) already makes a constraint; "
        "a further op.create_..._constraint makes it twice.");
  } else if (kind == "column") {
    fix.steps.push_back(
        "If the revision was autogenerated against a database that lacked the column, "
        "its other operations may repeat earlier ones too.");
  }
}

/// The first creator built tables from the application's models, which are not part of the revision.
bool built_from_models(const Case& c) {
  if (!c.first) return false;
  const record::Source& source = c.first->statement->source;
  if (source.operation != "MetaData.create_all" && source.operation != "Table.create") return false;
  if (source.helper.known() || source.revision.empty()) return true;
  // A revision that spells its tables out itself is as frozen as one that calls op.create_table.
  for (const PythonWord& word : python_words(c.context.file_text(source.location.file)))
    if (word.name("Table") || word.name("declarative_base") || word.name("DeclarativeBase")) return false;
  return true;
}

Finding created_by_create_all(const Case& c) {
  Finding finding = finding_of(c.context, c.failure, "created-by-create-all");
  const std::string object = the(c.name);
  finding.cause = fmt::format(
      "{} builds the application's tables as they are today, so {} is there long before {} creates it.",
      sender(*c.first->statement, c.first_place()), object, sender(c.second(), c.second_place));
  finding.revision = c.first->statement->source.revision;
  finding.location = c.first_place();
  finding.statement = short_statement(*c.first->statement);
  finding.object = c.first->effect->object;
  finding.evidence = {exhibit(*c.first, why(c.context, *c.first->statement, c.name)),
                      exhibit(c.second(), "failed", "The revision that means to create it.")};
  const std::string& operation = c.first->statement->source.operation;
  if (finding.revision.empty()) {
    finding.fix.summary = "Let the chain alone make the tables.";
    finding.fix.steps = {
        fmt::format("Take {} {} out of what runs before the migrations.", operation, at(c.first_place()))};
    finding.fix.do_not =
        "Do not guard the revisions with IF NOT EXISTS or has_table: what they do beyond the models would be "
        "skipped. Do not stamp past them.";
    return finding;
  }
  finding.fix.summary = "Freeze that revision: write out the tables it stood for, with op.create_table.";
  finding.fix.steps = {
      fmt::format("Replace {} {} by op.create_table(...) calls for the tables of that time only.", operation,
                  at(c.first_place())),
      "A revision must not import the application's models: they change, it may not."};
  finding.fix.do_not =
      "Do not guard the later revisions with IF NOT EXISTS or has_table: their columns and constraints would "
      "be skipped "
      "on new databases and run on old ones.";
  return finding;
}

std::string cause_of(const Case& c) {
  const std::string object = the(c.name);
  const std::string second = sender(c.second(), c.second_place);
  if (!c.first) {
    if (c.name.kind == "role")
      return fmt::format(
          "{} is there before the chain starts (roles belong to the whole server), and {} creates it again.",
          object, second);
    if (c.context.existed_before_the_run(c.name))
      return fmt::format("{} was in the database before the chain started, and {} creates it.", object,
                         second);
    if (two_keys_in_one(c.failure, c.name))
      return fmt::format("One statement, {}, gives the table \"{}\" two primary keys.", second, c.name.table);
    if (base::contains(c.second().error->message, "more than once"))
      return fmt::format("One statement, {}, names the {} twice.", second, object);
    return fmt::format(
        "{} creates {}, but the server has one already; no statement of this run was seen to make it "
        "(it may belong to the server or to an extension).",
        second, object);
  }
  const std::string first = sender(*c.first->statement, c.first_place());
  if (collides_with_row_type(c)) {
    const bool table_first = has_row_type(c.first->effect->object.kind);
    return fmt::format(
        "The name \"{}\" is used for a type and for a table or view, whose row type has the same name: {} by "
        "{} "
        "({}), then {} by {} ({}).",
        c.name.name, table_first ? "the " + c.first->effect->object.kind : std::string("the type"), first,
        by_whom(*c.first->statement), table_first ? "the type" : "the table or view", second,
        by_whom(c.second()));
  }
  if (one_place(c))
    return fmt::format("{} is created twice by one place, which ran twice with that name: {} ({}).", object,
                       second, by_whom(c.second()));
  if (second_key(c))
    return fmt::format(
        "{} gets two primary keys, of which it can have but one: {} by {} ({}), then {} by {} ({}).",
        the(Name{"table", c.name.schema, "", c.name.table}), object, first, by_whom(*c.first->statement),
        wanted_key(c).empty() ? "another" : fmt::format("constraint \"{}\"", wanted_key(c)), second,
        by_whom(c.second()));
  std::string where = c.same_revision() ? fmt::format(" within {}", by_whom(c.second()))
                                        : fmt::format(", in {} and again in {}", by_whom(*c.first->statement),
                                                      by_whom(c.second()));
  std::string text =
      fmt::format("{} is created twice{}: first by {}, then by {}", object, where, first, second);
  const EnumStory story =
      c.name.kind == "type" ? enum_story(c.context, c.second(), c.name.name) : EnumStory{};
  const EnumStory before =
      c.name.kind == "type" ? enum_story(c.context, *c.first->statement, c.name.name) : EnumStory{};
  if (story.automatic) {
    text += ", which sends CREATE TYPE by itself";
    if (story.flag_ignored)
      text +=
          fmt::format(": create_type=False does nothing on sqlalchemy.Enum before SQLAlchemy 2.1 (here {})",
                      c.context.evidence().tool.sqlalchemy);
    else if (story.flag_lost && c.context.sqlalchemy_before(2, 0, 14))
      text +=
          fmt::format(": SQLAlchemy before 2.0.14 (here {}) loses create_type=False when a column is copied",
                      c.context.evidence().tool.sqlalchemy);
    else if (story.seen != nullptr)
      text +=
          fmt::format(" because the column's type is {} without create_type=False", story.seen->type_class);
  } else if (before.automatic) {
    text = fmt::format(
        "{} is created twice{}: {} has sent CREATE TYPE by itself for a column, then {} creates it by hand",
        object, where, first, second);
  }
  return text + ".";
}

}  // namespace

void created_twice(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures()) {
    if (claimed(findings, *failure.statement)) continue;
    const std::optional<Name> met = existing_object(*failure.statement->error, failure.reading);
    if (!met) continue;
    const FirstCreator first = first_creator(context, failure, *met);
    const Name& name = first.name;
    Case c{context, failure, name, first.by, place_of(context, *failure.statement)};
    if (c.first && c.name.schema.empty() && c.name.table.empty() &&
        c.first->effect->object.kind == c.name.kind) {
      const std::string parent = parent_of(c.first->effect->object);
      if (parent != "public") c.name.schema = parent;
    }
    // Two that build from the models are two places of one kind: which is too many, nobody can tell.
    if (built_from_models(c) && failure.statement->source.operation != "MetaData.create_all" &&
        failure.statement->source.operation != "Table.create") {
      findings.push_back(created_by_create_all(c));
      continue;
    }
    Finding finding = finding_of(context, failure, code_for(name.kind));
    finding.object = c.first && c.first->effect->object.kind == name.kind
                         ? c.first->effect->object
                         : catalog::Object{name.kind, name.text()};
    finding.cause = cause_of(c);
    // A word of the language, not a piece of code: "op.execute ..." stays as it is.
    if (const size_t end = finding.cause.find_first_of(" .(");
        end != std::string::npos && finding.cause[end] == ' ' && finding.cause[0] >= 'a' &&
        finding.cause[0] <= 'z')
      finding.cause[0] = static_cast<char>(finding.cause[0] - 'a' + 'A');
    if (c.first) {
      std::string note = why(context, *c.first->statement, name);
      finding.evidence.push_back(exhibit(*c.first, std::move(note)));
    }
    std::string note = why(context, *failure.statement, name);
    const std::string differs = other_kind(c);
    if (!differs.empty()) note += (note.empty() ? "" : " ") + differs;
    finding.evidence.push_back(exhibit(*failure.statement, "failed", std::move(note)));
    finding.evidence.back().location = c.second_place;
    if (collides_with_row_type(c))
      mend_row_type(c, finding);
    else if (one_place(c))
      mend_one_place(c, finding);
    else if (name.kind == "type")
      mend_type(c, finding);
    else
      mend_other(c, finding);
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
