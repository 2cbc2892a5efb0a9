#include "report/baseline.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "report/json_parts.h"

namespace windlass::report {

namespace {

constexpr std::string_view kSchema = "windlass.baseline/1", kCheck = "windlass.check/1";
constexpr std::string_view kHint =
    "Name a file that `windlass check --write-baseline FILE` or `windlass check --format json` wrote.";

base::Error refused(const std::string& file, std::string got, std::string_view hint = kHint) {
  return {"read the baseline", file, std::move(got), std::string(hint), base::Exit::Usage};
}

/// The string at `key`; empty where there is none.
std::string string_at(const Json& json, const char* key) {
  const auto at = json.find(key);
  return at != json.end() && at->is_string() ? at->get<std::string>() : std::string();
}

std::string why_foreign(const std::string& schema) {
  if (schema.empty()) return "it is no document of windlass: it names no schema";
  if (schema.starts_with("windlass.error/"))
    return "it is the report of a check that failed, without findings";
  if (schema.starts_with("windlass.check/") || schema.starts_with("windlass.baseline/"))
    return fmt::format("it is {}; this windlass reads {} and {}", schema, kSchema, kCheck);
  return fmt::format("it is {}, which holds no findings", schema);
}

bool belongs(const diagnose::Finding& finding) { return !finding.suppressed && !finding.incomplete; }

/// A cause names places, "versions/008.py:38", whose lines move: without them the entry stays as it is.
std::string without_lines(const std::string& cause) {
  std::string text;
  for (size_t at = 0; at < cause.size(); ++at) {
    size_t end = at + 1;
    while (cause[at] == ':' && end < cause.size() && cause[end] >= '0' && cause[end] <= '9') ++end;
    if (end > at + 1)
      at = end - 1;
    else
      text += cause[at];
  }
  return text;
}

BaselineEntry entry_of(const diagnose::Finding& finding) {
  const std::string said = finding.message.empty() ? without_lines(finding.cause) : finding.message;
  return {finding.location.file, finding.revision, finding.code, finding.fingerprint,
          base::valid_utf8(base::shorten(base::one_line(said), 200))};
}

}  // namespace

base::Result<Baseline> parse_baseline(std::string_view text, const std::string& file) {
  const Json document = Json::parse(text, nullptr, false);
  if (document.is_discarded()) return base::fail(refused(file, "it is no JSON"));
  const std::string schema = document.is_object() ? string_at(document, "schema") : "";
  if (schema != kSchema && schema != kCheck) {
    const bool newer = schema.starts_with("windlass.check/") || schema.starts_with("windlass.baseline/");
    return base::fail(
        refused(file, why_foreign(schema),
                newer ? "Write it anew with this windlass: windlass check --write-baseline FILE" : kHint));
  }
  const auto findings = document.find("findings");
  if (findings == document.end() || !findings->is_array())
    return base::fail(refused(file, "it has no list of findings"));
  Baseline baseline{file, {}};
  for (const Json& finding : *findings) {
    BaselineEntry entry;
    if (finding.is_object())
      entry = {string_at(finding, "file"), string_at(finding, "revision"), string_at(finding, "code"),
               string_at(finding, "fingerprint"), string_at(finding, "message")};
    if (entry.code.empty() || entry.fingerprint.empty())
      return base::fail(refused(
          file, fmt::format("its finding {} has no code or no fingerprint", baseline.entries.size() + 1)));
    if (schema == kCheck) {
      const auto suppressed = finding.find("suppressed");
      if (suppressed != finding.end() && !suppressed->is_null()) continue;
      const auto place = finding.find("location");
      if (place != finding.end() && place->is_object()) entry.file = string_at(*place, "file");
    }
    baseline.entries.push_back(std::move(entry));
  }
  return baseline;
}

BaselineUse apply_baseline(const Baseline& baseline, const run::Evidence& evidence,
                           std::vector<diagnose::Finding>& findings) {
  std::set<std::string> known, seen;
  for (const BaselineEntry& entry : baseline.entries) known.insert(entry.fingerprint);
  for (diagnose::Finding& finding : findings) {
    finding.known = known.contains(finding.fingerprint);
    seen.insert(finding.fingerprint);
  }
  std::set<std::string> finished;
  for (const run::Step& step : evidence.steps)
    if (step.finished && step.direction == "upgrade") finished.insert(step.revision);
  const auto& revisions = evidence.chain.revisions;
  const bool all =
      !revisions.empty() && std::all_of(revisions.begin(), revisions.end(),
                                        [&](const auto& each) { return finished.contains(each.id); });
  BaselineUse use;
  use.file = baseline.file;
  for (const BaselineEntry& entry : baseline.entries) {
    if (seen.contains(entry.fingerprint)) continue;
    const bool no_more =
        !entry.revision.empty() && !revisions.empty() && evidence.chain.find(entry.revision) == nullptr;
    if (all || no_more || finished.contains(entry.revision))
      use.gone.push_back(entry);
    else
      ++use.not_looked_for;
  }
  return use;
}

std::string baseline_json(const std::vector<diagnose::Finding>& findings) {
  std::set<BaselineEntry> entries;  // sorted, each once
  for (const diagnose::Finding& finding : findings)
    if (belongs(finding)) entries.insert(entry_of(finding));
  std::string lines;
  for (const BaselineEntry& entry : entries) {
    Json line;
    line["file"] = text_or_null(entry.file);
    line["revision"] = text_or_null(entry.revision);
    line["code"] = entry.code;
    line["fingerprint"] = entry.fingerprint;
    line["message"] = text(entry.message);
    lines +=
        (lines.empty() ? "\n    " : ",\n    ") + line.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return fmt::format("{{\n  \"schema\": \"{}\",\n  \"findings\": [{}{}]\n}}\n", kSchema, lines,
                     lines.empty() ? "" : "\n  ");
}

std::string baseline_remark(const BaselineUse& use) {
  std::vector<std::string> parts;
  if (!use.gone.empty())
    parts.push_back(fmt::format("{} of the baseline's findings {} gone: write it anew (--write-baseline {}).",
                                use.gone.size(), use.gone.size() == 1 ? "is" : "are", use.file));
  if (use.not_looked_for > 0)
    parts.push_back(fmt::format("{} of the baseline's findings {} not looked for: the run ended before.",
                                use.not_looked_for, use.not_looked_for == 1 ? "was" : "were"));
  return base::join(parts, " ");
}

}  // namespace windlass::report
