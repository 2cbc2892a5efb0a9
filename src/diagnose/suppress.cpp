#include "diagnose/suppress.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "diagnose/compose.h"
#include "diagnose/diagnose.h"
#include "diagnose/explain.h"
#include "diagnose/suppress_comment.h"

namespace windlass::diagnose {

namespace {

constexpr std::string_view kUnused = "suppression-unused", kNoReason = "suppression-without-reason";

/// A comment with the file that it stands in, and what it suppressed.
struct Comment {
  SuppressComment words;
  base::Location at;
  std::string revision;  ///< of its file, or of the statement it came with
  bool judged = false;   ///< its place was run: it could have suppressed something
  std::set<std::string> used;
};

class Suppressor {
 public:
  Suppressor(const run::Evidence& evidence, const SourceLines& source, std::vector<Finding>& findings,
             const std::set<std::string>& not_again)
      : evidence_(evidence), source_(source), findings_(findings) {
    for (const run::Step& step : evidence.steps)
      if (step.finished && step.direction == "upgrade") finished_.insert(step.revision);
    all_ran_ =
        verdict_of(evidence, findings) != Verdict::Incomplete &&
        std::all_of(evidence.chain.revisions.begin(), evidence.chain.revisions.end(),
                    [&](const chain::Revision& revision) { return finished_.contains(revision.id); }) &&
        not_again.empty();
    for (const std::string& revision : not_again) finished_.erase(revision);
  }

  void run(const std::vector<Suppression>& configured) {
    std::vector<Finding> remarks;
    by_config(configured, remarks);
    by_python(remarks);
    by_sql(remarks);
    while (inherit()) {
    }
    for (Finding& remark : remarks) {
      remark.id = static_cast<int>(findings_.size()) + 1;
      remark.fingerprint = fingerprint(remark);
      findings_.push_back(std::move(remark));
    }
    roots_first(findings_);
  }

 private:
  bool ran(const std::string& revision) const {
    return revision.empty() ? all_ran_ : finished_.contains(revision);
  }
  std::string revision_of(const std::string& file) const {
    for (const chain::Revision& revision : evidence_.chain.revisions)
      if (revision.file == file) return revision.id;
    return {};
  }

  void mark(Finding& finding, std::string by, const std::string& reason, const base::Location& at) {
    if (!finding.suppressed) finding.suppressed = Suppressed{std::move(by), reason, at};
  }

  /// What only follows from a suppressed finding goes with it. False when there was nothing left to do.
  bool inherit() {
    std::map<int, Suppressed> suppressed;
    for (const Finding& finding : findings_)
      if (finding.suppressed) suppressed.emplace(finding.id, *finding.suppressed);
    bool more = false;
    for (Finding& finding : findings_) {
      if (finding.suppressed || !finding.follows_from) continue;
      const auto root = suppressed.find(*finding.follows_from);
      if (root == suppressed.end()) continue;
      finding.suppressed = root->second;
      more = true;
    }
    return more;
  }

  static bool matches(const Suppression& one, const Finding& finding) {
    const auto same = [](const std::string& wanted, const std::string& is) {
      return wanted.empty() || wanted == is;
    };
    const bool object =
        one.object.empty() || (finding.object && (finding.object->name == one.object ||
                                                  catalog::to_string(*finding.object) == one.object));
    return one.code == finding.code && same(one.revision, finding.revision) &&
           same(one.file, finding.location.file) && object;
  }

  void by_config(const std::vector<Suppression>& configured, std::vector<Finding>& remarks) {
    for (const Suppression& one : configured) {
      bool used = false;
      for (Finding& finding : findings_)
        if (matches(one, finding)) {
          mark(finding, "config", one.reason, one.at);
          used = true;
        }
      const bool strange = !one.revision.empty() && evidence_.chain.find(one.revision) == nullptr;
      const std::string where = one.revision.empty() ? revision_of(one.file) : one.revision;
      if (used || !(ran(where) || (strange && !evidence_.chain.revisions.empty()))) continue;
      remarks.push_back(unused(one.code, one.at, "", one.reason,
                               strange ? fmt::format("the chain has no revision {}", one.revision)
                                       : "nothing that was found is what it describes"));
    }
  }

  void by_python(std::vector<Finding>& remarks) {
    std::set<std::string> files;
    for (const chain::Revision& revision : evidence_.chain.revisions) files.insert(revision.file);
    for (const run::Input& input : evidence_.inputs)
      if (input.file.ends_with(".py") && !input.file.starts_with('/')) files.insert(input.file);
    for (const Finding& finding : findings_) files.insert(finding.location.file);
    for (const std::string& file : files) {
      const std::string text = file.ends_with(".py") && source_ ? source_({file, 0, 0}) : std::string();
      if (!base::contains(text, "windlass:")) continue;
      const PythonComments read = python_comments(text);
      for (const SuppressComment& words : read.comments) {
        const std::string revision = revision_of(file);
        Comment comment{words, {file, words.line, words.column}, revision, false, {}};
        comment.judged = ran(revision) && !words.in_downgrade;
        for (Finding& finding : findings_)
          if (finding.location.file == file && words.statement != 0 &&
              read.head(finding.location.line) == words.statement)
            apply(comment, finding);
        judge(comment, remarks);
      }
    }
  }

