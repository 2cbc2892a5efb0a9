#include <fmt/core.h>

#include <algorithm>

#include "base/printable.h"
#include "base/text.h"
#include "report/finding_text.h"
#include "report/fix_report.h"

namespace windlass::report {

namespace {

/// A revision is shown whole, a module by its name.
constexpr std::ptrdiff_t kLinesOfANewFile = 80;

const diagnose::Finding* finding_of(const FixReport& report, int id) {
  for (const diagnose::Finding& each : report.fixed.findings)
    if (each.id == id) return &each;
  return nullptr;
}

std::string headline(const FixReport& report, const Paint& paint) {
  const std::string name = base::printable(report.project);
  const size_t mends = static_cast<size_t>(
      std::count_if(report.fixed.patches.begin(), report.fixed.patches.end(), [&](const fix::Patch& each) {
        return &each == &report.fixed.patches.front() || each.findings != (&each - 1)->findings;
      }));
  const size_t by_hand = report.fixed.instructions.size();
  if (report.fixed.findings.empty()) {
    if (report.verdict == diagnose::Verdict::Sound)
      return fmt::format("{}: {}\n", name, paint.green("there is nothing to mend"));
    return fmt::format(
        "{}: {}\n", name,
        paint.yellow(report.verdict == diagnose::Verdict::Broken
                         ? "there is nothing to mend of what was asked for; the chain is broken otherwise"
                         : "nothing was found to mend, but windlass could not look at all of the chain"));
  }
  std::string text = mends == 0 ? "no finding could be mended" : base::count_of(mends, "finding") + " mended";
  if (by_hand > 0) text += fmt::format(", {} left to you", by_hand);
  return fmt::format("{}: {}\n", name, by_hand == 0 && mends > 0 ? paint.green(text) : paint.yellow(text));
}

std::string coloured_diff(const std::string& diff, const Paint& paint) {
  std::string out;
  std::string_view rest = diff;
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    std::string_view raw = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    // The carriage return of a line ending is no more than that, and a tab is a tab.
    if (raw.ends_with('\r')) raw.remove_suffix(1);
    std::vector<std::string> pieces = base::split(raw, '\t');
    for (std::string& piece : pieces) piece = base::printable(piece);
    const std::string line = base::join(pieces, "\t");
    const bool head = line.starts_with("---") || line.starts_with("+++") || line.starts_with("@@");
    out += "    ";
    out += head                    ? paint.dim(line)
           : line.starts_with('+') ? paint.green(line)
           : line.starts_with('-') ? paint.red(line)
                                   : line;
    out += '\n';
  }
  return out;
}

std::string listed(const FixReport& report, const std::vector<int>& ids) {
  std::vector<std::string> names;
  for (const int id : ids)
    if (const diagnose::Finding* finding = finding_of(report, id))
      names.push_back(fmt::format("{} ({})", finding->code, base::to_string(finding->location)));
  return base::join(names, ", ");
}

std::string proof_text(const FixReport& report, const fix::Patch& patch, const TextStyle& style) {
  const fix::Proof& proof = patch.proof;
  if (proof.run_again)
    return wrapped(
        "Proven: on a copy of the project the chain was run with it, and then once more on the database that "
        "it had made, with no "
        "version entered. Nothing failed, and the catalog is the same as without it, both times.",
        "  ", style.width);
  std::string text = "Proven: the chain was run with it on a copy of the project; the finding is gone";
  std::vector<int> others = proof.gone;
  std::erase_if(others,
                [&](int id) { return base::contains(listed(report, patch.findings), listed(report, {id})); });
  if (!others.empty()) text += ", and with it " + listed(report, others);
  text += proof.come_to_light.empty() ? ", and no new one is there"
                                      : "; behind it stands " + listed(report, proof.come_to_light);
  if (patch.instead_of_edit)
    text += ". A database at the end of the released chain was upgraded by it as well, to the same catalog";
  if (proof.catalog == "equal") text += ". The catalog at the end is the same.";
  if (proof.catalog == "unknown") text += ". There was no catalog to compare its end with.";
  if (proof.catalog == "different")
    text += ". The catalog at the end differs in this, which belongs to the mend:";
  std::string out = wrapped(text, "  ", style.width);
  if (proof.catalog == "different") {
    constexpr size_t kMost = 6;
    for (size_t i = 0; i < proof.differences.size() && (i < kMost || style.verbose); ++i)
      out += wrapped(base::printable(proof.differences[i]), "    ", style.width);
    if (proof.differences.size() > kMost && !style.verbose)
      out += fmt::format("    and {} more (--verbose)\n", proof.differences.size() - kMost);
  }
  return out;
}

std::string with_full_stop(const std::string& sentence) {
  return sentence.ends_with('.') ? sentence : sentence + ".";
}

void add_instruction(std::string& text, const FixReport& report, const fix::Instruction& instruction,
                     const TextStyle& style, const Paint& paint) {
  if (!instruction.released.empty()) {
    text += fmt::format("\n{}  {}\n", paint.yellow("by hand"),
                        paint.bold(base::printable("databases that have released revisions (" +
                                                   base::join(instruction.released, ", ") + ")")));
    text += wrapped(base::printable(fmt::format("What they lack of the mended chain is left to you: {}",
                                                with_full_stop(instruction.because))),
                    "  ", style.width);
    diagnose::Finding steps;
    steps.fix.steps = instruction.steps;
    text += steps_text(steps, style);
    return;
  }
  const diagnose::Finding* finding = finding_of(report, instruction.finding);
  if (finding == nullptr) return;
  text += fmt::format("\n{}  {}\n", paint.yellow("by hand"), paint.bold(base::printable(named(*finding))));
  text += wrapped(base::printable(finding->cause), "  ", style.width);
  text += wrapped(base::printable("Not mended by windlass: " + with_full_stop(instruction.because)), "  ",
                  style.width);
  diagnose::Finding told = *finding;
  if (!instruction.steps.empty()) told.fix.steps = instruction.steps;
  text += steps_text(told, style);
  text += fmt::format("  {}\n", paint.dim("More: windlass explain " + finding->code));
}

}  // namespace

