// windlass diff: two databases, each read now, kept in a file, or made by the chain, compared.
#include <unistd.h>

#include <filesystem>

#include "base/file.h"
#include "base/secrets.h"
#include "catalog/snapshot_file.h"
#include "cli/chain_run.h"
#include "cli/commands.h"
#include "cli/output.h"
#include "cli/real_database.h"
#include "report/diff_json.h"
#include "report/diff_text.h"

namespace windlass::cli {

namespace {

struct Side {
  report::DiffSide told;
  catalog::LiveRead read;
};

constexpr std::string_view kChain = "chain@";

bool is_chain(const std::string& word) { return word.starts_with(kChain) || word == "chain"; }

/// A file is a file, whatever else its name could mean.
base::Result<Side> look_at(const std::string& word, const DiffOptions& options,
                           const catalog::LiveReadOptions& live) {
  std::error_code code;
  Side side;
  if (is_chain(word)) {
    const std::string revision = word.size() > kChain.size() ? word.substr(kChain.size()) : "heads";
    side.told = {"chain", word, "", ""};
    side.read = WINDLASS_TRY(run_chain_to(options, revision)).read;
  } else if (std::filesystem::exists(word, code)) {
    const std::string text = WINDLASS_TRY(base::read_file(word));
    side.told = {"snapshot", word, "", ""};
    side.read = WINDLASS_TRY(catalog::parse_snapshot(text, word));
  } else {
    const bool url = word.starts_with("postgres://") || word.starts_with("postgresql://");
    if (!url && word.find('=') == std::string::npos)
      return base::fail(
          {"compare", word, "it is no file, and no URL of a database",
           "Write postgresql://host/database, service=NAME, chain@REVISION, or the name of a snapshot's "
           "file.",
           base::Exit::Usage});
    warn_of_password(word, options.output.quiet);
    side.told = {"url", base::mask_url(word), "", ""};
    side.read = WINDLASS_TRY(read_real_database(word, live));
  }
  side.told.server = side.read.server_version;
  side.told.fingerprint = catalog::fingerprint(side.read.snapshot, side.read.server_major);
  return side;
}

}  // namespace

base::Result<int> run_diff_command(const DiffOptions& options) {
  const catalog::LiveReadOptions live = WINDLASS_TRY(live_options(options.read));
  // Running the chain forgets the PG* variables, which lead to a real database.
  Side a, b;
  const bool chain_first = is_chain(options.a);
  if (!chain_first) a = WINDLASS_TRY(look_at(options.a, options, live));
  b = WINDLASS_TRY(look_at(options.b, options, live));
  if (chain_first) a = WINDLASS_TRY(look_at(options.a, options, live));
  catalog::Comparable both = catalog::made_comparable(
      a.read, b.read, "A", "B", {!options.no_owner, !options.no_privileges, !options.no_comments});
  report::DiffReport report{a.told,
                            b.told,
                            catalog::compare(both.a, both.b),
                            std::move(both.not_compared),
                            std::move(both.renderings),
                            std::move(both.unsaid)};
  WINDLASS_CHECK(
      write_result(options.output.output, options.output.format == "json"
                                              ? report::diff_json(report)
                                              : report::diff_text(report, text_style(options.output))));
  const std::string verdict = report.verdict();
  return static_cast<int>(verdict == "different" ? base::Exit::Findings
                          : verdict == "equal"   ? base::Exit::Nothing
                                                 : base::Exit::CouldNotLook);
}

}  // namespace windlass::cli
