#include "record/recording_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "record/lost_work.h"

namespace windlass::record {

namespace {

using Json = nlohmann::ordered_json;

Json or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

double rounded(double value) { return std::round(value * 1000) / 1000; }

Json location_json(const base::Location& location) {
  if (!location.known()) return {};
  Json json = {{"file", location.file}};
  json["line"] = location.line > 0 ? Json(location.line) : Json();
  json["column"] = location.column > 0 ? Json(location.column) : Json();
  return json;
}

/// Only the fields the server sent.
Json message_json(const ServerMessage& message) {
  Json json = {{"severity", message.severity}, {"sqlstate", message.sqlstate}, {"message", message.message}};
  const std::pair<const char*, const std::string*> texts[] = {{"detail", &message.detail},
                                                              {"hint", &message.hint},
                                                              {"where", &message.where},
                                                              {"schema", &message.schema},
                                                              {"table", &message.table},
                                                              {"column", &message.column},
                                                              {"data_type", &message.data_type},
                                                              {"constraint", &message.constraint},
                                                              {"internal_query", &message.internal_query}};
  for (const auto& [name, text] : texts)
    if (!text->empty()) json[name] = *text;
  if (message.position > 0) json["position"] = message.position;
  if (message.internal_position > 0) json["internal_position"] = message.internal_position;
  return json;
}

const char* word(catalog::Change change) {
  switch (change) {
    case catalog::Change::Created:
      return "created";
    case catalog::Change::Altered:
      return "altered";
    case catalog::Change::Dropped:
      return "dropped";
  }
  return "";
}

Json effect_json(const catalog::Effect& effect) {
  Json json = {{"object", {{"kind", effect.object.kind}, {"name", effect.object.name}}},
               {"effect", effect.rolled_back ? "rolled-back" : word(effect.change)}};
  if (effect.rolled_back) json["undone"] = word(effect.change);
  json["definition"] = or_null(effect.after);
  json["before"] = or_null(effect.before);
  if (!effect.renamed_from.empty()) json["renamed_from"] = effect.renamed_from;
  return json;
}

Json parameter_json(const Parameter& parameter) {
  if (!parameter.null && !parameter.value) return or_null(parameter.type);
  return {{"type", or_null(parameter.type)}, {"value", parameter.value ? Json(*parameter.value) : Json()}};
}

Json statement_json(const Statement& statement) {
  Json json = {{"n", statement.n},
               {"session", statement.session},
               {"transaction", statement.transaction},
               {"location", location_json(statement.source.location)},
               {"revision", or_null(statement.source.revision)},
               {"operation", or_null(statement.source.operation)},
               {"emitted", or_null(statement.source.emitted)},
               {"protocol", statement.protocol == Protocol::Simple ? "simple" : "extended"},
               {"text", statement.text}};
  if (statement.source.helper.known()) json["helper"] = location_json(statement.source.helper);
  if (!statement.digest.empty()) {
    json["length"] = statement.length;
    json["digest"] = statement.digest;
  }
  json["parameters"] = Json::array();
  for (const Parameter& parameter : statement.parameters)
    json["parameters"].push_back(parameter_json(parameter));
  if (statement.executions != 1) json["executions"] = statement.executions;
  json["tag"] = or_null(statement.tag);
  json["rows"] = statement.rows ? Json(*statement.rows) : Json();
  json["started"] = rounded(statement.started * 1000) / 1000;
  json["milliseconds"] = rounded(statement.milliseconds);
  json["error"] = statement.error ? message_json(*statement.error) : Json();
  json["notices"] = Json::array();
  for (const ServerMessage& notice : statement.notices) json["notices"].push_back(message_json(notice));
  json["effects"] = Json::array();
  for (const catalog::Effect& effect : statement.effects) json["effects"].push_back(effect_json(effect));
  json["skipped"] = statement.skipped;
  json["status_after"] = std::string(1, statement.status_after);
  return json;
}

Json session_json(const Session& session) {
  return {{"n", session.n},
          {"user", session.user},
          {"database", session.database},
          {"application_name", session.application_name},
          {"backend_pid", session.backend_pid},
          {"tls", session.tls},
          {"started", rounded(session.started * 1000) / 1000},
          {"ended", rounded(session.ended * 1000) / 1000},
          {"ended_by", or_null(session.ended_by)},
          {"remarks", session.remarks}};
}

/// Bytes that are no UTF-8 (a database in another encoding) become U+FFFD.
std::string dump(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

void write_recording(const RecordingDocument& document, const std::function<void(std::string_view)>& write) {
  write(R"({"schema":"windlass.record/1","windlass":)" + dump(WINDLASS_VERSION) + ",\"command\":" +
        dump(document.command) + ",\"exit\":" + std::to_string(document.exit) + ",\n\"sessions\":[");
  const char* separator = "\n";
  for (const Session& session : document.recording.sessions) {
    write(separator + dump(session_json(session)));
    separator = ",\n";
  }
  write("],\n\"statements\":[");
  separator = "\n";
  for (const Statement& statement : document.recording.statements) {
    write(separator + dump(statement_json(statement)));
    separator = ",\n";
  }
  write("],\n\"lost\":[");
  separator = "";
  for (const LostWork& lost : lost_work(document.recording)) {
    write(separator +
          dump({{"commit", lost.commit}, {"error", lost.error == 0 ? Json() : Json(lost.error)}}));
    separator = ",";
  }
  write("]}\n");
}

std::string to_json(const RecordingDocument& document) {
  std::string text;
  write_recording(document, [&text](std::string_view part) { text.append(part); });
  return text;
}

}  // namespace windlass::record