std::string verdict_of(const FixReport& report) {
  return report.uncommitted.empty() ? report.fixed.verdict() : "refused";
}

std::string of_released(const fix::Patch& patch) {
  std::string words = fmt::format(
      "Revision {} was released ({}): a database that has applied it does not run its upgrade again, edited "
      "or "
      "not; its downgrade it does.",
      patch.released, patch.released_by);
  const fix::NoNewRevision& none = patch.no_new_revision;
  const std::string helped =
      " A clean database that cannot get past this revision is helped by the edit alone.";
  if (none.verdict == "not-needed")
    words += fmt::format(" No new revision is needed: {}.", none.because);
  else if (none.verdict == "unknown")
    words += fmt::format("{} Whether a new revision is needed is not known: {}.", helped, none.because);
  else if (!none.verdict.empty())
    words += fmt::format(" No new revision was written: {}.", none.because);
  else if (patch.proof.catalog == "equal")
    words +=
        " The chain ends in the same catalog with it, so such a database lacks nothing that the "
        "catalog tells.";
  else if (patch.proof.catalog == "different")
    words +=
        " What differs in the catalog such a database holds only if it came by it otherwise; if not, a new "
        "revision behind the heads has to bring it there." +
        helped;
  else
    words +=
        " The chain did not come to its end without it, so what such a database holds by now was not seen.";
  return words +
         " windlass.lock, where there is one, calls the revision changed until the chain is proven anew.";
}

