// The exit status: what counts, and that nobody can accept "could not look" away.
#include "report/status.h"

#include <gtest/gtest.h>

namespace windlass::report {
namespace {

using diagnose::Finding;
using diagnose::Severity;
using diagnose::Verdict;

Finding finding(Severity severity = Severity::Error, bool incomplete = false) {
  Finding finding;
  finding.code = "type-created-twice";
  finding.severity = severity;
  finding.incomplete = incomplete;
  return finding;
}
Finding suppressed(Finding finding) {
  finding.suppressed = {"config", "planned", {}};
  return finding;
}
Finding known(Finding finding) {
  finding.known = true;
  return finding;
}
int status(Verdict verdict, const std::vector<Finding>& findings, const std::string& fail_on = "error") {
  return exit_status(verdict, findings, findings, fail_on);
}

TEST(Status, GoesByTheLevel) {
  EXPECT_EQ(status(Verdict::Sound, {}), 0);
  EXPECT_EQ(status(Verdict::Broken, {finding()}), 1);
  EXPECT_EQ(status(Verdict::Broken, {finding()}, "never"), 0);
  EXPECT_EQ(status(Verdict::Sound, {finding(Severity::Warning)}), 0);
  EXPECT_EQ(status(Verdict::Sound, {finding(Severity::Warning)}, "warning"), 1);
  EXPECT_EQ(status(Verdict::Sound, {finding(Severity::Info)}, "warning"), 0);
}

TEST(Status, WhatIsSuppressedOrKnownNeverMakesItOne) {
  EXPECT_EQ(status(Verdict::Broken, {suppressed(finding())}), 0);
  EXPECT_EQ(status(Verdict::Broken, {known(finding())}), 0);
  EXPECT_EQ(status(Verdict::Sound, {suppressed(finding(Severity::Warning))}, "warning"), 0);
  EXPECT_EQ(status(Verdict::Broken, {known(finding()), finding()}), 1);
}

TEST(Status, WhatCouldNotBeLookedAtStaysSo) {
  EXPECT_EQ(status(Verdict::Incomplete, {}), 3);
  EXPECT_EQ(status(Verdict::Incomplete, {suppressed(finding(Severity::Error, true))}), 3);
  EXPECT_EQ(status(Verdict::Incomplete, {known(finding(Severity::Error, true))}, "never"), 3);
  // The errors are accepted, but an obstacle stood beside them.
  EXPECT_EQ(status(Verdict::Broken, {suppressed(finding()), finding(Severity::Error, true)}), 3);
  EXPECT_EQ(status(Verdict::Broken, {finding(), finding(Severity::Error, true)}), 1);
}

TEST(Status, OnlyShowsLessButABrokenChainStaysBroken) {
  EXPECT_EQ(exit_status(Verdict::Broken, {finding()}, {}, "error"), 1);
  EXPECT_EQ(exit_status(Verdict::Broken, {suppressed(finding())}, {}, "error"), 0);
}

}  // namespace
}  // namespace windlass::report
