#include "base/digest.h"
#include "edit/lines.h"
#include "report/finding_json.h"
#include "report/fix_report.h"
#include "report/json_parts.h"

namespace windlass::report {

namespace {

Json position(const edit::Lines& lines, size_t byte) {
  const edit::Position at = lines.position_at(byte);
  return {{"line", at.line}, {"column", at.column}, {"byte", byte}};
}

Json patch_json(const fix::Patch& patch) {
  const edit::Lines lines(patch.before);
  Json edits = Json::array();
  for (const edit::Edit& each : patch.edits)
    edits.push_back({{"start", position(lines, each.begin)},
                     {"end", position(lines, each.end)},
                     {"text", text(each.text)}});
  Json proof = {{"verdict", "proven"},
                {"gone", patch.proof.gone},
                {"new", patch.proof.come_to_light},
                {"catalog", patch.proof.catalog},
                {"differences", texts(patch.proof.differences)}};
  if (patch.proof.run_again) proof["run_again"] = true;
  Json json = {{"id", patch.id},
               {"findings", patch.findings},
               {"summary", text(patch.summary)},
               {"file", text(patch.file)},
               {"before", base::sha256(patch.before)},
               {"after", base::sha256(patch.after)},
               {"edits", std::move(edits)},
               {"diff", text(patch.diff)},
               {"proof", std::move(proof)}};
  if (patch.is_new) json["new_file"] = true;
  if (!patch.released.empty())
    json["released"] = {{"revision", text(patch.released)},
                        {"by", text(patch.released_by)},
                        {"meaning", text(of_released(patch))}};
  if (const fix::NoNewRevision& none = patch.no_new_revision; !none.verdict.empty())
    json["released"]["new_revision"] = {{"verdict", none.verdict}, {"because", text(none.because)}};
  if (patch.instead_of_edit) {
    const fix::InsteadOfEdit& told = *patch.instead_of_edit;
    json["instead_of_edit"] = {{"revision", text(told.id)},
                               {"parents", texts(told.parents)},
                               {"children", texts(told.children)},
                               {"released", texts(told.instead_of)},
                               {"by", text(told.by)},
                               {"meaning", text(of_new_revision(told))},
                               {"upgrade", texts(told.upgrade)},
                               {"downgrade", texts(told.downgrade)},
                               {"no_way_back", told.no_way_back.empty() ? Json() : text(told.no_way_back)},
                               {"refused_by", texts(told.may_refuse)},
                               {"left", texts(told.left)}};
  }
  return json;
}

}  // namespace

std::string fix_json(const FixReport& report) {
  Json json;
  json["schema"] = "windlass.fix/1";
  json["windlass"] = WINDLASS_VERSION;
  json["project"] = text(report.project);
  json["verdict"] = verdict_of(report);
  json["applied"] = report.applied;
  json["uncommitted"] = texts(report.uncommitted);
  json["mended"] = diagnose::to_string(report.verdict);
  json["patches"] = Json::array();
  for (const fix::Patch& each : report.fixed.patches) json["patches"].push_back(patch_json(each));
  json["instructions"] = Json::array();
  for (const fix::Instruction& each : report.fixed.instructions) {
    if (!each.released.empty()) {
      json["instructions"].push_back(
          {{"finding", each.finding},
           {"reason", text(each.because)},
           {"steps", texts(each.steps)},
           {"released", {{"revisions", texts(each.released)}, {"by", text(each.released_by)}}}});
      continue;
    }
    Json steps = Json::array();
    for (const diagnose::Finding& finding : report.fixed.findings)
      if (finding.id == each.finding) {
        if (!finding.fix.summary.empty()) steps.push_back(text(finding.fix.summary));
        for (const std::string& step : each.steps.empty() ? finding.fix.steps : each.steps)
          steps.push_back(text(step));
      }
    json["instructions"].push_back(
        {{"finding", each.finding}, {"reason", text(each.because)}, {"steps", std::move(steps)}});
  }
  json["findings"] = Json::array();
  for (const diagnose::Finding& each : report.fixed.findings)
    json["findings"].push_back(finding_json(each, Json::array()));
  json["remarks"] = texts(report.remarks);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace windlass::report
