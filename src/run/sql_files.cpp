#include "run/sql_files.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <set>

#include "base/interrupt.h"
#include "base/process.h"
#include "base/text.h"
#include "base/unique_fd.h"
#include "run/client_programs.h"

namespace windlass::run {

namespace {

namespace fs = std::filesystem;

constexpr size_t kHead = 512;  // bytes: a block of tar
constexpr auto kPatience = std::chrono::minutes(10);

base::Error no_sql(const std::string& name, std::string got, std::string hint) {
  return {"read the SQL", name, std::move(got), std::move(hint), base::Exit::CouldNotLook};
}

/// Up to `limit` bytes of `file` into `text`; what the system says where it cannot.
base::Result<void> read_some(int file, const std::string& name, size_t limit, std::string& text) {
  text.resize(limit);
  size_t had = 0;
  while (had < limit) {
    const ssize_t got = ::read(file, text.data() + had, limit - had);
    if (got < 0 && errno == EINTR && base::interrupted() == 0) continue;
    if (got < 0) return base::fail(no_sql(name, base::system_error_text(errno), ""));
    if (got == 0) break;
    had += static_cast<size_t>(got);
  }
  text.resize(had);
  return {};
}

/// What comes out of a pipe can be read once only.
base::Result<void> copy_pipe(GivenFile& given) {
  given.copy = WINDLASS_TRY(scratch::RunFolder::make());
  const base::UniqueFd from(::open(given.path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!from) return base::fail(no_sql(given.name, base::system_error_text(errno), ""));
  given.path = given.copy.path() / "given";
  const base::UniqueFd to(::open(given.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  std::string piece;
  for (;;) {
    WINDLASS_CHECK(read_some(from.get(), given.name, size_t{1} << 16, piece));
    if (piece.empty()) return {};
    size_t done = 0;
    while (done < piece.size()) {
      const ssize_t wrote = ::write(to.get(), piece.data() + done, piece.size() - done);
      if (wrote < 0 && errno != EINTR)
        return base::fail(no_sql(given.name, base::system_error_text(errno), "Give it as a file."));
      if (wrote > 0) done += static_cast<size_t>(wrote);
    }
  }
}

struct Magic {
  std::string_view bytes, what, hint;
};
constexpr std::array<Magic, 8> kNoSql = {{
    {"\x1f\x8b", "it is compressed (gzip)", "Unpack it: gunzip, or <(zcat FILE) in place of its name."},
    {"\x28\xb5\x2f\xfd", "it is compressed (zstd)",
     "Unpack it: unzstd, or <(zstdcat FILE) in place of its name."},
    {"\x04\x22\x4d\x18", "it is compressed (lz4)",
     "Unpack it: unlz4, or <(lz4cat FILE) in place of its name."},
    {"BZh", "it is compressed (bzip2)", "Unpack it: bunzip2, or <(bzcat FILE) in place of its name."},
    {"\xfd\x37zXZ", "it is compressed (xz)", "Unpack it: unxz, or <(xzcat FILE) in place of its name."},
    {"\xff\xfe", "it is written in UTF-16", "Write it as UTF-8: iconv -f UTF-16 -t UTF-8 FILE."},
    {"\xfe\xff", "it is written in UTF-16", "Write it as UTF-8: iconv -f UTF-16 -t UTF-8 FILE."},
    {"SQLite format 3", "it is a database of SQLite", ""},
}};

bool is_archive(const std::string& head) {
  return head.starts_with("PGDMP") ||
         (head.starts_with("toc.dat") && head.size() >= kHead && head.compare(257, 5, "ustar") == 0);
}

/// The files of a folder that are called *.sql; where there are up and down files of one name, the up ones.
base::Result<SqlFiles> files_of_folder(const GivenFile& given) {
  SqlFiles result;
  std::set<std::string> names;
  std::vector<std::string> folders;
  std::error_code code;
  for (const fs::directory_entry& entry : fs::directory_iterator(given.path, code)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with('.')) continue;
    std::error_code unknown;
    if (entry.is_directory(unknown))
      folders.push_back(name);
    else if (base::to_lower(entry.path().extension().string()) == ".sql")
      names.insert(name);
  }
  if (code) return base::fail(no_sql(given.name, code.message(), ""));
  size_t downs = 0;
  constexpr std::string_view kDown = ".down.sql";
  for (const std::string& name : names) {
    const bool down =
        name.ends_with(kDown) && names.contains(name.substr(0, name.size() - kDown.size()) + ".up.sql");
    if (down)
      ++downs;
    else
      result.files.push_back({given.path / name, (fs::path(given.name) / name).string()});
  }
  std::sort(folders.begin(), folders.end());
  if (result.files.empty())
    return base::fail(no_sql(given.name, "there is no file *.sql in it",
                             folders.empty()
                                 ? ""
                                 : "Folders in it are not looked into: name one of them, or a file that "
                                   "includes the others (\\ir)."));
  std::sort(result.files.begin(), result.files.end(), [](const SqlFile& a, const SqlFile& b) {
    return natural_less(a.path.filename().string(), b.path.filename().string());
  });
  if (downs > 0)
    result.remarks.push_back(fmt::format("{}, which stand beside *.up.sql, were left out.",
                                         base::count_of(downs, "file *.down.sql", "files *.down.sql")));
  if (!folders.empty())
    result.remarks.push_back(
        fmt::format("Folders in it were not looked into: {}.", base::join(folders, ", ")));
  return result;
}

base::Result<SqlFiles> files_of_archive(const GivenFile& given, const fs::path& bindir,
                                        const std::vector<std::string>& environment) {
  constexpr const char* kHint =
      "Make a plain dump: pg_dump -Fp, or pg_restore --schema-only -f FILE with the version that wrote this "
      "one.";
  const std::vector<fs::path> programs = client_programs("pg_restore", bindir, environment);
  if (programs.empty())
    return base::fail(no_sql(
        given.name, "it is a dump for pg_restore, which is neither beside the server nor in PATH", kHint));
  SqlFiles result;
  result.made = WINDLASS_TRY(scratch::RunFolder::make());
  const fs::path plain = result.made.path() / "restored.sql";
  std::string refusal;
  for (const fs::path& program : programs) {
    base::ProcessOptions options;
    // The rows of a dump are passed over: they are not even unpacked.
    options.arguments = {program.string(), "--schema-only", "-f", plain.string(), given.path.string()};
    options.environment = environment;
    const base::Output done = WINDLASS_TRY(base::run_program(std::move(options), kPatience));
    if (base::interrupted() != 0) return base::fail(no_sql(given.name, "interrupted", ""));
    if (done.status.ok()) {
      result.files.push_back({plain, given.name + " (as pg_restore writes it)"});
      result.schema_only = true;
      return result;
    }
    const std::string said = base::one_line(done.timed_out ? "it takes too long" : done.err);
    if (refusal.empty())
      refusal = fmt::format("{}: {}", program.string(), said.empty() ? to_string(done.status) : said);
  }
  return base::fail(no_sql(given.name, refusal, kHint));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The run of digits of `text` at `at`, without the zeros in front; `at` is then behind it.
std::string_view number_at(std::string_view text, size_t& at) {
  while (at < text.size() && text[at] == '0') ++at;
  const size_t start = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  return text.substr(start, at - start);
}

/// Whether a further part of a version follows the number that ends here: the .2 of 1.2.
bool goes_on(std::string_view text, size_t at) {
  return at + 1 < text.size() && text[at] == '.' && is_digit(text[at + 1]);
}

}  // namespace

bool natural_less(std::string_view a, std::string_view b) {
  size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (is_digit(a[i]) && is_digit(b[j])) {
      const std::string_view one = number_at(a, i), other = number_at(b, j);
      if (one.size() != other.size()) return one.size() < other.size();
      if (one != other) return one < other;
      if (goes_on(a, i) != goes_on(b, j)) return goes_on(b, j);
    } else if (a[i] != b[j]) {
      return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
    } else {
      ++i, ++j;
    }
  }
  if (a.size() - i != b.size() - j) return a.size() - i < b.size() - j;
  return a < b;
}

base::Result<GivenFile> look_at_file(const std::string& name) {
  GivenFile given;
  given.path = name;
  given.name = name;
  std::error_code code;
  if (fs::is_directory(name, code)) {
    given.kind =
        fs::exists(given.path / "toc.dat", code) ? GivenFile::Kind::Archive : GivenFile::Kind::Folder;
    return given;
  }
  if (!fs::is_regular_file(name, code)) WINDLASS_CHECK(copy_pipe(given));
  const base::UniqueFd file(::open(given.path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return base::fail(no_sql(name, base::system_error_text(errno), ""));
  std::string head;
  WINDLASS_CHECK(read_some(file.get(), name, kHead, head));
  if (head.empty())
    return base::fail(no_sql(name, "it is empty", "Did the command that was to write it fail?"));
  for (const Magic& magic : kNoSql)
    if (head.starts_with(magic.bytes))
      return base::fail(no_sql(name, std::string(magic.what), std::string(magic.hint)));
  if (is_archive(head))
    given.kind = GivenFile::Kind::Archive;
  else if (base::trim(head).starts_with('{') || base::to_lower(given.path.extension().string()) == ".json")
    given.kind = GivenFile::Kind::Snapshot;
  return given;
}

base::Result<SqlFiles> sql_files(const GivenFile& given, const fs::path& bindir,
                                 const std::vector<std::string>& environment) {
  if (given.kind == GivenFile::Kind::Folder) return files_of_folder(given);
  if (given.kind == GivenFile::Kind::Archive) return files_of_archive(given, bindir, environment);
  SqlFiles result;
  result.files.push_back({given.path, given.name});
  result.bare = given.bare;
  return result;
}

}  // namespace windlass::run
