// A fix for code hosts: SARIF with fixes, and a review of suggestions.
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "edit/changed_lines.h"
#include "report/fix_report.h"
#include "report/json_parts.h"
#include "report/repository_path.h"
#include "report/sarif.h"

namespace windlass::report {

namespace {

/// The report of a check, as far as what names files and findings needs it.
CheckReport as_check(const FixReport& report) {
  CheckReport check;
  check.findings = report.fixed.findings;
  // Of the project as it is: with the patches it is another one.
  check.verdict = report.verdict == diagnose::Verdict::Incomplete ? report.verdict
                  : report.fixed.findings.empty()                 ? diagnose::Verdict::Sound
                                                                  : diagnose::Verdict::Broken;
  check.exit_status = report.exit_status;
  check.git_root = report.git_root;
  check.from_git_root = report.from_git_root;
  return check;
}

/// Files that belong together, because some finding's patches change both; by the first finding of each
/// group.
std::map<int, std::set<std::string>> groups_of(const std::vector<fix::Patch>& patches) {
  std::map<int, std::set<std::string>> files;  // of each finding
  for (const fix::Patch& patch : patches) files[patch.findings.front()].insert(patch.file);
  std::map<int, std::set<std::string>> groups;
  for (auto& [finding, own] : files) {
    int first = finding;
    for (auto group = groups.begin(); group != groups.end();) {
      const bool meet = std::any_of(own.begin(), own.end(),
                                    [&](const std::string& file) { return group->second.contains(file); });
      if (!meet) {
        ++group;
        continue;
      }
      first = std::min(first, group->first);
      own.insert(group->second.begin(), group->second.end());
      group = groups.erase(group);
    }
    groups[first].insert(own.begin(), own.end());
  }
  return groups;
}

std::string summaries(const std::vector<fix::Patch>& patches, const std::set<std::string>& files) {
  std::vector<std::string> all;
  for (const fix::Patch& patch : patches)
    if (files.contains(patch.file) && !base::contains(all, patch.summary)) all.push_back(patch.summary);
  return base::join(all, " ");
}

}  // namespace

std::string fix_sarif(const FixReport& report) {
  std::vector<SarifFix> fixes;
  for (const auto& [finding, files] : groups_of(report.fixed.patches)) {
    SarifFix fix{finding, summaries(report.fixed.patches, files), {}};
    for (const fix::FileChange& change : report.fixed.files)
      if (files.contains(change.file)) fix.files.push_back(&change);
    fixes.push_back(std::move(fix));
  }
  return check_sarif(as_check(report), fixes);
}

std::string fix_github(const FixReport& report) {
  const CheckReport check = as_check(report);
  Json comments = Json::array();
  for (const fix::FileChange& file : report.fixed.files) {
    const std::string name = in_repository(file.file, check);
    if (name.empty()) continue;
    const std::vector<std::string_view> old_lines = edit::lines_of(file.before);
    const std::vector<std::string_view> new_lines = edit::lines_of(file.after);
    const std::string why = summaries(report.fixed.patches, {file.file});
    for (edit::ChangedLines change : edit::changed_lines(file.before, file.edits, file.after)) {
      // A suggestion takes the place of lines: where some are only added, the one before or behind is
      // repeated.
      if (change.a_begin == change.a_end) {
        if (change.a_begin < old_lines.size())
          ++change.a_end, ++change.b_end;
        else if (change.a_begin > 0)
          --change.a_begin, --change.b_begin;
        else
          continue;
      }
      std::string block;
      for (size_t i = change.b_begin; i < change.b_end; ++i) block += new_lines[i];
      if (!block.empty() && !block.ends_with('\n')) block += '\n';
      // The fence must be longer than any in the text.
      std::string fence = "```";
      while (base::contains(block, fence)) fence += '`';
      Json comment = {{"path", text(name)}};
      if (change.a_end - change.a_begin > 1) {
        comment["start_line"] = change.a_begin + 1;
        comment["start_side"] = "RIGHT";
      }
      comment["line"] = change.a_end;
      comment["side"] = "RIGHT";
      comment["body"] = text(fmt::format("{}\n\n{}suggestion\n{}{}", why, fence, block, fence));
      comments.push_back(std::move(comment));
    }
  }
  // No suggestion can make a file.
  std::string files;
  for (const fix::FileChange& file : report.fixed.files)
    if (file.is_new)
      files += fmt::format(" The new file {} belongs to it, which `windlass fix` writes.", file.file);
  Json review;
  review["event"] = "COMMENT";
  review["body"] = text(fmt::format("windlass fix: {} mended, {} left to you.{}",
                                    base::count_of(groups_of(report.fixed.patches).size(), "place"),
                                    report.fixed.instructions.size(), files));
  review["comments"] = std::move(comments);
  return review.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace windlass::report
