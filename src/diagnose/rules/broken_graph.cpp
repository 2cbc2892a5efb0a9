// G2, G3, G6: the graph of revisions itself. What `chain` found wrong becomes findings; whether a
// problem is one depends here on what the run did.
#include <fmt/core.h>

#include <algorithm>

#include "diagnose/compose.h"
#include "diagnose/rules.h"

namespace windlass::diagnose {

namespace {

/// Every head lies on a branch that bears a label: several heads are meant.
bool branches_are_labelled(const Context& context) {
  const auto labelled = [](const chain::Revision& revision) { return !revision.labels.empty(); };
  const auto& chain = context.evidence().chain;
  return std::all_of(chain.heads.begin(), chain.heads.end(), [&](const std::string& head) {
    return std::any_of(chain.revisions.begin(), chain.revisions.end(), [&](const chain::Revision& revision) {
      return labelled(revision) && (revision.id == head || context.is_ancestor(revision.id, head));
    });
  });
}

Severity severity_of(const Context& context, const chain::Problem& problem) {
  if (problem.fatal) return Severity::Error;
  if (problem.code == "several-bases") return Severity::Info;
  if (problem.code == "several-heads")
    return branches_are_labelled(context) ? Severity::Info : Severity::Warning;
  return Severity::Warning;
}

void mend(const chain::Problem& problem, const chain::Chain& chain, Fix& fix) {
  if (problem.code == "revision-missing") {
    fix.summary =
        "Bring the missing revision's file back, or let its children follow a revision that is there.";
    fix.steps = {
        "Look for the file in the history: git log --all --diff-filter=D -- '*versions*'",
        "If databases have run it, bring it back as it was; only if none has, change down_revision."};
    fix.do_not = "Do not set down_revision to None: the chain would get a second beginning.";
  } else if (problem.code == "revision-duplicate") {
    fix.summary = "Give one of the two files an id of its own, and let it follow the other.";
    fix.steps = {
        "Give the id to the file that released databases have run; rename the other, and set its "
        "down_revision."};
    fix.do_not =
        "Do not delete one of them unread: both may hold changes that some database has and another lacks.";
  } else if (problem.code == "revision-cycle") {
    fix.summary = "Cut the circle: one of these revisions must not come after the others.";
    fix.steps = {"Set its down_revision (or depends_on) to the revision it was really written after."};
  } else if (problem.code == "several-heads") {
    fix.summary = "Join the heads with a merge revision.";
    fix.steps = {"alembic merge heads -m \"merge\"",
                 "Where the branches are meant to stay apart, give them labels (branch_labels) and upgrade "
                 "with `heads`."};
    fix.do_not = "Do not delete a head to be rid of it: databases may have run it.";
  } else if (problem.code == "revision-id-too-long") {
    fix.summary = "Use an id of at most 32 characters: the version table's column is VARCHAR(32).";
    fix.steps = {"Shorten `revision` in this file, and `down_revision` in its children."};
  } else if (problem.code == "revision-syntax-error") {
    fix.summary = "Correct the Python of the file; it must at least load.";
  } else if (problem.code == "revision-unreadable") {
    fix.summary =
        "Bring the file back or make it readable (as UTF-8); if it is no revision, move it elsewhere.";
  } else if (problem.code == "several-bases") {
    fix.summary = fmt::format("Nothing to do if the {} beginnings are meant.", chain.bases.size());
  }
}

}  // namespace

void broken_graph(const Context& context, std::vector<Finding>& findings) {
  for (const chain::Problem& problem : context.evidence().graph_problems) {
    if (problem.code == "revision-id-too-long" && !problem.fatal) {
      // A wider version table takes it: a run that got through, or that fails at it, knows better.
      const bool applied =
          std::any_of(context.evidence().steps.begin(), context.evidence().steps.end(),
                      [&](const run::Step& step) { return step.revision == problem.revision; });
      if (context.ended_well() || applied) continue;
    }
    Finding finding = finding_at(context, problem.code, problem.revision, problem.at);
    finding.severity = severity_of(context, problem);
    finding.certainty = Certainty::Static;
    finding.message = problem.message;
    finding.cause = problem.message;
    finding.root = problem.fatal;
    if (problem.at.known()) finding.evidence.push_back({problem.revision, problem.at, "", "", ""});
    for (const base::Location& place : problem.related) finding.evidence.push_back({"", place, "", "", ""});
    mend(problem, context.evidence().chain, finding.fix);
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
