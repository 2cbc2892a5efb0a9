#include "scratch/bundle.h"

#include "base/file.h"

namespace windlass::scratch {

namespace fs = std::filesystem;

std::vector<std::pair<std::string, std::string>> parse_bundle_links(const std::string& json) {
  // A flat list of {"source": "…", "target": "…"}: the texts between quotes are key and value in turn. Names
  // with escapes do not occur, and would name no file.
  std::vector<std::pair<std::string, std::string>> rows;
  std::string key, source;
  for (size_t at = json.find('"'); at != std::string::npos; at = json.find('"', at)) {
    const size_t end = json.find('"', at + 1);
    if (end == std::string::npos) break;
    const std::string text = json.substr(at + 1, end - at - 1);
    at = end + 1;
    if (key.empty()) {
      key = text;
      continue;
    }
    if (key == "source") source = text;
    if (key == "target" && !source.empty()) rows.emplace_back(std::exchange(source, {}), text);
    key.clear();
  }
  return rows;
}

void mend_bundle(const fs::path& bindir) {
  const fs::path native = bindir.parent_path();
  std::error_code code;
  if (native.filename() != "native" || !fs::exists(native / "pg-symlinks.json", code)) return;
  const auto text = base::read_file(native / "pg-symlinks.json", size_t{1} << 20);
  if (!text) return;
  for (const auto& [source, target] : parse_bundle_links(*text)) {
    const fs::path from = fs::path(source).lexically_normal(), to = fs::path(target).lexically_normal();
    if (from.parent_path() != to.parent_path() || to.parent_path() != "native/lib") continue;
    const fs::path link = native.parent_path() / to;
    if (fs::symlink_status(link, code).type() != fs::file_type::not_found) continue;
    if (!fs::exists(native.parent_path() / from, code)) continue;
    fs::create_symlink(from.filename(), link, code);
  }
}

}  // namespace windlass::scratch
