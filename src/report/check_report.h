// What a finished check has to say, for the renderers: one file each.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "diagnose/context.h"
#include "diagnose/diagnose.h"
#include "diagnose/finding.h"
#include "report/baseline.h"
#include "run/case_run.h"
#include "run/evidence.h"
#include "run/going_on.h"

namespace windlass::report {

/// One scenario, with its verdict.
struct ScenarioLine {
  run::ScenarioOutcome outcome;
  std::string verdict;  ///< "passed", "failed", "not-run"
};

/// One of several servers that were asked for.
struct ServerLine {
  std::string wanted;   ///< as the user named it
  std::string version;  ///< empty when it was not run
  std::string bindir;   ///< of its programs; empty when there are none, or when the server was given
  std::string verdict;  ///< "passed", "failed", "not-run"
  std::string because;  ///< why it was not run
  const run::Evidence* evidence = nullptr;  ///< null when it was not run
  std::optional<run::WentPast> went_past;   ///< as CheckReport has it
};

struct CheckReport {
  /// Of the only server; of several, that of the first one that ran.
  const run::Evidence* evidence = nullptr;
  std::vector<diagnose::Finding> findings;
  diagnose::Verdict verdict = diagnose::Verdict::Incomplete;
  /// Of the clean run alone, where other scenarios were run, too.
  std::optional<diagnose::Verdict> clean_verdict;
  std::string project = ".";  ///< as the user named it
  std::string
      from_git_root;     ///< the project's folder from the root of its git repository; "" when it is the root
  std::string git_root;  ///< the root of that repository, absolute; "" when there is none
  std::string place;     ///< which server, in words
  std::string interpreter;              ///< which interpreter and how it was found
  std::string isolation_because;        ///< why there was no namespace; empty when there was
  std::string psql_line, end_command;   ///< with --keep
  std::vector<ScenarioLine> scenarios;  ///< beyond clean
  std::vector<ServerLine> servers;      ///< in the order they were asked for; at least one that ran
  std::vector<std::string> remarks;
  std::optional<run::WentPast> went_past;  ///< nothing when the run did not go on past its failure
  std::optional<BaselineUse> baseline;     ///< nothing without --baseline
  diagnose::SourceLines source;
  std::string chain_file;         ///< of the chain's configuration: the place of what has no other
  std::string fail_on = "error";  ///< "error", "warning", "never"
  int exit_status = 0;            ///< what the program is about to end with
};

/// A text that ends in brackets, "PostgreSQL 15.18 (/usr/lib/...)", with `note` added inside them.
std::string with_note(std::string text, const std::string& note);

/// The revisions that were applied (their steps finished), each once, in the order of the run.
std::vector<std::string> applied_revisions(const run::Evidence& evidence);
/// The revision in whose step the run ended; empty when it ended well.
std::string failed_revision(const run::Evidence& evidence);
/// How many revisions were taken from the cache.
size_t from_cache(const run::Evidence& evidence);

}  // namespace windlass::report
