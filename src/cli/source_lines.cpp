#include "cli/source_lines.h"

#include <map>
#include <memory>

#include "base/file.h"
#include "base/text.h"

namespace windlass::cli {

diagnose::SourceLines source_of(const std::filesystem::path& project) {
  auto files = std::make_shared<std::map<std::string, std::string>>();
  return [project, files](const base::Location& at) -> std::string {
    auto known = files->find(at.file);
    if (known == files->end()) {
      auto text = base::read_file(project / at.file, size_t{16} << 20);
      known = files->emplace(at.file, text ? *text : std::string()).first;
    }
    if (at.line == 0) return known->second;
    const std::vector<std::string> lines = base::split(known->second, '\n');
    return at.line > 0 && static_cast<size_t>(at.line) <= lines.size()
               ? lines[static_cast<size_t>(at.line) - 1]
               : "";
  };
}

}  // namespace windlass::cli
