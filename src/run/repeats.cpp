#include "run/repeats.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

namespace windlass::run {

namespace {

/// Set by the project's people, it holds wherever they run the chain.
bool is_set(const EnvironmentSources& environment, std::string_view name) {
  for (const Variables* variables : {&environment.flags, &environment.config, &environment.dotenv})
    for (const auto& [each, value] : *variables)
      if (each == name && value != "random") return true;
  return false;
}

/// Where the machine does not know it, libraries that look for it would fail.
bool is_known(const std::string& zone) {
  std::error_code code;
  return !zone.empty() && std::filesystem::exists("/usr/share/zoneinfo/" + zone, code);
}

}  // namespace

std::vector<Variables> repeats(const EnvironmentSources& environment) {
  const bool seeds = !is_set(environment, "PYTHONHASHSEED"), zones = !is_set(environment, "TZ");
  std::vector<Variables> found;
  for (const auto& [seed, zone] : {std::pair("1", ""), {"2", "Etc/GMT+12"}, {"3", "Etc/GMT-14"}}) {
    Variables variables;
    if (seeds) variables.emplace_back("PYTHONHASHSEED", seed);
    if (zones && is_known(zone)) variables.emplace_back("TZ", zone);
    if (std::find(found.begin(), found.end(), variables) == found.end()) found.push_back(variables);
  }
  return found;
}

std::string in_words(const Variables& variables) {
  std::string words;
  for (const auto& [name, value] : variables)
    words +=
        fmt::format("{}{} {}", words.empty() ? "" : ", ", name == "TZ" ? "time zone" : "hash seed", value);
  return words;
}

}  // namespace windlass::run
