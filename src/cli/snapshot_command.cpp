// windlass snapshot: the catalog of a real database as a file.
#include <fmt/core.h>

#include <cstdio>
#include <utility>

#include "base/printable.h"
#include "base/process.h"
#include "base/secrets.h"
#include "catalog/snapshot_file.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/real_database.h"
#include "report/live_text.h"
#include "run/schema_companion.h"

namespace windlass::cli {

namespace {

/// That such a snapshot can be compared, and not be turned into another database.
void tell_left_out(const catalog::Statements& statements) {
  fmt::print(
      stderr,
      "windlass: without the statements that make its objects, so that `diff --sql` cannot take it as a "
      "side: {}.\n",
      base::printable(statements.left_out));
  if (!statements.hint.empty()) fmt::print(stderr, "HINT: {}\n", base::printable(statements.hint));
}

}  // namespace

base::Result<int> run_snapshot_command(const SnapshotOptions& options) {
  catalog::LiveReadOptions live = WINDLASS_TRY(live_options(options.read));
  WINDLASS_CHECK(check_url(options.url));
  warn_of_password(options.url, options.output.quiet);
  run::SchemaDumpOptions dump;
  dump.url = options.url;
  dump.environment = base::current_environment();
  dump.lock_wait = live.lock_wait;
  run::SchemaCompanion companion(std::move(dump), options.statements);
  if (!options.no_statements) live.companion = &companion;
  catalog::LiveRead read = WINDLASS_TRY(read_real_database(options.url, live));
  if (options.no_statements)
    read.statements = catalog::Statements{
        {}, {}, {}, {}, "nobody wanted them (--no-statements)", "Take it again without that."};
  else
    read.statements = companion.take();
  if (options.statements && !read.statements->left_out.empty())
    return base::fail({"read the statements that make its objects", base::mask_url(options.url),
                       read.statements->left_out, read.statements->hint, base::Exit::CouldNotLook});
  WINDLASS_CHECK(write_result(options.output.output, catalog::snapshot_json(read)));
  if (options.output.quiet) return static_cast<int>(base::Exit::Nothing);
  fmt::print(stderr, "{}", report::live_text(read, output_width(fileno(stderr))));
  if (!options.no_statements && !read.statements->left_out.empty()) tell_left_out(*read.statements);
  return static_cast<int>(base::Exit::Nothing);
}

}  // namespace windlass::cli
