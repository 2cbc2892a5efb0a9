// An exception of Python's in a revision, with no error of the server's behind it.
#include <fmt/core.h>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"

namespace windlass::diagnose {

namespace {

void mend(const run::PythonException& exception, Finding& finding) {
  const auto has = [&](std::string_view part) { return base::contains(exception.message, part); };
  if (has("A value is required for bind parameter")) {
    finding.fix.summary =
        "A colon and a word inside the SQL were taken for a parameter: escape the colon, or send the text "
        "raw.";
    finding.fix.steps = {
        R"(op.execute(sa.text("""... '{"key"\\:true}' ..."""))   # \\: for every such colon)",
        R"(or: op.get_bind().exec_driver_sql("""..."""))"};
  } else if (exception.type.ends_with("EOFError")) {
    finding.fix.summary =
        "The revision asks for input, and a migration runs without a person: read a setting instead.";
  } else if (has("has no name") || has("it has no name")) {
    finding.fix.summary = "Name the constraint: it cannot be dropped without a name.";
  } else if (exception.type.ends_with("NotImplementedError")) {
    finding.fix.summary = "The revision refuses to run in this direction; write what it should do.";
  } else if (exception.type.ends_with("ConnectionRefusedError") || has("onnection refused") ||
             has("etwork is unreachable")) {
    finding.fix.summary =
        "The revision reaches for another server; a migration must need only its own database.";
    finding.fix.steps = {
        "Windlass lets a run reach only its scratch server.",
        "Make the call depend on a setting, and switch it off here: [env] in windlass.toml."};
  } else {
    finding.fix.summary = fmt::format("Correct the code {}.",
                                      finding.location.known() ? at(finding.location) : "of the revision");
  }
}

}  // namespace

void python_exception(const Context& context, std::vector<Finding>& findings) {
  const auto& exception = context.evidence().exception;
  if (!exception || !context.failures().empty() || has_root(findings)) return;
  if (exception->phase != "revision" && exception->phase != "graph") return;
  base::Location place;
  const chain::Revision* revision = context.revision(exception->revision);
  // While revisions are loaded none is being applied: the file tells.
  for (const run::Frame& frame : exception->frames)
    if (revision == nullptr && frame.in_project) revision = revision_of_file(context, frame.location.file);
  for (const run::Frame& frame : exception->frames) {
    if (!frame.in_project) continue;
    // Inside the revision's file the innermost frame; outside it only as long as no frame of the file is
    // known.
    const bool own = revision != nullptr && frame.location.file == revision->file;
    if (!own && revision != nullptr && place.file == revision->file) continue;
    place = frame.location;
  }
  if (!place.known() && revision != nullptr) place.file = revision->file;
  const std::string id = revision != nullptr ? revision->id : exception->revision;
  Finding finding = finding_at(context, "python-exception", id, place);
  finding.message = run::to_string(*exception);
  const record::Statement* last = nullptr;
  for (const record::Statement& statement : context.evidence().recording.statements)
    if (statement.source.revision == id && !context.is_version_statement(statement)) last = &statement;
  finding.cause = fmt::format("Revision {} raises {} in Python{}{}.", id, exception->type,
                              place.known() ? " (" + base::to_string(place) + ")" : "",
                              exception->message.empty() ? "" : ": " + in_sentence(exception->message));
  if (last != nullptr)
    finding.evidence.push_back(exhibit(*last, last->failed() ? "failed" : "",
                                       "The last statement of the revision before the exception."));
  for (const run::Frame& frame : exception->frames)
    if (frame.in_project) finding.evidence.push_back({id, frame.location, "", "", "in " + frame.function});
  if (!finding.evidence.empty()) finding.evidence.back().effect = "failed";
  mend(*exception, finding);
  add_network_attempts(context, finding);
  findings.push_back(std::move(finding));
}

}  // namespace windlass::diagnose
