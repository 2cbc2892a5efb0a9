#include "scratch/data_folder.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <gnu/libc-version.h>
#include <locale.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <thread>

#include "base/digest.h"
#include "base/file.h"
#include "base/text.h"
#include "pg/connection.h"
#include "scratch/cache.h"
#include "scratch/pack.h"
#include "scratch/postmaster.h"
#include "scratch/run_folder.h"

namespace windlass::scratch {

namespace {

namespace fs = std::filesystem;
using base::UniqueFd;
using std::chrono::milliseconds;

/// Count up when what is prepared changes other than by the inputs of the key.
constexpr int kFormat = 2;
constexpr milliseconds kInitdbLimit(120000);
constexpr milliseconds kLockLimit(30000);
constexpr uint64_t kMostSegments = 4096;  // more than max_wal_size lets stand
constexpr auto kUnusedLimit = std::chrono::hours(24 * 30);

/// Nothing here must survive a crash, and little is done at a time. Everything stands in the file, not on the
/// command line, so that ALTER SYSTEM works as it does elsewhere. mmap keeps shared memory in the data
/// folder: swept with it.
constexpr char kSettings[] = R"(
# windlass: a throwaway server
listen_addresses = ''
unix_socket_permissions = 0777
fsync = off
synchronous_commit = off
full_page_writes = off
wal_init_zero = off
wal_recycle = off
max_wal_size = 256MB
checkpoint_timeout = 1h
autovacuum = off
jit = off
# A server process that crashes (no room, no memory, a fault) takes the others' connections with it: that is the
# server's end, and must not look like a failure of the chain's.
restart_after_crash = off
shared_buffers = 64MB
max_connections = 100
max_locks_per_transaction = 256
bgwriter_lru_maxpages = 0
# As the official image has it. A chain that wants logical decoding says so under [scratch] settings; what
# wal_level logical adds to the log of every DDL statement makes a long chain a tenth slower.
wal_level = replica
# What a chain may ask for and the official image does not grant: rather too much than a false alarm.
max_prepared_transactions = 20
# A scratch server takes no changes from others.
max_logical_replication_workers = 0
dynamic_shared_memory_type = mmap
timezone = 'Etc/UTC'
log_timezone = 'Etc/UTC'
log_destination = 'stderr'
logging_collector = off
# The server's own troubles only: statements and their errors are the recorder's, with secrets masked.
log_min_messages = log
log_min_error_statement = panic
log_checkpoints = off
log_autovacuum_min_duration = -1
)";

base::Error failed(std::string attempted, const fs::path& on, std::string got, std::string hint = {}) {
  return {std::move(attempted), on.string(), std::move(got), std::move(hint), base::Exit::CouldNotLook};
}

std::string key_of(const DataOptions& options) {
  std::string text = fmt::format("{}\n{}\n{}\n{}\n", kFormat, options.binaries.build, scratch_locale(),
                                 ::gnu_get_libc_version());
  for (const char* program : {"postgres", "initdb"}) {
    const fs::path path = options.binaries.bindir / program;
    struct stat info {};
    ::stat(path.c_str(), &info);
    text +=
        fmt::format("{} {} {}.{}\n", path.string(), info.st_size, info.st_mtim.tv_sec, info.st_mtim.tv_nsec);
  }
  return base::sha256(text + options.prepare_sql + kSettings).substr(std::strlen("sha256:"), 32);
}

base::Result<void> run_initdb(const DataOptions& options, const fs::path& folder, const fs::path& data) {
  base::ProcessOptions process;
  process.arguments = {(options.binaries.bindir / "initdb").string(),
                       "-D",
                       data.string(),
                       "-U",
                       kSuperuser,
                       "-A",
                       "trust",
                       "--no-sync",
                       "--encoding=UTF8",
                       "--locale=" + scratch_locale(),
                       "--lc-messages=C",
                       "--wal-segsize=1"};
  if (options.binaries.major >= 14) process.arguments.push_back("--no-instructions");
  if (options.binaries.major >= 18) process.arguments.push_back("--no-data-checksums");
  process.environment = server_environment(options.environment, folder);
  process.folder = folder;
  if (options.user.uid != ::geteuid()) process.user = options.user;
  process.death_signal = SIGTERM;  // the thread that starts it waits for it
  const std::string program = process.arguments[0];
  const base::Output output =
      WINDLASS_TRY(base::run_program(std::move(process), kInitdbLimit, size_t{1} << 20));
  if (output.timed_out)
    return base::fail(failed("prepare a data folder", program, "initdb did not end within 120 s"));
  if (!output.status.ok())
    return base::fail(
        failed("prepare a data folder", program,
               fmt::format("{}: {}", base::to_string(output.status),
                           base::shorten(base::one_line(output.err), 2000)),
               "Check that there is room on the disk, and that the server is installed whole."));
  return {};
}

base::Result<void> fill(const DataOptions& options, const fs::path& folder) {
  for (const char* database : {"template1", "postgres"}) {
    auto connection =
        WINDLASS_TRY(pg::Connection::open(socket_conninfo(folder, kPort, database, kSuperuser)));
    if (options.prepare_sql.empty()) continue;
    if (auto done = connection.execute(options.prepare_sql); !done) {
      base::Error error = std::move(done).error();
      error.attempted = "prepare a scratch database";
      error.on = fmt::format("{} of PostgreSQL {}", database, options.binaries.version);
      error.exit = base::Exit::Defect;
      return base::fail(std::move(error));
    }
  }
  auto connection =
      WINDLASS_TRY(pg::Connection::open(socket_conninfo(folder, kPort, "postgres", kSuperuser)));
  return connection.execute(fmt::format("CREATE DATABASE {} TEMPLATE template1", kSpareDatabase));
}

/// The WAL segments (of 1 MB) that a server reads when it begins: from where the last checkpoint began to the
/// one that its record may go on in. Both places in pg_control have not moved since 11: after 8 + 4 + 4 + 4
/// (+ 4) + 8 bytes the record, then where it began.
std::vector<std::string> needed_wal(const fs::path& data) {
  const auto control = base::read_file(data / "global" / "pg_control", 65536);
  if (!control || control->size() < 48) return {};
  uint64_t record = 0, began = 0;
  std::memcpy(&record, control->data() + 32, sizeof record);
  std::memcpy(&began, control->data() + 40, sizeof began);
  std::vector<std::string> names;
  if (began > record || (record - began) >> 20 > kMostSegments) return {};
  for (uint64_t segment = began >> 20; segment <= (record >> 20) + 1; ++segment)
    names.push_back(fmt::format("pg_wal/{:08X}{:08X}{:08X}", 1, segment / 4096, segment % 4096));
  std::error_code code;
  if (!fs::exists(data / names[0], code)) return {};
  return names;
}

/// What a server does without when it begins: it makes these again, or lives without them. Free space and
/// visibility maps are hints, and a third of all files.
bool is_junk(const std::string& path, const std::vector<std::string>& wal) {
  const std::string name = fs::path(path).filename().string();
  if (name.ends_with("_fsm") || name.ends_with("_vm") || name == "pg_internal.init") return true;
  if (path == "postmaster.pid" || path == "postmaster.opts" || path.starts_with("pg_stat/") ||
      path.starts_with("pg_stat_tmp/") || path.starts_with("pg_dynshmem/"))
    return true;
  const bool segment = path.starts_with("pg_wal/") && name.size() == 24;
  return segment && !wal.empty() && std::find(wal.begin(), wal.end(), path) == wal.end();
}

/// initdb, a start, the SQL, a clean stop; packed into the file `pack`.
base::Result<void> prepare(const DataOptions& options, const fs::path& pack) {
  RunFolder folder = WINDLASS_TRY(RunFolder::make(options.run_parents, options.user));
  const fs::path data = folder.path() / "data";
  WINDLASS_CHECK(run_initdb(options, folder.path(), data));
  {
    UniqueFd conf(::open((data / "postgresql.conf").c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW));
    const ssize_t size = static_cast<ssize_t>(std::strlen(kSettings));
    if (!conf || ::write(conf.get(), kSettings, static_cast<size_t>(size)) != size)
      return base::fail(
          failed("prepare a data folder", data / "postgresql.conf", base::system_error_text(errno)));
  }
  PostmasterOptions start{options.binaries,    data, folder.path(), options.user, {},
                          options.environment, false};
  const auto server = WINDLASS_TRY(Postmaster::launch(start));
  WINDLASS_CHECK(server->wait_ready());
  WINDLASS_CHECK(fill(options, folder.path()));
  server->stop(SIGINT);
  return pack_data(data, pack);
}

/// The pack in the cache, opened; an empty one when it is missing or damaged.
base::Result<UniqueFd> open_pack(const fs::path& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) {
    if (errno == ENOENT) return UniqueFd();
    return base::fail(
        failed("open a prepared data folder", path, base::system_error_text(errno), "Remove it."));
  }
  struct stat info {};
  ::fstat(fd.get(), &info);
  if (info.st_uid != ::geteuid() || (info.st_mode & 077) != 0 || !S_ISREG(info.st_mode))
    return base::fail(failed("open a prepared data folder", path, "it is not this user's own, private file",
                             "Remove it: it is made again."));
  if (!is_pack(fd.get())) return UniqueFd();
  ::futimens(fd.get(), nullptr);  // was used now
  return fd;
}

