#include "report/graph_json.h"

#include "report/json_parts.h"

namespace windlass::report {

namespace {

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
