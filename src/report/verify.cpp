#include <fmt/core.h>

#include "base/printable.h"
#include "base/text.h"
#include "report/json_parts.h"
#include "report/page.h"
#include "report/verify_report.h"

namespace windlass::report {

namespace {

using lock::Change;
using lock::ChangeKind;
using lock::Signature;

const char* name_of(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::Edited:
      return "edited";
    case ChangeKind::Renumbered:
      return "renumbered";
    case ChangeKind::Moved:
      return "moved";
    case ChangeKind::Removed:
      return "removed";
  }
  return "edited";
}

const char* name_of(Signature signature) {
  switch (signature) {
    case Signature::None:
      return "none";
    case Signature::Wrong:
      return "wrong";
    case Signature::Other:
      return "other-key";
    case Signature::Good:
      return "good";
  }
  return "none";
}

bool signature_holds(const VerifyReport& report) {
  return report.signature == Signature::Good || (report.signature == Signature::None && !report.key_wanted);
}

std::string about_signature(const VerifyReport& report) {
  switch (report.signature) {
    case Signature::None:
      return report.key_wanted ? "It is not signed." : "";
    case Signature::Wrong:
      return "Its signature is wrong: somebody else wrote what stands there now.";
    case Signature::Other:
      return fmt::format("It is signed by another key than the one that was named: {}.", report.signed_by);
    case Signature::Good:
      return report.key_wanted
                 ? std::string("Signed by the key that was named.")
                 : fmt::format("Signed by the key {}; --key says whose it must be.", report.signed_by);
  }
  return {};
}

}  // namespace

bool holds(const VerifyReport& report) {
  return report.unreadable.empty() && signature_holds(report) && report.changes.empty() &&
         report.unknown.empty() && report.changed_inputs.empty();
}

std::string verify_text(const VerifyReport& report, const TextStyle& style) {
  const Paint paint(style.colour);
  const std::string name = base::printable(report.project);
  if (!report.unreadable.empty())
    return fmt::format("{}: {}\n", name, paint.red("not verified")) +
           wrapped(
               base::printable(fmt::format("{}: {}. {}", report.lock_file, report.unreadable, report.hint)),
               "", style.width);
  std::string text =
      holds(report) ? fmt::format("{}: {} - proven on {}{}\n", name, paint.green("verified"), report.proven,
                                  report.since.empty() ? "" : " since " + base::printable(report.since))
                    : fmt::format("{}: {}\n", name, paint.red("not verified"));
  const auto add = [&](const std::string& line) { text += wrapped(base::printable(line), "", style.width); };
  for (const Change& change : report.changes)
    add(fmt::format("Revision {} {} since {} was written.", change.id, lock::in_words(change),
                    report.lock_file));
  if (!report.unknown.empty())
    add(fmt::format("{} does not know {}: not proven yet.", report.lock_file,
                    base::join(report.unknown, ", ")));
  for (const std::string& file : report.changed_inputs)
    add(fmt::format("{} is not what it was when the chain was proven.", file));
  if (const std::string words = about_signature(report); !words.empty()) add(words);
  return text;
}

std::string verify_json(const VerifyReport& report) {
  Json changes = Json::array();
  for (const Change& change : report.changes)
    changes.push_back({{"revision", text(change.id)},
                       {"change", name_of(change.kind)},
                       {"now", text_or_null(change.now_id)},
                       {"inserted", texts(change.inserted)}});
  Json json;
  json["schema"] = "windlass.verify/1";
  json["windlass"] = WINDLASS_VERSION;
  json["project"] = text(report.project);
  json["verdict"] = holds(report) ? "verified" : "not-verified";
  json["lock"] = {{"file", text(report.lock_file)},
                  {"because", text_or_null(report.unreadable)},
                  {"proven", text_or_null(report.proven)},
                  {"since", text_or_null(report.since)}};
  json["signature"] = {{"verdict", name_of(report.signature)}, {"key", text_or_null(report.signed_by)}};
  json["changes"] = std::move(changes);
  json["unknown"] = texts(report.unknown);
  json["changed_inputs"] = texts(report.changed_inputs);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace windlass::report
