#include "run/python_events.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "run/event_fields.h"

namespace windlass::run {

namespace {

using nlohmann::json;

base::Location place_of(const json& event) {
  return {text_of(event, "file"), whole_of(event, "line"), whole_of(event, "column")};
}

void read_hello(const json& event, Evidence& evidence) {
  evidence.tool.python = text_of(event, "python");
  evidence.tool.interpreter = text_of(event, "executable");
  evidence.tool.alembic = text_of(event, "alembic");
  evidence.tool.sqlalchemy = text_of(event, "sqlalchemy");
}

void read_driver(const json& event, Evidence& evidence) {
  const std::string driver = fmt::format("{} {}", text_of(event, "name"), text_of(event, "version"));
  if (!evidence.tool.driver.empty()) evidence.tool.driver += ", ";
  evidence.tool.driver += driver;
}

void read_chain(const json& event, Evidence& evidence) {
  evidence.chain.revisions.clear();
  const auto revisions = event.find("revisions");
  if (revisions == event.end() || !revisions->is_array()) return;
  for (const json& item : *revisions) {
    if (!item.is_object()) continue;
    chain::Revision revision;
    revision.id = text_of(item, "id");
    revision.parents = texts_of(item, "parents");
    revision.depends_on = texts_of(item, "depends_on");
    revision.labels = texts_of(item, "labels");
    revision.file = text_of(item, "file");
    revision.title = text_of(item, "title");
    revision.has_downgrade = flag_of(item, "downgrade", true);
    evidence.chain.revisions.push_back(std::move(revision));
  }
  evidence.chain.heads = texts_of(event, "heads");
  evidence.chain.bases = texts_of(event, "bases");
}

void read_configured(const json& event, Evidence& evidence) {
  MigrationSettings& settings = evidence.settings;
  settings.configured = true;
  settings.transaction_per_migration = flag_of(event, "transaction_per_migration");
  settings.transactional_ddl = flag_of(event, "transactional_ddl", true);
  if (std::string name = text_of(event, "version_table"); !name.empty())
    settings.version_table = std::move(name);
  settings.version_table_schema = text_of(event, "version_table_schema");
}

void read_step(const json& event, Evidence& evidence) {
  const double at = number_of(event, "t");
  if (text_of(event, "phase") == "start") {
    Step step;
    step.revision = text_of(event, "revision");
    step.direction = text_of(event, "direction");
    step.started = step.ended = at;
    evidence.steps.push_back(std::move(step));
  } else if (!evidence.steps.empty()) {
    evidence.steps.back().ended = at;
    evidence.steps.back().finished = true;
  }
}

void read_cached(Evidence& evidence) {
  if (!evidence.steps.empty()) evidence.steps.back().from_cache = true;
}

void read_enum(const json& event, Evidence& evidence) {
  EnumSeen seen;
  seen.name = text_of(event, "name");
  seen.type_class = text_of(event, "class");
  seen.labels = texts_of(event, "labels");
  if (const auto asked = event.find("create_type"); asked != event.end() && asked->is_boolean())
    seen.create_type = asked->get<bool>();
  seen.metadata = flag_of(event, "metadata");
  seen.native = flag_of(event, "native", true);
  seen.at = place_of(event);
  seen.revision = text_of(event, "revision");
  evidence.enums.push_back(std::move(seen));
}

void read_enum_use(const json& event, Evidence& evidence) {
  evidence.enum_uses.push_back({text_of(event, "how"), text_of(event, "schema"), text_of(event, "name"),
                                texts_of(event, "labels"), place_of(event), text_of(event, "revision")});
}

void read_models(const json& event, Evidence& evidence) {
  const auto tables = event.find("tables");
  if (tables == event.end() || !tables->is_array()) return;
  for (const json& item : *tables)
    if (item.is_object())
      evidence.models.push_back({text_of(item, "schema"), text_of(item, "name"), texts_of(item, "columns")});
}

void read_made_table(const json& item, const std::string& database, ModelsMade& models) {
  MadeTable table{
      database, text_of(item, "schema"),   text_of(item, "name"), {}, flag_of(item, "included", true),
      {},       texts_of(item, "excluded")};
  table.at = place_of(item);
  if (const auto columns = item.find("columns"); columns != item.end() && columns->is_array())
    for (const json& column : *columns)
      if (column.is_object())
        table.columns.push_back({text_of(column, "name"),
                                 {table.at.file, whole_of(column, "line"), 0},
                                 flag_of(column, "filled"),
                                 text_of(column, "sequence")});
  models.tables.push_back(std::move(table));
}

/// env.py may do so several times, for several databases or schemas.
void read_models_made(const json& event, ModelsMade& models) {
  models.told = true;
  if (!flag_of(event, "made")) {
    if (models.not_because.empty()) models.not_because = text_of(event, "because");
    models.nothing = models.nothing || flag_of(event, "nothing");
    return;
  }
  models.made = true;
  const std::string database = text_of(event, "database");
  if (const auto tables = event.find("tables"); tables != event.end() && tables->is_array())
    for (const json& item : *tables)
      if (item.is_object()) read_made_table(item, database, models);
  if (const auto enums = event.find("enums"); enums != event.end() && enums->is_array())
    for (const json& item : *enums)
      if (item.is_object())
        models.enums.push_back({database, text_of(item, "schema"), text_of(item, "name"),
                                texts_of(item, "labels"), place_of(item), text_of(item, "class"),
                                texts_of(item, "names"), texts_of(item, "values"),
                                texts_of(item, "columns")});
  for (std::string& other : texts_of(event, "others")) models.others.push_back(std::move(other));
}

void read_connect(const json& event, Evidence& evidence) {
  evidence.connects.push_back({text_of(event, "driver"), flag_of(event, "direct"), text_of(event, "target"),
                               text_of(event, "revision"), place_of(event)});
}

PythonException exception_of(const json& event) {
  PythonException exception;
  exception.type = text_of(event, "type");
  exception.message = text_of(event, "message");
  exception.phase = text_of(event, "phase");
  exception.revision = text_of(event, "revision");
  exception.missing_keys = texts_of(event, "missing_keys");
  exception.missing_module = text_of(event, "missing_module");
  exception.exit_code = whole_of(event, "exit_code");
  exception.first = flag_of(event, "first");
  if (const auto frames = event.find("frames"); frames != event.end() && frames->is_array())
    for (const json& item : *frames)
      if (item.is_object())
        exception.frames.push_back(
            {place_of(item), text_of(item, "function"), text_of(item, "text"), flag_of(item, "in_project")});
  return exception;
}

void read_libraries(const json& event, Evidence& evidence) {
  const auto modules = event.find("modules");
  if (modules == event.end() || !modules->is_array()) return;
  for (const json& module : *modules)
    if (module.is_array() && module.size() == 2 && module[0].is_string() && module[1].is_string())
      evidence.libraries.push_back({module[0].get<std::string>(), module[1].get<std::string>()});
}

void read_inputs(const json& event, Evidence& evidence) {
  for (std::string& file : texts_of(event, "files")) {
    const bool known = std::any_of(evidence.inputs.begin(), evidence.inputs.end(),
                                   [&](const Input& input) { return input.file == file; });
    if (!known) evidence.inputs.push_back({std::move(file), ""});
  }
}

void read_seen(const json& event, const char* name, std::vector<Seen>& list) {
  list.push_back({text_of(event, name), place_of(event)});
}

/// An enum built while its revision's file was loaded belongs to that revision.
void place_enums(Evidence& evidence) {
  std::map<std::string, std::string> revision_of;
  for (const chain::Revision& revision : evidence.chain.revisions) revision_of[revision.file] = revision.id;
  for (EnumSeen& seen : evidence.enums)
    if (seen.revision.empty())
      if (const auto found = revision_of.find(seen.at.file); found != revision_of.end())
        seen.revision = found->second;
}

/// What only run/kept_run.h, run/reuse.h and run/case_trace.h read.
bool is_about_reuse(std::string_view name) {
  static constexpr std::array<std::string_view, 11> kNames = {
      "plan",   "play",   "held",  "memo",  "savepoints",  "imported",
      "opened", "listed", "wrote", "trace", "driver-state"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

}  // namespace

void read_python_events(std::string_view lines, Evidence& evidence) {
  for (const std::string& line : base::split(lines, '\n')) {
    if (line.empty()) continue;
    const json event = json::parse(line, nullptr, false);
    const std::string name = event.is_object() ? text_of(event, "event") : std::string();
    if (name == "hello")
      read_hello(event, evidence);
    else if (name == "driver")
      read_driver(event, evidence);
    else if (name == "chain")
      read_chain(event, evidence);
    else if (name == "configured")
      read_configured(event, evidence);
    else if (name == "step")
      read_step(event, evidence);
    else if (name == "cached")
      read_cached(evidence);
    else if (name == "enum")
      read_enum(event, evidence);
    else if (name == "enum-use")
      read_enum_use(event, evidence);
    else if (name == "models")
      read_models(event, evidence);
    else if (name == "models-made")
      read_models_made(event, evidence.models_made);
    else if (name == "connect")
      read_connect(event, evidence);
    else if (name == "exception")
      evidence.exception = exception_of(event);
    else if (name == "left")
      evidence.left.push_back(exception_of(event));
    else if (name == "inputs")
      read_inputs(event, evidence);
    else if (name == "libraries")
      read_libraries(event, evidence);
    else if (name == "network")
      read_seen(event, "address", evidence.network_attempts);
    else if (name == "child")
      read_seen(event, "argv0", evidence.children);
    else if (name == "other-database")
      read_seen(event, "database", evidence.other_databases);
    else if (name == "remark")
      evidence.remarks.push_back(text_of(event, "text"));
    else if (!is_about_reuse(name) && name != "end")
      evidence.remarks.push_back(
          fmt::format("a line that is no event: {}", base::shorten(base::valid_utf8(line), 200)));
  }
  place_enums(evidence);
}

}  // namespace windlass::run
