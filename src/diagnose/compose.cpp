#include "diagnose/compose.h"

#include <algorithm>
#include <cctype>

#include "base/digest.h"
#include "base/text.h"

namespace windlass::diagnose {

std::string in_sentence(std::string_view message) {
  std::string text = base::shorten(base::one_line(message), 300);
  while (text.ends_with('.') && !text.ends_with("...")) text.pop_back();
  return text;
}

std::vector<std::string> detail_lines(const record::ServerMessage& error) {
  std::vector<std::string> lines;
  for (const std::string& line : base::split(error.detail, '\n'))
    if (!base::trim(line).empty()) lines.emplace_back(base::trim(line));
  return lines;
}

std::string short_statement(const record::Statement& statement) {
  return base::shorten(base::one_line(statement.text), 200);
}

base::Location place_of(const Context& context, const record::Statement& statement) {
  if (statement.source.location.known()) return statement.source.location;
  const auto& exception = context.evidence().exception;
  if (!exception || !context.exception_is(statement)) return {};
  base::Location place;
  const chain::Revision* revision = context.revision(exception->revision);
  for (const run::Frame& frame : exception->frames) {
    if (!frame.in_project) continue;
    if (revision != nullptr && frame.location.file == revision->file) return frame.location;
    place = frame.location;
  }
  return place;
}

Finding finding_of(const Context& context, const Failure& failure, std::string code) {
  const record::Statement& statement = *failure.statement;
  std::string revision = statement.source.revision;
  if (revision.empty() && context.exception_is(statement)) revision = context.evidence().exception->revision;
  Finding finding = finding_at(context, std::move(code), std::move(revision), place_of(context, statement));
  if (statement.error) {
    finding.sqlstate = statement.error->sqlstate;
    finding.message = statement.error->message;
  }
  finding.statement = short_statement(statement);
  finding.statement_number = statement.n;
  return finding;
}

Finding finding_at(const Context& context, std::string code, std::string revision, base::Location location) {
  Finding finding;
  finding.code = std::move(code);
  finding.revision = std::move(revision);
  finding.location = std::move(location);
  finding.scenario = context.evidence().scenario;
  return finding;
}

Exhibit exhibit(const record::Statement& statement, std::string effect, std::string note) {
  return {statement.source.revision, statement.source.location, short_statement(statement),
          std::move(effect),         std::move(note),           statement.source.helper};
}

Exhibit exhibit(const Sighting& sighting, std::string note) {
  const bool renamed = !sighting.effect->renamed_from.empty();
  return exhibit(*sighting.statement, renamed ? "altered" : catalog::to_string(sighting.effect->change),
                 std::move(note));
}

std::string at(const base::Location& location) {
  return location.known() ? "at " + base::to_string(location) : "";
}

std::string by_whom(const record::Statement& statement) {
  if (!statement.source.revision.empty()) return "revision " + statement.source.revision;
  return statement.source.location.known() ? statement.source.location.file + " (outside any revision)"
                                           : "a statement outside any revision";
}

std::string the(const Name& name) {
  return (name.kind == "label" ? std::string("label") : name.kind) + " \"" + name.text() + "\"";
}

std::string the(const catalog::Object& object) { return object.kind + " \"" + object.name + "\""; }

std::string python_strings(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) {
    if (!text.empty()) text += ", ";
    text += '"' + base::replace_all(base::replace_all(value, "\\", "\\\\"), "\"", "\\\"") + '"';
  }
  return text;
}

const chain::Revision* revision_of_file(const Context& context, const std::string& file) {
  for (const chain::Revision& revision : context.evidence().chain.revisions)
    if (revision.file == file) return &revision;
  return nullptr;
}

void add_network_attempts(const Context& context, Finding& finding) {
  for (const run::Seen& attempt : context.evidence().network_attempts)
    finding.evidence.push_back(
        {"", attempt.at, "", "", "Tried to reach " + attempt.what + ", which windlass does not allow."});
}

bool asks_catalog(const std::string& text) {
  for (const std::string_view part : {"pg_catalog.", "pg_class", "pg_type", "information_schema."})
    if (base::contains(text, part)) return true;
  return false;
}

const record::Statement& at_work(const std::vector<record::Statement>& statements) {
  const auto found = std::find_if(statements.rbegin(), statements.rend(),
                                  [](const record::Statement& statement) { return !statement.skipped; });
  return found == statements.rend() ? statements.back() : *found;
}

std::string last_words(const run::Evidence& evidence) {
  const std::vector<std::string> lines =
      base::split(base::trim(base::trim(evidence.err).empty() ? evidence.out : evidence.err), '\n');
  return base::shorten(base::trim(lines.back()), 500);
}

bool claimed(const std::vector<Finding>& findings, const record::Statement& statement) {
  return std::any_of(findings.begin(), findings.end(),
                     [&](const Finding& finding) { return finding.statement_number == statement.n; });
}

bool has_root(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.root && (finding.severity == Severity::Error || finding.incomplete);
  });
}

namespace {

/// `text` (in small letters) without the addresses that Python prints of objects, "<... object at
/// 0x7f44...>": another one in each run.
std::string without_addresses(const std::string& text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    if (text.compare(i, 2, "0x") == 0) {
      size_t end = i + 2;
      while (end < text.size() && std::isxdigit(static_cast<unsigned char>(text[end])) != 0) ++end;
      if (end - i > 2) {
        out += "0x#";
        i = end;
        continue;
      }
    }
    out += text[i++];
  }
  return out;
}

}  // namespace

std::string fingerprint(const Finding& finding) {
  // Where nothing was said, the cause tells two findings of one code apart; of its numbers only the lines
  // move.
  const bool said = !finding.message.empty();
  std::string message;
  bool digits = false;
  for (const char c : without_addresses(base::to_lower(said ? finding.message : finding.cause))) {
    const bool digit = c >= '0' && c <= '9' && (said || digits || message.ends_with(':'));
    if (!digit) message += c;
    if (digit && !digits) message += '#';
    digits = digit;
  }
  const std::string object = finding.object ? catalog::to_string(*finding.object) : "";
  const std::string digest =
      base::sha256(finding.code + '\n' + finding.revision + '\n' + object + '\n' + base::one_line(message));
  return digest.substr(std::string_view("sha256:").size(), 16);
}

}  // namespace windlass::diagnose
