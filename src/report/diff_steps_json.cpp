#include "report/diff_steps_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "catalog/wholes.h"
#include "report/json_parts.h"
#include "run/by_hand.h"

namespace windlass::report {

namespace {

/// A step is told statement by statement; what is known of it, of each.
Json step_json(const run::TakenStep& taken, const std::string& sql, bool after_loss) {
  Json step;
  step["object"] = object(taken.step.object);
  step["sql"] = text(sql);
  step["lock"] = Json();
  step["locks"] = Json::array();
  for (const auto& [table, mode] : taken.locks)
    step["locks"].push_back({{"table", text(table)}, {"mode", mode}});
  const std::string strongest = run::strongest_lock(taken.locks);
  if (!strongest.empty()) step["lock"] = strongest;
  step["rewrite"] = !taken.rewrites.empty();
  step["rewrites"] = texts(taken.rewrites);
  step["secret"] = taken.step.secret;
  step["destructive"] = !taken.step.loses.empty();
  // What works only once data is lost belongs there, too.
  step["after_loss"] = after_loss;
  step["loses"] = text_or_null(taken.step.loses);
  step["refused_by"] = text_or_null(taken.step.refused_by);
  return step;
}

/// Numbers from 1; a step `apart` has a transaction of its own.
Json steps_json(const run::Turned& turned) {
  Json steps = Json::array();
  size_t transaction = 0;
  for (const auto* some : {&turned.keeping, &turned.losing}) {
    bool open = false;
    for (const run::TakenStep& taken : *some) {
      if (taken.step.apart || !open) ++transaction;
      open = !taken.step.apart;
      for (const std::string& sql : run::shown(taken.step)) {
        Json step = step_json(taken, sql, some == &turned.losing);
        step["n"] = steps.size() + 1;
        step["transaction"] = transaction;
        steps.push_back(std::move(step));
      }
    }
  }
  return steps;
}

Json questions_json(const run::Turned& turned) {
  Json questions = Json::array();
  for (const run::Rename& each : turned.maybe_renamed) {
    const std::string id = base::sha256("rename\n" + to_string(each.from) + "\n" + to_string(each.to));
    questions.push_back(
        {{"id", id.substr(7, 16)}, {"kind", "rename"}, {"from", object(each.from)}, {"to", object(each.to)}});
  }
  return questions;
}

Json proof_json(const run::Turned* turned) {
  Json proof = {{"verdict", turned == nullptr ? "not-run" : turned->proven ? "proven" : "failed"}};
  static const run::Turned kNothing;
  const run::Turned& told = turned == nullptr ? kNothing : *turned;
  proof["because"] = text_or_null(told.because);
  proof["residual"] = texts(told.still_different);
  proof["refused"] = texts(told.refused);
  proof["by_hand"] = texts(told.by_hand);
  proof["left"] = texts(told.left);
  proof["remarks"] = texts(told.remarks);
  return proof;
}

/// Whether a step about `whole` is one about `difference`: the object itself, or the table that it comes
/// with.
bool is_about(const catalog::Difference& difference, const Json& whole) {
  const catalog::Object step{whole["kind"].get<std::string>(), whole["name"].get<std::string>()};
  if (step == difference.object) return true;
  return catalog::is_relation(step.kind) &&
         catalog::goes_with(difference.object,
                            difference.after.empty() ? difference.before : difference.after, step.name);
}

/// In the order of by_attribute(): those of one object one behind the other.
void add_numbers(Json& document, const DiffReport& report) {
  std::map<std::string, Json> numbers;
  for (const catalog::Difference& difference : report.differences) {
    Json& own = numbers[to_string(difference.object)] = Json::array();
    for (const Json& step : document["steps"])
      if (is_about(difference, step["object"])) own.push_back(step["n"]);
  }
  for (Json& each : document["differences"]) {
    const catalog::Object named{each["object"]["kind"].get<std::string>(),
                                each["object"]["name"].get<std::string>()};
    const auto found = numbers.find(to_string(named));
    each["steps"] = found == numbers.end() ? Json::array() : found->second;
  }
}

}  // namespace

void add_steps(nlohmann::ordered_json& document, const DiffReport& report) {
  document["steps"] = report.turned ? steps_json(*report.turned) : Json::array();
  document["questions"] = report.turned ? questions_json(*report.turned) : Json::array();
  document["proof"] = proof_json(report.turned ? &*report.turned : nullptr);
  add_numbers(document, report);
}

}  // namespace windlass::report
