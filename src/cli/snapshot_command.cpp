// windlass snapshot: the catalog of a real database as a file.
#include <fmt/core.h>

#include <cstdio>

#include "catalog/snapshot_file.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/real_database.h"
#include "report/live_text.h"

namespace windlass::cli {

base::Result<int> run_snapshot_command(const SnapshotOptions& options) {
  const catalog::LiveReadOptions live = WINDLASS_TRY(live_options(options.read));
  warn_of_password(options.url, options.output.quiet);
  const catalog::LiveRead read = WINDLASS_TRY(read_real_database(options.url, live));
  WINDLASS_CHECK(write_result(options.output.output, catalog::snapshot_json(read)));
  if (!options.output.quiet) fmt::print(stderr, "{}", report::live_text(read, output_width(fileno(stderr))));
  return static_cast<int>(base::Exit::Nothing);
}

}  // namespace windlass::cli
