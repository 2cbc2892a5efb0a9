// A revision (or what it imports) that Python cannot compile.
#include <fmt/core.h>

#include <cstdlib>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"

namespace windlass::diagnose {

namespace {

/// SyntaxError's message ends with "(008_x.py, line 12)".
int line_in(const std::string& message) {
  const size_t at = message.rfind("line ");
  return at == std::string::npos ? 0 : std::atoi(message.c_str() + at + 5);
}

}  // namespace

void revision_syntax(const Context& context, std::vector<Finding>& findings) {
  const auto& exception = context.evidence().exception;
  if (!exception || has_root(findings)) return;
  const std::string& type = exception->type;
  if (!type.ends_with("SyntaxError") && !type.ends_with("IndentationError") && !type.ends_with("TabError"))
    return;
  if (exception->phase == "revision" && type.find("asyncpg") != std::string::npos)
    return;  // the server's 42601
  if (type.starts_with("psycopg") || type.starts_with("asyncpg") || !context.failures().empty()) return;
  base::Location place;
  for (const run::Frame& frame : exception->frames)
    if (frame.in_project) place = frame.location;
  // The file that does not compile has no frame of its own; the message names it.
  for (const chain::Revision& revision : context.evidence().chain.revisions) {
    const std::string name = revision.file.substr(revision.file.rfind('/') + 1);
    if (!name.empty() && base::contains(exception->message, "(" + name + ","))
      place = {revision.file, line_in(exception->message), 0};
  }
  // env.py and what it imports are no part of the chain: the project could not be loaded.
  if (exception->phase == "environment" && revision_of_file(context, place.file) == nullptr) return;
  Finding finding = finding_at(context, "revision-syntax-error", exception->revision, place);
  finding.message = type + ": " + exception->message;
  finding.cause = fmt::format("Python cannot compile {}: {}.",
                              place.known() ? base::to_string(place) : "a file of the project",
                              base::one_line(exception->message));
  if (place.known()) finding.evidence.push_back({exception->revision, place, "", "failed", ""});
  finding.fix.summary = "Correct the Python of the file; Alembic loads every revision before it runs any.";
  finding.fix.steps = {fmt::format("python3 -m py_compile {}", place.known() ? place.file : "FILE")};
  findings.push_back(std::move(finding));
}

}  // namespace windlass::diagnose
