// What no other rule explains: the server's error, whole, with everything known about it.
#include <fmt/core.h>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/definition_parts.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "sql/other_dialect.h"

namespace windlass::diagnose {

namespace {

/// `, at "MODIFY id varchar(36)"`: the text from the place that the server means; empty where that is not in
/// it.
std::string words_at(std::string_view text, int position) {
  size_t at = 0;
  for (int n = 1; n < position && at < text.size(); ++n) {
    ++at;
    while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  }
  const std::string words = base::shorten(base::one_line(text.substr(at, 200)), 60);
  return words.empty() ? "" : fmt::format(", at \"{}\"", words);
}

std::string everything(const record::Statement& statement) {
  const record::ServerMessage& error = *statement.error;
  std::string text;
  const auto add = [&](std::string_view label, const std::string& value) {
    if (!value.empty())
      text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", label, base::one_line(value));
  };
  add("detail", error.detail);
  add("hint", error.hint);
  add("where", error.where);
  add("schema", error.schema);
  add("table", error.table);
  add("column", error.column);
  add("data type", error.data_type);
  add("constraint", error.constraint);
  if (error.position > 0)
    add("position", fmt::format("{}{}", error.position, words_at(statement.text, error.position)));
  return base::shorten(text, 1000);
}

std::string class_words(const std::string& sqlstate) {
  static constexpr std::pair<std::string_view, std::string_view> kClasses[] = {
      {"42501", "The role that runs the chain lacks a privilege."},
      {"55006",
       "Rows changed earlier in the same transaction still have checks pending (a deferred constraint)."},
      {"55P03", "A lock was not granted in time."},
      {"40P01", "Two sessions waited for one another, and the server ended one."},
      {"57014", "The statement was cancelled (a timeout, or Ctrl-C)."},
      {"23", "A row breaks a constraint."},
      {"22", "A value is not allowed there, or cannot be computed."},
      {"0A", "The server does not support this."},
      {"53", "The server ran out of something (disk, memory, connections)."},
      {"08", "The connection broke."},
      {"42601", "The server does not understand the statement's text."}};
  for (const auto& [prefix, words] : kClasses)
    if (std::string_view(sqlstate).starts_with(prefix)) return std::string(words);
  return "";
}

/// DROP INDEX of the index that a constraint brought with it: MySQL knows no other way to drop a UNIQUE one.
void of_a_constraint(const Context& context, const Failure& failure, Finding& finding) {
  const record::Statement& statement = *failure.statement;
  for (const sql::Target& target : failure.reading.targets) {
    if (target.action != sql::Action::Drop || target.kind != "index") continue;
    const auto constraints = context.objects_before(statement, [&](const catalog::Object& each) {
      return each.kind == "constraint" && last_part(each) == target.name &&
             (target.schema.empty() || parent_of({"table", parent_of(each)}) == target.schema) &&
             base::contains(statement.error->message, last_part({"table", parent_of(each)}));
    });
    if (constraints.size() != 1) continue;
    const catalog::Object& constraint = constraints.front();
    const std::string table = parent_of(constraint), schema = parent_of({"table", table});
    const std::string definition = text_part(context.definition_before(constraint, statement), "definition");
    const std::string type = definition.starts_with("PRIMARY KEY") ? ", type_=\"primary\""
                             : definition.starts_with("UNIQUE")    ? ", type_=\"unique\""
                                                                   : "";
    const auto maker = context.made_before(constraint, statement);
    finding.object = constraint;
    finding.cause = fmt::format(
        "{} drops an index that is not there by itself: it belongs to constraint \"{}\" of table \"{}\"{}, "
        "and goes with that alone.",
        sender(statement, finding.location), target.name, last_part({"table", table}),
        maker ? fmt::format(", made by {}", sender(*maker->statement, place_of(context, *maker->statement)))
              : "");
    if (maker) finding.evidence.insert(finding.evidence.begin(), exhibit(*maker));
    finding.fix.summary = "Drop the constraint; its index goes with it.";
    finding.fix.steps = {fmt::format("Replace {} by:", sender(statement, finding.location)),
                         fmt::format("op.drop_constraint({}{}{})",
                                     python_strings({target.name, last_part({"table", table})}), type,
                                     schema.empty() || schema == "public"
                                         ? ""
                                         : fmt::format(", schema={}", python_strings({schema})))};
    finding.fix.do_not =
        "Do not add CASCADE: the foreign keys that refer to these columns would go with it, unseen.";
  }
}

/// Errors that have one mending: mostly something stands in the way that was made for how it is now, and
/// taken away and made anew, it goes.
struct Known {
  std::string_view sqlstate, message;  ///< `message`: a part of it
  std::string_view words, summary, do_not;
};

constexpr std::string_view
    kNoCascade = "Do not add CASCADE: it drops columns and views that you did not list, with their data.",
    kViewKeeps = "CREATE OR REPLACE VIEW keeps each column that is there, and adds others behind them.",
    kViewAnew =
        "Drop the view and create it anew, together with what depends on it; privileges on it are to be "
        "granted again.",
    kRoutineKeeps =
        "CREATE OR REPLACE keeps what callers rely on: the type of the result, and the parameters' names and "
        "defaults.",
    kRoutineAnew =
        "Drop it first, with its parameters' types, and what uses it before it; then create it anew.";

constexpr Known kKnown[] = {
    {"42804", "foreign key constraint",
     "The server cannot compare the key's columns with those that they refer to: their types differ.",
     "Give the column the type of the one that it refers to.",
     "Do not change the type of the column that is referred to: other keys refer to it, too."},
    {"2BP01", "", "Other objects still depend on what is being dropped.",
     "Drop what depends on it first, by name; or keep it, where that is still needed.", kNoCascade},
    {"0A000", "cannot alter type of a column used",
     "What uses the column was made for the type that it has now.",
     "In the same revision: drop what uses the column, by name; change the type; create it anew.",
     kNoCascade},
    {"42P16", "view column", kViewKeeps, kViewAnew, kNoCascade},
    {"42P16", "cannot drop columns from view", kViewKeeps, kViewAnew, kNoCascade},
    {"42P13", "cannot change return type of existing function", kRoutineKeeps, kRoutineAnew, kNoCascade},
    {"42P13", "cannot change name of input parameter", kRoutineKeeps, kRoutineAnew, kNoCascade},
    {"42P13", "parameter default", kRoutineKeeps, kRoutineAnew, kNoCascade}};

const Known* known_error(const record::ServerMessage& error) {
  for (const Known& each : kKnown)
    if (error.sqlstate == each.sqlstate && base::contains(error.message, each.message)) return &each;
  return nullptr;
}

/// A text that PostgreSQL does not understand because it is another server's SQL.
void for_another_server(const record::Statement& statement, Finding& finding) {
  finding.fix.summary =
      "Correct the text where the server points; it names the first word that does not fit.";
  const auto other = sql::other_dialect(statement.text);
  if (!other) return;
  finding.cause += fmt::format(" {} is {}'s SQL.", other->what, other->product);
  finding.fix.summary = fmt::format("Write it as PostgreSQL has it, in place of {}:", other->what);
  finding.fix.steps.insert(finding.fix.steps.begin(), other->instead);
  finding.fix.steps.push_back(
      "Where the chain is to run on both, ask first:\nif op.get_bind().dialect.name == \"postgresql\":");
  finding.fix.do_not =
      "Do not leave the statement out on PostgreSQL alone: what it does would be missing there.";
}

}  // namespace

void statement_failed(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures()) {
    if (claimed(findings, *failure.statement)) continue;
    const record::Statement& statement = *failure.statement;
    Finding finding = finding_of(context, failure, "statement-failed");
    const Known* const known = known_error(*statement.error);
    const std::string words =
        known != nullptr ? std::string(known->words) : class_words(statement.error->sqlstate);
    // Disk full, or failing: the machine's fault, which says nothing about the chain.
    finding.incomplete = statement.error->sqlstate == "53100" || statement.error->sqlstate == "58030";
    finding.cause =
        fmt::format("{} fails with {}: {}.{}", sender(statement, finding.location), statement.error->sqlstate,
                    base::one_line(statement.error->message), words.empty() ? "" : " " + words);
    finding.evidence = {exhibit(statement, "failed", everything(statement))};
    finding.evidence.back().location = finding.location;
    finding.fix.summary =
        fmt::format("Look up {} in PostgreSQL's table of error codes, and the statement at its place.",
                    statement.error->sqlstate);
    // Of what has dependents it is CASCADE.
    if (!statement.error->hint.empty() && statement.error->sqlstate != "2BP01")
      finding.fix.steps.push_back("The server's hint: " + base::one_line(statement.error->hint));
    if (statement.error->sqlstate == "42601") for_another_server(statement, finding);
    if (statement.error->sqlstate == "53100")
      finding.fix.summary =
          "Make room (windlass keeps its server in /dev/shm, else in $TMPDIR or /tmp), and run again.";
    if (known != nullptr) {
      finding.fix.summary = known->summary;
      for (std::string& line : detail_lines(*statement.error)) finding.fix.steps.push_back(std::move(line));
      finding.fix.do_not = known->do_not;
      if (statement.error->sqlstate == "2BP01") of_a_constraint(context, failure, finding);
    }
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
