// What must never be printed: passwords, tokens, keys.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace windlass::base {

/// `url` without its password ("postgresql://user:***@host/db"); also in key=value
/// connection strings ("password=***") and query parameters.
std::string mask_url(std::string_view url);

/// Whether an environment variable of this name holds a secret: its name
/// contains PASSWORD, PASSWD, SECRET, TOKEN or KEY (ASCII case ignored).
bool is_secret_name(std::string_view name);

/// Replaces every known secret value, every password in a URL and every
/// password option of a statement or connection string with "***".
class Masker {
 public:
  Masker() = default;
  /// `values`: secrets to hide wherever they stand. Values shorter than 4
  /// bytes are ignored: they would tear holes into ordinary text.
  explicit Masker(std::vector<std::string> values);
  /// The masker for this process's environment (names by is_secret_name, and
  /// passwords inside values that are URLs).
  static Masker from_environment(const std::vector<std::string>& environment);
  std::string mask(std::string_view text) const;
  void add(std::string value);

 private:
  std::vector<std::string> values_;  // longest first
};

}  // namespace windlass::base
