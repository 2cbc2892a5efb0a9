// The fields of an event of the Python part. A field that is missing, or of another type, is as one that is
// empty: the project's process could write to the descriptor, too.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/text.h"

namespace windlass::run {

inline std::string text_of(const nlohmann::json& event, const char* name) {
  const auto found = event.find(name);
  return found != event.end() && found->is_string() ? base::valid_utf8(found->get<std::string>())
                                                    : std::string();
}

inline int whole_of(const nlohmann::json& event, const char* name) {
  const auto found = event.find(name);
  return found != event.end() && found->is_number_integer() ? found->get<int>() : 0;
}

inline double number_of(const nlohmann::json& event, const char* name) {
  const auto found = event.find(name);
  return found != event.end() && found->is_number() ? found->get<double>() : 0;
}

inline bool flag_of(const nlohmann::json& event, const char* name, bool otherwise = false) {
  const auto found = event.find(name);
  return found != event.end() && found->is_boolean() ? found->get<bool>() : otherwise;
}

inline std::vector<std::string> texts_of(const nlohmann::json& event, const char* name) {
  std::vector<std::string> texts;
  const auto found = event.find(name);
  if (found == event.end() || !found->is_array()) return texts;
  for (const nlohmann::json& item : *found)
    if (item.is_string()) texts.push_back(base::valid_utf8(item.get<std::string>()));
  return texts;
}

}  // namespace windlass::run
