// G2, G3, G6: the graph of revisions itself. What `chain` found wrong becomes findings; whether a
// problem is one depends here on what the run did.
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/rules.h"

namespace windlass::diagnose {

namespace {

/// Whether parents alone lead from `id` to `ancestor`: depends_on orders branches and makes none.
bool by_parents(const chain::Chain& chain, const std::string& ancestor, const std::string& id) {
  std::vector<std::string> open = {id};
  std::set<std::string> seen;
  while (!open.empty()) {
    const chain::Revision* revision = chain.find(open.back());
    open.pop_back();
    if (revision == nullptr || !seen.insert(revision->id).second) continue;
    for (const std::string& parent : revision->parents) {
      if (parent == ancestor) return true;
      open.push_back(parent);
    }
  }
  return false;
}

/// "db/versions" of "db/versions/001.py"; "." where it has no folder.
std::string folder_of(const std::string& file) {
  const size_t slash = file.rfind('/');
  return slash == std::string::npos ? "." : file.substr(0, slash);
}

/// The heads that nothing tells apart: of one beginning, on branches with the same labels. A chain with a
/// label knows of its branches, and the one without is its main line; without any label, all heads are such.
std::vector<std::string> heads_alike(const Context& context) {
  const chain::Chain& chain = context.evidence().chain;
  std::map<std::set<std::string>, std::vector<std::string>> by_branch;
  bool labels = false;
  for (const std::string& head : chain.heads) {
    std::set<std::string> branch;
    for (const chain::Revision& revision : chain.revisions) {
      if (revision.id != head && !by_parents(chain, revision.id, head)) continue;
      for (const std::string& label : revision.labels) branch.insert("label " + label);
      labels = labels || !revision.labels.empty();
      if (revision.parents.empty()) branch.insert("base " + revision.id);
    }
    by_branch[branch].push_back(head);
  }
  if (!labels) return chain.heads;
  std::vector<std::string> alike;
  for (const auto& [branch, heads] : by_branch)
    if (heads.size() > 1) alike.insert(alike.end(), heads.begin(), heads.end());
  return alike;
}

Severity severity_of(const Context& context, const chain::Problem& problem) {
  if (problem.fatal) return Severity::Error;
  if (problem.code == "several-bases") return Severity::Info;
  if (problem.code == "several-heads")
    return heads_alike(context).empty() ? Severity::Info : Severity::Warning;
  return Severity::Warning;
}

void mend_heads(const Context& context, Fix& fix) {
  const std::vector<std::string> alike = heads_alike(context);
  if (alike.empty()) {
    fix.summary =
        "Nothing to do: the branches bear labels. A deployment names what it means: all of them "
        "(`alembic upgrade heads`), or one (`alembic upgrade LABEL@head`; here --to LABEL@head).";
    fix.do_not = "Do not deploy with `alembic upgrade head`: it refuses, and nothing is migrated.";
    return;
  }
  const chain::Chain& chain = context.evidence().chain;
  const bool all = alike.size() == chain.heads.size();
  fix.summary = all ? "Join the heads with a merge revision."
                    : fmt::format("Join the heads {} with a merge revision: nothing tells them apart.",
                                  base::join(alike, ", "));
  fix.steps = {fmt::format("alembic merge {} -m \"merge\"", all ? "heads" : base::join(alike, " ")),
               "Where the branches are meant to stay apart, give them labels (branch_labels) and upgrade "
               "with `heads`."};
  if (chain.bases.size() > 1)
    fix.steps.push_back(
        "Where a beginning is not meant (a down_revision of None left in place), name its parent there "
        "instead.");
  fix.do_not = "Do not delete a head to be rid of it: databases may have run it.";
}

void mend(const Context& context, const chain::Problem& problem, Fix& fix) {
  const chain::Chain& chain = context.evidence().chain;
  if (problem.code == "revision-missing") {
    fix.summary =
        "Bring the missing revision's file back, or let its children follow a revision that is there.";
    fix.steps = {
        fmt::format("Look for the file in the history:\ngit log --all --diff-filter=D --name-only -- '{}'",
                    folder_of(problem.at.file)),
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
    mend_heads(context, fix);
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
    finding.cause = problem.message;
    finding.root = problem.fatal;
    if (problem.at.known()) finding.evidence.push_back({problem.revision, problem.at, "", "", ""});
    for (const base::Location& place : problem.related) {
      const chain::Revision* revision = revision_of_file(context, place.file);
      // A file that is left out for its id bears the id that the problem is about.
      const bool same_id = revision == nullptr && problem.code == "revision-duplicate";
      finding.evidence.push_back({revision != nullptr ? revision->id
                                  : same_id           ? problem.revision
                                                      : "",
                                  place, "", "", ""});
    }
    mend(context, problem, finding.fix);
    findings.push_back(std::move(finding));
  }
}

}  // namespace windlass::diagnose
