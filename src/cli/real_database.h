// What the commands that read a real database have in common.
#pragma once

#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/live_read.h"
#include "cli/options.h"

namespace windlass::cli {

/// What `--roles`, `--sequences` and `--lock-wait` come to. An error: the time cannot be read.
base::Result<catalog::LiveReadOptions> live_options(const ReadOptions& options);

/// catalog::read_live(), which a signal ends at once: the server is left with nothing to undo.
base::Result<catalog::LiveRead> read_real_database(const std::string& url,
                                                   const catalog::LiveReadOptions& options);

/// The same of two databases at once: each read mostly waits for its server.
std::pair<base::Result<catalog::LiveRead>, base::Result<catalog::LiveRead>> read_two_real_databases(
    const std::string& a, const std::string& b, const catalog::LiveReadOptions& options);

/// Whether `url` can name a database of PostgreSQL's at all. An error for the URL of another kind of server,
/// and for SQLAlchemy's with a driver in it: libpq would take either for the name of a local database.
base::Result<void> check_url(const std::string& url);

/// Says on standard error, unless `quiet`, that everybody on this machine can see the password in `url`;
/// nothing where it has none.
void warn_of_password(const std::string& url, bool quiet);

}  // namespace windlass::cli
