#include "cli/real_database.h"

#include <fmt/core.h>

#include <cstdio>
#include <future>

#include "base/interrupt.h"
#include "base/printable.h"
#include "base/secrets.h"
#include "base/text.h"
#include "cli/settings.h"

namespace windlass::cli {

base::Result<catalog::LiveReadOptions> live_options(const ReadOptions& options) {
  catalog::LiveReadOptions live;
  live.roles = options.roles;
  live.sequence_positions = options.sequences;
  if (const auto wait = WINDLASS_TRY(parse_timeout(options.lock_wait, "--lock-wait"))) live.lock_wait = *wait;
  return live;
}

base::Result<catalog::LiveRead> read_real_database(const std::string& url,
                                                   const catalog::LiveReadOptions& options) {
  const base::SignalsEndAtOnce at_once;
  return catalog::read_live(url, options);
}

std::pair<base::Result<catalog::LiveRead>, base::Result<catalog::LiveRead>> read_two_real_databases(
    const std::string& a, const std::string& b, const catalog::LiveReadOptions& options) {
  const base::SignalsEndAtOnce at_once;
  auto second = std::async(std::launch::async, [&] { return catalog::read_live(b, options); });
  auto first = catalog::read_live(a, options);
  return {std::move(first), second.get()};
}

base::Result<void> check_url(const std::string& url) {
  const size_t end = url.find("://");
  if (end == std::string::npos || url.find_first_of("= '") < end) return {};
  const std::string scheme = base::to_lower(url.substr(0, end)), kind = scheme.substr(0, scheme.find('+'));
  if (scheme == "postgres" || scheme == "postgresql") return {};
  const auto refused = [&](std::string got, std::string hint) {
    return base::fail(
        {"read a database", base::mask_url(url), std::move(got), std::move(hint), base::Exit::Usage});
  };
  if (kind == "postgres" || kind == "postgresql")
    return refused("it names a driver, as SQLAlchemy's URLs do",
                   fmt::format("Leave {} out: postgresql://...", scheme.substr(kind.size())));
  return refused(fmt::format("it is a URL of {}, and windlass reads PostgreSQL only", base::printable(kind)),
                 "Write postgresql://host/database, service=NAME, or words as libpq reads them: host=... "
                 "dbname=...");
}

void warn_of_password(const std::string& url, bool quiet) {
  if (quiet || base::mask_url(url) == url) return;
  fmt::print(stderr,
             "windlass: the password in {} can be seen by everybody on this machine (ps): use PGPASSWORD, "
             "~/.pgpass or a service file.\n",
             base::mask_url(url));
}

}  // namespace windlass::cli
