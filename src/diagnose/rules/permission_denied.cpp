// P1: 42501. The role that runs the statement lacks a privilege, or is not the object's owner, which no GRANT
// makes up for. Who that role is, and whether the chain itself changed to it, is what the error does not say.
#include <fmt/core.h>

#include <cstdlib>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/definition_parts.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"
#include "diagnose/server_error.h"
#include "sql/statement_kind.h"
#include "sql/tokens.h"

namespace windlass::diagnose {

namespace {

struct Acting {
  std::string role;
  const record::Statement* changed = nullptr;  ///< the statement that changed to it
};

/// The role that the statement's session acts as.
Acting acting_role(const Context& context, const record::Statement& at) {
  Acting acting{context.evidence().role, nullptr};
  const std::string own = acting.role;
  for (const record::Statement& statement : context.evidence().recording.statements) {
    if (statement.n >= at.n) break;
    if (statement.session != at.session || statement.failed()) continue;
    const std::vector<sql::Token> words = sql::tokens(statement.text, 8);
    if (words.size() < 2) continue;
    if (words[0].is("reset") && (words[1].is("role") || words[1].is("session") || words[1].is("all")))
      acting = {own, nullptr};
    if (!words[0].is("set")) continue;
    size_t i = 1;
    if (words[i].is("local") || words[i].is("session")) ++i;
    if (i >= words.size() || !(words[i].is("authorization") || words[i].is("role"))) continue;
    ++i;
    if (i < words.size() && (words[i].symbol('=') || words[i].is("to"))) ++i;
    if (i >= words.size()) continue;
    const bool back = words[i].is("none") || words[i].is("default");
    acting = back ? Acting{own, nullptr} : Acting{words[i].text, &statement};
  }
  return acting;
}

int major_of(const std::string& version) {
  return static_cast<int>(std::strtol(version.c_str(), nullptr, 10));
}

/// The owner of the object of an error "must be owner of table people"; empty where it is not known.
std::string owner_of(const Context& context, const std::string& name, const record::Statement& statement) {
  std::string owner;
  for (const catalog::Object& object : context.objects_before(statement))
    if (object.name.ends_with("." + name) || object.name == name) {
      const std::string found = text_part(context.definition_before(object, statement), "owner");
      if (!found.empty()) owner = found;
    }
  return owner;
}

/// The server writes these names without quotes: the last word of the message.
std::string last_word(const std::string& message) {
  const std::vector<std::string> names = quoted_names(message);
  if (!names.empty()) return names.back();
  const size_t blank = message.rfind(' ');
  return blank == std::string::npos ? "" : message.substr(blank + 1);
}

void say_schema(const Context& context, const std::string& schema, const std::string& role,
                Finding& finding) {
  const bool public_closed = schema == "public" && major_of(context.evidence().server_version) >= 15;
  finding.cause += public_closed
                       ? fmt::format(
                             " Since PostgreSQL 15 only the owner of the database may create in the schema "
                             "public; on 14 and before everybody may.")
                       : fmt::format(" It may not create in the schema, or not see into it.");
  finding.fix.summary =
      "Give the role the privilege where the database is provisioned, or let the owner run the chain.";
  finding.fix.steps = {
      fmt::format("GRANT USAGE, CREATE ON SCHEMA {} TO {};", sql_name({schema}), sql_name({role})),
      "Or let the chain create a schema of its own, which then belongs to that role."};
}

void say_owner(const std::string& owner, const std::string& role, Finding& finding) {
  finding.cause +=
      owner.empty() ? " Only the owner may do that; no GRANT makes up for it."
                    : fmt::format(" Only the owner, \"{}\", may do that; no GRANT makes up for it.", owner);
  finding.fix.summary = "Let one role run all of the chain, so that it owns what it made.";
  finding.fix.steps = {fmt::format("Or make the one a member of the other: GRANT {} TO {};",
                                   owner.empty() ? "OWNER" : sql_name({owner}), sql_name({role})),
                       "Or let the owner hand it over: ALTER ... OWNER TO ..."};
}

}  // namespace

void permission_denied(const Context& context, std::vector<Finding>& findings) {
  for (const Failure& failure : context.failures()) {
    const record::Statement& statement = *failure.statement;
    if (claimed(findings, statement) || statement.error->sqlstate != "42501") continue;
    const std::string& message = statement.error->message;
    const Acting acting = acting_role(context, statement);
    Finding finding = finding_of(context, failure, "permission-denied");
    const std::string what = last_word(message);
    finding.cause = fmt::format("{} runs as the role \"{}\", which lacks the right: {}.",
                                sender(statement, finding.location), acting.role, in_sentence(message));
    if (base::contains(message, "must be owner"))
      say_owner(owner_of(context, what, statement), acting.role, finding);
    else if (base::contains(message, "for schema"))
      say_schema(context, what, acting.role, finding);
    else
      finding.fix.summary =
          "Let a role that may do it run the chain, or take what needs it out of the chain and into the "
          "provisioning of the server.";
    if (acting.changed != nullptr) {
      finding.evidence.push_back(
          exhibit(*acting.changed, "", fmt::format("The session acts as \"{}\" from here on.", acting.role)));
      finding.fix.steps.push_back(
          fmt::format("The chain itself changed to that role, {}; where it needs it no more:",
                      at(place_of(context, *acting.changed))));
      finding.fix.steps.emplace_back("op.execute(\"RESET ROLE\")");
    }
    finding.evidence.push_back(exhibit(statement, "failed", base::one_line(statement.error->detail)));
    finding.evidence.back().location = finding.location;
    if (!statement.error->hint.empty())
      finding.fix.steps.push_back("The server's hint: " + base::one_line(statement.error->hint));
    finding.fix.do_not =
        "Do not make the deploying role a superuser to get past this: nothing would hold it back any more.";
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
