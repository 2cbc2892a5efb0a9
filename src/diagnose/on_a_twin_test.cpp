#include "diagnose/on_a_twin.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace windlass::diagnose {
namespace {

Finding never_created(const std::string& kind, const std::string& name) {
  Finding finding;
  finding.code = "never-created";
  finding.revision = "0002";
  finding.location = {"2.py", 6, 0};
  finding.object = catalog::Object{kind, name};
  finding.cause = "nobody creates it";
  return finding;
}

drift::Drift without(const catalog::Object& object) {
  drift::Drift drift;
  drift.expected_at = {"0001"};
  drift.version_table.versions = {"0001"};
  drift::Drifted missing;
  missing.object = object;
  missing.state = drift::State::Missing;
  missing.provenance = {{"revision", "0001", {"1.py", 10, 0}, "same-definition", ""}};
  drift.objects = {missing};
  return drift;
}

std::string cause_of(Finding finding, const drift::Drift& drift) {
  std::vector<Finding> findings = {std::move(finding)};
  as_claimed(findings, drift);
  return findings.front().cause;
}

TEST(OnATwin, WhatAClaimedRevisionMakesIsMadeByThat) {
  const drift::Drift drift = without({"table", "public.people"});
  for (const char* name : {"people", "public.people"}) {
    const std::string cause = cause_of(never_created("relation", name), drift);
    EXPECT_TRUE(base::contains(cause, "which revision 0001 (1.py:10) makes: the database claims")) << cause;
    EXPECT_TRUE(cause.starts_with("Revision 0002 (2.py:6) needs the relation")) << cause;
  }
  EXPECT_EQ(cause_of(never_created("relation", "eople"), drift), "nobody creates it");
  EXPECT_EQ(cause_of(never_created("type", "people"), drift), "nobody creates it");
  Finding other = never_created("relation", "people");
  other.code = "dropped-before";
  EXPECT_EQ(cause_of(other, drift), "nobody creates it");
}

TEST(OnATwin, WhatIsThereOrMadeByNobodyStaysAsItWas) {
  drift::Drift drift = without({"table", "public.people"});
  drift.objects.front().state = drift::State::Different;
  EXPECT_EQ(cause_of(never_created("relation", "people"), drift), "nobody creates it");
  drift = without({"table", "public.people"});
  drift.objects.front().provenance.front().by = "unknown";
  EXPECT_EQ(cause_of(never_created("relation", "people"), drift), "nobody creates it");
}

TEST(OnATwin, OfAChainThatDoesNotComeThereItIsNotKnown) {
  drift::Drift drift = without({"table", "public.other"});
  drift.out_of_reach = true;
  const std::string cause = cause_of(never_created("relation", "people"), drift);
  EXPECT_TRUE(base::contains(cause, "was not seen")) << cause;
}

}  // namespace
}  // namespace windlass::diagnose
