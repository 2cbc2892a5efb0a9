#include "report/diff_text.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "base/printable.h"
#include "base/text.h"
#include "catalog/wholes.h"
#include "report/noted_text.h"

namespace windlass::report {

namespace {

using catalog::Change;
using catalog::Difference;

void add_only(std::string& text, const DiffReport& report, Change change, const DiffSide& side,
              const char* which, const TextStyle& style, const Paint& paint) {
  const std::vector<catalog::Whole> all = catalog::wholes(report.differences, change);
  if (all.empty()) return;
  text += "\n" + paint.bold(fmt::format("Only in {} ({})", which, base::printable(side.name))) + "\n";
  const size_t told = style.verbose ? all.size() : std::min(all.size(), kTold);
  for (size_t i = 0; i < told; ++i) text += wrapped(base::printable(all[i].in_words()), "  ", style.width);
  if (told < all.size()) text += fmt::format("  and {} more (--verbose)\n", all.size() - told);
}

void add_changed(std::string& text, const DiffReport& report, const TextStyle& style, const Paint& paint) {
  // The same difference of many objects is told once.
  std::map<std::string, std::vector<std::string>> objects;
  std::vector<std::string> order;
  for (const catalog::AttributeDifference& each : catalog::by_attribute(report.differences)) {
    if (each.change != Change::Altered) continue;
    const std::string name = to_string(each.object);
    const std::string what = each.sentence.substr(name.size() + 2);
    if (!objects.contains(what)) order.push_back(what);
    objects[what].push_back(name);
  }
  if (order.empty()) return;
  text += "\n" + paint.bold("Different") + "\n";
  const size_t told = style.verbose ? order.size() : std::min(order.size(), kTold);
  for (size_t i = 0; i < told; ++i) {
    const std::vector<std::string>& names = objects[order[i]];
    std::string head = base::printable(names.front());
    if (names.size() > 1 && !style.verbose)
      head += fmt::format(" and {}", base::count_of(names.size() - 1, "other"));
    else
      for (size_t n = 1; n < names.size(); ++n) head += ", " + base::printable(names[n]);
    text += wrapped(head, "  ", style.width);
    text += wrapped(base::printable(order[i]), "    ", style.width);
  }
  if (told < order.size()) text += fmt::format("  and {} more (--verbose)\n", order.size() - told);
}

size_t count(const DiffReport& report, Change change) {
  return static_cast<size_t>(std::count_if(report.differences.begin(), report.differences.end(),
                                           [&](const Difference& each) { return each.change == change; }));
}

std::string side_line(const char* which, const DiffSide& side, const TextStyle& style) {
  std::string line = fmt::format("{}: {}", which, base::printable(side.name));
  if (!side.server.empty()) line += ", PostgreSQL " + side.server;
  line += ", " + side.fingerprint + "\n";
  for (const std::string& remark : side.remarks) line += wrapped(base::printable(remark), "   ", style.width);
  return line;
}

/// Who leaves something to others.
std::string makers(const DiffReport& report) {
  const auto is = [&](const char* kind) { return report.a.kind == kind || report.b.kind == kind; };
  return is("chain") && is("sql") ? "the chain or the SQL leaves"
         : is("sql")              ? "the SQL leaves"
                                  : "the chain leaves";
}

}  // namespace

std::string DiffReport::verdict() const {
  if (!differences.empty()) return "different";
  return catalog::compared_whole(not_compared) ? "equal" : "incomplete";
}

std::string diff_text(const DiffReport& report, const TextStyle& style) {
  const Paint paint(style.colour);
  std::string text;
  if (report.verdict() == "different") {
    std::vector<std::string> counts;
    if (const size_t n = count(report, Change::Created)) counts.push_back(fmt::format("{} only in B", n));
    if (const size_t n = count(report, Change::Dropped)) counts.push_back(fmt::format("{} only in A", n));
    if (const size_t n = count(report, Change::Altered)) counts.push_back(fmt::format("{} different", n));
    text += paint.red("different") + " - " + base::join(counts, ", ") + "\n";
  } else if (report.verdict() == "equal") {
    text += paint.green("equal") + "\n";
  } else {
    text += paint.yellow("incomplete") + ": no difference in what could be compared; not everything could\n";
  }
  add_only(text, report, Change::Created, report.b, "B", style, paint);
  add_only(text, report, Change::Dropped, report.a, "A", style, paint);
  add_changed(text, report, style, paint);
  add_noted(text, "Not compared", report.not_compared, style, paint);
  if (style.verbose) add_noted(text, "The same in other words", report.renderings, style, paint);
  if (style.verbose) add_noted(text, "Left to whoever sets a database up", report.unsaid, style, paint);
  text += "\n" + side_line("A", report.a, style) + side_line("B", report.b, style);
  if (!report.renderings.empty() && !style.verbose)
    text += fmt::format("{} the same in the other version's words (--verbose).\n",
                        base::count_of(report.renderings.size(), "object is", "objects are"));
  if (!report.unsaid.empty() && !style.verbose)
    text += fmt::format(
        "{} not compared, because {} that to whoever sets a database up (--verbose).\n",
        base::count_of(report.unsaid.size(), "privilege or version was", "privileges or versions were"),
        makers(report));
  return text;
}

}  // namespace windlass::report
