#include "report/record_text.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/printable.h"
#include "base/text.h"
#include "catalog/effect.h"
#include "record/lost_work.h"
#include "report/check_report.h"
#include "report/check_text.h"

namespace windlass::report {

namespace {

constexpr std::string_view kIndent = "         ";

std::string painted(bool on, const char* code, const std::string& text) {
  return on ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : text;
}

/// "CREATE TABLE", "failed 42710", "not run".
std::string outcome_text(const record::Statement& statement, bool colour) {
  if (statement.failed())
    return painted(colour, "1;31", fmt::format("failed {}", base::printable(statement.error->sqlstate)));
  if (statement.skipped) return painted(colour, "2", "not run");
  if (statement.tag.empty()) return painted(colour, "1;33", "no answer");
  return base::printable(statement.tag);
}

std::string indented(const std::string& line) { return std::string(kIndent) + line + "\n"; }

void add_message(std::string& text, const record::ServerMessage& message) {
  text += indented(base::printable(message.severity + ": " + message.message));
  if (!message.detail.empty()) text += indented("DETAIL: " + base::printable(message.detail));
  if (!message.hint.empty()) text += indented("HINT: " + base::printable(message.hint));
}

void add_statement(std::string& text, const record::Statement& statement, const RecordStyle& style) {
  std::string head = fmt::format("{:>5}  {}", statement.n, outcome_text(statement, style.colour));
  if (!statement.skipped) head += fmt::format("  {}", base::duration_text(statement.milliseconds / 1000));
  if (statement.executions > 1) head += fmt::format("  {} times", statement.executions);
  if (statement.source.location.known()) head += "  " + base::printable(to_string(statement.source.location));
  if (statement.source.helper.known()) head += " via " + base::printable(to_string(statement.source.helper));
  text += head + "\n";
  if (style.verbose) {
    for (const std::string& line : base::split(base::printable_lines(base::trim(statement.text)), '\n'))
      text += indented(line);
  } else {
    const size_t room = std::max(style.width, size_t{40}) - kIndent.size();
    text += indented(base::printable(base::shorten(base::one_line(statement.text), room)));
  }
  if (statement.failed()) add_message(text, *statement.error);
  for (const record::ServerMessage& notice : statement.notices) add_message(text, notice);
  for (const catalog::Effect& effect : statement.effects) {
    std::string line = fmt::format("-> {} {}", catalog::outcome_of(effect), to_string(effect.object));
    if (!effect.renamed_from.empty()) line += " (was " + effect.renamed_from + ")";
    text += indented(painted(style.colour, effect.rolled_back ? "2" : "32", base::printable(line)));
  }
}

/// What a COMMIT that was answered with ROLLBACK means, and how to hear of it.
void add_lost(std::string& text, const record::Recording& recording, const record::LostWork& lost,
              size_t width) {
  const auto numbered = [&](int n) -> const record::Statement* {
    for (const record::Statement& statement : recording.statements)
      if (statement.n == n) return &statement;
    return nullptr;
  };
  const record::Statement* commit = numbered(lost.commit);
  std::string line = fmt::format(
      "Lost: the server answered statement {}, {}, with ROLLBACK: all that its transaction had done is gone.",
      lost.commit, base::shorten(base::one_line(commit->text), 40));
  if (const record::Statement* error = numbered(lost.error))
    line += fmt::format(" The first error is statement {}: {} ({}).", lost.error, error->error->message,
                        error->error->sqlstate);
  if (lost.went_on) line += " Later transactions were committed all the same: the result has a hole.";
  for (const record::Session& session : recording.sessions)
    if (session.n == commit->session && session.application_name == "psql")
      line += " Let psql stop at the first error, and say so: psql -v ON_ERROR_STOP=1.";
  text += wrapped(base::printable(line), "", width);
}

}  // namespace

std::string record_text(const RecordReport& report, const RecordStyle& style) {
  const record::Recording& recording = *report.recording;
  std::string text;
  size_t failed = 0, effects = 0, undone = 0;
  uint64_t executed = 0;
  for (const record::Statement& statement : recording.statements) {
    if (!style.quiet || statement.failed()) add_statement(text, statement, style);
    if (statement.failed()) ++failed;
    if (!statement.skipped) executed += statement.executions;
    for (const catalog::Effect& effect : statement.effects) ++(effect.rolled_back ? undone : effects);
  }
  if (!text.empty()) text += "\n";
  if (!report.command.empty())
    text += fmt::format("{}: {}; {}\n", base::printable(base::join(report.command, " ")), report.ended,
                        base::duration_text(report.seconds));
  if (recording.sessions.empty()) {
    text += "The command did not connect to the scratch database.\n";
  } else {
    text += fmt::format("{} in {}", base::count_of(executed, "statement"),
                        base::count_of(recording.sessions.size(), "session"));
    if (failed > 0) text += fmt::format(", {} failed", failed);
    text += fmt::format("; {}", base::count_of(effects, "effect"));
    if (undone > 0) text += fmt::format(", and {} rolled back", undone);
    text += "\n";
  }
  for (const record::LostWork& lost : record::lost_work(recording))
    add_lost(text, recording, lost, style.width);
  const bool differ = !report.server_user.empty() && report.server_user != report.user;
  const std::string place =
      with_note(report.place, differ ? "as " + report.server_user + ", the command as " + report.user : "");
  for (const std::string& line : {place, report.isolation})
    if (!line.empty()) text += base::printable(line) + "\n";
  for (const record::Session& session : recording.sessions)
    for (const std::string& remark : session.remarks)
      text += fmt::format("Note: session {}: {}\n", session.n, base::printable(remark));
  for (const std::string& remark : report.remarks) text += "Note: " + base::printable(remark) + "\n";
  if (!report.psql_line.empty()) text += "Kept: " + base::printable(report.psql_line) + "\n";
  if (!report.end_command.empty()) text += "End it with: " + base::printable(report.end_command) + "\n";
  return text;
}

std::string record_text(const record::Recording& recording, size_t width) {
  RecordReport report;
  report.recording = &recording;
  RecordStyle style;
  style.width = width;
  return record_text(report, style);
}

}  // namespace windlass::report
