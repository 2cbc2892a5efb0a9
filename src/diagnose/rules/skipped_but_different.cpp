// S9, X4: IF NOT EXISTS found an object of the name and did nothing, though what is there is not what the
// statement would have made. The server says "already exists, skipping" in a notice, and no client shows it.
//
// A chain that repeats itself on purpose is sound: it speaks only of what is different when the statement ran
// and still is at the end, and compares only what reads the same however it is spelt: which columns, which
// family of types, which columns of an index, whether it is unique.
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/definition_parts.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "diagnose/server_error.h"
#include "sql/tokens.h"

namespace windlass::diagnose {

namespace {

/// Spellings of one family of built-in types. Modifiers, time zones, and whether a text has a limit are not
/// compared.
constexpr std::array<std::pair<std::string_view, std::string_view>, 41> kFamilies = {{
    {"int", "integer"},         {"int4", "integer"},
    {"integer", "integer"},     {"serial", "integer"},
    {"serial4", "integer"},     {"bigint", "bigint"},
    {"int8", "bigint"},         {"bigserial", "bigint"},
    {"serial8", "bigint"},      {"smallint", "smallint"},
    {"int2", "smallint"},       {"smallserial", "smallint"},
    {"serial2", "smallint"},    {"text", "text"},
    {"varchar", "text"},        {"character", "text"},
    {"char", "text"},           {"bpchar", "text"},
    {"bool", "boolean"},        {"boolean", "boolean"},
    {"uuid", "uuid"},           {"json", "json"},
    {"jsonb", "jsonb"},         {"bytea", "bytea"},
    {"date", "date"},           {"numeric", "numeric"},
    {"decimal", "numeric"},     {"dec", "numeric"},
    {"real", "real"},           {"float4", "real"},
    {"double", "double"},       {"float8", "double"},
    {"timestamp", "timestamp"}, {"timestamptz", "timestamp"},
    {"time", "time"},           {"timetz", "time"},
    {"interval", "interval"},   {"inet", "inet"},
    {"cidr", "cidr"},           {"xml", "xml"},
    {"tsvector", "tsvector"},
}};

/// The family of a type as SQL or the catalog writes it; empty where it is none of these, or an array.
std::string_view family_of(std::string_view type) {
  if (base::contains(type, "[")) return "";
  const std::string word = base::to_lower(type.substr(0, type.find_first_of(" (")));
  for (const auto& [spelling, family] : kFamilies)
    if (spelling == word) return family;
  return "";
}

struct Skipped {
  const Context& context;
  const record::Statement& statement;
  const sql::Reading reading;
  Name name;
  const sql::Target* target = nullptr;
  catalog::Object there;  ///< what was there
};

bool relation(std::string_view kind) {
  static constexpr std::array<std::string_view, 6> kKinds = {"table",    "view",  "materialized view",
                                                             "sequence", "index", "foreign table"};
  return std::find(kKinds.begin(), kKinds.end(), kind) != kKinds.end();
}

std::string at_the_time(const Skipped& s, const catalog::Object& object) {
  return s.context.definition_before(object, s.statement);
}
std::string at_the_end(const Skipped& s, const catalog::Object& object) {
  const catalog::Fact* fact = s.context.evidence().after.find(object);
  return fact == nullptr ? "" : fact->definition;
}

/// A relation of the name, where there is one alone.
std::optional<catalog::Object> relation_there(const Context& context, const Name& name,
                                              const record::Statement& statement) {
  const auto named = [&](const catalog::Object& object) {
    if (!relation(object.kind)) return false;
    const size_t dot = object.name.find('.');
    return object.name.substr(dot + 1) == name.name &&
           (name.schema.empty() || object.name.substr(0, dot) == name.schema);
  };
  const std::vector<catalog::Object> found = context.objects_before(statement, named);
  return found.size() == 1 ? std::optional(found.front()) : std::nullopt;
}

/// The type's family differs now and at the end: "name (text wanted, integer there)".
std::string type_difference(const Skipped& s, const sql::Target& column, const catalog::Object& object) {
  const std::string_view wanted = column.type_schema.empty() ? family_of(column.type) : "";
  const std::string then = text_part(at_the_time(s, object), "type"),
                    end = text_part(at_the_end(s, object), "type");
  const std::string_view had = family_of(then), has = family_of(end);
  if (wanted.empty() || had.empty() || has.empty() || wanted == had || wanted == has) return "";
  return fmt::format("column \"{}\" is of type {} and not {}", column.name, end, column.type);
}

/// What the table lacks, or has otherwise.
std::vector<std::string> table_differences(const Skipped& s) {
  std::vector<std::string> found;
  const std::string& table = s.there.name;
  for (const std::string& column : s.target->columns) {
    const catalog::Object object{"column", table + "." + column};
    if (at_the_time(s, object).empty() && at_the_end(s, object).empty())
      found.push_back(fmt::format("column \"{}\" is missing", column));
  }
  for (const sql::Target& column : s.reading.targets)
    if (column.kind == "column" && column.implied && column.table == s.target->name && !column.type.empty())
      if (std::string text = type_difference(s, column, {"column", table + "." + column.name}); !text.empty())
        found.push_back(std::move(text));
  return found;
}

/// Plain columns alone: an expression, a WHERE or an operator class is spelt otherwise by the catalog.
bool plain_index(std::string_view text) {
  size_t brackets = 0;
  bool after = false;
  for (const sql::Token& token : sql::tokens(text)) {
    if (token.symbol('(')) ++brackets;
    if (token.symbol(')')) after = true;
    if (after && token.is("where")) return false;
  }
  return brackets == 1;
}

bool unique_index(std::string_view text) {
  const std::vector<sql::Token> words = sql::tokens(text, 2);
  return words.size() == 2 && words[1].is("unique");
}

std::vector<std::string> index_differences(const Skipped& s) {
  const std::string then = text_part(at_the_time(s, s.there), "definition");
  const std::string end = text_part(at_the_end(s, s.there), "definition");
  if (then.empty() || then != end) return {};
  const sql::Reading reading = sql::read_targets(end);
  if (reading.targets.empty() || reading.targets.front().kind != "index") return {};
  const sql::Target& has = reading.targets.front();
  if (has.table != s.target->table)
    return {fmt::format("it is an index of table \"{}\" and not of \"{}\"", has.table, s.target->table)};
  if (unique_index(end) != unique_index(s.statement.text) && s.reading.targets.size() == 1)
    return {unique_index(end) ? std::string("it is unique") : std::string("it is not unique")};
  if (!plain_index(end) || !plain_index(s.statement.text) || has.columns == s.target->columns) return {};
  return {fmt::format("it is on ({}) and not on ({})", base::join(has.columns, ", "),
                      base::join(s.target->columns, ", "))};
}

std::vector<std::string> differences_of(const Skipped& s) {
  if (s.there.kind != s.target->kind)
    return {fmt::format("what is there is a {} and not a {}", s.there.kind, s.target->kind)};
  if (s.target->kind == "table") return table_differences(s);
  if (s.target->kind == "index") return index_differences(s);
  return {};
}

void tell(const Skipped& s, const catalog::Object& object, const std::vector<std::string>& differences,
          std::vector<Finding>& findings) {
  const Context& context = s.context;
  const base::Location place = place_of(context, s.statement);
  Finding finding = finding_at(context, "skipped-but-different", s.statement.source.revision, place);
  finding.severity = Severity::Warning;
  finding.object = object;
  finding.statement = short_statement(s.statement);
  const auto made = context.maker(object);
  const std::string list = base::shorten(base::join(differences, "; "), 300);
  finding.cause = fmt::format(
      "{} wants to create {}, which is there already{}, so IF NOT EXISTS skipped it. What is there is not "
      "what it "
      "wants, and stays so to the end of the chain: {}.",
      sender(s.statement, place), the(object),
      made ? fmt::format(" (made by {})", sender(*made->statement, place_of(context, *made->statement))) : "",
      list);
  if (made) finding.evidence.push_back(exhibit(*made, ""));
  finding.evidence.push_back(exhibit(s.statement, "skipped", "The server said so in a notice only."));
  finding.fix.summary = "Change what is there to what is wanted, or take the statement out.";
  finding.fix.steps = {
      object.kind == "index"
          ? std::string("Drop the index and create it as it is wanted, in a new revision.")
          : std::string("In a new revision, say what is to change: op.add_column, op.alter_column.")};
  finding.fix.do_not =
      "Do not write IF NOT EXISTS (if_not_exists=True) for what only one place creates: it turns an error "
      "into a "
      "difference between databases.";
  findings.push_back(std::move(finding));
}

void look_at(const Context& context, const record::Statement& statement, const record::ServerMessage& notice,
             std::vector<Finding>& findings) {
  static constexpr std::array<std::string_view, 3> kStates = {"42P07", "42701", "42710"};
  if (std::find(kStates.begin(), kStates.end(), notice.sqlstate) == kStates.end()) return;
  const sql::Reading reading = sql::read_targets(statement.text);
  const std::vector<std::string> names = quoted_names(notice.message);
  if (names.empty()) return;
  const sql::Target* target = nullptr;
  for (const sql::Target& each : reading.targets)
    if (each.action == sql::Action::Create && each.guarded && each.name == names.front()) {
      if (target != nullptr) return;  // two of one name: which was skipped is not told
      target = &each;
    }
  if (target == nullptr) return;
  if (target->kind == "column") {
    const auto table = relation_there(context, {"table", target->table_schema, "", target->table}, statement);
    if (!table) return;
    const catalog::Object column{"column", table->name + "." + target->name};
    const Skipped s{context, statement, reading, name_of(*target), target, column};
    const std::string differs = type_difference(s, *target, column);
    if (!differs.empty()) tell(s, column, {differs}, findings);
    return;
  }
  if (!relation(target->kind)) return;
  const auto there = relation_there(context, name_of(*target), statement);
  if (!there || context.evidence().after.find(*there) == nullptr) return;
  const Skipped s{context, statement, reading, name_of(*target), target, *there};
  if (const auto differences = differences_of(s); !differences.empty())
    tell(s, *there, differences, findings);
}

}  // namespace

void skipped_but_different(const Context& context, std::vector<Finding>& findings) {
  if (!context.whole_chain_known()) return;
  for (const record::Statement& statement : context.evidence().recording.statements) {
    if (statement.failed() || statement.skipped || statement.source.revision.empty()) continue;
    for (const record::ServerMessage& notice : statement.notices)
      look_at(context, statement, notice, findings);
  }
}

}  // namespace windlass::diagnose
