// windlass verify: whether windlass.lock is whole, signed, and of the sources that lie beside it.
#include <fmt/core.h>

#include <set>

#include "base/file.h"
#include "chain/load.h"
#include "cli/commands.h"
#include "cli/lock_file.h"
#include "cli/output.h"
#include "cli/settings.h"
#include "lock/changes.h"
#include "lock/signature.h"
#include "report/verify_report.h"

namespace windlass::cli {

base::Result<int> run_verify_command(const VerifyOptions& options) {
  const std::vector<std::string> environment = base::current_environment();
  const ProjectAtHand at_hand = WINDLASS_TRY(
      find_project_at_hand({options.project, options.config, options.name, options.python}, environment));
  const std::filesystem::path file = lock_path(at_hand.project);
  const std::filesystem::path& project = at_hand.project.project;
  report::VerifyReport report;
  report.project = options.project;
  report.lock_file = base::relative_to(file, project);
  const std::string key = options.key.empty() ? std::string() : WINDLASS_TRY(base::read_file(options.key));

  const auto read = read_lock(file, project);
  if (!read) {
    report.unreadable = read.error().got;
    report.hint = read.error().hint;
  } else if (!*read) {
    report.unreadable = "there is none";
    report.hint = "`windlass prove` writes it.";
  } else {
    const LockFile& lock = **read;
    report.proven = lock.lock.with.date;
    report.since = lock.lock.with.since;
    report.signature = WINDLASS_TRY(lock::verify(lock.text, key, options.key));
    report.signed_by = lock::signed_by(lock.text);
    report.key_wanted = !key.empty();
    chain::LoadSettings load;
    load.project = project;
    load.folder = at_hand.project.folder;
    load.config_file = at_hand.project.config_file;
    load.section = at_hand.project.section;
    load.interpreter = at_hand.interpreter.program;
    const chain::LoadedChain loaded = WINDLASS_TRY(chain::load_alembic(load));
    report.changes = lock::changes(lock.lock, loaded.chain, {}, {});
    const std::set<std::string> known = lock::ids_of(lock.lock);
    for (const chain::Revision& revision : loaded.chain.revisions)
      if (!known.contains(revision.id)) report.unknown.push_back(revision.id);
    report.changed_inputs = changed_inputs(lock.lock, project);
  }
  WINDLASS_CHECK(
      write_result(options.output.output, options.output.format == "json"
                                              ? report::verify_json(report)
                                              : report::verify_text(report, text_style(options.output))));
  return static_cast<int>(report::holds(report) ? base::Exit::Nothing : base::Exit::Findings);
}

}  // namespace windlass::cli
