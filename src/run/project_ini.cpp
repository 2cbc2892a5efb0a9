#include "run/project_ini.h"

#include "base/text.h"

namespace windlass::run {

IniFile::IniFile(std::string_view text) {
  std::string section;
  std::string* value = nullptr;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  for (const std::string& line : base::split(text, '\n')) {
    const std::string_view trimmed = base::trim(line);
    if (trimmed.empty() || trimmed.front() == '#' || trimmed.front() == ';') continue;
    const bool indented = line.front() == ' ' || line.front() == '\t';
    if (indented && value != nullptr) {
      *value += "\n" + std::string(trimmed);
      continue;
    }
    if (trimmed.front() == '[' && trimmed.find(']') != trimmed.npos) {
      section = std::string(trimmed.substr(1, trimmed.find(']') - 1));
      sections_[section];
      value = nullptr;
      continue;
    }
    const size_t sign = trimmed.find_first_of("=:");
    if (sign == trimmed.npos || section.empty()) continue;
    value = &sections_[section][base::to_lower(base::trim(trimmed.substr(0, sign)))];
    *value = std::string(base::trim(trimmed.substr(sign + 1)));
  }
}

std::optional<std::string> IniFile::raw(const std::string& section, const std::string& key) const {
  for (const std::string& name : {section, std::string("DEFAULT")}) {
    const auto found = sections_.find(name);
    if (found == sections_.end()) continue;
    if (const auto at = found->second.find(base::to_lower(key)); at != found->second.end()) return at->second;
  }
  return std::nullopt;
}

std::string IniFile::interpolate(const std::string& section, const std::string& value,
                                 const std::string& here, int depth) const {
  std::string out;
  for (size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '%' || i + 1 >= value.size()) {
      out += value[i];
    } else if (value[i + 1] == '%') {
      out += '%';
      ++i;
    } else if (const size_t close = value.find(")s", i); value[i + 1] == '(' && close != value.npos) {
      const std::string name = value.substr(i + 2, close - i - 2);
      const auto other = raw(section, name);
      if (name == "here")
        out += here;
      else if (other && depth < 10)
        out += interpolate(section, *other, here, depth + 1);
      i = close + 1;
    } else {
      out += value[i];
    }
  }
  return out;
}

std::optional<std::string> IniFile::get(const std::string& section, const std::string& key,
                                        const std::string& here) const {
  const auto value = raw(section, key);
  if (!value) return std::nullopt;
  return interpolate(section, *value, here, 0);
}

}  // namespace windlass::run
