#include "report/graph_json.h"

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace windlass::report {

namespace {

using Json = nlohmann::ordered_json;

Json text(const std::string& value) { return base::valid_utf8(value); }

Json texts(const std::vector<std::string>& values) {
  Json json = Json::array();
  for (const std::string& value : values) json.push_back(text(value));
  return json;
}

Json location(const base::Location& at) {
  if (!at.known()) return nullptr;
  Json json{{"file", text(at.file)}};
  json["line"] = at.line > 0 ? Json(at.line) : Json(nullptr);
  json["column"] = at.column > 0 ? Json(at.column) : Json(nullptr);
  return json;
}

Json revision_json(const chain::Revision& revision) {
  return {
      {"id", text(revision.id)},
      {"parents", texts(revision.parents)},
      {"depends_on", texts(revision.depends_on)},
      {"labels", texts(revision.labels)},
      {"title", text(revision.title)},
      {"location", location(revision.id_at.known() ? revision.id_at : base::Location{revision.file, 0, 0})},
      {"digest", revision.digest.empty() ? Json(nullptr) : Json(revision.digest)}};
}

}  // namespace

std::string graph_json(const chain::Chain& chain, const std::vector<chain::Problem>& problems,
                       const std::string& project) {
  Json revisions = Json::array();
  for (const chain::Revision& revision : chain.revisions) revisions.push_back(revision_json(revision));
  Json left_out = Json::array();
  for (const chain::Revision& revision : chain.left_out) left_out.push_back(revision_json(revision));
  Json told = Json::array();
  for (const chain::Problem& problem : problems) {
    Json related = Json::array();
    for (const base::Location& place : problem.related) related.push_back(location(place));
    told.push_back({{"code", problem.code},
                    {"severity", problem.fatal ? "error" : "warning"},
                    {"revision", problem.revision.empty() ? Json(nullptr) : text(problem.revision)},
                    {"location", location(problem.at)},
                    {"message", text(problem.message)},
                    {"related", std::move(related)}});
  }
  Json json;
  json["schema"] = "windlass.graph/1";
  json["windlass"] = WINDLASS_VERSION;
  json["project"] = text(project);
  json["chain"] = {
      {"kind", chain.kind},          {"revisions", std::move(revisions)}, {"left_out", std::move(left_out)},
      {"bases", texts(chain.bases)}, {"heads", texts(chain.heads)},       {"digest", chain.digest}};
  json["problems"] = std::move(told);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace windlass::report
