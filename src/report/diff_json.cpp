#include "report/diff_json.h"

#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "report/diff_steps_json.h"
#include "report/json_parts.h"

namespace windlass::report {

namespace {

Json side_json(const DiffSide& side) {
  Json json = {{"kind", side.kind},
               {"name", text(side.name)},
               {"server", text_or_null(side.server)},
               {"fingerprint", text(side.fingerprint)},
               {"remarks", Json::array()}};
  for (const std::string& remark : side.remarks) json["remarks"].push_back(text(remark));
  return json;
}

const char* change_word(catalog::Change change) {
  switch (change) {
    case catalog::Change::Created:
      return "added";
    case catalog::Change::Dropped:
      return "removed";
    case catalog::Change::Altered:
      return "changed";
  }
  return "changed";
}

}  // namespace

std::string diff_json(const DiffReport& report) {
  Json json;
  json["schema"] = "windlass.diff/1";
  json["windlass"] = WINDLASS_VERSION;
  json["verdict"] = report.verdict();
  json["a"] = side_json(report.a);
  json["b"] = side_json(report.b);
  json["differences"] = Json::array();
  for (const catalog::AttributeDifference& each : catalog::by_attribute(report.differences)) {
    const std::string change = change_word(each.change);
    // Of what is compared, not of the values: the same difference another day is the same.
    const std::string id = base::sha256(change + '\n' + to_string(each.object) + '\n' + each.attribute);
    json["differences"].push_back({{"id", id.substr(7, 16)},
                                   {"change", change},
                                   {"object", object(each.object)},
                                   {"attribute", text_or_null(each.attribute)},
                                   {"a", definition(each.a)},
                                   {"b", definition(each.b)},
                                   {"sentence", text(each.sentence)}});
  }
  json["not_compared"] = noted(report.not_compared);
  json["renderings"] = noted(report.renderings);
  json["unsaid"] = noted(report.unsaid);
  add_steps(json, report);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace windlass::report