/// Holds `lock` when it could be had in time. Waiting spares work, nothing more.
UniqueFd wait_for_lock(const fs::path& path) {
  UniqueFd lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  const auto end = std::chrono::steady_clock::now() + kLockLimit;
  while (lock && ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0 && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(milliseconds(10));
  return lock;
}

/// Packs nobody used for a month, and unfinished ones of killed runs.
void forget_unused(const fs::path& cache) {
  std::error_code code;
  const auto now = fs::file_time_type::clock::now();
  for (const auto& entry : fs::directory_iterator(cache, code)) {
    const std::string name = entry.path().filename().string();
    const bool unfinished = name.starts_with(".data-");
    if (!unfinished && !(name.starts_with("data-") && name.ends_with(".pack"))) continue;
    const auto age = now - entry.last_write_time(code);
    if (!code && age > (unfinished ? std::chrono::hours(1) : kUnusedLimit)) fs::remove(entry.path(), code);
  }
}

base::Result<PreparedData> prepare_without_cache(const DataOptions& options, std::string remark) {
  RunFolder folder = WINDLASS_TRY(RunFolder::make(options.run_parents, base::current_system_user()));
  const fs::path pack = folder.path() / "data.pack";
  WINDLASS_CHECK(prepare(options, pack));
  PreparedData data{UniqueFd(::open(pack.c_str(), O_RDONLY | O_CLOEXEC)), true, std::move(remark)};
  if (!data.pack)
    return base::fail(failed("open a prepared data folder", pack, base::system_error_text(errno)));
  return data;  // the file lives on without its name
}

}  // namespace

