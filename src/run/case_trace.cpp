#include "run/case_trace.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.h"
#include "run/event_fields.h"

namespace windlass::run {

namespace {

using nlohmann::json;

/// Events that tell of nothing from outside of the files. What an exception comes from is for `diagnose` to
/// judge, where there is something to say of the case (diagnose/kept_findings.h).
constexpr std::array<std::string_view, 23> kPlain = {
    "hello",  "driver",   "chain",       "configured", "step", "enum",         "enum-use", "inputs",
    "opened", "imported", "memo",        "savepoints", "held", "driver-state", "trace",    "libraries",
    "models", "end",      "models-made", "cached",     "plan", "play",         "exception"};

/// Why what `event` tells of cannot be known to be the same another time; empty where it can.
std::string unknown_of(const std::string& name, const json& event, bool in_step) {
  if (std::find(kPlain.begin(), kPlain.end(), name) != kPlain.end()) return {};
  // Each run connects; a revision that does so itself is led to no transaction of the run.
  if (name == "connect") return in_step ? "a revision connected by itself" : "";
  if (name == "child") return "it started a program";
  if (name == "network" || name == "other-database") return "it asked another host";
  if (name == "wrote") return "a revision wrote a file";
  if (name == "listed") return "a revision looked into a folder";
  if (name == "remark") return text_of(event, "text");
  return fmt::format("it told of {}", name);
}

}  // namespace

CaseTrace read_trace(std::string_view events) {
  CaseTrace trace;
  std::set<std::string> files;
  bool told = false, in_step = false;
  const auto unknown = [&](std::string because) {
    if (trace.unknown.empty()) trace.unknown = std::move(because);
  };
  for (const std::string& line : base::split(events, '\n')) {
    if (line.empty()) continue;
    const json event = json::parse(line, nullptr, false);
    if (!event.is_object()) {
      unknown("it told something that is no event");
      continue;
    }
    const std::string name = text_of(event, "event");
    if (name == "step") in_step = text_of(event, "phase") == "start";
    if (std::string because = unknown_of(name, event, in_step); !because.empty()) unknown(std::move(because));
    if (name == "trace" || name == "inputs" || name == "opened")
      for (std::string& file : texts_of(event, "files")) files.insert(std::move(file));
    if (name != "trace") continue;
    told = true;
    if (const auto libraries = event.find("libraries"); libraries != event.end() && libraries->is_array())
      for (const json& item : *libraries)
        if (item.is_array() && item.size() == 2 && item[0].is_string() && item[1].is_string())
          trace.libraries.push_back({item[0].get<std::string>(), item[1].get<std::string>()});
  }
  trace.files.assign(files.begin(), files.end());
  if (!told) unknown("which files it opened is not known");
  return trace;
}

void add_trace(CaseTrace& all, const CaseTrace& one) {
  if (all.unknown.empty()) all.unknown = one.unknown;
  for (const std::string& file : one.files)
    if (std::find(all.files.begin(), all.files.end(), file) == all.files.end()) all.files.push_back(file);
  for (const Seal& library : one.libraries)
    if (std::none_of(all.libraries.begin(), all.libraries.end(),
                     [&](const Seal& known) { return known.file == library.file; }))
      all.libraries.push_back(library);
}

}  // namespace windlass::run
