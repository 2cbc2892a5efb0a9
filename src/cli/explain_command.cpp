// windlass explain: the page about a finding, or the list of all.
#include <fmt/core.h>

#include "base/text.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/suggest.h"
#include "diagnose/explain.h"

namespace windlass::cli {

namespace {

/// The heading of a page of Markdown.
std::string title_of(std::string_view page) {
  for (const std::string& line : base::split(page, '\n'))
    if (line.starts_with("# ")) return line.substr(2);
  return {};
}

}  // namespace

base::Result<int> run_explain_command(const ExplainOptions& options) {
  if (!options.name.empty()) {
    WINDLASS_CHECK(check_finding_code(options.name));
    std::string page(diagnose::explain_page(options.name));
    if (!page.ends_with('\n')) page += '\n';
    WINDLASS_CHECK(write_result("", page));
    return 0;
  }
  std::string list;
  for (const std::string& code : diagnose::finding_codes())
    list += fmt::format("{:<36}{}\n", code, title_of(diagnose::explain_page(code)));
  WINDLASS_CHECK(write_result("", list));
  return 0;
}

}  // namespace windlass::cli
