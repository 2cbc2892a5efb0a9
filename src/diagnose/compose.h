// Building findings: the parts every rule fills in the same way.
#pragma once

#include <string>
#include <string_view>

#include "diagnose/context.h"
#include "diagnose/finding.h"

namespace windlass::diagnose {

/// At most 200 bytes on one line.
std::string short_statement(const record::Statement& statement);

/// Somebody else's message as a part of a sentence: on one line, shortened, without a full stop of its own.
std::string in_sentence(std::string_view message);

/// The lines of the server's detail, each by itself: of 2BP01, what depends on what.
std::vector<std::string> detail_lines(const record::ServerMessage& error);

/// A finding about a failing statement: everything the statement itself tells.
Finding finding_of(const Context& context, const Failure& failure, std::string code);

/// A finding about no statement.
Finding finding_at(const Context& context, std::string code, std::string revision, base::Location location);

/// What the server was working on, or had answered last: what was sent behind it never came to run.
/// `statements`: at least one.
const record::Statement& at_work(const std::vector<record::Statement>& statements);

/// What the tool printed last: a person would look there first. Of its error output, else of its output;
/// empty when it printed nothing.
std::string last_words(const run::Evidence& evidence);

Exhibit exhibit(const record::Statement& statement, std::string effect, std::string note = {});
Exhibit exhibit(const Sighting& sighting, std::string note = {});

/// The place of a statement: its source; where none was seen, the last frame of
/// the exception that lies in the project (only for the failing statement).
base::Location place_of(const Context& context, const record::Statement& statement);

/// "at alembic/versions/008.py:38", or "" where the place is not known.
std::string at(const base::Location& location);

/// "revision 008", or "env.py or the application" where the statement belongs to no revision.
std::string by_whom(const record::Statement& statement);

/// A name as a sentence has it: `type "mood"`, `column "users.email"`.
std::string the(const Name& name);
std::string the(const catalog::Object& object);

/// "\"a\", \"b\"" as Python writes the arguments.
std::string python_strings(const std::vector<std::string>& values);

/// The revision that a file holds, or nullptr.
const chain::Revision* revision_of_file(const Context& context, const std::string& file);

/// Adds what other hosts the project tried to reach: a likely reason for an exception.
void add_network_attempts(const Context& context, Finding& finding);

/// A query on the catalog, as inspections and checkfirst send them.
bool asks_catalog(const std::string& text);

/// Whether some finding so far is about this statement.
bool claimed(const std::vector<Finding>& findings, const record::Statement& statement);

/// Whether some finding so far is a root of severity error.
bool has_root(const std::vector<Finding>& findings);

/// sha256 prefix over code, revision, object and message without numbers (or the cause without lines): equal
/// across runs and line shifts.
std::string fingerprint(const Finding& finding);

}  // namespace windlass::diagnose