  void by_sql(std::vector<Finding>& remarks) {
    // One line of a loop is one comment, however often it was sent.
    std::map<std::pair<base::Location, std::string>, Comment> comments;
    for (const record::Statement& statement : evidence_.recording.statements) {
      if (!base::contains(statement.text, "windlass:")) continue;
      for (const SuppressComment& words : sql_comments(statement.text)) {
        const base::Location at = line_of(words.text, statement.source.location);
        Comment& comment = comments[{at, words.text}];
        comment.words = words;
        comment.at = at;
        comment.revision = statement.source.revision;
        comment.judged = ran(comment.revision);
        for (Finding& finding : findings_)
          if (finding.statement_number == statement.n) apply(comment, finding);
      }
    }
    for (auto& [key, comment] : comments) judge(comment, remarks);
  }

  /// Where a comment stands that came with a statement: its line in the file that sent it, else that place.
  base::Location line_of(const std::string& text, const base::Location& sent_at) const {
    const std::string file = sent_at.known() && source_ ? source_({sent_at.file, 0, 0}) : std::string();
    int number = 0;
    for (const std::string& line : base::split(file, '\n')) {
      ++number;
      if (const size_t at = line.find(text); at != line.npos)
        return {sent_at.file, number, static_cast<int>(at) + 1};
    }
    return sent_at;
  }

  void apply(Comment& comment, Finding& finding) {
    const auto& codes = comment.words.codes;
    if (std::find(codes.begin(), codes.end(), finding.code) == codes.end()) return;
    comment.used.insert(finding.code);
    if (!comment.words.reason.empty()) mark(finding, "source", comment.words.reason, comment.at);
  }

  void judge(const Comment& comment, std::vector<Finding>& remarks) {
    const SuppressComment& words = comment.words;
    if (words.codes.empty()) {
      remarks.push_back(unused("", comment.at, comment.revision, words.text,
                               "it names no code; it is written windlass: ignore[CODE] REASON"));
      return;
    }
    if (words.reason.empty()) {
      remarks.push_back(without_reason(comment));
      return;
    }
    const std::vector<std::string> known = finding_codes();
    for (const std::string& code : words.codes) {
      if (std::find(known.begin(), known.end(), code) == known.end()) {
        const std::string near = base::nearest(code, known);
        remarks.push_back(unused(code, comment.at, comment.revision, words.reason,
                                 near.empty()
                                     ? "no finding has this code; `windlass explain` lists them all"
                                     : fmt::format("no finding has this code; did you mean {}?", near)));
      } else if (comment.judged && !comment.used.contains(code)) {
        remarks.push_back(
            unused(code, comment.at, comment.revision, words.reason, "no such finding is at this statement"));
      }
    }
  }

  Finding remark(std::string_view code, const base::Location& at, const std::string& revision) const {
    Finding finding;
    finding.code = std::string(code);
    finding.severity = Severity::Warning;
    finding.certainty = Certainty::Static;
    finding.scenario = evidence_.scenario;
    finding.revision = revision;
    finding.location = at;
    return finding;
  }

  /// The fingerprint goes by the cause: a windlass.toml above the project, which has an absolute path, is to
  /// be the same one in every copy of the repository.
  static std::string named(const base::Location& at) {
    base::Location short_form = at;
    if (at.file.starts_with('/')) short_form.file = at.file.substr(at.file.rfind('/') + 1);
    return base::to_string(short_form);
  }

  Finding unused(const std::string& code, const base::Location& at, const std::string& revision,
                 const std::string& reason, const std::string& because) const {
    Finding finding = remark(kUnused, at, revision);
    finding.cause =
        fmt::format("The suppression{} at {} suppresses nothing: {}{}", code.empty() ? "" : " of " + code,
                    named(at), because, because.ends_with('?') ? "" : ".");
    finding.evidence = {{revision, at, "", "", "The suppression: " + reason}};
    finding.fix.summary = "Take it out, or write it at what it is about.";
    finding.fix.do_not = "Do not keep it for later: it would hide the next finding of this code, unseen.";
    return finding;
  }

  Finding without_reason(const Comment& comment) const {
    Finding finding = remark(kNoReason, comment.at, comment.revision);
    finding.cause = fmt::format("The suppression of {} at {} gives no reason, so it suppresses nothing.",
                                base::join(comment.words.codes, ", "), base::to_string(comment.at));
    finding.evidence = {{comment.revision, comment.at, "", "", "The suppression: " + comment.words.text}};
    finding.fix.summary = "Write the reason behind the bracket, for whoever reads it next.";
    return finding;
  }

  const run::Evidence& evidence_;
  const SourceLines& source_;
  std::vector<Finding>& findings_;
  std::set<std::string> finished_;
  bool all_ran_ = false;
};

}  // namespace

void suppress(const run::Evidence& evidence, const SourceLines& source,
              const std::vector<Suppression>& configured, std::vector<Finding>& findings,
              const std::set<std::string>& not_again) {
  Suppressor(evidence, source, findings, not_again).run(configured);
}

std::vector<std::string_view> suppression_codes() { return {kUnused, kNoReason}; }

}  // namespace windlass::diagnose
