// The probes of src/run/probes: one change of an object's kind or attribute each. For tests alone.
//
// A file is made of probes:
//   == [15-17] what is changed       ("[15-17]", "[15-]", "[-14]": only on these major versions)
//   before: SQL                      what there is; the schema `a` is there and empty
//   change: SQL
//   back: SQL                        undoes the change; "back: none" where nothing can, with the reason
//   clean: SQL                       takes away what is not in the schema `a`
//       SENTENCE                     indented: every difference; "..." at its end: the rest may be anything
// Each key may come several times.
#pragma once

#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"

namespace windlass::run {

/// "[15-] text" of certain major versions only.
struct Line {
  std::string condition, text;
};

inline Line line_of(std::string_view text) {
  Line line;
  if (text.starts_with("[") && text.find("] ") != std::string_view::npos) {
    line.condition = text.substr(0, text.find("] ") + 1);
    text.remove_prefix(line.condition.size() + 1);
  }
  line.text = text;
  return line;
}

inline std::string spelled(const Line& line) {
  return line.condition.empty() ? line.text : line.condition + " " + line.text;
}

inline bool holds(const std::string& condition, int major) {
  const size_t dash = condition.find('-');
  if (dash == std::string::npos) return true;
  const int from = std::atoi(condition.c_str() + 1), to = std::atoi(condition.c_str() + dash + 1);
  return major >= from && (to == 0 || major <= to);
}

struct Probe {
  Line name;
  std::vector<std::pair<std::string, std::string>> steps;  ///< "before", "change", "back", "clean": SQL
  std::vector<Line> differences;
};

struct ProbeFile {
  std::string head;  ///< comments
  std::vector<Probe> probes;
};

inline ProbeFile read_probes(const std::string& text) {
  ProbeFile file;
  for (const std::string_view line : base::split(text, '\n')) {
    if (line.starts_with("== ")) {
      file.probes.push_back({line_of(line.substr(3)), {}, {}});
    } else if (file.probes.empty()) {
      if (!base::trim(line).empty()) file.head += std::string(line) + "\n";
    } else if (line.starts_with("    ")) {
      file.probes.back().differences.push_back(line_of(base::trim(line)));
    } else if (const size_t colon = line.find(": "); colon != std::string_view::npos) {
      file.probes.back().steps.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    }
  }
  return file;
}

inline std::string write_probes(const ProbeFile& file) {
  std::string text = file.head;
  for (const Probe& probe : file.probes) {
    text += (text.empty() ? "== " : "\n== ") + spelled(probe.name) + "\n";
    for (const auto& [key, sql] : probe.steps) text += key + ": " + sql + "\n";
    for (const Line& each : probe.differences) text += "    " + spelled(each) + "\n";
  }
  return text;
}

}  // namespace windlass::run
