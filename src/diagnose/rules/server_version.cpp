// P3: a statement that some major versions of PostgreSQL understand and this one does not. What changed in
// which version stands in the release notes; an error speaks of a missing function, or of syntax.
#include <fmt/core.h>

#include <algorithm>
#include <cstdlib>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "diagnose/server_error.h"
#include "sql/statement_kind.h"
#include "sql/tokens.h"

namespace windlass::diagnose {

namespace {

/// Words that a statement must hold one after another, and where they are understood.
struct Syntax {
  std::string_view words;  ///< in lower case, blanks between
  int since;               ///< 0: always
  int until;               ///< the first version that no longer knows it; 0: none
  std::string_view instead;
};

constexpr Syntax kSyntax[] = {
    {"with oids", 0, 12, "Leave it out: tables have no hidden column oid any more."},
    {"default_with_oids", 0, 12, "Leave it out: tables have no hidden column oid any more."},
    {"nulls not distinct", 15, 0, "Before, a unique index on coalesce(...) does it."},
    {"nulls distinct", 15, 0, "Leave it out: it is what every version does by itself."},
    {"security_invoker", 15, 0, "Before, a view always reads with its owner's rights."},
    {"merge into", 15, 0, "INSERT ... ON CONFLICT ... DO UPDATE is known to all versions."},
    {"or replace trigger", 14, 0, "DROP TRIGGER IF EXISTS, then CREATE TRIGGER."},
    {"compression", 14, 0, "Leave it out: it only says how large values are packed."},
    {"json_table", 17, 0, "jsonb_to_recordset does the like on all versions."},
    {"virtual", 18, 0, "Write STORED: before, a generated column is always stored."},
    {"not enforced", 18, 0, "Before, a constraint is always enforced."},
};

struct Known {
  std::string_view kind, name;
  int since;
};
/// Functions and types that a version brought.
constexpr Known kKnown[] = {
    {"function", "uuidv7", 18},          {"function", "uuidv4", 18},        {"function", "array_sort", 18},
    {"function", "array_reverse", 18},   {"function", "random_normal", 16}, {"function", "array_sample", 16},
    {"function", "array_shuffle", 16},   {"function", "any_value", 16},     {"function", "regexp_like", 15},
    {"function", "regexp_count", 15},    {"function", "regexp_substr", 15}, {"function", "date_bin", 14},
    {"function", "string_to_table", 14}, {"function", "trim_array", 14},    {"function", "bit_count", 14},
    {"type", "int4multirange", 14},      {"type", "int8multirange", 14},    {"type", "nummultirange", 14},
    {"type", "datemultirange", 14},      {"type", "tsmultirange", 14},      {"type", "tstzmultirange", 14},
};

/// Took anyarray and anyelement until 13, anycompatiblearray and anycompatible since 14: their names with the
/// old arguments, as CREATE AGGREGATE, CREATE OPERATOR and COMMENT ON spell them, are other functions now.
constexpr std::string_view kPolymorphic[] = {"array_append",   "array_prepend",   "array_cat",
                                             "array_position", "array_positions", "array_remove",
                                             "array_replace",  "width_bucket"};

int major_of(const Context& context) {
  return static_cast<int>(std::strtol(context.evidence().server_version.c_str(), nullptr, 10));
}

bool holds(const std::vector<sql::Token>& tokens, std::string_view words) {
  const std::vector<std::string> wanted = base::split(words, ' ');
  for (size_t i = 0; i + wanted.size() <= tokens.size(); ++i) {
    size_t n = 0;
    while (n < wanted.size() && tokens[i + n].is(wanted[n])) ++n;
    if (n == wanted.size()) return true;
  }
  return false;
}

struct Told {
  std::string cause;  ///< follows "X does not run on PostgreSQL N: "
  std::string fix;
};

std::string since(int version) { return fmt::format("PostgreSQL knows it since {}", version); }

/// A function or word that this version has with other arguments, or not at all.
Told of_syntax(const record::Statement& statement, int major) {
  const std::string& state = statement.error->sqlstate;
  if (state != "42601" && state != "22023" && state != "42704") return {};
  const std::vector<sql::Token> tokens = sql::tokens(statement.text, 20'000);
  for (const Syntax& syntax : kSyntax) {
    const bool here =
        (syntax.since == 0 || major >= syntax.since) && (syntax.until == 0 || major < syntax.until);
    if (here || !holds(tokens, syntax.words)) continue;
    // The error must be about these words, not about others of the statement.
    const std::vector<std::string> names = quoted_names(statement.error->message);
    const bool about = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      const std::string low = base::to_lower(name);
      for (const std::string& word : base::split(syntax.words, ' '))
        if (word == low && word != "or" && word != "with") return true;
      return false;
    });
    if (!about) continue;
    const std::string written = fmt::format("\"{}\"", syntax.words);
    return {syntax.until != 0 ? fmt::format("{} is gone since PostgreSQL {}", written, syntax.until)
                              : fmt::format("{}: {}", written, since(syntax.since)),
            std::string(syntax.instead)};
  }
  return {};
}

Told of_missing(const record::Statement& statement, const std::optional<Name>& missing, int major) {
  if (!missing) return {};
  if (missing->kind == "function" && statement.error->sqlstate == "42883" && major >= 14 &&
      (base::contains(statement.error->message, "anyarray") ||
       base::contains(statement.error->message, "anyelement")))
    for (const std::string_view name : kPolymorphic)
      if (missing->name == name || missing->name.starts_with(std::string(name) + "("))
        return {
            fmt::format(
                "{} takes anycompatiblearray and anycompatible since PostgreSQL 14, and took anyarray and "
                "anyelement before",
                name),
            "Spell the arguments anycompatiblearray and anycompatible for 14 and later; a chain for both "
            "asks "
            "the server's version."};
  for (const Known& known : kKnown)
    if (known.kind == missing->kind && major < known.since &&
        (missing->name == known.name || missing->name.starts_with(std::string(known.name) + "(")))
      return {fmt::format("the {} {}: {}", known.kind, known.name, since(known.since)), ""};
  return {};
}

/// Since 17, what maintains an index or a materialized view runs with the search_path pg_catalog, pg_temp.
Told of_safe_path(const Context& context, const record::Statement& statement,
                  const std::optional<Name>& missing, int major) {
  const std::string kind = sql::statement_kind(statement.text);
  const bool maintains = kind == "CREATE INDEX" || kind == "REINDEX" || kind == "CREATE MATERIALIZED VIEW" ||
                         kind == "REFRESH MATERIALIZED VIEW" || kind == "CLUSTER" || kind == "VACUUM" ||
                         kind == "ANALYZE";
  if (major < 17 || !maintains || !missing || !base::contains(statement.error->where, "function")) return {};
  if (!missing->schema.empty()) return {};
  const bool there = context.present(*missing, statement) || context.existed_before_the_run(*missing);
  if (!there) return {};
  return {
      fmt::format("since PostgreSQL 17 a function that an index or a materialized view calls runs with the "
                  "search_path pg_catalog, pg_temp, and does not find {} without its schema",
                  the(*missing)),
      "Write the schema before the names in the function, or give the function its path: CREATE FUNCTION ... "
      "SET search_path = public, pg_temp."};
}

}  // namespace

