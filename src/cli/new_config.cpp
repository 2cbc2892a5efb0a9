#include "cli/new_config.h"

#include <algorithm>
#include <span>

#include "base/embedded.h"
#include "base/text.h"

namespace windlass::cli {

/// Written by cmake/embed.cmake from src/cli/embed.txt.
std::span<const base::Embedded> embedded_files();

namespace {

constexpr size_t kMostScripts = 20;

/// A basic string of TOML (https://toml.io/en/v1.0.0#string).
std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

/// Replaces the line `# name = ...` by one that sets it.
void set(std::string& text, const std::string& name, const std::string& value) {
  const std::string head = "\n# " + name + " = ";
  const size_t at = text.find(head);
  if (value.empty() || at == std::string::npos) return;
  const size_t end = text.find('\n', at + 1);
  text.replace(at + 1, end - at - 1, name + " = " + quoted(value));
}

}  // namespace

std::string new_config(const FoundSettings& found) {
  std::string text(embedded_files().front().text);
  set(text, "python", found.python);
  set(text, "config", found.config);
  if (found.scripts.empty()) return text;
  std::string list = "# These look like it; name those that people run:\n";
  for (size_t i = 0; i < found.scripts.size() && i < kMostScripts; ++i)
    list += "#   " + base::replace_all(found.scripts[i], "\n", " ") + "\n";
  if (found.scripts.size() > kMostScripts)
    list += "#   and " + std::to_string(found.scripts.size() - kMostScripts) + " more\n";
  const size_t at = text.find("# files = ");
  return text.insert(at, list);
}

bool may_be_repair_script(const std::string& name, std::string_view text) {
  const std::string lower = base::to_lower(text);
  // A revision of some chain.
  if (base::contains(lower, "down_revision")) return false;
  const bool changes = base::contains(lower, "create table") || base::contains(lower, "create type") ||
                       base::contains(lower, "alter table") || base::contains(lower, "alter type") ||
                       base::contains(lower, "drop type");
  if (base::to_lower(name).ends_with(".sql")) return changes || base::contains(lower, "alembic_version");
  return base::contains(lower, "create_all(") || base::contains(lower, "alembic_version") ||
         (changes && base::contains(lower, "execute("));
}

}  // namespace windlass::cli
