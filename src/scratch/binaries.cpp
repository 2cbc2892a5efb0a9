#include "scratch/binaries.h"

#include <fmt/core.h>
#include <glob.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "scratch/bundle.h"
#include "scratch/closed_folder.h"

namespace windlass::scratch {

namespace {

namespace fs = std::filesystem;
using base::Exit;
using std::chrono::milliseconds;

struct Place {
  fs::path bindir;
  std::string found_by;
};

/// 15 for "15.20", 18 for "18beta1", 0 when it begins with no digit.
int leading_number(std::string_view text) {
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || value > 100000) break;
    value = value * 10 + (c - '0');
  }
  return value;
}

/// Digits, and digits and dots only.
bool is_version(std::string_view text) {
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) != 0 &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

bool fits(const std::string& version, const std::string& wanted) {
  return version == wanted || version.starts_with(wanted + ".") ||
         (!base::contains(wanted, ".") && leading_number(version) == leading_number(wanted));
}

/// Newer first: numbers compared as numbers.
bool newer(const std::string& a, const std::string& b) {
  const auto x = base::split(a, '.'), y = base::split(b, '.');
  for (size_t i = 0; i < std::max(x.size(), y.size()); ++i) {
    const int m = i < x.size() ? leading_number(x[i]) : 0, n = i < y.size() ? leading_number(y[i]) : 0;
    if (m != n) return m > n;
  }
  return false;
}

base::Result<base::Output> run_tool(const fs::path& program, const std::string& argument,
                                    std::vector<std::string> environment,
                                    const std::optional<base::SystemUser>& user) {
  base::set_environment(environment, "LC_ALL", "C");
  base::ProcessOptions options;
  options.arguments = {program.string(), argument};
  options.environment = std::move(environment);
  options.folder = "/";
  options.user = user;
  return base::run_program(std::move(options), milliseconds(10000), 65536);
}

/// Why `user`, as whom root runs the server, cannot run `program`, and what to do.
std::string cannot_run(const fs::path& program, const base::SystemUser& user, const std::string& got) {
  std::error_code ignored;
  const fs::path closed = closed_folder(fs::canonical(program, ignored).parent_path(), user);
  if (closed.empty()) return fmt::format("user {} cannot run it: {}", user.name, got);
  return fmt::format(
      "user {}, as whom root runs the server, may not enter {}: let others pass with `chmod o+x {}`, keep "
      "the server in a folder that all may enter, or run windlass as an ordinary user",
      user.name, closed.string(), closed.string());
}

/// A named folder may be the bin folder itself, an installation or an npm bundle around it.
fs::path bin_folder(const fs::path& named) {
  std::error_code ignored;
  fs::path folder = fs::absolute(named, ignored).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();  // "bin/"
  for (const char* below : {"bin", "native/bin"})
    if (!fs::exists(folder / "postgres", ignored) && fs::exists(folder / below / "postgres", ignored))
      return folder / below;
  return folder;
}

/// Fills version and build of `binaries`; the reason when it cannot be used.
std::string try_binaries(Binaries& binaries, const FindOptions& options,
                         const std::optional<base::SystemUser>& user) {
  std::error_code ignored;
  const fs::path postgres = binaries.bindir / "postgres";
  if (!fs::exists(postgres, ignored)) return "there is no postgres in it (only a client?)";
  if (!fs::exists(binaries.bindir / "initdb", ignored)) return "there is no initdb beside postgres";
  mend_bundle(binaries.bindir);
  const auto output = run_tool(postgres, "--version", options.environment, user);
  if (!output)
    return user ? cannot_run(postgres, *user, output.error().got)
                : fmt::format("it cannot be run: {}", output.error().got);
  if (!output->status.ok())
    return fmt::format("it does not run: {}",
                       output->err.empty() ? base::to_string(output->status) : base::one_line(output->err));
  binaries.build = base::one_line(output->out);
  const size_t digits = binaries.build.find(") ");
  binaries.version = digits == std::string::npos ? "" : binaries.build.substr(digits + 2);
  binaries.version = binaries.version.substr(0, binaries.version.find(' '));
  binaries.major = leading_number(binaries.version);
  if (binaries.major == 0) return fmt::format("it names no version: {}", base::shorten(binaries.build, 80));
  if (binaries.major < kOldestMajor)
    return fmt::format("version {} is too old: {} is the oldest that works", binaries.version, kOldestMajor);
  return {};
}

std::vector<Place> look(const FindOptions& options) {
  std::vector<Place> places;
  const std::string path = base::environment_value(options.environment, "PATH").value_or("/usr/bin:/bin");
  if (const fs::path pg_config = base::find_program("pg_config", path); !pg_config.empty())
    if (const auto output = run_tool(pg_config, "--bindir", options.environment, {});
        output && output->status.ok())
      places.push_back({fs::path(std::string(base::trim(output->out))), "pg_config"});
  std::error_code ignored;
  if (const fs::path postgres = base::find_program("postgres", path); !postgres.empty())
    // Through links: what lies beside the program is what belongs to it.
    if (const fs::path real = fs::canonical(postgres, ignored); !real.empty())
      places.push_back({real.parent_path(), "PATH"});
  for (const std::string& pattern : options.distribution_folders) {
    glob_t found = {};
    if (::glob(pattern.c_str(), GLOB_ONLYDIR, nullptr, &found) == 0)
      for (size_t i = 0; i < found.gl_pathc; ++i)
        if (fs::exists(fs::path(found.gl_pathv[i]) / "postgres", ignored))
          places.push_back({found.gl_pathv[i], "distribution folder"});
    ::globfree(&found);
  }
  return places;
}