base::Result<void> pack_data(const fs::path& data, const fs::path& pack,
                             const std::map<std::string, std::string>& without) {
  const auto wal = needed_wal(data);
  const auto elsewhere = [&](const std::string& path) {
    return std::any_of(without.begin(), without.end(), [&](const auto& database) {
      return path.starts_with("base/" + database.second + "/");
    });
  };
  return write_pack(data, pack,
                    {[&](const std::string& path) { return is_junk(path, wal) || elsewhere(path); },
                     [](const std::string& path) { return path.starts_with("base/"); }});
}

base::Result<UniqueFd> open_packed_data(const fs::path& pack) {
  UniqueFd fd(::open(pack.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) return base::fail(failed("open a kept data folder", pack, base::system_error_text(errno)));
  return fd;
}

std::string scratch_locale() {
  for (const char* name : {"en_US.UTF-8", "C.UTF-8"})
    if (const locale_t locale = ::newlocale(LC_ALL_MASK, name, nullptr); locale != nullptr) {
      ::freelocale(locale);
      return name;
    }
  return "C";
}

std::string socket_conninfo(const fs::path& socket_folder, int port, const std::string& database,
                            const std::string& user) {
  return fmt::format(
      "host={} hostaddr='' port={} dbname={} user={} password='' options='' sslmode=disable "
      "gssencmode=disable "
      "channel_binding=disable target_session_attrs=any requirepeer=''",
      pg::quote_conninfo(socket_folder.string()), port, pg::quote_conninfo(database),
      pg::quote_conninfo(user));
}

base::Result<PreparedData> prepared_data(const DataOptions& options) {
  if (WINDLASS_TRY(open_cache(options.cache)) == CacheState::CannotBeMade)
    return prepare_without_cache(
        options, fmt::format("no cache can be kept in {}",
                             options.cache.empty() ? "a home folder" : options.cache.string()));
  const fs::path path = options.cache / fmt::format("data-{}.pack", key_of(options));
  PreparedData data;
  data.pack = WINDLASS_TRY(open_pack(path));
  if (data.pack) return data;
  const UniqueFd lock = wait_for_lock(options.cache / "prepare.lock");
  data.pack = WINDLASS_TRY(open_pack(path));
  if (data.pack) return data;

  const fs::path unfinished = options.cache / fmt::format(".data-{}", base::random_hex(8));
  if (auto written = prepare(options, unfinished); !written) return base::fail(written.error());
  // Whoever comes last wins; who has opened the other goes on with it.
  if (::rename(unfinished.c_str(), path.c_str()) != 0) {
    const int code = errno;
    ::unlink(unfinished.c_str());
    return base::fail(failed("keep a prepared data folder", path, base::system_error_text(code)));
  }
  forget_unused(options.cache);
  data.pack = WINDLASS_TRY(open_pack(path));
  if (!data.pack)
    return base::fail(failed("open a prepared data folder", path, "it is damaged right after it was written",
                             "Check this disk, or set WINDLASS_CACHE to a folder on another one."));
  data.fresh = true;
  return data;
}

}  // namespace windlass::scratch
