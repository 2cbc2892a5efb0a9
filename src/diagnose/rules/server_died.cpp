// The server went away while the chain ran. What ran last is named; whether the chain or the machine
// is at fault cannot be told, so the verdict is "incomplete".
#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"
#include "diagnose/sender.h"

namespace windlass::diagnose {

namespace {

/// What the server's log says of its end, without the lines of every start and stop, and without the time and
/// process before each line (log_line_prefix).
std::vector<std::string> words_at_the_end(const std::string& log) {
  constexpr std::array kTelling = {"PANIC:", "terminated by signal", "out of memory", "No space left"};
  std::vector<std::string> words;
  for (const std::string& line : base::split(log, '\n'))
    if (std::any_of(kTelling.begin(), kTelling.end(),
                    [&](const char* telling) { return base::contains(line, telling); }))
      words.push_back(base::one_line(std::string_view(line).substr(line.find("] ") + 1)));
  return words;
}

}  // namespace

void server_died(const Context& context, std::vector<Finding>& findings) {
  if (!context.evidence().server_died) return;
  const auto& statements = context.evidence().recording.statements;
  Finding finding = finding_at(context, "server-died", "", {});
  finding.incomplete = true;
  if (statements.empty()) {
    finding.cause = "The PostgreSQL server ended before the first statement was answered.";
  } else {
    const record::Statement& last = at_work(statements);
    finding.revision = last.source.revision;
    finding.location = last.source.location;
    finding.statement = short_statement(last);
    finding.statement_number = last.n;
    if (last.error) {
      finding.sqlstate = last.error->sqlstate;
      finding.message = last.error->message;
    }
    finding.cause =
        fmt::format("The PostgreSQL server ended while the chain ran; the last statement came from {}.",
                    sender(last, last.source.location));
    finding.evidence = {exhibit(last, last.failed() ? "failed" : "", "The last statement seen.")};
    if (last.error) finding.evidence.back().note += " It was told: " + base::one_line(last.error->message);
  }
  const std::vector<std::string> log = words_at_the_end(context.evidence().server_log);
  for (const std::string& line : log)
    finding.evidence.push_back({"", {}, "", "", "The server's log: " + line});
  finding.fix.summary = log.empty() ? "Look at memory and disk: the server's log does not say why it ended."
                                    : "Look at what the server's log says above, then at memory and disk.";
  finding.fix.steps = {
      "Run again with --keep to keep the server's folder and log.",
      "If the same statement ends the server every time, it is a fault of the server or of an extension."};
  findings.push_back(std::move(finding));
}

}  // namespace windlass::diagnose
