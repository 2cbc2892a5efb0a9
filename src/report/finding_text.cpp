#include "report/finding_text.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/printable.h"
#include "base/text.h"
#include "report/servers.h"
#include "report/where_found.h"

namespace windlass::report {

namespace {

using diagnose::Finding;
using diagnose::Severity;

std::string severity_word(const Finding& finding, const Paint& paint) {
  if (finding.incomplete) return paint.yellow("incomplete");
  switch (finding.severity) {
    case Severity::Error:
      return paint.red("error");
    case Severity::Warning:
      return paint.yellow("warning");
    case Severity::Info:
      return "info";
  }
  return "info";
}

/// The line of the project's file, and a caret where the column is known.
void add_source_line(std::string& text, const CheckReport& report, const base::Location& at,
                     const TextStyle& style, const Paint& paint) {
  if (!at.known() || at.line == 0 || !report.source) return;
  const std::string raw = report.source(at);
  const std::string_view line = base::trim(raw);
  if (line.empty()) return;
  const std::string gutter = fmt::format("{} |", at.line);
  text += fmt::format("     {} {}\n", paint.dim(gutter), base::printable(base::shorten(line, style.width)));
  const size_t lead = raw.find(line.front());
  const size_t column = static_cast<size_t>(at.column);
  if (at.column == 0 || column <= lead || column - lead > std::min(line.size(), style.width)) return;
  const size_t before = base::display_width(base::printable(line.substr(0, column - 1 - lead)));
  text += fmt::format("     {} {}{}\n", paint.dim(std::string(gutter.size() - 1, ' ') + "|"),
                      std::string(before, ' '), paint.red("^"));
}

/// Evidence that is a sentence and nothing else: a difference between two catalogs, most often.
bool only_said(const diagnose::Exhibit& exhibit) {
  return !exhibit.location.known() && exhibit.effect.empty() && exhibit.statement.empty() &&
         exhibit.revision.empty();
}

void add_exhibits(std::string& text, const CheckReport& report, const Finding& finding,
                  const TextStyle& style, const Paint& paint) {
  if (finding.evidence.empty()) return;
  text += "\n  " + paint.bold("Evidence") + "\n";
  constexpr size_t kSaid = 10;
  int n = 0;
  size_t said = 0;
  for (const diagnose::Exhibit& exhibit : finding.evidence) {
    if (only_said(exhibit)) {
      if (style.verbose || ++said <= kSaid)
        text += wrapped("- " + base::printable(exhibit.note), "     ", style.width);
      continue;
    }
    std::string head = fmt::format("  {}. ", ++n);
    if (exhibit.location.known())
      head += paint.bold(base::printable(to_string(exhibit.location)));
    else
      head += exhibit.effect == "put-in" ? "(a row of windlass's own)" : "(no place in the project)";
    if (!exhibit.revision.empty()) head += "  revision " + base::printable(exhibit.revision);
    if (!exhibit.effect.empty() && exhibit.effect != "put-in") head += "  " + exhibit.effect;
    text += head + "\n";
    add_source_line(text, report, exhibit.location, style, paint);
    if (exhibit.helper.known()) {
      text += "     which called " + paint.bold(base::printable(to_string(exhibit.helper))) + "\n";
      add_source_line(text, report, exhibit.helper, style, paint);
    }
    if (!exhibit.statement.empty())
      text += wrapped("SQL: " + base::printable(exhibit.statement), "     ", style.width);
    if (!exhibit.note.empty()) text += wrapped(base::printable(exhibit.note), "     ", style.width);
  }
  if (said > kSaid) text += fmt::format("     and {} more (--verbose)\n", said - kSaid);
}

/// A step is a sentence when it reads like one; anything else is code, which keeps its form.
bool is_sentence(const std::string& line) {
  if (line.empty() || line.find(' ') == std::string::npos) return false;
  const bool capital = line.front() >= 'A' && line.front() <= 'Z';
  return capital && (line.back() == '.' || line.back() == ':' || line.back() == ')');
}

void add_steps(std::string& text, const Finding& finding, const TextStyle& style, const Paint& paint) {
  if (!finding.fix.summary.empty() || !finding.fix.steps.empty())
    text += "\n  " + paint.bold("What to do now") + "\n" + steps_text(finding, style);
  if (!finding.fix.do_not.empty()) {
    text += "\n  " + paint.bold("Do not") + "\n";
    text += wrapped(base::printable(finding.fix.do_not), "  ", style.width);
  }
}

/// A remark on a chain is not to bury what it says of it: cause and advice, without the evidence.
void add_info(std::string& text, const Finding& finding, const TextStyle& style, const Paint& paint) {
  text += wrapped(base::printable(finding.cause), "  ", style.width);
  text += wrapped(base::printable(finding.fix.summary), "  ", style.width);
  text += fmt::format("  {}\n", paint.dim("More: windlass explain " + finding.code + ", or --verbose"));
}

/// A line each for the first ten.
void add_named(std::string& text, const std::vector<const Finding*>& findings) {
  constexpr size_t kNamed = 10;
  const size_t n = findings.size();
  for (size_t i = 0; i < std::min(n, kNamed); ++i) text += "    " + named(*findings[i]) + "\n";
  if (n > kNamed) text += fmt::format("    and {} more (--verbose)\n", n - kNamed);
}

/// What follows from a root goes when the root is mended: named and counted, in full with --verbose only.
void add_followers(std::string& text, const Group& group, const Paint& paint) {
  if (group.followers.empty()) return;
  const size_t n = group.followers.size();
  text += "\n  " +
          paint.bold(n == 1 ? "1 finding follows from it" : fmt::format("{} findings follow from it", n)) +
          "\n";
  add_named(text, group.followers);
}

void add_finding(std::string& text, const CheckReport& report, const Finding& finding, const TextStyle& style,
                 const Paint& paint) {
  std::string head = fmt::format("{}  {}", severity_word(finding, paint), paint.bold(finding.code));
  if (!finding.revision.empty()) head += "  revision " + base::printable(finding.revision);
  if (finding.location.known()) head += "  " + base::printable(to_string(finding.location));
  text += "\n" + head + "\n";
  if (finding.severity == Severity::Info && !style.verbose) return add_info(text, finding, style, paint);
  text += wrapped(base::printable(finding.cause), "  ", style.width);
  if (!finding.message.empty()) {
    const std::string state = finding.sqlstate.empty() ? "" : fmt::format(" (SQLSTATE {})", finding.sqlstate);
    text += wrapped(fmt::format("Said: {}{}", base::printable(base::one_line(finding.message)), state), "  ",
                    style.width);
  }
  if (const std::string where = where_found(finding); !where.empty())
    text += wrapped(base::printable(where), "  ", style.width);
  if (const std::string where = servers_in_words(report, finding); !where.empty())
    text += wrapped(base::printable(where), "  ", style.width);
  if (finding.follows_from)
    for (const Finding& other : report.findings)
      if (other.id == *finding.follows_from) text += "  This only follows from " + named(other) + ".\n";
  if (finding.certainty == diagnose::Certainty::OnlyWhenGoingOn)
    text += "  It was seen only when going on past the others; it may go away with them.\n";
  add_exhibits(text, report, finding, style, paint);
  add_steps(text, finding, style, paint);
  text += fmt::format("\n  {}\n", paint.dim("More: windlass explain " + finding.code));
}

}  // namespace

std::string steps_text(const Finding& finding, const TextStyle& style) {
  std::string text;
  if (!finding.fix.summary.empty()) text += wrapped(base::printable(finding.fix.summary), "  ", style.width);
  for (const std::string& step : finding.fix.steps)
    for (const std::string& line : base::split(step, '\n')) {
      if (is_sentence(line))
        text += wrapped(base::printable(line), "  ", style.width);
      else
        text += "      " + base::printable(line) + "\n";
    }
  return text;
}

std::string named(const Finding& finding) {
  std::string name = finding.code;
  if (!finding.revision.empty()) name += "  revision " + base::printable(finding.revision);
  if (finding.location.known()) name += "  " + base::printable(to_string(finding.location));
  return name;
}

std::string group_text(const CheckReport& report, const Group& group, const TextStyle& style,
                       const Paint& paint) {
  std::string text;
  add_finding(text, report, *group.root, style, paint);
  add_followers(text, group, paint);
  if (style.verbose) {
    for (const Finding* follower : group.followers) add_finding(text, report, *follower, style, paint);
    for (const Finding* other : group.alike) add_finding(text, report, *other, style, paint);
  } else if (!group.alike.empty()) {
    text += fmt::format("  The same of {}:\n",
                        group.alike.size() == 1 ? "one more" : fmt::format("{} more", group.alike.size()));
    add_named(text, group.alike);
  }
  return text;
}

}  // namespace windlass::report
