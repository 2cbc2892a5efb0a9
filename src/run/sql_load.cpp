#include "run/sql_load.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "base/digest.h"
#include "base/interrupt.h"
#include "base/text.h"
#include "catalog/compare.h"
#include "run/sql_session.h"

namespace windlass::run {

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kLoader = "windlass_loader";  // nobody's SQL says this name
constexpr const char* kDatabase = "loaded";

/// What goes on from one attempt to the next.
struct Attempts {
  std::optional<Clock::time_point> deadline;
  std::set<std::string> roles;  // to be there from the beginning
};

/// A role that a lost transaction missed, or what was loaded.
struct Attempt {
  std::string wanted_role;
  LoadedSql loaded;
};

std::vector<std::string> sorted(const std::set<std::string>& names) { return {names.begin(), names.end()}; }

std::vector<std::string> remarks_of(const SqlTold& told, const std::set<std::string>& roles) {
  std::vector<std::string> remarks;
  if (told.cut_off) remarks.emplace_back("The line that ends a dump is missing: is it cut off?");
  if (told.statements == 0) remarks.emplace_back("It holds no statement.");
  if (!roles.empty())
    remarks.push_back(fmt::format("{} that it names and does not make: made for it ({}).",
                                  base::count_of(roles.size(), "role"), base::join(sorted(roles), ", ")));
  std::vector<std::string> rows;
  if (told.copies > 0) rows.push_back(base::count_of(told.copies, "COPY", "COPYs"));
  if (told.inserts > 0) rows.push_back(base::count_of(told.inserts, "INSERT"));
  if (!rows.empty())
    remarks.push_back(fmt::format("The rows of {} were passed over.", base::join(rows, " and ")));
  if (!told.unknown_settings.empty())
    remarks.push_back(fmt::format("Settings that this server does not know were passed over: {}.",
                                  base::join(sorted(told.unknown_settings), ", ")));
  if (told.drops > 0)
    remarks.push_back(
        fmt::format("{} of what is not there: passed over.", base::count_of(told.drops, "DROP")));
  if (!told.database_words.empty())
    remarks.push_back(fmt::format("What it says of a database as such was passed over: {}.",
                                  base::join(sorted(told.database_words), ", ")));
  return remarks;
}

struct Loaded {
  catalog::LiveRead read;
  std::string database;  // its name on the server
};

/// Where what was loaded stands: the one database that holds something.
base::Result<Loaded> read_loaded(ScratchPlace& place, const SqlTold& told, const std::string& name,
                                 const catalog::LiveReadOptions& options, std::vector<std::string>& remarks) {
  const std::vector<ScratchPlace::Visited> visited = place.visited();
  std::map<std::string, Loaded> filled, empty;
  for (const SqlTold::Database& each : told.databases) {
    catalog::LiveRead read = WINDLASS_TRY(catalog::read_live(place.conninfo(each.real), options));
    const auto start = std::find_if(visited.begin(), visited.end(), [&](const ScratchPlace::Visited& one) {
      return one.database == each.real;
    });
    const bool has = start == visited.end() || !catalog::compare(start->start, read.snapshot).empty();
    (has ? filled : empty)[each.name] = {std::move(read), each.real};
  }
  const auto of_the_server = [](const auto& each) {
    return each.first == "postgres" || each.first == "template1";
  };
  if (filled.size() > 1 && !std::all_of(filled.begin(), filled.end(), of_the_server)) {
    std::vector<std::string> names;
    for (const auto& each : filled)
      if (of_the_server(each)) names.push_back(each.first);
    if (!names.empty())
      remarks.push_back(fmt::format("What it puts into {} was left out.", base::join(names, " and ")));
    std::erase_if(filled, of_the_server);
  }
  if (filled.size() > 1) {
    std::vector<std::string> names;
    for (const auto& each : filled)
      names.push_back(each.first == kDatabase ? "the one that it begins in" : each.first);
    return base::fail(sql_error(name, fmt::format("it fills several databases: {}", base::join(names, ", ")),
                                "Dump the one that is to be compared by itself: pg_dump DATABASE."));
  }
  if (filled.empty()) return std::move(empty[told.databases.front().name]);
  return std::move(filled.begin()->second);
}

catalog::Says said(const SqlTold& told, bool something) {
  if (!told.dump) return catalog::Says::Own;
  return something ? catalog::Says::All : catalog::Says::Nothing;
}

base::Result<Attempt> attempt(const GivenFile& given, const SqlFiles& files, const SqlLoadSettings& settings,
                              Attempts& attempts) {
  PlaceSettings place_settings = settings.place;
  place_settings.prerequisites = {};
  place_settings.as_role.clear();
  place_settings.superuser = true;
  place_settings.keep = false;
  place_settings.expected_role = kLoader;
  place_settings.expected_database = kDatabase;
  if (place_settings.token.empty()) place_settings.token = base::random_hex(16);
  const bool own_server = place_settings.given_url.empty();
  std::unique_ptr<ScratchPlace> place = WINDLASS_TRY(ScratchPlace::open(std::move(place_settings)));
  if (settings.timeout && !attempts.deadline) attempts.deadline = Clock::now() + *settings.timeout;
  SqlSession::Settings session_settings;
  session_settings.role = kLoader;
  session_settings.own_server = own_server;
  // A statement that takes long shows where it stands, too.
  std::string at_file;
  size_t at_line = 0;
  const SqlProgress come_to = [&](const std::string& file, size_t line) {
    if (at_file != file) at_file = file;
    at_line = line;
    if (settings.progress) settings.progress(file, line);
  };
  session_settings.go_on = [&] {
    if (settings.progress && !at_file.empty()) settings.progress(at_file, at_line);
    return base::interrupted() == 0 && (!attempts.deadline || Clock::now() < *attempts.deadline);
  };
  session_settings.why_not = [] {
    return std::string(base::interrupted() != 0 ? "interrupted" : "it takes longer than --timeout allows");
  };
  SqlTold told;
  SqlSession session(*place, session_settings, told, attempts.roles);
  WINDLASS_CHECK(session.make_roles());
  for (const SqlFile& file : files.files) {
    // Each begins as psql does: in no transaction, with no settings.
    WINDLASS_CHECK(session.connect(kDatabase, "", file.name));
    SqlScript script(session, told, come_to, files.bare);
    if (auto done = script.run(file.path, file.name); !done) {
      if (!session.wanted_role().empty()) return Attempt{session.wanted_role(), {}};
      return base::fail(std::move(done).error());
    }
    if (!session.open_since().empty())
      return base::fail(
          sql_error(session.open_since(),
                    fmt::format("the transaction that begins here is still open at the end of {}", file.name),
                    "End it with COMMIT, or psql rolls it back."));
  }
  Attempt result;
  catalog::LiveReadOptions options = settings.read;
  options.roles = false;
  // Where no position is said, the rows that moved it are not there: nothing is known of it.
  if (files.schema_only || (told.dump && !told.positions)) options.sequence_positions = false;
  result.loaded.remarks = files.remarks;
  for (std::string& remark : remarks_of(told, attempts.roles))
    result.loaded.remarks.push_back(std::move(remark));
  session.close();
  Loaded loaded = WINDLASS_TRY(read_loaded(*place, told, given.name, options, result.loaded.remarks));
  result.loaded.read = std::move(loaded.read);
  result.loaded.read.made_by = own_server ? kLoader : place->visited().front().role;
  result.loaded.read.made_from = "the SQL";
  result.loaded.read.without_rows = files.schema_only || (told.dump && !told.rows && !told.positions);
  result.loaded.read.says_owners = said(told, told.owners);
  result.loaded.read.says_privileges = said(told, told.privileges);
  if (settings.while_there) WINDLASS_CHECK(settings.while_there(*place, loaded.database, result.loaded.read));
  if (settings.leave_standing) {
    result.loaded.place = std::move(place);
    result.loaded.database = std::move(loaded.database);
  } else {
    place->close();
  }
  return result;
}

}  // namespace

base::Result<LoadedSql> load_sql(const GivenFile& given, const SqlLoadSettings& settings) {
  std::filesystem::path bindir;
  if (settings.place.given_url.empty()) {
    const auto& found = settings.place.binaries.get();
    if (!found) return base::fail(found.error());
    bindir = found->bindir;
  }
  const SqlFiles files = WINDLASS_TRY(sql_files(given, bindir, settings.place.environment));
  Attempts attempts;
  // A transaction that misses a role is lost with all it did: then everything is done again, with the role.
  for (;;) {
    Attempt done = WINDLASS_TRY(attempt(given, files, settings, attempts));
    if (done.wanted_role.empty()) return std::move(done.loaded);
    attempts.roles.insert(done.wanted_role);
  }
}

}  // namespace windlass::run
