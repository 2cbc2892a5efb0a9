#include "cli/uncovered.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/file.h"
#include "base/text.h"

namespace windlass::cli {

namespace {

using diagnose::Finding;

/// The first error that was not there before; nullptr where there is none.
const Finding* let_out(const WholeCheck& before, const WholeCheck& after) {
  std::set<std::string> known;
  for (const Finding& each : before.report.findings) known.insert(each.fingerprint);
  const auto& findings = after.report.findings;
  const auto found = std::find_if(findings.begin(), findings.end(), [&](const Finding& each) {
    return each.root && each.counts() && each.severity == diagnose::Severity::Error &&
           !known.contains(each.fingerprint);
  });
  return found == findings.end() ? nullptr : &*found;
}

/// Both in one: `then` is made of what `first` leads to.
base::Result<fix::Mend> both(const fix::Mend& first, const fix::Mend& then,
                             const std::map<std::string, std::string>& old_texts) {
  fix::Mend mend = then;
  mend.summary = first.summary + " " + then.summary;
  for (const auto& [file, edits] : first.edits) {
    const auto later = then.edits.find(file);
    mend.edits[file] = later == then.edits.end()
                           ? edits
                           : WINDLASS_TRY(edit::composed(old_texts.at(file), edits, later->second));
  }
  return mend;
}

}  // namespace

base::Result<Uncovered> uncover(const UncoverGround& ground, const fix::Mend& mend,
                                const WholeCheck& before) {
  std::map<std::string, std::string> old_texts;
  for (const auto& [file, edits] : mend.edits) {
    old_texts[file] = WINDLASS_TRY(base::read_file(ground.copy.project() / file));
    WINDLASS_CHECK(ground.copy.write(file, WINDLASS_TRY(edit::edited(old_texts[file], edits))));
  }
  const WholeCheck after = WINDLASS_TRY(ground.check_copy());
  Uncovered result;
  result.interrupted = after.interrupted;
  if (result.interrupted != 0) return result;
  if (const Finding* hidden = let_out(before, after)) {
    fix::Sources sources(ground.read);
    const auto mends = fix::mends(
        {*hidden, ground.checked_of(after).evidence(), after.report.findings, sources, ground.new_revision});
    if (mends) {
      result.mend = WINDLASS_TRY(both(mend, mends->front(), old_texts));
    } else {
      std::string cause = hidden->cause;
      if (cause.ends_with('.')) cause.pop_back();
      result.hidden = fmt::format("what it hides is to be mended first: {}", cause);
    }
  } else {
    result.hidden = "which error it hides did not show";
  }
  for (const auto& [file, text] : old_texts) WINDLASS_CHECK(ground.copy.write(file, text));
  return result;
}

}  // namespace windlass::cli
