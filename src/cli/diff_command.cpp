// windlass diff: two databases, each read now, kept in a file, or made by the chain or from SQL, compared.
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "base/file.h"
#include "base/secrets.h"
#include "catalog/snapshot_file.h"
#include "cli/chain_run.h"
#include "cli/commands.h"
#include "cli/diff_sql.h"
#include "cli/output.h"
#include "cli/real_database.h"
#include "cli/sql_side.h"
#include "report/diff_json.h"
#include "report/diff_sql.h"
#include "report/diff_text.h"

namespace windlass::cli {

namespace {

struct Side {
  std::string word;  ///< as it was named
  report::DiffSide told;
  catalog::LiveRead read;
  std::optional<run::GivenFile> file;                    ///< what it names on disk, or in a pipe
  std::optional<base::Result<catalog::LiveRead>> early;  ///< read together with the other side
  SideAsSql sql;  ///< where the statements that turn one into the other are wanted
};

constexpr std::string_view kChain = "chain@";

bool is_chain(const std::string& word) { return word.starts_with(kChain) || word == "chain"; }

/// A database with nothing in it: the word, where no file has that name.
bool is_empty(const Side& side) { return side.word == "empty" && !side.file; }

bool is_url(const std::string& word) {
  return word.starts_with("postgres://") || word.starts_with("postgresql://") ||
         word.find('=') != std::string::npos;
}

/// Whether a scratch server is needed for it.
bool is_made(const Side& side) {
  return is_chain(side.word) || is_empty(side) ||
         (side.file && side.file->kind != run::GivenFile::Kind::Snapshot);
}

/// What is there already: a real database, or the file of a snapshot. A file is a file, whatever else its
/// name could mean.
base::Result<void> read_side(Side& side, const DiffOptions& options, const catalog::LiveReadOptions& live) {
  const std::string& word = side.word;
  if (side.file) {
    const std::string text = WINDLASS_TRY(base::read_file(side.file->path));
    side.told = {"snapshot", word, "", ""};
    side.read = WINDLASS_TRY(catalog::parse_snapshot(text, word));
    if (options.sql) side.sql = WINDLASS_TRY(statements_of_snapshot(side.read, word));
    return {};
  }
  if (!is_url(word))
    return base::fail(
        {"compare", word, "it is no file, and no URL of a database",
         "Write postgresql://host/database, service=NAME, chain@REVISION, empty, or the name of a file: a "
         "snapshot's, SQL, or a dump.",
         base::Exit::Usage});
  warn_of_password(word, options.output.quiet);
  side.told = {"url", base::mask_url(word), "", ""};
  side.read = WINDLASS_TRY(side.early ? std::move(*side.early) : read_real_database(word, live));
  if (options.sql) side.sql = WINDLASS_TRY(dump_of_url(word, live.lock_wait));
  return {};
}

/// What the chain or SQL makes, on a server of the other side's major version where nobody wants another.
base::Result<void> make_side(Side& side, const Side& other, const DiffOptions& options,
                             const catalog::LiveReadOptions& live) {
  if (side.file || is_empty(side)) {
    const bool terminal =
        ::isatty(STDERR_FILENO) == 1 && !options.output.quiet && options.output.format == "text";
    run::LoadedSql loaded = WINDLASS_TRY(load_sql_side(side.file ? *side.file : side.sql.file, options, live,
                                                       other.read.server_major, terminal, {},
                                                       options.sql ? &side.sql.standing : nullptr));
    side.told = {is_empty(side) ? "empty" : "sql", side.word, "", "", {}};
    if (side.file) side.told.remarks = std::move(loaded.remarks);
    side.read = std::move(loaded.read);
    return {};
  }
  const std::string revision = side.word.size() > kChain.size() ? side.word.substr(kChain.size()) : "heads";
  side.told = {"chain", side.word, "", ""};
  if (options.sql) {
    DumpedChain dumped = WINDLASS_TRY(dump_of_chain(options, revision));
    side.read = std::move(dumped.read);
    side.sql = std::move(dumped.sql);
    return {};
  }
  side.read = WINDLASS_TRY(run_chain_to(options, revision)).read;
  return {};
}

}  // namespace

base::Result<int> run_diff_command(const DiffOptions& options) {
  const catalog::LiveReadOptions live = WINDLASS_TRY(live_options(options.read));
  Side a, b;
  a.word = options.a;
  b.word = options.b;
  for (Side* side : {&a, &b}) {
    std::error_code code;
    if (!is_chain(side->word) && std::filesystem::exists(side->word, code))
      side->file = WINDLASS_TRY(run::look_at_file(side->word));
    else if (side->word == "empty")
      side->sql = WINDLASS_TRY(nothing_as_sql());
  }
  for (const Side* side : {&a, &b})
    if (!side->file && !is_made(*side)) WINDLASS_CHECK(check_url(side->word));
  const auto real = [](const Side& side) { return !side.file && !is_made(side) && is_url(side.word); };
  if (real(a) && real(b)) {
    auto both = read_two_real_databases(a.word, b.word, live);
    a.early = std::move(both.first);
    b.early = std::move(both.second);
  }
  // What makes one forgets the PG* variables, which lead to a real database; that is read first.
  for (Side* side : {&a, &b})
    if (!is_made(*side)) WINDLASS_CHECK(read_side(*side, options, live));
  for (Side* side : {&a, &b})
    if (is_made(*side)) WINDLASS_CHECK(make_side(*side, side == &a ? b : a, options, live));
  for (Side* side : {&a, &b}) {
    side->told.server = side->read.server_version;
    side->told.fingerprint = catalog::fingerprint(side->read.snapshot, side->read.server_major);
  }
  catalog::Comparable both = catalog::made_comparable(
      a.read, b.read, "A", "B",
      {!options.no_owner, !options.no_privileges, !options.no_comments, !options.no_column_order});
  report::DiffReport report{a.told,
                            b.told,
                            catalog::compare(both.a, both.b),
                            std::move(both.not_compared),
                            std::move(both.renderings),
                            std::move(both.unsaid)};
  if (options.sql) {
    for (Side* side : {&a, &b})
      if (side->file && is_made(*side)) side->sql.file = std::move(*side->file);
    report.turned = WINDLASS_TRY(turn_a_into_b({a.sql, a.read}, {b.sql, b.read}, options, live));
  }
  WINDLASS_CHECK(write_result(options.output.output,
                              options.output.format == "json" ? report::diff_json(report)
                              : report.turned
                                  ? report::diff_sql(report, *report.turned, options.allow_data_loss)
                                  : report::diff_text(report, text_style(options.output))));
  const std::string verdict = report.verdict();
  if (report.turned && !report.turned->proven) return static_cast<int>(base::Exit::CouldNotLook);
  return static_cast<int>(verdict == "different" ? base::Exit::Findings
                          : verdict == "equal"   ? base::Exit::Nothing
                                                 : base::Exit::CouldNotLook);
}

}  // namespace windlass::cli
