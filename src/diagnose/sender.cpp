#include "diagnose/sender.h"

#include <fmt/core.h>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/source_scan.h"
#include "sql/statement_kind.h"

namespace windlass::diagnose {

using record::Statement;

EnumStory enum_story(const Context& context, const Statement& statement, const std::string& type_name) {
  EnumStory story;
  const std::string& operation = statement.source.operation;
  story.automatic =
      statement.source.emitted == "auto" ||
      (statement.source.emitted.empty() && (operation == "create_table" || operation == "Table.create"));
  if (sql::statement_kind(statement.text) != "CREATE TYPE") story.automatic = false;
  // What is constructed within the call that made the table is the column's own type.
  const base::Location& place = statement.source.location;
  const int end =
      story.automatic && place.known() ? end_of_call(context.file_text(place.file), place.line) : 0;
  const auto within = [&](const base::Location& at) {
    return at.file == place.file && at.line >= place.line && at.line <= end;
  };
  // Of several constructions of one name the revision's own counts more than an imported model's, one with
  // create_type=False more than one without (it is the one the author relied on), the first more than later
  // ones.
  int best = -1;
  for (const run::EnumSeen& seen : context.evidence().enums) {
    if (seen.name != type_name) continue;
    int weight = 0;
    if (seen.revision == statement.source.revision && !seen.revision.empty()) weight += 2;
    if (seen.at.known() && seen.at.file == statement.source.location.file) weight += 2;
    if (seen.create_type == false) weight += 1;
    if (within(seen.at)) weight += 8;
    if (weight > best) {
      best = weight;
      story.seen = &seen;
    }
  }
  if (story.seen == nullptr || !story.automatic || story.seen->create_type != false) return story;
  story.flag_ignored = story.seen->type_class == "sqlalchemy.Enum" && context.sqlalchemy_before(2, 1);
  story.flag_lost = story.seen->type_class == "postgresql.ENUM";
  return story;
}

bool by_itself(const Statement& statement) {
  const std::string& operation = statement.source.operation;
  return !operation.empty() && operation != "execute" && operation != "connection" && operation != "driver" &&
         !operation.starts_with("op.");
}

std::string sender(const Statement& statement, const base::Location& place) {
  const std::string& operation = statement.source.operation;
  std::string what;
  if (operation == "execute" || operation == "connection" || operation == "driver" ||
      operation.starts_with("op.")) {
    const bool block = sql::statement_kind(statement.text) == "DO";
    const std::string how = operation == "execute"      ? "op.execute"
                            : operation == "connection" ? "Connection.execute"
                            : operation != "driver"     ? operation
                                                        : "a cursor of the driver";
    what = block ? "a DO block sent by " + how : how;
  } else if (operation == "Enum.create") {
    what = "the enum's own .create()";
  } else if (operation == "MetaData.create_all" || operation == "Table.create") {
    what = operation;
  } else if (operation == "version") {
    what = "Alembic's own book-keeping";
  } else if (!operation.empty()) {
    what = base::contains(operation, ".") ? operation : "op." + operation;
  } else {
    what = fmt::format("a {} statement", sql::statement_kind(statement.text));
  }
  const std::string where = at(place);
  if (where.empty()) return what;
  const record::Source& source = statement.source;
  if (source.helper.known() && place == source.location)
    return fmt::format("{} {} (by way of {})", what, where, base::to_string(source.helper));
  return what + " " + where;
}

namespace {

std::string why_enum(const Context& context, const Statement& statement, const Name& name) {
  const EnumStory story = enum_story(context, statement, name.name);
  const std::string& emitted = statement.source.emitted;
  if (!story.automatic) {
    if (emitted == "checked")
      return "SQLAlchemy sent it after its own test that no such type was there (checkfirst).";
    if (statement.source.operation == "Enum.create")
      return "The revision called .create() on the enum itself.";
    return "";
  }
  const std::string version = context.evidence().tool.sqlalchemy;
  std::string text =
      "SQLAlchemy sent CREATE TYPE by itself, just before the CREATE TABLE, because a column's type is ";
  text += story.seen != nullptr
              ? fmt::format("{} ({})", story.seen->type_class, base::to_string(story.seen->at))
              : std::string("an enum that owns its type");
  text += "; it did not look whether the type was there.";
  if (story.flag_ignored)
    text += fmt::format(
        " create_type=False does nothing there: sqlalchemy.Enum drops that argument silently before "
        "SQLAlchemy 2.1 "
        "(this run: {}); only postgresql.ENUM knows it.",
        version);
  if (story.flag_lost)
    text += context.sqlalchemy_before(2, 0, 14)
                ? fmt::format(
                      " create_type=False was given, but SQLAlchemy before 2.0.14 (this run: {}) loses it "
                      "when a column "
                      "is copied (_copy(), a mixin, to_metadata()).",
                      version)
                : std::string(
                      " create_type=False was given on one postgresql.ENUM of that name, but the column's "
                      "type is another one, or a copy without it.");
  if (story.seen != nullptr && !story.seen->create_type) text += " No create_type=False was given.";
  return text;
}

}  // namespace

std::string why(const Context& context, const Statement& statement, const Name& name) {
  const std::string& operation = statement.source.operation;
  const std::string kind = sql::statement_kind(statement.text);
  if (operation == "MetaData.create_all")
    return statement.source.revision.empty()
               ? "create_all builds whatever the application's models say today."
               : "create_all builds whatever the application's models say today, not what they said when "
                 "this "
                 "revision was written.";
  if (kind == "CREATE TYPE" && (by_itself(statement) || !statement.source.emitted.empty()))
    return why_enum(context, statement, name);
  if (kind == "DO") {
    const sql::Reading reading = sql::read_targets(statement.text);
    if (reading.caught.empty()) return "";
    return fmt::format(
        "The block catches {} of its own statements; that protects nothing that other statements send "
        "afterwards.",
        base::join(reading.caught, ", "));
  }
  if (kind == "CREATE INDEX" && (operation == "create_table" || operation == "add_column"))
    return fmt::format("op.{} sent it because of index=True (or unique=True) on a column.", operation);
  if (operation == "Table.create") return "Table.create() builds the table as the model says today.";
  return "";
}

}  // namespace windlass::diagnose