std::string of_new_revision(const fix::InsteadOfEdit& told) {
  const bool one = told.instead_of.size() == 1;
  std::string words = fmt::format(
      "{} {} {} released ({}) and {} not edited: by the new revision every database comes to what the edited "
      "chain would make, a clean one and one that has the chain as it was released.",
      one ? "Revision" : "Revisions", base::join(told.instead_of, ", "), one ? "was" : "were", told.by,
      one ? "is" : "are");
  if (!told.children.empty())
    words += fmt::format(" What is not released yet stands behind it: {}.", base::join(told.children, ", "));
  for (const std::string& each : told.may_refuse)
    words += fmt::format(" Rows may keep a database from it: {}.", each);
  if (!told.left.empty())
    words += fmt::format(" No statement changes this: {}.", base::join(told.left, "; "));
  if (!told.no_way_back.empty()) words += fmt::format(" Its downgrade raises: {}.", told.no_way_back);
  if (!told.downgrade.empty()) words += " Its downgrade leads back to the released catalog.";
  return words;
}

std::string fix_text(const FixReport& report, const TextStyle& style) {
  const Paint paint(style.colour);
  std::string text = headline(report, paint);
  const std::vector<fix::Patch>& patches = report.fixed.patches;
  for (size_t i = 0; i < patches.size(); ++i) {
    const fix::Patch& patch = patches[i];
    const bool first = i == 0 || patches[i - 1].findings != patch.findings;
    const bool last = i + 1 == patches.size() || patches[i + 1].findings != patch.findings;
    if (first) {
      const diagnose::Finding* finding = finding_of(report, patch.findings.front());
      text += fmt::format("\n{}  {}\n", paint.green("mended"),
                          paint.bold(base::printable(finding != nullptr ? named(*finding) : "")));
      if (finding != nullptr) text += wrapped(base::printable(finding->cause), "  ", style.width);
      text += wrapped(base::printable(patch.summary), "  ", style.width);
    }
    const auto lines = std::count(patch.after.begin(), patch.after.end(), '\n');
    if (patch.is_new && lines > kLinesOfANewFile)
      text += fmt::format("\n    {}: a new file of {}\n\n", base::printable(patch.file),
                          base::count_of(static_cast<size_t>(lines), "line"));
    else if (!report.quiet)
      text += "\n" + coloured_diff(patch.diff, paint) + "\n";
    if (!patch.released.empty()) text += wrapped(base::printable(of_released(patch)), "  ", style.width);
    if (patch.instead_of_edit)
      text += wrapped(base::printable(of_new_revision(*patch.instead_of_edit)), "  ", style.width);
    if (last) text += proof_text(report, patch, style);
  }
  for (const fix::Instruction& each : report.fixed.instructions)
    add_instruction(text, report, each, style, paint);
  text += "\n";
  for (const std::string& remark : report.remarks)
    text += wrapped(base::printable("Note: " + with_full_stop(remark)), "", style.width);
  if (!report.uncommitted.empty())
    text += wrapped(
        base::printable(fmt::format(
            "Nothing was changed: {} {} changes that are not committed. Commit them first, or use --force.",
            base::join(report.uncommitted, ", "), report.uncommitted.size() == 1 ? "has" : "have")),
        "", style.width);
  else if (report.applied)
    text += "The patches are applied.\n";
  else if (!patches.empty() && !report.asking)
    text += "Nothing was changed. `windlass fix --yes` applies the patches.\n";
  if (!patches.empty()) {
    const bool edited =
        std::any_of(patches.begin(), patches.end(), [](const fix::Patch& each) { return !each.is_new; });
    // With --new-revision it was said of each that was released.
    const bool told = std::any_of(patches.begin(), patches.end(), [](const fix::Patch& each) {
      return each.instead_of_edit || !each.no_new_revision.verdict.empty();
    });
    if (edited && !told)
      text += wrapped(
          "Databases that have run these revisions already are not changed by it; where the catalog differs, "
          "they need a "
          "revision of their own.",
          "", style.width);
    const std::string with = "With them the chain is ";
    text += report.verdict == diagnose::Verdict::Sound    ? with + "sound.\n"
            : report.verdict == diagnose::Verdict::Broken ? with + "still broken.\n"
                                                          : with + "not looked at to its end.\n";
  }
  return text;
}

}  // namespace windlass::report
