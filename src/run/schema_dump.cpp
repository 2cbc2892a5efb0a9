#include "run/schema_dump.h"

#include <csignal>

#include "base/process.h"
#include "base/secrets.h"
#include "base/text.h"
#include "pg/connection.h"
#include "run/client_programs.h"

namespace windlass::run {

namespace {

constexpr size_t kMost = size_t{256} << 20;  // bytes of SQL

base::Error failed(const SchemaDumpOptions& options, std::string got) {
  return {"dump the schema", base::mask_url(options.url), std::move(got), "", base::Exit::CouldNotLook};
}

}  // namespace

base::Result<std::string> dump_schema(const SchemaDumpOptions& options) {
  const std::vector<std::filesystem::path> programs =
      client_programs("pg_dump", options.bindir, options.environment);
  if (programs.empty()) return base::fail(failed(options, "there is no pg_dump in PATH"));

  const pg::PartedConninfo parted = pg::part_secrets(options.url);
  base::ProcessOptions process;
  process.arguments = {programs.front().string(), "--schema-only", "--no-password",
                       "--lock-wait-timeout=" + std::to_string(options.lock_wait.count()),
                       "--dbname=" + parted.open};
  process.arguments.insert(process.arguments.end(), options.more.begin(), options.more.end());
  process.environment = options.environment;
  process.death_signal = SIGTERM;
  for (const auto& [keyword, value] : parted.secret) {
    if (keyword != "password")  // libpq reads no other from its environment
      return base::fail(failed(options, "its " + keyword + " cannot be handed to pg_dump unseen"));
    base::set_environment(process.environment, "PGPASSWORD", value);
  }
  const base::Output output =
      WINDLASS_TRY(base::run_program(std::move(process), options.timeout, kMost, {}, options.stop));
  if (output.timed_out) return base::fail(failed(options, "pg_dump took too long"));
  if (!output.status.ok()) {
    base::Error error = failed(options, base::one_line(base::mask_url(output.err)));
    if (base::contains(output.err, "permission denied"))
      error.hint = "pg_dump wants a role that may SELECT from every table, though it reads no row.";
    return base::fail(std::move(error));
  }
  if (output.out.size() >= kMost)
    return base::fail(failed(options, "the schema is longer than 256 MiB of SQL"));
  return output.out;
}

}  // namespace windlass::run
