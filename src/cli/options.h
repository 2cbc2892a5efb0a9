// The command line, parsed. No parser shows here: plain values, empty where nothing was given; what a
// WINDLASS_* variable or windlass.toml may add to them is for settings.h.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "base/error.h"
#include "run/environment.h"

namespace windlass::cli {

/// Where and how something of the project runs.
struct PlaceOptions {
  std::string postgres;  ///< VERSION or BINDIR; for a check also several, parted by commas
  std::string scratch_url;
  bool no_superuser = false;
  std::string run_as;
  bool no_isolation = false;
  bool keep = false;
  run::Variables env;      ///< --env, in order
  std::string recording;   ///< file
  std::string parameters;  ///< "off", "types", "values"
};

struct OutputOptions {
  std::string format = "text";  ///< one of the command's own; WINDLASS_FORMAT where it is one of these
  std::string output;           ///< file; empty: standard output
  bool quiet = false, verbose = false, no_color = false;
};

/// A chain, and how it is run.
struct ChainRunOptions {
  std::string project = ".";
  std::string config, name, python;
  std::vector<std::string> x;  ///< -x KEY=VALUE
  PlaceOptions place;
  std::string timeout;  ///< as written; checked by parse_timeout
  std::string env_file;
};

/// A whole check of a chain (whole_check.h), for whatever is made of it.
struct WholeCheckOptions : ChainRunOptions {
  std::string from;
  std::string to;                      ///< empty: heads
  bool first = false;                  ///< stop at the first failure
  bool no_cache = false;               ///< --no-cache
  std::vector<std::string> scenarios;  ///< names of scenarios; empty: clean alone
  bool all = false;                    ///< every scenario
  std::string as_role;                 ///< the role of scenario as-role
  std::vector<std::string> repairs;    ///< patterns of repair scripts' files
  std::vector<std::string> only;       ///< codes of findings; empty: all
  OutputOptions output;
};

struct CheckOptions : WholeCheckOptions {
  std::string fail_on;                   ///< "error", "warning", "never"
  std::string baseline, write_baseline;  ///< files
};

struct FixOptions : WholeCheckOptions {
  bool yes = false;                    ///< apply without asking
  bool dry_run = false;                ///< never apply, never ask
  bool force = false;                  ///< also where a file has changes that are not committed
  std::string released;                ///< a revision: it and all before it were applied somewhere
  bool new_revision = false;           ///< a new one in place of edits of those that were released
  bool idempotent = false;             ///< also make revisions re-runnable
  std::vector<std::string> revisions;  ///< which, with `idempotent`; empty: all
};

struct ProveOptions : WholeCheckOptions {
  std::string budget;     ///< as written; empty: none
  std::string sign_with;  ///< file of a private key
  bool dry_run = false;   ///< do not write the lock
  std::string since;      ///< a revision: what the lock knows as proven up to it is not run again
};

struct VerifyOptions {
  std::string project = ".";
  std::string config, name, python;
  std::string key;  ///< file of the public key that the lock must be signed with
  OutputOptions output;
};

struct RecordOptions {
  PlaceOptions place;
  std::string timeout;
  std::string env_file;
  OutputOptions output;
  std::vector<std::string> command;
};

struct GraphOptions {
  std::string project = ".";
  std::string config, name, python;
  OutputOptions output;  ///< format: "text", "mermaid", "dot", "json"
};

/// What of a real database is read.
struct ReadOptions {
  bool roles = false, sequences = false;
  std::string lock_wait;  ///< as written; checked by live_options() (real_database.h)
};

struct SnapshotOptions {
  std::string url;
  bool statements = false;     ///< also where they cost something, and not without them
  bool no_statements = false;  ///< without the statements that make the objects
  ReadOptions read;
  OutputOptions output;
};

/// Its chain options are those of a side that is the chain.
struct DiffOptions : ChainRunOptions {
  std::string a, b;  ///< what is compared, as named
  bool no_owner = false, no_privileges = false, no_comments = false, no_column_order = false;
  bool sql = false;                                          ///< write the statements that turn A into B
  bool allow_data_loss = false;                              ///< with sql: also those that lose data
  std::vector<std::pair<std::string, std::string>> renames;  ///< with sql: old name, new name
  ReadOptions read;
  OutputOptions output;
};

struct DriftOptions : ChainRunOptions {
  std::string url;
  std::vector<std::string> repairs;  ///< patterns of repair scripts' files
  bool inspect_data = false;
  std::string data_timeout;  ///< for each question about rows; as written
  bool no_upgrade = false;   ///< do not try what `upgrade` would do
  std::string claim;  ///< a revision that is to be held against the database, whatever that says of itself
  ReadOptions read;
  OutputOptions output;
};

struct ExplainOptions {
  std::string name;  ///< empty: list them all
};

struct DoctorOptions {
  std::string project = ".";
  std::string config, name, python, postgres;
  OutputOptions output;
};

struct InitOptions {
  std::string project = ".";
  std::string config, python;
  bool print = false;  ///< to standard output instead of into the file
};

struct CompletionOptions {
  std::string shell;  ///< "bash", "zsh", "fish"
};

/// Help or the version: a text for standard output, then exit status 0.
struct ShowText {
  std::string text;
};

using Invocation = std::variant<CheckOptions, FixOptions, ProveOptions, VerifyOptions, RecordOptions,
                                GraphOptions, SnapshotOptions, DiffOptions, DriftOptions, ExplainOptions,
                                DoctorOptions, InitOptions, CompletionOptions, ShowText>;

/// Every error is one of usage (exit status 2) with a hint.
base::Result<Invocation> parse_command_line(int argc, const char* const* argv);

/// The format that the command line (or WINDLASS_FORMAT) asks for, also when it cannot be parsed: an error
/// comes in that form, too. Empty where none is asked for.
std::string wanted_format(int argc, const char* const* argv);

}  // namespace windlass::cli