void server_version(const Context& context, std::vector<Finding>& findings) {
  const int major = major_of(context);
  if (major == 0) return;
  for (const Failure& failure : context.failures()) {
    const record::Statement& statement = *failure.statement;
    if (claimed(findings, statement)) continue;
    const std::optional<Name> missing = missing_object(*statement.error, failure.reading);
    Told told = of_safe_path(context, statement, missing, major);
    // A name that the chain has for something of its own is not PostgreSQL's.
    const bool own = missing && (context.last_creation(*missing, statement) ||
                                 context.planned_later(*missing, statement.source.revision,
                                                       statement.source.location.line));
    if (told.cause.empty() && !own) told = of_missing(statement, missing, major);
    if (told.cause.empty()) told = of_syntax(statement, major);
    if (told.cause.empty()) continue;
    Finding finding = finding_of(context, failure, "server-version");
    finding.cause = fmt::format("{} does not run on PostgreSQL {}: {}.", sender(statement, finding.location),
                                major, told.cause);
    finding.evidence = {exhibit(statement, "failed", base::one_line(statement.error->where))};
    finding.evidence.back().location = finding.location;
    finding.fix.summary =
        "Write what every version that the chain must run on understands; or run it on the major "
        "version that production has.";
    if (!told.fix.empty()) finding.fix.steps.push_back(told.fix);
    finding.fix.steps.emplace_back("windlass check --postgres 13,15,17 runs it on several versions.");
    finding.fix.do_not =
        "Do not change a revision for one version only: databases on the other run it, too, and none twice.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
