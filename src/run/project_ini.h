// Reading alembic.ini as Python's configparser does (basic interpolation), as far as finding a project needs.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace windlass::run {

class IniFile {
 public:
  explicit IniFile(std::string_view text);

  bool has_section(const std::string& section) const { return sections_.contains(section); }
  /// The value as configparser gives it: of the section, else of [DEFAULT]; %(name)s replaced (%(here)s by
  /// `here`). nullopt when it is not there.
  std::optional<std::string> get(const std::string& section, const std::string& key,
                                 const std::string& here) const;

 private:
  std::optional<std::string> raw(const std::string& section, const std::string& key) const;
  std::string interpolate(const std::string& section, const std::string& value, const std::string& here,
                          int depth) const;

  std::map<std::string, std::map<std::string, std::string>> sections_;
};

}  // namespace windlass::run
