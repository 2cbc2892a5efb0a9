#include "cli/commands_table.h"

#include "cli/option_rows.h"

namespace windlass::cli {

namespace {

std::vector<CommandRow> build() {
  std::vector<CommandRow> rows;
  rows.push_back(
      {"check",
       "run the chain on a clean scratch server; every failure with its root cause",
       "[PROJECT]",
       "Finds the project's Alembic chain and its interpreter, starts a private throwaway PostgreSQL, runs\n"
       "`alembic upgrade heads` on it through the recorder, and says what breaks, where, and why. No other\n"
       "database is reached, and nothing is written into the project. It runs the project's code.",
       std::vector<OptionRow>{
           config_row(),
           section_row(),
           x_argument_row(),
           {"--from",
            "",
            "REVISION",
            {},
            "upgrade to this revision first, in a process of its own",
            false,
            kChain},
           to_row(),
           {"--first",
            "",
            "",
            {},
            "stop at the first failure; do not go on to find the others",
            false,
            kChain},
           no_cache_row(),
           {"--scenarios",
            "",
            "NAMES",
            {},
            "further ways to run the chain, parted by commas: stepwise, splits, populated, round-trip, "
            "repeat, retry, models, as-role, replay, interrupted",
            true,
            kChain},
           {"--all",
            "",
            "",
            {},
            "every scenario but replay and interrupted, which `prove` adds",
            false,
            kChain},
           as_role_row(),
           python_row(),
           server_row(kServers,
                      "server to use: a version (15) or a folder of its programs; of several, parted by "
                      "commas, each in turn")} +
           recorded_run_rows() +
           std::vector<OptionRow>{
               check_format_row(),
               output_row(),
               {"--fail-on",
                "",
                "LEVEL",
                {"error", "warning", "never"},
                "exit with 1 from this severity on (default: error)",
                false,
                kOutput},
               {"--baseline",
                "",
                "FILE",
                {},
                "findings of this file (of --write-baseline, or of --format json) do not count; only new "
                "ones do",
                false,
                kOutput},
               {"--write-baseline",
                "",
                "FILE",
                {},
                "write what is found to FILE, as a baseline for later checks",
                false,
                kOutput},
               {"--only", "", "CODE", {}, "show and count only findings of this code", true, kOutput},
               repairs_row("repair scripts (scripts/*.py, hotfix/*.sql, any program): each is run beside the "
                           "chain, on the scratch server, and what upgrade does behind it is told"),
               quiet_row(),
               verbose_row(),
               no_color_row()},
       {"windlass check", "windlass check services/api --postgres 17 --timeout 5m",
        "windlass check --postgres 13,15,17", "windlass check --scenarios stepwise,splits",
        "windlass check --format json --output check.json",
        "windlass check --env 'SETTINGS_DATABASE_DSN={url}' -x tenant=acme"}});
  rows.push_back(
      {"fix",
       "mend the sources: patches, each proven on a copy, shown and then applied",
       "[PROJECT]",
       "Runs the chain as `check` does, and makes an edit of the project's own files for each finding that "
       "a\n"
       "machine can mend. Each is tried on a copy of the project: the chain is run again, and only where "
       "the\n"
       "finding is gone and nothing else broke is the patch shown. On a terminal you are asked whether to\n"
       "apply them; otherwise nothing is changed without --yes. The exit status is 1 while anything is left.",
       std::vector<OptionRow>{
           {"--yes", "-y", "", {}, "apply the patches without asking", false, kMend},
           {"--dry-run", "", "", {}, "show the patches; change nothing, ask nothing", false, kMend},
           {"--only", "", "CODE", {}, "mend only findings of this code", true, kMend},
           {"--force",
            "",
            "",
            {},
            "also change files that have changes which are not committed to git",
            false,
            kMend},
           {"--released",
            "",
            "REVISION",
            {},
            "this revision and all before it were applied somewhere: say of each edit of them what becomes "
            "of those databases (without it: those that windlass.lock knows)",
            false,
            kMend},
           {"--new-revision",
            "",
            "",
            {},
            "what was released stays as it is where the chain runs: a new revision behind it brings every "
            "database to the mended catalog",
            false,
            kMend},
           {"--idempotent",
            "",
            "[REVISION...]",
            {},
            "also make these revisions (the whole chain) re-runnable on a database that has some of what "
            "they make",
            true,
            kMend},
           config_row(),
           section_row(),
           x_argument_row(),
           to_row(),
           {"--scenarios",
            "",
            "NAMES",
            {},
            "also mend what these show, parted by commas: stepwise, splits, populated, round-trip, repeat, "
            "retry, models, as-role, replay, interrupted",
            true,
            kChain},
           {"--all", "", "", {}, "also mend what any other scenario shows", false, kChain},
           as_role_row(),
           no_cache_row(),
           python_row(),
           one_server_row()} +
           run_rows() +
           std::vector<OptionRow>{{"--format",
                                   "",
                                   "FORMAT",
                                   {"text", "json", "sarif", "github"},
                                   "form of the result (default: text)",
                                   false,
                                   kOutput},
                                  output_row(),
                                  quiet_row(),
                                  verbose_row(),
                                  no_color_row()},
       {"windlass fix", "windlass fix services/api --dry-run", "windlass fix --yes --only type-created-twice",
        "windlass fix --all --format json"}});
  rows.push_back(
      {"prove",
       "every way to run the chain; what was proven goes into windlass.lock",
       "[PROJECT]",
       "Runs the chain in every scenario of `check --all`, and again over its own result (replay), killed "
       "wherever\n"
       "a part of a revision is durable (interrupted), and with each repair script at each revision "
       "(hybrid). "
       "What\n"
       "is proven is written into windlass.lock beside the chain's configuration, to be committed. The exit "
       "status\n"
       "is 0 where the chain is proven, 1 where it is broken, 3 where not all was seen.",
       std::vector<OptionRow>{
           {"--budget",
            "",
            "TIME",
            {},
            "begin no case after this time (90, 5m, 1h): what is left out is named, and the chain not proven",
            false,
            kProof},
           {"--sign-with", "", "KEY", {}, "sign the lock with this Ed25519 key (PEM)", false, kProof},
           {"--dry-run", "", "", {}, "do not write the lock", false, kProof},
           {"--since",
            "",
            "REVISION",
            {},
            "do not run again what begins in this revision or before it: windlass.lock must know them proven "
            "and unchanged",
            false,
            kProof},
           config_row(),
           section_row(),
           x_argument_row(),
           as_role_row(),
           no_cache_row(),
           python_row(),
           one_server_row()} +
           run_rows() +
           std::vector<OptionRow>{
               check_format_row(), output_row(),
               repairs_row("repair scripts (scripts/*.py, hotfix/*.sql, any program): each is run at each "
                           "revision, on the scratch server, and the upgrade behind it"),
               quiet_row(), verbose_row(), no_color_row()},
       {"windlass prove", "windlass prove --budget 5m", "windlass prove --since 0042",
        "windlass prove --sign-with release.pem", "windlass prove --format json --dry-run"}});
  rows.push_back(
      {"verify",
       "whether windlass.lock is whole, signed, and of these sources",
       "[PROJECT]",
       "Reads windlass.lock and the chain's files, and runs nothing: whether the lock is as windlass wrote "
       "it, "
       "is\n"
       "signed by the key that is named, and knows every revision as it is. The exit status is 1 where not.",
       {{"--key", "", "KEY", {}, "the public key (PEM) that must have signed it", false, kProof},
        config_row(),
        section_row(),
        python_row(),
        text_or_json_row(),
        output_row(),
        quiet_row(),
        no_color_row()},
       {"windlass verify", "windlass verify --key release.pub"}});
  rows.push_back(
      {"record",
       "run any command against a scratch server; show what it did",
       "-- COMMAND...",
       "Starts a scratch PostgreSQL, runs COMMAND with DATABASE_URL and PG* leading to it through the "
       "recorder,\n"
       "and shows each statement with its outcome and effects. The exit status is 1 when COMMAND failed.",
       std::vector<OptionRow>{
           server_row("VERSION|BINDIR", "server to use: a version (15) or a folder of its programs")} +
           recorded_run_rows() +
           std::vector<OptionRow>{
               text_or_json_row(),
               output_row(),
               {"--quiet", "-q", "", {}, "of the statements only those that failed", false, kOutput},
               verbose_row(),
               no_color_row()},
       {"windlass record -- psql -f schema.sql", "windlass record -- flask db upgrade",
        "windlass record --format json -- ./migrate.sh"}});
  rows.push_back(
      {"graph",
       "the chain as text, Mermaid or DOT",
       "[PROJECT]",
       "Reads the revision files without running them and draws the graph: branches, merges, bases, heads,\n"
       "labels and depends_on. The exit status is 1 when the graph is broken.",
       {config_row(),
        section_row(),
        python_row(),
        {"--format",
         "",
         "FORMAT",
         {"text", "mermaid", "dot", "json"},
         "form of the graph (default: text)",
         false,
         kOutput},
        output_row(),
        quiet_row()},
       {"windlass graph", "windlass graph --format mermaid",
        "windlass graph --format dot | dot -Tsvg > chain.svg"}});
  rows.push_back(
      {"snapshot",
       "what a database's catalog holds, as a file to compare with later",
       "--url URL",
       "Reads every kind of object of a real database in read-only transactions of one moment; no right but\n"
       "CONNECT is needed, and what cannot be seen is said. Extensions' and platforms' own objects are "
       "counted\n"
       "and left out. With them stand the statements by which pg_dump makes it all, for `diff --sql`. The "
       "password\n"
       "comes from where psql takes it: PGPASSWORD, ~/.pgpass, a service file.",
       std::vector<OptionRow>{url_row()} + read_rows() + lock_wait_rows() +
           std::vector<OptionRow>{
               {"--statements",
                "",
                "",
                {},
                "with the statements of pg_dump also through a pooler and of very many tables, or not at all",
                false,
                kRead},
               {"--no-statements", "", "", {}, "without the statements of pg_dump", false, kRead}} +
           std::vector<OptionRow>{output_row(), quiet_row()},
       {"windlass snapshot --url service=production --output production.json",
        "windlass snapshot --url postgresql://db.example/app | jq .fingerprint"}});
  rows.push_back(
      {"diff",
       "what differs between two databases",
       "A B",
       "A and B: each the URL of a database (postgresql://..., service=NAME, key=value words), the file of "
       "a\n"
       "snapshot, chain@REVISION: what the project's chain makes on a scratch server, up to that revision\n"
       "(chain@heads, chain@base), SQL: a file, a folder of files, a dump, loaded on a scratch server as\n"
       "psql would, or `empty`: a database with nothing in it. Compares every kind of object by name and\n"
       "definition; between major versions, what only their words for it differ in is no difference. Writes\n"
       "nothing. The exit status is 1 when they differ.",
       std::vector<OptionRow>{
           {"--no-owner", "", "", {}, "do not compare who owns what", false, kRead},
           {"--no-privileges", "", "", {}, "do not compare privileges", false, kRead},
           {"--no-comments", "", "", {}, "do not compare comments", false, kRead},
           {"--no-column-order", "", "", {}, "do not compare the order of columns", false, kRead},
           {"--sql",
            "",
            "",
            {},
            "write the statements that turn A into B, tried and proven on a twin of A",
            false,
            kOutput},
           {"--allow-data-loss",
            "",
            "",
            {},
            "with --sql: write also the statements that lose data",
            false,
            kOutput},
           {"--rename",
            "",
            "OLD=NEW",
            {},
            "with --sql: one object under two names (a.t.x=a.t.y); may be repeated",
            true,
            kOutput}} +
           read_rows() + lock_wait_rows() + project_rows() + given_server_rows() + run_rows() +
           std::vector<OptionRow>{
               text_or_json_row(),
               output_row(),
               quiet_row(),
               {"--verbose", "-v", "", {}, "every object, also what differs in words only", false, kOutput},
               no_color_row()},
       {"windlass diff staging.json service=production", "windlass diff chain@heads service=production",
        "windlass diff schema.sql chain@heads", "windlass diff --sql service=production chain@heads",
        "windlass diff --no-owner --no-privileges service=staging service=production"}});
  rows.push_back(
      {"drift",
       "where a real database stands on the chain, what differs, and who made it so",
       "[PROJECT]",
       "Runs the project's chain on a scratch server, reads the database, and tells what its version table\n"
       "claims, which revision its objects match best, and what is missing, extra or different at the "
       "claimed\n"
       "one, each with the revision and line that make it. Writes nothing into the database. The exit "
       "status\n"
       "is 1 when it is not where it says, or says nothing.",
       std::vector<OptionRow>{
           url_row(),
           {"--claim",
            "",
            "REVISION",
            {},
            "is the database truly at this revision, whatever it says of itself?",
            false,
            kRead},
           repairs_row("repair scripts (scripts/*.py, hotfix/*.sql, any program): each is run on the scratch "
                       "server, to see whether it made what differs"),
           {"--inspect-data",
            "",
            "",
            {},
            "also count rows that break what the chain is to make of the database",
            false,
            kRead},
           {"--data-timeout",
            "",
            "TIME",
            {},
            "how long each of these counts may take (default: 10s)",
            false,
            kRead},
           {"--no-upgrade", "", "", {}, "do not try on a twin what `upgrade` would do", false, kChain}} +
           lock_wait_rows() +
           std::vector<OptionRow>{config_row(), section_row(), x_argument_row(), python_row(),
                                  one_server_row()} +
           run_rows() +
           std::vector<OptionRow>{
               text_or_json_row(),
               output_row(),
               quiet_row(),
               {"--verbose", "-v", "", {}, "every object, also what differs in words only", false, kOutput},
               no_color_row()},
       {"windlass drift --url service=production", "windlass drift services/api --url service=staging",
        "windlass drift --url service=production --claim 8f2a01"}});
  rows.push_back({"explain",
                  "what a finding means, how to be sure, how to mend it, what not to do",
                  "[NAME]",
                  "NAME is the code of a finding, as `check` prints it. Without NAME: all codes.",
                  {},
                  {"windlass explain type-created-twice"}});
  rows.push_back({"init",
                  "write a commented windlass.toml",
                  "[PROJECT]",
                  "Writes windlass.toml beside the chain: every setting with what it does, and what was "
                  "found filled in.\n"
                  "One that is there is not touched.",
                  {config_row(),
                   python_row(),
                   {"--print", "", "", {}, "write it to standard output instead", false, kOutput}},
                  {"windlass init", "windlass init services/api --print"}});
  rows.push_back(
      {"doctor",
       "server, interpreter, isolation, cache: each with a verdict and what to do",
       "[PROJECT]",
       "Looks at everything `check` would need here, without running the chain.",
       {config_row(), section_row(), python_row(),
        server_row(kServers, "server to look for: a version (15) or a folder of its programs; or several"),
        text_or_json_row(), output_row()},
       {"windlass doctor", "windlass doctor services/api --python .venv"}});
  rows.push_back(
      {"completion",
       "a completion script for bash, zsh or fish",
       "SHELL",
       "Prints the script on standard output.",
       {},
       {"windlass completion bash > /etc/bash_completion.d/windlass", "source <(windlass completion zsh)",
        "windlass completion fish > ~/.config/fish/completions/windlass.fish"}});
  rows.push_back({"version", "the version of windlass", "", "", {}, {}});
  return rows;
}

}  // namespace

std::span<const CommandRow> commands() {
  static const std::vector<CommandRow> kRows = build();
  return kRows;
}

const CommandRow* find_command(std::string_view name) {
  for (const CommandRow& command : commands())
    if (command.name == name) return &command;
  return nullptr;
}

}  // namespace windlass::cli
