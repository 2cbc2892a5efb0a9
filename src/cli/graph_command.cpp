// windlass graph: the chain drawn from its files; what is wrong with it goes to standard error.
#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/location.h"
#include "base/printable.h"
#include "base/process.h"
#include "base/text.h"
#include "chain/load.h"
#include "chain/render.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/settings.h"
#include "report/graph_json.h"

namespace windlass::cli {

namespace {

/// Box-drawing characters only where the locale says that the terminal knows them.
bool is_utf8_locale(const std::vector<std::string>& environment) {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"})
    if (const auto value = base::environment_value(environment, name); value && !value->empty()) {
      const std::string locale = base::to_lower(*value);
      return base::contains(locale, "utf-8") || base::contains(locale, "utf8");
    }
  return false;
}

std::string rendered(const chain::LoadedChain& loaded, const GraphOptions& options,
                     const std::vector<std::string>& environment) {
  if (options.output.format == "json")
    return report::graph_json(loaded.chain, loaded.problems, options.project);
  if (options.output.format == "mermaid") return chain::render_mermaid(loaded.chain);
  if (options.output.format == "dot") return chain::render_dot(loaded.chain);
  chain::TextOptions text;
  text.ascii = options.output.output.empty() && !is_utf8_locale(environment);
  if (loaded.chain.revisions.empty()) return "The chain has no revision yet.\n";
  return chain::render_text(loaded.chain, text);
}

void tell(const chain::Problem& problem) {
  std::string line = problem.fatal ? "error: " : "warning: ";
  if (problem.at.known()) line += to_string(problem.at) + ": ";
  line += problem.message;
  for (const base::Location& place : problem.related) line += fmt::format(" See also {}.", to_string(place));
  fmt::print(stderr, "{} [{}]\n", base::printable(line), problem.code);
}

}  // namespace

base::Result<int> run_graph_command(const GraphOptions& options) {
  const std::vector<std::string> environment = base::current_environment();
  const ProjectAtHand at_hand = WINDLASS_TRY(
      find_project_at_hand({options.project, options.config, options.name, options.python}, environment));
  chain::LoadSettings load;
  load.project = at_hand.project.project;
  load.folder = at_hand.project.folder;
  load.config_file = at_hand.project.config_file;
  load.section = at_hand.project.section;
  load.interpreter = at_hand.interpreter.program;
  const chain::LoadedChain loaded = WINDLASS_TRY(chain::load_alembic(load));
  WINDLASS_CHECK(write_result(options.output.output, rendered(loaded, options, environment)));
  const bool broken = std::any_of(loaded.problems.begin(), loaded.problems.end(),
                                  [](const chain::Problem& problem) { return problem.fatal; });
  for (const chain::Problem& problem : loaded.problems)
    if (problem.fatal || !options.output.quiet) tell(problem);
  return static_cast<int>(broken ? base::Exit::Findings : base::Exit::Nothing);
}

}  // namespace windlass::cli