base::Error nothing_found(const FindOptions& options, const Search& search) {
  base::Error error;
  error.attempted = "find a PostgreSQL server to run";
  error.on = options.requested.value_or("");
  if (search.candidates.empty())
    error.got = "there is none in PATH, by pg_config or where distributions keep it";
  for (const Candidate& candidate : search.candidates)
    error.got += fmt::format("{}{} ({}): {}", error.got.empty() ? "" : "; ", candidate.bindir.string(),
                             candidate.found_by, candidate.rejected);
  const std::string version = options.requested && is_version(*options.requested)
                                  ? std::to_string(leading_number(*options.requested))
                                  : "";
  error.hint = fmt::format(
      "Install a server: Debian or Ubuntu `apt-get install postgresql{0}{1}`, Fedora `dnf install "
      "postgresql-server`, "
      "macOS `brew install postgresql{2}`; or name its folder with --postgres BINDIR; or use a server that "
      "runs "
      "already with --scratch-url URL.",
      version.empty() ? "" : "-", version, version.empty() ? "" : "@" + version);
  return error;
}

}  // namespace

base::Result<base::SystemUser> server_user() {
  if (::geteuid() != 0) return base::current_system_user();
  for (const char* name : {"postgres", "nobody"})
    if (auto user = base::find_system_user(name); user && user->uid != 0) return *user;
  return base::fail({"find a user to run the scratch server as", "postgres, nobody",
                     "PostgreSQL refuses to run as root, and neither user exists",
                     "Make one with `useradd --system postgres`, or run windlass as an ordinary user.",
                     Exit::CouldNotLook});
}

base::Result<Search> search_binaries(const FindOptions& options) {
  std::optional<base::SystemUser> user;
  if (::geteuid() == 0) user = WINDLASS_TRY(server_user());

  std::vector<Place> places;
  std::string wanted_version;
  bool named = true;
  std::error_code ignored;
  if (options.requested && is_version(*options.requested) && !fs::is_directory(*options.requested, ignored)) {
    wanted_version = *options.requested;
    named = false;
  } else if (options.requested) {
    if (!fs::is_directory(*options.requested, ignored))
      return base::fail({"find a PostgreSQL server to run", *options.requested,
                         "this is neither a version nor a folder",
                         "Give --postgres a major version (15) or the folder that holds postgres and initdb.",
                         Exit::Usage});
    places = {{bin_folder(*options.requested), "--postgres"}};
  } else if (const auto bindir = base::environment_value(options.environment, "PG_BINDIR");
             bindir && !bindir->empty()) {
    places = {{bin_folder(*bindir), "PG_BINDIR"}};
  } else {
    named = false;
  }
  if (!named) {
    places = look(options);
    if (const auto bindir = base::environment_value(options.environment, "PG_BINDIR");
        bindir && !bindir->empty())
      places.insert(places.begin(), Place{bin_folder(*bindir), "PG_BINDIR"});
  }

  Search search;
  std::vector<fs::path> seen;
  size_t best = 0;
  for (const Place& place : places) {
    fs::path real = fs::canonical(place.bindir, ignored);
    if (real.empty()) real = place.bindir;
    if (std::find(seen.begin(), seen.end(), real) != seen.end()) continue;
    seen.push_back(real);
    Binaries binaries{place.bindir, 0, "", "", place.found_by};
    Candidate candidate{place.bindir, place.found_by, "", try_binaries(binaries, options, user)};
    candidate.version = binaries.version;
    if (candidate.rejected.empty() && !wanted_version.empty() && !fits(binaries.version, wanted_version))
      candidate.rejected = fmt::format("it is version {}, not {}", binaries.version, wanted_version);
    search.candidates.push_back(std::move(candidate));
    if (!search.candidates.back().rejected.empty()) continue;
    if (!search.chosen || newer(binaries.version, search.chosen->version)) {
      if (search.chosen)
        search.candidates[best].rejected = fmt::format("version {} is newer", binaries.version);
      search.chosen = std::move(binaries);
      best = search.candidates.size() - 1;
    } else {
      search.candidates.back().rejected =
          fmt::format("version {} was found before ({})", search.chosen->version, search.chosen->found_by);
    }
  }
  return search;
}

base::Result<Binaries> find_binaries(const FindOptions& options) {
  Search search = WINDLASS_TRY(search_binaries(options));
  if (!search.chosen) return base::fail(nothing_found(options, search));
  return std::move(*search.chosen);
}

}  // namespace windlass::scratch
