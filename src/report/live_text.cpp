#include "report/live_text.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/printable.h"
#include "base/text.h"
#include "catalog/snapshot_file.h"
#include "report/noted_text.h"
#include "report/text_style.h"

namespace windlass::report {

namespace {

/// "12 tables, 80 columns, ...", the most numerous kinds first.
std::string kinds(const catalog::Snapshot& snapshot) {
  std::map<std::string, size_t> counts;
  for (const catalog::Fact& fact : snapshot.facts) ++counts[fact.object.kind];
  std::vector<std::pair<std::string, size_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> words;
  for (const auto& [kind, n] : sorted) words.push_back(fmt::format("{} {}", n, kind));
  return base::join(words, ", ");
}

void add_unread(std::string& text, const char* head, const std::vector<catalog::Noted>& all, size_t width) {
  constexpr size_t kTold = 10;
  for (size_t i = 0; i < std::min(all.size(), kTold); ++i)
    text += wrapped(fmt::format("{}: {} ({})", head, noted_object(all[i]), base::printable(all[i].reason)),
                    "", width);
  if (all.size() > kTold) text += fmt::format("{}: and {} more\n", head, all.size() - kTold);
}

}  // namespace

std::string unread_text(const catalog::LiveRead& read, size_t width) {
  std::string text;
  add_unread(text, "Not visible", read.not_visible, width);
  add_unread(text, "Not compared", read.not_modelled, width);
  return text;
}

std::string live_text(const catalog::LiveRead& read, size_t width) {
  const size_t n = read.snapshot.facts.size();
  std::string text =
      wrapped(fmt::format("{} on PostgreSQL {}{}: {}{}", base::printable(read.database), read.server_version,
                          read.standby ? " (a standby)" : "", base::count_of(n, "object"),
                          n == 0 ? std::string() : " (" + kinds(read.snapshot) + ")"),
              "", width);
  text += "Fingerprint " + catalog::fingerprint(read.snapshot, read.server_major) + "\n";
  std::vector<std::string> ignored, members;
  for (const catalog::Ignored& each : read.ignored)
    (each.owner.starts_with("extension ") ? members : ignored)
        .push_back(
            fmt::format("{} ({})", base::printable(each.owner), base::count_of(each.objects, "object")));
  if (!members.empty())
    text += wrapped(
        "Members, compared where both have the extension in one version: " + base::join(members, ", "), "",
        width);
  if (!ignored.empty())
    text += wrapped("Left out, as somebody else's: " + base::join(ignored, ", "), "", width);
  if (read.statements && !read.statements->secrets.empty()) {
    std::vector<std::string> secrets;
    for (const std::string& each : read.statements->secrets) secrets.push_back(base::printable(each));
    text += wrapped("Left out of the statements, as secrets: what is set for " + base::join(secrets, ", "),
                    "", width);
  }
  return text + unread_text(read, width);
}

}  // namespace windlass::report
